"""Numbers as spoken and as recognisers write them -> digits, each with a time.

"five fifty-five", "double five", "eight hundred", "oh", "303.555.0126", "3-0-3", "(303)": all become `Number` records. A number
that counts, costs or dates something ("20 percent", "$4,000", "3:30", "24/7", "May 5th") is marked as a quantity: the telephone
finder leaves it alone.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vmaudio.text.digits import Digit, Number
from vmaudio.text.keypad import spelled, spelled_after_figures
from vmaudio.text.lexicon import (
    REPEAT_WORDS,
    SCALE_WORDS,
    SPOKEN_DIGITS,
    TEEN_WORDS,
    TENS_WORDS,
    ZERO_WORDS,
)
from vmaudio.text.quantities import mark_quantities
from vmaudio.text.stuck import shaped_as_phone
from vmaudio.text.tokens import Token

UNITS = SPOKEN_DIGITS | dict.fromkeys(ZERO_WORDS, "0") | {"niner": "9"}
TEENS = {word: str(value) for value, word in enumerate(TEEN_WORDS, start=10)}
TENS = {word: str(value) for value, word in zip(range(20, 100, 10), TENS_WORDS, strict=True)} | {"fourty": "40"}
SCALES = {word: str(SCALE_WORDS[word])[1:] for word in ("hundred", "thousand")}  # the zeros that they add
NUMBER_WORDS = frozenset({*UNITS, *TEENS, *TENS, *REPEAT_WORDS, *SCALES})
_BELOW_HUNDRED = frozenset({*SPOKEN_DIGITS, *TEENS, *TENS})
_PLURALS = {f"{word}{'es' if word == 'six' else 's'}": digit for word, digit in SPOKEN_DIGITS.items()} | {
    form: digit for digit in "0123456789" for form in (f"{digit}s", f"{digit}'s")
}
_COUNTS = ("2", "3", "4")
_BESIDE_FIGURES = frozenset({*TEENS, *TENS, *REPEAT_WORDS})  # "218-triple", "5-fifty-five"

_MONEY = re.compile(r"[$€£%/#×]|\d:\d|\d(?:st|nd|rd|th|s|k|am|pm|x|m|hr|hrs|min|mins)\b", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_DECIMAL = re.compile(r"\d+\.\d{1,2}$")  # with three places or more it is a telephone number: nobody says prices so
_ROW = 6  # beside so many figures an A is an eight that the recogniser spelled as it sounds: "268-441-A"
_PART = re.compile(r"\d+|[A-Za-z']+")
_DIGITS = re.compile(r"[\d\-–—.,()+\s]+$")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A number word or a row of figures inside one token; ``cut`` says that a mark follows it."""

    kind: str  # "figures", "letters" of a keypad, "unit", "teen", "ten", "repeat", "scale"
    value: str
    token: int
    at: int
    length: int
    cut: bool
    plus: bool = False
    quantity: bool = False


class _Times:
    """When the letters and figures of tokens are said. Each token is gone through once, however many figures it has."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self._sounds: dict[int, tuple[list[int], list[int]]] = {}

    def of(self, unit: _Unit) -> tuple[float, float, int, float, bool]:
        """Start, end, word, probability of a unit: its share of its piece's letters and figures; whether it is a share only."""
        token = self.tokens[unit.token]
        firsts, before = self._of_token(unit.token)
        piece = token.pieces[max(0, bisect.bisect_right(firsts, unit.at) - 1)]
        if unit.at >= piece.end:
            piece = token.pieces[0]

        def sounds(first: int, end: int) -> int:
            first, end = (min(max(place, piece.first), piece.end) for place in (first, end))
            return before[end] - before[first]

        count, ahead = sounds(piece.first, piece.end), sounds(piece.first, unit.at)
        if count == 0:  # marks only: as one sound
            count, ahead = 1, int(piece.first < unit.at)
        inside = max(1, sounds(unit.at, unit.at + unit.length))
        scale = (piece.end_s - piece.start_s) / count
        start_s = piece.start_s + ahead * scale
        end_s = min(start_s + inside * scale, max(piece.end_s, start_s))
        return start_s, end_s, piece.word, piece.probability, piece.interpolated or inside < count

    def _of_token(self, index: int) -> tuple[list[int], list[int]]:
        """Where the pieces of a token begin, and how many letters and figures stand before each of its places."""
        if index not in self._sounds:
            token = self.tokens[index]
            before = [0, *itertools.accumulate(int(sign.isalnum()) for sign in token.text)]
            self._sounds[index] = ([piece.first for piece in token.pieces], before)
        return self._sounds[index]


