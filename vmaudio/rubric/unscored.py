"""Messages that get no points: without speech, of an unknown beginning, or of a kind the rubric is not for."""

from __future__ import annotations

import re

from vmaudio.records import Analysis
from vmaudio.rubric.checks import chance_of
from vmaudio.rubric.load import Rubric
from vmaudio.rubric.options import RUBRIC_OPTIONS, ConfidenceOptions

_KIN = frozenset(
    """mum mom mommy mummy mama dad daddy papa grandma grandpa nana granny gran grandad uncle aunt auntie aunty tía tio tío
    sweetie honey babe darling""".split()
)
"""Words by which family is greeted. No labelled sales message (of 357) has one in its opening, of 31 private ones 5."""

_OPENING_WORDS = 4


def unscored_because(analysis: Analysis, rubric: Rubric, options: ConfidenceOptions = RUBRIC_OPTIONS.confidence) -> str | None:
    """Why a message gets no points: no speech, another speed than it was spoken at, a greeting that cannot be told from it, or
    not for this rubric (``not_for``).

    Args:
        analysis: of the message.
        rubric: by which it would be scored.
        options: when a message that names its listener is a robocall all the same.

    Returns:
        The reason as a clause; None where the message is scored.
    """
    if analysis.transcript.status != "speech":
        return "there is no speech in it"
    wrong_speed = next((flag.evidence for flag in analysis.flags if flag.kind == "wrong_speed"), None)
    if wrong_speed is not None:
        return wrong_speed
    unsure = next((flag.evidence for flag in analysis.flags if flag.kind == "message_start_unsure"), None)
    if unsure is not None:
        return unsure
    if "other" in rubric.not_for and (word := _family(analysis)):
        return f"it is a private message (“{word}”)"
    if "other" in rubric.not_for and analysis.transcript.is_english and len(analysis.transcript.words) < options.fewest_words:
        return "it has too few words to tell what kind of message it is"
    if "other" in rubric.not_for and analysis.structure.approach == "unclear" and _is_bare(analysis):
        return "neither a name, a company nor a number was heard, and it is not clear what the message is about"
    chances = analysis.structure.chances
    approach = max(chances, key=lambda name: chances[name], default=analysis.structure.counts_as)  # "unclear" or not
    sure = chances.get(approach, 0.0)
    callee = analysis.entities.callee
    named = callee is not None and callee.probability >= options.named_probability
    if approach == "robocall" and named and sure < options.named_robocall:
        return None
    needed = rubric.not_for_probability
    if approach == "inquiry" and not _offers(analysis, options):
        needed = min(needed, options.no_offer_probability)
    if approach in rubric.not_for and sure >= needed:
        return f"it is no sales message of the kind this rubric is for ({approach}, {100 * sure:.0f} % sure)"
    return None


def _is_bare(analysis: Analysis) -> bool:
    """Whether nothing was heard that a sales message has: who calls, from where, or how to answer."""
    heard = analysis.entities
    return analysis.transcript.is_english and not (heard.caller or heard.company or heard.phones or heard.emails)


def _family(analysis: Analysis) -> str:
    """The first of the opening words that is said to family; "" without such."""
    opening = re.findall(r"[^\W\d_]+", analysis.transcript.text.lower())[:_OPENING_WORDS]
    return next((word for word in opening if word in _KIN), "")


def _offers(analysis: Analysis, options: ConfidenceOptions) -> bool:
    """Whether a part of the message may be a value or an offer: whoever sells has something."""
    return any(chance_of(part, ("value", "offer")) >= options.sure_part for part in analysis.structure.parts)
