"""Rates and differences of two rates: intervals and tests. Every rate is a share from 0 to 1.

Tests and quantiles are scipy's. The formulas below that statsmodels has too stay by hand: one line each, they give its numbers
to 1e-15 (the tests compare them), while importing it, and with it pandas, makes ``vmaudio compare`` take 1.9 s of processor
time instead of 1.2, and 223 MB instead of 123. What else stays by hand says why.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vmaudio.experiments.hypergeometric import fisher_p
from vmaudio.experiments.options import CompareOptions

LEVEL = 0.95
"""Confidence level of all intervals; a constant, since texts and pages say "95 %"."""

PRIOR = (1.0, 1.0)
"""Beta prior of every arm's rate: all rates from 0 to 1 equally likely beforehand."""

_DEFAULT = CompareOptions()


@dataclass(frozen=True, slots=True)
class Rate:
    """Share of messages with the outcome, with its 95 % Wilson interval.

    Attributes:
        n: messages.
        events: messages with the outcome.
        rate: the share from 0 to 1; None without messages, as are ``low`` and ``high``.
        low: lower end of the interval.
        high: upper end.
    """

    n: int
    events: int
    rate: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, events: int, n: int) -> Rate:
        """The rate of ``events`` among ``n`` messages.

        Args:
            events: messages with the outcome.
            n: messages.

        Returns:
            The rate with its interval; no rate (None) for n = 0.
        """
        if n == 0:
            return cls(0, 0, None, None, None)
        low, high = wilson(events, n)
        return cls(n, events, events / n, low, high)


def z_value(level: float = LEVEL) -> float:
    """Two-sided quantile of the normal distribution: 1.96 for 0.95.

    Args:
        level: confidence level, a share.

    Returns:
        The quantile, in standard deviations.
    """
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2))


