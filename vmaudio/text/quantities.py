"""Numbers that count, cost or date something: the finder of telephone numbers leaves them alone."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from vmaudio.text.digits import Number
from vmaudio.text.lexicon import MONTH_NAMES, MONTH_SHORT
from vmaudio.text.numbering_plan import telephone_rows
from vmaudio.text.tokens import Token

QUANTITY_NEXT = frozenset(
    """
    percent per cent dollar dollars buck bucks cent cents euro euros pound pounds grand k am pm a.m p.m a.m. p.m. o'clock
    oclock second seconds minute minutes min mins hour hours day days week weeks month months quarter quarters year years
    decade decades time times people employees users customers clients companies businesses drivers trucks locations sites
    stores shops offices units seats spaces beds rooms windows doors floors feet foot inch inches mile miles acres square
    gallons pieces items steps reasons questions things ways points million billion thousand hundred dozen degrees star
    stars kilometers meters kilos tons page pages calls emails am-pm of or-so plus fold x bedroom person man woman guys
    folks families homes houses cars vehicles machines servers computers licenses invoices orders tickets accounts schools
    hospitals clinics patients students kids hundred-percent
    """.split()
)
QUANTITY_BEFORE = ({*MONTH_NAMES, *MONTH_SHORT} - {"may"}) | frozenset(
    """
    press version windows suite room floor chapter page step option section form year age aged grade top since circa route
    highway interstate exit door gate platform unit apartment apt lot building bay aisle
    """.split()
)
_PRONOUN_ONE = frozenset(
    "this that no any every some which the each another everyone a good great bad last next first only".split()
)

_AFTER_ONE = frozenset("more of other thing last quick second such".split())
_BEFORE_YEAR = frozenset({"in", "since", "of", "year", "late", "early", "until", *MONTH_NAMES, *MONTH_SHORT})
_YEAR = re.compile(r"(?:19|20)\d\d$")
_ORDINAL = re.compile(r"\d{1,2}(?:st|nd|rd|th)$")
_DATE = re.compile(r"(?:0?[1-9]|1[0-2])([-/.])(?:0?[1-9]|[12]\d|3[01])\1(?:(?:19|20)\d\d|[0-4]\d)$")
_ROUND_THE_CLOCK = frozenset({"24-7", "24/7", "24x7", "24.7"})
_EXTENSION = frozenset({"extension", "ext", "extn", "x"})

_BEFORE_ONE = frozenset(
    """
    at on is to call dial text me us plus or and again number line cell phone mobile direct office toll-free repeat that's it's
    by via
    """.split()
)
"""Words after which a spoken "one" is the country's, at the head of a number with its area code."""


def mark_quantities(numbers: list[Number], tokens: Sequence[Token]) -> list[Number]:
    """Mark the numbers that count, cost or date something.

    Args:
        numbers: of the whole message, in order.
        tokens: of the whole message.

    Returns:
        The numbers in order, without "oh" where it is no zero ("oh, by the way").
    """
    rows = telephone_rows(numbers)
    dialled = {place for first, last in rows for place in range(first, last + 1)}
    begins, ends = {first for first, _ in rows}, {last for _, last in rows}
    heads = {first for first, last in rows if numbers[first].text == "1" and first < last}
    clock = _round_the_clock(numbers, dialled)
    marked: list[Number] = []
    for place, number in enumerate(numbers):
        before = tokens[number.first - 1] if number.first else None
        following = tokens[number.last + 1] if number.last + 1 < len(tokens) else None
        no_digit = (
            _is_pronoun(number, before)
            or _is_name(number, tokens)
            or (place in heads and not _follows_digits(numbers, place) and _ends_before(number, tokens))
        )
        if (place in dialled and not no_digit) or place in clock:
            marked.append(replace(number, quantity=place in clock))
            continue
        quantity = number.quantity or no_digit or _is_one_more(number, tokens, following) or _is_date(number, tokens, before)
        if following is not None and not tokens[number.last].ends and following.low in QUANTITY_NEXT and len(number.text) < 7:
            quantity = not (following.low in ("hundred", "thousand") and not number.written)
        if following is not None and following.low in ("%", "percent"):
            quantity = True
        if before is not None and not before.ends and before.low in QUANTITY_BEFORE and len(number.text) <= 4:
            quantity = True
        if before is not None and before.low in _EXTENSION and number.written and not before.stop:
            quantity = False  # "extension 2,115"
        if (
            tokens[number.first].low in ("oh", "o")
            and number.first == number.last
            and (_beside_row(numbers, place, begins, ends) or not _oh_is_zero(numbers, place, tokens))
        ):
            continue
        marked.append(replace(number, quantity=quantity))
    return _mark_ranges(marked, tokens)


