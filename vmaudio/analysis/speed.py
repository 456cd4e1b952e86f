"""Whether a voice is played too fast or too slowly: at twice or half its speed, by a wrong sample rate in the header.

Pitch and pace rise with the speed, and so does everything in the spectrum. Each alone overlaps with real voices (a man at
double speed is as high as a woman); together they do not. A logistic regression for each of the two speeds looks at the median
pitch, the syllables per second, and the frequencies under which 25, 50, 75 and 90 % of the power lies, all as logarithms.
The coefficients are of ``benchmarks/fit_speed.py``.
"""

from __future__ import annotations

import math

import numpy as np

from vmaudio.analysis.options import FlagOptions
from vmaudio.records import Prosody, Recording

QUANTILES = (0.25, 0.5, 0.75, 0.9)
"""Shares of the power whose frequency is looked at."""

BAND_HZ = (150.0, 7600.0)
"""Hum lies below, and nothing but hiss above."""

_WINDOW, _HOP = 1024, 400
_LOUD = 1e-3  # frames of less power than this share of the loud ones are left out
FAST = ((2.20, 5.33, 1.34, 3.06, 0.02, 1.36), -58.09)
SLOW = ((-1.97, -4.94, -2.98, -4.34, 0.11, -0.83), 64.09)
"""Coefficients and intercept: of pitch, pace and the four frequencies. With every source left out of the fit in turn 332 of 348
voices at double speed are told (plain, through a telephone, muffled, with noise), 462 of 492 at half speed, and none of 492 at
their own speed is called either."""


def wrong_speed(recording: Recording, prosody: Prosody, options: FlagOptions) -> str:
    """What is wrong with a voice that a header with another sample rate plays too fast or too slowly.

    Args:
        recording: nothing but the message.
        prosody: its measures.
        options: from when on a person should look.

    Returns:
        A clause; "" when nothing is wrong, or there is too little to tell.
    """
    f0_hz, rate = prosody.f0_median_hz, prosody.articulation_rate_syl_s
    enough = prosody.speech_s >= options.speed_speech_s and prosody.syllables >= options.speed_syllables
    if not enough or not prosody.voiced_share >= options.speed_voiced_share or not (f0_hz > 0 and rate > 0):
        return ""
    found = signs(spoken(recording, prosody), f0_hz, rate)
    if found is None:
        return ""
    measured = f"({f0_hz:.0f} Hz, {rate:.1f} syllables a second): the sample rate in the file's header may be wrong"
    # noise and narrow lines move the spectrum as another speed does, and leave the pace as it is
    if rate >= options.speed_fast_rate and _log_odds(found, FAST) > options.speed_fast:
        return f"the voice is implausibly high and fast: 2 x {measured}"
    if rate <= options.speed_slow_rate and _log_odds(found, SLOW) > options.speed_slow:
        return f"the voice is implausibly low and slow: 0.5 x {measured}"
    return ""


def signs(samples: np.ndarray, f0_hz: float, rate: float) -> np.ndarray | None:
    """What the regressions look at.

    Args:
        samples: of the speech, float32 of shape (n,), 16 kHz.
        f0_hz: median pitch.
        rate: syllables per second of phonation.

    Returns:
        Logarithms to base 2, shape (6,): of pitch over 160 Hz, of pace over 4.2 per second, and of the four frequencies; None
        where there is less than one window.
    """
    if len(samples) < _WINDOW:
        return None
    taper = np.hanning(_WINDOW).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP] * taper
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    energy = power.sum(axis=1)
    hertz = np.fft.rfftfreq(_WINDOW, 1 / 16000)
    inside = (hertz >= BAND_HZ[0]) & (hertz < BAND_HZ[1])
    loud = power[energy > np.quantile(energy, 0.9) * _LOUD][:, inside]
    if not len(loud):
        return None
    shares = np.cumsum((loud / (loud.sum(axis=1, keepdims=True) + 1e-12)).mean(axis=0))
    places = np.minimum(np.searchsorted(shares / shares[-1], QUANTILES), inside.sum() - 1)
    return np.array([math.log2(f0_hz / 160.0), math.log2(rate / 4.2), *np.log2(hertz[inside][places])])


def spoken(recording: Recording, prosody: Prosody) -> np.ndarray:
    """The samples of a message without what comes before, its pauses, and what comes after.

    Args:
        recording: nothing but the message.
        prosody: its measures.
    """
    rate_hz = recording.sample_rate_hz
    kept = np.zeros(len(recording.samples), bool)
    kept[round(prosody.speech_start_s * rate_hz) : round((recording.duration_s - prosody.after_speech_s) * rate_hz)] = True
    for pause in prosody.pauses:
        kept[round(pause.start_s * rate_hz) : round((pause.start_s + pause.duration_s) * rate_hz)] = False
    return recording.samples[kept]


def _log_odds(found: np.ndarray, model: tuple[tuple[float, ...], float]) -> float:
    return float(found @ np.array(model[0]) + model[1])
