"""Where there is speech: spans, noise level and signal-to-noise ratio from the signal alone.

Three steps, on frames of 10 ms (windows of 32 and 64 ms, 120-3800 Hz, so that telephone and wide band look alike):

1. *Present*: a frame whose band powers rise `PRESENT_DB` over the tracked noise floor (minimum statistics after Martin 2001),
   and that is not `RANGE_DB` below the loud parts of the recording.
2. *Speech-like*: how spectrum and level move within +-0.3 s. Tones and music keep their fine structure, noise keeps its
   spectral shape, clicks are short, hum does neither move; a voice is periodic, its shape changes with every sound, and its
   level with every syllable (the 2-8 Hz modulation). Ten such measures, none of which depends on the level, go through a
   quadratic logistic regression, whose coefficients (vad_model.json) come from ``benchmarks/fit_vad.py``.
3. *Spans*: stretches of present frames that are speech-like somewhere, when the recording as a whole has enough evidence.

Losing speech costs more than letting noise through: the recogniser has further guards, but nothing brings words back.
"""

from __future__ import annotations

import numpy as np

from vmaudio.audio.moving import moving_mean
from vmaudio.audio.vad_evidence import evidence
from vmaudio.audio.vad_frames import EDGES, HOP_S, SHAPE_BANDS, floor_db, measure, to_db
from vmaudio.records import Activity, Recording, Span

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
    if low - float(np.median(to_db((10 ** (floor[:, :SHAPE_BANDS] / 10)).sum(axis=1)))) < 10.0:
        lowest = float(np.clip(low + 1.7 * spread, lowest, loud - NOISE_RANGE_DB))  # noise that swells: babble, traffic
    return (level > max(QUIETEST_DBFS, lowest)) & (_over(frames["bands_db"], floor) > PRESENT_DB)


def _over(bands_db: np.ndarray, floor: np.ndarray) -> np.ndarray:
    """Mean power of the bins over the floor, in dB, smoothed over 3 frames."""
    gain = 10 ** (np.minimum(bands_db - floor, 40.0) / 10)
    return to_db(moving_mean(gain @ (np.diff(EDGES) / np.diff(EDGES).sum()), 1))


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
    near = moving_mean(inside.astype(float), 5) > 0
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
