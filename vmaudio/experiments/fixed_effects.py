"""Fixed effects of reps: the difference of two arms with each rep's own level removed.

Two estimators of the same quantity. Reps alone: the Mantel-Haenszel risk difference with the stratified score interval
(Miettinen & Nurminen 1985). With further covariates: a linear probability model with a fixed effect for each rep (the within
estimator, equal to Mundlak's model of 1978); without covariates its estimate *is* the Mantel-Haenszel difference; its interval
is heteroskedasticity-robust (HC1). A rep who used one arm only says nothing about the difference and is left out of both.

By hand: statsmodels' ``StratifiedTable`` has odds and risk ratios, no risk difference; its conditional logit gives odds ratios,
and the coach needs percentage points; its OLS gives this model's numbers (to 1e-16) with a column for each rep, but 20,000
messages of 50 reps take 0.13 s instead of 0.005, and 200,000 of 300 reps half a gigabyte instead of 0.05 s.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from vmaudio.experiments.assigned_together import together
from vmaudio.experiments.clusters import cells
from vmaudio.experiments.hypergeometric import chances
from vmaudio.experiments.options import CompareOptions
from vmaudio.experiments.rates import LEVEL, z_value
from vmaudio.experiments.time_columns import fewer
from vmaudio.experiments.within_reps import Ready, Within, within
from vmaudio.records import counted

_DEFAULT = CompareOptions()


@dataclass(frozen=True, slots=True)
class FixedEffect:
    """Difference of rates a - b within reps.

    Attributes:
        difference: a difference of shares from -1 to 1; None when it cannot be estimated.
        low: lower end of the 95 % interval, None likewise.
        high: upper end.
        reason: why it cannot be estimated; None when it can.
        method: name of the estimator.
        covariates: what is held equal: "rep", and further names.
        n: messages used.
        n_reps: reps who used both arms.
        p_value: two-sided p-value of "no difference"; None when it cannot be estimated.
        information: variance of the score (events of arm a beyond those expected) without an effect; None likewise.
        n_blocks: groups whose messages are compared with each other: reps, or weeks of reps.
        rate: share of the messages used that have the outcome.
        together: by what arms were chosen for several messages at once, "prospect", "company" or "day", where the interval is
            wider for it; None else.
        design_effect: by what the variance is larger for it, 1 or more.
    """

    difference: float | None
    low: float | None
    high: float | None
    reason: str | None = None
    method: str | None = None
    covariates: tuple[str, ...] = ()
    n: int = 0
    n_reps: int = 0
    p_value: float | None = None
    information: float | None = None
    n_blocks: int = 0
    rate: float = 0.0
    together: str | None = None
    design_effect: float = 1.0

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "covariates": list(self.covariates)}


def not_estimable(reason: str) -> FixedEffect:
    """A difference that cannot be estimated.

    Args:
        reason: why, as words that begin "not estimable:".

    Returns:
        The result without numbers.
    """
    return FixedEffect(None, None, None, reason)


def fixed_effect(
    rep: np.ndarray,
    in_a: np.ndarray,
    y: np.ndarray,
    covariates: Mapping[str, np.ndarray] | None = None,
    options: CompareOptions = _DEFAULT,
    ready: Ready = within,
    units: Mapping[str, np.ndarray] = MappingProxyType({}),
) -> FixedEffect:
    """Difference of rates within reps, with covariates held equal where there are enough events for them.

    Args:
        rep: rep numbers from 0 (n_messages,); -1 where not known, and these messages are left out.
        in_a: bool (n_messages,), whether the message is in arm a.
        y: 0 or 1 (n_messages,), the outcomes.
        covariates: by name, columns of shape (n_messages, n_columns) without NaN.
        options: thresholds.
        ready: finds what does not depend on the outcome, or has found it for another one.
        units: numbers (n_messages,) of what messages may have got their arm together by, as `units_of` gives them.

    Returns:
        The difference, or the reason why it cannot be estimated.
    """
    found = ready(rep, in_a, covariates)
    if isinstance(found, str):
        return not_estimable(found)
    y, columns = y[found.use].astype(float), found.columns
    n, events = cells(found.group, found.in_a, y)
    total = int(y.sum())
    if min(total, len(y) - total) < options.fewest_events:
        events_in = f"{counted(total, 'event')} in {counted(len(y), 'message')}"
        return not_estimable(f"not estimable: reps who used both have {events_in}")
    most = min(total, len(y) - total) // options.events_per_column
    if _width(columns) > most and _width(fitting := fewer(columns, most)) <= most:
        columns = fitting
        found = dataclasses.replace(found, columns=columns, _found=[])
    if columns and _width(columns) <= most:
        linear = _linear(found, y, options.least_own_variation)
        if linear is None:
            names = ", ".join(columns)
            return not_estimable(f"not estimable: within each rep the arms go together with {names}")
        d, se, p, spread = linear
        if _expected(n, events).min() < options.smallest_expected:
            p = max(p, _exact(n, events))
        below = above = z_value() * se
        if not np.all((events * (n - events)).sum(axis=0)):  # an arm all alike in each rep: its robust variance is 0
            middle, low, high = stratified_score(n, events)
            below, above = max(below, middle - low), max(above, high - middle)
        method = "linear probability model within reps, robust interval"
        seen = (spread**2, len(n), total / len(y))
        low, high = max(-1.0, d - below), min(1.0, d + above)
        alone = FixedEffect(d, low, high, None, method, ("rep", *columns), len(y), len(n), p, *seen)
        return _widened(alone, found, y, units, options)
    d, low, high = stratified_score(n, events)
    method = "Mantel-Haenszel within reps, stratified score interval"
    seen = (_hypergeometric_variance(n, events), len(n), total / len(y))
    p = stratified_test(n, events, options)
    alone = FixedEffect(d, low, high, None, method, ("rep",), len(y), len(n), p, *seen)
    return _widened(alone, dataclasses.replace(found, columns={}), y, units, options)


def _widened(
    alone: FixedEffect, found: Within, y: np.ndarray, units: Mapping[str, np.ndarray], options: CompareOptions
) -> FixedEffect:
    """The difference with what arms that were chosen for several messages at once take from it."""
    if not units or alone.difference is None or alone.low is None or alone.high is None or alone.p_value is None:
        return alone
    rest = found.demeaned(y[:, None])[:, 0]
    if found.columns:
        q, own, _ = found.own()
        rest = rest - q @ (q.T @ rest)
    else:
        own = found.demeaned(found.in_a[:, None].astype(float))[:, 0]
    one = together(found, own, rest, units, options)
    if one is None:
        return alone
    return dataclasses.replace(
        alone,
        low=max(-1.0, alone.difference - one.half(alone.difference - alone.low, LEVEL)),
        high=min(1.0, alone.difference + one.half(alone.high - alone.difference, LEVEL)),
        p_value=one.p_value(alone.p_value),
        information=None if alone.information is None else alone.information / one.design_effect,
        together=one.unit,
        design_effect=one.design_effect,
    )


def _width(columns: Mapping[str, np.ndarray]) -> int:
    return sum(values.shape[1] for values in columns.values())


def _linear(found: Within, y: np.ndarray, least_own_variation: float) -> tuple[float, float, float, float] | None:
    """Coefficient of arm a with its HC1 standard error, p-value and the score's standard deviation without an effect.

    Reps are fixed effects; None when covariates explain the arm. The p-value is that of the score test, with the variance that
    each rep's outcomes have without an effect: HC1, and robust score tests too, find differences in arms of a few messages that
    have all the same outcome.
    """
    group, size = found.group, np.bincount(found.group)
    q, own, left = found.own()
    if left < least_own_variation:
        return None
    outcome = found.demeaned(y[:, None])[:, 0]
    rest = outcome - q @ (q.T @ outcome)
    d = float(own @ rest / (own @ own))
    error = rest - d * own
    n, k = len(y), len(size) + q.shape[1] + 1
    variance = float(((own * error) ** 2).sum() / (own @ own) ** 2) * n / max(1, n - k)
    share = np.bincount(group, weights=y) / size
    null = (share * (1 - share) * size / np.maximum(size - 1, 1))[group]
    spread = math.sqrt(float((own**2 * null).sum()))
    from scipy.special import ndtr

    return d, math.sqrt(variance), float(2 * ndtr(-abs(float(own @ rest)) / spread)) if spread > 0 else 1.0, spread


def _null_variance(n: np.ndarray, events: np.ndarray, delta: float) -> np.ndarray:
    """Variance of each stratum's difference when it truly is ``delta``: Miettinen & Nurminen's restricted estimates."""
    n_a, n_b, x_a, x_b = n[:, 0], n[:, 1], events[:, 0], events[:, 1]
    total, x = n_a + n_b, x_a + x_b
    l3 = total
    l2 = (n_a + 2 * n_b) * delta - total - x
    l1 = (n_b * delta - total - 2 * x_b) * delta + x
    l0 = x_b * delta * (1 - delta)
    q = l2**3 / (3 * l3) ** 3 - l1 * l2 / (6 * l3**2) + l0 / (2 * l3)
    p = np.where(q < 0, -1.0, 1.0) * np.sqrt(np.maximum(l2**2 / (3 * l3) ** 2 - l1 / (3 * l3), 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(np.abs(p) > 0, q / p**3, 0.0)
    angle = (math.pi + np.arccos(np.clip(ratio, -1, 1))) / 3
    p_b = np.clip(2 * p * np.cos(angle) - l2 / (3 * l3), max(0.0, -delta), min(1.0, 1 - delta))
    p_a = np.clip(p_b + delta, 0, 1)
    return np.asarray((p_a * (1 - p_a) / n_a + p_b * (1 - p_b) / n_b) * total / np.maximum(total - 1, 1))


def stratified_score(n: np.ndarray, events: np.ndarray, level: float = LEVEL) -> tuple[float, float, float]:
    """Mantel-Haenszel difference of rates a - b over strata, with Miettinen & Nurminen's stratified score interval (1985).

    Args:
        n: messages (n_strata, 2), arm a first, every count at least 1.
        events: messages with the outcome (n_strata, 2).
        level: confidence level, a share.

    Returns:
        Difference, lower and upper end, shares from -1 to 1; the ends are exact to 1e-8.
    """
    weight = n[:, 0] * n[:, 1] / n.sum(axis=1)
    weight = weight / weight.sum()
    d = float(weight @ (events[:, 0] / n[:, 0] - events[:, 1] / n[:, 1]))
    limit = z_value(level) ** 2
    from scipy.optimize import brentq

    def beyond(delta: float) -> float:
        return (d - delta) ** 2 - limit * float(weight**2 @ _null_variance(n, events, delta))

    def edge(end: float) -> float:
        if beyond(end) <= 0:
            return end
        start = d + (end - d) * 1e-7  # at d itself the variance is 0 where each arm's outcomes are all alike
        return float(brentq(beyond, start, end, xtol=1e-9)) if beyond(start) < 0 else d

    return d, edge(-1.0), edge(1.0)


def stratified_test(n: np.ndarray, events: np.ndarray, options: CompareOptions = _DEFAULT) -> float:
    """Two-sided test of "no difference in any stratum".

    The stratified score test (Mantel & Haenszel 1959, without correction) when every expected count over all strata is large
    enough, else the exact conditional test, which is Fisher's for one stratum. By hand: scipy has neither, and of statsmodels'
    ``StratifiedTable`` comes the first only (the same to 1e-12).

    Args:
        n: messages (n_strata, 2), arm a first, every count at least 1.
        events: messages with the outcome (n_strata, 2).
        options: thresholds; ``smallest_expected`` chooses the test.

    Returns:
        P-value from 0 to 1.
    """
    expected = _expected(n, events)
    if expected.min() < options.smallest_expected:
        return _exact(n, events)
    from scipy.special import ndtr

    variance = _hypergeometric_variance(n, events)
    return float(2 * ndtr(-abs(float(events[:, 0].sum() - expected[0])) / math.sqrt(variance))) if variance > 0 else 1.0


def _hypergeometric_variance(n: np.ndarray, events: np.ndarray) -> float:
    """Variance of the events in arm a without an effect, given every stratum's margins."""
    total, x = n.sum(axis=1), events.sum(axis=1)
    return float((n[:, 0] * n[:, 1] * x * (total - x) / (total**2 * np.maximum(total - 1, 1))).sum())


def _expected(n: np.ndarray, events: np.ndarray) -> np.ndarray:
    """Events and non-events to expect in either arm without an effect, over all strata; the events of arm a first (4,)."""
    total, x = n.sum(axis=1), events.sum(axis=1)
    return np.stack([side * share / total for side in n.T for share in (x, total - x)], axis=1).sum(axis=0)


def _exact(n: np.ndarray, events: np.ndarray) -> float:
    """The chance of all numbers of events in arm a that are as unlikely as the one seen, given each stratum's margins."""
    chance, least = np.ones(1), 0
    for (n_a, n_b), x in zip(n.astype(int).tolist(), events.sum(axis=1).astype(int).tolist(), strict=True):
        low, here = chances(n_a, n_b, x)
        chance = np.convolve(chance, here)
        least += low
    seen = chance[int(events[:, 0].sum()) - least]
    return min(1.0, float(chance[chance <= seen * (1 + 1e-7)].sum()))
