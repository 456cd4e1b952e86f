"""Level and colour of the sound: RMS levels, band energies, spectral tilt, clipping.

0 dBFS is the RMS of a full-scale square wave, that is an RMS of 1: a full-scale sine has -3.01 dBFS.
"""

from __future__ import annotations

import numpy as np

from vmaudio.prosody.frames import HOP, spectra
from vmaudio.prosody.options import LEVEL_OPTIONS, LevelOptions

SILENCE_DBFS = -120.0
"""Level of digital silence; every lower level is given as this one."""

N_FFT = 512
WINDOW = 320
"""20 ms, in samples: short enough for pause borders, long enough to part bands of 50 Hz."""

EDGES_HZ = (100, 200, 300, 450, 600, 800, 1000, 1300, 1600, 2000, 2400, 2900, 3400, 4200, 5200, 6400, 7800)
"""Edges of the 16 bands, roughly a critical band each (Zwicker 1961) up to 3400 Hz, the telephone's upper end."""

_LIMITS = [round(edge * N_FFT / 16000) for edge in EDGES_HZ]
BINS = np.diff(_LIMITS).astype(np.float64)
"""Number of spectral lines in each band."""

_DARK, _BRIGHT = slice(2, 6), slice(6, 12)  # 300-1000 Hz and 1000-3400 Hz


def to_db(power: np.ndarray) -> np.ndarray:
    """Power in dB, not below `SILENCE_DBFS`.

    Args:
        power: mean squares, of any shape; 1 is 0 dBFS.

    Returns:
        dBFS, of the same shape.
    """
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (SILENCE_DBFS / 10))))


def power(x: np.ndarray) -> np.ndarray:
    """Mean square of 20 ms around every frame.

    Args:
        x: float32 of shape (n,) at 16 kHz.

    Returns:
        Shape (frames,), 0 to 1.
    """
    if not len(x):
        return np.zeros(0, np.float32)
    padded = np.pad(x, (WINDOW // 2, HOP + WINDOW // 2))
    squares = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][: (len(x) - 1) // HOP + 1] ** 2
    return np.asarray(np.sqrt(np.mean(squares, axis=1)) ** 2)


def bands(x: np.ndarray) -> np.ndarray:
    """Energies of the `EDGES_HZ` bands every 10 ms.

    Args:
        x: float32 of shape (n,) at 16 kHz.

    Returns:
        float32 of shape (frames, 16); a full-scale square wave sums to about 1.
    """
    scale = np.float32(2 / (N_FFT * np.sum(np.hanning(WINDOW + 1)[:-1] ** 2)))
    parts = [np.add.reduceat(p[:, : _LIMITS[-1]], _LIMITS[:-1], axis=1) * scale for _, p in spectra(x, N_FFT, WINDOW)]
    return np.concatenate(parts) if parts else np.zeros((0, len(BINS)), np.float32)


def tilt_db(energies: np.ndarray, noise: np.ndarray) -> float:
    """Spectral tilt: energy in 1000-3400 Hz over energy in 300-1000 Hz.

    Both bands lie inside the telephone's, so the same voice measures alike on a line and in a studio.

    Args:
        energies: the bands of the speech frames, shape (frames, 16).
        noise: mean noise of each band, shape (16,), which is taken away.

    Returns:
        dB, higher for a brighter voice; NaN without energy.
    """
    if not len(energies):
        return float("nan")
    clean = np.maximum(energies.mean(axis=0, dtype=np.float64) - noise, 0)
    dark, bright = clean[_DARK].sum(), clean[_BRIGHT].sum()
    return float(10 * np.log10(bright / dark)) if dark > 1e-14 and bright > 1e-14 else float("nan")


def clipped_share(x: np.ndarray, options: LevelOptions = LEVEL_OPTIONS) -> float:
    """Share of samples that were cut off at a rail.

    The rail is the recording's own, not full scale: sound that was clipped and turned down afterwards is still clipped. Two
    signs are looked for. Samples at the extreme itself, in numbers that the range below it does not explain; and, as
    resampling and coding ripple what was flat, a crowd of samples near the extreme that is denser than the range below it,
    which speech never is. A tone crowds there too, with more than a tenth of its samples, and is not counted.

    Args:
        x: float32 of shape (n,).
        options: thresholds of clipping.

    Returns:
        0 to 1.
    """
    if not len(x):
        return 0.0
    flat = crowded = 0
    for side in (x, -x):
        rail = float(side.max())
        if rail < options.quietest_rail:
            continue
        near, top = options.under_share * rail, options.rail_share * rail
        at, under = np.count_nonzero(side >= top), np.count_nonzero((side >= near) & (side < top))
        flat += int(at) if at >= options.rail_samples and at > options.rail_ratio * under else 0
        crowded += _crowd(side, rail, options)
    crowded = 0 if crowded > options.tone_share * len(x) else crowded
    return (flat if flat >= options.flat_share * crowded else crowded) / len(x)


def _crowd(side: np.ndarray, rail: float, options: LevelOptions) -> int:
    """Samples in and above the densest strip of the top, if it is much denser than what lies 8 to 16 % below, else 0.

    Unclipped recordings (telephone, studio, eleven codecs) stay under 1.4; speech with 1 % clipped reaches 2 after u-law or
    AAC at 8 kHz. MP3 at 16 kbit/s and GSM hide it.
    """
    counts = np.histogram(side / rail, bins=np.linspace(0.4, 1.00001, 31))[0].astype(float)  # strips of 2 %
    dense = np.convolve(counts, np.ones(3), mode="same")
    below = np.minimum.reduce([dense[6:21], dense[8:23], dense[10:25]])
    ratio = np.where(dense[14:29] >= options.crowd_samples, dense[14:29] / np.maximum(below, options.crowd_below), 0)
    best = int(ratio.argmax())
    return int(counts[best + 11 :].sum()) if ratio[best] >= options.crowd_ratio else 0
