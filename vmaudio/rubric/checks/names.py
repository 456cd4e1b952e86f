"""Checks of the names said: the caller's, the listener's, the company's."""

from __future__ import annotations

import re

from vmaudio.records import Mention, Message
from vmaudio.rubric.checks.case import Case
from vmaudio.rubric.checks.questions import asks
from vmaudio.rubric.checks.rulings import Ruling, clock, failed, not_applicable, passed, quote, ruling
from vmaudio.rubric.criterion import Criterion
from vmaudio.text import match_name

_OPENINGS = frozenset({"hi", "hello", "hey", "morning", "afternoon", "evening"})
_NAME = re.compile(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+){0,4}\.?")


@asks("was the caller's name heard?")
def caller_named(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the caller's name was heard, or a part in which the caller is named.

    Args:
        case: the message.
        criterion: gives no options.
    """
    return _named(case, case.analysis.entities.caller, ("identity",), "your name")


@asks("was the listener's name heard?")
def callee_named(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the listener's name was heard; n/a where the word after the greeting was not made out.

    Args:
        case: the message.
        criterion: gives no options.
    """
    unsure = _unsure_opening(case)
    if case.analysis.entities.callee is None and not case.parts(("callee",)) and unsure:
        return not_applicable(f"what follows the greeting cannot be made out for certain ({quote(unsure)}?)")
    return _named(case, case.analysis.entities.callee, ("callee",), "the listener's name")


@asks("was the caller's company heard?")
def company_named(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the caller's company was heard.

    Args:
        case: the message.
        criterion: gives no options.
    """
    return _named(case, case.analysis.entities.company, ("company",), "a company")


@asks("is the name heard the manifest's prospect_name?", options={"least_similarity": 0.8})
def callee_matches(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the name heard is like the manifest's.

    Args:
        case: the message.
        criterion: gives ``least_similarity``.
    """
    expected = _expected_callee(case.analysis.message)
    said = case.analysis.entities.callee
    if not expected:
        return not_applicable("the manifest gives no prospect_name")
    if said is None:
        return not_applicable("no listener's name was heard")
    likeness = match_name(said.text, expected)
    least = criterion.number("least_similarity") or 0.0
    return ruling(likeness >= least, f"heard {quote(said.text)}, the list says “{expected}”", said.start_s, said.end_s)


def _named(case: Case, mention: Mention | None, labels: tuple[str, ...], what: str) -> Ruling:
    if mention is not None:
        return passed(f"{quote(mention.text)} at {clock(mention.start_s)}", mention.start_s, mention.end_s)
    part = next(iter(case.parts(labels)), None)
    if part is not None:  # the part model heard it, the name itself was not caught
        return passed(f"{quote(part.text)} at {clock(part.start_s)}", part.start_s, part.end_s)
    return failed(f"{what} was not heard", absent=case.absent(labels))


def _unsure_opening(case: Case) -> str | None:
    """The word after the greeting that was not made out for certain, if there is one: it may have been a name."""
    words = case.analysis.transcript.words[:5]
    greeting = next((i for i, word in enumerate(words) if re.sub(r"\W", "", word.text.lower()) in _OPENINGS), None)
    after = words[greeting + 1 : greeting + 2] if greeting is not None else ()
    return next((word.text for word in after if word.probability < case.options.confidence.readable_probability), None)


def _expected_callee(message: Message) -> str | None:
    """The listener's name by the manifest: ``prospect_name``, else a ``prospect`` that is a name and no id."""
    if message.prospect_name:
        return message.prospect_name
    prospect = message.prospect or ""
    return prospect if _NAME.fullmatch(prospect) and prospect != prospect.lower() and " " in prospect else None
