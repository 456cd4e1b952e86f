"""A rubric's verdict, and what a callback model adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vmaudio.records.base import Record

UNSURE_CHECK = 0.5
"""A verdict with less confidence is shown as one to listen to again (our default)."""


@dataclass(frozen=True, slots=True)
class Check(Record):
    """One criterion of the rubric with its verdict on one message.

    Args:
        id: the criterion's id in the rubric.
        verdict: "pass", "fail" or "n/a"; n/a leaves the sum.
        weight: its weight in the points.
        evidence: a few words: what the verdict rests on, or why it is n/a.
        start_s: where that is, in seconds; None where it is nowhere in particular.
        end_s: where it ends, in seconds.
        tip: what to do otherwise.
        confidence: 0 to 1: recognition probability of the words that the verdict rests on, lowered by noise and clipping, and
            by the part model's doubt where a part was missed; 0 for n/a. It ranks checks that a person should hear again; it
            is not calibrated.
        not_judged: n/a because the recording or its words could not be made out, though the question applies. Such messages
            are in nobody's shares, and reports say how many they are.
        counts: 0.1 to 1: the share of the weight that counts. A verdict near to its limit, or resting on a part that may be
            another, counts in part: so the points of a message do not jump where another line or one word decides.
    """

    id: str
    verdict: str
    weight: float
    evidence: str
    start_s: float | None = None
    end_s: float | None = None
    tip: str = ""
    confidence: float = 1.0
    not_judged: bool = False
    counts: float = 1.0

    @property
    def unsure(self) -> bool:
        """Whether a person should hear it again: pass or fail with a confidence under `UNSURE_CHECK`."""
        return self.verdict != "n/a" and self.confidence < UNSURE_CHECK


@dataclass(frozen=True, slots=True)
class Reason(Record):
    """One term of the callback model: ``contribution`` is in log-odds, and the terms add up."""

    feature: str
    value: float | str
    unit: str
    contribution: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Change(Record):
    """One thing done otherwise, alone: the callback probability that it would give. Association, not proof of cause."""

    feature: str
    now: float | str
    then: float | str
    unit: str
    probability: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Score(Record):
    """The rubric's verdict on one message; a probability only from a model of observed outcomes.

    Args:
        points: 0 to 100, weights of the checks passed over the weights that apply, each as far as it counts; None when
            unscored. Never a probability.
        band: "strong", "fair", "weak" or "unscored", by the rubric's limits.
        checks: the rubric's criteria, each with its verdict.
        rubric_id: the rubric's name with the first eight figures of its text's SHA-256.
        callback_probability: 0 to 1, from a model fitted and calibrated on observed outcomes; None without one.
        callback_low: lower end of its interval.
        callback_high: upper end of its interval.
        reasons: what makes the probability, in log-odds that add up.
        changes: what, done otherwise and alone, would change it.
        callback_simulated: that model learned from outcomes that were invented for an exercise.
        model_id: the callback model; None without one.
        baseline_id: the rep's baseline that checks compared with; None without one.
        compared_with: prospects of the team whose messages were looked at for words that everybody is told; 0 where the
            message was scored alone, as the lines of a batch are while it runs.
    """

    points: float | None
    band: str
    checks: tuple[Check, ...]
    rubric_id: str
    callback_probability: float | None = None
    callback_low: float | None = None
    callback_high: float | None = None
    reasons: tuple[Reason, ...] = ()
    changes: tuple[Change, ...] = ()
    callback_simulated: bool = False
    model_id: str | None = None
    baseline_id: str | None = None
    compared_with: int = 0

    @property
    def why_unscored(self) -> str:
        """Where there are no points the reason that most of the checks give; "" with points or without checks."""
        reasons = [check.evidence for check in self.checks if check.verdict == "n/a"]
        return max(dict.fromkeys(reasons), key=reasons.count) if self.points is None and reasons else ""


@dataclass(frozen=True, slots=True)
class RepBaseline(Record):
    """A rep's own medians and spreads (interquartile ranges) of features over ``n`` messages, frozen under an id."""

    baseline_id: str
    rep: str
    n: int
    medians: Mapping[str, float]
    spreads: Mapping[str, float]
