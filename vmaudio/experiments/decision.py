"""One decision from many outcomes: all of them side by side, where they contradict each other, and what an arm is worth.

Without values nothing is decided: callback may say one arm and sale the other, and which counts is for people to say. With
values for each outcome an arm has an expected value per 100 messages; an arm is chosen only if it is surely worth most, keeps
every guardrail, and differs from the others in nothing but the message.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np

from vmaudio.experiments.expected_value import comparison_of, value_draws
from vmaudio.experiments.pooling import chance
from vmaudio.experiments.pooling_options import PoolingOptions
from vmaudio.experiments.preparation import LOWER_IS_BETTER, OUTCOMES
from vmaudio.experiments.results import Comparison, Pair
from vmaudio.experiments.values import Values
from vmaudio.records import Observation

_DEFAULT = PoolingOptions()


@dataclass(frozen=True, slots=True)
class Kept:
    """A guardrail on one arm.

    Attributes:
        arm: the arm.
        outcome: what the guardrail is on.
        limit: the share, 0 to 1: at most for complaints and wrong persons, at least for the others.
        rate: the arm's partially pooled rate.
        low: lower end of its 95 % interval.
        high: upper end.
        state: "kept" (all of the interval), "broken" (none of it), or "open".
    """

    arm: str
    outcome: str
    limit: float
    rate: float
    low: float
    high: float
    state: str

    @property
    def words(self) -> str:
        """The guardrail in words."""
        side = "at most" if self.outcome in LOWER_IS_BETTER else "at least"
        return (
            f"{self.outcome} of '{self.arm}' {100 * self.rate:.1f} % ({100 * self.low:.1f} to {100 * self.high:.1f}), "
            f"{side} {100 * self.limit:g} % wanted"
        )


@dataclass(frozen=True, slots=True)
class Worth:
    """What an arm is worth.

    Attributes:
        arm: the arm.
        per_100: expected value of 100 messages, in the unit of the values.
        low: lower end of its 95 % interval.
        high: upper end.
        prob_best: chance of being worth most among the arms that break no guardrail; 0 for one that does.
    """

    arm: str
    per_100: float
    low: float
    high: float
    prob_best: float


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two outcomes that name different arms of one pair.

    Attributes:
        one: an outcome.
        says: the arm that is better by it.
        other: another outcome.
        other_says: the arm that is better by that.
    """

    one: str
    says: str
    other: str
    other_says: str


@dataclass(frozen=True, slots=True)
class Decision:
    """All outcomes of the arms together.

    Attributes:
        comparisons: a comparison for each outcome that is known, all by the same arms.
        conflicts: outcomes that name different arms.
        values: what each outcome is worth; None where nobody said.
        guardrails: each guardrail on each arm.
        worth: what each arm is worth, the most first; empty without values.
        choice: the arm to use; None where none is sure.
        sentence: all of it in words.
    """

    comparisons: tuple[Comparison, ...]
    conflicts: tuple[Conflict, ...]
    values: Values | None
    guardrails: tuple[Kept, ...]
    worth: tuple[Worth, ...]
    choice: str | None
    sentence: str

    @property
    def conflict_words(self) -> str:
        """Outcomes that name different arms, in words; empty where none do."""
        return _contradictions(self.conflicts, self.comparisons)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "outcomes": [_outcome(one) for one in self.comparisons],
            "conflicts": [dataclasses.asdict(one) for one in self.conflicts],
            "values": self.values.to_dict() if self.values else None,
            "guardrails": [dataclasses.asdict(one) for one in self.guardrails],
            "worth_per_100": [dataclasses.asdict(one) for one in self.worth],
            "choice": self.choice,
            "sentence": self.sentence,
        }


def _outcome(found: Comparison) -> dict[str, Any]:
    return {
        "outcome": found.outcome,
        "better": "lower" if found.outcome in LOWER_IS_BETTER else "higher",
        "arms": [{name: getattr(arm, name) for name in ("arm", "n", "events", "rate", "low", "high")} for arm in found.arms],
        "verdict": found.headline,
    }


