"""Sums and means in a window that moves over the frames."""

from __future__ import annotations

import numpy as np


def moving_sum(values: np.ndarray, reach: int) -> np.ndarray:
    """Sum over each row and its neighbours; beyond the ends there is nothing.

    Args:
        values: shape (n,) or (n, k).
        reach: how many rows to each side.

    Returns:
        float64 of the same shape.
    """
    sums = np.cumsum(np.pad(values.astype(np.float64), [(reach + 1, reach)] + [(0, 0)] * (values.ndim - 1)), axis=0)
    return sums[2 * reach + 1 :] - sums[: -2 * reach - 1]


def moving_mean(values: np.ndarray, reach: int) -> np.ndarray:
    """Mean over each row and its neighbours, of those that exist.

    Args:
        values: shape (n,) or (n, k).
        reach: how many rows to each side.

    Returns:
        float64 of the same shape.
    """
    counts = moving_sum(np.ones(len(values)), reach)
    return moving_sum(values, reach) / (counts if values.ndim == 1 else counts[:, None])
