"""A telephone number that was heard badly: which numbers could have been said, and taking the likeliest over.

Recognisers drop a digit, double one or take one for another. Whoever can tell how well each of the neighbouring numbers fits
the sound (`vmaudio.transcribe.whisper.forced_scoring`) finds the one that was said more often than the first pass does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vmaudio.records import Phone
from vmaudio.text.entities.options import DEFAULT, HypothesisOptions
from vmaudio.text.entities.phones import international
from vmaudio.text.entities.same_digits import national_digits, similarity

_DIGITS = "0123456789"


def candidate_numbers(heard: Iterable[str], length: int) -> list[str]:
    """Numbers that lie one slip, or two of the common kinds, from one that was heard.

    A slip is a digit taken for another, dropped or doubled.

    Args:
        heard: digits of each pass; a leading country 1 does not count.
        length: how many digits the number must have, 7 or 10.

    Returns:
        In order of their digits, without those that the North American plan forbids (an area code or exchange that begins
        with 0 or 1). None where two digits are missing: there would be a thousand.
    """
    found: set[str] = set()
    for digits in map(national_digits, heard):
        gap = length - len(digits)
        if gap == 0:
            found.add(digits)
            found |= {digits[:i] + one + digits[i + 1 :] for i in range(length) for one in _DIGITS}
            found |= {twice for short in _dropped({digits}) for twice in _doubled({short})}
        elif gap == 1:
            found |= _inserted({digits})
        elif gap == -1:
            found |= _dropped({digits})
        elif gap == -2:
            found |= _dropped(_dropped({digits}))
    return sorted(number for number in found if len(number) == length and possible(number))


def _dropped(numbers: Iterable[str]) -> set[str]:
    return {one[:i] + one[i + 1 :] for one in numbers for i in range(len(one))}


def _doubled(numbers: Iterable[str]) -> set[str]:
    return {one[:i] + one[i] + one[i:] for one in numbers for i in range(len(one))}


def _inserted(numbers: Iterable[str]) -> set[str]:
    return {one[:i] + digit + one[i:] for one in numbers for i in range(len(one) + 1) for digit in _DIGITS}


def possible(digits: str) -> bool:
    """Whether digits can be a number of the North American plan.

    Args:
        digits: ten, or seven, which always can.

    Returns:
        False where area code or exchange begins with 0 or 1.
    """
    return len(digits) == 7 or (digits[0] not in "01" and digits[3] not in "01")


def expected_length(phone: Phone, *, local: bool) -> int | None:
    """How many digits a number must have had.

    Args:
        phone: as heard.
        local: seven digits are a complete number.

    Returns:
        10, or 7 where local numbers count; None where what was heard is too far from both.
    """
    heard = len(national_digits(phone.digits))
    if local and 6 <= heard <= 8:
        return 7
    return 10 if 9 <= heard <= 12 else None


def written_number(digits: str) -> str:
    """A number as recognisers write it.

    Args:
        digits: seven or more.

    Returns:
        " 303-555-0126": groups with dashes, after a space.
    """
    return " " + f"{digits[:-7]}-{digits[-7:-4]}-{digits[-4:]}".lstrip("-")


def spelled_digits(digits: str) -> str:
    """A number digit by digit.

    Args:
        digits: any number of them.

    Returns:
        " 3 0 3": each after a space.
    """
    return " " + " ".join(digits)


def settle_number(
    phone: Phone,
    again: Phone | None,
    best: str,
    lead: float,
    chance: float,
    region: str,
    *,
    options: HypothesisOptions = DEFAULT.hypotheses,
) -> Phone:
    """The number after both passes and the comparison of its neighbours with the sound.

    Args:
        phone: as first heard.
        again: as heard the second time, if it was.
        best: the likeliest of the neighbours, without country code.
        lead: by how much it is likelier than the next, nats.
        chance: its share of the probability of all that were compared, 0 to 1.
        region: two-letter region, for the international form.
        options: leads that suffice.

    Returns:
        A number of the right length keeps its digits, unless ``best`` is another that the second pass says too or that leads
        by ``options.lead``; where the first was heard in full, both are needed. It stays complete if ``best`` is the same by
        ``options.lead``. What takes its place, or that of a number of the wrong length, is complete from ``options.sure`` on
        where the second pass says it too, else from ``options.made`` on, unless two numbers were heard in full.
    """
    first, second = national_digits(phone.digits), national_digits(again.digits) if again is not None else ""
    reasons = (best == second, lead >= options.lead)
    moves = best != first and (all(reasons) if phone.complete else any(reasons))
    if phone.complete and not moves:
        sure = first == best and lead >= options.lead
        shared = similarity(first, second) if second else 0.0
        agreement = phone.agreement if sure else min(phone.agreement, round(shared, 4))
        return replace(phone, complete=sure, agreement=agreement, confidence=round(min(phone.confidence, chance), 4))
    if len(first) == len(best) and possible(first) and not moves:
        return replace(phone, confidence=round(min(phone.confidence, chance if first == best else 1 - chance), 4))
    more, enough = len(best) / max(1, len(phone.digits)), options.sure if best == second else options.made
    return replace(
        phone,
        digits=best,
        e164=international(best, False, region),
        agreement=round(min(phone.agreement, similarity(phone.digits, best)), 4),
        confidence=round(chance * (1.0 if lead >= enough else options.unsure_factor), 4),
        digits_per_s=phone.digits_per_s * more,
        complete=lead >= enough and not phone.complete,
    )
