"""One flat row per message, and the dictionary that says what each column is.

The columns are: the message's own fields, what was heard, points and band, one verdict per check, people's verdicts, every
feature, and what came of it. Names never change with the data but for checks (they are the rubric's), those of them that a
person judged otherwise, and the manifest's extra columns.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vmaudio.records import TONE_AXES, Analysis, Outcome, Score
from vmaudio.report.glossary import Glossary
from vmaudio.report.overrides import Overrides
from vmaudio.store import Override

Cell = str | float | int | bool | None

OUTCOME_NAMES = ("callback", "reply", "connect", "sale", "complaint", "wrong_person")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``kind`` is "text", "number" or "truth" (true, false or empty)."""

    name: str
    kind: str
    unit: str
    meaning: str
    source: str


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; every row has one cell per column, None where nothing is known."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def _text(name: str, meaning: str, source: str) -> Column:
    return Column(name, "text", "", meaning, source)


_MESSAGE = (
    _text("message_id", "id of this send", "manifest, or made from source, prospect and date"),
    _text("rep", "who left the message", "manifest"),
    _text("prospect", "id of the listener", "manifest"),
    _text("prospect_name", "name of the listener", "manifest"),
    _text("company", "company of the listener", "manifest"),
    _text("sent_at", "when it was left, ISO 8601", "manifest"),
    _text("campaign", "campaign", "manifest"),
    _text("channel", "channel", "manifest"),
    _text("caller_id", "number that the listener's phone shows", "manifest"),
    _text("script", "script that the rep was asked to use", "manifest"),
    _text("notes", "what was known of the listener", "manifest"),
)
_HEARD = (
    _text("file_name", "name of the recording", "file"),
    _text("recording_id", "SHA-256 of the recording's bytes", "file"),
    _text("status", "speech or no_speech", "recogniser"),
    _text("language", "language spoken", "recogniser"),
    _text("transcript", "what was said, as recognised", "recogniser"),
    _text("parts", "parts in the order first reached", "part model"),
    _text("missing_parts", "essential parts that were not heard", "part model"),
    Column("approach_probability", "number", "0 to 1", "how sure the model is of the approach", "approach model"),
    _text("heard_caller", "name of the caller as heard", "transcript"),
    _text("heard_callee", "name of the listener as heard", "transcript"),
    _text("heard_company", "company of the caller as heard", "transcript"),
    _text("heard_number", "telephone number as heard, digits only", "transcript"),
    _text("flags", "things that a person should look at", "flags"),
)
_SCORE = (
    Column("points", "number", "0 to 100", "weights of the checks passed over those that apply; no probability", "rubric"),
    _text("band", "strong, fair, weak or unscored", "rubric"),
    _text("rubric_id", "rubric that judged", "rubric"),
    Column(
        "callback_probability", "number", "0 to 1", "from a model fitted on observed outcomes; else empty", "callback model"
    ),
    Column("callback_low", "number", "0 to 1", "lower end of its interval", "callback model"),
    Column("callback_high", "number", "0 to 1", "upper end of its interval", "callback model"),
    _text("callback_model", "model that gave the probability; empty: none is promoted", "callback model"),
    Column("callback_simulated", "truth", "", "true: the model learned from invented outcomes", "callback model"),
    _text("callback_reasons", "terms in log-odds that add up to the probability, as feature +0.31; ...", "callback model"),
    _text(
        "callback_changes",
        "what, done otherwise and alone, would raise it, as feature=value (probability); ...",
        "callback model",
    ),
)
_MADE = (
    _text("engine", "recogniser", "provenance"),
    _text("model_ids", "models used", "provenance"),
    _text("vmaudio_version", "version of vmaudio", "provenance"),
    _text("analysed_utc", "when it was analysed", "provenance"),
)
_OUTCOME = (
    *(Column(f"outcome_{name}", "truth", "", f"{name.replace('_', ' ')}; empty is not known", "outcome file")
      for name in OUTCOME_NAMES),
    Column("outcome_simulated", "truth", "", "true: invented for a demonstration, nobody was called", "outcome file"),
)  # fmt: skip


