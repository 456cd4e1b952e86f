"""Functions of scipy that every message needs, without the half of scipy that comes with their import.

``import scipy.signal`` takes 0.6 s of processor time and 49 MB (it brings scipy.stats, .interpolate and .optimize),
``scipy.fft`` and ``scipy.ndimage`` another 0.3 s and 28 MB: as long as measuring a message of two minutes. What is called of
them is compiled code in small modules of its own, which are loaded here by themselves. So the sums are scipy's, to the bit;
tests compare each function with its namesake. Where a version of scipy keeps its modules elsewhere, scipy is imported as usual.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
import sys
import threading
from importlib.machinery import ExtensionFileLoader, ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

import numpy as np

_MODES = {"nearest": 0, "reflect": 2}  # scipy.ndimage's numbers of what lies beyond the ends


_loaded: dict[str, Any] = {}
_loading = threading.Lock()  # messages are measured in several threads, and half a module is of no use


def _compiled(name: str) -> Any:
    """A compiled module of scipy, loaded once, without the packages that it lies in.

    Args:
        name: such as "signal._sosfilt".

    Raises:
        ImportError: scipy has no such module.
    """
    if name not in _loaded:
        with _loading:
            if name not in _loaded:
                _loaded[name] = _load(name)
    return _loaded[name]


def _load(name: str) -> Any:
    """The module itself."""
    full = f"scipy.{name}"
    if full in sys.modules:
        return importlib.import_module(full)  # which waits where another thread is importing it
    package = importlib.util.find_spec("scipy")  # a package that lies in no other: nothing is imported
    *folders, last = name.split(".")
    if package is not None and package.origin is not None:
        found = PathFinder.find_spec(last, [str(Path(package.origin).parent.joinpath(*folders))])
        if found is not None and found.origin is not None and isinstance(found.loader, ExtensionFileLoader):
            try:
                spec = ModuleSpec(full, ExtensionFileLoader(full, found.origin), origin=found.origin)
                module = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(module)  # type: ignore[union-attr]
                return module
            except ImportError:  # it needs what the packages load
                pass
    return importlib.import_module(full)


def rfft(x: np.ndarray, n: int | None = None) -> np.ndarray:
    """`scipy.fft.rfft` over the last axis; float32 stays single precision, in other bits than numpy's.

    Args:
        x: float32 or float64, (..., samples).
        n: length of the transform, at least ``samples``; theirs where it is None.

    Returns:
        complex64 or complex128, (..., n // 2 + 1).
    """
    x = _filled(x, n)
    return np.asarray(_compiled("fft._pocketfft.pypocketfft").r2c(x, (x.ndim - 1,), True, 0, None, 1))


def irfft(x: np.ndarray, n: int | None = None) -> np.ndarray:
    """`scipy.fft.irfft` over the last axis.

    Args:
        x: float32 or float64 or complex, (..., lines).
        n: length of the result, so that n // 2 + 1 is at least ``lines``; 2 * (lines - 1) where it is None.

    Returns:
        float32 or float64, (..., n).
    """
    n = 2 * (x.shape[-1] - 1) if n is None else n
    x = _filled(x + 0.0j, n // 2 + 1)
    return np.asarray(_compiled("fft._pocketfft.pypocketfft").c2r(x, (x.ndim - 1,), n, False, 2, None, 1))


def _filled(x: np.ndarray, n: int | None) -> np.ndarray:
    """With zeros behind, up to ``n`` along the last axis."""
    missing = 0 if n is None else n - x.shape[-1]
    return np.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, missing)]) if missing else x


def lfilter(b: np.ndarray, a: np.ndarray, x: np.ndarray, zi: np.ndarray) -> np.ndarray:
    """`scipy.signal.lfilter` of one row from a state on.

    Args:
        b: numerator, two or more.
        a: denominator, two or more.
        x: (samples,).
        zi: the state, one shorter than the longer of the two.

    Returns:
        (samples,); the state at the end is dropped.
    """
    return np.asarray(_compiled("signal._sigtools")._linear_filter(b, a, x, 0, zi)[0])


def high_pass(x: np.ndarray, edge_hz: float, rate_hz: int) -> np.ndarray:
    """A Butterworth high-pass of the second order, forwards and backwards, so without delay.

    It is ``scipy.signal.sosfiltfilt(butter(2, edge_hz, "highpass", fs=rate_hz, output="sos"), x)``.

    Args:
        x: (samples,), more than nine.
        edge_hz: where 6 dB are lost; between 0 and half of the rate.
        rate_hz: samples per second.

    Returns:
        float64, (samples,).

    Raises:
        ValueError: the edge is out of range, or there are too few samples.
    """
    if not 0 < edge_hz < rate_hz / 2:
        raise ValueError(f"The edge of a high-pass at {rate_hz} samples a second lies between 0 and {rate_hz / 2:g} Hz")
    if len(x) <= _EDGE:
        raise ValueError(f"The high-pass needs more than {_EDGE} samples")
    section = _butterworth(edge_hz, rate_hz)
    b, a = section[0, :3], section[0, 3:]
    reverse_companion = np.array([[-a[1], -a[2]], [1.0, 0.0]])
    settled = np.linalg.solve(np.eye(2) - reverse_companion.T, b[1:] - a[1:] * b[0])
    y = np.concatenate((2 * x[:1] - x[_EDGE:0:-1], x, 2 * x[-1:] - x[-2 : -(_EDGE + 2) : -1]))
    for _ in range(2):  # each time it is turned round, so twice is as it was
        y = np.array(y, np.float64, order="C")[None]
        _compiled("signal._sosfilt")._sosfilt(section, y, (settled * y[0, 0])[None, None])
        y = y[0, ::-1]
    return y[_EDGE:-_EDGE]


_EDGE = 9  # samples put on at each end, mirrored: three times the coefficients, as in scipy


def _butterworth(edge_hz: float, rate_hz: int) -> np.ndarray:
    """The section (1, 6) of the high-pass, in scipy's order of operations."""
    prototype = -np.exp(1j * np.pi * np.array([-1.0, 1.0]) / 4)
    poles = float(4.0 * np.tan(np.pi * (edge_hz / (rate_hz / 2)) / 2.0)) / prototype
    gain = np.real(1.0 / np.prod(-prototype)) * np.real(16.0 / np.prod(4.0 - poles))
    one, other = (4.0 + poles) / (4.0 - poles)
    pole = (one + np.conj(other)) / 2
    return np.array([[gain, -2.0 * gain, gain, 1.0, -2.0 * pole.real, pole.real**2 + pole.imag**2]])


def find_peaks(x: np.ndarray, height: float, prominence: float) -> tuple[np.ndarray, np.ndarray]:
    """`scipy.signal.find_peaks` with a least height and a least prominence.

    Args:
        x: float64, (samples,).
        height: least value of a peak.
        prominence: how far it stands at least over the higher of the dips beside it.

    Returns:
        Places of the peaks, and the prominence of each.
    """
    parts = _compiled("signal._peak_finding_utils")
    x = np.ascontiguousarray(x, np.float64)
    peaks = parts._local_maxima_1d(x)[0]
    peaks = peaks[x[peaks] >= height]
    found = parts._peak_prominences(x, peaks, -1)[0]
    enough = found >= prominence
    return peaks[enough], found[enough]


def maximum_filter1d(x: np.ndarray, size: int) -> np.ndarray:
    """`scipy.ndimage.maximum_filter1d` of one row.

    Args:
        x: (samples,).
        size: of the window.
    """
    out = np.empty(x.shape, x.dtype)
    _compiled("ndimage._nd_image").min_or_max_filter1d(x, size, 0, out, _MODES["reflect"], 0.0, 0, 0)
    return out


def uniform_filter1d(x: np.ndarray, size: int, mode: str = "reflect") -> np.ndarray:
    """`scipy.ndimage.uniform_filter1d` over the first axis.

    Args:
        x: (samples, ...).
        size: of the window.
        mode: what lies beyond the ends: "reflect" or "nearest".
    """
    out = np.empty(x.shape, x.dtype)
    _compiled("ndimage._nd_image").uniform_filter1d(x, size, 0, out, _MODES[mode], 0.0, 0)
    return out


def gaussian_filter1d(x: np.ndarray, sigma: float) -> np.ndarray:
    """`scipy.ndimage.gaussian_filter1d` of one row.

    Args:
        x: (samples,).
        sigma: standard deviation, in samples.
    """
    reach = math.floor(4.0 * sigma + 0.5)
    weights = np.exp(-0.5 / (sigma * sigma) * np.arange(-reach, reach + 1) ** 2)
    weights = np.ascontiguousarray((weights / weights.sum())[::-1])
    out = np.empty(x.shape, x.dtype)
    _compiled("ndimage._nd_image").correlate1d(x, weights, 0, out, _MODES["reflect"], 0.0, 0)
    return out


def without_short_runs(mask: np.ndarray, least: int) -> np.ndarray:
    """`scipy.ndimage.binary_opening` of one row with ``least`` ones: runs of True that are shorter become False.

    Args:
        mask: bool, (samples,).
        least: samples of the shortest run that stays.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    steps = np.zeros(len(mask) + 1, np.int64)
    stay = ends - starts >= least
    steps[starts[stay]] = 1
    steps[ends[stay]] = -1
    return np.cumsum(steps[:-1]) > 0


def grown(sure: np.ndarray, steps: int, mask: np.ndarray) -> np.ndarray:
    """`scipy.ndimage.binary_dilation` of one row: True spreads to its neighbours, where ``mask`` allows it.

    Args:
        sure: bool, (samples,).
        steps: how often it spreads, at least once.
        mask: bool, (samples,).
    """
    now = sure.copy()
    for _ in range(steps):
        beside = now.copy()
        beside[1:] |= now[:-1]
        beside[:-1] |= now[1:]
        now |= beside & mask
    return now
