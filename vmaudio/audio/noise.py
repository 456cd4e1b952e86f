"""The noise under the voice, and how far the voice lies above it, whatever else is in the file.

The noise is what lies between the words, and before and after them only where it is the same. It is measured gap by gap, and
gaps much louder than the quieter ones count for nothing: what rings on in a room, the rests of music, the line of another
message. The voice is what most of the speech is as loud as: a slammed receiver, music that passes for speech or another voice
that is much louder or fainter has no part in its level.
"""

from __future__ import annotations

import itertools

import numpy as np

from vmaudio.audio.moving import moving_mean
from vmaudio.audio.options import VadOptions
from vmaudio.audio.tones import runs
from vmaudio.audio.vad_frames import HOP_S, floor_db
from vmaudio.records import Span


def voice_spans(power: np.ndarray, spans: tuple[Span, ...], options: VadOptions) -> tuple[Span, ...]:
    """The spans of speech that are about as loud as most of it.

    Args:
        power: mean squares of frames of 10 ms, shape (frames,).
        spans: the speech, in time order.
        options: from when on a span is too loud or too faint.

    Returns:
        Those not much louder or fainter than the median over the seconds of speech.
    """
    if not spans:
        return ()
    levels = np.array([_level_db(power[_frames(span)]) for span in spans])
    middle = _quantile(levels, np.array([span.duration_s for span in spans]), 0.5)
    near = (levels <= middle + options.voice.above_db) & (levels >= middle - options.voice.below_db)
    return tuple(span for span, kept in zip(spans, near, strict=True) if kept)


def noise_and_snr(
    frames: dict[str, np.ndarray], spans: tuple[Span, ...], voice: tuple[Span, ...], tone: np.ndarray, options: VadOptions
) -> tuple[float, float]:
    """Noise level and signal-to-noise ratio.

    Args:
        frames: what `vad_frames.measure` gives.
        spans: the speech.
        voice: those of its spans that are as loud as the voice.
        tone: which frames are tones, shape (frames,).
        options: thresholds of noise.

    Returns:
        The noise in dBFS: mean power (0 dBFS is an RMS of 1) of the frames between the spans and 50 ms clear of them, and of
        those before and after that are like them, without the loudest 2 % and without stretches much louder than the quieter
        ones; where there is under 0.1 s of them, the tracked floor; -100 for digital silence. An offset (DC) is no noise. And
        the mean power of the voice less the noise, over the noise, in dB, from -10 to 60; NaN without speech.
    """
    power = frames["power"]
    inside = _mask(spans, len(power))
    clear = moving_mean((inside | tone).astype(float), round(options.noise_clear_s / HOP_S)) == 0
    between = _between(spans, voice, len(power)) & clear
    known = between.sum() >= round(options.noise_between_s / HOP_S)
    if inside.any() and not known:
        clear = _near_floor(frames, inside, between, clear, options)
    silent = clear & (frames["level_db"] < options.tones.quietest_dbfs)
    if silent.sum() < options.voice.silent_share * clear.sum():
        clear &= ~silent
    if known and (clear & between).any():
        clear = _alike(power, clear, clear & between, options)
    kept = clear & (power <= np.quantile(power[clear], options.noise_share)) if clear.any() else clear
    if kept.any() and clear.sum() >= round(options.noise_min_s / HOP_S):
        most = np.quantile(power[kept], options.voice.gap_quantile) * 10 ** (options.voice.gap_db / 10)
        noise = float(power[kept & (power <= most)].mean())
    else:
        floor = (10 ** (floor_db(frames["bands_db"]) / 10)).sum(axis=1)
        noise = float(floor[inside].mean() if inside.any() else floor.mean())
    noise = max(noise, 10 ** (options.noise_lowest_dbfs / 10))
    noise_dbfs = float(10 * np.log10(noise))
    if not voice:
        return noise_dbfs, float("nan")
    spoken = float(power[_mask(voice, len(power))].mean())
    speech = max(spoken - noise, 10 ** (options.snr_lowest_db / 10) * noise)
    return noise_dbfs, float(np.clip(10 * np.log10(speech / noise), options.snr_lowest_db, options.snr_highest_db))


def _between(spans: tuple[Span, ...], voice: tuple[Span, ...], n: int) -> np.ndarray:
    """Which of n frames lie between two spans of the voice with no other sound of speech between them."""
    mask, is_voice = np.zeros(n, bool), set(voice)
    for one, other in itertools.pairwise(spans):
        if one in is_voice and other in is_voice:
            mask[round(one.end_s / HOP_S) : round(other.start_s / HOP_S)] = True
    return mask


def _near_floor(
    frames: dict[str, np.ndarray], inside: np.ndarray, between: np.ndarray, clear: np.ndarray, options: VadOptions
) -> np.ndarray:
    """Which clear frames count where few lie between the words: those, and what lies near the tracked floor."""
    floor = (10 ** (floor_db(frames["bands_db"])[inside] / 10)).sum(axis=1).mean()
    return between | (clear & (frames["power"] <= floor * 10 ** (options.noise_unlike_db / 10)))


def _alike(power: np.ndarray, clear: np.ndarray, between: np.ndarray, options: VadOptions) -> np.ndarray:
    """The clear frames between the words, and the stretches before and after that are as loud as the quietest of these.

    Ends of words lie between them too, so that the quietest tell the noise. A line that is louder before the caller is put
    through, a clatter and an added silence are not as loud as it.
    """
    quietest_db = _level_db(np.quantile(power[between], [options.voice.quiet_quantile]))
    found = between.copy()
    for start, end in runs(clear & ~between):
        over = _level_db(power[start:end]) - quietest_db
        found[start:end] = -options.noise_alike_db <= over <= options.noise_alike_db
    return found


def _frames(span: Span) -> slice:
    """The frames of a span, at least one."""
    first = round(span.start_s / HOP_S)
    return slice(first, max(first + 1, round(span.end_s / HOP_S)))


def _mask(spans: tuple[Span, ...], n: int) -> np.ndarray:
    """Which of n frames lie in the spans."""
    mask = np.zeros(n, bool)
    for span in spans:
        mask[_frames(span)] = True
    return mask


def _level_db(power: np.ndarray) -> float:
    """Mean power in dB; -200 for nothing and for digital silence."""
    return float(10 * np.log10(max(float(power.mean()) if len(power) else 0.0, 1e-20)))


def _quantile(values: np.ndarray, weights: np.ndarray, share: float) -> float:
    """This share of the weight lies at or below this value."""
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] * share)])
