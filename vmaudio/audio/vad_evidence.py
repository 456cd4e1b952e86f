"""How speech-like each frame is: ten measures of how spectrum and level move, and the log-odds of speech from them."""

from __future__ import annotations

import functools
import importlib.resources
import json
from typing import Any

import numpy as np

from vmaudio.audio.moving import moving_sum
from vmaudio.audio.vad_frames import SHAPE_BANDS
from vmaudio.scipy_parts import maximum_filter1d

MEASURES = (
    "harmonicity, mean",
    "harmonicity, spread",
    "persistence, mean",
    "entropy, mean",
    "entropy, spread",
    "spectral shape, spread",
    "level, spread",
    "loudness weight, mean",
    "peaks, mean",
    "persistence over 0.8, share",
)
"""What the columns of `likeness` are, in order."""

# The coefficients belong to the numbers in this module: whoever changes one fits again.
_CONTEXT = 30  # frames to each side that a measure looks at
_WEIGHT_RANGE_DB = 20.0  # a frame weighs less the further it lies under the loudest of its context, this far nothing
_SHAPE_RANGE_DB = 25.0  # a band differs from the mean of the bands by this at most
_LEVEL_RANGE_DB = 35.0  # and a level lies this far under the loudest of its context at most
_HELD_CORRELATION = 0.8  # a frame whose fine structure correlates more than this over 60 ms belongs to a held sound
_MOST_DEVIATIONS = 4.0  # a measure counts with so many standard deviations at most


def likeness(frames: dict[str, np.ndarray]) -> np.ndarray:
    """The measures of speech-likeness: means and movements within +-0.3 s, louder frames weighing more.

    Args:
        frames: what `vad_frames.measure` gives, of at least one frame.

    Returns:
        Shape (frames, 10); the columns are named in `MEASURES`.
    """
    level = frames["level_db"]
    top = maximum_filter1d(level, 2 * _CONTEXT + 1)
    weight = np.clip((level - top + _WEIGHT_RANGE_DB) / _WEIGHT_RANGE_DB, 0.0, 1.0) + 1e-3
    shape = frames["bands_db"][:, :SHAPE_BANDS]
    shape = np.clip(shape - shape.mean(axis=1, keepdims=True), -_SHAPE_RANGE_DB, _SHAPE_RANGE_DB)
    smooth = _local(shape, weight, 2)
    level = np.maximum(level, top - _LEVEL_RANGE_DB)
    even = np.ones_like(level)
    columns = [
        _local(frames["harmonicity"], weight),
        _spread(frames["harmonicity"], weight),
        _local(frames["persistence"], weight),
        _local(frames["entropy"], weight),
        _spread(frames["entropy"], weight),
        np.sqrt((_spread(smooth, weight) ** 2).mean(axis=1)),
        _spread(_local(level, even, 2), even),
        _local(weight, even),
        _local(frames["peaks"], weight),
        _local((frames["persistence"] > _HELD_CORRELATION).astype(float), weight),
    ]
    return np.stack(columns, axis=1)


def evidence(frames: dict[str, np.ndarray]) -> np.ndarray:
    """Log-odds of speech: a quadratic logistic regression on the measures of speech-likeness.

    Args:
        frames: what `vad_frames.measure` gives, of at least one frame.

    Returns:
        Nats, shape (frames,); above 0 speech is more likely than not.
    """
    model = speech_model()
    z = standardised(likeness(frames), model["centre"], model["scale"])
    return np.asarray(model["intercept"] + z @ model["linear"] + products(z) @ model["quadratic"])


def standardised(measures: np.ndarray, centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Measures in standard deviations from their mean over the frames that the model was fitted on.

    Args:
        measures: what `likeness` gives, shape (frames, 10).
        centre: the means, shape (10,).
        scale: the standard deviations, shape (10,).

    Returns:
        Shape (frames, 10), clipped to -4 to 4.
    """
    return np.asarray(np.clip((measures - centre) / scale, -_MOST_DEVIATIONS, _MOST_DEVIATIONS))


def products(z: np.ndarray) -> np.ndarray:
    """Every product of two columns, and every square: the quadratic terms of the regression.

    Args:
        z: shape (frames, k).

    Returns:
        Shape (frames, k (k + 1) / 2), in the order of ``np.triu_indices``.
    """
    rows, columns = np.triu_indices(z.shape[1])
    return z[:, rows] * z[:, columns]


@functools.cache
def speech_model() -> dict[str, Any]:
    """The fitted model, which ``benchmarks/fit_vad.py`` wrote to vad_model.json.

    Returns:
        Arrays ``centre``, ``scale`` and ``linear`` of shape (10,) and ``quadratic`` of shape (55,); the number ``intercept``.
    """
    text = importlib.resources.files("vmaudio.audio").joinpath("vad_model.json").read_text("utf-8")
    stored = json.loads(text)
    arrays = {name: np.array(stored[name]) for name in ("centre", "scale", "linear", "quadratic")}
    return {**arrays, "intercept": stored["intercept"]}


def _local(values: np.ndarray, weight: np.ndarray, reach: int = _CONTEXT) -> np.ndarray:
    """Weighted mean over +-``reach`` frames."""
    column = weight if values.ndim == 1 else weight[:, None]
    return moving_sum(values * column, reach) / np.maximum(moving_sum(column, reach), 1e-6)


def _spread(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted standard deviation within the context."""
    mean = _local(values, weight)
    return np.sqrt(np.maximum(_local(values**2, weight) - mean**2, 0.0))
