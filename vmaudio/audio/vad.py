"""Where there is speech: spans, noise level and signal-to-noise ratio from the signal alone.

Three steps, on frames of 10 ms (windows of 32 and 64 ms, 120-3800 Hz, so that telephone and wide band look alike):

1. *Present*: a frame whose band powers rise `PRESENT_DB` over the tracked noise floor (minimum statistics after Martin 2001),
   and that is not `RANGE_DB` below the loud parts of the recording.
2. *Speech-like*: how spectrum and level move within +-0.3 s. Tones and music keep their fine structure, noise keeps its
   spectral shape, clicks are short, hum does neither move; a voice is periodic, its shape changes with every sound, and its
   level with every syllable (the 2-8 Hz modulation). Ten such measures, none of which depends on the level, go through a
   quadratic logistic regression, whose coefficients (below) come from ``benchmarks/fit_activity.py``.
3. *Spans*: stretches of present frames that are speech-like somewhere, when the recording as a whole has enough evidence.

Losing speech costs more than letting noise through: the recogniser has further guards, but nothing brings words back.
"""

from __future__ import annotations

import numpy as np

from vmaudio.records import Activity, Recording, Span

HOP_S = 0.010
RATE_HZ = 16000
PRESENT_DB = 3.0
"""Mean band power over the floor that makes a frame present: five standard deviations of stationary noise."""
RANGE_DB = 38.0
"""Frames this far below the loud parts are echo, breath or leakage; vowel to weak fricative is about 30 dB (Fletcher 1953)."""
NOISE_RANGE_DB = 24.0
"""Where the background swells (babble), frames this far below the loud parts still count."""
QUIETEST_DBFS = -78.0
"""Nothing below is taken for speech: 16-bit rounding noise lies at -96 dBFS."""
MIN_PAUSE_S = 0.12
"""Shorter gaps are stop closures (up to about 0.1 s), not pauses."""
MIN_SPAN_S = 0.05
MIN_EVIDENCE_FRAMES = 12
MIN_EVIDENCE = 1.0
"""A recording holds speech when its best frames, 0.12 s at least, have this mean log-odds."""
STRETCH_EVIDENCE = -1.5
"""A stretch of sound belongs to the speech when some frame of it has this log-odds."""
SNR_CAP_DB = 60.0
NOISE_FLOOR_DBFS = -100.0

_HOP = 160
_SHORT, _LONG = 512, 1024
_CHUNK = 2000
_STEP = 6
_FINE_BINS = 184  # of the long transform, 15.6 Hz each, from 125 Hz to 3 kHz
_HANN_SHORT = np.hanning(_SHORT + 1)[:_SHORT].astype(np.float32)
_HANN_LONG = np.hanning(_LONG + 1)[:_LONG].astype(np.float32)
_CONTEXT = 30  # frames to each side that a speech-likeness looks at
# Band edges as bins of the short transform (31.25 Hz): about 100-mel steps over 125-3800 Hz, for the shape of the spectrum;
# the two bands above, to 7.5 kHz, help to find fricatives only.
_EDGES = np.array([4, 7, 10, 14, 18, 22, 26, 31, 37, 44, 51, 59, 69, 80, 93, 107, 122, 160, 240])
_SHAPE_BANDS = 16
_FLOOR_BIAS_DB = 8.4 / np.sqrt(np.diff(_EDGES))  # measured on white, pink and brown noise; within 0.5 dB
_TINY = 1e-11  # -110 dBFS

# Of `evidence`: printed by benchmarks/fit_activity.py.
_CENTRE = np.array([0.595, 0.081, 0.281, 2.766, 0.257, 2.967, 4.621, 0.675, 0.622, 0.160])
_SCALE = np.array([0.306, 0.070, 0.340, 1.083, 0.223, 2.803, 4.920, 0.283, 0.290, 0.328])
_LINEAR = np.array([15.293, -1.255, -2.868, -0.781, 1.141, 0.873, -0.123, -2.916, -14.884, -0.704])
_QUADRATIC = np.array(
    [
        4.364,
        -1.225,
        -4.401,
        -2.637,
        -0.471,
        2.148,
        1.041,
        7.104,
        -5.628,
        -1.963,
        0.049,
        -2.381,
        0.761,
        -0.519,
        0.013,
        0.682,
        -0.556,
        3.932,
        -1.108,
        -5.638,
        -1.066,
        1.431,
        0.519,
        2.028,
        2.366,
        3.810,
        2.950,
        -7.301,
        1.550,
        -4.849,
        -1.540,
        2.155,
        -8.308,
        5.163,
        -0.429,
        0.794,
        -0.823,
        -0.063,
        0.263,
        -0.014,
        -1.858,
        1.299,
        0.801,
        -7.198,
        -2.351,
        -1.063,
        -1.686,
        -2.721,
        0.416,
        -3.197,
        -6.671,
        0.335,
        -5.889,
        6.340,
        -3.049,
    ]
)
_INTERCEPT = 6.111


