"""Checks of the telephone number: complete, early or twice, slow, after a pause, the caller's own."""

from __future__ import annotations

import math
import re

from vmaudio.records import Phone, clock
from vmaudio.rubric.checks.caller_id import shown_numbers
from vmaudio.rubric.checks.case import Case
from vmaudio.rubric.checks.questions import asks
from vmaudio.rubric.checks.rulings import Ruling, cannot_judge, failed, not_applicable, passed, quote, ruling
from vmaudio.rubric.checks.unheard import not_heard
from vmaudio.rubric.criterion import Criterion
from vmaudio.text import SPOKEN_DIGITS, written_number

_LOCAL = 7
"""Digits of a whole number without its area code."""

_EDGE = 0.02
"""Words that only touch a saying by this many seconds are not of it."""


@asks("was a telephone number heard with all its digits?")
def number_complete(case: Case, criterion: Criterion) -> Ruling:
    """Pass where all digits were heard, fail where fewer were said for sure, n/a where a digit may have been lost in hearing.

    Recognisers drop digits, double them and take one for another, in clear speech too; whoever said all ten is told to say
    them only if nothing speaks for it: no number at all, or a whole local number without its area code, heard well.

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
    sayings = readings(case, phone)
    short = len(phone.digits) == _LOCAL and all(len(digits_of(one)) == _LOCAL for one in sayings)
    if short and phone.agreement == 1.0 and phone.confidence >= case.options.checks.unsure_local:
        return failed(f"only {_LOCAL} digits were heard: {said_number(phone.digits)}", span.start_s, span.end_s)
    again = ", and as other digits by a second pass" if phone.agreement < 1 and len(sayings) == 1 else ""
    return cannot_judge(
        f"listen to {clock(span.start_s)}: heard as {' and '.join(sayings)}{again}", span.start_s, phone.spans[-1].end_s
    )


def _no_number(case: Case) -> Ruling:
    """No number was heard: missing, or lost where nobody made out the words."""
    part = next(iter(case.parts(("number", "number_repeat"))), None)
    if part is not None:
        return cannot_judge(f"listen to {clock(part.start_s)}: heard as {quote(part.text)}", part.start_s, part.end_s)
    return not_heard(case, "no telephone number was heard", ("number", "number_repeat"))


def digits_of(reading: str) -> str:
    """The digits of one saying as it was heard.

    Args:
        reading: as `readings` gives it: figures, or digits as words.
    """
    tokens = re.findall(r"\d|[a-z]+", reading.lower())
    return "".join(one if one.isdigit() else SPOKEN_DIGITS.get(one, "") for one in tokens)


def readings(case: Case, phone: Phone) -> list[str]:
    """What was heard in each saying of a number, and what a second hearing made of it.

    Args:
        case: the message.
        phone: one of its numbers.

    Returns:
        Each different reading once, in the order of the sayings: the figures as they were written down, "303-555-126".
    """
    heard = []
    for span in phone.spans:
        inside = [
            w.text for w in case.analysis.transcript.words if w.end_s > span.start_s + _EDGE and w.start_s < span.end_s - _EDGE
        ]
        kept = [one for one in (word.strip(" ,.;!?()") for word in inside) if digits_of(one)]
        text = "-".join(kept) if all(any(map(str.isdigit, one)) for one in kept) else " ".join(kept)
        heard.append(text or said_number(phone.digits))
    found = list(dict.fromkeys(heard))
    known = {digits_of(one) for one in found}
    return found if phone.digits in known else [*found, said_number(phone.digits)]


def said_number(digits: str) -> str:
    """Digits of a telephone number in the groups in which they are said.

    Args:
        digits: without extension.

    Returns:
        "303-555-0126" of ten digits, "1-303-555-0126" of eleven, "555-0126" of seven; others as they are.
    """
    if len(digits) == 11:
        return f"{digits[0]}-{said_number(digits[1:])}"
    return written_number(digits).strip() if len(digits) in (_LOCAL, 10) else digits


@asks("was the number heard by this second, or twice?", options={"by_s": 20.0})
def number_by_or_twice(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the number ends in time or is said twice.

    Args:
        case: the message.
        criterion: gives ``by_s``.
    """
    phone, by_s = case.phone, criterion.number("by_s") or 0.0
    if phone is None:
        return not_applicable("no telephone number was heard")
    span = phone.spans[0]
    passed = span.end_s <= by_s or phone.times_said >= 2
    return ruling(passed, f"said {phone.times_said} ×, first ends at {span.end_s:.0f} s", span.start_s, span.end_s)


@asks("was the number slow enough to write down?", options={"high_digits_per_s": 3.0})
def number_slow(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the slowest saying of the number can be written down.

    Args:
        case: the message.
        criterion: gives ``high_digits_per_s``.
    """
    phone = case.phone
    if phone is None or math.isnan(phone.digits_per_s):
        return not_applicable("no telephone number was heard")
    high = criterion.number("high_digits_per_s") or 0.0
    span = phone.spans[-1]
    evidence = f"{phone.digits_per_s:.1f} digits per second (wanted: at most {high:g})"
    return ruling(phone.digits_per_s <= high, evidence, span.start_s, span.end_s)


@asks("is there a pause before the number?", options={"low_s": 0.2})
def pause_before_number(case: Case, criterion: Criterion) -> Ruling:
    """Pass where there is a pause before one of the sayings of the number.

    Args:
        case: the message.
        criterion: gives ``low_s``.
    """
    phone = case.phone
    if phone is None:
        return not_applicable("no telephone number was heard")
    reach_s = case.options.checks.pause_reach_s
    low_s, best = criterion.number("low_s") or 0.0, 0.0
    for span in phone.spans:
        # word times reach back into pauses, so a pause that ends just after the first digit's start counts too
        gaps = [p.duration_s for p in case.analysis.prosody.pauses if abs(p.start_s + p.duration_s - span.start_s) <= reach_s]
        best = max([best, *gaps])
    span = phone.spans[0]
    return ruling(best >= low_s, f"{best:.1f} s of pause before the number", span.start_s, span.end_s)


@asks("is the number said the manifest's caller_id?")
def number_is_caller_id(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the number said is the manifest's caller_id, or one of several; n/a where that cannot be read.

    Args:
        case: the message.
        criterion: gives no options.
    """
    given, phone = (case.analysis.message.caller_id or "").strip(), case.phone
    expected = shown_numbers(given)
    if not given:
        return not_applicable("the manifest gives no caller_id")
    if not expected:
        return not_applicable(f"the manifest's caller_id is no telephone number that can be read: {quote(given)}")
    if phone is None:
        return not_applicable("no telephone number was heard")
    if not phone.complete:
        return cannot_judge("not every digit of the number was made out for certain", phone.spans[0].start_s)
    span = phone.spans[0]
    same = any(number[-10:].endswith(phone.digits[-10:]) for number in expected)
    shows = " or ".join(map(said_number, expected))
    return ruling(same, f"said {said_number(phone.digits)}, the phone shows {shows}", span.start_s, span.end_s)
