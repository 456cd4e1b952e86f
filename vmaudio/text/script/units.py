"""A script and a transcript, cut into the same kind of units: words, the digits of numbers, and slots."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vmaudio.records import Transcript
from vmaudio.text.clauses import transcript_from_text
from vmaudio.text.lexicon import FILLERS
from vmaudio.text.numbers import find_numbers
from vmaudio.text.tokens import Token, tokenize
from vmaudio.text.verbalize import ordinal

Kind = Literal["word", "digit", "filler", "slot"]

_SLOT = re.compile(r"\{([^{}\n]{1,40})\}|\[([^\[\]\n]{1,40})\]")
_DIRECTIONS = frozenset("pause beep tone wait smile breathe breath slow slowly slower louder".split())
_ORDINAL = re.compile(r"(\d{1,3})(?:st|nd|rd|th)", re.IGNORECASE)
_SIGNS = {"%": ("percent",), "$": ("dollars",), "€": ("euros",), "£": ("pounds",)}
_SAME = {"per cent": "percent", "ok": "okay", "alright": "all right", "e-mail": "email", "pm": "p.m", "am": "a.m"}
_PERSONS = ("i", "you", "we", "they", "he", "she", "it", "that", "there", "who", "what", "here", "where")
_SHORT = {
    **{f"{who} {verb}": f"{who}'{end}" for who in _PERSONS for verb, end in (
        ("are", "re"), ("is", "s"), ("will", "ll"), ("have", "ve"), ("would", "d"), ("had", "d"),
    )},
    **{f"{verb} not": f"{verb}n't" for verb in (
        "is", "are", "was", "were", "do", "does", "did", "have", "has", "had", "could", "would", "should",
    )},
    "i am": "i'm", "cannot": "can't", "can not": "can't", "will not": "won't", "let us": "let's", "going to": "gonna",
    "want to": "wanna",
}  # fmt: skip
"""Two words and how they are said in one: neither is a change of the other."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What is compared with one of the other side: a word, one digit of a number, an um, or a slot with its name.

    ``capital``: written with a capital letter; ``ends``: a comma or a stop follows.
    """

    kind: Kind
    norm: str
    item: int
    start_s: float
    end_s: float
    probability: float
    capital: bool = False
    ends: bool = False


@dataclass(slots=True)
class Side:
    """Units, and the texts that are shown for them: unit ``u`` belongs to ``items[u.item]``."""

    units: list[Unit]
    items: list[str]


def heard_side(transcript: Transcript) -> Side:
    """The units of what was said.

    Args:
        transcript: recognised words.

    Returns:
        Its units with their seconds.
    """
    side = Side([], [])
    _add(side, tokenize(transcript))
    return side


def script_side(script: str) -> Side:
    """The units of a script. ``{name}`` and ``[Name]`` are slots; directions such as ``[pause]`` are left out.

    Args:
        script: its text.

    Returns:
        Its units; their seconds mean nothing.
    """
    side, at = Side([], []), 0
    for found in [*_SLOT.finditer(script), None]:
        _add(side, tokenize(transcript_from_text(script[at : found.start() if found else len(script)])))
        if found:
            name = " ".join((found[1] or found[2]).lower().replace("_", " ").split())
            if name and name not in _DIRECTIONS:
                side.units.append(Unit("slot", name, len(side.items), 0.0, 0.0, 1.0))
                side.items.append(found[0])
            at = found.end()
    return side


def _add(side: Side, tokens: Sequence[Token]) -> None:
    """Add the units of tokens; marks that stand alone are shown with what is before them."""
    digits = _digits(tokens)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        two = f"{token.low} {tokens[at + 1].low}" if at + 1 < len(tokens) and not token.ends else ""
        if at in digits:
            last, found = digits[at]
            _put(side, tokens[at : last + 1], found)
            at = last + 1
        elif two in _SHORT and not (
            at + 2 < len(tokens) and tokens[at + 2].low == "not" and f"{tokens[at + 1].low} not" in _SHORT
        ):
            _put(side, tokens[at : at + 2], [_word(_SHORT[two], tokens[at : at + 2])])
            at += 2
        elif not any(sign.isalnum() for sign in token.low):
            if side.items:
                side.items[-1] += token.text
            at += 1
        else:
            _put(side, tokens[at : at + 1], [_word(_norm(token), tokens[at : at + 1])])
            at += 1


def _put(side: Side, tokens: Sequence[Token], units: list[tuple[Kind, str, float, float, float]]) -> None:
    for at, (kind, norm, start_s, end_s, probability) in enumerate(units):
        last = at == len(units) - 1
        side.units.append(
            Unit(kind, norm, len(side.items), start_s, end_s, probability, tokens[0].capital, last and tokens[-1].ends)
        )
    side.items.append(" ".join(token.text for token in tokens))


def _word(norm: str, tokens: Sequence[Token]) -> tuple[Kind, str, float, float, float]:
    kind: Kind = "filler" if FILLERS.fullmatch(norm) else "word"
    return kind, norm, tokens[0].start_s, tokens[-1].end_s, min(token.probability for token in tokens)


def _norm(token: Token) -> str:
    if found := _ORDINAL.fullmatch(token.core):
        return " ".join(ordinal(int(found[1])))
    low = _SHORT.get(token.low, token.low)
    return _SAME.get(low, low)


def _digits(tokens: Sequence[Token]) -> dict[int, tuple[int, list[tuple[Kind, str, float, float, float]]]]:
    """For the first token of each number its last one, and its digits, so that it does not matter how it is written."""
    found: dict[int, tuple[int, list[tuple[Kind, str, float, float, float]]]] = {}
    for number in find_numbers(tokens):
        token = tokens[number.last]
        if _ORDINAL.fullmatch(token.core):
            continue
        digits: list[tuple[Kind, str, float, float, float]] = [
            ("digit", digit.value, digit.start_s, digit.end_s, digit.probability) for digit in number.digits
        ]
        if token.core.endswith(":00"):
            digits = digits[:-2]
        for sign, words in _SIGNS.items():
            if sign in token.text:
                digits += [("word", word, token.start_s, token.end_s, token.probability) for word in words]
        tail = re.search(r"\d([ap])\.?m\b", token.low)
        if tail:
            digits.append(("word", f"{tail[1]}.m", token.start_s, token.end_s, token.probability))
        if number.first in found:
            continue
        before = next(((first, last) for first, (last, _) in found.items() if last == number.first - 1), None)
        if before and _adds(found[before[0]][1], digits):  # "two thousand" and "twenty-six"
            whole = found[before[0]][1]
            found[before[0]] = (number.last, [*whole[: -len(digits)], *digits])
        else:
            found[number.first] = (number.last, digits)
    return found


def _adds(whole: list[tuple[Kind, str, float, float, float]], more: list[tuple[Kind, str, float, float, float]]) -> bool:
    return len(more) <= 3 < len(whole) and all(one[1] == "0" for one in whole[-3:]) and more[0][1] != "0"
