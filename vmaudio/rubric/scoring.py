"""The cheap pass: a rubric's checks on one Analysis.

Points are 100 x weights passed over weights that apply; n/a leaves the sum, and a verdict near to its limit counts in part.
Points are a coach's opinion applied evenly and are never called a probability.
"""

from __future__ import annotations

from collections.abc import Sequence

from vmaudio.records import Analysis, Check, RepBaseline, Score
from vmaudio.rubric.checks import Case, Ruling, cannot_judge, not_applicable, run_check
from vmaudio.rubric.confidence import needs_words, why_english_only, why_unreadable, with_confidence
from vmaudio.rubric.criterion import Criterion
from vmaudio.rubric.load import Rubric
from vmaudio.rubric.options import RUBRIC_OPTIONS, RubricOptions
from vmaudio.rubric.team import NO_TEAM, TeamWords
from vmaudio.rubric.unscored import unscored_because


def _answer(case: Case, criterion: Criterion, unreadable: str | None) -> Ruling:
    """The answer of the check, or n/a where it does not apply or the words cannot be trusted."""
    approach = case.analysis.structure.counts_as
    if approach in criterion.na_for:
        return not_applicable(f"does not apply to a {approach.replace('_', ' ')} message")
    if unreadable and needs_words(criterion):
        return cannot_judge(unreadable)
    if foreign := why_english_only(case, criterion):
        return cannot_judge(foreign)
    found = run_check(case, criterion)
    chances = case.analysis.structure.chances
    maybe = max(criterion.na_for, key=lambda name: chances.get(name, 0.0), default="")
    if found.verdict == "fail" and chances.get(maybe, 0.0) >= case.options.confidence.maybe_approach:
        why = f"{found.evidence}, but this may be a {maybe.replace('_', ' ')} message, to which it does not apply"
        return cannot_judge(why, found.start_s, found.end_s)
    return found


def score(
    analysis: Analysis,
    rubric: Rubric,
    baseline: RepBaseline | None = None,
    options: RubricOptions = RUBRIC_OPTIONS,
    team: TeamWords = NO_TEAM,
) -> Score:
    """Score one message by a rubric.

    Args:
        analysis: of the message. Its own ``score`` is not looked at.
        rubric: from `load_rubric`.
        baseline: the rep's own, or None; not used where it rests on too few messages (`CheckOptions.min_baseline`).
        options: the thresholds of the checks and of their confidence.
        team: what others are told, by which words for this prospect are told from words for all.

    Returns:
        The points from 0 to 100 with every check. A message without speech, or of a kind the rubric is not for, is
        "unscored": points None, every check n/a. Where the words cannot be trusted it is unscored too, and only the checks
        that need none are answered.

    Raises:
        PluginError: a check of another package failed.
        TypeError: the first is no Analysis (a Failure cannot be scored), or the second no Rubric.
    """
    if not isinstance(analysis, Analysis):
        raise TypeError(f"score takes an Analysis, and no {type(analysis).__name__}.")
    if not isinstance(rubric, Rubric):
        raise TypeError(f"score takes a Rubric, and no {type(rubric).__name__}. Make one with load_rubric.")
    if baseline is not None and baseline.n < options.checks.min_baseline:
        baseline = None
    case = Case(analysis, baseline, options, team)
    unreadable = why_unreadable(case)
    why_not = unscored_because(analysis, rubric, options.confidence)
    checks = []
    for criterion in rubric.criteria:
        if why_not:
            ruling, sure = not_applicable(why_not), 0.0
        else:
            ruling, sure = with_confidence(case, criterion, _answer(case, criterion, unreadable))
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
                not_judged=ruling.not_judged,
                counts=round(ruling.counts, 3),
            )
        )
    # the few checks that need no words, or none of English, are no measure of a message
    left_out = unreadable or any(criterion.weight and why_english_only(case, criterion) for criterion in rubric.criteria)
    points = None if left_out else points_of(checks)
    return Score(
        points=points,
        band=rubric.bands.band(points, checks),
        checks=tuple(checks),
        rubric_id=rubric.rubric_id,
        baseline_id=baseline.baseline_id if baseline else None,
        compared_with=team.prospects,
    )


def points_of(checks: Sequence[Check]) -> float | None:
    """Points: 100 x the weights passed over the weights that apply, each weight as far as it counts.

    Args:
        checks: with their verdicts; n/a does not apply.

    Returns:
        0 to 100 with one decimal; None where nothing applies.
    """
    applies = sum(check.weight * check.counts for check in checks if check.verdict != "n/a")
    passed = sum(check.weight * check.counts for check in checks if check.verdict == "pass")
    return round(100.0 * passed / applies, 1) if applies > 0 else None
