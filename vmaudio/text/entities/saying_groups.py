"""Sayings -> groups that are of one number each: repeats, corrections, false starts, and what is no telephone number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vmaudio.text.entities.digit_runs import Saying
from vmaudio.text.entities.number_words import (
    AREA,
    CALLING,
    CORRECT,
    NOT_DIALLED,
    OTHER_PHONE,
    REPEAT,
    is_time_before,
    kind_of_phone,
)
from vmaudio.text.entities.options import PhoneOptions
from vmaudio.text.entities.same_digits import national_digits, similarity
from vmaudio.text.numbering_plan import NATIONAL_DIGITS, is_possible

_CUE = re.compile(r"\b(?:number|call|reach|dial|phone|line|cell|mobile|text|ring|contact|back|at|on|me|direct|toll)\b")
_STRONG_CUE = re.compile(
    r"(?:number(?:'s| is)?|(?:call|reach|dial|text|ring|phone)(?: me| us)?(?: back)?(?: at| on)?|me (?:at|on))$"
)
_OR = re.compile(r"\bor(?!(?: text| call| so)\b)(?: \w+){0,3}$|(?:^|[\s/])/$")
_AREA_DIGITS = 3
_LINE_DIGITS = 4
_NEAR_WORDS = 10


@dataclass(slots=True)
class Group:
    """The sayings of one number, in order; ``longest`` is the place of the first of those with the most digits."""

    sayings: list[Saying]
    longest: int = 0

    @property
    def reference(self) -> Saying:
        """The saying that others are compared with."""
        return self.sayings[self.longest]

    def add(self, saying: Saying) -> None:
        """Take up one saying more.

        Args:
            saying: comes after those that are there.
        """
        if len(saying.digits) > len(self.reference.digits):
            self.longest = len(self.sayings)
        self.sayings.append(saying)


def group_sayings(sayings: Sequence[Saying], local: bool, options: PhoneOptions) -> list[Group]:
    """Group sayings by number.

    Args:
        sayings: of the whole message, in order.
        local: seven digits are a complete number.
        options: when sayings are of one number.

    Returns:
        A group for each number, in the order in which they were first said.
    """
    groups: list[Group] = []
    set_aside: list[Saying] = []
    for saying in _drop_strays(sayings, options):
        before = groups[-1].sayings[-1] if groups else None
        if before is not None and _false_start(groups[-1].sayings, saying):
            groups[-1].sayings[-1] = saying
            continue
        if before is not None and (corrected := _correct(before, saying, options)) is not None:
            groups[-1].sayings[-1] = corrected
            continue
        if before is not None and (other := _other_ending(before, saying)) is not None:
            groups.append(Group([other]))
            continue
        something_else = _is_something_else(saying)
        near = reversed(groups[-options.numbers_back :])
        home = None if something_else else next((group for group in near if _same(group, saying, options)), None)
        if home is not None:
            home.add(saying)
        elif something_else:
            set_aside.append(saying)
        elif _is_candidate(saying, local, options):
            groups.append(Group([saying]))
    for saying in set_aside:  # "call me with the serial number 218 555 0134": no serial number, where it is said again
        for group in groups:
            if len(saying.digits) >= 7 and national_digits(saying.text) == national_digits(group.reference.text):
                group.add(saying)
    return groups


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
            alone = alone and _is_apart(neighbour, saying, options)
        kept.append(replace(saying, alone=alone and saying.alone))
    return kept


def _is_apart(neighbour: Saying, saying: Saying, options: PhoneOptions) -> bool:
    """Whether digits beside a number are clearly none of its own: a time, a date, a ZIP code, its beginning or end again."""
    before = neighbour.first < saying.first
    joint = saying.joint if before else neighbour.joint
    if neighbour.time or _belongs(neighbour, saying, before):
        return True
    if not before:
        return _is_stray(neighbour, options) and is_time_before(joint.words) and int(neighbour.text) <= 12
    if _is_stray(neighbour, options) and joint.mark and is_time_before(neighbour.cue):
        return True
    # figures that are grouped as a telephone number is, after another number or a mark
    if saying.shaped and (len(neighbour.digits) > _AREA_DIGITS or (joint.mark and len(neighbour.digits) < _AREA_DIGITS)):
        return True
    return NOT_DIALLED.search(neighbour.cue) is not None or CALLING.search(joint.words) is not None


def _belongs(part: Saying, whole: Saying, before: bool) -> bool:
    """True where a short row of digits beside a number is its end again, its broken-off beginning, or a correction."""
    if before:
        return len(part.digits) > 2 and (whole.text.startswith(part.text) or CORRECT.search(whole.joint.words) is not None)
    ends = len(part.digits) > 2 and whole.text.endswith(part.text)
    return ends or CORRECT.search(part.joint.words) is not None


def _is_stray(saying: Saying, options: PhoneOptions) -> bool:
    if CORRECT.search(saying.joint.words) and not is_time_before(saying.joint.words):
        return False
    if len(saying.digits) == _AREA_DIGITS:
        return "area code" not in saying.cue
    return len(saying.digits) <= options.stray_digits


def _false_start(group: list[Saying], saying: Saying) -> bool:
    """ "503 555, sorry, 503 555 0126": the number before broke off and begins again."""
    before = group[-1]
    begun = before.run == saying.run and len(group) == 1 and len(before.digits) < 7 <= len(saying.digits)
    return begun and (saying.text.startswith(before.text) or CORRECT.search(saying.joint.words) is not None)


def _correct(before: Saying, saying: Saying, options: PhoneOptions) -> Saying | None:
    """ "... 0126, no wait, 0127": the later digits replace the end of the number, and are as many or fewer."""
    words = saying.joint.words if before.run == saying.run else saying.cue
    if not CORRECT.search(words) or len(saying.digits) > len(before.digits):
        return None
    if before.run != saying.run:  # "let me try that again": from the beginning
        anew = _is_whole(before) and _is_whole(saying) and saying.first - before.last <= _NEAR_WORDS
        return saying if anew and similarity(before.text, saying.text) >= options.same_share else None
    count, sure = len(saying.digits), True
    end = len(before.digits)
    if count == _AREA_DIGITS and _is_whole(before):
        end, sure = _corrected_three(before, saying)
    digits = before.digits[: end - count] + saying.digits + before.digits[end:]
    return replace(
        before, digits=digits, last=saying.last, alone=before.alone and sure,
        extension=saying.extension, extension_end_s=saying.extension_end_s,
    )  # fmt: skip


def _corrected_three(before: Saying, saying: Saying) -> tuple[int, bool]:
    """Where the three digits end that three others correct, and whether that is sure: the area code, or the likest."""
    count = len(before.digits)
    area_end = count - NATIONAL_DIGITS + _AREA_DIGITS
    if AREA.search(saying.joint.words):
        return area_end, True
    places = (area_end, area_end + _AREA_DIGITS, count)
    apart = {end: _apart(before.text[end - _AREA_DIGITS : end], saying.text) for end in places}
    best = min(places, key=lambda end: apart[end])
    return best, apart[best] <= 1 and all(apart[end] > 1 for end in places if end != best)


def _apart(one: str, other: str) -> int:
    """In how many places rows of digits differ; those that only stand in another order count once (303 for 330)."""
    return 1 if sorted(one) == sorted(other) else sum(left != right for left, right in zip(one, other, strict=True))


def _other_ending(before: Saying, saying: Saying) -> Saying | None:
    """ "218-555-0134, or 0178": another number that begins as the one before."""
    words = saying.joint.words if before.run == saying.run else saying.cue
    if len(saying.digits) != _LINE_DIGITS or not _is_whole(before) or saying.first - before.last > 2 or not _OR.search(words):
        return None
    return replace(saying, digits=before.digits[:-_LINE_DIGITS] + saying.digits, plus=before.plus)


def _is_whole(saying: Saying) -> bool:
    return is_possible(national_digits(saying.text))


def _same(group: Group, saying: Saying, options: PhoneOptions) -> bool:
    """Whether a saying is of the number of a group."""
    reference = group.reference
    alike = similarity(reference.text, saying.text)
    if len(saying.digits) < 7:
        near = saying.run == group.sayings[-1].run or _CUE.search(saying.cue) is not None
        return near and len(saying.digits) >= options.part_digits and alike >= options.same_share_part
    if national_digits(saying.text) == national_digits(reference.text):
        return True
    both_whole = _is_whole(saying) and _is_whole(reference)
    if both_whole and not REPEAT.search(saying.joint.words) and _is_another(reference, saying):
        return False
    if OTHER_PHONE.search(saying.cue):
        return alike >= options.same_share_announced
    return alike >= (options.same_share_whole if both_whole else options.same_share)


def _is_another(reference: Saying, saying: Saying) -> bool:
    """Whether the words beside two whole numbers tell them apart: the listener's and the caller's, a fax and a cell, "or"."""
    if reference.to_call != saying.to_call:
        return True
    if _OR.search(saying.joint.words or saying.cue):
        return True
    kinds = kind_of_phone(reference.cue), kind_of_phone(saying.cue)
    return None not in kinds and kinds[0] != kinds[1]


def _is_something_else(saying: Saying) -> bool:
    """An account, an order, a ZIP code; "call me with the serial number. 218 555 0134." asks for one, then names the other."""
    whom_to_call = saying.cue_ended and is_possible(national_digits(saying.text))
    return NOT_DIALLED.search(saying.cue) is not None and not whom_to_call


def _is_candidate(saying: Saying, local: bool, options: PhoneOptions) -> bool:
    """Long enough for a number, short after words that announce one, or a local number that lost a digit."""
    length = len(saying.digits)
    short = local and saying.alone and saying.groups in ((6,), (3, 3), (2, 4))
    return length >= 7 or short or (length >= options.announced_digits and _STRONG_CUE.search(saying.cue) is not None)
