"""Messages of one rep are alike: intraclass correlation, design effect, and an interval with reps as the unit.

The interval is the cluster-robust one for the difference of two means with the small-sample correction CR2 and
Satterthwaite's degrees of freedom (Bell & McCaffrey 2002; Pustejovsky & Tipton 2018). The usual sandwich is far too narrow
with ten reps, and has no width with one rep per arm; here the latter is refused. By hand: statsmodels has that sandwich (CR1)
only, without CR2 and these degrees of freedom, and no ANOVA intraclass correlation.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from vmaudio.experiments.rates import LEVEL

ARMS_ARE_REPS = "the arms are the reps"
"""The reason why there is no interval by rep where reps are what is compared."""


@dataclass(frozen=True, slots=True)
class Clustered:
    """Interval of the difference of rates a - b with reps as the unit; None where it cannot be estimated.

    Attributes:
        low: lower end of the 95 % interval, a share from -1 to 1.
        high: upper end.
        icc: intraclass correlation within arms (ANOVA estimate), 0 to 1.
        design_effect: 1 + (m - 1) x ``icc``, with m the messages that a message's own rep has in its arm, on average.
        n_reps: reps.
        df: Satterthwaite's degrees of freedom of the interval.
        reason: why there is no interval; None when there is.
        p_value: two-sided p-value of "no difference", reps being the unit; None without an interval.
    """

    low: float | None
    high: float | None
    icc: float | None
    design_effect: float | None
    n_reps: int
    df: float | None = None
    reason: str | None = None
    p_value: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def cells(group: np.ndarray, in_a: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Messages and events by rep and arm.

    Args:
        group: rep numbers from 0 (n_messages,).
        in_a: bool (n_messages,), whether the message is in arm a.
        y: 0 or 1 (n_messages,), the outcomes.

    Returns:
        Messages and events, each (n_reps, 2) with arm a first.
    """
    k = int(group.max()) + 1 if len(group) else 0
    key = 2 * group + np.where(in_a, 0, 1)
    n = np.bincount(key, minlength=2 * k).reshape(k, 2).astype(float)
    events = np.bincount(key, weights=y, minlength=2 * k).reshape(k, 2)
    return n, events


def icc(n: np.ndarray, events: np.ndarray) -> tuple[float, float] | None:
    """Intraclass correlation within arms, ANOVA estimate (Donner & Klar 2000).

    Args:
        n: messages (n_reps, n_arms).
        events: messages with the outcome (n_reps, n_arms).

    Returns:
        The correlation (0 to 1), and the mean number of messages that a message's own rep has in its arm. None when no arm has
        two reps, or all reps have one message.
    """
    used = n > 0
    total, per_arm = n.sum(), n.sum(axis=0)
    n_cells, n_arms = int(used.sum()), int((per_arm > 0).sum())
    if n_cells <= n_arms or total <= n_cells:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        rate, arm_rate = np.where(used, events / n, 0.0), events.sum(axis=0) / per_arm
    between = float((n * np.where(used, rate - arm_rate, 0.0) ** 2).sum() / (n_cells - n_arms))
    within = float((n * rate * (1 - rate)).sum() / (total - n_cells))
    size = float((total - np.nansum((n**2).sum(axis=0) / np.where(per_arm > 0, per_arm, np.nan))) / (n_cells - n_arms))
    bottom = between + (size - 1) * within
    return (max(0.0, (between - within) / bottom) if bottom > 0 else 0.0), float((n**2).sum() / total)


def robust_difference(n: np.ndarray, events: np.ndarray) -> tuple[float, float, float] | None:
    """Difference of rates a - b with its CR2 standard error and Satterthwaite's degrees of freedom.

    Args:
        n: messages (n_reps, 2), arm a first.
        events: messages with the outcome (n_reps, 2).

    Returns:
        Difference, standard error, degrees of freedom; None when an arm has fewer than two reps.
    """
    total = n.sum(axis=0)
    if (total == 0).any() or ((n > 0).sum(axis=0) < 2).any():
        return None
    rate = events.sum(axis=0) / total
    weight = np.array([1.0, -1.0]) / (total * np.sqrt(1 - n / total))  # (n_reps, 2): CR2's factor times the regression's
    score = (weight * (events - n * rate)).sum(axis=1)
    sums = n * weight
    gram = np.diag((n * weight**2).sum(axis=1)) - (sums / total) @ sums.T
    df = float(np.trace(gram) ** 2 / (gram**2).sum())
    return float(rate[0] - rate[1]), float(math.sqrt((score**2).sum())), df


def clustered(rep: np.ndarray, in_a: np.ndarray, y: np.ndarray) -> Clustered:
    """Compare two arms with reps as the unit.

    Args:
        rep: rep numbers from 0 (n_messages,); -1 where the rep is not known.
        in_a: bool (n_messages,), whether the message is in arm a.
        y: 0 or 1 (n_messages,), the outcomes.

    Returns:
        The interval, or the reason why there is none.
    """
    if (rep < 0).any():
        return Clustered(None, None, None, None, 0, reason="the rep of some messages is not known")
    group = np.unique(rep, return_inverse=True)[1]
    n, events = cells(group, in_a, y)
    if events.sum() in (0, len(y)):
        none = "no message has" if not events.sum() else "every message has"
        return Clustered(None, None, None, None, len(n), reason=f"{none} the outcome")
    found = icc(n, events)
    correlation, effect = (found[0], 1 + (found[1] - 1) * found[0]) if found else (None, None)
    result = robust_difference(n, events)
    if result is None:
        return Clustered(None, None, correlation, effect, len(n), reason="an arm was used by one rep only")
    from scipy.special import stdtr, stdtrit  # the t distribution; scipy.stats itself takes half a second to import

    d, se, df = result
    if se <= 1e-12:
        return Clustered(None, None, correlation, effect, len(n), reason="the reps' rates do not vary")
    half, p = float(stdtrit(df, 0.5 + LEVEL / 2)) * se, float(2 * stdtr(df, -(abs(d) / se)))
    return Clustered(max(-1.0, d - half), min(1.0, d + half), correlation, effect, len(n), df, p_value=p)
