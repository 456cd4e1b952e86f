"""Medians and rates with their intervals, and bins: numbers alone, without a message or a word."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Iterable, Sequence

from vmaudio.experiments import wilson
from vmaudio.plots import Bin, Rate, Spread
from vmaudio.report.message_data import NAN

TAIL = 0.025
"""Chance left out on each side of a 95 % interval."""


def rate_of(name: str, k: int, n: int) -> Rate:
    """A rate with Wilson's 95 % interval; (0, 1) for n = 0.

    Args:
        name: What the rate is called.
        k: How many.
        n: Of how many.

    Returns:
        The rate; its interval is (0, 1) for n = 0.
    """
    low, high = wilson(k, n)
    return Rate(name, k, n, low, high)


def spread_of(name: str, values: Iterable[float]) -> Spread:
    """Values with their median and its distribution-free 95 % interval (order statistics, sign test).

    Args:
        name: What the group is called.
        values: Numbers; NaN is left out.

    Returns:
        The values in order. With fewer than six the limits of the interval are NaN; without any the median too.
    """
    ordered = sorted(value for value in values if math.isfinite(value))
    n = len(ordered)
    if not n:
        return Spread(name, (), NAN, NAN, NAN)
    rank, below = 0, 0.5**n if n < 1000 else 0.0
    if n >= 1000:  # normal approximation of the binomial
        rank = math.floor((n - 1.959964 * math.sqrt(n)) / 2)
    else:
        while below <= TAIL:  # rank = how many of the smallest values may be left out
            rank += 1
            below += math.comb(n, rank) * 0.5**n
    low, high = (ordered[rank - 1], ordered[n - rank]) if rank else (NAN, NAN)
    return Spread(name, tuple(ordered), low, statistics.median(ordered), high)


def median(values: Iterable[float]) -> float:
    """Median of the finite values.

    Args:
        values: Numbers; NaN is left out.

    Returns:
        The median; NaN of none.
    """
    known = [value for value in values if math.isfinite(value)]
    return statistics.median(known) if known else NAN


FEWEST_PER_BIN = 8
"""Fewest messages in a stretch of pace or forecast: below, an interval says next to nothing."""


def bins_of(pairs: Sequence[tuple[float, bool]], most: int = 5) -> list[Bin]:
    """Cut pairs of value and outcome into bins of about equal count.

    Args:
        pairs: A value, and whether the message was called back.
        most: Most bins.

    Returns:
        Bins in order, each with at least `FEWEST_PER_BIN` messages and the rate in it; none when there are too few for two.
    """
    ordered = sorted(pairs)
    count = min(most, len(ordered) // FEWEST_PER_BIN)
    if count < 2:
        return []
    borders = [round(i * len(ordered) / count) for i in range(count + 1)]
    bins: list[Bin] = []
    for i, j in itertools.pairwise(borders):
        piece = ordered[i:j]
        low = bins[-1].high if bins else piece[0][0]
        high = (piece[-1][0] + ordered[j][0]) / 2 if j < len(ordered) else piece[-1][0]
        mid = statistics.median(value for value, _ in piece)
        bins.append(Bin(low, high, mid, rate_of("", sum(back for _, back in piece), len(piece))))
    return bins
