"""Where there is speech: spans, noise level and signal-to-noise ratio from the signal alone.

Three steps, on frames of 10 ms (windows of 32 and 64 ms, 120-3800 Hz, so that telephone and wide band look alike):

1. *Present*: a frame whose band powers rise `PRESENT_DB` over the tracked noise floor (minimum statistics after Martin 2001),
   and that is not `RANGE_DB` below the loud parts of the recording.
2. *Speech-like*: how spectrum and level move within +-0.3 s. Tones and music keep their fine structure, noise keeps its
   spectral shape, clicks are short, hum does neither move; a voice is periodic, its shape changes with every sound, and its
   level with every syllable (the 2-8 Hz modulation). Eight such measures, none of which depends on the level, go through a
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
QUIETEST_DBFS = -78.0
"""Nothing below is taken for speech: 16-bit rounding noise lies at -96 dBFS."""
MIN_PAUSE_S = 0.10
"""Shorter gaps are stop closures (up to about 0.1 s), not pauses."""
MIN_SPAN_S = 0.05
MIN_EVIDENCE_FRAMES = 12
MIN_EVIDENCE = 1.0
"""A recording holds speech when its best frames, 0.12 s at least, have this mean log-odds."""
STRETCH_EVIDENCE = 0.0
"""A stretch of sound belongs to the speech when some frame of it has this log-odds."""
SNR_CAP_DB = 60.0
NOISE_FLOOR_DBFS = -100.0

_HOP = 160
_SHORT, _LONG = 512, 1024
_CONTEXT = 30  # frames to each side that a speech-likeness looks at
# Band edges as bins of the short transform (31.25 Hz): about 100-mel steps over 125-3800 Hz, for the shape of the spectrum;
# the two bands above, to 7.5 kHz, help to find fricatives only.
_EDGES = np.array([4, 7, 10, 14, 18, 22, 26, 31, 37, 44, 51, 59, 69, 80, 93, 107, 122, 160, 240])
_SHAPE_BANDS = 16
_TINY = 1e-11  # -110 dBFS

# Of `evidence`: printed by benchmarks/fit_activity.py.
_CENTRE = (0.605, 0.090, 0.282, 2.722, 0.289, 3.176, 4.973, 0.644)
_SCALE = (0.295, 0.074, 0.339, 1.056, 0.250, 2.859, 4.767, 0.286)
_INTERCEPT = 2.473
_LINEAR = (6.035, 1.213, -2.641, 5.195, -0.866, 1.577, -2.500, -4.477)
_QUADRATIC = (
    0.502,
    -0.185,
    -0.941,
    -4.469,
    -1.110,
    1.774,
    0.199,
    1.862,
    0.279,
    -1.655,
    -0.212,
    -0.548,
    -0.443,
    0.559,
    0.433,
    -2.778,
    -0.136,
    0.656,
    -2.355,
    0.309,
    1.456,
    -5.479,
    -0.684,
    1.450,
    1.220,
    4.778,
    -0.434,
    1.107,
    -0.213,
    -0.261,
    -1.975,
    0.580,
    0.580,
    -0.076,
    -0.595,
    -2.914,
)


def detect(recording: Recording) -> Activity:
    """Find the speech in a recording.

    ``speech``: spans in time order, parted by at least `MIN_PAUSE_S`, borders within about 30 ms; empty when nothing
    sounds like speech. ``speech_s``: their sum. ``noise_dbfs``: mean power (RMS, dBFS; 0 dBFS is an RMS of 1) of the frames
    outside the spans and 50 ms clear of them, without the loudest tenth; where there is under 0.1 s of them, the tracked
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
    correlation of the spectrum's fine structure over 60 ms.
    """
    import scipy.fft

    n = len(samples) // _HOP
    if n == 0:
        return {"level_db": np.zeros(0)}
    samples = np.asarray(samples, dtype=np.float32)
    window = _hann(_SHORT)
    short = np.abs(scipy.fft.rfft(_windows(samples, _SHORT, n) * window, axis=1)) ** 2
    short *= 2.0 / (_SHORT * np.sum(window**2))  # mean square per bin
    bands = np.add.reduceat(short[:, : _EDGES[-1]], _EDGES[:-1], axis=1)
    voice = short[:, _EDGES[0] : _EDGES[_SHAPE_BANDS]]
    share = voice + 1e-13
    share /= share.sum(axis=1, keepdims=True)

    window = _hann(_LONG)
    long = np.abs(scipy.fft.rfft(_windows(samples, _LONG, n) * window, axis=1)) ** 2
    fine = np.log(long[:, 8:192] + 1e-9)
    fine -= _moving_mean(fine.T, 6).T
    fine /= np.sqrt((fine**2).sum(axis=1, keepdims=True)) + 1e-9
    long[:, :8] = long[:, 192:] = 0.0
    correlation = scipy.fft.irfft(long, axis=1)[:, :257]
    taper = scipy.fft.irfft(np.abs(scipy.fft.rfft(window, 2 * _LONG)) ** 2)[:257]
    ratio = correlation[:, 32:] / (correlation[:, :1] + 1e-12) / (taper[32:] / taper[0])
    step = min(6, n - 1)
    persistence = (fine[step:] * fine[: n - step]).sum(axis=1)
    return {
        "power": short[:, 1:].sum(axis=1),
        "level_db": _db(voice.sum(axis=1)),
        "bands_db": _db(bands),
        "entropy": -(share * np.log(share)).sum(axis=1),
        "harmonicity": ratio.max(axis=1),
        "persistence": np.pad(persistence, (step // 2, step - step // 2), "edge"),
    }


def likeness(frames: dict[str, np.ndarray]) -> np.ndarray:
    """The measures of speech-likeness, shape (frames, 8): means and movements within +-0.3 s, louder frames weighing more."""
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
    ]
    return np.stack(columns, axis=1)


def evidence(frames: dict[str, np.ndarray]) -> np.ndarray:
    """Log-odds of speech for each frame, shape (frames,)."""
    x = np.clip((likeness(frames) - np.array(_CENTRE)) / np.array(_SCALE), -4.0, 4.0)
    rows, columns = np.triu_indices(x.shape[1])
    return _INTERCEPT + x @ np.array(_LINEAR) + (x[:, rows] * x[:, columns]) @ np.array(_QUADRATIC)


def floor_db(bands_db: np.ndarray) -> np.ndarray:
    """Tracked noise floor of each band and frame: low quantile of half-second minima over +-3 s, bias corrected."""
    power = _moving_mean(10 ** (bands_db / 10), 2)
    size = 50
    blocks = max(1, len(power) // size)
    ends = np.linspace(0, len(power), blocks + 1).astype(int)
    minima = np.stack([power[a:b].min(axis=0) for a, b in zip(ends, ends[1:], strict=False)])
    reach = 6
    padded = np.pad(minima, ((reach, reach), (0, 0)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=0)
    low = np.nanquantile(windows, 0.25, axis=2)
    centres = (ends[:-1] + ends[1:]) / 2
    floor = np.stack([np.interp(np.arange(len(power)), centres, column) for column in _db(low).T], axis=1)
    return floor + 2.0


def speech_frames(frames: dict[str, np.ndarray]) -> np.ndarray:
    """Boolean per frame: present, in a stretch that is speech-like, in a recording with enough evidence."""
    present = _present(frames)
    odds = evidence(frames)
    best = np.sort(odds[present & (odds > 0)])[::-1]
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
    return (level > QUIETEST_DBFS) & (_over(frames) > PRESENT_DB) & (level > loud - RANGE_DB)


def _close(flags: np.ndarray, gap: int) -> np.ndarray:
    """Fill runs of False shorter than ``gap`` frames between runs of True."""
    on = np.flatnonzero(flags)
    closed = flags.copy()
    for i in np.flatnonzero((np.diff(on) > 1) & (np.diff(on) <= gap)):
        closed[on[i] : on[i + 1]] = True
    return closed


def _over(frames: dict[str, np.ndarray]) -> np.ndarray:
    bands = frames["bands_db"]
    gain = 10 ** (np.minimum(bands - floor_db(bands), 40.0) / 10)
    return _db(_moving_mean((gain * np.diff(_EDGES)).sum(axis=1) / np.diff(_EDGES).sum(), 1))


def _spans(active: np.ndarray, duration_s: float) -> tuple[Span, ...]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], active.astype(np.int8), [0]))))
    joined: list[list[float]] = []
    for start, end in zip(edges[::2] * HOP_S, edges[1::2] * HOP_S, strict=True):
        if joined and start - joined[-1][1] < MIN_PAUSE_S:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return tuple(Span(round(a, 3), round(min(b, duration_s), 3)) for a, b in joined if b - a >= MIN_SPAN_S)


def _noise(frames: dict[str, np.ndarray], inside: np.ndarray) -> tuple[float, float]:
    power = frames["power"]
    near = _moving_mean(inside.astype(float), 5) > 0
    outside = np.sort(power[~near])
    if len(outside) >= 10:
        noise = float(outside[: max(1, int(0.9 * len(outside)))].mean())
    else:
        noise = float((10 ** (floor_db(frames["bands_db"]) / 10)).sum(axis=1).mean())
    noise = max(noise, 10 ** (NOISE_FLOOR_DBFS / 10))
    noise_dbfs = float(10 * np.log10(noise))
    if not inside.any():
        return noise_dbfs, float("nan")
    speech = max(float(power[inside].mean()) - noise, 0.1 * noise)
    return noise_dbfs, float(np.clip(10 * np.log10(speech / noise), -10.0, SNR_CAP_DB))


def _hann(size: int) -> np.ndarray:
    return np.hanning(size + 1)[:size].astype(np.float32)


def _windows(samples: np.ndarray, size: int, n: int) -> np.ndarray:
    """Windows of ``size`` samples around the middle of each frame, shape (n, size)."""
    padded = np.pad(samples, size // 2)
    return np.lib.stride_tricks.sliding_window_view(padded, size)[_HOP // 2 :: _HOP][:n]


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