def find_numbers(tokens: Sequence[Token]) -> list[Number]:
    """Find all numbers, spoken and written.

    Args:
        tokens: of the whole message.

    Returns:
        Numbers in order; those that count, cost or date something are marked as quantities, not left out.
    """
    numbers: list[Number] = []
    run: list[_Unit] = []
    words = spelled_after_figures(tokens)
    times = _Times(tokens)
    for index, token in enumerate(tokens):
        if run and (_is_inner_and(tokens, index, run[-1]) or _is_plural(token, index, run)):
            continue
        letters = words.get(index)
        units = [_Unit("letters", letters, index, 0, len(token.core), token.ends)] if letters else _units(token, index)
        if units is None or (run and run[-1].token != index - 1 and not _is_inner_and(tokens, index - 1, run[-1])):
            numbers += _combine(run, times)
            run = []
        run += units or []
    numbers += _combine(run, times)
    return mark_quantities(numbers, tokens)


def _is_inner_and(tokens: Sequence[Token], index: int, before: _Unit) -> bool:
    """ "two hundred and eighteen": the "and" of one number."""
    if before.kind != "scale" or before.cut or before.token != index - 1 or index + 1 >= len(tokens):
        return False
    following = re.split(r"[-–—]", tokens[index + 1].low)[0]
    return tokens[index].low == "and" and not tokens[index].ends and following in _BELOW_HUNDRED


def _is_plural(token: Token, index: int, run: list[_Unit]) -> bool:
    """ "three fives", "two 4s": the count becomes a "triple" or "double", in the run, and the digit follows."""
    value, count = _PLURALS.get(token.low), run[-1]
    counted = count.kind in ("unit", "figures") and count.value in _COUNTS
    if value is None or not counted or count.cut or count.token != index - 1:
        return False
    run[-1] = replace(count, kind="repeat", quantity=False)
    run.append(_Unit("unit", value, index, 0, len(token.core), token.ends))
    return True


def _units(token: Token, index: int) -> list[_Unit] | None:
    """The number units of a token, or None when it is no number."""
    core = token.core
    if value := spelled(core):
        return [_Unit("letters", value, index, 0, len(core), token.ends)]
    if any(sign.isdigit() and not sign.isascii() for sign in core):
        return None
    if any(sign.isdigit() for sign in core):
        return _written(token, index)
    parts = [part for part in re.split(r"[-–—,./]+", token.low) if part]
    if not parts or any(part not in NUMBER_WORDS for part in parts):
        return None
    if parts == ["o"] and core == "O" and token.text.endswith("'"):
        return None
    units, at, lower = [], 0, token.text.lower()
    for place, part in enumerate(parts):
        at = lower.find(part, at)
        last = place == len(parts) - 1
        kind, value = _kind(part)
        units.append(_Unit(kind, value, index, max(at, 0), len(part), token.ends and last))
        at += len(part)
    return units


def _kind(part: str) -> tuple[str, str]:
    for kind, table in (("unit", UNITS), ("teen", TEENS), ("ten", TENS), ("scale", SCALES)):
        if part in table:
            return kind, table[part]
    return "repeat", str(REPEAT_WORDS[part])


def _written(token: Token, index: int) -> list[_Unit] | None:
    """Units of a token with figures in it."""
    core = token.core.rstrip("-–—.,")
    digits = sum(sign.isdigit() for sign in core)
    units_here = UNITS | {"a": "8"} if digits >= _ROW else UNITS
    quantity = bool(_MONEY.search(token.text) or _DECIMAL.match(core) or (_THOUSANDS.match(core) and digits != 10))
    if shaped_as_phone(core):
        quantity = False  # whatever marks stand in or beside it
    elif not quantity and not _DIGITS.match(core):
        parts = _PART.findall(core.lower())
        if any(not part.isdigit() and part not in units_here and part not in _BESIDE_FIGURES for part in parts):
            if core[0].isalpha():
                return None  # "B12", "covid-19"
            quantity = True  # "15-minute", "3-greed"
    units = []
    for found in _PART.finditer(token.text):
        part = found[0].lower()
        kind, value = "figures", part if part.isdigit() else units_here.get(part)
        if value is None:
            if part not in _BESIDE_FIGURES:
                continue
            kind, value = _kind(part)
        units.append(_Unit(kind, value, index, found.start(), len(part), False, "+" in token.text, quantity))
    if not units:
        return None
    units[-1] = replace(units[-1], cut=token.ends)
    return units


