"""Sayings of digits -> telephone numbers, said once or several times, with their doubts.

Rules of caution: a number is complete only when its length is right, its digits were recognised well enough, and all sayings
agree. Everything else is still returned, with ``complete`` false.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from vmaudio.errors import SettingError
from vmaudio.records import DigitTime, Phone, Span
from vmaudio.text.entities.digit_runs import Saying
from vmaudio.text.entities.number_words import ABROAD
from vmaudio.text.entities.options import DEFAULT, PhoneOptions
from vmaudio.text.entities.same_digits import national_digits, similarity
from vmaudio.text.entities.saying_groups import group_sayings
from vmaudio.text.numbering_plan import is_possible


def build_phones(
    sayings: Sequence[Saying], *, local: bool, region: str, options: PhoneOptions = DEFAULT.phones
) -> tuple[Phone, ...]:
    """Group sayings by number, and decide for each number whether it is complete.

    Args:
        sayings: of the whole message, in order.
        local: seven digits are a complete number.
        region: two-letter region of numbers without a country code.
        options: when sayings are of one number, and what makes it doubtful.

    Returns:
        One `Phone` a number, in the order in which they were first said.
    """
    return tuple(_phone(group.sayings, local, region, options) for group in group_sayings(sayings, local, options))


def _phone(group: list[Saying], local: bool, region: str, options: PhoneOptions) -> Phone:
    best = max(group, key=lambda one: (_is_full(one, local, region), len(one.digits)))
    text = best.text
    agreement = min((similarity(best.text, other.text) for other in group if other is not best), default=1.0)
    certainty = _certainty(best, group)
    full = _is_full(best, local, region)
    clean = all(one.alone for one in group if len(one.digits) >= 7) or len(_equal(best, group)) > 1
    odd = all(_oddly_written(one) for one in _equal(best, group))
    complete = full and agreement == 1.0 and clean and not odd and certainty >= options.digit_probability
    confidence = certainty * agreement * (1.0 if full else options.wrong_length_factor)
    confidence *= 1.0 if clean and not odd else options.doubt_factor
    first = min(_equal(best, group), key=lambda one: one.digits[0].start_s)
    extension = next((one.extension for one in reversed(group) if one.extension), None)
    return Phone(
        digits=text,
        extension=extension,
        e164=international(text, best.plus, region) if full else None,
        spans=tuple(_span(one) for one in sorted(group, key=lambda one: one.digits[0].start_s)),
        times_said=len(group),
        agreement=round(agreement, 4),
        confidence=round(min(1.0, max(0.0, confidence)), 4),
        digits_per_s=_slowest(group, options.pace_digits),
        complete=complete,
        to_call=any(one.to_call for one in _equal(best, group)),
        digit_times=tuple(DigitTime(d.value, round(d.start_s, 3), round(d.end_s, 3), d.interpolated) for d in first.digits),
    )


def _oddly_written(saying: Saying) -> bool:
    """True where the figures are grouped as no number is ("216-5555-104"), or four equal figures stand in one long group.

    Recognisers drop or add a digit there: of the ten-digit numbers heard wrongly in the development recordings (clean, u-law),
    three in four were written so.
    """
    if not saying.written or saying.plus or len(national_digits(saying.text)) != 10:
        return False
    at, groups = 0, saying.groups
    if len(saying.text) == 11 and groups[0] > 1:  # "1330-555-0172"
        at, groups = 1, (groups[0] - 1, *groups[1:])
    for order, length in enumerate(groups):
        last = order == len(groups) - 1
        if length in (5, 8, 9) or (length == 4 and not last):
            return True
        group = saying.text[at : at + length]
        if length > 4 and any(sign * 4 in group for sign in set(group)):
            return True
        at += length
    return False


def _equal(best: Saying, group: list[Saying]) -> list[Saying]:
    return [one for one in group if national_digits(one.text) == national_digits(best.text)]


def _certainty(best: Saying, group: list[Saying]) -> float:
    """The lowest digit probability; where an equal saying is surer of the digit, its probability counts."""
    rows = [[digit.probability for digit in one.digits[-len(national_digits(best.text)) :]] for one in _equal(best, group)]
    values = [max(column) for column in zip(*rows, strict=True)]
    values = [0.0 if math.isnan(value) else value for value in values]
    return min(values, default=0.0)


def _is_full(saying: Saying, local: bool, region: str) -> bool:
    digits = saying.text
    if region in ("US", "CA") and not (saying.plus and digits[0] != "1"):
        # digits that the numbering plan rules out have lost or gained one, or one of them was misheard
        return is_possible(national_digits(digits)) or (local and len(digits) == 7)
    return len(digits) >= 8 and international(digits, saying.plus, region) is not None


def known_region(region: str) -> str:
    """A region as the telephone number rules know it.

    Args:
        region: two-letter region, in any case.

    Returns:
        Its two capital letters.

    Raises:
        SettingError: there is no such region. Otherwise every number of it would count as incomplete.
    """
    upper = region.strip().upper()
    if upper not in ("US", "CA"):
        import phonenumbers

        if upper not in phonenumbers.SUPPORTED_REGIONS:
            raise SettingError(
                f"There is no region {region!r} with telephone numbers. Use a two-letter code: US, CA, GB, DE ..."
            )
    return upper


def international(digits: str, plus: bool, region: str) -> str | None:
    """International form of a number (E.164).

    Args:
        digits: as spoken, without extension.
        plus: a plus sign was written before them, or they begin with the 011 that is dialled for other countries.
        region: two-letter region of numbers without a country code.

    Returns:
        "+13035550126", or None where no number of the region is so long (fictional numbers are allowed).
    """
    import phonenumbers

    if len(digits) == 7 and region in ("US", "CA"):
        return None
    try:
        parsed = phonenumbers.parse(("+" if plus and not digits.startswith(ABROAD) else "") + digits, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _span(saying: Saying) -> Span:
    return Span(saying.digits[0].start_s, max(saying.digits[-1].end_s, saying.extension_end_s or 0.0))


def _slowest(group: list[Saying], least_digits: int) -> float:
    """Digits per second of the slowest saying; NaN where none is long enough."""
    rates = []
    for one in group:
        seconds = one.digits[-1].end_s - one.digits[0].start_s
        if len(one.digits) >= least_digits and seconds > 0:
            rates.append(len(one.digits) / seconds)
    return min(rates, default=math.nan)