def detect_speech(recording: Recording) -> Activity:
    """Find the speech in a recording.

    ``speech``: spans in time order, parted by at least `MIN_PAUSE_S`, borders within about 30 ms; empty when nothing
    sounds like speech. ``speech_s``: their sum. ``noise_dbfs``: mean power (RMS, dBFS; 0 dBFS is an RMS of 1) of the frames
    outside the spans and 50 ms clear of them, without the loudest 2 %; where there is under 0.1 s of them, the tracked
    floor. ``snr_db``: mean power inside the spans less the noise, over the noise, in dB, from -10 to 60; without speech NaN.
    Without noise at all (digital silence) ``noise_dbfs`` is -100 and ``snr_db`` 60.
    """
    frames = measure(recording.samples)
    n = len(frames["level_db"])
    if n == 0:
        return Activity((), 0.0, NOISE_FLOOR_DBFS, float("nan"))
    active = speech_frames(frames)
    spans = _spans(active, recording.duration_s)
    inside = np.zeros(n, bool)
    for span in spans:
        inside[round(span.start_s / HOP_S) : round(span.end_s / HOP_S)] = True
    noise, snr_db = _noise(frames, inside)
    return Activity(spans, float(sum(span.duration_s for span in spans)), noise, snr_db)


def measure(samples: np.ndarray) -> dict[str, np.ndarray]:
    """Short-time measures of float32 samples (n,) at 16 kHz, one row per whole 10 ms frame.

    ``power`` mean square above 30 Hz; ``level_db`` of 125-3800 Hz in dBFS; ``bands_db`` (frames, 18); ``entropy`` of
    the spectrum in nats; ``harmonicity`` highest normalised autocorrelation at 62-500 Hz (Boersma 1993); ``persistence``
    correlation of the spectrum's fine structure over 60 ms; ``peaks`` share of the power in the 8 strongest bins of 16 Hz
    (two pure tones fill them).
    """
    n = len(samples) // _HOP
    if n == 0:
        return {"level_db": np.zeros(0)}
    padded = np.pad(np.asarray(samples, dtype=np.float32), _LONG // 2)
    chunks, fine = [], np.zeros((0, _FINE_BINS), np.float32)
    for start in range(0, n, _CHUNK):  # 20 s at a time: memory stays flat
        chunk, fine = _measure(padded, start, min(n, start + _CHUNK), fine)
        chunks.append(chunk)
    frames = {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}
    moved = frames["persistence"]
    half = _STEP // 2
    frames["persistence"] = np.pad(moved, (half, n - len(moved) - half), "edge") if len(moved) else np.zeros(n)
    return frames


def _measure(padded: np.ndarray, first: int, last: int, before: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Frames ``first`` to ``last``; ``before`` is the fine structure of the frames just before, the second result that for
    the next call. ``persistence`` compares with the frame `_STEP` earlier, as far as there is one.
    """
    import scipy.fft

    middle = first * _HOP + _HOP // 2 + _LONG // 2
    part = padded[middle - _LONG // 2 : (last - 1) * _HOP + _HOP // 2 + _LONG]
    windows = np.lib.stride_tricks.sliding_window_view(part, _LONG)[::_HOP]
    inner = slice((_LONG - _SHORT) // 2, (_LONG + _SHORT) // 2)
    short = np.abs(scipy.fft.rfft(windows[:, inner] * _HANN_SHORT, axis=1)) ** 2
    short *= 2.0 / (_SHORT * np.sum(_HANN_SHORT**2))  # mean square per bin
    bands = np.add.reduceat(short[:, : _EDGES[-1]], _EDGES[:-1], axis=1)
    voice = short[:, _EDGES[0] : _EDGES[_SHAPE_BANDS]]
    share = voice + 1e-13
    share /= share.sum(axis=1, keepdims=True)

    long = np.abs(scipy.fft.rfft(windows * _HANN_LONG, axis=1)) ** 2
    middle_bins = long[:, 8 : 8 + _FINE_BINS]
    peaks = np.partition(middle_bins, -8, axis=1)[:, -8:].sum(axis=1) / (middle_bins.sum(axis=1) + 1e-12)
    fine = np.log(middle_bins + 1e-9)
    fine = (fine - _moving_mean(fine.T, 6).T).astype(np.float32)
    fine /= np.sqrt((fine**2).sum(axis=1, keepdims=True)) + 1e-9
    fine = np.concatenate([before, fine])
    long[:, :8] = long[:, 8 + _FINE_BINS :] = 0.0
    correlation = scipy.fft.irfft(long, axis=1)[:, :257]
    taper = scipy.fft.irfft(np.abs(scipy.fft.rfft(_HANN_LONG, 2 * _LONG)) ** 2)[:257]
    ratio = correlation[:, 32:] / (correlation[:, :1] + 1e-12) / (taper[32:] / taper[0])
    return {
        "power": short[:, 1:].sum(axis=1),
        "level_db": _db(voice.sum(axis=1)),
        "bands_db": _db(bands),
        "entropy": -(share * np.log(share)).sum(axis=1),
        "harmonicity": ratio.max(axis=1),
        "peaks": peaks,
        "persistence": (fine[_STEP:] * fine[:-_STEP]).sum(axis=1),
    }, fine[-_STEP:]


def likeness(frames: dict[str, np.ndarray]) -> np.ndarray:
    """The measures of speech-likeness, shape (frames, 10): means and movements within +-0.3 s, louder frames weighing more."""
    from scipy.ndimage import maximum_filter1d

    level = frames["level_db"]
    top = maximum_filter1d(level, 2 * _CONTEXT + 1)
    weight = np.clip((level - top + 20.0) / 20.0, 0.0, 1.0) + 1e-3
    shape = frames["bands_db"][:, :_SHAPE_BANDS]
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
    x = np.clip((likeness(frames) - _CENTRE) / _SCALE, -4.0, 4.0)
    rows, columns = np.triu_indices(x.shape[1])
    return _INTERCEPT + x @ _LINEAR + (x[:, rows] * x[:, columns]) @ _QUADRATIC


def floor_db(bands_db: np.ndarray) -> np.ndarray:
    """Tracked noise floor of each band and frame: low quantile of half-second minima over +-3 s, bias corrected."""
    power = _moving_mean(10 ** (bands_db / 10), 2)
    ends = np.linspace(0, len(power), max(1, len(power) // 50) + 1).astype(int)
    minima = np.minimum.reduceat(power, ends[:-1], axis=0)
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(minima, ((6, 6), (0, 0)), "reflect" if len(minima) > 6 else "edge"), 13, axis=0
    )
    low = _db(np.partition(windows, 3, axis=2)[:, :, 3])
    at = (ends[:-1] + ends[1:]) / 2
    return np.stack([np.interp(np.arange(len(power)), at, column) for column in low.T], axis=1) + _FLOOR_BIAS_DB


def speech_frames(frames: dict[str, np.ndarray]) -> np.ndarray:
    """Boolean per frame: present, in a stretch that is speech-like, in a recording with enough evidence."""
    present = _present(frames)
    odds = evidence(frames)
    moving = (frames["peaks"] < 0.95) & (frames["persistence"] < 0.85)  # a pure or held tone is no evidence
    best = np.sort(odds[present & moving & (odds > 0)])[::-1]
    if len(best) < MIN_EVIDENCE_FRAMES or best[: MIN_EVIDENCE_FRAMES + 3].mean() < MIN_EVIDENCE:
        return np.zeros(len(present), bool)
    kept = np.zeros(len(present), bool)
    closed = _close(present, round(MIN_PAUSE_S / HOP_S))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], closed.astype(np.int8), [0]))))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if odds[start:end].max() > STRETCH_EVIDENCE:
            kept[start:end] = True
    return kept


def _present(frames: dict[str, np.ndarray]) -> np.ndarray:
    level = frames["level_db"]
    loud = float(np.quantile(level, 0.95))
    floor = floor_db(frames["bands_db"])
    low, spread = _lower_cluster(level)
    lowest = loud - RANGE_DB
    if low - float(np.median(_db((10 ** (floor[:, :_SHAPE_BANDS] / 10)).sum(axis=1)))) < 10.0:
        lowest = float(np.clip(low + 1.7 * spread, lowest, loud - NOISE_RANGE_DB))  # noise that swells: babble, traffic
    return (level > max(QUIETEST_DBFS, lowest)) & (_over(frames["bands_db"], floor) > PRESENT_DB)


def _over(bands_db: np.ndarray, floor: np.ndarray) -> np.ndarray:
    """Mean power of the bins over the floor, in dB, smoothed over 3 frames."""
    gain = 10 ** (np.minimum(bands_db - floor, 40.0) / 10)
    return _db(_moving_mean(gain @ (np.diff(_EDGES) / np.diff(_EDGES).sum()), 1))


def _lower_cluster(level: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation of the lower of two clusters of levels (k-means)."""
    low, high = np.quantile(level, [0.1, 0.9])
    for _ in range(8):
        quiet = level[level <= (low + high) / 2]
        rest = level[level > (low + high) / 2]
        if not len(quiet) or not len(rest):
            break
        low, high = quiet.mean(), rest.mean()
    quiet = level[level <= (low + high) / 2]
    return float(low), float(quiet.std()) if len(quiet) else 0.0


def _close(flags: np.ndarray, gap: int) -> np.ndarray:
    """Fill runs of False shorter than ``gap`` frames between runs of True."""
    on = np.flatnonzero(flags)
    closed = flags.copy()
    for i in np.flatnonzero((np.diff(on) > 1) & (np.diff(on) <= gap)):
        closed[on[i] : on[i + 1]] = True
    return closed


def _spans(active: np.ndarray, duration_s: float) -> tuple[Span, ...]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], active.astype(np.int8), [0]))))
    joined: list[list[float]] = []
    for start, end in zip(edges[::2] * HOP_S, edges[1::2] * HOP_S, strict=True):
        if joined and start - joined[-1][1] < MIN_PAUSE_S:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return tuple(Span(round(float(a), 3), round(min(float(b), duration_s), 3)) for a, b in joined if b - a >= MIN_SPAN_S)


