"""Loses nothing: speech that got no words is heard once more by itself.

Whisper sometimes stops early, or leaves out a repeated number: what it left out is then swallowed by a neighbouring word,
which becomes longer than it can be. Here words are held to a plausible length; speech that is left over, where it is long
enough to hold something, becomes a window of its own. What comes out of it has to be sure of itself to be taken.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from vmaudio.records import Span
from vmaudio.transcribe.hallucinations import without_fillers
from vmaudio.transcribe.segments import Decoded, Placed
from vmaudio.transcribe.windows import PAD_S, Window

SHORTEST_S = 1.2  # of speech without a word: shorter is a breath, a laugh or a drawn-out ending
NEAR_S = 0.25  # borders of words and of speech differ by this much
TOKEN_S = 1.6  # the longest time of one token, such as three digits
PAUSE_S = 0.15
APART_S = 1.0  # leftovers closer together than this are one
LEAST = ((0.3, -1.0), (0.5, -0.8), (1.0, -0.6))
"""Least mean log probability for a "no speech" probability up to so much: the more the model doubts that there is speech at all
(digits alone, read out quietly, are such a case), the surer the words must be. -1 is openai-whisper's own limit."""


def longest_s(text: str) -> float:
    """The longest time that a word plausibly takes: digits and spelled letters are said one by one."""
    digits = sum(map(str.isdigit, text))
    letters = sum(map(str.isalpha, text))
    spelled = letters if letters > 1 and (text.isupper() or re.fullmatch(r"\W*\w(\W\w)+\W*", text)) else 0
    return 0.7 + 0.5 * (digits + spelled) + 0.09 * (letters - spelled)


def missed_windows(placed: list[Placed], window: Window, speech: Sequence[Span]) -> list[Window]:
    """Find speech of a window that no word covers, and shorten the words that had swallowed it.

    Args:
        placed: the window's words in time order; their times may be changed.
        window: that they were heard in.
        speech: where there is speech in the recording.

    Returns:
        Windows to hear again, each deciding its own stretch; none when nothing is missing.
    """
    for index, word in enumerate(placed):
        _shorten(word, speech, index == 0)
    free: list[list[float]] = []
    for left, right in _uncovered(placed, window, speech):
        if free and left - free[-1][1] < APART_S and not _word_between(placed, free[-1][1], left):
            free[-1][1], free[-1][2] = right, free[-1][2] + right - left
        else:
            free.append([left, right, right - left])
    return [
        Window((Span(max(0.0, left - PAD_S), right + PAD_S),), Span(left - NEAR_S, right + NEAR_S))
        for left, right, amount in free
        if amount >= SHORTEST_S
    ]


def _shorten(word: Placed, speech: Sequence[Span], first: bool) -> None:
    """Take from a word the speech that it cannot have filled: what follows its last token, or comes before the first word."""
    edges = [word.heard_in.to_recording(edge) for edge in word.timed.edges_s] if word.heard_in else []
    last, most = word.start_s, word.start_s + longest_s(word.timed.text.strip())
    if len(edges) > 2:
        last = edges[-2]
        most = min(most, last + TOKEN_S)
    if word.end_s - most < SHORTEST_S:
        return
    if first and len(edges) <= 2:
        word.start_s = word.end_s - longest_s(word.timed.text.strip())
        return
    pauses = [a.end_s for a, b in itertools.pairwise(speech) if last < a.end_s < word.end_s and b.start_s - a.end_s >= PAUSE_S]
    word.end_s = max(word.start_s, pauses[0] if pauses else most)


def _uncovered(placed: Sequence[Placed], window: Window, speech: Sequence[Span]) -> list[tuple[float, float]]:
    found = []
    taken = [(word.start_s - NEAR_S, word.end_s + NEAR_S) for word in placed]
    for piece in window.pieces:
        for span in speech:
            at = max(span.start_s, piece.start_s, window.keep.start_s)
            end = min(span.end_s, piece.end_s, window.keep.end_s)
            for left, right in taken:
                if right <= at or left >= end:
                    continue
                if left > at:
                    found.append((at, left))
                at = max(at, right)
            if end > at:
                found.append((at, end))
    return [(left, right) for left, right in found if right - left > 0.1]


def _word_between(placed: Sequence[Placed], left: float, right: float) -> bool:
    return any(left - NEAR_S <= (word.start_s + word.end_s) / 2 <= right + NEAR_S for word in placed)


def is_sure(decoded: Decoded, words: Sequence[Placed], around: Sequence[Placed]) -> bool:
    """Whether what a second hearing found may be taken: probable, speech by the model's own judgement, and in its place.

    A text that only repeats the words around it, when those already fill their time, is not taken.
    """
    least = next((logprob for doubt, logprob in LEAST if decoded.no_speech_prob <= doubt), LEAST[-1][1])
    if not words or decoded.avg_logprob < least or decoded.cut:
        return False
    text = without_fillers(words)
    near = [
        word.bare for word in around if abs(word.start_s - words[0].start_s) < 1.5 or abs(word.end_s - words[-1].end_s) < 1.5
    ]
    return len(text) > 1 or not near or text[0] not in near
