"""Where there is speech: spans, noise level and signal-to-noise ratio from the signal alone.

Three steps, on frames of 10 ms (windows of 32 and 64 ms, 120-3800 Hz, so that telephone and wide band look alike):

1. *Present*: a frame whose band powers rise 3 dB over the tracked noise floor (minimum statistics after Martin 2001),
   and that is not 38 dB below the loud parts of the recording.
2. *Speech-like*: how spectrum and level move within +-0.3 s. Tones and music keep their fine structure, noise keeps its
   spectral shape, clicks are short, hum does neither move; a voice is periodic, its shape changes with every sound, and its
   level with every syllable (the 2-8 Hz modulation). Ten such measures, none of which depends on the level, go through a
   quadratic logistic regression, whose coefficients (vad_model.json) come from ``benchmarks/fit_vad.py``.
3. *Spans*: stretches of present frames that are speech-like somewhere, when the recording as a whole has enough evidence.

Losing speech costs more than letting noise through: the recogniser has further guards, but nothing brings words back. The
thresholds are those of `VadOptions`.
"""

from __future__ import annotations

import numpy as np

from vmaudio.audio.moving import moving_mean
from vmaudio.audio.options import VAD_OPTIONS, VadOptions
from vmaudio.audio.vad_evidence import evidence
from vmaudio.audio.vad_frames import EDGES, HOP_S, SHAPE_BANDS, floor_db, measure, to_db
from vmaudio.records import Activity, Recording, Span


def detect_speech(recording: Recording, options: VadOptions = VAD_OPTIONS) -> Activity:
    """Find the speech in a recording.

    Args:
        recording: mono samples at 16 kHz.
        options: thresholds of the detection.

    Returns:
        ``speech``: spans in s, in time order, parted by at least ``min_pause_s``, borders within about 30 ms; empty when
        nothing sounds like speech. ``speech_s``: their sum. ``noise_dbfs``: mean power (0 dBFS is an RMS of 1) of the frames
        outside the spans and 50 ms clear of them, without the loudest 2 %; where there is under 0.1 s of them, the tracked
        floor; -100 for digital silence. ``snr_db``: mean power inside the spans less the noise, over the noise, in dB, from
        -10 to 60; NaN without speech.
    """
    frames = measure(recording.samples)
    n = len(frames["level_db"])
    if n == 0:
        return Activity((), 0.0, options.noise_lowest_dbfs, float("nan"))
    active = speech_frames(frames, options)
    spans = _spans(active, recording.duration_s, options)
    inside = np.zeros(n, bool)
    for span in spans:
        inside[round(span.start_s / HOP_S) : round(span.end_s / HOP_S)] = True
    noise, snr_db = _noise(frames, inside, options)
    return Activity(spans, float(sum(span.duration_s for span in spans)), noise, snr_db)


def speech_frames(frames: dict[str, np.ndarray], options: VadOptions) -> np.ndarray:
    """Which frames are speech: present, in a stretch that is speech-like, in a recording with enough evidence.

    Args:
        frames: what `measure` gives, of at least one frame.
        options: thresholds of the detection.

    Returns:
        Boolean of shape (frames,).
    """
    present = _present(frames, options)
    odds = evidence(frames)
    moving = (frames["peaks"] < options.tone_share) & (frames["persistence"] < options.held_correlation)
    best = np.sort(odds[present & moving & (odds > 0)])[::-1]
    if len(best) < options.min_evidence_frames or best[: options.best_frames].mean() < options.min_evidence:
        return np.zeros(len(present), bool)
    kept = np.zeros(len(present), bool)
    closed = _close(present, round(options.min_pause_s / HOP_S))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], closed.astype(np.int8), [0]))))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if odds[start:end].max() > options.stretch_evidence:
            kept[start:end] = True
    return kept


def _present(frames: dict[str, np.ndarray], options: VadOptions) -> np.ndarray:
    """Which frames hold a sound that is more than the noise and not far below the loud parts."""
    level = frames["level_db"]
    loud = float(np.quantile(level, options.loud_quantile))
    floor = floor_db(frames["bands_db"])
    low, spread = _lower_cluster(level)
    lowest = loud - options.range_db
    if low - float(np.median(to_db((10 ** (floor[:, :SHAPE_BANDS] / 10)).sum(axis=1)))) < options.noise_over_floor_db:
        lowest = float(np.clip(low + options.noise_spreads * spread, lowest, loud - options.noise_range_db))
    over = _over(frames["bands_db"], floor, options.band_cap_db)
    return (level > max(options.quietest_dbfs, lowest)) & (over > options.present_db)


def _over(bands_db: np.ndarray, floor: np.ndarray, cap_db: float) -> np.ndarray:
    """Mean power of the bins over the floor, in dB, smoothed over 3 frames."""
    gain = 10 ** (np.minimum(bands_db - floor, cap_db) / 10)
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


def _spans(active: np.ndarray, duration_s: float, options: VadOptions) -> tuple[Span, ...]:
    """The runs of active frames as spans, joined over short gaps, without the very short ones."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], active.astype(np.int8), [0]))))
    joined: list[list[float]] = []
    for start, end in zip(edges[::2] * HOP_S, edges[1::2] * HOP_S, strict=True):
        if joined and start - joined[-1][1] < options.min_pause_s:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    long_enough = [(a, b) for a, b in joined if b - a >= options.min_span_s]
    return tuple(Span(round(float(a), 3), round(min(float(b), duration_s), 3)) for a, b in long_enough)


def _noise(frames: dict[str, np.ndarray], inside: np.ndarray, options: VadOptions) -> tuple[float, float]:
    """Noise level in dBFS and signal-to-noise ratio in dB."""
    power = frames["power"]
    near = moving_mean(inside.astype(float), round(options.noise_clear_s / HOP_S)) > 0
    clear = np.sort(power[~near])
    if len(clear) >= max(1, round(options.noise_min_s / HOP_S)):
        noise = float(clear[: max(1, int(options.noise_share * len(clear)))].mean())
    else:
        noise = float((10 ** (floor_db(frames["bands_db"]) / 10)).sum(axis=1).mean())
    noise = max(noise, 10 ** (options.noise_lowest_dbfs / 10))
    noise_dbfs = float(10 * np.log10(noise))
    if not inside.any():
        return noise_dbfs, float("nan")
    speech = max(float(power[inside].mean()) - noise, 10 ** (options.snr_lowest_db / 10) * noise)
    return noise_dbfs, float(np.clip(10 * np.log10(speech / noise), options.snr_lowest_db, options.snr_highest_db))
