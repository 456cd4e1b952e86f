"""Looking every morning without fooling oneself: intervals and tests that hold at every look at once.

The difference: messages of the two arms are joined in the order of sending into blocks, each with one of the rarer arm and
one to three of the other, as the arms have come so far; a block's difference of shares lies in -1..1 and has the true
difference as its mean. A gambler who bets against "the mean is delta" on each block, with stakes fixed beforehand, wins money
for ever only if delta is wrong; the interval is every delta against which the bets have not made 1 / alpha (Waudby-Smith &
Ramdas 2024, "Estimating means of bounded random variables by betting").
A single rate: the beta-binomial mixture (Robbins 1970; Howard, Ramdas, McAuliffe & Sekhon 2021).

Both are valid at any number of looks, with no assumption on how the rates are distributed; they assume that which arm comes
next does not depend on what is known of the outcomes.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

ALPHA = 0.05
MOST_TO_ONE = 3
"""Most messages of the commoner arm to one of the other in a block."""

METHOD = "betting on blocks (Waudby-Smith & Ramdas 2024), mixture over fixed stakes"

_STAKES = np.geomspace(0.005, 0.95, 24)  # shares of the largest stake allowed
_GRID = np.linspace(-1, 1, 2001)


@dataclass(frozen=True, slots=True)
class Monitored:
    """Difference a - b so far. ``low`` to ``high`` holds at every look; ``p_value`` may be looked at whenever one likes.

    ``e_value`` is the money that a bet against "no difference" has made from 1. ``waiting`` messages have no partner yet.
    """

    low: float
    high: float
    e_value: float
    p_value: float
    blocks: int
    waiting: int
    method: str = METHOD

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def blocks(in_a: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, int]:
    """Differences of shares (n_blocks,) in the order of sending, and how many messages wait for a partner.

    How many of each arm a block takes follows from how many have come so far, never from what came of them.
    """
    found: list[float] = []
    queues: tuple[deque[float], deque[float]] = (deque(), deque())
    come = [0, 0]
    for first, value in zip(in_a.tolist(), y.tolist(), strict=True):
        arm = 0 if first else 1
        queues[arm].append(value)
        come[arm] += 1
        while queues[0] and queues[1]:
            ratio = max(1, min(MOST_TO_ONE, round(max(come) / min(come))))
            common = 0 if come[0] > come[1] else 1
            if len(queues[common]) < ratio:
                break
            sums = [0.0, 0.0]
            sums[common] = sum(queues[common].popleft() for _ in range(ratio)) / ratio
            sums[1 - common] = queues[1 - common].popleft()
            found.append(sums[0] - sums[1])
    return np.array(found), len(queues[0]) + len(queues[1])


def log_wealth(differences: np.ndarray, delta: np.ndarray) -> np.ndarray:
    """Log of the money made by betting both ways against each ``delta`` (n_delta,), a mixture over the stakes."""
    values, counts = np.unique(differences, return_counts=True)
    delta = np.asarray(delta, dtype=float)
    up = _STAKES[None, :] / (1 + delta[:, None] + 1e-12)  # bets that the mean is above: 1 + stake (D - delta) stays > 0
    down = -_STAKES[None, :] / (1 - delta[:, None] + 1e-12)
    stakes = np.hstack([up, down])
    total = np.zeros_like(stakes)
    for value, count in zip(values, counts, strict=True):
        total += count * np.log1p(np.maximum(stakes * (value - delta[:, None]), -1 + 1e-12))
    top = total.max(axis=1)
    return np.asarray(top + np.log(np.exp(total - top[:, None]).mean(axis=1)))


def monitor_difference(in_a: np.ndarray, y: np.ndarray, alpha: float = ALPHA) -> Monitored:
    """Anytime-valid difference a - b.

    Args:
        in_a: bool (n,), y: 0 or 1 (n,), both in the order of sending. alpha: chance of ever being wrong.
    """
    differences, waiting = blocks(in_a, y)
    if not len(differences):
        return Monitored(-1.0, 1.0, 1.0, 1.0, 0, waiting)
    kept = np.flatnonzero(log_wealth(differences, _GRID) < math.log(1 / alpha))
    step = float(_GRID[1] - _GRID[0])
    low, high = _GRID[kept[0]] - step, _GRID[kept[-1]] + step  # outward by one step: the grid must not make it narrower
    e_value = math.exp(min(700.0, float(log_wealth(differences, np.zeros(1))[0])))
    return Monitored(float(max(-1.0, low)), float(min(1.0, high)), e_value, min(1.0, 1 / e_value), len(differences), waiting)


def rate_sequence(events: int, n: int, alpha: float = ALPHA) -> tuple[float, float]:
    """Interval of one rate that holds at every n at once: uniform beta mixture against each rate."""
    from scipy.optimize import brentq
    from scipy.special import betaln

    if n == 0:
        return 0.0, 1.0
    mixture = float(betaln(events + 1, n - events + 1))

    def excess(p: float) -> float:
        log_p = events * math.log(p) if events else 0.0
        log_p += (n - events) * math.log1p(-p) if n > events else 0.0
        return mixture - log_p - math.log(1 / alpha)

    share, tiny = events / n, 1e-12
    inner = min(max(share, tiny), 1 - tiny)
    low = 0.0 if events == 0 or excess(tiny) < 0 else float(brentq(excess, tiny, inner))
    high = 1.0 if events == n or excess(1 - tiny) < 0 else float(brentq(excess, inner, 1 - tiny))
    return low, high
