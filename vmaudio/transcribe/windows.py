"""Windows: a recording cut into stretches that Whisper can take, at pauses and without long silences.

Whisper reads 30 s at most, and invents text where speech ends exactly there (design notes: invented tails in 62 % of clips
of exactly 30 s, none at 29 s). A window holds at most `WindowOptions.longest_s` of sound. It is made of one or more pieces
of the recording: silences longer than `WindowOptions.gap_s` are left out, and times are mapped back.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.records import Span
from vmaudio.transcribe.options import DEFAULT, WindowOptions

_SAME_S = 1e-6  # shorter pieces come from rounding


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces of the recording, end to end.

    Attributes:
        pieces: in seconds of the recording, in order, not overlapping.
        keep: the words whose middle lies in this span of the recording are this window's; its end may be infinite.
    """

    pieces: tuple[Span, ...]
    keep: Span

    @property
    def seconds(self) -> float:
        """Seconds of sound in all pieces."""
        return sum(piece.duration_s for piece in self.pieces)

    def samples(self, samples: np.ndarray, rate: int) -> np.ndarray:
        """The sound of the window.

        Args:
            samples: of the recording, (n,).
            rate: samples per second.

        Returns:
            float32, (seconds * rate,).
        """
        cuts = [samples[round(piece.start_s * rate) : round(piece.end_s * rate)] for piece in self.pieces]
        return np.ascontiguousarray(np.concatenate(cuts), dtype=np.float32)

    def to_recording(self, time_s: float, end: bool = False) -> float:
        """Map a time in the window to the time in the recording.

        Args:
            time_s: seconds from the window's start; later than its end is taken as its end.
            end: it is the end of something: where two pieces meet, take the end of the first.

        Returns:
            Seconds from the start of the recording.
        """
        for piece in self.pieces:
            if time_s < piece.duration_s or (end and time_s <= piece.duration_s):
                return piece.start_s + max(0.0, time_s)
            time_s -= piece.duration_s
        return self.pieces[-1].end_s


def plan_windows(speech: Sequence[Span], duration_s: float, options: WindowOptions = DEFAULT.windows) -> list[Window]:
    """The windows of a recording, cut where they can be cut best.

    A message that is too long for one window is cut at pauses, the longer and the nearer to equal parts the better. Where
    there is no pause, two windows overlap.

    Args:
        speech: where there is speech, in seconds, in order, not overlapping.
        duration_s: of the recording.
        options: longest window, padding and so on.

    Returns:
        Windows in time order; none when there is no speech.
    """
    regions = _regions(speech, duration_s, options)
    total = sum(region.duration_s for region in regions)
    if not regions:
        return []
    # The time line without long silences, on which the cuts are chosen.
    line = Window(tuple(regions), Span(0.0, math.inf))
    if total <= options.longest_s:
        return [line]
    return _cut(line, _cuts(total, _pauses(line, speech), options), total, options)


def _regions(speech: Sequence[Span], duration_s: float, options: WindowOptions) -> list[Span]:
    """Speech with padding, joined over silences of up to `WindowOptions.gap_s`."""
    joined: list[list[float]] = []
    for span in speech:
        start, end = max(0.0, span.start_s), min(duration_s, span.end_s)
        if end <= start:
            continue
        if joined and start - joined[-1][1] <= options.gap_s:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return [Span(max(0.0, start - options.padding_s), min(duration_s, end + options.padding_s)) for start, end in joined]


def _cuts(total: float, pauses: Sequence[tuple[float, float]], options: WindowOptions) -> list[tuple[float, bool]]:
    """(place on the line, whether it is in a pause) of every cut; ``pauses`` as from `_pauses`."""
    cuts: list[tuple[float, bool]] = []
    at = 0.0
    while total - at > options.longest_s:
        left = total - at
        ideal = left / math.ceil(left / options.longest_s)
        possible = [(place, s) for place, s in pauses if at + options.first_cut_s < place <= at + options.longest_s]
        if possible:
            place = max(
                possible,
                key=lambda pause: (
                    min(pause[1], options.pause_longest_s) / options.pause_weight_s - abs(pause[0] - at - ideal) / ideal
                ),
            )[0]
            cuts.append((place, True))
            at = place
        else:
            place = at + options.longest_s
            cuts.append((place, False))
            at = place - options.overlap_s
    return cuts


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


def _cut(line: Window, cuts: Sequence[tuple[float, bool]], total: float, options: WindowOptions) -> list[Window]:
    """The windows between the cuts."""
    windows = []
    begin, decides_from = 0.0, 0.0
    for place, pause in [*cuts, (total, True)]:
        last = place >= total
        if pause:
            decides_to = line.to_recording(place) if not last else math.inf
            following = place
        else:  # both windows hold the overlap; its middle is where one hands over to the other
            decides_to = line.to_recording(place - options.overlap_s / 2)
            following = place - options.overlap_s
        windows.append(Window(_slice(line, begin, place), Span(decides_from, decides_to)))
        begin, decides_from = following, decides_to
    return windows


def _slice(line: Window, begin: float, end: float) -> tuple[Span, ...]:
    """The pieces of the recording between two places on the line."""
    pieces, offset = [], 0.0
    for piece in line.pieces:
        start, stop = max(begin - offset, 0.0), min(end - offset, piece.duration_s)
        if stop - start > _SAME_S:
            pieces.append(Span(piece.start_s + start, piece.start_s + stop))
        offset += piece.duration_s
    return tuple(pieces)
