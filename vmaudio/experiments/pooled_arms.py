"""What a comparison says of its arms together: their pooled rates, which of them are mixed up, and which way is better."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from vmaudio.experiments.arms import Arms
from vmaudio.experiments.balance import TIME
from vmaudio.experiments.decision import better_arm
from vmaudio.experiments.pooling import Pooling, pool
from vmaudio.experiments.preparation import LOWER_IS_BETTER
from vmaudio.experiments.results import Pair


def pooled_arms(
    family: Arms, rep: np.ndarray | None, week: np.ndarray, y: np.ndarray, pairs: Sequence[Pair], outcome: str
) -> Pooling | None:
    """Partially pooled rates of the arms of a comparison.

    Reps have no level of their own where they are the arms, or where none is known; where arms were used at different times
    every week has one.

    Args:
        family: the arms.
        rep: rep numbers (n_messages,), -1 where not known; None where reps are the arms.
        week: weeks (n_messages,), -1 where not known.
        y: 0 or 1 (n_messages,), the outcomes.
        pairs: the pairs of arms, with what they differ in.
        outcome: what was compared.

    Returns:
        The pooled rates, ranks within what the verdicts decide; None with fewer than two arms that have messages.
    """
    held = rep if rep is not None and (rep >= 0).any() else None
    what = "reps"
    if any(one.flagged and one.covariate in TIME for pair in pairs for one in pair.imbalance):
        what = "weeks" if held is None else "weeks of reps"
        base = np.zeros(len(week), dtype=int) if held is None else held
        held = np.unique(np.stack([base, week]), axis=1, return_inverse=True)[1].reshape(-1)
    found = pool(family.names, family.index, held, y, held=what, lower_is_better=outcome in LOWER_IS_BETTER)
    return None if found is None else within_verdicts(found, pairs, outcome)


def within_verdicts(found: Pooling, pairs: Sequence[Pair], outcome: str) -> Pooling:
    """Ranks that do not contradict the verdicts: an arm that is decided worse than another one is not the first.

    The pooled rates are drawn towards each other, so their intervals of ranks alone are wider than what a test decides. Of arms
    that differ in something else, such as when they were used, pooling removes a part only: where no verdict tells two of them
    apart, either may have the other's place.

    Args:
        found: the pooled rates.
        pairs: the pairs with their verdicts.
        outcome: what was compared.

    Returns:
        The same rates, with ``rank_low`` and ``rank_high`` within the places that the verdicts leave.
    """
    better: dict[str, set[str]] = {one.arm: set() for one in found.arms}
    places = {one.arm: (one.rank_low, one.rank_high) for one in found.arms}
    for pair in pairs:
        if {pair.a, pair.b} <= set(places) and _open(pair):
            both = (*places[pair.a], *places[pair.b])
            places[pair.a] = places[pair.b] = min(both), max(both)
    for pair in pairs:
        winner = better_arm(pair, outcome)
        if winner is not None:
            better[pair.b if winner == pair.a else pair.a].add(winner)
    for middle in better:  # what is better than a better one is better
        for above in better.values():
            if middle in above:
                above |= better[middle]
    arms = []
    for one in found.arms:
        first, last = 1 + len(better[one.arm]), len(better) - sum(one.arm in above for above in better.values())
        if first <= last:  # else the verdicts go round in a circle, which leaves no place
            low, high = (min(max(rank, first), last) for rank in places[one.arm])
            one = dataclasses.replace(one, rank_low=low, rank_high=high)
        arms.append(one)
    return dataclasses.replace(found, arms=tuple(arms))


def _open(pair: Pair) -> bool:
    """Whether two arms differ in more than the message and its rep, and no verdict names the better one."""
    decided = pair.verdict.kind in ("a_higher", "b_higher")
    return not decided and any(one.flagged and one.covariate != "rep" for one in pair.imbalance)


def mixed_up(pairs: Sequence[Pair]) -> frozenset[str]:
    """Arms of which some pair differs in more than the message, and is not told apart all the same.

    Args:
        pairs: the pairs with their verdicts.

    Returns:
        Names of arms.
    """
    return frozenset(name for pair in pairs if pair.verdict.kind == "confounded" or _open(pair) for name in (pair.a, pair.b))


def lower_is_better(pair: Pair) -> Pair:
    """Let a verdict that names the arm with the higher rate say that the other one is better, where fewer are better.

    Args:
        pair: a pair with its verdict.

    Returns:
        The pair; without a winner the same.
    """
    if pair.verdict.kind not in ("a_higher", "b_higher"):
        return pair
    better = pair.b if pair.verdict.kind == "a_higher" else pair.a
    sentence = f"{pair.verdict.sentence} Here fewer are better: '{better}' is the better one."
    return dataclasses.replace(pair, verdict=dataclasses.replace(pair.verdict, sentence=sentence))
