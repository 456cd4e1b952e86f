"""Pitch: the period of the voice every 10 ms, or NaN where it is unvoiced.

The period is the lag at which the short-time autocorrelation peaks, with the window's own autocorrelation divided out
(Boersma 1993, "Accurate short-term analysis of the fundamental frequency ..."). Two things differ, for the telephone's sake,
where everything below 300 Hz is gone and one strong formant may drown the other harmonics:

* the autocorrelation is the mean of two: one of the spectrum compressed to ``|X|**1.5`` up to 3.8 kHz (Tolonen & Karjalainen
  2000 compress likewise), one of the plain power spectrum up to 1 kHz;
* two passes: a coarse one over 60-500 Hz gives the speaker's median, a second one searches around it (after De Looze & Hirst
  2008) with a weak pull towards it and a window that suits the voice.

What sounds steadily through the recording, such as mains hum, is taken from the spectra first.

The path through the candidates is a Viterbi search with Praat's costs for octaves, jumps and changes of voicing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vmaudio.prosody.frames import BLOCK, RATE, frame_count, spectra

LOWEST_HZ, HIGHEST_HZ = 60.0, 500.0
"""Range of the first pass."""

_N_FFT = 1024
_COARSE_WINDOW = int(0.040 * RATE)  # of the first pass: three periods of 75 Hz, as in Praat
_BANDS = ((0.75, 3800.0), (1.0, 1000.0))  # (exponent on power, upper edge in Hz)
_CANDIDATES = 7
_BELOW, _ABOVE = 0.5, 2.2  # range of the second pass, as factors on the speaker's median
_OCTAVE_COST = 0.01  # per octave below the ceiling, as in Praat
_JUMP_COST = 0.35  # per octave of jump, as in Praat
_VOICING_COST = 0.2  # per change between voiced and unvoiced; 0.14 in Praat
_PULL_BELOW, _PULL_ABOVE = (
    0.1,
    0.03,
)  # cost at one octave below and above the speaker's median: half the pitch is the commoner error
_VOICED_FROM = 0.46  # strength at which a loud frame counts as voiced; 0.45 in Praat
_WEAK_BELOW, _WEAK_COST = 0.2, 0.08  # under this share of the loud frames' amplitude: more strength needed, per halving
_SILENT_BELOW = 0.003  # and under this share nothing is voiced; Praat's steep limit at 0.03 loses weak telephone frames
_LEVEL_FROM_HZ = 150.0  # amplitude counts from here up: rumble and the room's ringing are no voice
_PERIODS, _SHORTEST_S, _LONGEST_S = 4.0, 0.025, 0.045  # window: so many periods of the speaker's median, within bounds
_EDGE_ST = 3.0  # no voice moves so far in 10 ms; inside a stretch the path already pays for jumps
_HNR_BAND = (300.0, 3400.0)


@dataclass(frozen=True)
class Pitch:
    """Per frame: ``f0_hz`` and ``hnr_db`` (NaN where unvoiced), ``strength`` (0 to 1: autocorrelation at the best lag)."""

    f0_hz: np.ndarray
    strength: np.ndarray
    hnr_db: np.ndarray


def follow(x: np.ndarray) -> Pitch:
    """Follow the pitch of float32 samples of shape (n,) at 16 kHz. Nothing voiced gives all NaN."""
    n = frame_count(len(x))
    blank = np.full(n, np.nan, dtype=np.float32)
    nothing = Pitch(blank, np.zeros(n, dtype=np.float32), blank.copy())
    if n < 3:
        return nothing
    hum = _steady(x)
    median, loud = _speaker(x, hum)
    if not median > 0:
        return nothing
    window = _window(median)
    floor, ceiling = max(50.0, median * _BELOW), min(600.0, median * _ABOVE)
    hz = np.empty((n, _CANDIDATES), np.float32)
    score = np.empty((n, _CANDIDATES), np.float32)
    energy = np.empty(n, np.float32)
    for first, acf, power in _correlations(x, window, 1, hum):
        rows = slice(first, first + len(acf))
        hz[rows], score[rows] = _candidates(acf, floor, ceiling, _CANDIDATES, _OCTAVE_COST)
        energy[rows] = power
    strength = np.clip(score.max(axis=1), 0, 1)
    away = np.log2(np.maximum(hz, 1) / median)
    pull = np.where(away < 0, _PULL_BELOW, _PULL_ABOVE) * away**2
    score = np.where(hz > 0, score - pull, -9).astype(np.float32)
    amplitude = np.sqrt(energy) / loud * np.sqrt(_COARSE_WINDOW / window)
    unvoiced = _VOICED_FROM + np.maximum(0, _WEAK_COST * np.log2(_WEAK_BELOW / np.maximum(amplitude, 1e-9)))
    unvoiced[amplitude < _SILENT_BELOW] = 9
    chosen = _path(hz, score, unvoiced.astype(np.float32))
    f0 = np.where(chosen < _CANDIDATES, hz[np.arange(n), np.minimum(chosen, _CANDIDATES - 1)], np.nan).astype(np.float32)
    f0 = _without_stray_edges(f0)
    return Pitch(f0, strength, _harmonicity(x, f0, median))


def _window(median_hz: float) -> int:
    """Length of the second pass's window in samples, even."""
    return int(np.clip(_PERIODS / median_hz, _SHORTEST_S, _LONGEST_S) * RATE) // 2 * 2