def _features(analyses: Sequence[Analysis], glossary: Glossary) -> list[Column]:
    columns = []
    present = dict.fromkeys(name for analysis in analyses for name in analysis.features.values)
    names = [name for name in glossary.features if not analyses or name in present]
    for name in (*names, *(name for name in present if name not in glossary.features)):
        known = glossary.features.get(name)
        if known:
            columns.append(Column(name, "number" if known.is_number else "text", known.unit, known.meaning, known.source))
        else:
            words = any(isinstance(analysis.features.values.get(name), str) for analysis in analyses)
            columns.append(Column(name, "text" if words else "number", "", "of an older catalogue", "features"))
    return columns


def _override_columns(check_ids: Iterable[str], glossary: Glossary) -> list[Column]:
    """Four columns for each check: verdict, reason, author and time."""
    columns = []
    for id in check_ids:
        title = glossary.check(id).title
        columns += [
            _text(f"override_{id}", f"{title}: a person's verdict, pass, fail or n/a; empty: none given", "a person"),
            _text(f"override_{id}_reason", "why the person says so", "a person"),
            _text(f"override_{id}_author", "who says so", "a person"),
            _text(f"override_{id}_utc", "when it was said, ISO 8601", "a person"),
        ]
    return columns


def dictionary(
    analyses: Sequence[Analysis],
    glossary: Glossary,
    *,
    outcomes: bool = True,
    tone: bool = False,
    overrides: Overrides | None = None,
) -> list[Column]:
    """All columns of the table of these analyses, in order. ``tone``: with the axes of delivery.

    A person's verdicts have columns for the checks of which one was given; without analyses, for all checks.
    """
    check_ids = dict.fromkeys(glossary.checks) | dict.fromkeys(
        check.id for analysis in analyses if analysis.score for check in analysis.score.checks
    )
    checks = [_text(f"check_{id}", f"{glossary.check(id).title}: pass, fail or n/a", "rubric") for id in check_ids]
    given = {check for own in (overrides or {}).values() for check in own}
    people = _override_columns(sorted(given) if analyses else check_ids, glossary)
    extra = dict.fromkeys(name for analysis in analyses for name in analysis.message.extra)
    extras = [_text(f"extra_{name}", f"column {name!r} of the manifest", "manifest") for name in extra]
    axes = {f"tone_{axis}" for axis in TONE_AXES}
    features = [column for column in _features(analyses, glossary) if tone or column.name not in axes]
    tones = [_text("tone_label", "how it sounds in one word, never what anybody feels", "tone model")] if tone else []
    return [*_MESSAGE, *extras, *_HEARD, *_SCORE, *checks, *people, *features, *tones, *(_OUTCOME if outcomes else ()), *_MADE]


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _forecast_cells(score: Score) -> dict[str, Cell]:
    """Why the callback model says what it says; empty without one."""
    if score.callback_probability is None:
        return {}
    changes = (
        f"{one.feature}={one.then if isinstance(one.then, str) else format(one.then, '.4g')} ({one.probability:.3f})"
        for one in score.changes
    )
    return {
        "callback_model": score.model_id,
        "callback_simulated": score.callback_simulated,
        "callback_reasons": "; ".join(f"{one.feature} {one.contribution:+.3f}" for one in score.reasons),
        "callback_changes": "; ".join(changes),
    }


def _override_cells(given: Mapping[str, Override] | None) -> dict[str, Cell]:
    """One message's cells for those columns."""
    cells: dict[str, Cell] = {}
    for id, one in (given or {}).items():
        cells |= {
            f"override_{id}": one.verdict,
            f"override_{id}_reason": one.reason,
            f"override_{id}_author": one.author,
            f"override_{id}_utc": one.created_utc,
        }
    return cells


