"""Recording, Activity -> Prosody: pitch, level, pauses and syllable nuclei, from the signal alone."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from vmaudio.prosody import endings, level, pauses, pitch, syllables
from vmaudio.prosody.frames import HOP, HOP_S, RATE, frame_count, prepare, without_rumble
from vmaudio.prosody.options import PROSODY_OPTIONS, ProsodyOptions
from vmaudio.records import Activity, Contour, Prosody, Recording, Span

CONTOUR_S = 0.050
"""Length of one contour frame."""

_NAN = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Pitch and level of frames of 10 ms.

    Attributes:
        times_s: centres of the frames, shape (frames,), as are the others.
        f0_hz: pitch; NaN where unvoiced.
        voiced_strength: how periodic the frame is, 0 to 1.
        level_dbfs: RMS of 20 ms (0 dBFS: an RMS of 1; a full-scale sine has -3.01).
    """

    times_s: np.ndarray
    f0_hz: np.ndarray
    voiced_strength: np.ndarray
    level_dbfs: np.ndarray


def track(samples: np.ndarray, sample_rate_hz: int = 16000, options: ProsodyOptions = PROSODY_OPTIONS) -> Track:
    """Follow pitch and level every 10 ms. Silence has no pitch, and empty input no frames.

    Args:
        samples: floats of shape (n_samples,).
        sample_rate_hz: their rate.
        options: thresholds of prosody.

    Returns:
        One entry per frame.
    """
    x = prepare(samples, sample_rate_hz)
    followed = pitch.follow(without_rumble(x, options.rumble_hz), options.pitch)
    times = np.arange(frame_count(len(x))) * HOP_S
    return Track(times, followed.f0_hz, followed.strength, level.to_db(level.power(x)))


def measure_prosody(recording: Recording, activity: Activity, options: ProsodyOptions = PROSODY_OPTIONS) -> Prosody:
    """Measure how a recording sounds. Nothing is raised for odd sound: what cannot be measured is NaN, what is absent is 0.

    Args:
        recording: mono samples.
        activity: where in it there is speech, from `vmaudio.audio.detect_speech`.
        options: thresholds of prosody.

    Returns:
        Pitch in Hz of the voiced frames within phonation; ``f0_range_st`` is ``12 log2(p90 / p10)``. ``level_mean_dbfs`` is
        the RMS of the phonation, ``level_sd_db`` the spread of its 10 ms levels. Times are in s; silence before and after
        counts from and to the tones there; without speech the whole file is lead silence and the tail is 0. Shares are
        0 to 1. ``snr_db`` is the activity's. Looked at is the speech with ``around_s`` on either side, up to a tone:
        what else is in the file, sound or silence, moves nothing.
    """
    whole = prepare(recording.samples, recording.sample_rate_hz)
    duration = recording.duration_s
    voice = _message(activity, duration, options)
    first = round(voice.start_s / HOP_S)
    x = whole[first * HOP : round(voice.end_s * RATE)]
    x = x - np.float32(x.mean(dtype=np.float64)) if len(x) else x
    n = frame_count(len(x))
    clean = without_rumble(x, options.rumble_hz)
    followed = pitch.follow(clean, options.pitch)
    energies = level.bands(clean)
    mean_square = level.power(clean)
    coarse = tuple(Span(span.start_s - first * HOP_S, span.end_s - first * HOP_S) for span in activity.speech)
    spans, noise = pauses.phonation(energies, coarse, len(x) / RATE, options.pauses)
    talk = _mask(spans, n)
    heard = _heard(talk, activity, first, options.pauses.margin_s)
    f0 = np.where(talk, followed.f0_hz, np.nan)
    voiced = np.isfinite(f0)
    nuclei = syllables.nuclei(energies, f0, followed.strength, spans, options.syllables)
    speech_s = sum(span.duration_s for span in spans)
    p10, p50, p90 = (float(v) for v in np.percentile(f0[voiced], [10, 50, 90])) if voiced.any() else (_NAN, _NAN, _NAN)
    levels = level.to_db(mean_square)
    ends = endings.phrase_ends(f0, levels, activity.noise_dbfs, spans, options.ends)
    placed = [Span(span.start_s + first * HOP_S, span.end_s + first * HOP_S) for span in spans]
    before_s, after_s = _outside(activity, placed[0].start_s, placed[-1].end_s, duration) if placed else (0.0, 0.0)
    pitch_of_file = np.full(frame_count(len(whole)), np.nan, np.float32)
    pitch_of_file[first : first + n] = followed.f0_hz
    return Prosody(
        f0_median_hz=p50,
        f0_p10_hz=p10,
        f0_p90_hz=p90,
        f0_range_st=float(12 * np.log2(p90 / p10)),
        final_fall_st=float(np.median([end.fall_st for end in ends])) if ends else _NAN,
        voiced_share=float(voiced.sum() / talk.sum()) if talk.any() else 0.0,
        level_mean_dbfs=float(level.to_db(mean_square[heard].mean(dtype=np.float64))) if heard.any() else _NAN,
        level_sd_db=float(levels[heard].std()) if heard.any() else _NAN,
        spectral_tilt_db=level.tilt_db(energies[talk], noise),
        hnr_db=float(np.mean(followed.hnr_db[voiced])) if voiced.any() else _NAN,
        snr_db=float(activity.snr_db),
        clipped_share=_clipped(x, heard, options),
        lead_silence_s=placed[0].start_s - before_s if placed else float(duration),
        tail_silence_s=max(0.0, float(duration) - after_s - placed[-1].end_s) if placed else 0.0,
        speech_s=float(speech_s),
        pauses=pauses.pauses(placed),
        syllables=len(nuclei),
        articulation_rate_syl_s=len(nuclei) / speech_s if len(nuclei) else _NAN,
        contour=_contour(pitch_of_file, level.power(without_rumble(whole, options.rumble_hz))),
        before_s=before_s,
        after_s=after_s,
        ends=tuple(dataclasses.replace(e, start_s=e.start_s + first * HOP_S, end_s=e.end_s + first * HOP_S) for e in ends),
    )


