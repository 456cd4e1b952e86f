"""Medians and rates with their intervals, and bins: numbers alone, without a message or a word."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Iterable, Sequence

import numpy as np

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


def missed_rate(name: str, counts: Sequence[tuple[int, int, int]]) -> Rate:
    """How often a check was missed, with an interval that knows what could not be judged and that a rep's messages are alike.

    The rate is that of the messages judged. The interval is for all to which the check applies: its lower end takes those that
    could not be judged for passed, its upper end for missed (bounds after Manski 1989), as misses are harder to be sure of than
    passes. Wilson's interval takes messages for independent; where a rep misses a check always or never, forty messages of
    eight reps tell little more than eight. So the number of messages is divided by the design effect (Kish 1965), and Student's
    t takes the place of 1.96 for few reps.

    Args:
        name: What the rate is called.
        counts: For each rep the messages that missed the check, those judged, and those not judged.

    Returns:
        The rate; for one rep alone the interval is Wilson's, with the same bounds, and (0, 1) without messages.
    """
    reps = [one for one in counts if one[1] + one[2]]
    k, n = (sum(one[at] for one in reps) for at in range(2))
    low = _clustered([(missed, judged + open_) for missed, judged, open_ in reps])[0]
    high = _clustered([(missed + open_, judged + open_) for missed, judged, open_ in reps])[1]
    return Rate(name, k, n, low, high)


LEAST_ALIKE = 0.2
"""Messages of one rep are taken to be at least so alike (intraclass correlation): few reps cannot show how alike they are."""


def _clustered(reps: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """The interval of (how many, of how many) for each rep; Wilson's for one rep."""
    k, n = sum(k for k, _ in reps), sum(n for _, n in reps)
    if len(reps) < 2:
        return wilson(k, n)
    share = (k + 0.5) / (n + 1)  # so that reps who all do the same still leave a doubt
    spread = len(reps) / (len(reps) - 1) * sum((one - share * of) ** 2 for one, of in reps) / n**2
    usual = 1 + LEAST_ALIKE * (sum(of * of for _, of in reps) / n - 1)
    fewer = max(usual, spread / (share * (1 - share) / n)) * (_student(len(reps) - 1) / _Z) ** 2
    return wilson(k / fewer, n / fewer)


_Z = 1.959964


def _student(freedom: int) -> float:
    """Student's t that leaves `TAIL` on each side (its expansion about the normal: within .03 from three degrees on)."""
    if freedom < 3:
        return {1: 12.706, 2: 4.303}[freedom]
    first, second = (_Z**3 + _Z) / 4, (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / 96
    third = (3 * _Z**7 + 19 * _Z**5 + 17 * _Z**3 - 15 * _Z) / 384
    return _Z + first / freedom + second / freedom**2 + third / freedom**3


def spread_of(name: str, values: Iterable[float]) -> Spread:
    """Values with their median and its distribution-free 95 % interval (order statistics, sign test).

    Args:
        name: What the group is called.
        values: Numbers; NaN is left out.

    Returns:
        The values in order. With fewer than six the limits of the interval are NaN; without any the median too.
    """
    return spread_of_sorted(name, sorted(value for value in values if math.isfinite(value)))


def spread_of_sorted(name: str, ordered: Sequence[float]) -> Spread:
    """The same as `spread_of`, of values in order.

    Args:
        name: What the group is called.
        ordered: Finite numbers, the smallest first.

    Returns:
        As `spread_of`.
    """
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
    return Spread(name, tuple(ordered), low, (ordered[(n - 1) // 2] + ordered[n // 2]) / 2, high)


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
    values = np.array([value for value, _ in pairs], dtype=np.float64)
    return bins_in(values, np.array([back for _, back in pairs], dtype=bool), most)


def bins_in(values: np.ndarray, called: np.ndarray, most: int = 5) -> list[Bin]:
    """The same of columns.

    Args:
        values: Finite numbers (n,).
        called: Whether each message was called back (n,).
        most: Most bins.

    Returns:
        As `bins_of`.
    """
    n = len(values)
    count = min(most, n // FEWEST_PER_BIN)
    if count < 2:
        return []
    order = np.lexsort((called, values))
    values, called = values[order], called[order]
    borders = [round(i * n / count) for i in range(count + 1)]
    bins: list[Bin] = []
    for i, j in itertools.pairwise(borders):
        low = bins[-1].high if bins else float(values[i])
        high = float(values[j - 1] + values[j]) / 2 if j < n else float(values[j - 1])
        mid = float(values[(i + j - 1) // 2] + values[(i + j) // 2]) / 2
        bins.append(Bin(low, high, mid, rate_of("", int(np.count_nonzero(called[i:j])), j - i)))
    return bins