def better_arm(pair: Pair, outcome: str) -> str | None:
    """Which arm of a pair the verdict calls better.

    Args:
        pair: the pair.
        outcome: what was compared: for complaints and wrong persons the lower rate is the better one.

    Returns:
        The arm; None without a verdict.
    """
    if pair.verdict.kind not in ("a_higher", "b_higher"):
        return None
    return pair.a if (pair.verdict.kind == "a_higher") != (outcome in LOWER_IS_BETTER) else pair.b


def decide(
    comparisons: Sequence[Comparison], values: Values | None = None, *, looks: bool = False, options: PoolingOptions = _DEFAULT
) -> Decision:
    """Put all outcomes together.

    Args:
        comparisons: one for each outcome, by the same arms; the first is the one that was asked for.
        values: what each outcome is worth, and guardrails; None shows all and decides nothing.
        looks: whether somebody looks again and again (``--monitor``): then nothing is chosen, as the chances hold for one look.
        options: thresholds.

    Returns:
        The decision.
    """
    conflicts = _conflicts(comparisons)
    said = [_contradictions(conflicts, comparisons)] if conflicts else []
    if values is None:
        if said:
            said.append("Which counts is yours to say: --values FILE.toml, with what each is worth.")
        return Decision(tuple(comparisons), conflicts, None, (), (), None, " ".join(said))
    kept = _guardrails(comparisons, values)
    if any(one.adaptive for one in comparisons):
        said.append("No expected value: an adaptive plan drew the arms, and their plain rates are biased.")
        return Decision(tuple(comparisons), conflicts, values, kept, (), None, " ".join(said))
    missing = [name for name in (*values.values, *values.guardrails) if comparison_of(comparisons, name) is None]
    if missing:
        said.append(f"No expected value: {', '.join(dict.fromkeys(missing))} is not known for two arms or more.")
        return Decision(tuple(comparisons), conflicts, values, kept, (), None, " ".join(said))
    names, draws = value_draws(comparisons, values)
    broken = {one.arm for one in kept if one.state == "broken"}
    worth = _worth(names, draws, broken)
    choice, why = _choice(comparisons, values, worth, kept, names, draws, looks, options)
    return Decision(tuple(comparisons), conflicts, values, kept, worth, choice, " ".join([*said, *why]))


def _conflicts(comparisons: Sequence[Comparison]) -> tuple[Conflict, ...]:
    says = [(one.outcome, {(p.a, p.b): arm for p in one.pairs if (arm := better_arm(p, one.outcome))}) for one in comparisons]
    found = []
    for i, (one, first) in enumerate(says):
        for other, second in says[i + 1 :]:
            found += [Conflict(one, first[p], other, second[p]) for p in first if p in second and first[p] != second[p]]
    return tuple(found)


def _contradictions(conflicts: Sequence[Conflict], comparisons: Sequence[Comparison]) -> str:
    said = "; and ".join(_conflict_words(one, comparisons) for one in conflicts)
    return f"The outcomes contradict each other: {said}." if said else ""


def _conflict_words(found: Conflict, comparisons: Sequence[Comparison]) -> str:
    def rate(outcome: str, arm: str) -> str:
        of = next(one for one in comparisons if one.outcome == outcome)
        return f"{100 * (next(a.rate for a in of.arms if a.arm == arm) or 0):.1f} %"

    def words(outcome: str, arm: str, against: str) -> str:
        lower = ", where lower is better" if outcome in LOWER_IS_BETTER else ""
        return f"{outcome} says '{arm}' ({rate(outcome, arm)} against {rate(outcome, against)}{lower})"

    first = words(found.one, found.says, found.other_says)
    return f"{first}, {words(found.other, found.other_says, found.says)}"


def _guardrails(comparisons: Sequence[Comparison], values: Values) -> tuple[Kept, ...]:
    made = []
    for outcome, limit in values.guardrails.items():
        found = comparison_of(comparisons, outcome)
        for arm in found.pooling.arms if found and found.pooling else ():
            ends = (arm.low - limit, arm.high - limit)
            good, bad = (ends[1] <= 0, ends[0] > 0) if outcome in LOWER_IS_BETTER else (ends[0] >= 0, ends[1] < 0)
            state = "kept" if good else "broken" if bad else "open"
            made.append(Kept(arm.arm, outcome, limit, arm.rate, arm.low, arm.high, state))
    return tuple(made)


