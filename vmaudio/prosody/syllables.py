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
from vmaudio.records import Span

_FIRST, _LAST = 1, 11  # bands: 200-2900 Hz
_COMPRESSION = 0.2  # exponent on energy
_DIP = 0.05  # least depth of the dips beside a peak, as a share of the envelope's range ...
_DIP_OF_PEAK = 0.04  # ... and of the peak's own height
_LEAST_HEIGHT = 0.15  # of a peak, as a share of the envelope's range
_SYLLABLE_SHARE = 0.06  # width (sigma) of the smoothing as a share of the mean syllable's length
_NARROWEST, _WIDEST = 1.2, 6.0  # frames


def nuclei(bands: np.ndarray, f0_hz: np.ndarray, strength: np.ndarray, spans: list[Span]) -> np.ndarray:
    """Times in seconds of the nuclei within ``spans``.

    ``bands`` (frames, 16), ``f0_hz`` (frames,) and ``strength`` (frames,) lie on the 10 ms grid. Whispered speech has none.
    """
    from scipy.ndimage import gaussian_filter1d
    from scipy.signal import find_peaks

    talk = np.zeros(len(bands), dtype=bool)
    for span in spans:
        talk[max(0, round(span.start_s / HOP_S)) : round(span.end_s / HOP_S) + 1] = True
    if not talk.any() or not np.isfinite(f0_hz).any():
        return np.zeros(0)
    used = bands[:, _FIRST:_LAST]
    loud = max(float(np.percentile(used.sum(axis=1)[talk], 95)), 1e-12)
    weights = np.arange(_FIRST, _LAST) - _FIRST + 1.0
    envelope = (used / loud) ** _COMPRESSION @ weights * np.sqrt(np.clip(strength, 0.05, 1))
    voiced = np.convolve(np.isfinite(f0_hz), np.ones(3), mode="same") > 0
    width, seconds = 1.5, float(talk.sum()) * HOP_S
    found = np.zeros(0, dtype=np.int64)
    for _ in range(3):
        smooth = gaussian_filter1d(envelope, width)
        low, high = np.percentile(smooth[talk], [5, 95])
        span_ = high - low
        if not span_ > 0:
            return np.zeros(0)
        peaks, info = find_peaks(smooth, prominence=_DIP * span_, height=low + _LEAST_HEIGHT * span_)
        keep = talk[peaks] & voiced[peaks] & (info["prominences"] > _DIP_OF_PEAK * smooth[peaks])
        found = peaks[keep]
        width = float(np.clip(_SYLLABLE_SHARE / HOP_S / max(len(found) / seconds, 1.0), _NARROWEST, _WIDEST))
    return np.asarray(found * HOP_S)
