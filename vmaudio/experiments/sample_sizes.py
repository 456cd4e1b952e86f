"""How many messages a difference of two rates takes to be shown. Why by hand and not by statsmodels: see `rates`."""

from __future__ import annotations

import math

import numpy as np

from vmaudio.experiments.options import CompareOptions
from vmaudio.experiments.rates import LEVEL, z_value

_DEFAULT = CompareOptions()

POWER = 0.80
"""Chance of showing a real difference that sample sizes are computed for; a constant, since texts say "80 % power"."""

LARGEST_RATIO = 50
"""Messages of the larger arm, for one of the smaller, that count for an exact power: more add next to nothing but work."""


def sample_size(p_a: float, p_b: float, power: float = POWER, level: float = LEVEL) -> int | None:
    """Messages per arm for a power of the two-sided score test (Fleiss, no correction): 5 against 8 % needs 1,059.

    By hand as `newcombe` is; the ``samplesize_proportions_2indep_onetail`` of statsmodels gives the same counts. Its
    ``NormalIndPower`` works on arcsine effect sizes and gives others (1,047).

    Args:
        p_a: rate of arm a, a share from 0 to 1.
        p_b: rate of arm b.
        power: chance of showing the difference.
        level: confidence level of the test.

    Returns:
        A count of at least 1; None when the rates are equal: no number would show a difference.
    """
    if p_a == p_b:
        return None
    from scipy.special import ndtri

    mean = (p_a + p_b) / 2
    spread = z_value(level) * math.sqrt(2 * mean * (1 - mean))
    spread += float(ndtri(power)) * math.sqrt(p_a * (1 - p_a) + p_b * (1 - p_b))
    return max(1, math.ceil((spread / (p_a - p_b)) ** 2))


def further_messages(
    p_a: float,
    n_a: int,
    p_b: float,
    n_b: int,
    power: float = POWER,
    level: float = LEVEL,
    inflation: float = 1.0,
    options: CompareOptions = _DEFAULT,
) -> int | None:
    """Further messages in *each* arm until the test has the power, if the true rates are the ones given.

    The test is the one that `difference_test` would take: Fisher's exact test while an expected count is small, else the score
    test. With equal arms and many events this is `sample_size` minus the messages there are. By hand: the functions of
    statsmodels want a fixed ratio of the arms, and equal further messages to unequal arms change the ratio.

    Args:
        p_a: rate of arm a, a share from 0 to 1.
        n_a: messages of arm a so far.
        p_b: rate of arm b.
        n_b: messages of arm b so far.
        power: chance of showing the difference.
        level: confidence level of the two-sided test.
        inflation: design effect by which messages count less; 1 for none.
        options: thresholds; ``smallest_expected`` chooses the test.

    Returns:
        A count; 0 when the power is reached already, None when the rates are equal (or 10^12 would not do).
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
        if min(a, b) * min(mean, 1 - mean) < options.smallest_expected:
            most = LARGEST_RATIO * (1 + int(min(a, b)))
            return fisher_power(p_a, min(int(a), most), p_b, min(int(b), most), level) >= power
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


def further_for(p_value: float, n: int, power: float = POWER, level: float = LEVEL) -> int | None:
    """Further messages in each arm until the test that gave a p-value has the power, if the true difference is the one seen.

    A test's distance from zero, in standard errors, grows with the square root of the messages.

    Args:
        p_value: two-sided p-value so far.
        n: messages that it used, of both arms together.
        power: chance of showing the difference.
        level: confidence level of the two-sided test.

    Returns:
        A count; 0 when the power is reached already, None where nothing was seen (a p-value of 1).
    """
    from scipy.special import ndtri

    seen = -float(ndtri(p_value / 2)) if p_value > 0 else math.inf
    if seen <= 1e-6:
        return None
    return math.ceil(max(0.0, ((z_value(level) + float(ndtri(power))) / seen) ** 2 - 1) * n / 2)


def fisher_power(p_a: float, n_a: int, p_b: float, n_b: int, level: float = LEVEL) -> float:
    """Chance that Fisher's exact test finds a difference, exact but for tails of about 1e-6.

    By hand: scipy's ``fisher_exact`` takes one table at a time, and statsmodels has no power of it.

    Args:
        p_a: true rate of arm a, a share from 0 to 1.
        n_a: messages of arm a.
        p_b: true rate of arm b.
        n_b: messages of arm b.
        level: confidence level of the two-sided test.

    Returns:
        A probability from 0 to 1.
    """
    if min(n_a, n_b) < 1:
        return 0.0
    if n_a * p_a + n_b * p_b > (n_a + n_b) / 2:  # events and non-events may change places: the rarer make the smaller tables
        p_a, p_b = 1 - p_a, 1 - p_b
    low_a, chance_a = _binomial(n_a, p_a)
    low_b, chance_b = _binomial(n_b, p_b)
    high_a, high_b = low_a + len(chance_a) - 1, low_b + len(chance_b) - 1
    most = high_a + high_b
    ways_a, ways_b = _choose(n_a, np.arange(min(n_a, most) + 1)), _choose(n_b, np.arange(min(n_b, most) + 1))
    ways = _choose(n_a + n_b, np.arange(most + 1))
    found = 0.0
    for events in range(low_a + low_b, most + 1):
        x = np.arange(max(0, events - n_b), min(n_a, events) + 1)
        table = np.exp(ways_a[x] + ways_b[events - x] - ways[events])
        ordered = np.sort(table)
        p = ordered.cumsum()[ordered.searchsorted(table * (1 + 1e-7), side="right") - 1]
        here = (x >= low_a) & (x <= high_a) & (events - x >= low_b) & (events - x <= high_b) & (p < 1 - level)
        found += float((chance_a[x[here] - low_a] * chance_b[events - x[here] - low_b]).sum())
    return found


def _binomial(n: int, p: float) -> tuple[int, np.ndarray]:
    """The likely counts of a binomial, all but tails of 1e-6: the least of them, and the chance of each."""
    if not 0 < p < 1:
        return round(n * p), np.ones(1)
    reach = 10 + 6 * math.sqrt(n * p * (1 - p))
    counts = np.arange(max(0, math.floor(n * p - reach)), min(n, math.ceil(n * p + reach)) + 1)
    chance = np.exp(_choose(n, counts) + counts * math.log(p) + (n - counts) * math.log1p(-p))
    below, above = chance.cumsum(), chance[::-1].cumsum()[::-1]
    first = int((below < 1e-6).sum())
    last = int((above - chance > 1e-6).sum())
    return int(counts[first]), chance[first : last + 1]


def _choose(n: int, k: np.ndarray) -> np.ndarray:
    """Logarithms of the binomial coefficients."""
    from scipy.special import gammaln

    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))