def _noise(frames: dict[str, np.ndarray], inside: np.ndarray) -> tuple[float, float]:
    power = frames["power"]
    near = _moving_mean(inside.astype(float), 5) > 0
    outside = np.sort(power[~near])
    if len(outside) >= 10:
        noise = float(outside[: max(1, int(0.98 * len(outside)))].mean())
    else:
        noise = float((10 ** (floor_db(frames["bands_db"]) / 10)).sum(axis=1).mean())
    noise = max(noise, 10 ** (NOISE_FLOOR_DBFS / 10))
    noise_dbfs = float(10 * np.log10(noise))
    if not inside.any():
        return noise_dbfs, float("nan")
    speech = max(float(power[inside].mean()) - noise, 0.1 * noise)
    return noise_dbfs, float(np.clip(10 * np.log10(speech / noise), -10.0, SNR_CAP_DB))


def _db(power: np.ndarray) -> np.ndarray:
    return 10.0 * np.log10(power + _TINY)


def _moving_sum(values: np.ndarray, reach: int) -> np.ndarray:
    """Sum over +-``reach`` rows; beyond the ends there is nothing."""
    sums = np.cumsum(np.pad(values.astype(np.float64), [(reach + 1, reach)] + [(0, 0)] * (values.ndim - 1)), axis=0)
    return sums[2 * reach + 1 :] - sums[: -2 * reach - 1]


def _moving_mean(values: np.ndarray, reach: int) -> np.ndarray:
    """Mean over +-``reach`` rows, of those that exist."""
    counts = _moving_sum(np.ones(len(values)), reach)
    return _moving_sum(values, reach) / (counts if values.ndim == 1 else counts[:, None])


def _local(values: np.ndarray, weight: np.ndarray, reach: int = _CONTEXT) -> np.ndarray:
    """Weighted mean over +-``reach`` frames."""
    column = weight if values.ndim == 1 else weight[:, None]
    return _moving_sum(values * column, reach) / np.maximum(_moving_sum(column, reach), 1e-6)


def _spread(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted standard deviation within the context."""
    mean = _local(values, weight)
    return np.sqrt(np.maximum(_local(values**2, weight) - mean**2, 0.0))
