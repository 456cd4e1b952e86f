"""Short-time measures that tell speech from other sounds, and the tracked noise floor, on frames of 10 ms."""

from __future__ import annotations

import numpy as np

from vmaudio.audio.moving import moving_mean
from vmaudio.audio.tones import keys
from vmaudio.scipy_parts import irfft, lfilter, rfft

HOP_S = 0.010
"""Seconds between frames."""

_HOP = 160  # samples between frames
_SHORT, _LONG = 512, 1024  # windows, in samples: 32 and 64 ms
_OFFSET_HZ = 5.0
_CHUNK = 500  # frames worked through at a time: more take memory, and no less time
_STEP = 6  # frames between the two spectra that persistence compares
_LINE_RANGE = 10**-2.5  # lines 25 dB under the strongest count alike: the noise between the lines of a tone moves
_FINE_BINS = 184  # of the long transform, 15.6 Hz each, from 125 Hz to 3 kHz
_HANN_SHORT = np.hanning(_SHORT + 1)[:_SHORT].astype(np.float32)
_HANN_LONG = np.hanning(_LONG + 1)[:_LONG].astype(np.float32)

# Band edges as bins of the short transform (31.25 Hz): about 100-mel steps over 125-3800 Hz, for the shape of the spectrum;
# the two bands above, to 7.5 kHz, help to find fricatives only.
EDGES = np.array([4, 7, 10, 14, 18, 22, 26, 31, 37, 44, 51, 59, 69, 80, 93, 107, 122, 160, 240])
"""Edges of the 18 bands, in lines of 31.25 Hz."""

SHAPE_BANDS = 16
"""How many of the bands, from the lowest, lie in 125-3800 Hz."""

_FLOOR_BIAS_DB = 8.4 / np.sqrt(np.diff(EDGES))  # measured on white, pink and brown noise; within 0.5 dB
_TINY = 1e-11  # -110 dBFS