def _worth(names: Sequence[str], draws: np.ndarray, broken: set[str]) -> tuple[Worth, ...]:
    ends = np.percentile(draws, [2.5, 97.5], axis=0)
    allowed = np.array([name not in broken for name in names])
    best = np.where(allowed, draws, -np.inf).argmax(axis=1)
    chances = [float((best == i).mean()) if allowed[i] else 0.0 for i in range(len(names))]
    made = [
        Worth(name, float(draws[:, i].mean()), float(ends[0, i]), float(ends[1, i]), chances[i]) for i, name in enumerate(names)
    ]
    return tuple(sorted(made, key=lambda one: -one.per_100))


def _choice(
    comparisons: Sequence[Comparison], values: Values, worth: Sequence[Worth], kept: Sequence[Kept], names: Sequence[str],
    draws: np.ndarray, looks: bool, options: PoolingOptions,
) -> tuple[str | None, list[str]]:  # fmt: skip
    shown = ", ".join(f"'{one.arm}' {_money(one.per_100, one.low, one.high)}" for one in worth[:4])
    said = [f"By your values 100 messages are worth{values.unit_words}: {shown}."]
    said += [f"Out by a guardrail: {one.words}." for one in kept if one.state == "broken"]
    left = [one for one in worth if one.prob_best or not any(k.arm == one.arm and k.state == "broken" for k in kept)]
    if not left:
        return None, [*said, "No arm is left to choose."]
    top = max(left, key=lambda one: one.prob_best)
    mixed = {name for found in comparisons for p in found.pairs if p.verdict.kind == "confounded" for name in (p.a, p.b)}
    open_ones = "; ".join(one.words for one in kept if one.arm == top.arm and one.state == "open")
    also = [f"Its guardrail is open too, and it cannot be chosen until that is kept: {open_ones}."] if open_ones else []
    if top.arm in mixed:
        return None, [*said, f"No choice: '{top.arm}' differs from others in more than the message.", *also]
    if top.prob_best < options.sure_of_value:
        return None, [*said, f"No choice yet: '{top.arm}' is worth most with a chance of {chance(top.prob_best)}.", *also]
    if open_ones:
        return None, [*said, f"No choice yet: '{top.arm}' is worth most, but its guardrail is open: {open_ones}."]
    if looks:
        return None, [*said, f"'{top.arm}' leads, but these chances hold for one look: no choice is made with --monitor."]
    second = next((one for one in left if one.arm != top.arm), None)
    if second is None:
        return top.arm, [*said, f"Choose '{top.arm}': it is the only arm that breaks no guardrail."]
    more = draws[:, names.index(top.arm)] - draws[:, names.index(second.arm)]
    low, high = np.percentile(more, [2.5, 97.5])
    lead = f"{_money(float(more.mean()), float(low), float(high))} more than '{second.arm}'"
    held = "; ".join(one.words for one in kept if one.arm == top.arm)
    return top.arm, [*said, f"Choose '{top.arm}': {lead}" + (f"; guardrail kept: {held}." if held else ".")]


def _money(value: float, low: float, high: float) -> str:
    digits = 0 if max(abs(low), abs(high)) >= 100 else 2 if max(abs(low), abs(high)) < 1 else 1
    return f"{value:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def other_outcomes(observations: Iterable[Observation], outcome: str) -> list[str]:
    """The other outcomes that are known of some message, and so worth a comparison of their own.

    Args:
        observations: messages with their outcomes.
        outcome: the outcome that was asked for.

    Returns:
        Names, in the order of the funnel.
    """
    told = [one.outcome for one in observations if one.outcome is not None]
    return [name for name in OUTCOMES if name != outcome and not {None}.issuperset(map(attrgetter(name), told))]
