"""What was heard of a telephone number: its sayings and the second pass, as digits and as text for the evidence."""

from __future__ import annotations

import re

from vmaudio.records import Phone, grouped_digits
from vmaudio.rubric.checks.case import Case
from vmaudio.text import SPOKEN_DIGITS

LOCAL, WHOLE = 7, 10
"""Digits of a number without and with its area code."""

EDGE_S = 0.02
"""Words that only touch a saying by this many seconds are not of it."""


def heard_as(case: Case, phone: Phone) -> str:
    """What was heard of a number in each saying and in the second pass, all of it in groups or all of it without.

    Args:
        case: the message.
        phone: one of its numbers.
    """
    first = list(dict.fromkeys(map(digits_of, readings(case, phone)))) or [phone.digits]
    again = phone.heard_again
    shown = [*first, *([again] if again else []), phone.digits]
    grouped = all(len(one) == LOCAL or len(one) > LOCAL + 1 for one in shown)
    written = said_number if grouped else str
    heard = f"heard as {' and then '.join(map(written, first))}"
    if first == [again]:
        heard += " in both hearings"
    elif again is not None and again not in first:
        heard += f", and when heard again as {written(again) if again else 'no such number'}"
    return heard if phone.digits in shown[:-1] else f"{heard}, taken for {written(phone.digits)}"


def hearings_of(case: Case, phone: Phone) -> list[str]:
    """The digits heard in each saying of a number, and those that a second pass heard.

    Args:
        case: the message.
        phone: one of its numbers.

    Returns:
        At least one; a second pass that heard no such number is left out.
    """
    first = [digits_of(one) for one in readings(case, phone)] or [phone.digits]
    return [*first, *([phone.heard_again] if phone.heard_again else [])]


def readings(case: Case, phone: Phone) -> list[str]:
    """What was heard in each saying of a number.

    Args:
        case: the message.
        phone: one of its numbers.

    Returns:
        One reading for each saying of which the words have figures, in their order and as they were written down:
        "303-555-126".
    """
    heard = []
    for span in phone.spans:
        inside = [
            w.text
            for w in case.analysis.transcript.words
            if w.end_s > span.start_s + EDGE_S and w.start_s < span.end_s - EDGE_S
        ]
        kept = [one for one in (word.strip(" ,.;!?()") for word in inside) if digits_of(one)]
        text = "-".join(kept) if all(any(map(str.isdigit, one)) for one in kept) else " ".join(kept)
        heard += [text] if text else []
    return heard


def digits_of(reading: str) -> str:
    """The digits of one saying as it was heard.

    Args:
        reading: as `readings` gives it: figures, or digits as words.
    """
    tokens = re.findall(r"\d|[a-z]+", reading.lower())
    return "".join(one if one.isdigit() else SPOKEN_DIGITS.get(one, "") for one in tokens)


def said_number(digits: str) -> str:
    """Digits of a telephone number in the groups in which they are said.

    Args:
        digits: without extension.

    Returns:
        "303-555-0126" of ten digits, "1-303-555-0126" of eleven, "555-0126" of seven, "303-555-126" of nine; fewer than
        seven as they are.
    """
    known = grouped_digits(digits)
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if known == digits and len(digits) > LOCAL else known
