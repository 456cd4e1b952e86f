"""Words of a text and their stems, as notes and messages are compared."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def tokens(text: str) -> list[str]:
    """Words of a text in lower case, in their order.

    Args:
        text: a note, or what was said.
    """
    return [token.lower() for token in _WORD.findall(text)]


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=20_000)  # the stemmer is plain Python; without this it is nine tenths of scoring a message
def stem(word: str) -> str:
    """The stem of an English word (Snowball).

    Args:
        word: in lower case.
    """
    return str(_stemmer().stemWord(word.replace("’", "'")))
