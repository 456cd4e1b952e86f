"""Checks of why the listener should call back: is a reason given, and is it the listener's own?"""

from __future__ import annotations

import dataclasses
import re

from vmaudio.classify import contact_of
from vmaudio.features import YOU
from vmaudio.records import APPROACHES, PARTS, Part, clock
from vmaudio.rubric.checks.case import Case
from vmaudio.rubric.checks.questions import asks
from vmaudio.rubric.checks.rulings import Ruling, cannot_judge, counting, failed, not_applicable, passed, quote, ramp
from vmaudio.rubric.checks.unheard import CLAUSE_WORDS, guessed_run, listen, not_heard
from vmaudio.rubric.criterion import Criterion
from vmaudio.rubric.gains import thing_given
from vmaudio.rubric.hollow import pretence

_BARE = "a bare call: no reason is given, and none is pretended"
_NOT_SURE = ": not sure whether it is a reason to call back"


@asks(
    "does one of these parts say why, beyond a pretext and praise of the own company?",
    options={"parts": ("reason",)},
    choices={"parts": PARTS},
)
def gives_reason(case: Case, criterion: Criterion) -> Ruling:
    """Pass where one of the parts says something to the listener; "just wanted to see if you got my e-mail" does not.

    A bare call ("it's Dana, call me") is n/a, unless it has a pretext.

    Args:
        case: the message.
        criterion: gives ``parts``.
    """
    wanted = criterion.words("parts")
    if case.analysis.structure.counts_as == "curiosity" and case.no_reason is None:
        excuse = pretence(case.analysis.structure.parts)
        if excuse is None:
            return not_applicable(_BARE)
        evidence = f"{quote(excuse.text)} at {clock(excuse.start_s)} is no reason to call back"
        return failed(evidence, excuse.start_s, excuse.end_s)
    part = next(iter(case.telling(wanted)), None)
    if part is None:
        return _no_reason(case, wanted, case.analysis.structure.chances.get("pitch", 0.0))
    said = f"{quote(part.text)} at {clock(part.start_s)}"
    if case.may_give_none:
        return cannot_judge(f"{said}{_NOT_SURE}", part.start_s, part.end_s)
    return counting(passed(said, part.start_s, part.end_s), case.counts(part, wanted))


@asks(
    "is the reason this listener's own, by what the message is heard as?",
    options={"parts": ("reason",), "approaches": ("relevance_first",), "sure": 0.6},
    choices={"parts": PARTS, "approaches": APPROACHES},
    whole_message=True,
)
def own_reason(case: Case, criterion: Criterion) -> Ruling:
    """Pass where a reason is given and the message is heard as one of the approaches, whose reason cannot be anybody's.

    The approaches' probabilities are added up: a fail needs 1 - ``sure`` or less, and between the two nothing is said. Nor is
    it where the reason says "you", unless the message is heard as a pitch, and where the reason model takes it for none.

    Args:
        case: the message.
        criterion: gives ``parts`` in which the reason stands, ``approaches``, and ``sure``, 0.5 to 1.
    """
    structure = case.analysis.structure
    if structure.counts_as == "curiosity" and pretence(structure.parts) is None and case.no_reason is None:
        return not_applicable(_BARE)
    wanted, sure = criterion.words("parts"), criterion.number("sure") or 0.5
    own = _heard_as(case, criterion.words("approaches"))
    part = next(iter(case.telling(wanted)), None)
    if part is None:
        return _no_reason(case, wanted, 1.0 - own)
    said = f"{quote(part.text)} at {clock(part.start_s)}"
    margin = case.options.confidence.full_approach
    if own >= sure and case.may_give_none:
        return cannot_judge(f"{said}{_NOT_SURE}", part.start_s, part.end_s)
    if own >= sure:
        return counting(passed(said, part.start_s, part.end_s), ramp(own, sure, sure + margin), case.counts(part, wanted))
    pitch = structure.counts_as == "pitch"
    if own > 1 - sure or (not pitch and any(_says_you(part) for part in case.telling(wanted))):
        return cannot_judge(f"{said}: not sure whether it would fit anybody", part.start_s, part.end_s)
    if contact := contact_of(case.analysis.transcript.text) or thing_given(case.analysis.transcript.text):
        return cannot_judge(f"{said}: “{contact}” may make it this listener's own", part.start_s, part.end_s)
    found = failed(f"{said} would fit anybody", part.start_s, part.end_s)
    return counting(found, ramp(own, 1 - sure, 1 - sure - margin))


