"""Syllable nuclei: peaks of a voiced, loudness-like envelope with a dip on each side.

After de Jong & Wempe 2009 (peaks and dips of intensity, voiced only). What is changed, and held against counted syllables:

* the envelope sums compressed band energies in 200-2900 Hz, higher bands weighted more, so that a quiet vowel beside a loud one
  still makes a peak (Wang & Narayanan 2007 also count in sub-bands);
* it is weighted with the autocorrelation strength, which digs dips at unvoiced consonants;
* it is smoothed in proportion to the speaker's own syllable length, found by counting three times: a copy of the recording
  played faster or slower gets the same syllables.
"""

from __future__ import annotations

import numpy as np

from vmaudio.prosody.frames import HOP_S
from vmaudio.prosody.options import SyllableOptions
from vmaudio.records import Span
from vmaudio.scipy_parts import find_peaks, gaussian_filter1d

_FIRST, _LAST = 1, 11  # bands: 200-2900 Hz
_FIRST_WIDTH = 1.5  # frames: smoothing of the first count


def nuclei(
    bands: np.ndarray, f0_hz: np.ndarray, strength: np.ndarray, spans: list[Span], options: SyllableOptions
) -> np.ndarray:
    """Times of the syllable nuclei. Whispered speech has none.

    Args:
        bands: energies every 10 ms, shape (frames, 16).
        f0_hz: pitch, shape (frames,), NaN where unvoiced.
        strength: strength of the autocorrelation, shape (frames,), 0 to 1.
        spans: the phonation; nuclei outside it do not count.
        options: thresholds of syllable nuclei.

    Returns:
        Seconds from the start, rising, shape (nuclei,).
    """
    talk = np.zeros(len(bands), dtype=bool)
    for span in spans:
        talk[max(0, round(span.start_s / HOP_S)) : round(span.end_s / HOP_S) + 1] = True
    if not talk.any() or not np.isfinite(f0_hz).any():
        return np.zeros(0)
    used = bands[:, _FIRST:_LAST]
    loud = max(float(np.percentile(used.sum(axis=1)[talk], 95)), 1e-12)
    weights = np.arange(_FIRST, _LAST) - _FIRST + 1.0
    envelope = (used / loud) ** options.compression @ weights * np.sqrt(np.clip(strength, options.least_strength, 1))
    voiced = np.convolve(np.isfinite(f0_hz), np.ones(3), mode="same") > 0
    width, seconds = _FIRST_WIDTH, float(talk.sum()) * HOP_S
    found = np.zeros(0, dtype=np.int64)
    for _ in range(3):
        smooth = gaussian_filter1d(envelope, width)
        low, high = np.percentile(smooth[talk], [5, 95])
        span_ = high - low
        if not span_ > 0:
            return np.zeros(0)
        peaks, prominences = find_peaks(smooth, low + options.least_height * span_, options.dip * span_)
        keep = talk[peaks] & voiced[peaks] & (prominences > options.dip_of_peak * smooth[peaks])
        found = peaks[keep]
        frames_per_syllable = options.syllable_share / HOP_S / max(len(found) / seconds, 1.0)
        width = float(np.clip(frames_per_syllable, options.narrowest, options.widest))
    return np.asarray(found * HOP_S)
