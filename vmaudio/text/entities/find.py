"""Transcript -> Entities: caller, callee, company, telephone numbers, e-mail addresses and times, with their places.

Digits are read in `vmaudio.text.numbers` and put into rows in `digit_runs`; `phones` decides over several sayings of one number
and whether it is complete. Names are found in `callees`, `callers` and `names`, addresses and times in `contact`. `name_match`
compares a heard name with an expected spelling; `agreement` and `hypotheses` check numbers against a second pass.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from vmaudio.records import Entities, Mention, Span, Transcript
from vmaudio.text.entities.contact import find_emails, find_times
from vmaudio.text.entities.digit_runs import find_sayings
from vmaudio.text.entities.names import NameFinder
from vmaudio.text.entities.options import DEFAULT, EntityOptions
from vmaudio.text.entities.phones import build_phones
from vmaudio.text.numbers import find_numbers
from vmaudio.text.tokens import Token, tokenize


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
        Entities. Nothing found gives None and empty tuples; no text makes this raise, and the work grows with its length only.
    """
    tokens = tokenize(transcript)
    if transcript.status != "speech" or not tokens:
        return Entities()
    numbers = find_numbers(tokens)
    sayings = find_sayings(numbers, tokens, local_numbers, options.runs)
    phones = build_phones(sayings, local=local_numbers, region=region, options=options.phones)
    names = NameFinder(tokens, numbers, options.names)
    return Entities(
        caller=names.caller(),
        callee=names.callee(),
        company=names.company(),
        phones=phones,
        emails=find_emails(tokens),
        times=find_times(tokens, _inside(tokens, [span for phone in phones for span in phone.spans])),
    )


def find_company(tokens: Sequence[Token], options: EntityOptions = DEFAULT) -> Mention | None:
    """The caller's company as `find_entities` finds it, without looking for anything else.

    Args:
        tokens: the words of a message with speech, in order.
        options: thresholds of the finders.

    Returns:
        The company; None where none is named.
    """
    return NameFinder(tokens, find_numbers(tokens), options.names).company() if tokens else None


def _inside(tokens: Sequence[Token], spans: Sequence[Span]) -> set[int]:
    """The tokens of which some sound lies in one of the spans; spans may overlap and come in any order."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start_s, span.end_s)):
        if joined and span.start_s < joined[-1].end_s:
            joined[-1] = Span(joined[-1].start_s, max(joined[-1].end_s, span.end_s))
        else:
            joined.append(span)
    ends = [span.end_s for span in joined]
    inside = set()
    for index, token in enumerate(tokens):
        place = bisect.bisect_right(ends, token.start_s)
        if place < len(joined) and joined[place].start_s < token.end_s:
            inside.add(index)
    return inside
