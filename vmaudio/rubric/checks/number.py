"""Checks of the telephone number: complete, early or twice, slow, after a pause, the caller's own."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from vmaudio.records import Phone, Word, clock
from vmaudio.rubric.checks.case import Case
from vmaudio.rubric.checks.hearings import EDGE_S, LOCAL, WHOLE, digits_of, heard_as, hearings_of, readings, said_number
from vmaudio.rubric.checks.questions import asks
from vmaudio.rubric.checks.rulings import (
    Ruling,
    cannot_judge,
    counting,
    failed,
    not_applicable,
    passed,
    quote,
    ramp,
    ruling,
)
from vmaudio.rubric.checks.unheard import listen, lost_speech, not_heard
from vmaudio.rubric.criterion import Criterion
from vmaudio.text import COMMON, FUNCTION, SPOKEN_DIGITS, national_digits, shown_numbers, similarity

_AREA_S = 0.5
"""So much speech without words before a number may have been an area code: three digits said fast."""

_AREA_REACH_S = 2.5
"""So near before a number its area code is said: three digits, and the pause after them."""

_LIKE_DIGITS = frozenset(SPOKEN_DIGITS) | frozenset("free tree won to too for fore ate sex nein hate heaven sick eat".split())
"""Digits, and words that recognisers write in their place."""

_NAME = re.compile(r"[A-Z][a-z]+")
"""A word written as a name, with no mark behind it."""

_NEAR_PAUSE_S = 0.1
"""A pause so near to the limit is measured otherwise on another line: frames, and word times, are no finer."""


@asks("was a telephone number heard with all its digits?")
def number_complete(case: Case, criterion: Criterion) -> Ruling:
    """Pass where all digits were heard, fail where fewer were said for sure, n/a where the number is in doubt.

    Recognisers drop digits, double them and take one for another, in clear speech too; whoever said all ten is told to say
    them only if nothing speaks for it: no number at all, or a whole local number without its area code, heard so each time.
    A number in doubt neither blames nor praises, said twice or heard right once, be it the one that the phone shows.

    Args:
        case: the message.
        criterion: gives no options.
    """
    phone = case.phone
    if phone is None:
        return _no_number(case)
    span = phone.spans[0]
    if phone.complete:
        return passed(f"{said_number(phone.digits)} at {clock(span.start_s)}", span.start_s, span.end_s)
    hearings = hearings_of(case, phone)
    heard, at = heard_as(case, phone), f"listen to {clock(span.start_s)}"
    where = f"{heard}; {at}"
    if said := set(_expected(case)).intersection(map(national_digits, hearings)):
        return cannot_judge(f"{where}; the phone shows {said_number(min(said))}", span.start_s, phone.spans[-1].end_s)
    if near := _shown_but_for_one(case, hearings):
        taken = near == national_digits(phone.digits)
        where = f"{heard}, which the phone shows; {at}" if taken else f"{where}; the phone shows {said_number(near)}"
    sure = len(hearings) > 1 or (phone.heard_again is None and phone.confidence >= case.options.checks.unsure_local)
    local = all(len(one) == LOCAL for one in hearings) and (len(hearings) > 1 or phone.agreement == 1.0)
    if phone.digits_per_s > case.options.checks.fast_number:
        return cannot_judge(f"{where}: said so fast that digits may be lost", span.start_s, phone.spans[-1].end_s)
    if sure and local and not _lost_before(case, span.start_s):
        return failed(f"only {LOCAL} digits were heard: {said_number(hearings[0])}", span.start_s, span.end_s)
    return cannot_judge(where, span.start_s, phone.spans[-1].end_s)


def _is_whole(digits: str) -> bool:
    """Whether digits are a number that can be called from anywhere: ten, without a country 1, of which the first may lead."""
    national = national_digits(digits)
    return len(national) == WHOLE and national[0] not in "01"


def _made_out(case: Case, phone: Phone) -> bool:
    """Whether a number was heard with all its digits, or each time as a local one: else digits are lost."""
    hearings = hearings_of(case, phone)
    return any(map(_is_whole, hearings)) or all(len(one) == LOCAL for one in hearings)


def _in_pieces(case: Case, phone: Phone) -> bool:
    """Whether what was heard of a number is so unlike one that a saying of it, or its beginning, may lie elsewhere."""
    heard = [len(digits_of(one)) for one in readings(case, phone)] or [len(phone.digits)]
    return phone.heard_again == "" or not all(n == LOCAL or WHOLE - 1 <= n <= WHOLE + 1 for n in heard)


def _lost_before(case: Case, start_s: float) -> bool:
    """Whether an area code may have been said before the number: speech without words, words that sound like digits, or a name
    in the same breath ("Ivo 555-0163" was written of "five oh five, ...")."""
    if any(start < start_s and start_s - end < EDGE_S for start, end in lost_speech(case, _AREA_S)):
        return True
    words = [word for word in case.analysis.transcript.words if start_s - _AREA_REACH_S < word.end_s <= start_s + EDGE_S][-3:]
    if words and _NAME.fullmatch(text := words[-1].text.strip()) and not {text.lower()} & (COMMON | FUNCTION):
        return True
    return sum(re.sub(r"\W", "", word.text.lower()) in _LIKE_DIGITS for word in words) > 1


def _no_number(case: Case) -> Ruling:
    """No number was heard: missing, or lost where nobody made out the words."""
    if (unclear := _number_part(case)) is not None:
        return unclear
    figures = _figures(case)
    if figures:
        return listen(figures, "no telephone number was heard")
    return not_heard(case, "no telephone number was heard", ("number", "number_repeat"))


def _no_number_to_judge(case: Case) -> Ruling:
    """What a check of how a number is said has to say without one."""
    return _number_part(case) or not_applicable("no telephone number was heard")


def _number_part(case: Case) -> Ruling | None:
    """An n/a that points at a part that was heard as a number, though its digits were not made out."""
    part = next(iter(case.parts(("number", "number_repeat"))), None)
    if part is None:
        return None
    return cannot_judge(f"listen to {clock(part.start_s)}: heard as {quote(part.text)}", part.start_s, part.end_s)


def _figures(case: Case) -> Sequence[Word]:
    """The first words near each other that have so many figures as a number that fell apart in hearing; empty without such."""
    words, limits = case.analysis.transcript.words, case.options.checks
    for at in range(len(words)):
        near = words[at : at + limits.figures_words]
        if sum(map(str.isdigit, "".join(word.text for word in near))) >= limits.figures_digits:
            return near
    return ()


def _expected(case: Case) -> list[str]:
    """The ten digits of each number of the manifest's caller_id."""
    shown = shown_numbers((case.analysis.message.caller_id or "").strip())
    return [digits[-WHOLE:] for digits in shown if len(digits) >= WHOLE]


