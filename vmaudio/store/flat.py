"""One flat row per message, for tables, files and data frames; `vmaudio.store.columns` says what the columns are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from vmaudio.records import Analysis, Outcome, Score
from vmaudio.store.columns import MESSAGE, NO_NAMES, OUTCOME_NAMES, Cell, Names, Seen, Table, columns_of
from vmaudio.store.override_rows import Override, Overrides


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
    cells: dict[str, Cell] = {column.name: getattr(message, column.name) for column in MESSAGE}
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
    analyses: Iterable[Analysis],
    outcomes: Mapping[str, Outcome],
    names: Names = NO_NAMES,
    *,
    tone: bool = False,
    overrides: Overrides | None = None,
) -> Table:
    """One row per analysis. The analyses are read once, so they may come straight from the store.

    Args:
        analyses: the messages.
        outcomes: what came of them, by message_id; without any, their columns are left out.
        names: titles of checks and meanings of features.
        tone: with the axes of delivery.
        overrides: people's verdicts: columns of their own beside the machine's, which stay as they are.
    """
    seen, rows, given = Seen(), [], {}
    for analysis in analyses:
        seen.add(analysis)
        message_id = analysis.message.message_id
        own = (overrides or {}).get(message_id)
        if own:
            given[message_id] = own
        rows.append(_cells(analysis, outcomes.get(message_id)) | _override_cells(own))
    columns = columns_of(seen, names, outcomes=bool(outcomes), tone=tone, overrides=given)
    return Table(tuple(columns), tuple(tuple(cells.get(column.name) for column in columns) for cells in rows))
