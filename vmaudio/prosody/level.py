"""Level and colour of the sound: RMS levels, band energies, spectral tilt, clipping.

0 dBFS is the RMS of a full-scale square wave, that is an RMS of 1: a full-scale sine has -3.01 dBFS.
"""

from __future__ import annotations

import numpy as np

from vmaudio.prosody.frames import HOP, spectra

SILENCE_DBFS = -120.0
"""What digital silence is called; lower levels are not told apart."""

N_FFT = 512
WINDOW = 320
"""20 ms: short enough for pause borders, long enough to part bands of 50 Hz."""

EDGES_HZ = (100, 200, 300, 450, 600, 800, 1000, 1300, 1600, 2000, 2400, 2900, 3400, 4200, 5200, 6400, 7800)
"""Edges of the 16 bands, roughly a critical band each (Zwicker 1961) up to 3400 Hz, the telephone's upper end."""

_LIMITS = [round(edge * N_FFT / 16000) for edge in EDGES_HZ]
BINS = np.diff(_LIMITS).astype(np.float64)
"""Number of spectral lines in each band."""

_DARK, _BRIGHT = slice(2, 6), slice(6, 12)  # 300-1000 Hz and 1000-3400 Hz


def to_db(power: np.ndarray) -> np.ndarray:
    """Power to dB, not below `SILENCE_DBFS`."""
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (SILENCE_DBFS / 10))))


def power(x: np.ndarray) -> np.ndarray:
    """Mean square of 20 ms around every frame, shape (frames,)."""
    import librosa

    if not len(x):
        return np.zeros(0, np.float32)
    rms = librosa.feature.rms(y=np.pad(x, (0, HOP)), frame_length=WINDOW, hop_length=HOP, center=True, pad_mode="constant")
    return np.asarray(rms[0, : (len(x) - 1) // HOP + 1] ** 2)


def bands(x: np.ndarray) -> np.ndarray:
    """Energies of the `EDGES_HZ` bands every 10 ms, float32 of shape (frames, 16); a full-scale square wave sums to about 1."""
    scale = np.float32(2 / (N_FFT * np.sum(np.hanning(WINDOW + 1)[:-1] ** 2)))
    parts = [np.add.reduceat(p[:, : _LIMITS[-1]], _LIMITS[:-1], axis=1) * scale for _, p in spectra(x, N_FFT, WINDOW)]
    return np.concatenate(parts) if parts else np.zeros((0, len(BINS)), np.float32)


def tilt_db(energies: np.ndarray, noise: np.ndarray) -> float:
    """Energy in 1000-3400 Hz over energy in 300-1000 Hz, in dB; NaN without energy.

    Both bands lie inside the telephone's, so the same voice measures alike on a line and in a studio. ``energies`` are the
    bands of the speech frames, shape (frames, 16); ``noise`` the mean noise of each band, which is taken away.
    """
    if not len(energies):
        return float("nan")
    clean = np.maximum(energies.mean(axis=0, dtype=np.float64) - noise, 0)
    dark, bright = clean[_DARK].sum(), clean[_BRIGHT].sum()
    return float(10 * np.log10(bright / dark)) if dark > 1e-14 and bright > 1e-14 else float("nan")


def clipped_share(x: np.ndarray) -> float:
    """Share of samples, 0 to 1, that lie in flat runs of 3 or more at the top or bottom of the wave.

    The rail is the recording's own, not full scale: sound that was clipped and turned down afterwards is still clipped.
    """
    if not len(x):
        return 0.0
    share = 0
    for side in (x, -x):
        rail = float(side.max())
        if rail < 1e-3:
            continue
        near = side >= rail * 0.995
        share += _in_runs(near, 3) if _piles_up(side, rail) else 0
    return share / len(x)


def _piles_up(side: np.ndarray, rail: float) -> bool:
    """Whether samples crowd at the rail: more than twice as many as in the three strips under it. A sine does not."""
    top = int(np.count_nonzero(side >= 0.98 * rail))
    under = int(np.count_nonzero((side >= 0.92 * rail) & (side < 0.98 * rail)))
    return top >= 8 and top > 2 * under


def _in_runs(mask: np.ndarray, shortest: int) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    lengths = edges[1::2] - edges[::2]
    return int(lengths[lengths >= shortest].sum())
