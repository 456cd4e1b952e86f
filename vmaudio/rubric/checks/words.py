"""Checks of the words said: phrases to say or to leave out, and what is specific to this prospect."""

from __future__ import annotations

import re

from vmaudio.records import clock
from vmaudio.rubric.checks.case import Case
from vmaudio.rubric.checks.questions import asks
from vmaudio.rubric.checks.rulings import Ruling, failed, not_applicable, passed, quote
from vmaudio.rubric.checks.unheard import not_heard
from vmaudio.rubric.criterion import Criterion
from vmaudio.rubric.prospect import Known, facts, specific, terms


@asks("is something in the message specific to this prospect?")
def personal(case: Case, criterion: Criterion) -> Ruling:
    """Pass where rare words of the prospect's notes come back in the message; n/a where there is nothing to compare with.

    Args:
        case: the message.
        criterion: gives no options.
    """
    analysis, options = case.analysis, case.options.prospect
    message, script, company = analysis.message, analysis.transcript, analysis.entities.company
    known = Known(message, (company.text,) if company else (), case.team, analysis.recording_id, options)
    if not terms(message.notes, options):
        return not_applicable("the manifest has no notes on the prospect, so nothing specific is known")
    if not facts(known, script):
        return not_applicable("nothing in the notes could be said that is true of this prospect only")
    found = specific(known, script)
    if not found:
        return not_heard(case, f"nothing specific from the notes was heard ({quote(message.notes or '')})", ())
    words = ", ".join(f"“{item.term}” at {clock(item.word.start_s)}" for item in found[:3])
    return passed(words, found[0].word.start_s, found[0].word.end_s)


@asks("is one of these phrases said?", options={"phrases": ("by Friday",), "within_s": 10.0}, optional=("within_s",))
def says_any(case: Case, criterion: Criterion) -> Ruling:
    """Pass where one of the phrases is said.

    Args:
        case: the message.
        criterion: gives ``phrases`` and ``within_s``.
    """
    found = _find_phrase(case, criterion)
    if found is None:
        return failed("none of the phrases was heard")
    return passed(f"“{found[0]}” at {clock(found[1])}", found[1], found[2])


@asks("are these phrases left out?", options={"phrases": ("touch base",), "within_s": 10.0}, optional=("within_s",))
def says_none(case: Case, criterion: Criterion) -> Ruling:
    """Pass where none of the phrases is said.

    Args:
        case: the message.
        criterion: gives ``phrases`` and ``within_s``.
    """
    found = _find_phrase(case, criterion)
    if found is None:
        return passed("none of the phrases was heard")
    return failed(f"“{found[0]}” at {clock(found[1])}", found[1], found[2])


def _find_phrase(case: Case, criterion: Criterion) -> tuple[str, float, float] | None:
    within_s = criterion.number("within_s")
    words = [word for word in case.analysis.transcript.words if within_s is None or word.start_s <= within_s]
    tokens = [(re.sub(r"[^\w']", "", word.text.lower().replace("’", "'")), word) for word in words]
    tokens = [(token, word) for token, word in tokens if token]
    for phrase in criterion.words("phrases"):
        wanted = re.findall(r"[\w']+", phrase.lower())
        for i in range(len(tokens) - len(wanted) + 1):
            if wanted and [token for token, _ in tokens[i : i + len(wanted)]] == wanted:
                return phrase, tokens[i][1].start_s, tokens[i + len(wanted) - 1][1].end_s
    return None