def _message(activity: Activity, duration_s: float, options: ProsodyOptions) -> Span:
    """The speech and up to ``around_s`` before and after, but no tone: what the measures look at. Without speech, all."""
    if not activity.speech:
        return Span(0.0, duration_s)
    start_s, end_s = activity.speech[0].start_s, activity.speech[-1].end_s
    before_s, after_s = _outside(activity, start_s, end_s, duration_s)
    return Span(max(before_s, start_s - options.around_s), min(duration_s - after_s, end_s + options.around_s))


def _outside(activity: Activity, start_s: float, end_s: float, duration_s: float) -> tuple[float, float]:
    """Seconds of the file up to the end of the last tone before the speech, and from the first tone after it on."""
    window = activity.window or Span(0.0, duration_s)
    before = [tone.end_s for tone in activity.tones if tone.end_s <= start_s]
    after = [tone.start_s for tone in activity.tones if tone.start_s >= end_s]
    return max([window.start_s, *before]), max(0.0, duration_s - min([window.end_s, *after]))


def _heard(talk: np.ndarray, activity: Activity, first: int, margin_s: float) -> np.ndarray:
    """The frames of the phonation without speech that is much louder or fainter than the voice (`Activity.voice`).

    Phonation reaches ``margin_s`` beyond the detected speech, and so does what is left out.
    """
    voice = set(activity.voice)
    other = [span for span in activity.speech if voice and span not in voice]
    wide = [Span(span.start_s - margin_s, span.end_s + margin_s) for span in other]
    n = first + len(talk)
    heard = talk & ~(_mask(wide, n) & ~_mask(list(activity.voice), n))[first:]
    return heard if heard.any() else talk


def _clipped(x: np.ndarray, heard: np.ndarray, options: ProsodyOptions) -> float:
    """Share of the samples that clip, looked for from the first of the voice to its last: a clatter has a rail of its own."""
    at = np.flatnonzero(heard)
    if not len(at):
        return level.clipped_share(x, options.level)
    spoken = x[at[0] * HOP : (at[-1] + 1) * HOP]
    return level.clipped_share(spoken, options.level) * len(spoken) / len(x)


def _mask(spans: list[Span], n: int) -> np.ndarray:
    """Which of n frames lie in the spans."""
    mask = np.zeros(n, dtype=bool)
    for span in spans:
        mask[max(0, round(span.start_s / HOP_S)) : round(span.end_s / HOP_S) + 1] = True
    return mask


def _contour(f0: np.ndarray, mean_square: np.ndarray) -> Contour:
    """Frames of 50 ms: centre time, median of the voiced pitch inside, RMS level."""
    per = round(CONTOUR_S / HOP_S)
    count = -(-len(f0) // per)
    if not count:
        return Contour((), (), ())
    pitches = np.pad(f0.astype(float), (0, count * per - len(f0)), constant_values=np.nan).reshape(count, per)
    power = np.pad(mean_square.astype(float), (0, count * per - len(f0)), mode="edge").reshape(count, per).mean(axis=1)
    centres = np.full(count, np.nan)
    rows = np.isfinite(pitches).any(axis=1)
    centres[rows] = np.nanmedian(pitches[rows], axis=1)
    times = (np.arange(count) + 0.5) * CONTOUR_S
    return Contour(tuple(times.tolist()), tuple(centres.tolist()), tuple(level.to_db(power).tolist()))
