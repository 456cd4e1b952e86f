"""Where there is speech: spans, noise level and signal-to-noise ratio from the signal alone.

Three steps, on frames of 10 ms (windows of 32 and 64 ms, 120-3800 Hz, so that telephone and wide band look alike):

1. *Present*: a frame whose band powers rise 3 dB over the tracked noise floor (minimum statistics after Martin 2001),
   and that is not 38 dB below the loud parts of the recording.
2. *Speech-like*: how spectrum and level move within +-0.3 s. Tones and music keep their fine structure, noise keeps its
   spectral shape, clicks are short, hum does neither move; a voice is periodic, its shape changes with every sound, and its
   level with every syllable (the 2-8 Hz modulation). Ten such measures, none of which depends on the level, go through a
   quadratic logistic regression, whose coefficients (vad_model.json) come from ``benchmarks/fit_vad.py``.
3. *Spans*: stretches of present frames that are speech-like somewhere, when the recording as a whole has enough evidence.

Tones (`vmaudio.audio.tones`) are left out of all three. How the noise is measured: `vmaudio.audio.noise`.

Losing speech costs more than letting noise through: the recogniser has further guards, but nothing brings words back. The
thresholds are those of `VadOptions`.
"""

from __future__ import annotations

import numpy as np

from vmaudio.audio.moving import moving_mean
from vmaudio.audio.noise import noise_and_snr, voice_spans
from vmaudio.audio.options import VAD_OPTIONS, VadOptions
from vmaudio.audio.tones import close, runs, tone_frames, tone_spans
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
        nothing sounds like speech. ``speech_s``: their sum. ``voice``: those of them that are as loud as the voice. ``tones``:
        what is a tone, not speech. ``noise_dbfs`` and ``snr_db``: see `noise_and_snr`.
    """
    frames = measure(recording.samples)
    n = len(frames["level_db"])
    if n == 0:
        return Activity((), 0.0, options.noise_lowest_dbfs, float("nan"))
    tone = tone_frames(frames, options.tones)
    active = speech_frames(frames, options, tone)
    spans = _spans(active, recording.duration_s, options)
    voice = voice_spans(frames["power"], spans, options)
    noise, snr_db = noise_and_snr(frames, spans, voice, tone, options)
    speech_s = float(sum(span.duration_s for span in spans))
    return Activity(spans, speech_s, noise, snr_db, tone_spans(tone, recording.duration_s), voice)


def speech_frames(frames: dict[str, np.ndarray], options: VadOptions, tone: np.ndarray | None = None) -> np.ndarray:
    """Which frames are speech: present, in a stretch that is speech-like, in a recording with enough evidence.

    Args:
        frames: what `measure` gives, of at least one frame.
        options: thresholds of the detection.
        tone: which frames are tones, shape (frames,); found here when it is not given.

    Returns:
        Boolean of shape (frames,).
    """
    tone = tone_frames(frames, options.tones) if tone is None else tone
    if tone.all():
        return np.zeros(len(tone), bool)
    if tone.any():  # a loud tone must not outweigh the voice beside it
        frames = {**frames, "level_db": np.where(tone, frames["level_db"][~tone].min(), frames["level_db"])}
    present = _present(frames, tone, options)
    odds = evidence(frames)
    moving = (frames["peaks"] < options.tone_share) & (frames["persistence"] < options.held_correlation)
    best = np.sort(odds[present & moving & (odds > 0)])[::-1]
    if len(best) < options.min_evidence_frames or best[: options.best_frames].mean() < options.min_evidence:
        return np.zeros(len(present), bool)
    kept = np.zeros(len(present), bool)
    closed = close(present, round(options.min_pause_s / HOP_S))
    for start, end in runs(closed & ~tone):
        if odds[start:end].max() > options.stretch_evidence:
            kept[start:end] = True
    return kept


def _present(frames: dict[str, np.ndarray], tone: np.ndarray, options: VadOptions) -> np.ndarray:
    """Which frames hold a sound that is more than the noise and not far below the loud parts, and no tone."""
    sounding = ~tone & (frames["level_db"] > options.tones.quietest_dbfs)  # digital silence is added, not recorded
    if not sounding.any():
        return sounding
    level = frames["level_db"][sounding]
    loud = float(np.quantile(level, options.loud_quantile))
    floor = floor_db(frames["bands_db"])
    low, spread = _lower_cluster(level)
    lowest = loud - options.range_db
    if low - float(np.median(to_db((10 ** (floor[sounding, :SHAPE_BANDS] / 10)).sum(axis=1)))) < options.noise_over_floor_db:
        lowest = float(np.clip(low + options.noise_spreads * spread, lowest, loud - options.noise_range_db))
    over = _over(frames["bands_db"], floor, options.band_cap_db)
    return ~tone & (frames["level_db"] > max(options.quietest_dbfs, lowest)) & (over > options.present_db)


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


def _spans(active: np.ndarray, duration_s: float, options: VadOptions) -> tuple[Span, ...]:
    """The runs of active frames as spans, joined over short gaps, without the very short ones."""
    joined: list[list[float]] = []
    for start, end in ((first * HOP_S, last * HOP_S) for first, last in runs(active)):
        if joined and start - joined[-1][1] < options.min_pause_s:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    long_enough = [(a, b) for a, b in joined if b - a >= options.min_span_s]
    return tuple(Span(round(float(a), 3), round(min(float(b), duration_s), 3)) for a, b in long_enough)