def _cells(analysis: Analysis, outcome: Outcome | None) -> dict[str, Cell]:
    message, heard, score = analysis.message, analysis.entities, analysis.score
    approach = analysis.structure.approach
    phone = heard.number_to_call
    cells: dict[str, Cell] = {column.name: getattr(message, column.name) for column in _MESSAGE}
    cells |= {f"extra_{name}": value for name, value in message.extra.items()}
    cells |= {
        "file_name": analysis.file_name,
        "recording_id": analysis.recording_id,
        "status": analysis.transcript.status,
        "language": analysis.transcript.language,
        "transcript": analysis.transcript.text,
        "parts": " > ".join(analysis.structure.order),
        "missing_parts": ", ".join(analysis.structure.missing),
        "approach_probability": _finite(analysis.structure.approach_probabilities.get(approach)),
        "heard_caller": heard.caller.text if heard.caller else None,
        "heard_callee": heard.callee.text if heard.callee else None,
        "heard_company": heard.company.text if heard.company else None,
        "heard_number": phone.digits if phone else None,
        "flags": ", ".join(dict.fromkeys(flag.kind for flag in analysis.flags)),
        "tone_label": analysis.tone.label if analysis.tone else None,
    }
    for name, value in analysis.features.values.items():
        cells[name] = value if isinstance(value, str) else _finite(value)
    if score is not None:
        cells |= {name: _finite(getattr(score, name)) for name in ("points", "callback_probability")}
        cells |= {name: _finite(getattr(score, name)) for name in ("callback_low", "callback_high")}
        cells |= {"band": score.band, "rubric_id": score.rubric_id, **_forecast_cells(score)}
        cells |= {f"check_{check.id}": check.verdict for check in score.checks}
    if outcome is not None:
        cells |= {f"outcome_{name}": getattr(outcome, name) for name in OUTCOME_NAMES}
        cells["outcome_simulated"] = outcome.simulated
    made = analysis.provenance
    cells |= {"engine": made.engine, "model_ids": ", ".join(made.model_ids)}
    return cells | {"vmaudio_version": made.vmaudio_version, "analysed_utc": made.created_utc}


def messages_table(
    analyses: Sequence[Analysis],
    outcomes: Mapping[str, Outcome],
    glossary: Glossary,
    *,
    tone: bool = False,
    overrides: Overrides | None = None,
) -> Table:
    """One row per analysis. ``outcomes`` is by message_id; without any, their columns are left out.

    ``overrides`` are people's verdicts: columns of their own beside the machine's, which stay as they are.
    """
    ids = {analysis.message.message_id for analysis in analyses}
    overrides = {message: own for message, own in (overrides or {}).items() if message in ids}
    columns = dictionary(analyses, glossary, outcomes=bool(outcomes), tone=tone, overrides=overrides)
    rows = []
    for analysis in analyses:
        cells = _cells(analysis, outcomes.get(analysis.message.message_id))
        cells |= _override_cells(overrides.get(analysis.message.message_id))
        rows.append(tuple(cells.get(column.name) for column in columns))
    return Table(tuple(columns), tuple(rows))


def overrides_table(analyses: Sequence[Analysis], given: Overrides, glossary: Glossary) -> Table:
    """One row per verdict of a person, with the machine's beside it."""
    columns = (
        _text("message_id", "id of this send", "manifest, or made from source, prospect and date"),
        _text("file_name", "name of the recording", "file"),
        _text("check", "check", "rubric"),
        _text("title", "what the check asks", "rubric"),
        _text("machine", "the machine's verdict: pass, fail or n/a", "rubric"),
        _text("person", "the person's verdict", "a person"),
        _text("reason", "why the person says so", "a person"),
        _text("author", "who says so", "a person"),
        _text("created_utc", "when it was said, ISO 8601", "a person"),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in analyses:
        machine = {check.id: check.verdict for check in (one.score.checks if one.score else ())}
        for id, own in sorted(given.get(one.message.message_id, {}).items()):
            title = glossary.check(id).title
            names: tuple[Cell, ...] = (one.message.message_id, one.file_name, id, title, machine.get(id))
            rows.append((*names, own.verdict, own.reason, own.author, own.created_utc))
    return Table(columns, tuple(rows))


def dictionary_table(columns: Sequence[Column]) -> Table:
    """The dictionary itself as a table."""
    head = (
        _text("column", "name of the column", ""),
        _text("kind", "text, number or truth (true, false or empty)", ""),
        _text("unit", "unit", ""),
        _text("meaning", "what it says", ""),
        _text("source", "where it comes from", ""),
    )
    return Table(head, tuple((c.name, c.kind, c.unit, c.meaning, c.source) for c in columns))


def dictionary_markdown(columns: Sequence[Column]) -> str:
    """The dictionary as a page of Markdown."""
    lines = [
        "# Columns of a report",
        "",
        "Made by `vmaudio report --dictionary -o columns.md` from the feature catalogue and the rubric.",
        "An empty cell is *not known* or *not measurable*, never 0.",
        "",
        "| column | kind | unit | meaning | source |",
        "|---|---|---|---|---|",
    ]
    for column in columns:
        cells = (f"`{column.name}`", column.kind, column.unit, column.meaning, column.source)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
