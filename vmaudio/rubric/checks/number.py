"""Checks of the telephone number: complete, early or twice, slow, after a pause, the caller's own."""

from __future__ import annotations

import math
import re

from vmaudio.rubric.checks.case import Case
from vmaudio.rubric.checks.questions import asks
from vmaudio.rubric.checks.rulings import Ruling, clock, failed, not_applicable, passed, quote, ruling
from vmaudio.rubric.criterion import Criterion


@asks("was a telephone number heard with all its digits?")
def number_complete(case: Case, criterion: Criterion) -> Ruling:
    """Pass where all digits were heard, fail where some are missing or disagree, n/a where they could not be made out.

    Args:
        case: the message.
        criterion: gives no options.
    """
    phone = case.phone
    if phone is None:
        part = next(iter(case.parts(("number",))), None)
        if part is None:
            return failed("no telephone number was heard")
        return failed(f"no full number in {quote(part.text)}", part.start_s, part.end_s)
    span = phone.spans[0]
    if phone.complete:
        return passed(f"{phone.digits} at {clock(span.start_s)}", span.start_s, span.end_s)
    if phone.agreement < 1:
        why = (
            f"the number is said {phone.times_said} times and not the same each time"
            if phone.times_said > 1
            else "the number could not be made out: heard again, it came out otherwise"
        )
        return failed(why, span.start_s, span.end_s)
    # seven digits may be a whole local number in doubt, or a part that was heard well
    if len(phone.digits) in (10, 11) or (len(phone.digits) == 7 and phone.confidence < case.options.checks.unsure_local):
        return not_applicable(f"the digits cannot be made out for certain ({phone.digits}?, confidence {phone.confidence:.2f})")
    return failed(f"only {len(phone.digits)} digits were heard: {phone.digits}", span.start_s, span.end_s)


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
    """Pass where the number said is the manifest's caller_id.

    Args:
        case: the message.
        criterion: gives no options.
    """
    expected = re.sub(r"\D", "", case.analysis.message.caller_id or "")
    phone = case.phone
    if not expected:
        return not_applicable("the manifest gives no caller_id")
    if phone is None or not phone.complete:
        return not_applicable("no complete telephone number was heard")
    span = phone.spans[0]
    same = expected[-10:].endswith(phone.digits[-10:])
    return ruling(same, f"said {phone.digits}, the phone shows {expected}", span.start_s, span.end_s)
