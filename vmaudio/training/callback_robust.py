"""Variances that do not trust the model, and how much wider reps make them.

One unpenalised Newton step from a fitted model gives estimates that no prior pulls towards zero, with a variance by HC3 (each
message's own residual, as if it had been left out: MacKinnon & White 1985). Messages of one rep vary together; a variance
clustered by a dozen reps is itself uncertain, so that of each column is drawn towards what all columns have in common.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

_CHUNK = 16384


@dataclass(frozen=True, slots=True)
class Robust:
    """Estimates of a few columns.

    Attributes:
        estimate: (k,) unpenalised.
        covariance: (k, k) by HC3.
        wider: (k,) factors, 1 or more, by which reps widen the variances.
        freedom: degrees of freedom of those factors; infinite where all columns share one.
    """

    estimate: np.ndarray
    covariance: np.ndarray
    wider: np.ndarray
    freedom: float


def one_step(z: np.ndarray, y: np.ndarray, p: np.ndarray, start: np.ndarray, rep: np.ndarray) -> Robust:
    """One unpenalised step from a fitted model.

    Args:
        z: (n, k) columns, with what is held equal taken out.
        y: (n,) 0 or 1.
        p: (n,) probabilities of the fitted model, in which what is held equal has its level.
        start: (k,) the model's coefficients of these columns.
        rep: (n,) who left each message.
    """
    k = z.shape[1]
    weights = p * (1 - p)
    information, score = np.zeros((k, k)), np.zeros(k)
    for rows in _chunks(len(y)):
        x = z[rows].astype(float)
        information += x.T @ (x * weights[rows, None])
        score += x.T @ (y[rows] - p[rows])
    # a column that others make up (a sum of them, say) has no information of its own: it is left with next to none
    ridge = 1e-4 * float(np.trace(information)) / k
    inverse = np.linalg.inv(information + ridge * np.eye(k))
    reps = np.unique(rep, return_inverse=True)[1]
    meat, by_rep = np.zeros((k, k)), np.zeros((int(reps.max()) + 1, k))
    for rows in _chunks(len(y)):
        x = z[rows].astype(float)
        leverage = np.minimum(weights[rows] * ((x @ inverse) * x).sum(axis=1), 0.9)
        moved = x * ((y[rows] - p[rows]) / (1 - leverage))[:, None]
        meat += moved.T @ moved
        np.add.at(by_rep, reps[rows], moved)
    plain = inverse @ meat @ inverse
    groups = len(by_rep)
    together = inverse @ (by_rep.T @ by_rep * (groups / max(1, groups - 1))) @ inverse
    wider, freedom = moderated(np.diag(together) / np.maximum(np.diag(plain), 1e-300), groups - 1)
    return Robust(start + inverse @ score, plain, wider, freedom)


def moderated(ratios: np.ndarray, freedom: int) -> tuple[np.ndarray, float]:
    """How much wider reps make each variance: each ratio drawn towards what is common to all (Smyth 2004).

    A ratio of its own, from twelve reps, says little; those of sixty columns together say much.

    Args:
        ratios: clustered over plain variance of each column.
        freedom: of each ratio: reps less one.

    Returns:
        The factors, 1 or more, and the degrees of freedom that they have.
    """
    from scipy.optimize import brentq
    from scipy.special import digamma, polygamma

    if freedom < 2 or len(ratios) < 5:
        return np.maximum(1.0, ratios), float(max(1, freedom))
    logs = np.log(np.maximum(ratios, 1e-12)) - digamma(freedom / 2) + math.log(freedom / 2)
    spread = float(logs.var(ddof=1)) - float(polygamma(1, freedom / 2))
    if spread <= 1e-3:
        return np.full(len(ratios), max(1.0, math.exp(float(logs.mean())))), math.inf
    prior = 2 * float(brentq(lambda half: float(polygamma(1, half)) - spread, 1e-3, 1e6))
    common = math.exp(float(logs.mean()) + float(digamma(prior / 2)) - math.log(prior / 2))
    return np.maximum(1.0, (prior * common + freedom * ratios) / (prior + freedom)), prior + freedom


def probabilities(linear: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Probabilities with the intercept by which as many callbacks are expected as came.

    Args:
        linear: (n,) log-odds but for the intercept.
        y: (n,) 0 or 1.

    Returns:
        The probabilities and the intercept.
    """
    base = float(y.mean())
    intercept = math.log(base / (1 - base)) - float(linear.mean())
    for _ in range(50):
        p = sigmoid(intercept + linear)
        step = float((y - p).sum()) / max(1e-9, float((p * (1 - p)).sum()))
        intercept += max(-1.0, min(1.0, step))
        if abs(step) < 1e-9:
            break
    return sigmoid(intercept + linear), intercept


def times(z: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Columns times coefficients, a portion at a time.

    Args:
        z: (n, k), single precision.
        beta: (k,).
    """
    return np.concatenate([z[rows] @ beta for rows in _chunks(len(z))])


def sigmoid(x: Any) -> np.ndarray:
    """Probability of log-odds.

    Args:
        x: any shape.
    """
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))))


def _chunks(n: int) -> list[slice]:
    return [slice(start, start + _CHUNK) for start in range(0, n, _CHUNK)]