def _combine(run: list[_Unit], times: _Times) -> list[Number]:
    """Join the units of a run into numbers: "fifty five" -> 55, "eight hundred" -> 800, "double five" -> 55."""
    numbers, at = [], 0
    while at < len(run):
        unit, used = run[at], 1
        following = run[at + 1] if at + 1 < len(run) else None
        digits: list[Digit]
        if unit.kind == "repeat":
            if following is None or following.kind not in ("unit", "figures") or len(following.value) != 1:
                at += 1
                continue
            digits, used = _spread(following.value * int(unit.value), run[at : at + 2], times), 2
        elif unit.kind == "scale":  # "a hundred": counts something
            numbers.append(
                Number(tuple(_spread("1" + unit.value, [unit], times)), unit.token, unit.token, False, quantity=True)
            )
            at += 1
            continue
        else:
            digits, used = _below_hundred(run, at, times)
            scale = run[at + used] if at + used < len(run) else None
            if scale is not None and scale.kind == "scale" and not run[at + used - 1].cut and len(digits) <= 2:
                digits, used = digits + _spread(scale.value, [scale], times), used + 1
                if at + used < len(run) and run[at + used].token == scale.token + 2:  # "two hundred and eighteen"
                    rest, more = _below_hundred(run, at + used, times)
                    digits, used = digits[: -len(rest)] + rest, used + more
        last = run[at + used - 1]
        written = unit.kind == "figures" and used == 1
        numbers.append(Number(tuple(digits), unit.token, last.token, written, quantity=unit.quantity, plus=unit.plus))
        at += used
    return _join_written(numbers)


def _is_one_digit(unit: _Unit, before: _Unit) -> bool:
    """A digit word; or one figure in the same token: "5-fifty-5"."""
    return unit.kind == "unit" or (unit.kind == "figures" and len(unit.value) == 1 and unit.token == before.token)


def _below_hundred(run: list[_Unit], at: int, times: _Times) -> tuple[list[Digit], int]:
    """The digits of a number below a hundred, and how many units it takes."""
    unit = run[at]
    following = run[at + 1] if at + 1 < len(run) else None
    if unit.kind != "ten" or unit.cut or following is None or following.value == "0" or not _is_one_digit(following, unit):
        return _spread(unit.value, [unit], times), 1
    if following.token > unit.token and at + 2 < len(run) and run[at + 2].token == following.token:
        return _spread(unit.value, [unit], times), 1  # "three-thirty five-five-five"
    return _spread(unit.value[0], [unit], times) + _spread(following.value, [following], times), 2


def _join_written(numbers: list[Number]) -> list[Number]:
    """Figures of one token are one number: "303-555-0126" is not three."""
    joined: list[Number] = []
    for (written, _), group in itertools.groupby(numbers, key=lambda number: (number.written, number.first)):
        parts = list(group)
        if not written or len(parts) == 1:
            joined += parts
            continue
        digits = tuple(digit for part in parts for digit in part.digits)
        borders = itertools.accumulate(len(part.digits) for part in parts[:-1])
        joined.append(replace(parts[0], digits=digits, groups=frozenset(borders)))
    return joined


def _spread(value: str, units: Sequence[_Unit], times: _Times) -> list[Digit]:
    """Give each digit an equal share of the time of the characters that it was read from."""
    start_s, _, word, probability, shared = times.of(units[0])
    _, end_s, _, last_probability, last_shared = times.of(units[-1])
    probability, shared = min(probability, last_probability), shared or last_shared or len(value) > 1
    step = (end_s - start_s) / len(value)
    if len(units) == 1 and len(value) == units[0].length:  # figures that may stretch over several recognised words
        unit = units[0]
        digits = []
        for place, sign in enumerate(value):
            one = replace(unit, at=unit.at + place, length=1)
            begin, end, word, probability, shared = times.of(one)
            digits.append(Digit(sign, begin, end, probability, word, shared))
        return digits
    return [
        Digit(sign, start_s + place * step, start_s + (place + 1) * step, probability, word, shared)
        for place, sign in enumerate(value)
    ]
