"""How speech-like each frame is: ten measures of how spectrum and level move, and the log-odds of speech from them."""

from __future__ import annotations

import functools
import importlib.resources
import json
from typing import Any

import numpy as np

from vmaudio.audio.moving import moving_sum
from vmaudio.audio.vad_frames import SHAPE_BANDS

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


def likeness(frames: dict[str, np.ndarray]) -> np.ndarray:
    """The measures of speech-likeness, shape (frames, 10): means and movements within +-0.3 s, louder frames weighing more."""
    from scipy.ndimage import maximum_filter1d

    level = frames["level_db"]
    top = maximum_filter1d(level, 2 * _CONTEXT + 1)
    weight = np.clip((level - top + 20.0) / 20.0, 0.0, 1.0) + 1e-3
    shape = frames["bands_db"][:, :SHAPE_BANDS]
    shape = np.clip(shape - shape.mean(axis=1, keepdims=True), -25.0, 25.0)
    smooth = _local(shape, weight, 2)
    level = np.maximum(level, top - 35.0)
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
        _local((frames["persistence"] > 0.8).astype(float), weight),
    ]
    return np.stack(columns, axis=1)


def evidence(frames: dict[str, np.ndarray]) -> np.ndarray:
    """Log-odds of speech for each frame, shape (frames,)."""
    model = speech_model()
    z = standardised(likeness(frames), model["centre"], model["scale"])
    return np.asarray(model["intercept"] + z @ model["linear"] + products(z) @ model["quadratic"])


def standardised(measures: np.ndarray, centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """`likeness` in standard deviations from the mean of the fitted frames, at most 4 of them; shape as given."""
    return np.asarray(np.clip((measures - centre) / scale, -4.0, 4.0))


def products(z: np.ndarray) -> np.ndarray:
    """Every product of two columns, a column with itself too: (frames, 10) gives (frames, 55)."""
    rows, columns = np.triu_indices(z.shape[1])
    return z[:, rows] * z[:, columns]


@functools.cache
def speech_model() -> dict[str, Any]:
    """What ``benchmarks/fit_vad.py`` wrote: centre, scale and linear (10,), quadratic (55,) as arrays, intercept a number."""
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
