"""Two takes of one message compared: which checks got better or worse, and how the measures moved."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from vmaudio.features import CATALOGUE
from vmaudio.records import Analysis
from vmaudio.report.glossary import Glossary

MEASURES: Mapping[str, str] = {
    "duration_s": "length",
    "speaking_rate_wpm": "pace",
    "reason_s": "reason starts at",
    "pause_count": "pauses",
    "pause_longest_s": "longest pause",
    "filler_count": "ums",
    "number_digits_per_s": "pace of the number",
    "f0_range_st": "pitch range",
    "level_sd_db": "variation of volume",
    "snr_db": "voice over noise",
}
"""Measures shown, by feature. Whether more or less is better depends on the message: the checks say it."""

_ORDER = ("better", "worse", "other", "same")


@dataclass(frozen=True, slots=True)
class CheckChange:
    """One check in two takes: verdicts are "pass", "fail" or "n/a".

    ``change`` is "better" (fail to pass), "worse" (pass to fail), "same", or "other" (it did not apply to one of them).
    """

    id: str
    title: str
    before: str
    after: str
    change: str


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """One measure in two takes, in ``unit``; None where it was not measured, or where there is no difference to give."""

    name: str
    title: str
    unit: str
    before: float | None
    after: float | None
    difference: float | None


@dataclass(frozen=True, slots=True)
class TakesCompared:
    """Two takes side by side: points (0 to 100, None without), a summary in one or two sentences, checks and measures."""

    points_before: float | None
    points_after: float | None
    summary: str
    checks: tuple[CheckChange, ...]
    measures: tuple[MeasureChange, ...]


def compare_takes(before: Analysis, after: Analysis, glossary: Glossary) -> TakesCompared:
    """Compare a take with the one before. Both should be scored by the same rubric.

    Args:
        before: The earlier take.
        after: The later take.
        glossary: Titles of the checks.

    Returns:
        The comparison. Checks that only one of the takes has are left out; the others come sorted: better, worse, other,
        same. Measures that neither take has are left out.
    """
    first = {check.id: check for check in (before.score.checks if before.score else ())}
    changes = [
        CheckChange(
            check.id,
            glossary.check(check.id).title,
            first[check.id].verdict,
            check.verdict,
            _change(first[check.id].verdict, check.verdict),
        )
        for check in (after.score.checks if after.score else ())
        if check.id in first
    ]
    changes.sort(key=lambda change: _ORDER.index(change.change))
    return TakesCompared(
        points_before=before.score.points if before.score else None,
        points_after=after.score.points if after.score else None,
        summary=_summary(before, after, changes),
        checks=tuple(changes),
        measures=tuple(_measures(before, after)),
    )


def _change(before: str, after: str) -> str:
    """What became of a check."""
    if before == after:
        return "same"
    return {("fail", "pass"): "better", ("pass", "fail"): "worse"}.get((before, after), "other")


def _summary(before: Analysis, after: Analysis, changes: list[CheckChange]) -> str:
    """Points and checks in one or two sentences."""
    better = sum(change.change == "better" for change in changes)
    worse = sum(change.change == "worse" for change in changes)
    if not better and not worse:
        checks = "No check changed between passed and missed."
    else:
        checks = f"{better} {'check is' if better == 1 else 'checks are'} better, {worse} worse."
    old = before.score.points if before.score else None
    new = after.score.points if after.score else None
    if old is None or new is None:
        without, which = (after, "The new take has") if new is None else (before, "The earlier take had")
        why = without.score.why_unscored if without.score else ""
        said = f"{which} no points{': ' if why else ''}{why}."
        return f"{said} {checks}" if better or worse else said
    step = round(new) - round(old)
    return f"{'+' if step > 0 else '−' if step < 0 else '±'}{abs(step)} points. {checks}"


def _measures(before: Analysis, after: Analysis) -> list[MeasureChange]:
    """The measures that at least one of the takes has."""
    rows = []
    for name, title in MEASURES.items():
        if name not in CATALOGUE:
            continue
        old, new = _value(before, name), _value(after, name)
        if old is None and new is None:
            continue
        difference = new - old if old is not None and new is not None else None
        rows.append(MeasureChange(name, title, CATALOGUE[name].unit, old, new, difference))
    return rows


def _value(analysis: Analysis, name: str) -> float | None:
    """A feature that is a finite number, or None."""
    value = analysis.features.values.get(name)
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None