def _shown_but_for_one(case: Case, hearings: Sequence[str]) -> str | None:
    """The number that the phone shows, where one hearing differs from it in no more than a digit or so."""
    alike, whole = case.options.checks.alike_number, [heard for heard in hearings if len(heard) > LOCAL]
    return next((shown for shown in _expected(case) if any(similarity(shown, heard) > alike for heard in whole)), None)


@asks("was the number heard by this second, or twice?", options={"by_s": 20.0})
def number_by_or_twice(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the number ends in time or is said twice.

    Args:
        case: the message.
        criterion: gives ``by_s``.
    """
    phone, by_s = case.phone, case.in_file(criterion.number("by_s") or 0.0)
    if phone is None:
        return _no_number_to_judge(case)
    span = phone.spans[0]
    passed = span.end_s <= by_s or phone.times_said >= 2
    evidence = f"said {phone.times_said} ×, first ends at {span.end_s - case.analysis.origin_s:.0f} s"
    if not passed and not phone.complete and _in_pieces(case, phone):
        return cannot_judge(f"{evidence}, but not every digit was made out", span.start_s, span.end_s)
    near = case.near(span.end_s, by_s) if phone.times_said < 2 else 1.0
    return counting(ruling(passed, evidence, span.start_s, span.end_s), near)


@asks("was the number slow enough to write down?", options={"high_digits_per_s": 3.0})
def number_slow(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the slowest saying of the number can be written down.

    Args:
        case: the message.
        criterion: gives ``high_digits_per_s``.
    """
    phone = case.phone
    if phone is None:
        return _no_number_to_judge(case)
    if math.isnan(phone.digits_per_s):
        return not_applicable("too few digits were heard to tell their pace")
    high = criterion.number("high_digits_per_s") or 0.0
    span = phone.spans[-1]
    evidence = f"{phone.digits_per_s:.1f} digits per second (wanted: at most {high:g})"
    if not phone.complete and (_in_pieces(case, phone) or (phone.digits_per_s <= high and not _made_out(case, phone))):
        return cannot_judge(f"{evidence}, but not every digit was made out", span.start_s, span.end_s)
    if high < phone.digits_per_s <= high * (1 + case.options.checks.pace_error):
        return cannot_judge(f"{evidence}: too near to tell", span.start_s, span.end_s)
    return counting(ruling(phone.digits_per_s <= high, evidence, span.start_s, span.end_s), case.near(phone.digits_per_s, high))


@asks("is there a pause before the number?", options={"low_s": 0.2})
def pause_before_number(case: Case, criterion: Criterion) -> Ruling:
    """Pass where there is a pause before one of the sayings of the number.

    Args:
        case: the message.
        criterion: gives ``low_s``.
    """
    phone = case.phone
    if phone is None:
        return _no_number_to_judge(case)
    reach_s = case.options.checks.pause_reach_s
    low_s, best = criterion.number("low_s") or 0.0, 0.0
    for span in phone.spans:
        # word times reach back into pauses, so a pause that ends just after the first digit's start counts too
        gaps = [p.duration_s for p in case.analysis.prosody.pauses if abs(p.start_s + p.duration_s - span.start_s) <= reach_s]
        best = max([best, *gaps])
    span = phone.spans[0]
    evidence = f"{f'{best:.1f} s of' if best >= 0.05 else 'no'} pause before the number"
    if best < low_s and not _made_out(case, phone):  # its first digit may lie before the first heard
        return cannot_judge(f"{evidence}, of which not every digit was made out", span.start_s, span.end_s)
    if best < low_s and case.value("snr_db") < case.options.checks.pause_snr_db:
        return cannot_judge(f"{evidence}, but noise may fill it", span.start_s, span.end_s)
    return counting(ruling(best >= low_s, evidence, span.start_s, span.end_s), ramp(abs(best - low_s), 0.0, _NEAR_PAUSE_S))


@asks("is the number said the manifest's caller_id?")
def number_is_caller_id(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the number said is the manifest's caller_id, or one of several; n/a where it is but for one digit, where
    the number is in doubt (see `number_complete`), and where the caller_id cannot be read.

    Args:
        case: the message.
        criterion: gives no options.
    """
    given, phone = (case.analysis.message.caller_id or "").strip(), case.phone
    shown = shown_numbers(given)
    if not given:
        return not_applicable("the manifest gives no caller_id")
    if not shown:
        return not_applicable(f"the manifest's caller_id is no telephone number that can be read: {quote(given)}")
    if phone is None:
        return _no_number_to_judge(case)
    span = phone.spans[0]
    if not phone.complete:
        return cannot_judge("not every digit of the number was made out for certain", span.start_s, span.end_s)
    for other in case.analysis.entities.phones:  # an office and a cell: one of them is enough
        if other.to_call and other.complete and national_digits(other.digits) in _expected(case):
            at = other.spans[0]
            return passed(f"said {said_number(other.digits)}, the phone shows it", at.start_s, at.end_s)
    for expected in _expected(case):  # no slip of hearing makes another number this one
        if expected in map(national_digits, (phone.digits, *hearings_of(case, phone))):
            return passed(f"said {said_number(expected)}, the phone shows it", span.start_s, span.end_s)
    evidence = f"said {said_number(phone.digits)}, the phone shows {' or '.join(map(said_number, shown))}"
    same = any(number[-10:].endswith(phone.digits[-10:]) for number in shown)
    near = any(similarity(number, phone.digits) > case.options.checks.alike_number for number in shown)
    if near and not same:
        return cannot_judge(f"{evidence}: a digit may be misheard; listen to {clock(span.start_s)}", span.start_s, span.end_s)
    return ruling(same, evidence, span.start_s, span.end_s)
