"""Prediction-powered inference: a rate from many verdicts of the machine, corrected by few of people (PPI++).

The machine judges every message, people a few that were drawn by chance. The mean of the machine's verdicts is shifted by how
far they are off on those few, and weighted by how much they tell (Angelopoulos, Duchi and Zrnic 2023, "PPI++"): where the
machine is useless, the result is that of the people alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vmaudio.experiments.rates import LEVEL

FEWEST = 10
"""Fewest messages judged by both for a corrected rate."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A rate as people would give it.

    Attributes:
        rate: a share from 0 to 1.
        low: lower end of its 95 % interval.
        high: upper end.
        machine: the rate as the machine gives it, over all messages.
        n: messages judged by people.
        n_all: messages judged by the machine.
        weight: how far the machine's verdicts are used: 0 not at all, 1 in full.
    """

    rate: float
    low: float
    high: float
    machine: float
    n: int
    n_all: int
    weight: float


def corrected_rate(people: np.ndarray, machine: np.ndarray, everywhere: np.ndarray) -> Corrected | None:
    """Correct a rate by the verdicts of people.

    To the differences between people and machine one of either sign is added for the interval: thirty messages without a
    difference do not show that there is none.

    Args:
        people: what people say (n,): 0 or 1, or the share of them who say 1.
        machine: what the machine says of the same messages (n,), 0 or 1.
        everywhere: what the machine says of all messages (n_all,), the n among them.

    Returns:
        The corrected rate with its interval; None with fewer than `FEWEST` messages.
    """
    from scipy.special import stdtrit

    n, n_all = len(people), len(everywhere)
    if n < FEWEST or n_all < n:
        return None
    spread = float(machine.var(ddof=1))
    weight = 0.0
    if spread > 0:
        together = float(((people - people.mean()) * (machine - machine.mean())).sum() / (n - 1))
        weight = min(1.0, max(0.0, together / (spread * (1 + n / n_all))))
    rest = people - weight * machine
    rate = weight * float(everywhere.mean()) + float(rest.mean())
    doubted = np.concatenate([rest - rest.mean(), [1.0, -1.0]])
    variance = weight**2 * float(everywhere.var()) / n_all + float((doubted**2).sum()) / (n + 1) / n
    half = float(stdtrit(n - 1, 0.5 + LEVEL / 2)) * math.sqrt(variance)
    low, high = max(0.0, rate - half), min(1.0, rate + half)
    return Corrected(min(1.0, max(0.0, rate)), low, high, float(everywhere.mean()), n, n_all, weight)
