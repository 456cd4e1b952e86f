"""What the North American numbering plan allows, and which neighbouring numbers form a telephone number of it.

A number that the plan rules out was misheard or misread, so it is never called complete. Numbers that are merely not in service
are not ruled out: area codes are added every year, and 555-01XX is kept for fiction.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vmaudio.text.digits import Number

NATIONAL_DIGITS = 10
_POSSIBLE = re.compile(
    r"(?![2-9]11)(?!37|96|[2-9]9)[2-9]\d{2}"  # area code: no N11; 37X, 96X and N9X are set aside
    r"(?![2-9]11)[2-9]\d{2}"  # exchange: no N11
    r"\d{4}"
)


def is_possible(national: str) -> bool:
    """Whether a number of the plan may have these digits.

    Args:
        national: the digits without a leading 1.

    Returns:
        False for another count than ten, an area code or exchange that begins with 0 or 1 or is N11, and an area code of the
        blocks 37X, 96X and N9X, which the plan keeps free (North American Numbering Plan Administrator, "About area codes").
    """
    return _POSSIBLE.fullmatch(national) is not None


def telephone_rows(numbers: Sequence[Number]) -> list[tuple[int, int]]:
    """Numbers that stand side by side and together have the digits of a telephone number.

    Args:
        numbers: in order.

    Returns:
        First and last place (inclusive) of each row, in order; rows do not overlap, and a group ends after the area code or the
        exchange.
    """
    rows: list[tuple[int, int]] = []
    at = 0
    while at < len(numbers):
        last = _row_from(numbers, at)
        if last is not None:
            rows.append((at, last))
        at = at + 1 if last is None else last + 1
    return rows


def _row_from(numbers: Sequence[Number], first: int) -> int | None:
    """The last number of the telephone number that begins with the number ``first``, or None."""
    text, edges = "", []
    for place in range(first, len(numbers)):
        number = numbers[place]
        if number.quantity or (place > first and number.first > numbers[place - 1].last + 1):
            return None
        edges += [len(text), *(len(text) + group for group in number.groups)]
        text += number.text
        begin = int(text[:1] == "1")
        if len(text) - begin > NATIONAL_DIGITS:
            return None
        if len(text) - begin == NATIONAL_DIGITS and is_possible(text[begin:]):
            whole = len(number.digits) >= NATIONAL_DIGITS
            return place if whole or begin + 3 in edges or begin + 6 in edges else None
    return None