def _steady(x: np.ndarray) -> np.ndarray:
    """Power of what sounds all the time (hum, a whine) in each spectral line, shape (513,), for the coarse window.

    It is what nine frames of ten exceed, in lines where that is nearly what seven of ten exceed: in hiss the two lie a factor
    of three apart. Zero where the recording as a whole is so steady (within 10 dB) that the sound itself may be meant.
    """
    step = max(3, frame_count(len(x)) // 600 + 1)
    power = np.concatenate([p for _, p in spectra(x, _N_FFT, _COARSE_WINDOW, step)])
    total = power.sum(axis=1)
    if np.percentile(total, 10) > 0.1 * np.percentile(total, 95):
        return np.zeros(power.shape[1], np.float32)
    low, more = np.percentile(power, [10, 30], axis=0)
    low[low < 0.6 * more] = 0
    wide = np.maximum(low, np.maximum(np.append(low[1:], 0), np.append(0, low[:-1])))
    return np.asarray(2 * wide, dtype=np.float32)


def _speaker(x: np.ndarray, hum: np.ndarray) -> tuple[float, float]:
    """Median pitch of the surely voiced frames (NaN if there are none), and the amplitude of loud frames."""
    best, score, energy = [], [], []
    for _, acf, power in _correlations(x, _COARSE_WINDOW, 3, hum):
        hz, points = _candidates(acf, LOWEST_HZ, HIGHEST_HZ, 1, 2 * _OCTAVE_COST)
        best.append(hz[:, 0])
        score.append(points[:, 0])
        energy.append(power)
    amplitude = np.sqrt(np.concatenate(energy))
    loud = float(np.percentile(amplitude, 98))
    # Half way (in dB) from the quiet frames to the loud ones: a humming background is not the speaker.
    quiet = float(np.percentile(amplitude, 10))
    enough = min(max(0.03 * loud, (quiet * loud) ** 0.5), 0.3 * loud)
    sure = (np.concatenate(score) > 0.6) & (amplitude > enough)
    return (float(np.median(np.concatenate(best)[sure])) if sure.sum() >= 2 else float("nan")), max(loud, 1e-9)


def _correlations(x: np.ndarray, window: int, step: int, hum: np.ndarray) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yield (first frame, normalised autocorrelations (frames, lags), frame energy), the steady ``hum`` taken away."""
    from scipy import fft

    shape = np.abs(np.fft.rfft(np.hanning(window + 1)[:-1], _N_FFT)) ** 2
    own = sum(np.fft.irfft(shape**g) / np.fft.irfft(shape**g)[0] for g, _ in _BANDS) / len(_BANDS)
    lags = int(RATE / 50) + 3
    norm = (1 / np.maximum(own[:lags], 0.05)).astype(np.float32)
    for first, power in spectra(x, _N_FFT, window, step):
        if hum.any():
            power = np.maximum(power - hum * np.float32(window / _COARSE_WINDOW), 0)
        power[:, :2] = 0
        mixed = np.zeros_like(power)
        for g, top in _BANDS:
            k = int(top * _N_FFT / RATE)
            part = power[:, :k]
            if g != 1:
                part = np.sqrt(part)
                part *= np.sqrt(part)
            mixed[:, :k] += part / np.maximum(part.sum(axis=1, keepdims=True), 1e-20)
        acf = fft.irfft(mixed, _N_FFT, axis=1)[:, :lags]
        acf /= np.maximum(acf[:, :1].copy(), 1e-20)
        acf *= norm
        yield first, acf, power[:, int(_LEVEL_FROM_HZ * _N_FFT / RATE) : int(_BANDS[0][1] * _N_FFT / RATE)].sum(axis=1)


def _candidates(acf: np.ndarray, floor: float, ceiling: float, keep: int, octave_cost: float) -> tuple[np.ndarray, np.ndarray]:
    """The ``keep`` best peaks of each frame: frequency (0 where there is none) and score (-9 where there is none)."""
    low, high = max(2, int(RATE / ceiling)), min(acf.shape[1] - 2, int(np.ceil(RATE / floor)) + 1)
    left, mid, right = acf[:, low - 1 : high - 1], acf[:, low:high], acf[:, low + 1 : high + 1]
    peak = (mid > left) & (mid >= right) & (mid > 0.2)
    bonus = (octave_cost * np.log2(RATE / (floor * np.arange(low, high)))).astype(np.float32)
    rough = np.where(peak, mid + bonus, np.float32(-9))
    keep_ = min(keep, rough.shape[1])
    order = np.argpartition(-rough, keep_ - 1, axis=1)[:, :keep_] if keep > 1 else rough.argmax(axis=1)[:, None]
    take = np.take_along_axis
    y0, y1, y2 = take(left, order, 1), take(mid, order, 1), take(right, order, 1)
    ok = take(rough, order, 1) > -9
    bend = np.where(ok, y0 - 2 * y1 + y2, -1)
    shift = np.where(ok, 0.5 * (y0 - y2) / np.minimum(bend, -1e-9), 0)
    top = y1 - 0.25 * (y0 - y2) * shift
    top = np.where(top > 1, 1 / np.maximum(top, 1e-9), top)
    hz = np.where(ok, RATE / (low + order + shift), 0)
    score = np.where(ok, top + octave_cost * np.log2(np.maximum(hz, floor) / floor), -9)
    if keep_ < keep:
        hz = np.pad(hz, ((0, 0), (0, keep - keep_)))
        score = np.pad(score, ((0, 0), (0, keep - keep_)), constant_values=-9)
    return hz.astype(np.float32), score.astype(np.float32)


def _path(hz: np.ndarray, score: np.ndarray, unvoiced: np.ndarray) -> np.ndarray:
    """Best path: the index of the candidate of each frame, or the number of candidates for unvoiced.

    A frame whose best candidate lies two voicing changes below unvoiced is unvoiced on every best path. Such frames cut the
    signal into islands, and the islands are searched side by side: the Python loop is as long as the longest island.
    """
    n, k = hz.shape
    result = np.full(n, k, dtype=np.int64)
    alive = np.flatnonzero(score.max(axis=1) > unvoiced - 2 * _VOICING_COST)
    if not len(alive):
        return result
    cuts = np.flatnonzero(np.diff(alive) > 1)
    starts = alive[np.concatenate([[0], cuts + 1])]
    lengths = alive[np.concatenate([cuts, [len(alive) - 1]])] - starts + 1
    order = np.argsort(-lengths)
    starts, lengths = starts[order], lengths[order]
    pitch = np.log2(np.maximum(hz, 1))
    full = np.concatenate([score, unvoiced[:, None]], axis=1)
    change = np.zeros(k + 1, dtype=np.float32)
    change[:k] = _VOICING_COST
    total = full[starts] - change  # an island begins after an unvoiced frame
    back = np.zeros((lengths[0], len(starts), k + 1), dtype=np.int8)
    cost = np.zeros((len(starts), k + 1, k + 1), dtype=np.float32)
    cost[:, k, :k] = cost[:, :k, k] = _VOICING_COST
    for t in range(1, int(lengths[0])):
        live = int(np.searchsorted(-lengths, -t))  # islands longer than t come first
        now = starts[:live] + t
        cost[:live, :k, :k] = _JUMP_COST * np.abs(pitch[now - 1][:, :, None] - pitch[now][:, None, :])
        ways = total[:live, :, None] - cost[:live]
        pick = ways.argmax(axis=1)
        back[t, :live] = pick
        total[:live] = np.take_along_axis(ways, pick[:, None, :], 1)[:, 0] + full[now]
    state = (total - change).argmax(axis=1)  # and ends before one
    for t in range(int(lengths[0]) - 1, -1, -1):
        live = int(np.searchsorted(-lengths, -t))
        result[starts[:live] + t] = state[:live]
        if t:
            state[:live] = back[t, np.arange(live), state[:live]]
    return result


def _without_stray_edges(f0: np.ndarray) -> np.ndarray:
    """Without first and last frames of voiced stretches that lie `_EDGE_ST` from the next: half a window there is no voice."""
    around = np.pad(f0, 1, constant_values=np.nan)
    with np.errstate(invalid="ignore"):
        off = [12 * np.abs(np.log2(side / f0)) > _EDGE_ST for side in (around[2:], around[:-2])]
    first, last = np.isnan(around[:-2]) & off[0], np.isnan(around[2:]) & off[1]
    return np.where(first | last, np.float32(np.nan), f0)


def _harmonicity(x: np.ndarray, f0: np.ndarray, median_hz: float) -> np.ndarray:
    """Harmonics-to-noise ratio of voiced frames in dB (Boersma 1993), in 300-3400 Hz so that a telephone does not move it.

    The window is longer than for pitch, six periods: with fewer, noise between the harmonics passes for harmonics.
    """
    window = int(np.clip(6 / median_hz, 0.030, 0.060) * RATE) // 2 * 2
    result = np.full(len(f0), np.nan, dtype=np.float32)
    shape = np.abs(np.fft.rfft(np.hanning(window + 1)[:-1], _N_FFT)) ** 2
    own = np.fft.irfft(shape)
    own /= own[0]
    low, high = (int(edge * _N_FFT / RATE) for edge in _HNR_BAND)
    bins = np.arange(low, high, dtype=np.float32) * np.float32(2 * np.pi / _N_FFT)
    for first, power in spectra(x, _N_FFT, window):
        voiced = np.flatnonzero(np.isfinite(f0[first : first + BLOCK]))
        if not len(voiced):
            continue
        lag = RATE / f0[first + voiced]
        part = power[voiced, low:high]
        r = (part * np.cos(lag[:, None] * bins)).sum(axis=1) / np.maximum(part.sum(axis=1), 1e-20)
        r = np.clip(r / np.interp(lag, np.arange(len(own)), own), 1e-4, 1 - 1e-4)
        result[first + voiced] = 10 * np.log10(r / (1 - r))
    return result
