"""The columns of the flat table of messages: what each is called, holds and means.

They are: the message's own fields, what was heard, points and band, one verdict per check, people's verdicts, every
feature, and what came of it. Only these names depend on the data: checks (they are the rubric's), people's verdicts, and the
manifest's extra columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from vmaudio.records import TONE_AXES, Analysis

if TYPE_CHECKING:
    from vmaudio.store.override_rows import Overrides

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

    def typed(self, cell: Cell) -> Cell:
        """The cell in this column's type, text as valid Unicode: a file name may hold half surrogates.

        Args:
            cell: any cell of this column.

        Returns:
            Text, a float, a bool, or None.
        """
        if cell is None:
            return None
        if self.kind == "text":
            return str(cell).encode("utf-8", "replace").decode()
        return float(cell) if self.kind == "number" else bool(cell)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; every row has one cell per column, None where nothing is known."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def _text(name: str, meaning: str, source: str) -> Column:
    return Column(name, "text", "", meaning, source)


MESSAGE = (
    _text("message_id", "id of this send", "manifest, or made from source, prospect and date"),
    _text("rep", "who left the message", "manifest"),
    _text("prospect", "id of the listener", "manifest"),
    _text("prospect_name", "name of the listener", "manifest"),
    _text("company", "company of the listener", "manifest"),
    _text("sent_at", "when the message was left, ISO 8601", "manifest"),
    _text("campaign", "campaign", "manifest"),
    _text("channel", "channel", "manifest"),
    _text("caller_id", "number that the listener's phone shows", "manifest"),
    _text("script", "script that the rep was asked to use", "manifest"),
    _text("notes", "what was known of the listener", "manifest"),
    _text("audio_channel", "channel of the recording in which the rep speaks", "manifest"),
    _text("audio_message", "which of several messages in the recording; empty is the last", "file"),
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
    Column(
        "points",
        "number",
        "0 to 100",
        "100 x weights of the checks passed / weights of the checks that apply; not a probability",
        "rubric",
    ),
    _text("band", "strong, fair, weak or unscored", "rubric"),
    _text("rubric_id", "rubric that gave the points", "rubric"),
    Column(
        "callback_probability", "number", "0 to 1", "from a model fitted on observed outcomes; else empty", "callback model"
    ),
    Column("callback_low", "number", "0 to 1", "lower end of its interval", "callback model"),
    Column("callback_high", "number", "0 to 1", "upper end of its interval", "callback model"),
    _text("callback_model", "model that gave the probability; empty: none is promoted", "callback model"),
    Column("callback_simulated", "truth", "", "true: the model was trained on invented outcomes", "callback model"),
    _text("callback_reasons", "terms in log-odds that add up to the probability, as feature +0.31; ...", "callback model"),
    _text(
        "callback_changes",
        "changes that would raise it, each made alone, as feature=value (probability); ...",
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


class FeatureName(Protocol):
    """What a feature is called; a line of the catalogue in `vmaudio.features` is one."""

    @property
    def unit(self) -> str:
        """Its unit; "" for none."""

    @property
    def meaning(self) -> str:
        """What it measures."""

    @property
    def source(self) -> str:
        """Where it is measured."""

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers rather than text."""


class Names(Protocol):
    """What checks and features are called, and in which order they stand; `vmaudio.report.Glossary` is one."""

    @property
    def checks(self) -> Mapping[str, Any]:
        """Checks by id, in the order of the rubric."""

    @property
    def features(self) -> Mapping[str, FeatureName]:
        """Features by name, in the order of the catalogue."""

    def title(self, check_id: str) -> str:
        """What a check asks, for a heading.

        Args:
            check_id: id of the check.

        Returns:
            The title.
        """


class _NoNames:
    """Checks and features go by their ids, in the order in which they come."""

    checks: Mapping[str, Any] = {}
    features: Mapping[str, FeatureName] = {}

    def title(self, check_id: str) -> str:
        return check_id


NO_NAMES = _NoNames()


