"""A second pass over the same message: a number that both passes share is surer, one that they do not share is in doubt.

Recognition probabilities do not tell wrong digits from right ones (on real spoken numbers both lie between .3 and .8); a
second decode of changed sound does, since an error seldom comes back as the same digits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from vmaudio.records import Entities, Phone
from vmaudio.text.entities.options import DEFAULT, HypothesisOptions
from vmaudio.text.entities.same_digits import national_digits, similarity

_WHOLE = 10
"""Digits of a North American number with its area code."""


def confirm_numbers(first: Entities, second: Entities, *, options: HypothesisOptions = DEFAULT.hypotheses) -> Entities:
    """Check the telephone numbers of one pass against those of another.

    Args:
        first: what was found in the first transcript.
        second: what was found in another transcript of the same sound.
        options: when the numbers of two passes are the same.

    Returns:
        ``first`` with changed numbers; names, addresses and times stay. A number that the second pass has too is as complete
        as it was, with the confidence of the surer pass. One that the second pass has differently, or not at all, is not
        complete; its agreement falls to the share of digits in common. Each keeps what the second pass heard
        (`Phone.heard_again`).
    """
    return replace(first, phones=tuple(_checked(phone, second.phones, options) for phone in first.phones))


def same_number(phone: Phone, others: Iterable[Phone], *, options: HypothesisOptions = DEFAULT.hypotheses) -> Phone | None:
    """The number of another pass that is most like this one.

    Args:
        phone: as heard in one pass.
        others: the numbers of the other.
        options: when the numbers of two passes are the same.

    Returns:
        One of ``others``; None where none agrees in enough of its digits.
    """
    best = max(others, key=lambda other: similarity(phone.digits, other.digits), default=None)
    return best if best is not None and similarity(phone.digits, best.digits) >= options.alike else None


def confirm_by_caller_id(entities: Entities, shown: Collection[str]) -> Entities:
    """Call a number complete that is, digit for digit, one that the listener's phone shows.

    A number in doubt is one of which a digit may be misheard; no slip of hearing makes another number the very one that the
    manifest gives. Where only the second pass heard that one, in as many digits, its digits are taken.

    Args:
        entities: of a message, after the second pass.
        shown: the digits of each number that the phone may show (`shown_numbers`), with or without a country 1.

    Returns:
        ``entities`` with such numbers complete and their agreement 1. A number in doubt that was heard as one of these without
        one of its digits gets those digits, and stays in doubt: the digit may not have been said. All else is as it was.
        Fewer than ten digits vouch for none.
    """
    known = {national_digits(one) for one in shown}
    known = {one for one in known if len(one) == _WHOLE}
    return replace(entities, phones=tuple(_shown(phone, known) for phone in entities.phones)) if known else entities


def _shown(phone: Phone, known: Collection[str]) -> Phone:
    if phone.complete:
        return phone
    if phone.e164 is None:
        return _filled_in(phone, known)
    if national_digits(phone.digits) in known:
        return replace(phone, complete=True, agreement=1.0)
    again = phone.heard_again or ""
    if national_digits(again) not in known or len(again) != len(phone.digits) or len(again) != len(phone.digit_times):
        return _filled_in(phone, known)
    times = tuple(replace(time, digit=digit) for time, digit in zip(phone.digit_times, again, strict=True))
    e164 = phone.e164.removesuffix(phone.digits) + again
    return replace(phone, digits=again, e164=e164, digit_times=times, complete=True, agreement=1.0)


def _filled_in(phone: Phone, known: Collection[str]) -> Phone:
    """The one known number of which a digit was lost in hearing, rather than another that the sound allows as well."""
    heard = {"".join(time.digit for time in phone.digit_times), phone.heard_again or ""}
    fits = [one for one in known if heard & {one[:at] + one[at + 1 :] for at in range(_WHOLE)}]
    return replace(phone, digits=fits[0], e164=f"+1{fits[0]}") if len(fits) == 1 else phone


def _checked(phone: Phone, others: tuple[Phone, ...], options: HypothesisOptions) -> Phone:
    other = same_number(phone, others, options=options)
    phone = replace(phone, heard_again=other.digits if other is not None else "")
    if other is not None and national_digits(other.digits) == national_digits(phone.digits):
        return replace(phone, confidence=max(phone.confidence, other.confidence))
    shared = round(similarity(phone.digits, other.digits), 4) if other is not None else 0.0
    return replace(
        phone, complete=False, agreement=min(phone.agreement, shared), confidence=round(phone.confidence * shared, 4)
    )
