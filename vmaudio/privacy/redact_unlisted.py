"""Words that may be names because they are no everyday English, and everyday words that stand beside a name.

A recogniser that writes no capitals gives names away by nothing but their letters: whatever is not in a list of frequent words
counts as a name. In other texts such a word is a name that was misheard, or one of the few rare words; it is left out too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources

from vmaudio.privacy.redact_cues import EVERYDAY_NAMES, FIRMS, ordinary, stops
from vmaudio.privacy.redact_tokens import NUMBER_WORDS, TOKEN, fold
from vmaudio.records import Word
from vmaudio.text import BUSINESS, FIRST_NAMES, ORDINAL_WORDS

_ENDINGS = ("'ll", "'d", "'re", "'ve", "n't", "'m", "'")
_MOST_OF_A_FIRM = 4


@cache
def _listed() -> frozenset[str]:
    """Made by labels/make_english.py."""
    return frozenset(resources.files("vmaudio.privacy").joinpath("english_words.txt").read_text("utf-8").split())


def is_listed(token: str) -> bool:
    """Whether a word is of everyday English, so that it names nobody unless its place or its capital says so.

    Args:
        token: one word in any case, without marks.
    """
    word = fold(token)
    for ending in _ENDINGS:
        word = word.removesuffix(ending)
    if word in FIRST_NAMES:
        return word in EVERYDAY_NAMES or word in _listed()
    clipped = word if not word.endswith("in") else word + "g"  # callin'
    return (
        len(word) < 2
        or not word.isalpha()
        or ordinary(word)
        or word in BUSINESS
        or word in NUMBER_WORDS
        or word in ORDINAL_WORDS
        or word in _listed()
        or clipped in _listed()
    )


def unlisted(words: Sequence[Word]) -> set[int]:
    """Words that are no everyday English.

    Args:
        words: as recognised.

    Returns:
        Their places.
    """
    return {i for i, word in enumerate(words) if not all(is_listed(token) for token in TOKEN.findall(word.text))}


def beside(words: Sequence[Word], names: set[int], *, cased: bool) -> set[int]:
    """Everyday words that belong to a name: a first name that is a word too before or after it, and a firm after "from".

    Args:
        words: as recognised.
        names: places of the words that are left out as names.
        cased: whether the text has capitals inside sentences; only a word with a capital is a first name then.

    Returns:
        Their places, without those of ``names``.
    """
    found: set[int] = set()
    for i in sorted(names):
        for other, between in ((i - 1, i - 1), (i + 1, i)):
            if not 0 <= other < len(words) or stops(words[between]):
                continue
            text = words[other].text.strip()
            if _bare(words[other]) in EVERYDAY_NAMES and (not cased or text[:1].isupper()):
                found.add(other)
        at = i + 1
        while at < len(words) and not stops(words[at - 1]) and (reach := _business(words, at)):
            found.update(range(at, at + reach))
            at += reach
        at = i + 1
        if at >= len(words) or stops(words[i]) or _bare(words[at]) not in FIRMS:
            continue
        for firm in range(at + 1, min(at + 1 + _MOST_OF_A_FIRM, len(words))):
            if ordinary(_bare(words[firm])):
                break
            found.add(firm)
            if stops(words[firm]):
                break
    again = {_bare(words[i]) for i in found if not cased or words[i].text[:1].isupper()} & EVERYDAY_NAMES
    said = {i for i, word in enumerate(words) if _bare(word) in again and not ordinary(_bare(word))}
    return (found | said) - names


def _business(words: Sequence[Word], at: int) -> int:
    """How many words from here on are a firm's that began with a name: "fleet", "oak security"."""
    here = _bare(words[at])
    if here in BUSINESS:
        return 1
    follows = at + 1 < len(words) and not stops(words[at]) and _bare(words[at + 1]) in BUSINESS
    return 2 if follows and not ordinary(here) else 0


def _bare(word: Word) -> str:
    return fold(word.text.strip(" .,;:!?-"))
