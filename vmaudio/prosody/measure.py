"""Recording, Activity -> Prosody: pitch, level, pauses and syllable nuclei, from the signal alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vmaudio.prosody import level, pauses, pitch, syllables
from vmaudio.prosody.frames import HOP_S, frame_count, prepare, without_rumble
from vmaudio.records import Activity, Contour, Prosody, Recording, Span

CONTOUR_S = 0.050
"""Length of one contour frame."""

_PHRASE_END_S = 0.5  # how much voiced speech before a pause makes the phrase's end
_NAN = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Frames of 10 ms, arrays of shape (frames,).

    ``times_s`` are frame centres; ``f0_hz`` is NaN where unvoiced; ``voiced_strength`` (0 to 1) is how periodic the frame
    is; ``level_dbfs`` is the RMS of 20 ms (0 dBFS: an RMS of 1; a full-scale sine has -3.01).
    """

    times_s: np.ndarray
    f0_hz: np.ndarray
    voiced_strength: np.ndarray
    level_dbfs: np.ndarray


def track(samples: np.ndarray, sample_rate_hz: int = 16000) -> Track:
    """Pitch and level of float samples of shape (n_samples,) every 10 ms. Silence and empty input give NaN or no frames."""
    x = prepare(samples, sample_rate_hz)
    followed = pitch.follow(without_rumble(x))
    times = np.arange(frame_count(len(x))) * HOP_S
    return Track(times, followed.f0_hz, followed.strength, level.to_db(level.power(x)))


def measure_prosody(recording: Recording, activity: Activity) -> Prosody:
    """How the recording sounds. Never raises for odd sound: what cannot be measured is NaN, and what is not there is 0.

    Pitch counts voiced frames within phonation; ``f0_range_st`` is ``12 log2(p90 / p10)``. ``level_mean_dbfs`` is the RMS of
    the phonation, ``level_sd_db`` the spread of its 10 ms levels. Without speech the whole file is lead silence and the tail
    is 0. ``snr_db`` is the activity's.
    """
    x = prepare(recording.samples, recording.sample_rate_hz)
    n, duration = frame_count(len(x)), recording.duration_s
    clean = without_rumble(x)
    followed = pitch.follow(clean)
    energies = level.bands(clean)
    mean_square = level.power(x)
    spans, noise = pauses.phonation(energies, activity.speech, duration)
    talk = _mask(spans, n)
    f0 = np.where(talk, followed.f0_hz, np.nan)
    voiced = np.isfinite(f0)
    nuclei = syllables.nuclei(energies, f0, followed.strength, spans)
    speech_s = sum(span.duration_s for span in spans)
    p10, p50, p90 = (float(v) for v in np.percentile(f0[voiced], [10, 50, 90])) if voiced.any() else (_NAN, _NAN, _NAN)
    levels = level.to_db(mean_square)
    return Prosody(
        f0_median_hz=p50,
        f0_p10_hz=p10,
        f0_p90_hz=p90,
        f0_range_st=float(12 * np.log2(p90 / p10)),
        final_fall_st=_final_fall(f0, spans),
        voiced_share=float(voiced.sum() / talk.sum()) if talk.any() else 0.0,
        level_mean_dbfs=float(level.to_db(mean_square[talk].mean(dtype=np.float64))) if talk.any() else _NAN,
        level_sd_db=float(levels[talk].std()) if talk.any() else _NAN,
        spectral_tilt_db=level.tilt_db(energies[talk], noise),
        hnr_db=float(np.mean(followed.hnr_db[voiced])) if voiced.any() else _NAN,
        snr_db=float(activity.snr_db),
        clipped_share=level.clipped_share(x),
        lead_silence_s=spans[0].start_s if spans else float(duration),
        tail_silence_s=max(0.0, float(duration) - spans[-1].end_s) if spans else 0.0,
        speech_s=float(speech_s),
        pauses=pauses.pauses(spans),
        syllables=len(nuclei),
        articulation_rate_syl_s=len(nuclei) / speech_s if len(nuclei) else _NAN,
        contour=_contour(followed.f0_hz, mean_square),
    )


def _mask(spans: list[Span], n: int) -> np.ndarray:
    mask = np.zeros(n, dtype=bool)
    for span in spans:
        mask[max(0, round(span.start_s / HOP_S)) : round(span.end_s / HOP_S) + 1] = True
    return mask


def _final_fall(f0: np.ndarray, spans: list[Span]) -> float:
    """Median over phrase ends of the fall in semitones; NaN when no phrase ends voiced.

    The end of a phrase is its last half second of voiced frames at most. The fall is what lies between the medians of its
    first and last third, times 1.5: on a straight line that is the whole fall.
    """
    falls = []
    for span in spans:
        a, b = max(0, round(span.start_s / HOP_S)), round(span.end_s / HOP_S) + 1
        frames = np.flatnonzero(np.isfinite(f0[a:b]))[-round(_PHRASE_END_S / HOP_S) :]
        if len(frames) >= 9:
            st = 12 * np.log2(f0[a + frames])
            third = len(st) // 3
            falls.append(1.5 * (np.median(st[:third]) - np.median(st[-third:])))
    return float(np.median(falls)) if falls else _NAN


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