@dataclass(slots=True)
class Seen:
    """What the analyses have that others may not have: it decides which columns there are."""

    n: int = 0
    checks: dict[str, None] = field(default_factory=dict)
    extra: dict[str, None] = field(default_factory=dict)
    features: dict[str, bool] = field(default_factory=dict)  # name -> some value is text

    def add(self, analysis: Analysis) -> None:
        """Take note of one more analysis.

        Args:
            analysis: the analysis.
        """
        self.n += 1
        self.checks |= dict.fromkeys(check.id for check in (analysis.score.checks if analysis.score else ()))
        self.extra |= dict.fromkeys(analysis.message.extra)
        for name, value in analysis.features.values.items():
            self.features[name] = self.features.get(name, False) or isinstance(value, str)


def _features(seen: Seen, names: Names) -> list[Column]:
    columns = []
    listed = [name for name in names.features if not seen.n or name in seen.features]
    for name in (*listed, *(name for name in seen.features if name not in names.features)):
        known = names.features.get(name)
        if known:
            columns.append(Column(name, "number" if known.is_number else "text", known.unit, known.meaning, known.source))
        else:
            # without names nothing is known of any feature; with them, it is one that the catalogue has no more
            meaning = "a feature of an older catalogue" if names.features else ""
            columns.append(Column(name, "text" if seen.features[name] else "number", "", meaning, "features"))
    return columns


def _override_columns(check_ids: Iterable[str], names: Names) -> list[Column]:
    """Four columns for each check: verdict, reason, author and time."""
    columns = []
    for id in check_ids:
        title = names.title(id)
        columns += [
            _text(f"override_{id}", f"{title}: a person's verdict, pass, fail or n/a; empty: none given", "a person"),
            _text(f"override_{id}_reason", "the person's reason", "a person"),
            _text(f"override_{id}_author", "who gave this verdict", "a person"),
            _text(f"override_{id}_utc", "when the verdict was given, ISO 8601", "a person"),
        ]
    return columns


def message_columns(
    analyses: Iterable[Analysis] = (),
    names: Names = NO_NAMES,
    *,
    outcomes: bool = True,
    tone: bool = False,
    overrides: Overrides | None = None,
) -> list[Column]:
    """All columns of the table of these analyses, in order.

    A person's verdicts have columns for the checks of which one was given; without analyses, for all checks.

    Args:
        analyses: the messages; none gives the columns that every table may have.
        names: titles of checks and meanings of features.
        outcomes: with what came of the messages.
        tone: with the axes of delivery.
        overrides: people's verdicts.
    """
    seen = Seen()
    for analysis in analyses:
        seen.add(analysis)
    return columns_of(seen, names, outcomes=outcomes, tone=tone, overrides=overrides)


def columns_of(seen: Seen, names: Names, *, outcomes: bool, tone: bool, overrides: Overrides | None) -> list[Column]:
    """As `message_columns`, of analyses that were read already.

    Args:
        seen: what the analyses have.
        names: titles of checks and meanings of features.
        outcomes: with what came of the messages.
        tone: with the axes of delivery.
        overrides: people's verdicts.

    Returns:
        The columns, in order.
    """
    check_ids = dict.fromkeys(names.checks) | seen.checks
    checks = [_text(f"check_{id}", f"{names.title(id)}: pass, fail or n/a", "rubric") for id in check_ids]
    given = {check for own in (overrides or {}).values() for check in own}
    people = _override_columns(sorted(given) if seen.n else check_ids, names)
    extras = [_text(f"extra_{name}", f"column {name!r} of the manifest", "manifest") for name in seen.extra]
    axes = {f"tone_{axis}" for axis in TONE_AXES}
    features = [column for column in _features(seen, names) if tone or column.name not in axes]
    sounds = "how the voice sounds, in one word; a guess while the model's card calls its axes not validated on real voices"
    tones = [_text("tone_label", sounds, "tone model")] if tone else []
    return [*MESSAGE, *extras, *_HEARD, *_SCORE, *checks, *people, *features, *tones, *(_OUTCOME if outcomes else ()), *_MADE]
