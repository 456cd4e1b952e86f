"""Each function of `vmaudio.scipy_parts` against its namesake in scipy, to the bit."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import scipy.fft
import scipy.ndimage
import scipy.signal

from vmaudio import scipy_parts


@pytest.fixture
def noise() -> np.random.Generator:
    return np.random.default_rng(5)


@pytest.mark.parametrize("n", [None, 1024])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_transforms(noise: np.random.Generator, kind: type, n: int | None) -> None:
    x = noise.standard_normal((7, 640)).astype(kind)
    lines = scipy.fft.rfft(x, n, axis=1)
    found = scipy_parts.rfft(x, n)
    assert found.dtype == lines.dtype
    assert np.array_equal(found, lines)
    power = np.abs(lines) ** 2
    back = scipy_parts.irfft(power, n)
    assert back.dtype == kind
    assert np.array_equal(back, scipy.fft.irfft(power, n, axis=1))
    assert np.array_equal(scipy_parts.irfft(power[0]), scipy.fft.irfft(power[0]))


def test_lfilter(noise: np.random.Generator) -> None:
    x = noise.standard_normal(4000).astype(np.float32)
    b, a = np.array([1, -1], np.float32), np.array([1, -np.float32(0.998)])
    expected, _ = scipy.signal.lfilter(b, a, x, zi=-x[:1])
    found = scipy_parts.lfilter(b, a, x, -x[:1])
    assert found.dtype == expected.dtype
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("edge_hz", [40, 70.0, 83.7, 200.0, 1000.0])
def test_high_pass(noise: np.random.Generator, edge_hz: float) -> None:
    x = noise.standard_normal(3000).astype(np.float32)
    sos = scipy.signal.butter(2, edge_hz, "highpass", fs=16000, output="sos")
    assert np.array_equal(scipy_parts.high_pass(x, edge_hz, 16000), scipy.signal.sosfiltfilt(sos, x))


@pytest.mark.parametrize(("edge_hz", "samples"), [(0.0, 100), (8000.0, 100), (70.0, 9)])
def test_high_pass_refuses(edge_hz: float, samples: int) -> None:
    with pytest.raises(ValueError, match="high-pass"):
        scipy_parts.high_pass(np.zeros(samples), edge_hz, 16000)


def test_find_peaks(noise: np.random.Generator) -> None:
    x = np.cumsum(noise.standard_normal(3000)) / 10
    x[100:110] = x.max() + 1  # a plateau
    peaks, info = scipy.signal.find_peaks(x, prominence=0.3, height=-1.0)
    found, prominences = scipy_parts.find_peaks(x, height=-1.0, prominence=0.3)
    assert len(peaks) > 10
    assert np.array_equal(found, peaks)
    assert np.array_equal(prominences, info["prominences"])


def test_moving_filters(noise: np.random.Generator) -> None:
    x = noise.standard_normal((500, 3))
    row = np.ascontiguousarray(x[:, 0])
    assert np.array_equal(scipy_parts.maximum_filter1d(row, 9), scipy.ndimage.maximum_filter1d(row, 9))
    assert np.array_equal(scipy_parts.uniform_filter1d(row, 5), scipy.ndimage.uniform_filter1d(row, 5))
    assert np.array_equal(
        scipy_parts.uniform_filter1d(x, 9, "nearest"), scipy.ndimage.uniform_filter1d(x, 9, axis=0, mode="nearest")
    )
    for sigma in (0.8, 1.5, 4.2):
        assert np.array_equal(scipy_parts.gaussian_filter1d(row, sigma), scipy.ndimage.gaussian_filter1d(row, sigma))


def test_filters_of_single_precision(noise: np.random.Generator) -> None:
    row = noise.standard_normal(300).astype(np.float32)
    for name, size in (("maximum_filter1d", 25), ("uniform_filter1d", 5), ("gaussian_filter1d", 2.0)):
        found, expected = getattr(scipy_parts, name)(row, size), getattr(scipy.ndimage, name)(row, size)
        assert found.dtype == expected.dtype
        assert np.array_equal(found, expected)


def test_bits_of_runs(noise: np.random.Generator) -> None:
    for share in (0.3, 0.6, 0.9):
        sure, mask = noise.random((2, 400)) < share
        for size in (1, 2, 3, 4, 7):
            assert np.array_equal(scipy_parts.without_short_runs(sure, size), scipy.ndimage.binary_opening(sure, np.ones(size)))
        for steps in (1, 2, 5):
            expected = scipy.ndimage.binary_dilation(sure, iterations=steps, mask=mask)
            assert np.array_equal(scipy_parts.grown(sure, steps, mask), expected)


def test_scipy_itself_stays_out() -> None:
    """What this module is for: neither the packages nor what they bring is imported, and scipy itself still works beside it."""
    code = """
import sys, numpy as np
from vmaudio import scipy_parts as p
x = np.sin(np.arange(400.0))
p.irfft(p.rfft(x)); p.high_pass(x, 70, 16000); p.find_peaks(x, 0, 0.1); p.maximum_filter1d(x, 3)
p.lfilter(np.array([1.0, -1.0]), np.array([1.0, -0.9]), x, -x[:1])
heavy = {f"scipy.{name}" for name in ("fft", "linalg", "ndimage", "signal", "special", "stats")} & set(sys.modules)
assert not heavy, heavy
import scipy.signal, scipy.ndimage, scipy.fft
assert (p.maximum_filter1d(x, 3) == scipy.ndimage.maximum_filter1d(x, 3)).all()
b, a, zi = np.array([1.0, -1.0]), np.array([1.0, -0.9]), np.zeros(1)
assert (scipy.signal.lfilter(b, a, x) == p.lfilter(b, a, x, zi)).all()
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_without_the_compiled_modules_scipy_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scipy_parts.PathFinder, "find_spec", lambda *_: None)
    monkeypatch.setattr(scipy_parts, "_loaded", {})
    x = np.sin(np.arange(400.0))
    assert np.array_equal(scipy_parts.rfft(x), scipy.fft.rfft(x))


def test_two_threads_may_be_the_first_at_once() -> None:
    """Each gets whole modules: the second waits for the first."""
    code = """
import sys, threading, numpy as np
from vmaudio import scipy_parts as p
sys.setswitchinterval(1e-6)
x, start, found = np.sin(np.arange(400.0)), threading.Barrier(6), []
def work():
    start.wait()
    p.high_pass(x, 70, 16000), p.find_peaks(x, 0, 0.1), p.maximum_filter1d(x, 3), p.rfft(x)
    found.append(1)
threads = [threading.Thread(target=work) for _ in range(6)]
[t.start() for t in threads], [t.join() for t in threads]
assert len(found) == 6
"""
    for _ in range(3):
        subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
