"""Pitch: the period of the voice every 10 ms, or NaN where it is unvoiced.

The period is the lag at which the short-time autocorrelation peaks, with the window's own autocorrelation divided out
(Boersma 1993, "Accurate short-term analysis of the fundamental frequency ..."). Two things differ, for the telephone's sake,
where everything below 300 Hz is gone and one strong formant may drown the other harmonics:

* the autocorrelation is the mean of two: one of the spectrum compressed to ``|X|**1.5`` up to 3.8 kHz (Tolonen & Karjalainen
  2000 compress likewise), one of the plain power spectrum up to 1 kHz;
* two passes: a coarse one over 60-500 Hz gives the speaker's median, a second one searches around it (after De Looze & Hirst
  2008) with a weak pull towards it and a window that suits the voice.

What sounds all through the recording, such as mains hum, is taken from the spectra first.

The path through the candidates is a Viterbi search with Praat's kinds of costs: for octaves, jumps and changes of voicing. The
thresholds are those of `PitchOptions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vmaudio.prosody.frames import BLOCK, RATE, frame_count, spectra
from vmaudio.prosody.pitch_options import PitchOptions
from vmaudio.scipy_parts import irfft

_N_FFT = 1024
_COARSE_WINDOW = int(0.040 * RATE)  # of the first pass: three periods of 75 Hz, as in Praat
_COMPRESSION = 0.75  # exponent on power of the wide half of the autocorrelation; below it is two square roots, which are faster


@dataclass(frozen=True)
class Pitch:
    """What the tracker found, in arrays of shape (frames,).

    Attributes:
        f0_hz: pitch; NaN where unvoiced.
        strength: autocorrelation at the best lag, 0 to 1.
        hnr_db: harmonics-to-noise ratio; NaN where unvoiced.
    """

    f0_hz: np.ndarray
    strength: np.ndarray
    hnr_db: np.ndarray


def follow(x: np.ndarray, options: PitchOptions) -> Pitch:
    """Follow the pitch. Where nothing is voiced, all is NaN.

    Args:
        x: float32 of shape (n,) at 16 kHz, without rumble.
        options: thresholds of the tracker.

    Returns:
        One entry per frame of 10 ms.
    """
    n = frame_count(len(x))
    blank = np.full(n, np.nan, dtype=np.float32)
    nothing = Pitch(blank, np.zeros(n, dtype=np.float32), blank.copy())
    if n < 3:
        return nothing
    hum = _hum(x, options)
    median, loud = _speaker(x, hum, options)
    if not median > 0:
        return nothing
    window = _window(median, options)
    floor = max(options.floor_hz, median * options.below)
    ceiling = min(options.ceiling_hz, median * options.above)
    keep = options.candidates
    hz = np.empty((n, keep), np.float32)
    score = np.empty((n, keep), np.float32)
    energy = np.empty(n, np.float32)
    for first, acf, power in _correlations(x, window, 1, hum, options):
        rows = slice(first, first + len(acf))
        hz[rows], score[rows] = _candidates(acf, floor, ceiling, keep, options.octave_cost, options.least_peak)
        energy[rows] = power
    strength = np.clip(score.max(axis=1), 0, 1)
    away = np.log2(np.maximum(hz, 1) / median)
    pull = np.where(away < 0, options.pull_below, options.pull_above) * away**2
    score = np.where(hz > 0, score - pull, -9).astype(np.float32)
    amplitude = np.sqrt(energy) / loud * np.sqrt(_COARSE_WINDOW / window)
    weak = options.weak_cost * np.log2(options.weak_below / np.maximum(amplitude, 1e-9))
    unvoiced = options.voiced_from + np.maximum(0, weak)
    unvoiced[amplitude < options.silent_below] = 9
    chosen = _path(hz, score, unvoiced.astype(np.float32), options)
    f0 = np.where(chosen < keep, hz[np.arange(n), np.minimum(chosen, keep - 1)], np.nan).astype(np.float32)
    f0 = _without_stray_edges(f0, options.edge_st)
    return Pitch(f0, strength, _harmonicity(x, f0, median, options))


def _window(median_hz: float, options: PitchOptions) -> int:
    """Length of the second pass's window in samples, even."""
    length_s = np.clip(options.periods / median_hz, options.shortest_window_s, options.longest_window_s)
    return min(int(length_s * RATE) // 2 * 2, _N_FFT)


def _hum(x: np.ndarray, options: PitchOptions) -> np.ndarray:
    """Power of what sounds all the time (hum, a whine) in each spectral line, shape (513,), for the coarse window.

    It is what nine frames of ten exceed, in lines where that is nearly what seven of ten exceed: in hiss the two lie a factor
    of three apart. Zero where the recording as a whole keeps its level (within 10 dB), so that the hum may be its sound.
    """
    step = max(3, frame_count(len(x)) // 600 + 1)
    power = np.concatenate([p for _, p in spectra(x, _N_FFT, _COARSE_WINDOW, step)])
    total = power.sum(axis=1)
    if np.percentile(total, 10) > options.hum_range * np.percentile(total, 95):
        return np.zeros(power.shape[1], np.float32)
    low, more = np.percentile(power, [10, 30], axis=0)
    low[low < options.hum_from_ratio * more] = 0
    wide = np.maximum(low, np.maximum(np.append(low[1:], 0), np.append(0, low[:-1])))
    return np.asarray(options.hum_factor * wide, dtype=np.float32)


def _speaker(x: np.ndarray, hum: np.ndarray, options: PitchOptions) -> tuple[float, float]:
    """Median pitch of the surely voiced frames (NaN if there are none), and the amplitude of loud frames."""
    best, score, energy = [], [], []
    for _, acf, power in _correlations(x, _COARSE_WINDOW, 3, hum, options):
        cost = 2 * options.octave_cost
        hz, points = _candidates(acf, options.lowest_hz, options.highest_hz, 1, cost, options.least_peak)
        best.append(hz[:, 0])
        score.append(points[:, 0])
        energy.append(power)
    amplitude = np.sqrt(np.concatenate(energy))
    loud = float(np.percentile(amplitude, 98))
    # Half way (in dB) from the quiet frames to the loud ones: a humming background is not the speaker.
    quiet = float(np.percentile(amplitude, 10))
    enough = min(max(options.sure_least * loud, (quiet * loud) ** 0.5), options.sure_most * loud)
    sure = (np.concatenate(score) > options.sure_strength) & (amplitude > enough)
    median = float(np.median(np.concatenate(best)[sure])) if sure.sum() >= options.sure_frames else float("nan")
    return median, max(loud, 1e-9)


def _correlations(
    x: np.ndarray, window: int, step: int, hum: np.ndarray, options: PitchOptions
) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yield (first frame, normalised autocorrelations (frames, lags), frame energy), the ``hum`` taken away."""
    shape = np.abs(np.fft.rfft(np.hanning(window + 1)[:-1], _N_FFT)) ** 2
    parts = ((_COMPRESSION, options.wide_to_hz), (1.0, options.low_to_hz))  # (exponent on power, upper edge)
    own = sum(np.fft.irfft(shape**g) / np.fft.irfft(shape**g)[0] for g, _ in parts) / len(parts)
    lags = int(RATE / min(options.floor_hz, options.lowest_hz)) + 3
    norm = (1 / np.maximum(own[:lags], 0.05)).astype(np.float32)
    for first, power in spectra(x, _N_FFT, window, step):
        if hum.any():
            power = np.maximum(power - hum * np.float32(window / _COARSE_WINDOW), 0)
        power[:, :2] = 0
        mixed = np.zeros_like(power)
        for g, top in parts:
            k = int(top * _N_FFT / RATE)
            part = power[:, :k]
            if g != 1:
                part = np.sqrt(part)
                part *= np.sqrt(part)
            mixed[:, :k] += part / np.maximum(part.sum(axis=1, keepdims=True), 1e-20)
        acf = irfft(mixed, _N_FFT)[:, :lags]
        acf /= np.maximum(acf[:, :1].copy(), 1e-20)
        acf *= norm
        loudness = slice(int(options.level_from_hz * _N_FFT / RATE), int(options.wide_to_hz * _N_FFT / RATE))
        yield first, acf, power[:, loudness].sum(axis=1)


def _candidates(
    acf: np.ndarray, floor: float, ceiling: float, keep: int, octave_cost: float, least_peak: float
) -> tuple[np.ndarray, np.ndarray]:
    """The ``keep`` best peaks of each frame: frequency (0 where there is none) and score (-9 where there is none)."""
    low, high = max(2, int(RATE / ceiling)), min(acf.shape[1] - 2, int(np.ceil(RATE / floor)) + 1)
    left, mid, right = acf[:, low - 1 : high - 1], acf[:, low:high], acf[:, low + 1 : high + 1]
    peak = (mid > left) & (mid >= right) & (mid > least_peak)
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


def _path(hz: np.ndarray, score: np.ndarray, unvoiced: np.ndarray, options: PitchOptions) -> np.ndarray:
    """Best path: the index of the candidate of each frame, or the number of candidates for unvoiced.

    A frame whose best candidate lies two voicing changes below unvoiced is unvoiced on every best path. Such frames cut the
    signal into islands, and the islands are searched side by side: the Python loop is as long as the longest island.
    """
    n, k = hz.shape
    result = np.full(n, k, dtype=np.int64)
    alive = np.flatnonzero(score.max(axis=1) > unvoiced - 2 * options.voicing_cost)
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
    change[:k] = options.voicing_cost
    total = full[starts] - change  # an island begins after an unvoiced frame
    back = np.zeros((lengths[0], len(starts), k + 1), dtype=np.int8)
    cost = np.zeros((len(starts), k + 1, k + 1), dtype=np.float32)
    cost[:, k, :k] = cost[:, :k, k] = options.voicing_cost
    for t in range(1, int(lengths[0])):
        live = int(np.searchsorted(-lengths, -t))  # islands longer than t come first
        now = starts[:live] + t
        cost[:live, :k, :k] = options.jump_cost * np.abs(pitch[now - 1][:, :, None] - pitch[now][:, None, :])
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


def _without_stray_edges(f0: np.ndarray, edge_st: float) -> np.ndarray:
    """Without first and last frames of voiced stretches that lie ``edge_st`` from the next: half a window there is no voice."""
    around = np.pad(f0, 1, constant_values=np.nan)
    with np.errstate(invalid="ignore"):
        off = [12 * np.abs(np.log2(side / f0)) > edge_st for side in (around[2:], around[:-2])]
    first, last = np.isnan(around[:-2]) & off[0], np.isnan(around[2:]) & off[1]
    return np.where(first | last, np.float32(np.nan), f0)


def _harmonicity(x: np.ndarray, f0: np.ndarray, median_hz: float, options: PitchOptions) -> np.ndarray:
    """Harmonics-to-noise ratio of voiced frames in dB (Boersma 1993), in 300-3400 Hz so that a telephone does not move it.

    The window is longer than for pitch, six periods: with fewer, noise between the harmonics passes for harmonics.
    """
    length_s = np.clip(options.hnr_periods / median_hz, options.hnr_shortest_window_s, options.hnr_longest_window_s)
    window = min(int(length_s * RATE) // 2 * 2, _N_FFT)
    result = np.full(len(f0), np.nan, dtype=np.float32)
    shape = np.abs(np.fft.rfft(np.hanning(window + 1)[:-1], _N_FFT)) ** 2
    own = np.fft.irfft(shape)
    own /= own[0]
    low, high = (int(edge * _N_FFT / RATE) for edge in (options.hnr_low_hz, options.hnr_high_hz))
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
