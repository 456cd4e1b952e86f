"""Transcript -> Entities: caller, callee, company, telephone numbers, e-mail addresses and times, with their places.

The parser of numbers is in `numbers` and `runs`, the judgement over several sayings in `phones`, names in `names`, addresses
and
times in `contact`. `match_name` compares a heard name with an expected spelling; `confirm` checks numbers against
a second hearing.
"""

from __future__ import annotations

from vmaudio.records import Entities, Transcript
from vmaudio.text.entities.contact import find_emails, find_times
from vmaudio.text.entities.digit_runs import find_sayings
from vmaudio.text.entities.names import NameFinder
from vmaudio.text.entities.phones import build_phones
from vmaudio.text.numbers import find_numbers
from vmaudio.text.tokens import tokenize


def find_entities(transcript: Transcript, *, local_numbers: bool = False, region: str = "US") -> Entities:
    """Find who calls whom from where, and how to call back.

    Args:
        transcript: the recognised words with times (seconds) and probabilities (0 to 1).
        local_numbers: a 7-digit number counts as complete.
        region: two-letter region that numbers belong to when no country code is said.

    Returns:
        Entities. Nothing found gives None and empty tuples; no text makes this raise.
    """
    tokens = tokenize(transcript)
    if transcript.status != "speech" or not tokens:
        return Entities()
    numbers = find_numbers(tokens)
    sayings = find_sayings(numbers, tokens, local_numbers)
    phones = build_phones(sayings, local=local_numbers, region=region)
    spans = [span for phone in phones for span in phone.spans]
    taken = {
        index
        for index, token in enumerate(tokens)
        if any(token.start_s < span.end_s and token.end_s > span.start_s for span in spans)
    }
    names = NameFinder(tokens, numbers)
    return Entities(
        caller=names.caller(),
        callee=names.callee(),
        company=names.company(),
        phones=phones,
        emails=find_emails(tokens),
        times=find_times(tokens, taken),
    )
