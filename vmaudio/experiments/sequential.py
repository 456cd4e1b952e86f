"""Sequential monitoring: boundaries and intervals that stay valid however often one looks at the data.

The comparison that decides at one look has a score U, the events of arm a beyond those that its blocks (reps, weeks of reps)
let one expect, and its variance V without an effect, the information. Given the arms, U of growing data has uncorrelated steps
and the variance V: to a normal approximation it is a Brownian motion at the time V (Scharfstein, Tsiatis & Robins 1997;
Jennison & Turnbull 2000, chapters 3 and 11). Two boundaries hold at all times at once:

* *Endless*: |U| >= sqrt((V + r) log((V + r) / (r alpha^2))), the mixture of all effects with a normal prior of variance 1 / r
  (Robbins 1970; Howard, Ramdas, McAuliffe & Sekhon 2021); with estimated variances an asymptotic confidence sequence
  (Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2024, "Time-uniform central limit theory and asymptotic confidence sequences").
* *Up to an expected number of messages*: |U| >= z(alpha / 4) sqrt(V at the end), O'Brien & Fleming's boundary (1979). It is
  what the spending function 4 - 4 Phi(z(alpha / 4) / sqrt(t)) of Lan & DeMets (1983) gives when one looks after every message,
  so no list of looks is needed, and fewer looks only make it err less often.

The price of being valid for ever is power: no boundary of the first kind that ends at a given number of messages with an error
of 5 % has there a critical value under about 3.03 where one look has 1.96; the second ends with 2.24. A single rate: the
beta-binomial mixture (Robbins 1970), exact. Written by hand: neither scipy nor statsmodels has either boundary.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from vmaudio.experiments.fixed_effects import FixedEffect, fixed_effect
from vmaudio.experiments.options import MonitorOptions
from vmaudio.experiments.rates import z_value

METHOD = "asymptotic confidence sequence (normal mixture) of the score within blocks"
UNTIL = "O'Brien-Fleming boundary up to the expected messages, and a normal mixture for ever"

_DEFAULT = MonitorOptions()


@dataclass(frozen=True, slots=True)
class Monitored:
    """Difference of rates a - b so far, in a form that is valid at every look.

    Attributes:
        low: lower end of the interval, a share from -1 to 1.
        high: upper end.
        e_value: what a bet of 1 against "no difference" has become, by the endless mixture.
        p_value: anytime-valid p-value; without an expected number of messages 1 / ``e_value``, but at most 1.
        blocks: blocks whose messages were compared with each other: reps, or weeks of reps; for an adaptive plan messages.
        waiting: messages in no block that has both arms.
        method: name of the method.
        estimate: the difference, a share from -1 to 1; None where it cannot be estimated.
        held: covariates that the comparison holds equal, such as "rep".
        information: variance of the score without an effect, in events squared: about a quarter of the events where arms are
            of one size; None where it cannot be estimated, and for an adaptive plan.
        fraction: share of the information at the expected number of messages that is there; None where none was given.
    """

    low: float
    high: float
    e_value: float
    p_value: float
    blocks: int
    waiting: int
    method: str = METHOD
    estimate: float | None = None
    held: tuple[str, ...] = ()
    information: float | None = None
    fraction: float | None = None

    @property
    def shows_difference(self) -> bool:
        """Whether the interval excludes zero: it is at the level that was asked for, shared among the pairs of a comparison."""
        return self.low > 0 or self.high < 0

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "held": list(self.held)}


def critical_value(information: float, fraction: float | None = None, options: MonitorOptions = _DEFAULT) -> float:
    """From which |U| / sqrt(V) on a difference is shown.

    Args:
        information: V, above 0.
        fraction: share of the information at the end that is there, above 0 and at most 1: both boundaries are used, with
            ``expected_share`` of alpha and the rest; None for the endless one alone, with all of it.
        options: thresholds.

    Returns:
        Standard deviations.
    """
    from scipy.special import ndtri

    def endless(alpha: float) -> float:
        r = options.mixture_information
        return math.sqrt((1 + r / information) * math.log((information + r) / (r * alpha**2)))

    if fraction is None:
        return endless(options.alpha)
    until = options.expected_share * options.alpha
    return min(-float(ndtri(until / 4)) / math.sqrt(fraction), endless(options.alpha - until))


def p_values(z: float, information: float, fraction: float | None, options: MonitorOptions) -> tuple[float, float]:
    """The e-value of the endless mixture, and the smallest alpha at which a difference would be shown.

    Args:
        z: U / sqrt(V).
        information: V, above 0.
        fraction: as `critical_value` takes it.
        options: thresholds; their ``alpha`` does not matter.

    Returns:
        E-value and p-value.
    """
    from scipy.special import ndtr

    r = options.mixture_information
    log_e = z * z * information / (2 * (information + r)) - math.log1p(information / r) / 2
    e_value = math.exp(min(700.0, log_e))
    if fraction is None:
        return e_value, min(1.0, 1 / e_value)
    until = 4 * float(ndtr(-abs(z) * math.sqrt(fraction)))
    return e_value, min(1.0, until / options.expected_share, 1 / e_value / (1 - options.expected_share))


def sequence(
    found: FixedEffect, options: MonitorOptions = _DEFAULT, left: float | None = None, waiting: int = 0
) -> Monitored | None:
    """The difference within blocks at one look, in a form that is valid at every look.

    Args:
        found: the difference as it is estimated at one look.
        options: thresholds; ``alpha`` is the chance of ever being wrong.
        left: messages of both arms that are still expected; None where that is not known, or the expected number is exceeded.
        waiting: messages that ``found`` leaves out.

    Returns:
        The difference; None where it cannot be estimated, or has no variance.
    """
    d, v = found.difference, found.information
    if d is None or found.low is None or found.high is None or found.p_value is None or not v:
        return None
    from scipy.special import ndtri

    z = -float(ndtri(max(found.p_value, 1e-300) / 2))
    # messages to come tell most where arms are of one size: a fraction that is too small only waits longer
    fraction = None if left is None else v / (v + left * found.rate * (1 - found.rate) / 4)
    critical = critical_value(v, fraction, options)
    wider = critical / z_value()
    low, high = d - wider * (d - found.low), d + wider * (found.high - d)
    if z < critical:  # the test decides: it has the variance that outcomes have without an effect
        low, high = min(low, 0.0), max(high, 0.0)
    e_value, p_value = p_values(z, v, fraction, options)
    held = tuple(found.covariates)
    return Monitored(
        max(-1.0, low), min(1.0, high), e_value, p_value, found.n_blocks, waiting, METHOD if fraction is None else UNTIL,
        d, held, v, fraction,
    )  # fmt: skip


def unknown(counts: tuple[int, int, int, int], options: MonitorOptions, waiting: int = 0) -> Monitored:
    """What is known of a difference that cannot be estimated within blocks: what the arms' own sequences leave open.

    Args:
        counts: events and messages of arm a, then of arm b.
        options: thresholds.
        waiting: messages that nothing compares.

    Returns:
        An interval that holds zero.
    """
    half = MonitorOptions(alpha=options.alpha / 2)
    x_a, n_a, x_b, n_b = counts
    (low_a, high_a), (low_b, high_b) = rate_sequence(x_a, n_a, half), rate_sequence(x_b, n_b, half)
    return Monitored(min(0.0, low_a - high_b), max(0.0, high_a - low_b), 1.0, 1.0, 0, waiting)


def monitor_difference(
    in_a: np.ndarray,
    y: np.ndarray,
    options: MonitorOptions = _DEFAULT,
    block: np.ndarray | None = None,
    left: int | None = None,
) -> Monitored:
    """Anytime-valid interval and p-value of the difference of rates a - b, within blocks where these are given.

    Args:
        in_a: bool (n,), whether the message is in arm a.
        y: 0 or 1 (n,), the outcomes.
        options: thresholds; ``alpha`` is the chance of ever being wrong.
        block: numbers (n,), such as reps: only messages of one block are compared with each other; those under 0 are left out.
            None for one block.
        left: messages of both arms that are still expected; None where that is not known.

    Returns:
        The difference so far.
    """
    own = np.zeros(len(y), dtype=int) if block is None else block
    found = fixed_effect(own, in_a, y)
    made = sequence(found, options, left, len(y) - found.n)
    x, n = [int(y[in_a].sum()), int(y[~in_a].sum())], [int(in_a.sum()), int((~in_a).sum())]
    return made or unknown((x[0], n[0], x[1], n[1]), options, len(y))


def rate_sequence(events: int, n: int, options: MonitorOptions = _DEFAULT) -> tuple[float, float]:
    """Interval of one rate that is valid at every n at once: a uniform beta mixture against each rate.

    Args:
        events: messages with the outcome.
        n: messages.
        options: thresholds; ``alpha`` is the chance of ever being wrong.

    Returns:
        Lower and upper end, shares from 0 to 1; (0, 1) for n = 0.
    """
    from scipy.optimize import brentq
    from scipy.special import betaln

    if n == 0:
        return 0.0, 1.0
    mixture = float(betaln(events + 1, n - events + 1))

    def excess(p: float) -> float:
        log_p = events * math.log(p) if events else 0.0
        log_p += (n - events) * math.log1p(-p) if n > events else 0.0
        return mixture - log_p - math.log(1 / options.alpha)

    share, tiny = events / n, 1e-12
    inner = min(max(share, tiny), 1 - tiny)
    low = 0.0 if events == 0 or excess(tiny) < 0 else float(brentq(excess, tiny, inner))
    high = 1.0 if events == n or excess(1 - tiny) < 0 else float(brentq(excess, inner, 1 - tiny))
    return low, high
