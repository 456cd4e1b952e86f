"""The cheap pass: a rubric's checks on one Analysis, and the rep's own baseline.

Points are 100 x weights passed over weights that apply; n/a leaves the sum. Points are a coach's opinion applied evenly
and are never called a probability.
"""

from __future__ import annotations

import hashlib
import json
import math
import statistics
from collections.abc import Iterable, Sequence

from vmaudio.features import CATALOGUE
from vmaudio.records import Analysis, Check, RepBaseline, Score
from vmaudio.rubric.checks import (
    JUDGES,
    MIN_BASELINE,
    SIGNAL_FEATURES,
    SIGNAL_ONLY,
    SURE,
    SURE_ABSENT,
    SURE_PASS,
    Case,
    Ruling,
)
from vmaudio.rubric.load import Criterion, Rubric

OVERALL = frozenset({"feature", "pace_under", "pace_over"})
"""Questions about the whole message; the place that they name is only an example."""

NAMED_SURE = 0.95
"""A message that names its listener is a robocall only where the model is this sure: a recording for thousands names nobody."""


def unscored_because(analysis: Analysis, rubric: Rubric) -> str | None:
    """Why a message gets no points (no speech; not a sales message by the rubric's ``not_for``), or None."""
    if analysis.transcript.status != "speech":
        return "there is no speech in it"
    approach = analysis.structure.approach
    sure = analysis.structure.approach_probabilities.get(approach, 0.0)
    callee = analysis.entities.callee
    if approach == "robocall" and callee is not None and callee.probability >= 0.5 and sure < NAMED_SURE:
        return None
    if approach in rubric.not_for and sure >= rubric.not_for_probability:
        return f"it is no sales message of the kind this rubric is for ({approach}, {100 * sure:.0f} % sure)"
    return None


def _needs_words(criterion: Criterion) -> bool:
    if criterion.test == "feature":
        return criterion.options["feature"] not in SIGNAL_FEATURES
    return criterion.test not in SIGNAL_ONLY


def _rule(case: Case, criterion: Criterion) -> Ruling:
    approach = case.analysis.structure.approach
    if approach in criterion.na_for:
        return Ruling("n/a", f"does not apply to a {approach} message")
    if case.unreadable and _needs_words(criterion):
        return Ruling("n/a", case.unreadable)
    return JUDGES[criterion.test](case, criterion)


def _weighed(case: Case, criterion: Criterion) -> tuple[Ruling, float]:
    """The ruling with its confidence; one that rests on sound nobody can make out is n/a.

    Passes too, if later than fails: were only fails let off, noise would raise the points.
    """
    ruling = _rule(case, criterion)
    if ruling.verdict == "n/a":
        return ruling, 0.0
    if criterion.test in SIGNAL_ONLY:
        return ruling, 1.0  # how long and how clear it is can always be told
    # a measure over all words is as sure as they are, not as the one word that it points at
    where = (None, None) if criterion.test in OVERALL else (ruling.start_s, ruling.end_s)
    sure = case.clearness * (case.sureness(*where) if _needs_words(criterion) else 1.0)
    if ruling.verdict == "fail":
        if ruling.absent < SURE_ABSENT:
            maybe = f"something may have been it ({100 * (1 - ruling.absent):.0f} %)"
            return Ruling("n/a", f"{ruling.evidence}, though {maybe}"), 0.0
        sure *= ruling.absent
    if sure < (SURE if ruling.verdict == "fail" else SURE_PASS):
        return Ruling("n/a", f"{ruling.evidence}, but that is not sure: {case.unclear_because}"), 0.0
    return ruling, sure


def score(analysis: Analysis, rubric: Rubric, baseline: RepBaseline | None = None) -> Score:
    """Judge one message by a rubric.

    ``baseline`` is the rep's own, or None; under `MIN_BASELINE` messages it is not used. The Analysis' own ``score`` is
    not looked at. A message without speech, or of a kind the rubric is not for, is "unscored": points None, every check n/a.
    Where the words cannot be trusted it is unscored too, and only the checks that need none are judged.
    """
    if baseline is not None and baseline.n < MIN_BASELINE:
        baseline = None
    case = Case(analysis, baseline)
    why_not = unscored_because(analysis, rubric)
    checks = []
    for criterion in rubric.criteria:
        ruling, sure = (Ruling("n/a", why_not), 0.0) if why_not else _weighed(case, criterion)
        checks.append(
            Check(
                id=criterion.id,
                verdict=ruling.verdict,
                weight=criterion.weight,
                evidence=ruling.evidence,
                start_s=ruling.start_s,
                end_s=ruling.end_s,
                tip=criterion.tip,
                confidence=round(sure, 3),
            )
        )
    # the few checks that need no words are no measure of a message
    points = None if case.unreadable else points_of(checks)
    return Score(
        points=points,
        band=rubric.band(points),
        checks=tuple(checks),
        rubric_id=rubric.rubric_id,
        baseline_id=baseline.baseline_id if baseline else None,
    )


def points_of(checks: Sequence[Check]) -> float | None:
    """Points from 0 to 100 with one decimal: weights passed over weights that apply; None when nothing applies."""
    applies = sum(check.weight for check in checks if check.verdict != "n/a")
    passed = sum(check.weight for check in checks if check.verdict == "pass")
    return round(100.0 * passed / applies, 1) if applies > 0 else None


def rep_baseline(rep: str, analyses: Iterable[Analysis]) -> RepBaseline:
    """A rep's own medians and interquartile ranges of every number in the catalogue, frozen under an id.

    Messages without speech are left out. The id is made of the values, so the same messages give the same id whatever
    their order.
    """
    rows = [analysis.features.values for analysis in analyses if analysis.transcript.status == "speech"]
    medians: dict[str, float] = {}
    spreads: dict[str, float] = {}
    for name, feature in CATALOGUE.items():
        values = [float(row[name]) for row in rows if feature.is_number and not math.isnan(float(row.get(name, math.nan)))]
        if len(values) >= 2:
            low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
            medians[name], spreads[name] = middle, high - low
    digest = hashlib.sha256(json.dumps([rep, len(rows), medians, spreads], sort_keys=True).encode()).hexdigest()
    return RepBaseline(baseline_id="b" + digest[:12], rep=rep, n=len(rows), medians=medians, spreads=spreads)
