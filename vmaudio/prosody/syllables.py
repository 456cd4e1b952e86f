"""Syllable nuclei: peaks of energy in 300-3000 Hz with a dip on each side, at a voiced frame.

After de Jong & Wempe 2009 (peaks and dips of intensity, voiced), with the sub-band of Wang & Narayanan 2007.
"""

from __future__ import annotations

import numpy as np

from vmaudio.prosody.frames import HOP_S
from vmaudio.prosody.level import to_db
from vmaudio.records import Span

_BANDS = slice(2, 12)  # 300-3400 Hz
_DIP_DB = 2.0
_RANGE_DB = 25.0


def nuclei(bands: np.ndarray, f0_hz: np.ndarray, spans: list[Span]) -> np.ndarray:
    """Times in seconds of the nuclei within ``spans``; ``bands`` (frames, 16) and ``f0_hz`` (frames,) lie on the 10 ms grid."""
    from scipy.ndimage import gaussian_filter1d
    from scipy.signal import find_peaks

    if not spans or not np.isfinite(f0_hz).any():
        return np.zeros(0)
    level = gaussian_filter1d(to_db(bands[:, _BANDS].sum(axis=1)), 3.0)
    talk = np.zeros(len(level), dtype=bool)
    for span in spans:
        talk[max(0, round(span.start_s / HOP_S)) : round(span.end_s / HOP_S) + 1] = True
    loud = float(np.percentile(level[talk], 95)) if talk.any() else 0.0
    voiced = np.convolve(np.isfinite(f0_hz), np.ones(3), mode="same") > 0
    peaks, _ = find_peaks(level, height=loud - _RANGE_DB, prominence=_DIP_DB)
    return np.asarray(peaks[talk[peaks] & voiced[peaks]] * HOP_S)
