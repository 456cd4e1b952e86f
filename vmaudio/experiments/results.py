"""What a comparison found: arms, pairs, warnings, verdicts, and all of it as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from vmaudio.experiments import weighted
from vmaudio.experiments.attribution import ATTRIBUTIONS
from vmaudio.experiments.balance import Imbalance
from vmaudio.experiments.clusters import Clustered
from vmaudio.experiments.fixed_effects import FixedEffect
from vmaudio.experiments.planned import Planned
from vmaudio.experiments.pooling import Pooling
from vmaudio.experiments.preparation import LOWER_IS_BETTER, Prepared
from vmaudio.experiments.rates import LEVEL, PRIOR
from vmaudio.experiments.sample_sizes import POWER
from vmaudio.experiments.sequential import Monitored
from vmaudio.experiments.trend import Trend

if TYPE_CHECKING:
    from vmaudio.store import Looks


@dataclass(frozen=True, slots=True)
class Caution:
    """A warning: what to know beside the numbers.

    Attributes:
        kind: a word that other programs can rely on, such as "confounded" or "few_events".
        sentence: the warning in words.
        details: further keys of the JSON object, such as counts.
    """

    kind: str
    sentence: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"kind": self.kind, "sentence": self.sentence, **self.details}


PLAN_COMMAND = ": vmaudio compare plan"
MISSING_OPTION = "; where the export lists only what happened, add --missing-is 0"
"""What a verdict says to type; see `Verdict.without_commands`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one pair of arms.

    Attributes:
        kind: "a_higher", "b_higher", "confounded" or "not_enough".
        sentence: the verdict in words.
    """

    kind: str
    sentence: str

    @property
    def without_commands(self) -> str:
        """The verdict in words for a page, on which nobody types the commands that follow from it."""
        return self.sentence.replace(PLAN_COMMAND, "").replace(MISSING_OPTION, "")


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm of a comparison.

    Attributes:
        arm: its name.
        n: messages with a known, final outcome.
        events: those with the outcome.
        rate: the share from 0 to 1; None without messages, as are ``low`` and ``high``.
        low: lower end of the 95 % Wilson interval.
        high: upper end.
        n_reps: reps who used the arm.
        cost: total cost of the messages whose cost is known; None when none is.
        cost_per_event: ``cost`` divided by their events; None without events.
        anytime: interval of the rate that is valid at every look, where asked for.
        corrected: rate of the true class, for arms that a classifier predicted.
        purity: estimated share of the arm's messages that truly belong to it, likewise.
    """

    arm: str
    n: int
    events: int
    rate: float | None
    low: float | None
    high: float | None
    n_reps: int = 0
    cost: float | None = None
    cost_per_event: float | None = None
    anytime: tuple[float, float] | None = None
    corrected: float | None = None
    purity: float | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two arms compared; every difference is a - b, a share from -1 to 1. See docs/does-it-work.md for each number.

    Attributes:
        a: name of the first arm.
        b: name of the second.
        difference: difference of the rates.
        low: lower end of its 95 % interval (Newcombe), messages being the unit.
        high: upper end.
        p_value: two-sided p-value of "both rates are the same".
        p_adjusted: the same after Holm's correction over all pairs.
        p_deciding: p-value of the comparison that decides the verdict, named by ``deciding``.
        p_deciding_adjusted: the same after Holm's correction over all pairs.
        deciding: "within reps", "within weeks and reps", "within weeks", "by rep" or "messages"; or "at every look".
        prob_a_better: posterior probability that arm a is truly better; lower is better for complaints and wrong persons. None
            where an arm has few messages, and for an adaptive plan.
        n_more_per_arm: further messages in each arm for 80 % power, at alpha divided by the number of pairs; None when
            the rates are equal.
        test: name of the test.
        risk_ratio: ratio of the rates a / b with its interval; None without events.
        clustered: the interval with reps as the unit.
        adjusted: the difference within reps.
        n_more_by_rep: ``n_more_per_arm`` times the design effect; None when that is not known.
        n_more_deciding: the same for the comparison within reps or weeks, where that one decides; None where another
            one does, or where few events make it the exact test that ``n_more_per_arm`` is for already.
        why_no_count: why none of these numbers is worth saying, in words; "" where they are.
        n: messages in arm a and in arm b.
        unit: what is counted: "message", or "dial" where dials of a call list are compared.
        imbalance: how much the arms differ in each covariate.
        anytime: the difference in a form that is valid at every look, where asked for.
        corrected: difference of the true classes with its interval, for arms that a classifier predicted.
        verdict: the verdict in words.
    """

    a: str
    b: str
    difference: float
    low: float
    high: float
    p_value: float
    p_adjusted: float
    prob_a_better: float | None
    n_more_per_arm: int | None
    test: str
    risk_ratio: tuple[float, float, float] | None
    clustered: Clustered
    adjusted: FixedEffect
    n_more_by_rep: int | None = None
    imbalance: tuple[Imbalance, ...] = ()
    anytime: Monitored | None = None
    corrected: tuple[float, float, float] | None = None
    p_deciding: float = 1.0
    p_deciding_adjusted: float = 1.0
    deciding: str = "messages"
    n_more_deciding: int | None = None
    why_no_count: str = ""
    n: tuple[int, int] = (0, 0)
    unit: str = "message"
    verdict: Verdict = field(default_factory=lambda: Verdict("not_enough", ""))

    @property
    def adaptive(self) -> bool:
        """Whether an adaptive plan drew the arms, so that their plain rates are biased."""
        return self.anytime is not None and self.anytime.method == weighted.METHOD

    @property
    def n_more(self) -> int | None:
        """Further messages in each arm that the test that decides needs; None where no number shows a difference."""
        if self.n_more_deciding is not None and self.adjusted.difference is not None:
            return self.n_more_deciding
        return max((n for n in (self.n_more_per_arm, self.n_more_by_rep) if n is not None), default=None)

    @property
    def n_in_all(self) -> tuple[int, int] | None:
        """Messages of arm a and of arm b, those there are and the further ones; None as in `n_more`."""
        return None if self.n_more is None else (self.n[0] + self.n_more, self.n[1] + self.n_more)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of `compare`.

    Attributes:
        by: what makes the arms.
        outcome: the outcome that was compared.
        arms: the arms, in order.
        pairs: every two arms that have messages.
        warnings: what to know beside the numbers.
        prepared: the messages that count, and what was left out and why.
        no_arm: messages that count but are in no arm.
        overall_p: p-value of "all arms have one rate"; None with fewer than three arms, and for an adaptive plan.
        trend: the slope, where ``by`` is a number.
        headline: the verdict on all pairs in a few sentences.
        pooling: partially pooled rates and ranks of the arms; None with fewer than two, where ``by`` is "checks", and for an
            adaptive plan.
        looks: how often this comparison was looked at; None where that is not remembered.
        planned: what the plan lets one check, where a plan was compared.
    """

    by: str
    outcome: str
    arms: tuple[Arm, ...]
    pairs: tuple[Pair, ...]
    warnings: tuple[Caution, ...]
    prepared: Prepared
    no_arm: int
    overall_p: float | None
    trend: Trend | None
    headline: str
    pooling: Pooling | None = None
    looks: Looks | None = None
    planned: Planned | None = None

    @property
    def lower_is_better(self) -> bool:
        """Whether the outcome is a bad one: complaint and wrong person."""
        return self.outcome in LOWER_IS_BETTER

    @property
    def monitored(self) -> bool:
        """Whether the verdicts hold at every look: a sequence decided, and no fixed test."""
        return any(pair.anytime is not None for pair in self.pairs)

    @property
    def adaptive(self) -> bool:
        """Whether an adaptive plan drew the arms: then nothing is pooled or ranked by their plain rates."""
        return any(pair.adaptive for pair in self.pairs)

    @property
    def sentence(self) -> str:
        """The headline, and for how many looks it holds."""
        return f"{self.headline} {self.how_many_looks}".strip()

    @property
    def how_many_looks(self) -> str:
        """For how many looks the verdict holds, in words; "" where it holds at every look, or where there is none."""
        if self.monitored or all(pair.verdict.kind == "confounded" for pair in self.pairs):
            return ""
        once = "This holds for one look at the data"
        if self.looks is None or self.looks.times == 1:
            return f"{once}: to look again as {self.prepared.unit}s come in, use --monitor."
        times = f"looked at {self.looks.times} times"
        if self.looks.states == 1:
            return f"{once}. It was {times}, always at the same {self.prepared.unit}s: that is one look."
        at = f"at {self.looks.states} states of the data"
        return f"{once}. It was {times}, {at}, and a fixed test is wrong more often then: use --monitor."

    @property
    def simulated(self) -> bool:
        """Whether any outcome is simulated: the result is an exercise then."""
        return self.prepared.simulated > 0

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``vmaudio compare --json``: plain values, None for what cannot be computed."""
        p = self.prepared
        done: dict[str, Any] = _finite(
            {
                "by": self.by,
                "outcome": self.outcome,
                "better": "lower" if self.lower_is_better else "higher",
                "arms": [_arm(arm) for arm in self.arms],
                "pairs": [_pair(pair) for pair in self.pairs],
                "warnings": [warned.to_dict() for warned in self.warnings],
                "verdict": self.sentence,
                "monitored": self.monitored,
                "looks": {"times": self.looks.times, "states": self.looks.states} if self.looks else None,
                "overall_p": self.overall_p,
                "pooling": self.pooling.to_dict() if self.pooling else None,
                "trend": self.trend.to_dict() if self.trend else None,
                "simulated": self.simulated,
                "n": sum(arm.n for arm in self.arms),
                "left_out": {"unknown": p.unknown, "young": p.young, "not_sent": p.not_sent, "no_arm": self.no_arm},
                "taken_as_no": p.taken_as_no,
                "late_callbacks": p.late,
                "window_days": p.window.total_seconds() / 86400 if p.window else None,
                "as_of": p.as_of.isoformat() if p.as_of else None,
                "attribution": attribution_dict(p),
                "prior": f"Beta({PRIOR[0]:g}, {PRIOR[1]:g}) on each arm's rate",
                "level": LEVEL,
                "power": POWER,
            }
        )
        return done | ({"plan": _finite(self.planned.to_dict())} if self.planned else {})


def attribution_dict(prepared: Prepared) -> dict[str, Any]:
    """How callbacks were given to messages, as JSON values.

    Args:
        prepared: the messages that count.

    Returns:
        The rule, what it means, how many callbacks it moved, and which are contested between reps or arms.
    """
    rule = prepared.attribution
    made: dict[str, Any] = {"rule": rule, "means": ATTRIBUTIONS[rule], "moved": prepared.moved}
    return made | {"contested": [one.to_dict() for one in prepared.contests]}


def _arm(arm: Arm) -> dict[str, Any]:
    made = {k: getattr(arm, k) for k in ("arm", "n", "events", "rate", "low", "high", "n_reps")}
    if arm.cost is not None:
        made |= {"cost": arm.cost, "cost_per_event": arm.cost_per_event}
    if arm.anytime is not None:
        made["monitor"] = dict(zip(("low", "high"), arm.anytime, strict=True))
    if arm.purity is not None:
        made |= {"rate_corrected": arm.corrected, "purity": arm.purity}
    return made


def _pair(pair: Pair) -> dict[str, Any]:
    plain = (
        "a", "b", "difference", "low", "high", "p_value", "p_adjusted", "prob_a_better", "n_more_per_arm", "n_more_by_rep",
        "n_more_deciding", "test", "p_deciding", "p_deciding_adjusted", "deciding",
    )  # fmt: skip
    made: dict[str, Any] = {name: getattr(pair, name) for name in plain}
    made["n_in_all"] = dict(zip(("a", "b"), pair.n_in_all, strict=True)) if pair.n_in_all else None
    made["risk_ratio"] = dict(zip(("ratio", "low", "high"), pair.risk_ratio, strict=True)) if pair.risk_ratio else None
    made |= {"clustered": pair.clustered.to_dict(), "adjusted": pair.adjusted.to_dict()}
    made["imbalance"] = [one.to_dict() for one in pair.imbalance]
    if pair.anytime is not None:
        made["monitor"] = pair.anytime.to_dict()
    if pair.corrected is not None:
        made["corrected"] = dict(zip(("difference", "low", "high"), pair.corrected, strict=True))
    return made | {"verdict": pair.verdict.sentence, "verdict_kind": pair.verdict.kind}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
