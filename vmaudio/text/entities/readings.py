"""Other readings of spoken tens and hundreds, tried where a row of numbers forms no whole telephone number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vmaudio.text.digits import Number
from vmaudio.text.tokens import Token


def tens_read_otherwise(run: list[Number], most: int) -> list[list[Number]]:
    """Each "eighty five" read as 80, 5: "four eighty five five five" may be 480 55 ...

    Args:
        run: spoken and written numbers, in order.
        most: most readings.

    Returns:
        The other readings of the row; each differs from it in one place.
    """
    others: list[list[Number]] = []
    for at, number in enumerate(run):
        tens = not number.written and len(number.digits) == 2 and number.text[0] > "1" and number.text[1] != "0"
        if tens and len(others) < most:
            ten, unit = number.digits
            middle_s = (ten.start_s + ten.end_s) / 2
            split = (replace(ten, end_s=middle_s), replace(ten, value="0", start_s=middle_s))
            others.append([*run[:at], replace(number, digits=split), replace(number, digits=(unit,)), *run[at + 1 :]])
    return others


def hundreds_read_otherwise(run: list[Number], tokens: Sequence[Token]) -> list[list[Number]]:
    """ "two hundred eighteen" as 218 instead of 200, 18; and "one three four hundred percent" without the hundred.

    Args:
        run: spoken and written numbers, in order.
        tokens: of the whole message.

    Returns:
        The other readings of the row: two at most, none where no hundred was said.
    """
    joined: list[Number] = []
    for number in run:
        before = joined[-1] if joined else None
        if before is not None and _is_hundred(before) and _follows(before, number, tokens):
            joined[-1] = replace(before, digits=before.digits[: -len(number.digits)] + number.digits, last=number.last)
        else:
            joined.append(number)
    found = [joined] if len(joined) < len(run) else []
    last = run[-1]
    if not last.written and last.first < last.last and tokens[last.last].low in ("hundred", "thousand"):
        zeros = 2 if tokens[last.last].low == "hundred" else 3
        found.append([*run[:-1], replace(last, digits=last.digits[:-zeros])])
    return found


def _follows(hundred: Number, number: Number, tokens: Sequence[Token]) -> bool:
    """Whether tens and units stand right after a hundred, without a mark between."""
    small = len(number.digits) <= 2 and not number.written and number.text[0] != "0"
    return small and number.first == hundred.last + 1 and not tokens[hundred.last].ends


def _is_hundred(number: Number) -> bool:
    return not number.written and len(number.digits) == 3 and number.text.endswith("00") and number.first < number.last
