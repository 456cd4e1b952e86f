"""Extensions: "218-555-0134, extension 42", "extension 42 at 218-555-0134", "... and I'm at extension 42", "then dial 42"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vmaudio.text.digits import Number
from vmaudio.text.entities.number_words import EXTENSION
from vmaudio.text.numbering_plan import NATIONAL_DIGITS, telephone_rows
from vmaudio.text.tokens import Token

_BEFORE = re.compile(r"\b(?:extension|ext|extn|ex)(?: number| there| here)?(?: is| at|'s)?$")
_SHORT = re.compile(r"\bx$")
_DIALLED = re.compile(r"\bdial$")
_WORDS = 3
_DIALLED_DIGITS = range(1, 7)
_EMERGENCY = "911"


@dataclass(frozen=True, slots=True)
class Extension:
    """The digits after "extension", and when they end; None where none was said. ``first`` and ``last`` index the tokens."""

    digits: str | None = None
    end_s: float | None = None
    first: int = -1
    last: int = -1


def next_extension(run: list[Number], begin: int, tokens: Sequence[Token], most_digits: int) -> tuple[Extension, int, int]:
    """The first extension in a row of numbers from the number ``begin`` on.

    Args:
        run: numbers with nothing but carrier words between.
        begin: where to begin; only at the start of the run the extension may come before all digits.
        tokens: of the whole message.
        most_digits: most digits of an extension.

    Returns:
        The extension, where its digits begin in the run, and the number after it; without one both are the run's length.
    """
    for at in range(begin + (begin > 0), len(run)):
        words = _words_before(run, at, tokens)
        if not (EXTENSION.search(words) if at else _leads(words, run, tokens)):
            continue
        end, text = at, ""
        soon = run[at + 1 : at + 1 + 2 * most_digits]  # a number that begins within the extension's digits
        again = {at + first for first, _ in telephone_rows(soon)}
        while end < len(run) and len(text) + len(run[end].digits) <= most_digits:
            between = tokens[run[end - 1].last + 1 : run[end].first] if end > at else ()
            apart = end > at and run[end].first > run[end - 1].last
            if apart and (between or tokens[run[end - 1].last].stop or end - 1 in again):
                break
            text += run[end].text
            end += 1
        if text:
            return Extension(text, run[end - 1].digits[-1].end_s, run[at].first, run[end - 1].last), at, end
    return Extension(), len(run), len(run)


def _words_before(run: list[Number], at: int, tokens: Sequence[Token]) -> str:
    first = run[at].first
    between = tokens[run[at - 1].last + 1 : first] if at else tokens[max(0, first - _WORDS) : first]
    words = [token.low for token in between]
    if not at and any(token.stop and token.low != "ext" for token in between):
        words = words[-1:] if not between[-1].stop else []
    return " ".join(words)


def _leads(words: str, run: list[Number], tokens: Sequence[Token]) -> bool:
    """Whether the run begins with an extension; a whole telephone number is none, whatever stands before it."""
    text = "".join(number.text for number in run)
    if telephone_rows(run[:1]) or (len(text) == NATIONAL_DIGITS and telephone_rows(run)):
        return False
    if _BEFORE.search(words):
        return True
    dialled = _SHORT.search(words) is not None or _DIALLED.search(words) is not None
    few = len(text) in _DIALLED_DIGITS and text != _EMERGENCY
    follows_digits = run[0].first > 1 and any(
        sign.isdigit() for token in tokens[max(0, run[0].first - _WORDS) : run[0].first - 1] for sign in token.low
    )
    return dialled and few and follows_digits
