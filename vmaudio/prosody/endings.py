"""Ends of phrases: how far the pitch falls or rises in the last half second, and how sure that is.

The movement is that of a straight line through the pitch of the last voiced frames, by the median of the slopes of all pairs
of frames far enough apart (Theil 1950; Sen 1968): an octave error or a creak in a third of the frames does not move it. It is
never more than the pitch was seen to move, however steep the line is. Its
error is worked out from how far the frames scatter about the line. Where the end lies in noise, is too short, stops being
voiced long before the sound ends, or keeps to no line, nothing is measured.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vmaudio.prosody.frames import HOP_S
from vmaudio.prosody.options import EndOptions
from vmaudio.records import PhraseEnd, Span


def phrase_ends(
    f0: np.ndarray, levels: np.ndarray, noise_dbfs: float, spans: Sequence[Span], options: EndOptions
) -> tuple[PhraseEnd, ...]:
    """Measure the end of every phrase that can be measured.

    Args:
        f0: pitch of frames of 10 ms in Hz, NaN where unvoiced, shape (frames,).
        levels: their levels in dBFS, shape (frames,).
        noise_dbfs: level of the noise under the voice.
        spans: the phrases, in time order, in s from the first frame.
        options: thresholds of ends.

    Returns:
        The ends in time order, in s from the first frame; none where no end can be measured.
    """
    ends = []
    for span in spans:
        first, last = max(0, round(span.start_s / HOP_S)), round(span.end_s / HOP_S) + 1
        at = first + np.flatnonzero(np.isfinite(f0[first:last]))
        at = at[at > at[-1] - round(options.window_s / HOP_S)] if len(at) else at
        st = 12 * np.log2(f0[at])
        near = np.abs(st - np.median(st)) < options.stray_st if len(at) else np.zeros(0, bool)
        end = _end(at[near] * HOP_S, st[near], options)
        if (
            end is not None
            and np.percentile(levels[first:last], 95) - noise_dbfs >= options.over_noise_db
            and span.end_s - end.end_s <= options.voiceless_s
            and end.error_st <= options.most_error_st
        ):
            ends.append(end)
    return tuple(ends)


def _end(times_s: np.ndarray, st: np.ndarray, options: EndOptions) -> PhraseEnd | None:
    """Movement and error of the line through the frames; None where they are too few."""
    if len(st) * HOP_S < options.least_voiced_s:
        return None
    early, late = np.triu_indices(len(st), len(st) // 3)
    slope = np.median((st[late] - st[early]) / (times_s[late] - times_s[early]))
    off = st - slope * times_s
    scatter = 1.4826 * np.median(np.abs(off - np.median(off)))
    # of a line through n independent points the movement has the error scatter * sqrt(12 / n)
    error = scatter * np.sqrt(12 * options.frames_alike / len(st))
    start_s, end_s = float(times_s[0]), float(times_s[-1])
    seen = float(np.ptp(st))  # what lies in a gap is not added: a steep piece is not drawn out over the whole stretch
    moved = float(np.clip(slope * (end_s - start_s), -seen, seen))
    return PhraseEnd(start_s, end_s, -moved, float(np.hypot(options.least_error_st, error)))
