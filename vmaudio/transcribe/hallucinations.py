"""Hallucinations: words that the signal does not carry are taken out of a window again.

Whisper, given no speech, writes what ended the videos it learned from ("Thank you.", "Bye.", "you"), or repeats itself
(Koenecke et al. 2024, "Careless Whisper"). The first measure against that is taken before: where the signal has no speech
the model is not run, and no earlier text is given as context. Here are the others, on what it wrote. Each looks at evidence
(where the words are, how probable they are, how much speech there is); a list of known hallucinations only makes the
threshold stricter. Digits may repeat: "five five five five" is a telephone number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vmaudio.text import FILLERS, SPOKEN_DIGITS
from vmaudio.transcribe.options import DEFAULT, HallucinationOptions, TranscribeOptions
from vmaudio.transcribe.words import Decoded, Placed

KNOWN = frozenset(
    """thank you|thanks|thank you very much|thank you so much|thanks for watching|thank you for watching|bye|bye bye|you
    |the end|okay|ok|oh|so|i'm sorry|please subscribe|subscribe|see you next time|see you in the next video|music|applause
    |thank you for listening|hmm|um|uh|ah|the|i|and|yeah|mm-hmm|beep|boom""".replace("\n    ", "").split("|")
)
"""Whole texts that Whisper writes where nobody speaks."""

_DIGITS = {*SPOKEN_DIGITS, "double", "triple"}


def drop_hallucinations(placed: Sequence[Placed], decoded: Decoded, options: TranscribeOptions = DEFAULT) -> list[Placed]:
    """The words of a window that the signal carries.

    Args:
        placed: words with their times in the recording, in order.
        decoded: how sure the model was of them.
        options: the thresholds; those of openai-whisper are `DecodingOptions`.

    Returns:
        Those that stay, in order; none where the whole text is a hallucination.
    """
    words = [word for word in placed if re.search(r"\w", word.timed.text)]
    if not words or unsaid(words, decoded, options):
        return []
    words = cut_loops(list(placed), options.hallucinations)
    return drop_far(words, options.hallucinations)


def unsaid(words: Sequence[Placed], decoded: Decoded, options: TranscribeOptions = DEFAULT) -> bool:
    """Whether the whole text of a window was not said.

    That is: the model doubts that there is speech and the words are improbable, or the text is a known hallucination and
    the model is not sure of it.

    Args:
        words: of the window.
        decoded: how sure the model was of them.
        options: the thresholds.
    """
    limits = options.hallucinations
    average = min(decoded.avg_logprob, sum(decoded.logprobs) / max(1, len(decoded.logprobs)))  # without time tokens
    pairs = [(limits.guess_no_speech_prob, limits.guess_logprob)]
    if sum(map(_digits_in, words)) < limits.number_digits:
        pairs.append((options.decoding.no_speech_prob_max, options.decoding.avg_logprob_min))
    if any(decoded.no_speech_prob > doubt and average < logprob for doubt, logprob in pairs):
        return True
    if " ".join(without_fillers(words)) not in KNOWN:
        return False
    return decoded.no_speech_prob > limits.known_no_speech_prob or decoded.avg_logprob < limits.known_logprob


def without_fillers(words: Sequence[Placed]) -> list[str]:
    """The bare words (lower case, no punctuation) without um and uh; all of them where there is nothing else.

    Verbatim mode puts fillers in, and they must not make a text that would be dropped look like another.

    Args:
        words: in order.
    """
    bare = [word.bare for word in words]
    return [word for word in bare if not FILLERS.fullmatch(word)] or bare


def drop_far(words: Sequence[Placed], options: HallucinationOptions = DEFAULT.hallucinations) -> list[Placed]:
    """The words that are near speech.

    Args:
        words: in order.
        options: the greatest distance, `HallucinationOptions.far_s`.
    """
    return [word for word in words if word.far_s <= options.far_s]


def cut_loops(words: list[Placed], options: HallucinationOptions = DEFAULT.hallucinations) -> list[Placed]:
    """The words without the repeats of a phrase that the decoder repeated.

    That is a phrase of up to `HallucinationOptions.loop_words` words, not of digits alone, that stands
    `HallucinationOptions.loop_times` times or more in a row, the repeats in less time than they would take to say.

    Args:
        words: in order.
        options: the thresholds.

    Returns:
        The phrase once, and everything else.
    """
    index = 0
    while index < len(words):
        for size in range(1, min(options.loop_words, (len(words) - index) // options.loop_times) + 1):
            times = _times(words, index, size)
            if times < options.loop_times:
                continue
            stretch = words[index : index + size * times]
            repeats = stretch[size:]
            spoken = sum(word.speech_s for word in repeats)
            if _digits(stretch[:size]) or spoken >= options.word_s * len(repeats):
                continue
            words = words[: index + size] + words[index + size * times :]
            break
        index += 1
    return words


def _times(words: Sequence[Placed], index: int, size: int) -> int:
    """How often the phrase of ``size`` words at ``index`` stands in a row."""
    phrase = [word.bare for word in words[index : index + size]]
    times = 1
    while [word.bare for word in words[index + size * times : index + size * (times + 1)]] == phrase:
        times += 1
    return times


def _digits(words: Sequence[Placed]) -> bool:
    """Whether every word has a digit."""
    return all(map(_digits_in, words))


def _digits_in(word: Placed) -> int:
    """Digits in a word; 1 for a spoken one."""
    return 1 if word.bare in _DIGITS else sum(map(str.isdigit, word.bare))
