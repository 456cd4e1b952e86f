"""Missed speech: speech without words is transcribed once more by itself.

Whisper sometimes stops early, or leaves out a repeated number: a neighbouring word then covers the time of what was left
out, and is longer than it can be. Here words are cut to a plausible length; the speech that is left over, where it is long
enough to hold something, becomes a window of its own. Its text is taken only if the model is sure enough of it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from vmaudio.records import Span
from vmaudio.transcribe.hallucinations import without_fillers
from vmaudio.transcribe.options import DEFAULT, MissedSpeechOptions, TranscribeOptions
from vmaudio.transcribe.windows import Window
from vmaudio.transcribe.words import Decoded, Placed


def longest_s(text: str, options: MissedSpeechOptions = DEFAULT.missed_speech) -> float:
    """The longest time that a word plausibly takes: digits and spelled letters are said one by one.

    Args:
        text: of the word, as written ("303-555-0126", "A-B-C").
        options: seconds for a word, a digit, a letter.

    Returns:
        Seconds.
    """
    digits = sum(map(str.isdigit, text))
    letters = sum(map(str.isalpha, text))
    spelled = letters if letters > 1 and (text.isupper() or re.fullmatch(r"\W*\w(\W\w)+\W*", text)) else 0
    return options.word_s + options.spelled_s * (digits + spelled) + options.letter_s * (letters - spelled)


def missed_windows(
    placed: list[Placed], window: Window, speech: Sequence[Span], options: TranscribeOptions = DEFAULT
) -> list[Window]:
    """The speech of a window that no word covers, as windows; words that covered too much are shortened.

    Args:
        placed: the window's words in time order; their times may be changed.
        window: in which they were transcribed.
        speech: where there is speech in the recording, in seconds.
        options: how much speech counts, and the padding of windows.

    Returns:
        Windows to be transcribed, each of which decides its own stretch; none when nothing is missing.
    """
    limits, padding_s = options.missed_speech, options.windows.padding_s
    for index, word in enumerate(placed):
        _shorten(word, speech, index == 0, limits)
    free: list[list[float]] = []
    for left, right in _uncovered(placed, window, speech, limits):
        if free and left - free[-1][1] < limits.apart_s and not _word_between(placed, free[-1][1], left, limits.border_s):
            free[-1][1], free[-1][2] = right, free[-1][2] + right - left
        else:
            free.append([left, right, right - left])
    return [
        Window((Span(max(0.0, left - padding_s), right + padding_s),), Span(left - limits.border_s, right + limits.border_s))
        for left, right, amount in free
        if amount >= limits.shortest_s
    ]


def _shorten(word: Placed, speech: Sequence[Span], first: bool, limits: MissedSpeechOptions) -> None:
    """Take from a word the speech that it cannot have filled: what follows its last token, or comes before the first word."""
    edges = [word.window.to_recording(edge) for edge in word.timed.edges_s] if word.window else []
    last, most = word.start_s, word.start_s + longest_s(word.timed.text.strip(), limits)
    if len(edges) > 2:
        last = edges[-2]
        most = min(most, last + limits.token_s)
    if word.end_s - most < limits.shortest_s:
        return
    if first and len(edges) <= 2:
        word.start_s = word.end_s - longest_s(word.timed.text.strip(), limits)
        return
    pauses = [
        a.end_s for a, b in itertools.pairwise(speech) if last < a.end_s < word.end_s and b.start_s - a.end_s >= limits.pause_s
    ]
    word.end_s = max(word.start_s, pauses[0] if pauses else most)


def _uncovered(
    placed: Sequence[Placed], window: Window, speech: Sequence[Span], limits: MissedSpeechOptions
) -> list[tuple[float, float]]:
    """(start, end) of the speech of a window that no word covers, in order."""
    found = []
    taken = [(word.start_s - limits.border_s, word.end_s + limits.border_s) for word in placed]
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
    return [(left, right) for left, right in found if right - left > limits.remnant_s]


def _word_between(placed: Sequence[Placed], left: float, right: float, border_s: float) -> bool:
    """Whether the middle of a word lies between two times."""
    return any(left - border_s <= (word.start_s + word.end_s) / 2 <= right + border_s for word in placed)


def is_sure(decoded: Decoded, words: Sequence[Placed], around: Sequence[Placed], options: TranscribeOptions = DEFAULT) -> bool:
    """Whether the text of missed speech may be taken.

    It must be probable, the more so the more the model doubts that there is speech at all (digits alone, read out quietly,
    are such a case). A single word that only repeats a word beside it is not taken: that word has its time already.

    Args:
        decoded: how sure the model was.
        words: that were found.
        around: words of the same message from before.
        options: the thresholds; the least log probability where there is little doubt is openai-whisper's.
    """
    limits = options.missed_speech
    if decoded.no_speech_prob <= limits.little_doubt:
        least = options.decoding.avg_logprob_min
    elif decoded.no_speech_prob <= limits.some_doubt:
        least = limits.some_doubt_logprob
    else:
        least = limits.much_doubt_logprob
    if not words or decoded.avg_logprob < least or decoded.cut:
        return False
    text = without_fillers(words)
    near = [
        word.bare
        for word in around
        if abs(word.start_s - words[0].start_s) < limits.echo_s or abs(word.end_s - words[-1].end_s) < limits.echo_s
    ]
    return len(text) > 1 or not near or text[0] not in near
