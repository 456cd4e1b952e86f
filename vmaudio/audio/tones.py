"""Tones in a recording: record tones, ringback, dial and busy tones, key tones, and music of held notes.

A tone keeps its spectral lines; a voice never does for long, as its pitch moves with every syllable. Two signs, frame by frame
of 10 ms:

1. *Held lines*: few lines hold most of the power and stay where they are for 60 ms. In 71 recordings of voices (the samples,
   read speech, voicemails) this was never so for more than 3 frames on end; a tone needs 8.
2. *Keys*: key tones (DTMF) may be shorter than that. They are known by their two frequencies (ITU-T Q.23): one line within
   1.8 % of a low-group frequency and one of the high group, of like power, with little else beside them.

Mains hum holds its lines as well, but it is there all the time: what is not well over the quiet of the recording is no tone.
"""

from __future__ import annotations

import numpy as np

from vmaudio.audio.options import TONE_OPTIONS, ToneOptions
from vmaudio.records import Span

_HOP_S = 0.010
_LINE_HZ = 16000 / 1024
"""Width of a spectral line of the long transform of vad_frames."""

LOW_HZ = np.array([697.0, 770.0, 852.0, 941.0])
HIGH_HZ = np.array([1209.0, 1336.0, 1477.0, 1633.0])
"""The two groups of key tones: ITU-T Q.23."""

_LOW_LINES, _HIGH_LINES = slice(42, 64), slice(74, 108)  # 656-984 Hz and 1156-1672 Hz
_KEY_OFF = 0.018  # relative: Q.24 wants 1.5 % accepted, and the interpolation between lines errs by a little
_KEY_SHARE = 0.75  # of the power in 125-3000 Hz; a window half on its way out of the tone still has it
_KEY_TWIST = 10.0  # ratio of the two powers
_REACH = 6
"""Frames by which the first sign misses either end of a tone: half of 60 ms and half a window of 64 ms."""


def keys(long: np.ndarray) -> np.ndarray:
    """Which key of a telephone sounds in each frame.

    Args:
        long: power spectra of 1024 samples under a Hann window, shape (frames, 513).

    Returns:
        int8 of shape (frames,): 1 to 16, 0 where no key sounds.
    """
    low, low_hz = _line(long, _LOW_LINES)
    high, high_hz = _line(long, _HIGH_LINES)
    total = long[:, 8:192].sum(axis=1) + 1e-12
    row = np.abs(low_hz[:, None] / LOW_HZ - 1)
    column = np.abs(high_hz[:, None] / HIGH_HZ - 1)
    is_key = (
        (low + high > _KEY_SHARE * total)
        & (np.maximum(low, high) < _KEY_TWIST * np.minimum(low, high))
        & (row.min(axis=1) < _KEY_OFF)
        & (column.min(axis=1) < _KEY_OFF)
    )
    return np.where(is_key, 1 + 4 * row.argmin(axis=1) + column.argmin(axis=1), 0).astype(np.int8)


def tone_frames(frames: dict[str, np.ndarray], options: ToneOptions = TONE_OPTIONS) -> np.ndarray:
    """Which frames hold a tone.

    Args:
        frames: what `vad_frames.measure` gives, of at least one frame.
        options: thresholds of tones.

    Returns:
        Boolean of shape (frames,).
    """
    level = frames["level_db"]
    join = round(options.join_s / _HOP_S)
    sounding = level[level > options.quietest_dbfs]
    if not len(sounding):
        return np.zeros(len(level), bool)
    loud = level > float(np.quantile(sounding, options.quiet_quantile)) + options.over_quiet_db
    lines = np.where(loud & (frames["peaks"] > options.line_share), frames["held"], 0.0)
    sure = _long_runs(lines > options.sure_correlation, options.min_sure_frames)
    tone = np.zeros(len(level), bool)
    for start, end in runs(close(sure | _long_runs(lines > options.held_correlation, options.min_held_frames), join)):
        if sure[start:end].any():  # the notes before and after a sure one are of the same music
            tone[max(0, start - _REACH) : end + _REACH] = True
    pressed = np.where(loud, frames["keys"], 0)
    change = np.flatnonzero(np.diff(pressed)) + 1
    for start, end in zip(np.r_[0, change], np.r_[change, len(pressed)], strict=True):
        if pressed[start] and end - start >= options.min_key_frames:
            tone[max(0, start - _REACH // 2) : end + _REACH // 2] = True
    for start, end in runs(loud & ~tone):  # the onset or the end of a note, not a word
        if end - start < options.rest_s / _HOP_S and (tone[start - 1 : start].any() or tone[end : end + 1].any()):
            tone[start:end] = True
    return close(np.pad(tone, 1, constant_values=True), join)[1:-1] if tone.any() else tone


def tone_spans(tone: np.ndarray, duration_s: float) -> tuple[Span, ...]:
    """The tones of a recording as spans, in time order.

    Args:
        tone: which frames are tones, shape (frames,), as `tone_frames` gives it.
        duration_s: length of the recording in seconds; no span ends after it.

    Returns:
        Spans in s; notes and keys less than ``join_s`` apart are one.
    """
    return tuple(Span(round(a * _HOP_S, 3), round(min(b * _HOP_S, duration_s), 3)) for a, b in runs(tone))


def runs(flags: np.ndarray) -> list[tuple[int, int]]:
    """First index and end of every run of True.

    Args:
        flags: boolean of shape (n,).

    Returns:
        (first, end) pairs in order, the end excluded.
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def close(flags: np.ndarray, gap: int) -> np.ndarray:
    """Fill runs of False shorter than ``gap`` frames between runs of True.

    Args:
        flags: boolean of shape (n,).
        gap: frames.

    Returns:
        Boolean of shape (n,).
    """
    on = np.flatnonzero(flags)
    closed = flags.copy()
    for i in np.flatnonzero((np.diff(on) > 1) & (np.diff(on) <= gap)):
        closed[on[i] : on[i + 1]] = True
    return closed


def _long_runs(flags: np.ndarray, least: int) -> np.ndarray:
    """Only the runs of True that are that long."""
    kept = np.zeros(len(flags), bool)
    for start, end in runs(flags):
        kept[start:end] = end - start >= least
    return kept


def _line(long: np.ndarray, lines: slice) -> tuple[np.ndarray, np.ndarray]:
    """Power of the strongest line of a range with its neighbours, and its frequency between the lines in Hz."""
    at = long[:, lines].argmax(axis=1) + lines.start
    rows = np.arange(len(long))
    near = long[rows[:, None], at[:, None] + np.arange(-2, 3)]
    logs = np.log(near[:, 1:4] + 1e-20)
    bend = logs[:, 0] - 2 * logs[:, 1] + logs[:, 2]
    shift = np.where(bend < -1e-9, 0.5 * (logs[:, 0] - logs[:, 2]) / np.minimum(bend, -1e-9), 0.0)
    return near.sum(axis=1), (at + np.clip(shift, -0.5, 0.5)) * _LINE_HZ
