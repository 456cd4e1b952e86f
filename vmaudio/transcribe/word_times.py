"""Word times: the times that the attention gives, moved to where the signal has speech.

Attention does not see pauses: the word after a pause begins where the word before it ended (design notes: measured -0.27 to
+0.09 s around true starts, reaching back into pauses). Here a word is placed on the stretches of speech that it touches. A
word that touches several, beyond the short closures inside words, keeps the longest, unless it is made of parts said one by
one, as "555-0126" is. After that, words neither overlap nor have a length of zero; where several words had to share a time,
each is marked ``interpolated``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from vmaudio.records import Span
from vmaudio.transcribe.options import DEFAULT, AlignmentOptions
from vmaudio.transcribe.windows import Window
from vmaudio.transcribe.words import Placed, Timed, settle


def place_words(
    timed: Sequence[Timed],
    window: Window,
    speech: Sequence[Span],
    duration_s: float,
    options: AlignmentOptions = DEFAULT.alignment,
) -> list[Placed]:
    """Place a window's words on the speech of the recording.

    Args:
        timed: words with times in the window, from `whisper.alignment.align_words` or another engine.
        window: in which they were transcribed.
        speech: where there is speech in the recording, in seconds, in order.
        duration_s: of the recording.
        options: lengths of closures, shortest word and so on.

    Returns:
        One entry per word, in order, inside the recording, not overlapping; none shorter than
        `AlignmentOptions.shortest_s`, unless the recording leaves no room.
    """
    placed = [_place(word, window, speech, options) for word in timed]
    settle(placed, duration_s, options)
    return placed


def _place(word: Timed, window: Window, speech: Sequence[Span], options: AlignmentOptions) -> Placed:
    """One word on the speech that it touches."""
    start = window.to_recording(word.edges_s[0])
    end = max(start, window.to_recording(word.edges_s[-1], end=True))
    spoken_s = sum(max(0.0, min(end, span.end_s) - max(start, span.start_s)) for span in speech)
    pieces = _on_speech(start, end, speech, options.closure_s)
    if not pieces:
        far = min((max(span.start_s - end, start - span.end_s, 0.0) for span in speech), default=math.inf)
        return Placed(word, start, end, 0.0, far, window=window)
    if len(pieces) > 1:
        if _in_parts(word):
            solid = [piece for piece in pieces if piece[1] - piece[0] >= options.sliver_s] or pieces
            pieces = [(solid[0][0], solid[-1][1])]
        else:
            pieces = [max(pieces, key=lambda piece: (piece[1] - piece[0], piece[0]))]
    stretches = _stretches(word, window, speech, *pieces[0], options.onset_s) if word.cuts else []
    return Placed(word, pieces[0][0], pieces[0][1], spoken_s, window=window, stretches=stretches)


def _on_speech(start: float, end: float, speech: Sequence[Span], closure_s: float) -> list[tuple[float, float]]:
    """The stretches of speech between two times, closures joined."""
    pieces: list[tuple[float, float]] = []
    for span in speech:
        left, right = max(start, span.start_s), min(end, span.end_s)
        if right <= left:
            continue
        if pieces and left - pieces[-1][1] < closure_s:
            pieces[-1] = (pieces[-1][0], right)
        else:
            pieces.append((left, right))
    return pieces


def _stretches(
    word: Timed, window: Window, speech: Sequence[Span], start: float, end: float, onset_s: float
) -> list[tuple[str, float, float]]:
    """The groups of figures of a word ("303", "555", "0126") with times of their own; none for a single group.

    A group begins at the start of speech that is nearest to where the attention saw it begin, if that is at most ``onset_s``
    away.
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
        starts.append(onset if abs(onset - at) <= onset_s else at)
    ends = [max((min(stop, after) for begin, stop in spoken if begin < after), default=after) for after in starts[1:]]
    return list(zip(texts, starts, [*ends, end], strict=True))


def _in_parts(word: Timed) -> bool:
    """Whether a word is said in parts, with pauses between them: a number, or words joined by a hyphen."""
    bare = word.text.strip()
    return "-" in bare.strip("-") or sum(map(str.isdigit, bare)) > 1
