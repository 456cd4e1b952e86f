"""A telephone number said twice in one breath, which recognisers write as one word: "303-555-0126-303-555-0126".

The second saying is a part of its own (``number_repeat``), so the word is divided where the number begins again.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from vmaudio.text.clauses.options import DEFAULT, ClauseOptions
from vmaudio.text.tokens import Token


def again_at(text: str, options: ClauseOptions = DEFAULT) -> int | None:
    """Where a number in a word begins a second time.

    Args:
        text: one word, without spaces.
        options: how long and how much alike the two halves must be.

    Returns:
        The place of the dash, comma or stop between the two, or None.
    """
    if not options.doubled_least_digits <= sum(char.isdigit() for char in text) / 2 <= options.doubled_most_digits:
        return None
    best: tuple[float, int] | None = None
    for mark in re.finditer(r"[-.,](?=\d)", text):
        left, right = (re.sub(r"\D", "", half) for half in (text[: mark.start()], text[mark.start() :]))
        if all(options.doubled_least_digits <= len(half) <= options.doubled_most_digits for half in (left, right)):
            likeness = difflib.SequenceMatcher(None, left, right, autojunk=False).ratio()
            if likeness >= options.doubled_likeness and (best is None or likeness > best[0]):
                best = (likeness, mark.start())
    return None if best is None else best[1]


def separate_words(text: str, options: ClauseOptions = DEFAULT) -> list[str]:
    """The words of a text, a number written twice in one word as two words.

    Args:
        text: written or recognised.
        options: when a number counts as written twice.

    Returns:
        The words in order, without spaces; none for an empty text.
    """
    words = []
    for word in text.split():
        at = again_at(word, options)
        words += [word] if at is None else [word[:at], word[at:].lstrip("-.,")]
    return words


def second_numbers(tokens: Sequence[Token], options: ClauseOptions = DEFAULT) -> list[int]:
    """The words with which a number begins again inside a token (recognisers give such a token as several words).

    Args:
        tokens: of the message.
        options: when a number counts as written twice.

    Returns:
        Indices of words, in order.
    """
    found = []
    for token in tokens:
        at = again_at(token.text, options)
        if at is None:
            continue
        for before, piece in zip(token.pieces, token.pieces[1:], strict=False):
            if piece.word != before.word and piece.first <= at + 1 < piece.end:
                found.append(piece.word)
                break
    return found
