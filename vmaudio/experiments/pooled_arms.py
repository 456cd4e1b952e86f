"""What a comparison says of its arms together: their pooled rates, which of them are mixed up, and which way is better."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from vmaudio.experiments.arms import Arms
from vmaudio.experiments.balance import TIME
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
        The pooled rates; None with fewer than two arms that have messages.
    """
    held = rep if rep is not None and (rep >= 0).any() else None
    what = "reps"
    if any(one.flagged and one.covariate in TIME for pair in pairs for one in pair.imbalance):
        what = "weeks" if held is None else "weeks of reps"
        base = np.zeros(len(week), dtype=int) if held is None else held
        held = np.unique(np.stack([base, week]), axis=1, return_inverse=True)[1].reshape(-1)
    return pool(family.names, family.index, held, y, held=what, lower_is_better=outcome in LOWER_IS_BETTER)


def mixed_up(pairs: Sequence[Pair]) -> frozenset[str]:
    """Arms of which some pair differs in more than the message.

    Args:
        pairs: the pairs with their verdicts.

    Returns:
        Names of arms.
    """
    return frozenset(name for pair in pairs if pair.verdict.kind == "confounded" for name in (pair.a, pair.b))


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
