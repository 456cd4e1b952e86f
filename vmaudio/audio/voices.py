"""Whether two stretches of one recording are spoken by the same voice: compared in memory, and nothing is kept.

Compared are how loud the bands of the telephone are beside each other (cepstra of 15 bands, which the shape of a vocal tract
and a line decide) and the pitch, over the voiced frames of each stretch. Two measures of how far they lie apart go through a
logistic regression, whose coefficients come from ``benchmarks/fit_voices.py``. The numbers serve one comparison inside one
file: they are no voiceprint, and no record has a field for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.audio.vad_frames import HOP_S, measure
from vmaudio.records import Span
from vmaudio.scipy_parts import irfft, rfft

_RATE = 16000
_WINDOW, _TRANSFORM = 640, 2048  # 40 ms: two periods of 50 Hz
_LOUD_DB = 22.0  # frames further below the loud ones of their stretch are left out
_VOICED = 0.5  # least harmonicity of a frame that is compared
_FIRST_PEAK = 0.92  # the first peak of the autocorrelation this near to the highest is the period: no octave below
_LAGS = slice(40, 230)  # 70 to 400 Hz
_CEPSTRA = 10
_RIDGE = 0.5  # added to the variances, so that a short stretch has an inverse
_WEIGHTS, _BIAS = (5.47, 2.34), -4.02


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """Voiced frames of a stretch: cepstra of shape (frames, 10), and pitch in semitones of shape (voiced frames,)."""

    cepstra: np.ndarray
    pitch_st: np.ndarray

    @property
    def voiced_s(self) -> float:
        """Seconds of voice that there are to compare."""
        return len(self.cepstra) * HOP_S


def voice_of(samples: np.ndarray, spans: Sequence[Span]) -> Voice:
    """What of a stretch is compared.

    Args:
        samples: of the recording, float32 of shape (n,), 16 kHz.
        spans: where the voice speaks.

    Returns:
        Its voiced frames; empty where there are none.
    """
    from scipy.fft import dct

    cuts = [samples[round(span.start_s * _RATE) : round(span.end_s * _RATE)] for span in spans]
    x = np.concatenate(cuts) if cuts else np.zeros(0, np.float32)
    frames = measure(x)
    level = frames["level_db"]
    if not len(level):
        return Voice(np.zeros((0, _CEPSTRA)), np.zeros(0))
    loud = level > np.quantile(level, 0.9) - _LOUD_DB
    kept = loud & (frames["harmonicity"] > _VOICED)
    cepstra = dct(frames["bands_db"][kept, 1:16], axis=1, norm="ortho")[:, 1 : 1 + _CEPSTRA]
    return Voice(np.asarray(cepstra, float), _pitch(x, np.flatnonzero(kept)))


def other_voice(one: Voice, two: Voice) -> float:
    """How sure it is that two stretches are spoken by different voices.

    Args:
        one: of `voice_of`.
        two: of the same recording.

    Returns:
        Log-odds: above 0 different voices, below 0 the same one; NaN where either has under half a second of voice.
    """
    if min(one.voiced_s, two.voiced_s) < 0.5 or not len(one.pitch_st) or not len(two.pitch_st):
        return float("nan")
    logs = np.log(distances(one, two) + 0.1)
    return float(logs @ np.array(_WEIGHTS) + _BIAS)


def distances(one: Voice, two: Voice) -> np.ndarray:
    """How far two voices lie apart.

    Args:
        one: of `voice_of`.
        two: of the same recording, both with some voice.

    Returns:
        Shape (2,): the distance of the mean cepstra in standard deviations (Mahalanobis), and that of the median pitches in
        semitones.
    """
    a, b = one.cepstra, two.cepstra
    spread = (np.cov(a.T) + np.cov(b.T)) / 2 + _RIDGE * np.eye(a.shape[1])
    apart = a.mean(axis=0) - b.mean(axis=0)
    means = float(np.sqrt(apart @ np.linalg.solve(spread, apart)))
    return np.array([means, abs(float(np.median(one.pitch_st) - np.median(two.pitch_st)))])


def _pitch(x: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """Pitch of frames in semitones over 100 Hz, where it is clear."""
    if not len(frames):
        return np.zeros(0)
    padded = np.pad(np.asarray(x, np.float32), (_WINDOW // 2, _WINDOW))
    taper = np.hanning(_WINDOW).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[frames * 160 + 80] * taper
    power = np.abs(rfft(windows, _TRANSFORM)) ** 2
    hertz = np.arange(power.shape[1]) * _RATE / _TRANSFORM
    power[:, (hertz < 80) | (hertz > 1500)] = 0
    own = irfft(np.abs(rfft(taper, _TRANSFORM)) ** 2)[: _LAGS.stop + 1]
    r = irfft(power)[:, : _LAGS.stop + 1]
    r = r / (r[:, :1] + 1e-12) / (own / own[0])
    best = r[:, _LAGS].max(axis=1)
    peak = (r[:, 1:-1] >= r[:, :-2]) & (r[:, 1:-1] >= r[:, 2:])
    near = peak[:, _LAGS.start - 1 : _LAGS.stop - 1] & (r[:, _LAGS] > _FIRST_PEAK * best[:, None])
    clear = (best > _VOICED) & near.any(axis=1)
    lag = near.argmax(axis=1)[clear] + _LAGS.start
    return np.asarray(12 * np.log2(_RATE / lag / 100.0))