def measure(samples: np.ndarray) -> dict[str, np.ndarray]:
    """Short-time measures, one row per whole frame of 10 ms.

    Args:
        samples: float32 of shape (n,) at 16 kHz.

    Returns:
        Arrays of shape (frames,) by name; without a whole frame only an empty ``level_db``.
        ``power``: mean square above 30 Hz. ``level_db``: level of 125-3800 Hz in dBFS. ``bands_db``: (frames, 18), dBFS.
        ``entropy``: of the spectrum, in nats. ``harmonicity``: highest normalised autocorrelation at 62-500 Hz, about 0 to 1
        (Boersma 1993). ``persistence``: correlation of the spectrum's fine structure over 60 ms, -1 to 1. ``peaks``: share of
        the power in the 8 strongest bins of 16 Hz, 0 to 1 (two pure tones fill them). ``keys``: the telephone key that sounds
        (`tones.keys`), 0 for none. ``held``: as ``persistence``, but only of the strong lines, so that noise beside a tone
        does not lower it.
    """
    n = len(samples) // _HOP
    if n == 0:
        return {"level_db": np.zeros(0)}
    padded = np.pad(_without_offset(samples), _LONG // 2)
    chunks, fine = [], np.zeros((0, 2, _FINE_BINS), np.float32)
    for start in range(0, n, _CHUNK):  # 5 s at a time: memory stays flat
        chunk, fine = _measure(padded, start, min(n, start + _CHUNK), fine)
        chunks.append(chunk)
    frames = {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}
    half = _STEP // 2
    for name in ("persistence", "held"):
        moved = frames[name]
        frames[name] = np.pad(moved, (half, n - len(moved) - half), "edge") if len(moved) else np.zeros(n)
    return frames


def _without_offset(samples: np.ndarray) -> np.ndarray:
    """Without what cannot be heard: an offset (DC), also one that only a part of the recording has.

    A high-pass of the first order, twice, that has settled 0.3 s after a step; 30 Hz lose 0.2 dB.
    """
    x = np.asarray(samples, dtype=np.float32)
    pole = np.float32(1 - 2 * np.pi * _OFFSET_HZ / 16000)
    rise, fall = np.array([1, -1], np.float32), np.array([1, -pole])
    once = lfilter(rise, fall, x, -x[:1])
    return np.asarray(lfilter(rise, fall, once, -once[:1]), np.float32)


def _measure(padded: np.ndarray, first: int, last: int, before: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Frames ``first`` to ``last``; ``before`` is the fine structure of the frames just before, the second result that for
    the next call. ``persistence`` compares with the frame `_STEP` earlier, as far as there is one.
    """
    middle = first * _HOP + _HOP // 2 + _LONG // 2
    part = padded[middle - _LONG // 2 : (last - 1) * _HOP + _HOP // 2 + _LONG]
    windows = np.lib.stride_tricks.sliding_window_view(part, _LONG)[::_HOP]
    inner = slice((_LONG - _SHORT) // 2, (_LONG + _SHORT) // 2)
    short = np.abs(rfft(windows[:, inner] * _HANN_SHORT)) ** 2
    short *= 2.0 / (_SHORT * np.sum(_HANN_SHORT**2))  # mean square per bin
    bands = np.add.reduceat(short[:, : EDGES[-1]], EDGES[:-1], axis=1)
    voice = short[:, EDGES[0] : EDGES[SHAPE_BANDS]]
    share = voice + 1e-13
    share /= share.sum(axis=1, keepdims=True)

    long = np.abs(rfft(windows * _HANN_LONG)) ** 2
    middle_bins = long[:, 8 : 8 + _FINE_BINS]
    peaks = np.partition(middle_bins, -8, axis=1)[:, -8:].sum(axis=1) / (middle_bins.sum(axis=1) + 1e-12)
    strongest = middle_bins.max(axis=1, keepdims=True)
    fine = np.stack([_fine(middle_bins + 1e-9), _fine(middle_bins + _LINE_RANGE * strongest + 1e-9)], axis=1)
    fine = np.concatenate([before, fine])
    correlation_60 = np.einsum("nkb,nkb->nk", fine[_STEP:], fine[:-_STEP])
    key = keys(long)
    long[:, :8] = long[:, 8 + _FINE_BINS :] = 0.0
    correlation = irfft(long)[:, :257]
    taper = irfft(np.abs(rfft(_HANN_LONG, 2 * _LONG)) ** 2)[:257]
    ratio = correlation[:, 32:] / (correlation[:, :1] + 1e-12) / (taper[32:] / taper[0])
    return {
        "power": short[:, 1:].sum(axis=1),
        "level_db": to_db(voice.sum(axis=1)),
        "bands_db": to_db(bands),
        "entropy": -(share * np.log(share)).sum(axis=1),
        "harmonicity": ratio.max(axis=1),
        "peaks": peaks,
        "keys": key,
        "persistence": correlation_60[:, 0],
        "held": correlation_60[:, 1],
    }, fine[-_STEP:]


def _fine(power: np.ndarray) -> np.ndarray:
    """Fine structure of spectra: logarithm without its mean over 13 lines, of length 1."""
    logs = np.log(power)
    logs = (logs - moving_mean(logs.T, 6).T).astype(np.float32)
    return np.asarray(logs / (np.sqrt((logs**2).sum(axis=1, keepdims=True)) + 1e-9))


def floor_db(bands_db: np.ndarray) -> np.ndarray:
    """Tracked noise floor of each band and frame: low quantile of half-second minima over +-3 s, bias corrected.

    After minimum statistics (Martin 2001). The bias was measured on white, pink and brown noise with these very windows.

    Args:
        bands_db: shape (frames, 18), dBFS, at least one frame.

    Returns:
        dBFS, of the same shape.
    """
    power = moving_mean(10 ** (bands_db / 10), 2)
    ends = np.linspace(0, len(power), max(1, len(power) // 50) + 1).astype(int)
    minima = np.minimum.reduceat(power, ends[:-1], axis=0)
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(minima, ((6, 6), (0, 0)), "reflect" if len(minima) > 6 else "edge"), 13, axis=0
    )
    low = to_db(np.partition(windows, 3, axis=2)[:, :, 3])
    at = (ends[:-1] + ends[1:]) / 2
    return np.stack([np.interp(np.arange(len(power)), at, column) for column in low.T], axis=1) + _FLOOR_BIAS_DB


def to_db(power: np.ndarray) -> np.ndarray:
    """Power in dB, at least -110.

    Args:
        power: mean squares, of any shape; 1 is 0 dBFS.

    Returns:
        dBFS, of the same shape.
    """
    return 10.0 * np.log10(power + _TINY)
