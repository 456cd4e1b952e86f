"""Verbatim mode of engines that only decode: a second pass with a prompt full of ums, kept where no other word changes.

The prompt makes the model write fillers down; on short clips of spelled letters and commands it also makes it write worse
(base: 37 instead of 15 % word errors). So a window is transcribed with and without the prompt, and the text with it counts
only if, without its fillers, it is nearly the text without it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from vmaudio.text import FILLERS
from vmaudio.transcribe.options import DEFAULT, DisfluencyOptions
from vmaudio.transcribe.words import Decoded, Timed

Result = tuple[Decoded, list[Timed]]
"""Of one window: what was decoded, and its words with times."""

PROMPT = "Umm, let me think like, hmm... Okay, here's what I'm, like, thinking."
"""What openai-whisper's authors prompt with so that ums are written down (their guide to prompting): it copies the style."""


def better(usual: Sequence[Timed], prompted: Sequence[Timed], options: DisfluencyOptions = DEFAULT.disfluencies) -> bool:
    """Whether the prompted text has more fillers and otherwise nearly the same words.

    Args:
        usual: words without the prompt.
        prompted: words with it.
        options: how alike they must be; the measure is `difflib.SequenceMatcher.ratio` over words.
    """
    first, second = _words(usual), _words(prompted)
    if _fillers(second) <= _fillers(first):
        return False
    kept = [[word for word in words if not FILLERS.fullmatch(word)] for words in (first, second)]
    return difflib.SequenceMatcher(None, kept[0], kept[1], autojunk=False).ratio() >= options.same_words_min


def choose(
    usual: Sequence[Result], prompted: Sequence[Result], options: DisfluencyOptions = DEFAULT.disfluencies
) -> list[Result]:
    """For each window the prompted result where it is `better`, else the usual one.

    Args:
        usual: one result for each window.
        prompted: the same windows, transcribed with `PROMPT`.
        options: see `better`.
    """
    return [other if better(one[1], other[1], options) else one for one, other in zip(usual, prompted, strict=True)]


def _words(timed: Sequence[Timed]) -> list[str]:
    """Lower case, without punctuation."""
    return re.findall(r"[a-z0-9']+", " ".join(word.text for word in timed).lower())


def _fillers(words: Sequence[str]) -> int:
    """How many of the words are fillers."""
    return sum(bool(FILLERS.fullmatch(word)) for word in words)
