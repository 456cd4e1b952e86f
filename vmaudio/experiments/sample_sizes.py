"""How many messages a difference of two rates takes to be shown. Why by hand and not by statsmodels: see `rates`."""

from __future__ import annotations

import math

from vmaudio.experiments.rates import LEVEL, z_value

POWER = 0.80
"""Chance of showing a real difference that sample sizes are computed for; a constant, since texts say "80 % power"."""


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
    p_a: float, n_a: int, p_b: float, n_b: int, power: float = POWER, level: float = LEVEL, inflation: float = 1.0
) -> int | None:
    """Further messages in *each* arm until the score test has the power, if the true rates are the ones given.

    With equal arms this is `sample_size` minus the messages there are. By hand: the functions of statsmodels want a fixed
    ratio of the arms, and equal further messages to unequal arms change the ratio.

    Args:
        p_a: rate of arm a, a share from 0 to 1.
        n_a: messages of arm a so far.
        p_b: rate of arm b.
        n_b: messages of arm b so far.
        power: chance of showing the difference.
        level: confidence level of the two-sided test.
        inflation: design effect by which messages count less; 1 for none.

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
