"""The words of a text in a form that can be compared."""

from __future__ import annotations

import re
import unicodedata

from vmaudio.text import DIGIT_WORDS, TEEN_WORDS, TENS_WORDS

TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
NUMBER_WORDS = frozenset(
    {*DIGIT_WORDS, "oh", "o", "nought", *TEEN_WORDS, *TENS_WORDS, "hundred", "thousand", "double", "triple"}
)
"""Words of which spoken numbers are made."""


def fold(token: str) -> str:
    """A token for comparing.

    Args:
        token: one word as written.

    Returns:
        Lower case, without accents, possessive s and apostrophes around it.
    """
    flat = unicodedata.normalize("NFKD", token.casefold().replace("’", "'"))
    flat = "".join(ch for ch in flat if not unicodedata.combining(ch))
    return flat.removesuffix("'s").strip("'")


def tokens_of(text: str | None) -> list[str]:
    """The words of a text, for comparing.

    Args:
        text: any text, or None.

    Returns:
        Each word folded, see `fold`; none for None.
    """
    return [fold(token) for token in TOKEN.findall(text or "")]


def digits_in(text: str) -> int:
    """How many digits a word holds.

    Args:
        text: one word as written.

    Returns:
        Its figures and number words; 0 for a word that has no figures and is not made of number words alone.
    """
    figures = sum(ch.isdigit() for ch in text)
    tokens = tokens_of(text)
    spoken = sum(token in NUMBER_WORDS for token in tokens)
    return figures + spoken if figures or spoken == len(tokens) else 0
