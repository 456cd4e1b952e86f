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
SLIVER_S = 0.12  # attention's borders are off by about this much: less sound than this is the neighbour's


def place(timed: Sequence[Timed], window: Window, speech: Sequence[Span], duration_s: float) -> list[Placed]:
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
    pieces: list[list[float]] = []
    heard = 0.0
    for span in speech:
        left, right = max(start, span.start_s), min(end, span.end_s)
        if right <= left:
            continue
        heard += right - left
        if pieces and left - pieces[-1][1] < CLOSURE_S:
            pieces[-1][1] = right
        else:
            pieces.append([left, right])
    if not pieces:
        far = min((max(span.start_s - end, start - span.end_s, 0.0) for span in speech), default=math.inf)
        return Placed(word, start, end, 0.0, far, heard_in=window)
    if len(pieces) > 1:
        if _in_parts(word):
            solid = [piece for piece in pieces if piece[1] - piece[0] >= SLIVER_S] or pieces
            pieces = [[solid[0][0], solid[-1][1]]]
        else:
            pieces = [max(pieces, key=lambda piece: (piece[1] - piece[0], piece[0]))]
    return Placed(word, pieces[0][0], pieces[0][1], heard, heard_in=window)


def _in_parts(word: Timed) -> bool:
    bare = word.text.strip()
    return "-" in bare.strip("-") or sum(map(str.isdigit, bare)) > 1