def _is_pronoun(number: Number, before: Token | None) -> bool:
    """ "the last one. Five oh five ...": no digit, also right before a telephone number."""
    if number.text != "1" or number.written or before is None:
        return False
    return before.low in _PRONOUN_ONE and not before.ends


def _is_one_more(number: Number, tokens: Sequence[Token], following: Token | None) -> bool:
    """ "and one more thing": no digit."""
    if number.text != "1" or number.written or following is None or tokens[number.last].ends:
        return False
    return following.low in _AFTER_ONE


def _is_date(number: Number, tokens: Sequence[Token], before: Token | None) -> bool:
    """ "11-28-26", "in 2026", "November 28th, 2026", "24-7"; the row of a telephone number was left out before."""
    core = tokens[number.first].core
    if not number.written or number.first != number.last:
        return False
    if core in _ROUND_THE_CLOCK or _DATE.match(core):
        return True
    dated = before is not None and not before.stop and (before.low in _BEFORE_YEAR or _ORDINAL.match(before.low) is not None)
    return dated and _YEAR.match(core) is not None


def _follows_digits(numbers: list[Number], place: int) -> bool:
    return place > 0 and numbers[place - 1].last == numbers[place].first - 1 and not numbers[place - 1].quantity


def _ends_before(one: Number, tokens: Sequence[Token]) -> bool:
    """ "show you one? 505 555 0163": what ends a sentence, or is no country 1 by the word before it, is no digit.

    Without its country 1 the number is the same.
    """
    if tokens[one.last].stop:
        return True
    before = tokens[one.first - 1] if one.first else None
    if one.written or before is None or before.ends or any(map(str.isdigit, before.low)):
        return False
    return before.low not in _BEFORE_ONE


def _is_name(number: Number, tokens: Sequence[Token]) -> bool:
    """ "with Padlock Nine, two one four ...": a word with a capital after another one, in the middle of a sentence."""
    if number.written or number.first < 2 or not tokens[number.first].capital or not tokens[number.last].ends:
        return False
    before, earlier = tokens[number.first - 1], tokens[number.first - 2]
    return before.capital and not before.ends and not earlier.stop and before.core[1:].islower()


def _round_the_clock(numbers: list[Number], dialled: Collection[int]) -> set[int]:
    """ "24 7", "twenty four seven": the places of both numbers, where they are no part of a telephone number."""
    return {
        place
        for left, right in itertools.pairwise(range(len(numbers)))
        if numbers[left].text == "24" and numbers[right].text == "7" and numbers[right].first <= numbers[left].last + 1
        for place in (left, right)
        if left not in dialled and right not in dialled
    }


def _mark_ranges(numbers: list[Number], tokens: Sequence[Token]) -> list[Number]:
    """ "9 to 5", "between two and four": both ends count something."""
    done = list(numbers)
    rows = telephone_rows(numbers)
    ends, begins = {last for _, last in rows}, {first for first, _ in rows}
    for place, (left, right) in enumerate(itertools.pairwise(numbers)):
        if right.first != left.last + 2 or max(len(left.text), len(right.text)) > 2 or tokens[left.last].ends:
            continue
        link, before = tokens[left.last + 1].low, tokens[left.first - 1].low if left.first else ""
        beside = place > 0 and numbers[place - 1].last == left.first - 1 and not tokens[left.first - 1].ends
        beside = beside and place - 1 not in ends
        beyond = place + 2 < len(numbers) and numbers[place + 2].first == right.last + 1 and not tokens[right.last].ends
        beyond = beyond and place + 2 not in begins
        if (link in ("to", "through", "till", "until") and not beside and not beyond) or (
            link in ("and", "to", "or") and before in ("between", "from")
        ):
            done[place], done[place + 1] = replace(done[place], quantity=True), replace(done[place + 1], quantity=True)
    return done


def _beside_row(numbers: list[Number], place: int, begins: Collection[int], ends: Collection[int]) -> bool:
    """Whether a whole telephone number stands right before or after an "oh", which then is none of its digits."""
    number = numbers[place]
    after = place + 1 in begins and numbers[place + 1].first == number.last + 1
    return after or (place - 1 in ends and numbers[place - 1].last == number.first - 1)


def _oh_is_zero(numbers: list[Number], place: int, tokens: Sequence[Token]) -> bool:
    """ "oh" is a zero only beside another number: right after one, or right before one without a mark between."""
    number = numbers[place]
    after = place + 1 < len(numbers) and numbers[place + 1].first == number.last + 1 and not tokens[number.last].ends
    before = place > 0 and numbers[place - 1].last == number.first - 1
    return after or before
