"""Chances of the events in one of two arms when both margins are given, in whole numbers: exact, ties too.

By hand: scipy has them in ``scipy.stats`` (``hypergeom``, ``fisher_exact``), whose import takes half a second.
"""

from __future__ import annotations

import math
from operator import index

import numpy as np


def ways(n_a: int, n_b: int, events: int) -> tuple[int, list[int]]:
    """In how many ways the events can fall on the messages, by how many of them fall on arm a.

    Args:
        n_a: messages of arm a.
        n_b: messages of arm b.
        events: messages of both with the outcome.

    Returns:
        The least number of events in arm a, and the ways for it and for each larger number up to the most.
    """
    n_a, n_b, events = index(n_a), index(n_b), index(events)  # numbers without end, also where numpy counted
    least, most = max(0, events - n_b), min(n_a, events)
    found = [math.comb(n_a, least) * math.comb(n_b, events - least)]
    for k in range(least, most):
        found.append(found[-1] * ((n_a - k) * (events - k)) // ((k + 1) * (n_b - events + k + 1)))
    return least, found


def chances(n_a: int, n_b: int, events: int) -> tuple[int, np.ndarray]:
    """The same as probabilities.

    Args:
        n_a: messages of arm a.
        n_b: messages of arm b.
        events: messages of both with the outcome.

    Returns:
        The least number of events in arm a, and the probability of it and of each larger number up to the most.
    """
    least, found = ways(n_a, n_b, events)
    total = math.comb(n_a + n_b, events)
    return least, np.array([one / total for one in found])


def fisher_p(events_a: int, n_a: int, events_b: int, n_b: int) -> float:
    """Two-sided P-value of Fisher's exact test: all tables that are no likelier than the one seen.

    Args:
        events_a: messages of arm a with the outcome.
        n_a: messages of arm a.
        events_b: messages of arm b with the outcome.
        n_b: messages of arm b.

    Returns:
        From 0 to 1.
    """
    least, found = ways(n_a, n_b, events_a + events_b)
    seen = found[events_a - least]
    return sum(one for one in found if one <= seen) / math.comb(n_a + n_b, events_a + events_b)
