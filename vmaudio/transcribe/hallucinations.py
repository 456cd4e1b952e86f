"""Never invents: words that the signal does not carry are taken out again.

Whisper, given no speech, writes what ended the videos it learned from ("Thank you.", "Bye.", "you"), or repeats itself. The
first guard is outside: without speech in the signal the model is not run, and no text is given as context. Here are the
others, on what it wrote. Each looks at evidence (where the words lie, how probable they are, how much speech there is), and
a list of known phantoms only lowers the threshold. Digits are exempt from the repetition guard: "five five five five" is a
telephone number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vmaudio.text import SPOKEN_DIGITS
from vmaudio.transcribe.segments import Decoded, Placed
from vmaudio.transcribe.verbatim import FILLERS

FAR_S = 0.5  # a word this far from any speech was not said
QUICKEST_S = 0.09  # no one says words quicker than this on average: 11 words a second; a loop's repeats have no time
LOOP_TIMES = 4  # a phrase may be said three times
NO_SPEECH = 0.6  # whisper.transcribe: no_speech_threshold,
LOGPROB = -1.0  # together with logprob_threshold
HOPELESS_NO_SPEECH = 0.3  # words that are guesses throughout (one in five at best) need less doubt of that kind
HOPELESS_LOGPROB = -1.6
PHANTOM_NO_SPEECH = 0.5  # for a text that is nothing but a known phantom
PHANTOM_LOGPROB = -0.7
NUMBER_DIGITS = 7
"""A text with so many digits falls only where its words are guesses. The model doubts that digits are speech (.7 for three
real voices that the usual limits silenced, one right in all twenty digits); out of noise it writes phrases."""

PHANTOMS = frozenset(
    """thank you|thanks|thank you very much|thank you so much|thanks for watching|thank you for watching|bye|bye bye|you
    |the end|okay|ok|oh|so|i'm sorry|please subscribe|subscribe|see you next time|see you in the next video|music|applause
    |thank you for listening|hmm|um|uh|ah|the|i|and|yeah|mm-hmm|beep|boom""".replace("\n    ", "").split("|")
)
_DIGITS = {*SPOKEN_DIGITS, "double", "triple"}


def drop_hallucinations(placed: Sequence[Placed], decoded: Decoded) -> list[Placed]:
    """Return the words of a window that the signal carries.

    Args:
        placed: words in the recording, in order.
        decoded: how sure the model was.
    """
    words = [word for word in placed if re.search(r"\w", word.timed.text)]
    if not words or unsaid(words, decoded):
        return []
    words = cut_loops(list(placed))
    return drop_far(words)


def unsaid(words: Sequence[Placed], decoded: Decoded) -> bool:
    """The whole text is an invention: the model itself doubts that there is speech, or it is a weak known phantom."""
    average = min(decoded.avg_logprob, sum(decoded.logprobs) / max(1, len(decoded.logprobs)))  # without time tokens
    limits = [(HOPELESS_NO_SPEECH, HOPELESS_LOGPROB)]
    if sum(map(_digits_in, words)) < NUMBER_DIGITS:
        limits.append((NO_SPEECH, LOGPROB))
    if any(decoded.no_speech_prob > doubt and average < logprob for doubt, logprob in limits):
        return True
    if " ".join(without_fillers(words)) not in PHANTOMS:
        return False
    return decoded.no_speech_prob > PHANTOM_NO_SPEECH or decoded.avg_logprob < PHANTOM_LOGPROB


def without_fillers(words: Sequence[Placed]) -> list[str]:
    """The bare words without um and uh: verbatim mode puts those in, and they must not save what else would fall.

    All of them where there is nothing else.
    """
    bare = [word.bare for word in words]
    return [word for word in bare if not FILLERS.fullmatch(word)] or bare


def drop_far(words: Sequence[Placed]) -> list[Placed]:
    """Leave out words that lie farther than `FAR_S` from any speech."""
    return [word for word in words if word.far_s <= FAR_S]


def cut_loops(words: list[Placed]) -> list[Placed]:
    """Leave out the repeats of a phrase said `LOOP_TIMES` times or more in a row in less time than they would take."""
    index = 0
    while index < len(words):
        for size in range(1, min(12, (len(words) - index) // LOOP_TIMES) + 1):
            times = _times(words, index, size)
            if times < LOOP_TIMES:
                continue
            stretch = words[index : index + size * times]
            repeats = stretch[size:]
            spoken = sum(word.heard_s for word in repeats)
            if _digits(stretch[:size]) or spoken >= QUICKEST_S * len(repeats):
                continue
            words = words[: index + size] + words[index + size * times :]
            break
        index += 1
    return words


def _times(words: Sequence[Placed], index: int, size: int) -> int:
    phrase = [word.bare for word in words[index : index + size]]
    times = 1
    while [word.bare for word in words[index + size * times : index + size * (times + 1)]] == phrase:
        times += 1
    return times


def _digits(words: Sequence[Placed]) -> bool:
    return all(map(_digits_in, words))


def _digits_in(word: Placed) -> int:
    return 1 if word.bare in _DIGITS else sum(map(str.isdigit, word.bare))
