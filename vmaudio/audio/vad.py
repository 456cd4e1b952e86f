"""Where there is speech: spans, noise level and signal-to-noise ratio from the signal alone.

Three steps, on frames of 10 ms (windows of 32 and 64 ms, 120-3800 Hz, so that telephone and wide band look alike):

1. *Present*: a frame whose band powers rise 3 dB over the tracked noise floor (minimum statistics after Martin 2001),
   and that is not 38 dB below the loud parts of the recording.
2. *Speech-like*: how spectrum and level move within +-0.3 s. Tones and music keep their fine structure, noise keeps its
   spectral shape, clicks are short, hum does neither move; a voice is periodic, its shape changes with every sound, and its
   level with every syllable (the 2-8 Hz modulation). Ten such measures, none of which depends on the level, go through a
   quadratic logistic regression, whose coefficients (vad_model.json) come from ``benchmarks/fit_vad.py``.
3. *Spans*: stretches of present frames that are speech-like somewhere, when the recording as a whole has enough evidence.

Tones (`vmaudio.audio.tones`) are left out of all three. The noise is what lies under the voice: it is measured between the
words, and before and after them only where it is the same.

Losing speech costs more than letting noise through: the recogniser has further guards, but nothing brings words back. The
thresholds are those of `VadOptions`.
"""

from __future__ import annotations

import numpy as np

from vmaudio.audio.moving import moving_mean
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
        nothing sounds like speech. ``speech_s``: their sum. ``noise_dbfs``: mean power (0 dBFS is an RMS of 1) of the frames
        between the spans and 50 ms clear of them, and of those before and after that are like them, without the loudest 2 %;
        where there is under 0.1 s of them, the tracked floor; -100 for digital silence. An offset (DC) is no noise.
        ``snr_db``: mean power inside the spans less the noise, over the noise, in dB, from -10 to 60; NaN without speech.
        ``tones``: what is a tone, not speech.
    """
    frames = measure(recording.samples)
    n = len(frames["level_db"])
    if n == 0:
        return Activity((), 0.0, options.noise_lowest_dbfs, float("nan"))
    tone = tone_frames(frames, options.tones)
    active = speech_frames(frames, options, tone)
    spans = _spans(active, recording.duration_s, options)
    inside = np.zeros(n, bool)
    for span in spans:
        inside[round(span.start_s / HOP_S) : round(span.end_s / HOP_S)] = True
    noise, snr_db = _noise(frames, inside, tone, options)
    speech_s = float(sum(span.duration_s for span in spans))
    return Activity(spans, speech_s, noise, snr_db, tone_spans(tone, recording.duration_s))


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


def _noise(frames: dict[str, np.ndarray], inside: np.ndarray, tone: np.ndarray, options: VadOptions) -> tuple[float, float]:
    """Noise level in dBFS and signal-to-noise ratio in dB."""
    power = frames["power"]
    clear = np.sort(power[_noise_frames(frames, inside, tone, options)])
    if len(clear) >= max(1, round(options.noise_min_s / HOP_S)):
        noise = float(clear[: max(1, int(options.noise_share * len(clear)))].mean())
    else:
        floor = (10 ** (floor_db(frames["bands_db"]) / 10)).sum(axis=1)
        noise = float(floor[inside].mean() if inside.any() else floor.mean())
    noise = max(noise, 10 ** (options.noise_lowest_dbfs / 10))
    noise_dbfs = float(10 * np.log10(noise))
    if not inside.any():
        return noise_dbfs, float("nan")
    speech = max(float(power[inside].mean()) - noise, 10 ** (options.snr_lowest_db / 10) * noise)
    return noise_dbfs, float(np.clip(10 * np.log10(speech / noise), options.snr_lowest_db, options.snr_highest_db))


def _noise_frames(frames: dict[str, np.ndarray], inside: np.ndarray, tone: np.ndarray, options: VadOptions) -> np.ndarray:
    """Which frames hold what also lies under the voice: those between the words, and what is like them before and after."""
    power = frames["power"]
    clear = moving_mean((inside | tone).astype(float), round(options.noise_clear_s / HOP_S)) == 0
    if not inside.any():
        return clear
    spoken = np.flatnonzero(inside)
    between = np.zeros(len(inside), bool)
    between[spoken[0] : spoken[-1]] = clear[spoken[0] : spoken[-1]]
    if between.sum() >= round(options.noise_between_s / HOP_S):
        quiet, loud = np.quantile(power[between], [1 - options.noise_share, options.noise_share])
        near = 10 ** (options.noise_alike_db / 10)
        return between | (clear & (power >= quiet / near) & (power <= loud * near))
    floor = (10 ** (floor_db(frames["bands_db"])[inside] / 10)).sum(axis=1).mean()
    return between | (clear & (power <= floor * 10 ** (options.noise_unlike_db / 10)))
