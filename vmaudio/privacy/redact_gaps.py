"""Where a name or number must have been said and was not made out: the words there are left out whatever they are.

A recogniser that mishears a name or a digit writes other words in its place. That a name of the manifest is missing, or that
a telephone number has too few digits, says that this happened; the greeting, the introduction, or the number's surroundings
are then left out as a whole.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence

from vmaudio.privacy.options import RedactOptions
from vmaudio.privacy.redact_tokens import digits_in, tokens_of
from vmaudio.privacy.redact_words import NUMBER
from vmaudio.records import Analysis, Part, Span, Word
from vmaudio.text import COMMON, FUNCTION, match_name

_IN_FULL = 10
"""Digits of a telephone number."""

_AREA = 3
"""Digits of an area code: so many are often missed as a whole."""

_NUMBER_PARTS = ("number", "number_repeat")


def places_of_names(analysis: Analysis, options: RedactOptions) -> list[Span]:
    """Where names should have been said that were not heard: of the manifest, or none at all.

    A part that was classified as the listener's name, an introduction or a company, and in which no such name was found, is
    named, also without a manifest, unless the manifest's name was heard. Of a person of the manifest whose first name was not
    heard the greeting (of the prospect) or the introduction (of the rep) is named; of one of whom no name was heard also the
    start of the message, since greetings and introductions usually stand there.

    Args:
        analysis: as measured.
        options: how alike a heard name is, and how long a greeting and an introduction are.

    Returns:
        Stretches in seconds.
    """
    words = [word for word in analysis.transcript.words if math.isfinite(word.start_s)]
    if not words:
        return []
    start_s, message, parts = words[0].start_s, analysis.message, analysis.structure.parts
    people = (
        (message.prospect_name, ("greeting", "callee"), options.greeting_s),
        (message.rep, ("identity",), options.introduction_s),
    )
    found: list[Span] = []
    made_out: set[str] = set()
    for name, labels, reach_s in people:
        names = [token for token in tokens_of(name) if len(token) > 1]
        heard = [_heard(token, words, options) for token in names]
        if not heard or heard[0]:
            made_out.update(labels if heard else ())
            continue
        found += _spans(parts, labels)
        if not any(heard):
            found.append(Span(start_s, start_s + reach_s))
    return [*found, *_unnamed(analysis, made_out)]


def _unnamed(analysis: Analysis, made_out: Collection[str]) -> Iterable[Span]:
    """Parts that name somebody, in which no such name was found; not of those whose name by the manifest was heard."""
    heard = analysis.entities
    said = {"callee": heard.callee, "identity": heard.caller, "company": heard.company}
    for label, mention in said.items():
        for span in _spans(analysis.structure.parts, () if label in made_out else (label,)):
            if mention is None or not _touches(span, (Span(mention.start_s, mention.end_s),)):
                yield span


def _heard(name: str, words: Sequence[Word], options: RedactOptions) -> bool:
    """Whether a word is this name or sounds like it; an everyday word ("you've" for Aoife) only when it is the name."""
    tokens = {token for word in words for token in tokens_of(word.text) if len(token) > 1}
    return name in tokens or any(match_name(token, name) >= options.alike for token in tokens - FUNCTION - COMMON)


def _spans(parts: Iterable[Part], labels: Sequence[str]) -> list[Span]:
    return [Span(part.start_s, part.end_s) for part in parts if part.plays in labels]


def around_numbers(analysis: Analysis, words: Sequence[Word], cleaned: Sequence[Word], options: RedactOptions) -> list[Span]:
    """The surroundings of numbers of which digits are missing.

    Args:
        analysis: as measured.
        words: as recognised.
        cleaned: the same words, with `NUMBER` in place of those that are part of a number.
        options: seconds that a digit takes.

    Returns:
        Stretches before and after such a number, as long as its missing digits take; and whole parts that were classified as a
        number. Where the message has a number in full, or one was found by its place, other digits (a price) are let be.
    """
    parts = _spans(analysis.structure.parts, _NUMBER_PARTS)
    phones = analysis.entities.phones
    places = [*parts, *(span for phone in phones for span in phone.spans)]
    whole = [span for phone in phones if phone.complete for span in phone.spans]
    runs = list(_runs(words, cleaned))
    in_full = bool(whole) or any(digits >= _IN_FULL for _, digits in runs)
    found = [] if in_full else list(parts)
    for span, digits in runs:
        if digits < options.run_digits or digits >= _IN_FULL or _touches(span, whole):
            continue
        if (in_full or places) and not _touches(span, places):
            continue
        reach_s = options.digit_s * max(_AREA, _IN_FULL - digits)  # nine digits may be a wrong row of six behind an area code
        if reach_s > 0:
            found.append(Span(span.start_s - reach_s, span.end_s + reach_s))
    return found


def _touches(span: Span, others: Iterable[Span]) -> bool:
    return any(span.start_s < other.end_s and span.end_s > other.start_s for other in others)


def _runs(words: Sequence[Word], cleaned: Sequence[Word]) -> Iterable[tuple[Span, int]]:
    """Rows of words that are part of a number, with their time and digits."""
    row: list[Word] = []
    for said, kept in [*zip(words, cleaned, strict=True), (None, None)]:
        if said is not None and kept is not None and kept.text == NUMBER:
            row.append(said)
            continue
        if row and math.isfinite(row[0].start_s) and math.isfinite(row[-1].end_s):
            yield Span(row[0].start_s, row[-1].end_s), sum(digits_in(word.text) for word in row)
        row = []
