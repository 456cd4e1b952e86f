"""Rates and differences of two rates: intervals, tests, sample sizes. Every rate is a share from 0 to 1.

All formulas are published ones, and the tests hold each against statsmodels, scipy or a printed table.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LEVEL = 0.95
"""Confidence level of all intervals."""

POWER = 0.80
"""Chance of showing a real difference that sample sizes are computed for."""

PRIOR = (1.0, 1.0)
"""Beta prior of every arm's rate: all rates from 0 to 1 equally likely beforehand."""

SMALLEST_EXPECTED = 5.0
"""Below this expected count in any cell the exact test is used (Cochran 1954)."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Events among ``n`` messages, with the 95 % interval of the share."""

    n: int
    events: int
    rate: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, events: int, n: int) -> Rate:
        """Wilson interval; no rate for n = 0."""
        if n == 0:
            return cls(0, 0, None, None, None)
        low, high = wilson(events, n)
        return cls(n, events, events / n, low, high)


def z_value(level: float = LEVEL) -> float:
    """Two-sided normal quantile: 1.96 for 0.95."""
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2))


def wilson(events: int, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's score interval of a share (Wilson 1927): 27 of 133 gives 0.143 to 0.279. (0, 1) for n = 0."""
    if n == 0:
        return 0.0, 1.0
    z, p = z_value(level), events / n
    centre, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if events == 0 else (centre - half) / scale  # exactly 0 and 1 at the ends, whatever rounding does
    high = 1.0 if events == n else (centre + half) / scale
    return low, high


def newcombe(events_a: int, n_a: int, events_b: int, n_b: int, level: float = LEVEL) -> tuple[float, float]:
    """Interval of the difference a - b from the two Wilson intervals (Newcombe 1998, method 10)."""
    p_a, p_b = events_a / n_a, events_b / n_b
    (low_a, high_a), (low_b, high_b) = wilson(events_a, n_a, level), wilson(events_b, n_b, level)
    d = p_a - p_b
    return d - math.hypot(p_a - low_a, high_b - p_b), d + math.hypot(high_a - p_a, p_b - low_b)


def risk_ratio(events_a: int, n_a: int, events_b: int, n_b: int, level: float = LEVEL) -> tuple[float, float, float] | None:
    """Ratio of the rates a / b with its interval: log method with 0.5 added to each count (Walter 1975).

    None when neither arm has an event. The ratio itself is the plain one when arm b has events.
    """
    if events_a + events_b == 0:
        return None
    ratio = (events_a + 0.5) / (n_a + 0.5) / ((events_b + 0.5) / (n_b + 0.5))
    spread = math.sqrt(1 / (events_a + 0.5) - 1 / (n_a + 0.5) + 1 / (events_b + 0.5) - 1 / (n_b + 0.5))
    low, high = ratio * math.exp(-z_value(level) * spread), ratio * math.exp(z_value(level) * spread)
    plain = (events_a / n_a) / (events_b / n_b) if events_b else ratio
    return plain, low, high


def difference_test(events_a: int, n_a: int, events_b: int, n_b: int) -> tuple[float, str]:
    """Two-sided p-value of "both rates are the same", and the name of the test.

    The score test (Pearson's chi-square without correction) when every expected count is at least 5, else Fisher's exact
    test.
    """
    from scipy.stats import chi2_contingency, fisher_exact

    table = [[events_a, n_a - events_a], [events_b, n_b - events_b]]
    events, n = events_a + events_b, n_a + n_b
    if events == 0 or events == n:
        return 1.0, "Fisher exact"
    if min(n_a, n_b) * min(events, n - events) / n < SMALLEST_EXPECTED:
        return float(fisher_exact(table).pvalue), "Fisher exact"
    return float(chi2_contingency(table, correction=False).pvalue), "score (Pearson chi-square)"


def homogeneity_test(counts: Sequence[tuple[int, int]]) -> float | None:
    """P-value of "all arms have one rate" (Pearson chi-square) for (events, n) pairs; None when it cannot be had."""
    from scipy.stats import chi2_contingency

    table = [[events, n - events] for events, n in counts if n]
    if len(table) < 2 or not sum(row[0] for row in table) or not sum(row[1] for row in table):
        return None
    return float(chi2_contingency(table, correction=False).pvalue)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down correction (Holm 1979): p-values that may be read together, in the order given."""
    m, running = len(p_values), 0.0
    adjusted = [0.0] * m
    for rank, i in enumerate(sorted(range(m), key=lambda i: p_values[i])):
        running = max(running, (m - rank) * p_values[i])
        adjusted[i] = min(1.0, running)
    return adjusted


def prob_higher(events_a: int, n_a: int, events_b: int, n_b: int) -> float:
    """Posterior probability that arm a's true rate is above arm b's, each with the Beta prior `PRIOR`.

    Midpoint rule over 4096 quantiles of a's posterior; exact to about 1e-6.
    """
    import numpy as np
    from scipy.special import betainc, betaincinv

    alpha, beta = PRIOR
    u = (np.arange(4096) + 0.5) / 4096
    x = betaincinv(events_a + alpha, n_a - events_a + beta, u)
    return float(betainc(events_b + alpha, n_b - events_b + beta, x).mean())


def sample_size(p_a: float, p_b: float, power: float = POWER, level: float = LEVEL) -> int | None:
    """Messages per arm for that power of the two-sided score test: 5 against 8 % needs 1,059 (Fleiss, no correction).

    None when the rates are equal: no number would show a difference.
    """
    if p_a == p_b:
        return None
    from scipy.special import ndtri

    mean = (p_a + p_b) / 2
    spread = z_value(level) * math.sqrt(2 * mean * (1 - mean))
    spread += float(ndtri(power)) * math.sqrt(p_a * (1 - p_a) + p_b * (1 - p_b))
    return max(1, math.ceil((spread / (p_a - p_b)) ** 2))


def further_messages(
    p_a: float, n_a: int, p_b: float, n_b: int, power: float = POWER, level: float = LEVEL, inflation: float = 1.0
) -> int | None:
    """Further messages in *each* arm until the score test has that power, if the true rates are these; 0 when it has now.

    With equal arms this is `sample_size` less what is there. ``inflation`` is a design effect (1 for none). None when the
    rates are equal.
    """
    if p_a == p_b:
        return None
    from scipy.special import ndtri

    z_a, z_b, d = z_value(level), float(ndtri(power)), abs(p_a - p_b)

    def enough(m: int) -> bool:
        a, b = (n_a + m) / inflation, (n_b + m) / inflation
        if a <= 0 or b <= 0:
            return False
        mean = (a * p_a + b * p_b) / (a + b)
        null = z_a * math.sqrt(mean * (1 - mean) * (1 / a + 1 / b))
        return d - null >= z_b * math.sqrt(p_a * (1 - p_a) / a + p_b * (1 - p_b) / b)

    if enough(0):
        return 0
    low, high = 0, 1
    while not enough(high):
        low, high = high, high * 2
        if high > 10**12:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
