"""A telephone number said twice in one breath, which recognisers write as one word: "303-555-0126-303-555-0126".

The second saying is a part of its own (``number_repeat``), so the word is parted where the number begins again.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from vmaudio.text.tokens import Token

FEWEST_DIGITS = 7
MOST_DIGITS = 12
LIKENESS = 0.7
"""The halves are the same number when so much of them agrees (`difflib.SequenceMatcher.ratio`): digits get lost in between."""


def again_at(text: str) -> int | None:
    """The character at which the number in ``text`` begins a second time (a dash, comma or stop), or None."""
    if sum(char.isdigit() for char in text) < 2 * FEWEST_DIGITS:
        return None
    best: tuple[float, int] | None = None
    for mark in re.finditer(r"[-.,](?=\d)", text):
        left, right = (re.sub(r"\D", "", half) for half in (text[: mark.start()], text[mark.start() :]))
        if FEWEST_DIGITS <= len(left) <= MOST_DIGITS and FEWEST_DIGITS <= len(right) <= MOST_DIGITS:
            likeness = difflib.SequenceMatcher(None, left, right, autojunk=False).ratio()
            if likeness >= LIKENESS and (best is None or likeness > best[0]):
                best = (likeness, mark.start())
    return None if best is None else best[1]


def separate_words(text: str) -> list[str]:
    """The words of a text, a number written twice in one word as two words."""
    words = []
    for word in text.split():
        at = again_at(word)
        words += [word] if at is None else [word[:at], word[at:].lstrip("-.,")]
    return words


def second_numbers(tokens: Sequence[Token]) -> list[int]:
    """The words with which a number begins again inside a token (recognisers give such a token as several words)."""
    found = []
    for token in tokens:
        at = again_at(token.text)
        if at is None:
            continue
        for before, piece in zip(token.pieces, token.pieces[1:], strict=False):
            if piece.word != before.word and piece.first <= at + 1 < piece.end:
                found.append(piece.word)
                break
    return found