def wilson(events: float, n: float, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's score interval of a share (Wilson 1927): 27 of 133 gives 0.143 to 0.279.

    By hand: 1 microsecond; scipy's ``binomtest`` takes 770 and statsmodels' ``proportion_confint`` 115, after imports of 0.9 s
    that pages which show nothing but rates do not need. It also ends at exactly 0 or 1 when no message, or every message, has
    the outcome (statsmodels: 2.8e-17).

    Args:
        events: messages with the outcome; fractions of messages where they are not independent.
        n: messages.
        level: confidence level, a share.

    Returns:
        Lower and upper end, shares from 0 to 1; (0, 1) for n = 0.

    Raises:
        ValueError: ``events`` is below 0 or above ``n``.

    Example:
        >>> low, high = wilson(27, 133)
        >>> f"{low:.3f} to {high:.3f}"
        '0.143 to 0.279'
    """
    if not 0 <= events <= n:
        raise ValueError(f"{events} of {n} is no share: events lie between 0 and n. Are the two the wrong way round?")
    if n == 0:
        return 0.0, 1.0
    z, p = z_value(level), events / n
    centre, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if events == 0 else (centre - half) / scale  # exactly 0 and 1 at the ends, whatever rounding does
    high = 1.0 if events == n else (centre + half) / scale
    return low, high


def newcombe(events_a: int, n_a: int, events_b: int, n_b: int, level: float = LEVEL) -> tuple[float, float]:
    """Interval of the difference of two rates a - b from the two Wilson intervals (Newcombe 1998, method 10).

    By hand: 2 microseconds, in statsmodels (``confint_proportions_2indep``) 240 after the import named at the top.

    Args:
        events_a: messages of arm a with the outcome.
        n_a: messages of arm a, at least 1.
        events_b: messages of arm b with the outcome.
        n_b: messages of arm b, at least 1.
        level: confidence level, a share.

    Returns:
        Lower and upper end, differences of shares from -1 to 1.
    """
    p_a, p_b = events_a / n_a, events_b / n_b
    (low_a, high_a), (low_b, high_b) = wilson(events_a, n_a, level), wilson(events_b, n_b, level)
    d = p_a - p_b
    return d - math.hypot(p_a - low_a, high_b - p_b), d + math.hypot(high_a - p_a, p_b - low_b)


def risk_ratio(events_a: int, n_a: int, events_b: int, n_b: int, level: float = LEVEL) -> tuple[float, float, float] | None:
    """Ratio of two rates a / b with its interval: log method with 0.5 added to each count (Walter 1975).

    By hand as `newcombe` is (statsmodels: 110 microseconds); scipy's ``relative_risk`` has another interval, without the 0.5,
    that does not exist when an arm has no event.

    Args:
        events_a: messages of arm a with the outcome.
        n_a: messages of arm a, at least 1.
        events_b: messages of arm b with the outcome.
        n_b: messages of arm b, at least 1.
        level: confidence level, a share.

    Returns:
        Ratio, lower and upper end. The ratio is the plain one when arm b has events, else the one with 0.5 added. None when
        neither arm has an event.
    """
    if events_a + events_b == 0:
        return None
    ratio = (events_a + 0.5) / (n_a + 0.5) / ((events_b + 0.5) / (n_b + 0.5))
    spread = math.sqrt(1 / (events_a + 0.5) - 1 / (n_a + 0.5) + 1 / (events_b + 0.5) - 1 / (n_b + 0.5))
    low, high = ratio * math.exp(-z_value(level) * spread), ratio * math.exp(z_value(level) * spread)
    plain = (events_a / n_a) / (events_b / n_b) if events_b else ratio
    return plain, low, high


def difference_test(events_a: int, n_a: int, events_b: int, n_b: int, options: CompareOptions = _DEFAULT) -> tuple[float, str]:
    """Two-sided test of "both rates are the same".

    The score test (Pearson's chi-square without correction) when every expected count is large enough, else Fisher's exact
    test.

    Args:
        events_a: messages of arm a with the outcome.
        n_a: messages of arm a.
        events_b: messages of arm b with the outcome.
        n_b: messages of arm b.
        options: thresholds; ``smallest_expected`` chooses the test.

    Returns:
        P-value from 0 to 1, and the name of the test.
    """
    table = [[events_a, n_a - events_a], [events_b, n_b - events_b]]
    events, n = events_a + events_b, n_a + n_b
    if events == 0 or events == n:
        return 1.0, "Fisher exact"
    if min(n_a, n_b) * min(events, n - events) / n < options.smallest_expected:
        return fisher_p(events_a, n_a, events_b, n_b), "Fisher exact"
    return _pearson(table), "score (Pearson chi-square)"


def homogeneity_test(counts: Sequence[tuple[int, int]]) -> float | None:
    """Test of "all arms have one rate" (Pearson chi-square).

    Args:
        counts: (events, messages) of each arm.

    Returns:
        P-value from 0 to 1; None with fewer than two arms, without events, or with nothing but events.
    """
    table = [[events, n - events] for events, n in counts if n]
    if len(table) < 2 or not sum(row[0] for row in table) or not sum(row[1] for row in table):
        return None
    return _pearson(table)


def _pearson(table: Sequence[Sequence[int]]) -> float:
    """P-value of Pearson's chi-square without correction, with no row or column empty.

    By hand: the number of scipy's ``chi2_contingency``, without ``scipy.stats``, whose import takes half a second.
    """
    import numpy as np
    from scipy.special import chdtrc

    seen = np.array(table, dtype=float)
    expected = seen.sum(axis=1, keepdims=True) * seen.sum(axis=0, keepdims=True) / seen.sum()
    rows, columns = seen.shape
    return float(chdtrc((rows - 1) * (columns - 1), ((seen - expected) ** 2 / expected).sum()))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down correction for several tests (Holm 1979).

    By hand: the ``multipletests`` of statsmodels gives the same numbers, but runs the garbage collector in every call: 120 ms,
    and seconds where many messages are in memory (here: 0.06 ms for 45 p-values).

    Args:
        p_values: p-values from 0 to 1, in any order.

    Returns:
        Adjusted p-values in the order given; those under alpha may be called significant together.
    """
    m, running = len(p_values), 0.0
    adjusted = [0.0] * m
    for rank, i in enumerate(sorted(range(m), key=lambda i: p_values[i])):
        running = max(running, (m - rank) * p_values[i])
        adjusted[i] = min(1.0, running)
    return adjusted


def prob_higher(events_a: int, n_a: int, events_b: int, n_b: int) -> float:
    """Posterior probability that arm a's true rate is above arm b's, each with the Beta prior `PRIOR`.

    Midpoint rule over 4096 quantiles of a's posterior; exact to about 1e-5. By hand: scipy has the beta distribution, but not
    the comparison of two; its ``quad`` over the density takes five times as long (30 ms instead of 6).

    Args:
        events_a: messages of arm a with the outcome.
        n_a: messages of arm a.
        events_b: messages of arm b with the outcome.
        n_b: messages of arm b.

    Returns:
        A probability from 0 to 1.
    """
    import numpy as np
    from scipy.special import betainc, betaincinv

    alpha, beta = PRIOR
    u = (np.arange(4096) + 0.5) / 4096
    x = betaincinv(events_a + alpha, n_a - events_a + beta, u)
    return float(betainc(events_b + alpha, n_b - events_b + beta, x).mean())
