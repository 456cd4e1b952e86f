"""Short-time spectra on the 10 ms grid that every measure of this package shares.

Frame ``i`` is centred on sample ``i * HOP`` at 16 kHz, so its time is ``i * 0.01`` s. Long recordings are worked through in
blocks: what stays in memory is a few numbers per frame, never the spectra of the whole file.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vmaudio.scipy_parts import high_pass

RATE = 16000
"""Samples per second that the whole package works at; other rates are resampled first."""

HOP = 160
"""Samples between frames: 10 ms."""

HOP_S = HOP / RATE
BLOCK = 500
"""Frames per block: 5 s. A block's spectra and what is made of them take about 15 MB; four times as many frames, four times
that, and an eighth more time."""


def frame_count(n_samples: int) -> int:
    """Number of frames of a signal: one centred on every 160th sample, the first on sample 0.

    Args:
        n_samples: length of the signal at 16 kHz.

    Returns:
        The number of frames; 0 for an empty signal.
    """
    return 0 if n_samples <= 0 else (n_samples - 1) // HOP + 1


def prepare(samples: np.ndarray, sample_rate_hz: int) -> np.ndarray:
    """Samples at 16 kHz without non-finite values and without offset.

    An offset (DC) cannot be heard and would count as level, so the mean is taken away.

    Args:
        samples: numbers of any shape, read as one row.
        sample_rate_hz: their rate; other rates than 16 kHz are resampled.

    Returns:
        float32 of shape (n,).
    """
    x = np.asarray(samples, dtype=np.float32).reshape(-1)
    if not np.isfinite(x).all():
        x = np.nan_to_num(x, nan=0.0, posinf=0.0, neginf=0.0)
    if sample_rate_hz != RATE and len(x):
        import librosa

        x = librosa.resample(x, orig_sr=sample_rate_hz, target_sr=RATE)
    return x - np.float32(x.mean(dtype=np.float64)) if len(x) else x


def without_rumble(x: np.ndarray, rumble_hz: float) -> np.ndarray:
    """High-pass without delay: wind, handling and traffic lie below every voice and would leak into its lowest bands.

    Args:
        x: float32 of shape (n,) at 16 kHz.
        rumble_hz: what lies below is taken away (Butterworth, second order, forwards and backwards).

    Returns:
        float32 of the same shape; signals of up to 60 samples as they are.
    """
    return high_pass(x, rumble_hz, RATE).astype(np.float32) if len(x) > 60 else x


def spectra(x: np.ndarray, n_fft: int, window: int, step: int = 1) -> Iterator[tuple[int, np.ndarray]]:
    """Power spectra of frames under a Hann window, block by block. Samples beyond the ends count as zero.

    Args:
        x: float32 of shape (n,) at 16 kHz.
        n_fft: length of the transform, in samples.
        window: length of the window, in samples.
        step: only every so many frames.

    Yields:
        The index of the block's first frame among those yielded, and float32 power of shape (frames, n_fft // 2 + 1).
    """
    hop = HOP * step
    total = (len(x) - 1) // hop + 1 if len(x) else 0
    half = n_fft // 2
    margin = (n_fft - window) // 2
    hann = np.pad(0.5 + 0.5 * np.cos(np.linspace(-np.pi, np.pi, window + 1)[:-1]), (margin, n_fft - window - margin))
    for first in range(0, total, BLOCK):
        count = min(BLOCK, total - first)
        start, stop = first * hop - half, (first + count - 1) * hop + half
        piece = x[max(start, 0) : max(stop, 0)]
        piece = np.pad(piece, (max(-start, 0), max(stop - len(x), 0)))
        pieces = np.lib.stride_tricks.sliding_window_view(piece, n_fft)[::hop]
        found = np.fft.rfft(hann * pieces, axis=1).astype(np.complex64)  # transformed in double precision, kept in single
        yield first, found.real**2 + found.imag**2
