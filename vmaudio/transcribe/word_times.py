"""Words with times in the recording: attention's times, held to where the signal has speech.

Attention does not see pauses: the word after a pause begins where the word before it ended (design notes: measured -0.27 to
+0.09 s around true starts, reaching back into pauses). Here a word is laid on the stretches of speech that it touches. A
word that touches several, beyond the short closures inside words, keeps the longest, unless it is made of parts said one by
one, as "555-0126" is. After that words neither overlap nor have a length of zero; where times had to be shared out, the word
says ``interpolated``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from vmaudio.records import Span
from vmaudio.transcribe.segments import Placed, Timed, settle
from vmaudio.transcribe.windows import Window

CLOSURE_S = 0.25  # silence inside a word: a stop's closure, not a pause (pauses count from 150 to 300 ms)
SNAP_S = 0.35  # a group of figures begins at a pause's end, if one is this near
SLIVER_S = 0.12  # attention's borders are off by about this much: less sound than this is the neighbour's


def place_words(timed: Sequence[Timed], window: Window, speech: Sequence[Span], duration_s: float) -> list[Placed]:
    """Lay a window's words on the recording's speech.

    Args:
        timed: from `align.align`.
        window: that they were heard in.
        speech: where there is speech, in order.
        duration_s: of the recording.

    Returns:
        One entry per word, in order; within the recording; not overlapping; none shorter than 0.04 s, unless the
        recording leaves no room.
    """
    placed = [_lay(word, window, speech) for word in timed]
    settle(placed, duration_s)
    return placed


def _lay(word: Timed, window: Window, speech: Sequence[Span]) -> Placed:
    start = window.to_recording(word.edges_s[0])
    end = max(start, window.to_recording(word.edges_s[-1], end=True))
    heard = sum(max(0.0, min(end, span.end_s) - max(start, span.start_s)) for span in speech)
    pieces = _on_speech(start, end, speech)
    if not pieces:
        far = min((max(span.start_s - end, start - span.end_s, 0.0) for span in speech), default=math.inf)
        return Placed(word, start, end, 0.0, far, heard_in=window)
    if len(pieces) > 1:
        if _in_parts(word):
            solid = [piece for piece in pieces if piece[1] - piece[0] >= SLIVER_S] or pieces
            pieces = [(solid[0][0], solid[-1][1])]
        else:
            pieces = [max(pieces, key=lambda piece: (piece[1] - piece[0], piece[0]))]
    stretches = _stretches(word, window, speech, *pieces[0]) if word.cuts else []
    return Placed(word, pieces[0][0], pieces[0][1], heard, heard_in=window, stretches=stretches)


def _on_speech(start: float, end: float, speech: Sequence[Span]) -> list[tuple[float, float]]:
    """The stretches of speech between two times, closures joined."""
    pieces: list[tuple[float, float]] = []
    for span in speech:
        left, right = max(start, span.start_s), min(end, span.end_s)
        if right <= left:
            continue
        if pieces and left - pieces[-1][1] < CLOSURE_S:
            pieces[-1] = (pieces[-1][0], right)
        else:
            pieces.append((left, right))
    return pieces


def _stretches(word: Timed, window: Window, speech: Sequence[Span], start: float, end: float) -> list[tuple[str, float, float]]:
    """The groups of figures of a word ("303", "555", "0126") with times of their own; none for a single group.

    A group begins where the signal begins to speak nearest to where attention saw it begin, if that is within `SNAP_S`.
    """
    texts: list[str] = []
    lefts: list[float] = []
    for text, left, _ in word.cuts:
        bare = text.strip()
        figures = any(map(str.isdigit, bare))
        goes_on = texts and (not figures or (bare[0].isdigit() and texts[-1][-1].isdigit()))
        if goes_on:
            texts[-1] += bare
        elif figures:
            texts.append(bare)
            lefts.append(left)
    spoken = [(max(span.start_s, start), min(span.end_s, end)) for span in speech if span.start_s < end and span.end_s > start]
    if len(texts) < 2 or not spoken:
        return []
    starts = [start]
    for left in lefts[1:]:
        at = window.to_recording(left)
        onset = min((begin for begin, _ in spoken if begin > starts[-1]), key=lambda begin: abs(begin - at), default=at)
        starts.append(onset if abs(onset - at) <= SNAP_S else at)
    ends = [max((min(stop, after) for begin, stop in spoken if begin < after), default=after) for after in starts[1:]]
    return list(zip(texts, starts, [*ends, end], strict=True))


def _in_parts(word: Timed) -> bool:
    bare = word.text.strip()
    return "-" in bare.strip("-") or sum(map(str.isdigit, bare)) > 1
