"""A second hearing of the same message: a number that both hearings share is surer, one that they do not share is in doubt.

Recognition probabilities do not tell wrong digits from right ones (on real spoken numbers both lie between .3 and .8), a
second decode
of changed sound does: an error seldom comes back as the same digits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vmaudio.records import Entities, Phone
from vmaudio.text.entities.same_digits import national_digits, similarity

ALIKE = 0.6
"""Two numbers that agree in this share of their digits are two hearings of one number."""


def confirm_numbers(first: Entities, second: Entities) -> Entities:
    """Return ``first`` with its telephone numbers checked against those of another recognition of the same sound.

    A number that the second hearing has too keeps its judgement; its confidence becomes that of the surer hearing. One that the
    second hearing has differently, or not at all, is not complete; its agreement falls to the share of digits in common.
    Names, addresses and times stay as they are.
    """
    return replace(first, phones=tuple(_checked(phone, second.phones) for phone in first.phones))


def same_number(phone: Phone, others: Iterable[Phone]) -> Phone | None:
    """The number of another hearing that is most like this one; None where none agrees in `ALIKE` of its digits."""
    best = max(others, key=lambda other: similarity(phone.digits, other.digits), default=None)
    return best if best is not None and similarity(phone.digits, best.digits) >= ALIKE else None


def _checked(phone: Phone, others: tuple[Phone, ...]) -> Phone:
    other = same_number(phone, others)
    if other is not None and national_digits(other.digits) == national_digits(phone.digits):
        return replace(phone, confidence=max(phone.confidence, other.confidence))
    shared = round(similarity(phone.digits, other.digits), 4) if other is not None else 0.0
    return replace(
        phone, complete=False, agreement=min(phone.agreement, shared), confidence=round(phone.confidence * shared, 4)
    )
