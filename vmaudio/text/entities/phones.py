"""Sayings of digits -> telephone numbers, said once or several times, with their doubts.

Rules of caution: a number is complete only when its length is right, its digits were recognised well enough, and all sayings
agree. Everything else is still returned, with ``complete`` false.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vmaudio.errors import SettingError
from vmaudio.records import DigitTime, Phone, Span
from vmaudio.text.entities.digit_runs import Saying
from vmaudio.text.entities.number_words import ABROAD, CALLING, CORRECT, NOT_DIALLED, OTHER_PHONE, is_time_before
from vmaudio.text.entities.options import DEFAULT, PhoneOptions
from vmaudio.text.entities.same_digits import national_digits, similarity
from vmaudio.text.numbering_plan import is_possible

_CUE = re.compile(r"\b(?:number|call|reach|dial|phone|line|cell|mobile|text|ring|contact|back|at|on|me|direct|toll)\b")
_STRONG_CUE = re.compile(
    r"(?:number(?:'s| is)?|(?:call|reach|dial|text|ring|phone)(?: me| us)?(?: back)?(?: at| on)?|me (?:at|on))$"
)


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
    groups: list[_Group] = []
    set_aside: list[Saying] = []
    for saying in _drop_strays(sayings, options):
        if groups and _false_start(groups[-1].sayings, saying):
            groups[-1].sayings[-1] = saying
            continue
        if groups and (corrected := _correct(groups[-1].sayings[-1], saying)) is not None:
            groups[-1].sayings[-1] = corrected
            continue
        near = reversed(groups[-options.numbers_back :])
        home = next((group for group in near if _same(group, saying, options)), None)
        if home is not None:
            home.add(saying)
        elif _is_something_else(saying):
            set_aside.append(saying)
        elif _is_candidate(saying, local, options):
            groups.append(_Group([saying]))
    for saying in set_aside:  # "call me with the serial number 218 555 0134": no serial number, where it is said again
        for group in groups:
            if len(saying.digits) >= 7 and national_digits(saying.text) == national_digits(group.sayings[group.longest].text):
                group.add(saying)
    return tuple(_phone(group.sayings, local, region, options) for group in groups)


@dataclass(slots=True)
class _Group:
    """The sayings of one number, in order; ``longest`` is the place of the first of those with the most digits."""

    sayings: list[Saying]
    longest: int = 0

    def add(self, saying: Saying) -> None:
        """One saying more."""
        if len(saying.digits) > len(self.sayings[self.longest].digits):
            self.longest = len(self.sayings)
        self.sayings.append(saying)


def _drop_strays(sayings: Sequence[Saying], options: PhoneOptions) -> list[Saying]:
    """Drop single digits beside a number, and mark the number as doubtful unless the stray is clearly something else."""
    kept: list[Saying] = []
    for at, saying in enumerate(sayings):
        if _is_stray(saying, options):
            continue
        alone = True
        for neighbour in sayings[max(0, at - 1) : at + 2]:
            if neighbour is saying or neighbour.run != saying.run or len(neighbour.digits) >= 7 or len(saying.digits) < 7:
                continue
            before = neighbour.first < saying.first
            joint = saying.joint if before else neighbour.joint
            is_time = before and _is_stray(neighbour, options) and joint.mark and is_time_before(neighbour.cue)
            other = before and (NOT_DIALLED.search(neighbour.cue) or CALLING.search(joint.words))
            alone = alone and bool(neighbour.time or is_time or other or _belongs(neighbour, saying, before))
        kept.append(replace(saying, alone=alone and saying.alone))
    return kept


def _belongs(part: Saying, whole: Saying, before: bool) -> bool:
    """True where a short row of digits beside a number is its end again, its broken-off beginning, or a correction."""
    if before:
        return len(part.digits) > 2 and (whole.text.startswith(part.text) or CORRECT.search(whole.joint.words) is not None)
    ends = len(part.digits) > 2 and whole.text.endswith(part.text)
    return ends or CORRECT.search(part.joint.words) is not None


def _is_stray(saying: Saying, options: PhoneOptions) -> bool:
    return len(saying.digits) <= options.stray_digits or (len(saying.digits) == 3 and "area code" not in saying.cue)


def _false_start(group: list[Saying], saying: Saying) -> bool:
    """ "503 555, sorry, 503 555 0126": the number before broke off and begins again."""
    before = group[-1]
    begun = before.run == saying.run and len(group) == 1 and len(before.digits) < 7 <= len(saying.digits)
    return begun and (saying.text.startswith(before.text) or CORRECT.search(saying.joint.words) is not None)


def _correct(before: Saying, saying: Saying) -> Saying | None:
    """ "... 0126, no wait, 0127": the later digits replace the end of the number, and are as many or fewer."""
    if not CORRECT.search(saying.joint.words):
        return None
    if before.run != saying.run or len(saying.digits) > len(before.digits):
        return None
    digits = before.digits[: len(before.digits) - len(saying.digits)] + saying.digits
    return replace(before, digits=digits, last=saying.last, extension=saying.extension, extension_end_s=saying.extension_end_s)


def _same(group: _Group, saying: Saying, options: PhoneOptions) -> bool:
    """Whether a saying is of the number of a group."""
    reference = group.sayings[group.longest]
    if (
        OTHER_PHONE.search(saying.cue)
        and len(saying.digits) >= 7
        and national_digits(saying.text) != national_digits(reference.text)
    ):
        return similarity(reference.text, saying.text) >= options.same_share_announced
    if len(saying.digits) < 7:
        near = saying.run == group.sayings[-1].run or _CUE.search(saying.cue) is not None
        return (
            near
            and len(saying.digits) >= options.part_digits
            and similarity(reference.text, saying.text) >= options.same_share_part
        )
    return similarity(reference.text, saying.text) >= options.same_share


def _is_something_else(saying: Saying) -> bool:
    """An account, an order, a ZIP code; "call me with the serial number. 218 555 0134." asks for one, then names the other."""
    whom_to_call = saying.cue_ended and is_possible(national_digits(saying.text))
    return NOT_DIALLED.search(saying.cue) is not None and not whom_to_call


def _is_candidate(saying: Saying, local: bool, options: PhoneOptions) -> bool:
    """Long enough for a number, short after words that announce one, or a local number that lost a digit."""
    length = len(saying.digits)
    short = local and saying.alone and saying.groups in ((6,), (3, 3), (2, 4))
    return length >= 7 or short or (length >= options.announced_digits and _STRONG_CUE.search(saying.cue) is not None)


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
        digit_times=tuple(DigitTime(d.value, round(d.start_s, 3), round(d.end_s, 3), d.interpolated) for d in first.digits),
    )


def _oddly_written(saying: Saying) -> bool:
    """True where the figures are grouped as no number is ("216-5555-104"), or four equal figures stand in one long group.

    Recognisers drop or add a digit there: of the ten-digit numbers heard wrongly in the development recordings (clean, u-law),
    three in four were written so.
    """
    if not saying.written or saying.plus or len(national_digits(saying.text)) != 10:
        return False
    at = 0
    for order, length in enumerate(saying.groups):
        last = order == len(saying.groups) - 1
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
