"""Transcript -> Entities: caller, callee, company, telephone numbers, e-mail addresses and times, with their places.

Digits are read in `vmaudio.text.numbers` and put into rows in `digit_runs`; `phones` decides over several sayings of one number
and whether it is complete. Names are found in `callees`, `callers` and `names`, addresses and times in `contact`. `name_match`
compares a heard name with an expected spelling; `agreement` and `hypotheses` check numbers against a second pass.
"""

from __future__ import annotations

from vmaudio.records import Entities, Transcript
from vmaudio.text.entities.contact import find_emails, find_times
from vmaudio.text.entities.digit_runs import find_sayings
from vmaudio.text.entities.names import NameFinder
from vmaudio.text.entities.options import DEFAULT, EntityOptions
from vmaudio.text.entities.phones import build_phones
from vmaudio.text.numbers import find_numbers
from vmaudio.text.tokens import tokenize


def find_entities(
    transcript: Transcript, *, local_numbers: bool = False, region: str = "US", options: EntityOptions = DEFAULT
) -> Entities:
    """Find who calls whom from where, and how to call back.

    Args:
        transcript: the recognised words with times (seconds) and probabilities (0 to 1).
        local_numbers: a 7-digit number counts as complete.
        region: two-letter region that numbers belong to when no country code is said.
        options: thresholds of the finders.

    Returns:
        Entities. Nothing found gives None and empty tuples; no text makes this raise.
    """
    tokens = tokenize(transcript)
    if transcript.status != "speech" or not tokens:
        return Entities()
    numbers = find_numbers(tokens)
    sayings = find_sayings(numbers, tokens, local_numbers, options.runs)
    phones = build_phones(sayings, local=local_numbers, region=region, options=options.phones)
    spans = [span for phone in phones for span in phone.spans]
    taken = {
        index
        for index, token in enumerate(tokens)
        if any(token.start_s < span.end_s and token.end_s > span.start_s for span in spans)
    }
    names = NameFinder(tokens, numbers, options.names)
    return Entities(
        caller=names.caller(),
        callee=names.callee(),
        company=names.company(),
        phones=phones,
        emails=find_emails(tokens),
        times=find_times(tokens, taken),
    )
