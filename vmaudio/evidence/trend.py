"""Does a number (points, a feature) go with the outcome? One slope within reps, instead of many bins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from vmaudio.evidence.rates import z_value

FEWEST_EVENTS = 10


@dataclass(frozen=True, slots=True)
class Trend:
    """Odds ratio for one spread (standard deviation, ``step``) more of the number, reps' own levels taken out.

    Logistic regression with the number's deviation from the rep's mean, and that mean, as two terms (Mundlak 1978); the
    interval of the first is robust to messages of one rep resembling each other when there are ten reps or more.
    """

    by: str
    step: float
    odds_ratio: float
    low: float
    high: float
    p_value: float
    n: int

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def of(by: str, y: np.ndarray, values: Sequence[float | None], rep: np.ndarray) -> Trend | None:
    """Fit the slope; None when ``values`` are no numbers, do not vary within reps, or events are fewer than ten."""
    known = np.array([value is not None for value in values], dtype=bool)
    if known.sum() < 20:
        return None
    x = np.array([value for value in values if value is not None], dtype=float)
    y, group = y[known], np.unique(rep[known], return_inverse=True)[1]
    if min(y.sum(), len(y) - y.sum()) < FEWEST_EVENTS or len(set(x.tolist())) < 3:
        return None
    mean = (np.bincount(group, weights=x) / np.bincount(group))[group]
    own = x - mean
    step = float(own.std())
    if step <= 1e-9 * max(1.0, float(np.abs(x).max())):
        return None
    columns = [np.ones(len(y)), own / step]
    if float(np.ptp(mean)) > 0:
        columns.append((mean - mean.mean()) / mean.std())
    fitted = logistic(np.stack(columns, axis=1), y, group if group.max() >= 9 else None)
    if fitted is None:
        return None
    beta, se = fitted[0][1], math.sqrt(fitted[1][1, 1])
    from scipy.special import ndtr

    p = float(2 * ndtr(-abs(beta / se)))
    half = z_value() * se
    return Trend(by, step, math.exp(beta), math.exp(beta - half), math.exp(beta + half), p, len(y))


def logistic(x: np.ndarray, y: np.ndarray, group: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray] | None:
    """Maximum-likelihood logistic regression by Newton steps: coefficients (k,) and covariance (k, k).

    With ``group`` (numbers from 0) the covariance is the cluster sandwich times G / (G - 1). None when it does not settle,
    as when a column tells events and non-events apart completely.
    """
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        bread = x.T @ (x * (p * (1 - p))[:, None])
        try:
            step = np.linalg.solve(bread, x.T @ (y - p))
        except np.linalg.LinAlgError:
            return None
        beta = beta + np.clip(step, -5, 5)
        if float(np.abs(step).max()) < 1e-9:
            break
    else:
        return None
    if float(np.abs(beta).max()) > 15:
        return None
    inverse = np.linalg.inv(bread)
    if group is None:
        return beta, inverse
    score = x * (y - p)[:, None]
    sums = np.stack([np.bincount(group, weights=column) for column in score.T], axis=1)
    g = len(sums)
    return beta, inverse @ (sums.T @ sums) @ inverse * g / (g - 1)