@asks(
    "is it heard as another approach than these?",
    options={"approaches": ("pitch",), "sure": 0.6},
    choices={"approaches": APPROACHES},
    whole_message=True,
)
def not_heard_as(case: Case, criterion: Criterion) -> Ruling:
    """Fail where the message is heard as one of the approaches; in doubt, also of the approach model, nothing is said.

    Nor is it where a phrase gives the listener a thing: the approach model takes some offers for pitches.

    Args:
        case: the message.
        criterion: gives ``approaches``, and ``sure``, 0.5 to 1: a pass needs 1 - ``sure`` or less.
    """
    names, sure = criterion.words("approaches"), criterion.number("sure") or 0.5
    found = _heard_as(case, names)
    said = f"{' or '.join(names).replace('_', ' ')} ({100 * found:.0f} %)"
    if 1 - sure < found and (found < sure or case.analysis.structure.counts_as not in names):
        return cannot_judge(f"may be a {said}")
    margin = case.options.confidence.full_approach
    if found >= sure and "offer" not in names and (given := thing_given(case.analysis.transcript.text)):
        return cannot_judge(f"may be a {said}, though “{given}” speaks for an offer")
    if found >= sure:
        return counting(failed(f"the words read as a {said}"), ramp(found, sure, sure + margin))
    return counting(passed(f"the words do not read as a {said}"), ramp(found, 1 - sure, 1 - sure - margin))


@asks("is nobody pressed: no threat, guilt, tease, false urgency, insult or begging?", whole_message=True)
def no_pressure(case: Case, criterion: Criterion) -> Ruling:
    """Fail where the reason model is sure that the message presses; pass where it is hardly possible, else nothing is said.

    Args:
        case: the message.
        criterion: has no options.
    """
    heard, limits = case.analysis.structure.reason, case.options.confidence
    if heard is None:
        return not_applicable("no model read the reason")
    presses = heard.chance("pressure")
    if presses <= limits.no_pressure:
        return passed("nothing in the words presses")
    if presses < limits.sure_pressure or not heard.text:
        return cannot_judge(f"may press ({100 * presses:.0f} %)")
    said = f"{quote(heard.text)} at {clock(heard.start_s)}"
    if case.no_reason is None:
        return cannot_judge(f"{said} may press", heard.start_s, heard.end_s)
    if guesses := guessed_run(case, CLAUSE_WORDS):
        return listen(guesses, f"{said} may press")
    return failed(f"{said} presses instead of giving a reason", heard.start_s, heard.end_s)


def _says_you(part: Part) -> bool:
    """Whether a part speaks of the listener."""
    return not YOU.isdisjoint(re.findall(r"[\w']+", part.text.lower().replace("’", "'")))


def _heard_as(case: Case, approaches: tuple[str, ...]) -> float:
    """How sure the approach model is that the message is one of these."""
    return sum(case.analysis.structure.chances.get(name, 0.0) for name in approaches)


def _no_reason(case: Case, labels: tuple[str, ...], anybody: float) -> Ruling:
    """A fail for a reason that is missing: as sure as the message is heard as fit for anybody, or its reason as empty."""
    found = not_heard(case, "no reason was heard", labels, telling=True)
    excuse = case.hollow(labels)
    empty = excuse is not None and excuse.plays == "reason" and found.absent >= case.options.confidence.sure_empty
    if found.verdict != "fail":
        return found
    structure, limit = case.analysis.structure, case.options.confidence.maybe_approach
    if structure.chances.get("curiosity", 0.0) >= limit and pretence(structure.parts) is None and case.no_reason is None:
        return cannot_judge(f"{found.evidence}, but this may be {_BARE}", found.start_s, found.end_s)
    return dataclasses.replace(found, absent=max(found.absent, anybody, float(empty)))
