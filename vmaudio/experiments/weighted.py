"""Differences of arms that were drawn with known, changing probabilities: valid at every look, however these were chosen.

In an adaptive plan an arm that began well by luck gets more messages, so that plain rates are biased, and time and arm go
together. But each message's arm was drawn with a probability that is known: among messages of arms a and b,
e = P(a) / (P(a) + P(b)). The score (y - m) (1[a] - e), with m the rate of earlier batches, has the mean delta e (1 - e) when
the difference is delta: inverse-probability weighting with overlap weights (Li, Morgan & Zaslavsky 2018), which lie in -1..1
however small a probability is. Bets on the scores make an anytime-valid interval without any approximation (Waudby-Smith, Wu,
Ramdas, Karampatziakis & Mineiro, "Anytime-valid off-policy inference for contextual bandits", 2024). By hand: no well-kept
library has it.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence

import numpy as np

from vmaudio.experiments.options import MonitorOptions
from vmaudio.experiments.sequential import Monitored

METHOD = "betting on inverse-probability weighted scores (Waudby-Smith et al. 2024), mixture over fixed stakes"

STEPS = 24
"""Halvings of the search for an end of the interval: to 1e-7."""

_DEFAULT = MonitorOptions()


def scores(
    in_a: np.ndarray, y: np.ndarray, chance: np.ndarray, batch: np.ndarray, count: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The scores of the messages of two arms, and what each has as its mean for a difference of 1.

    Args:
        in_a: bool (n,), whether the message is in arm a.
        y: 0 or 1 (n,), the outcomes.
        chance: P(a) / (P(a) + P(b)) when the message's arm was drawn (n,), above 0 and below 1.
        batch: in which batch it was drawn (n,); earlier ones have lower numbers.
        count: how many messages are alike in all that (n,); None for one each.

    Returns:
        Scores from -1 to 1 and e (1 - e), each (n,).
    """
    weight = np.ones(len(y)) if count is None else count
    code = np.unique(batch, return_inverse=True)[1]
    n, events = np.bincount(code, weights=weight), np.bincount(code, weights=weight * y)
    before_n, before = np.cumsum(n) - n, np.cumsum(events) - events
    level = np.where(before_n > 0, before / np.maximum(before_n, 1), 0.0)[code]
    return (y - level) * (in_a - chance), chance * (1 - chance)


def stakes_of(options: MonitorOptions = _DEFAULT) -> np.ndarray:
    """Stakes of the bets, evenly spaced on a log scale.

    Args:
        options: thresholds; with ``expected_blocks`` n the stakes are near sqrt(2 log(2 / alpha) / (n v)), the best ones at n
            pairs of messages whose differences have a variance v from 2 x .02 x .98 to 2 x .3 x .7.

    Returns:
        Shares of the largest stake allowed, shape (n_stakes,), or (expected_stakes,) for a tuned bet.
    """
    if options.expected_blocks:
        best = np.sqrt(2 * math.log(2 / options.alpha) / (options.expected_blocks * np.array([0.42, 0.0392])))
        low, high = np.clip(best, options.lowest_stake, options.highest_stake)
        return np.geomspace(low, high, options.expected_stakes)
    return np.geomspace(options.lowest_stake, options.highest_stake, options.n_stakes)


def log_wealth(score: np.ndarray, slope: np.ndarray, count: np.ndarray, delta: float, stakes: np.ndarray) -> float:
    """Log of what a bet of 1 against a difference has become, betting both ways and averaged over the stakes.

    Args:
        score: distinct scores (n,).
        slope: their means for a difference of 1 (n,).
        count: how many messages have them (n,).
        delta: the difference, -1 to 1.
        stakes: shares of the largest stake (n_stakes,).

    Returns:
        The natural logarithm.
    """
    both = np.concatenate([stakes, -stakes]) / (1 + abs(delta) / 4)  # a score less its mean lies in -1.25..1.25 at most
    total = count @ np.log1p(both[None, :] * (score - delta * slope)[:, None])
    top = float(total.max())
    return top + math.log(float(np.exp(total - top).mean()))


def weighted_difference(
    in_a: np.ndarray, y: np.ndarray, chance: np.ndarray, batch: np.ndarray, options: MonitorOptions
) -> Monitored:
    """Anytime-valid interval and p-value of the difference of rates a - b in an adaptive plan.

    Args:
        in_a: bool (n,), whether the message is in arm a.
        y: 0 or 1 (n,), the outcomes.
        chance: P(a) / (P(a) + P(b)) when the message's arm was drawn (n,).
        batch: in which batch it was drawn (n,).
        options: thresholds; ``alpha`` is the chance of ever being wrong.

    Returns:
        The difference so far; without messages of both arms -1 to 1 with p-value 1.
    """
    if not len(y) or in_a.all() or not in_a.any():
        return Monitored(-1.0, 1.0, 1.0, 1.0, 0, len(y), METHOD)
    if options.expected_blocks:  # a score has a quarter of a block's mean and an eighth of its variance: twice the stake
        options = dataclasses.replace(options, expected_blocks=max(1, options.expected_blocks // 4))
    score, slope = scores(in_a, y, chance, batch)
    found, count = np.unique(np.stack([score, slope]), axis=1, return_counts=True)
    stakes, limit = stakes_of(options), math.log(1 / options.alpha)

    def inside(delta: float) -> bool:
        return log_wealth(found[0], found[1], count, delta, stakes) < limit

    estimate = float(np.clip(score.sum() / slope.sum(), -1, 1))

    def edge(end: float) -> float:
        if inside(end):
            return end
        near, far = estimate, end
        for _ in range(STEPS):
            middle = (near + far) / 2
            near, far = (middle, far) if inside(middle) else (near, middle)
        return far

    e_value = math.exp(min(700.0, log_wealth(found[0], found[1], count, 0.0, stakes)))
    return Monitored(
        edge(-1.0), edge(1.0), e_value, min(1.0, 1 / e_value), len(y), 0, METHOD, estimate=estimate
    )  # fmt: skip


def chances(probabilities: Sequence[Mapping[str, float]], a: str, b: str) -> np.ndarray:
    """P(a) / (P(a) + P(b)) for each message.

    Args:
        probabilities: with which its arm was drawn, by arm.
        a: name of the first arm.
        b: name of the second.

    Returns:
        Shares (n,); NaN where one of the arms could not be drawn.
    """
    found = np.full(len(probabilities), np.nan)
    for i, one in enumerate(probabilities):
        if a in one and b in one:
            found[i] = one[a] / (one[a] + one[b])
    return found
