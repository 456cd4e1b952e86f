"""Cut a recording into windows that Whisper can take: at pauses, without long silences, never to the edge of its 30 s.

Whisper reads 30 s at most, and invents text where speech ends exactly there (design notes: invented tails in 62 % of clips
of exactly 30 s, none at 29 s). A window holds at most `LONGEST_S` of sound. It is made of one or more pieces of the
recording: silences longer than `GAP_S` are left out, and times are mapped back.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.records import Span

LONGEST_S = 27.0
PAD_S = 0.35  # kept around speech: weak onsets and endings lie outside the spans that activity finds
GAP_S = 2.0  # a longer silence inside a message is cut down to the padding
OVERLAP_S = 3.0  # shared by two windows where there is no pause to cut at
_PAUSE_WORTH = 0.6  # seconds of pause that count as much as a cut this share of the ideal length away from the ideal place


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces of the recording, in seconds, laid end to end. ``keep`` are the times whose words this window decides."""

    pieces: tuple[Span, ...]
    keep: Span

    @property
    def seconds(self) -> float:
        """How much sound it holds."""
        return sum(piece.duration_s for piece in self.pieces)

    def samples(self, samples: np.ndarray, rate: int) -> np.ndarray:
        """The sound of the window, float32."""
        cuts = [samples[round(piece.start_s * rate) : round(piece.end_s * rate)] for piece in self.pieces]
        return np.ascontiguousarray(np.concatenate(cuts), dtype=np.float32)

    def to_recording(self, time_s: float, end: bool = False) -> float:
        """Map seconds in the window to seconds in the recording; ``end``: at a seam, take the side before it."""
        for piece in self.pieces:
            if time_s < piece.duration_s or (end and time_s <= piece.duration_s):
                return piece.start_s + max(0.0, time_s)
            time_s -= piece.duration_s
        return self.pieces[-1].end_s


def plan_windows(speech: Sequence[Span], duration_s: float) -> list[Window]:
    """Plan the windows of a recording.

    Args:
        speech: where there is speech, in order, not overlapping.
        duration_s: of the recording.

    Returns:
        Windows in time order; none when there is no speech.
    """
    regions = _regions(speech, duration_s)
    windows: list[Window] = []
    for group in _groups(regions, speech):
        windows += group
    return windows


def _regions(speech: Sequence[Span], duration_s: float) -> list[Span]:
    """Speech with padding, joined over silences of up to `GAP_S`."""
    joined: list[list[float]] = []
    for span in speech:
        start, end = max(0.0, span.start_s), min(duration_s, span.end_s)
        if end <= start:
            continue
        if joined and start - joined[-1][1] <= GAP_S:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return [Span(max(0.0, start - PAD_S), min(duration_s, end + PAD_S)) for start, end in joined]


def _groups(regions: Sequence[Span], speech: Sequence[Span]) -> list[list[Window]]:
    total = sum(region.duration_s for region in regions)
    if not regions:
        return []
    if total <= LONGEST_S:
        return [[Window(tuple(regions), Span(0.0, math.inf))]]
    # Cut points on the time line without long silences: the middle of every pause, with its length.
    line = Window(tuple(regions), Span(0.0, math.inf))
    pauses = _pauses(line, speech)
    cuts: list[tuple[float, bool]] = []  # (place on the line, whether it is a pause)
    at = 0.0
    while total - at > LONGEST_S:
        left = total - at
        ideal = left / math.ceil(left / LONGEST_S)
        options = [(place, length) for place, length in pauses if at + 1.0 < place <= at + LONGEST_S]
        if options:
            place = max(options, key=lambda option: min(option[1], 1.0) / _PAUSE_WORTH - abs(option[0] - at - ideal) / ideal)[0]
            cuts.append((place, True))
            at = place
        else:
            place = at + LONGEST_S
            cuts.append((place, False))
            at = place - OVERLAP_S
    return [_cut(line, cuts, total)]


def _pauses(line: Window, speech: Sequence[Span]) -> list[tuple[float, float]]:
    """(place on the line, length in the recording) of the silences between neighbouring speech spans."""
    found = []
    for before, after in itertools.pairwise(speech):
        length = after.start_s - before.end_s
        if length <= 0:
            continue
        offset = 0.0
        for index, piece in enumerate(line.pieces):
            middle = (before.end_s + after.start_s) / 2
            if piece.start_s <= middle <= piece.end_s:
                found.append((offset + middle - piece.start_s, length))
                break
            following = line.pieces[index + 1] if index + 1 < len(line.pieces) else None
            if following and piece.end_s < middle < following.start_s:
                found.append((offset + piece.duration_s, length))  # the seam where a long silence was taken out
                break
            offset += piece.duration_s
    return found


def _cut(line: Window, cuts: Sequence[tuple[float, bool]], total: float) -> list[Window]:
    windows = []
    begin, decides_from = 0.0, 0.0
    for place, pause in [*cuts, (total, True)]:
        last = place >= total
        if pause:
            decides_to = line.to_recording(place) if not last else math.inf
            following = place
        else:  # both windows hold the overlap; its middle is where one hands over to the other
            decides_to = line.to_recording(place - OVERLAP_S / 2)
            following = place - OVERLAP_S
        windows.append(Window(_slice(line, begin, place), Span(decides_from, decides_to)))
        begin, decides_from = following, decides_to
    return windows


def _slice(line: Window, begin: float, end: float) -> tuple[Span, ...]:
    pieces, offset = [], 0.0
    for piece in line.pieces:
        start, stop = max(begin - offset, 0.0), min(end - offset, piece.duration_s)
        if stop - start > 1e-6:
            pieces.append(Span(piece.start_s + start, piece.start_s + stop))
        offset += piece.duration_s
    return tuple(pieces)
