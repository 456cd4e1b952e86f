"""How good are probabilities? Skill against the base rate, discrimination, calibration, each with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from vmaudio.training.metrics import calibration

DRAWS = 500
FEWEST_GROUPS = 8
"""From so many reps on, intervals draw whole reps; below, they draw prospects."""


def auc(y: np.ndarray, p: np.ndarray) -> float:
    """Area under the ROC curve, ties counted half; NaN with one class only.

    Args:
        y: (n,) 0 or 1.
        p: (n,) probabilities.
    """
    positive = int(y.sum())
    if positive in (0, len(y)):
        return float("nan")
    _, inverse, counts = np.unique(p, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((rank[y == 1].sum() - positive * (positive + 1) / 2) / (positive * (len(y) - positive)))


def slope_and_intercept(y: np.ndarray, p: np.ndarray) -> tuple[float, float]:
    """Calibration slope (1 is right, under 1 too extreme), and intercept at slope 1 (0 is right; Cox 1958).

    Args:
        y: (n,) 0 or 1.
        p: (n,) probabilities.
    """
    logit = np.log(np.clip(p, 1e-6, 1 - 1e-6) / (1 - np.clip(p, 1e-6, 1 - 1e-6)))
    intercept = 0.0
    for _ in range(30):
        q = 1 / (1 + np.exp(-(logit + intercept)))
        step = (y - q).sum() / max(1e-9, (q * (1 - q)).sum())
        intercept += float(np.clip(step, -2, 2))
        if abs(step) < 1e-7:
            break
    beta = np.array([0.0, 1.0])
    x = np.stack([np.ones(len(y)), logit], axis=1)
    for _ in range(30):
        q = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        bread = x.T @ (x * (q * (1 - q))[:, None]) + 1e-9 * np.eye(2)
        move = np.clip(np.linalg.solve(bread, x.T @ (y - q)), -2, 2)
        beta = beta + move
        if float(np.abs(move).max()) < 1e-7:
            break
    return float(beta[1]), intercept


def probability_figures(
    y: np.ndarray, p: np.ndarray, base: np.ndarray, reps: Sequence[str], prospects: Sequence[str], seed: int = 0
) -> dict[str, Any]:
    """All figures of probabilities that were made without looking at ``y``.

    Args:
        y: 0 or 1, of shape (n,).
        p: probabilities (n,).
        base: what the base rate alone would have predicted for each (n,).
        reps: the rep of each; the bootstrap draws whole reps where there are enough of them.
        prospects: the prospect of each; drawn instead of reps where there are too few.
        seed: of the bootstrap.

    Returns:
        ``brier``, ``brier_base``, ``brier_skill``, ``auc``, ``calibration_slope``, ``calibration_intercept``, ``ece`` with
        ``ece_null`` (5th, 50th, 95th percentile if calibration were perfect), ``bins``, and ``ci``: 95 % bootstrap intervals.
    """
    by_rep = len(set(reps)) >= FEWEST_GROUPS
    groups = np.unique(np.asarray(reps if by_rep else prospects, dtype=str), return_inverse=True)[1]
    members = [np.flatnonzero(groups == g) for g in range(int(groups.max()) + 1)]
    rng = np.random.default_rng(seed)
    drawn: dict[str, list[float]] = {}
    for _ in range(DRAWS):
        chosen = np.concatenate([members[g] for g in rng.integers(len(members), size=len(members))])
        for name, value in _figures(y[chosen], p[chosen], base[chosen]).items():
            drawn.setdefault(name, []).append(value)
    table = calibration(p.tolist(), y.astype(bool).tolist(), seed)
    return {
        **_figures(y, p, base),
        "ci": {name: [float(v) for v in np.nanpercentile(values, [2.5, 97.5])] for name, values in drawn.items()},
        "ci_draws": "reps" if by_rep else "prospects",
        "ece": table["ece"],
        "ece_null": table["ece_null"],
        "bins": table["bins"],
    }


def _figures(y: np.ndarray, p: np.ndarray, base: np.ndarray) -> dict[str, float]:
    brier, brier_base = float(((p - y) ** 2).mean()), float(((base - y) ** 2).mean())
    slope, intercept = slope_and_intercept(y, p)
    return {
        "brier": brier,
        "brier_base": brier_base,
        "brier_skill": 1 - brier / brier_base if brier_base > 0 else float("nan"),
        "auc": auc(y, p),
        "calibration_slope": slope,
        "calibration_intercept": intercept,
    }
