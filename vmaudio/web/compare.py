"""Two takes of one message side by side: what got better, check by check, and how the measures moved."""

from __future__ import annotations

import math

from vmaudio.features import CATALOGUE
from vmaudio.records import Analysis
from vmaudio.report import Glossary
from vmaudio.web.schemas import CheckChange, Comparison, MeasureChange

MEASURES = {
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
"""Measures shown, by feature. Which way is better depends on where one stands: that is what the checks are for."""


def compare(before: Analysis, after: Analysis, glossary: Glossary, previous: str = "") -> Comparison:
    """Hold a take against the one before. Both should be scored by the same rubric; a check of only one is left out."""
    first = {check.id: check for check in (before.score.checks if before.score else ())}
    changes = [
        CheckChange(
            id=check.id,
            title=glossary.check(check.id).title,
            before=first[check.id].verdict,
            after=check.verdict,
            change=_change(first[check.id].verdict, check.verdict),
        )
        for check in (after.score.checks if after.score else ())
        if check.id in first
    ]
    changes.sort(key=lambda change: ("better", "worse", "other", "same").index(change.change))
    return Comparison(
        previous=previous,
        points_before=before.score.points if before.score else None,
        points_after=after.score.points if after.score else None,
        summary=_summary(before, after, changes),
        checks=changes,
        measures=_measures(before, after),
    )


def _change(before: str, after: str) -> str:
    if before == after:
        return "same"
    return {("fail", "pass"): "better", ("pass", "fail"): "worse"}.get((before, after), "other")


def _summary(before: Analysis, after: Analysis, changes: list[CheckChange]) -> str:
    better = sum(change.change == "better" for change in changes)
    worse = sum(change.change == "worse" for change in changes)
    if not better and not worse:
        checks = "No check changed between pass and miss."
    else:
        checks = f"{better} {_checks(better)} better, {worse} worse."
    old = before.score.points if before.score else None
    new = after.score.points if after.score else None
    if old is None or new is None:
        return checks
    step = round(new) - round(old)
    return f"{'+' if step > 0 else '−' if step < 0 else '±'}{abs(step)} points. {checks}"


def _checks(n: int) -> str:
    return "check is" if n == 1 else "checks are"


def _measures(before: Analysis, after: Analysis) -> list[MeasureChange]:
    rows = []
    for name, title in MEASURES.items():
        if name not in CATALOGUE:
            continue
        old, new = _value(before, name), _value(after, name)
        if old is None and new is None:
            continue
        difference = new - old if old is not None and new is not None else None
        rows.append(
            MeasureChange(name=name, title=title, unit=CATALOGUE[name].unit, before=old, after=new, difference=difference)
        )
    return rows


def _value(analysis: Analysis, name: str) -> float | None:
    value = analysis.features.values.get(name)
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None
