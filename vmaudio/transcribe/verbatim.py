"""Verbatim mode of engines that only decode: a second hearing with a prompt full of ums, kept where it loses nothing else.

The prompt makes the model write fillers down; on short clips of spelled letters and commands it also makes it write worse
(base: 37 instead of 15 % word errors). So both hearings are made, and the prompted one counts for a window only if, without
its fillers, it says what the usual one says.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from vmaudio.text import FILLERS
from vmaudio.transcribe.segments import Decoded, Timed

Hearing = tuple[Decoded, list[Timed]]

PROMPT = "Umm, let me think like, hmm... Okay, here's what I'm, like, thinking."
"""What openai-whisper's authors prompt with so that ums are written down (their guide to prompting): it copies the style."""

ALIKE = 0.95
"""Share of words, fillers left out, that both hearings of a window must have in common (our default)."""


def better(usual: Sequence[Timed], prompted: Sequence[Timed]) -> bool:
    """Whether the prompted hearing has more fillers and otherwise the same words."""
    first, second = _words(usual), _words(prompted)
    if _fillers(second) <= _fillers(first):
        return False
    kept = [[word for word in words if not FILLERS.fullmatch(word)] for words in (first, second)]
    return difflib.SequenceMatcher(None, kept[0], kept[1], autojunk=False).ratio() >= ALIKE


def choose(usual: Sequence[Hearing], prompted: Sequence[Hearing]) -> list[Hearing]:
    """For each window the prompted hearing where it is `better`, else the usual one."""
    return [other if better(one[1], other[1]) else one for one, other in zip(usual, prompted, strict=True)]


def _words(timed: Sequence[Timed]) -> list[str]:
    return re.findall(r"[a-z0-9']+", " ".join(word.text for word in timed).lower())


def _fillers(words: Sequence[str]) -> int:
    return sum(bool(FILLERS.fullmatch(word)) for word in words)
