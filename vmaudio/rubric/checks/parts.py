"""Checks of the parts of a message: which there are, when, how often and in which order."""

from __future__ import annotations

from collections.abc import Sequence

from vmaudio.records import PARTS, Part, clock
from vmaudio.rubric.ask_phrases import is_condition, things_asked
from vmaudio.rubric.checks.case import SAYS_WHY, Case, chance_of
from vmaudio.rubric.checks.questions import asks
from vmaudio.rubric.checks.rulings import Ruling, cannot_judge, counting, not_applicable, passed, quote, ruling
from vmaudio.rubric.checks.unheard import not_heard, says_nothing
from vmaudio.rubric.criterion import Criterion
from vmaudio.rubric.gains import GAINS, says_gain

_HARDLY = 1 / 3
"""A part that counts for less is no ground for an order."""

_ASK_NOTHING = frozenset({"greeting", "callee", "identity", "opt_out", "reason"})
"""Parts whose phrases ask for nothing: "may I speak to Ann?", "I wanted to let you know"."""

_BEFORE_S = 0.01
"""A part that starts this much earlier comes before another."""


def _best(parts: Sequence[Part], wanted: tuple[str, ...]) -> Part:
    """The part on which a pass rests best: one that says a gain plainly, where gains are asked for, then the surest."""
    gains = GAINS.issuperset(wanted)
    return max(parts, key=lambda part: (gains and says_gain(part.text), part.probability))


@asks("is one of these parts in the message?", options={"parts": ("value",)}, choices={"parts": PARTS}, any_language=True)
def part_present(case: Case, criterion: Criterion) -> Ruling:
    """Pass where one of the parts is in the message; reasons and values that say nothing are left to the listener.

    A value or an offer needs a word that says what somebody gains (`says_gain`), unless the part model is as good as sure:
    reasons are often taken for values.

    Args:
        case: the message.
        criterion: gives ``parts``.
    """
    wanted = criterion.words("parts")
    found = case.parts(wanted)
    if not found:
        return not_heard(case, f"no {' or '.join(wanted)} was heard", wanted)
    part = _best(case.telling(wanted) or found, wanted)
    if not case.telling(wanted):
        said = f"{quote(part.text)} at {clock(part.start_s)} could be said by anybody to anybody"
        return cannot_judge(said, part.start_s, part.end_s)
    said = f"{quote(part.text)} at {clock(part.start_s)}"
    limits = case.options.confidence
    if (sure := chance_of(part, wanted)) < limits.sure_part:
        return cannot_judge(f"{said} may be it ({100 * sure:.0f} %)", part.start_s, part.end_s)
    if GAINS.issuperset(wanted) and sure < limits.plain_part and not says_gain(part.text):
        return cannot_judge(
            f"{said} may be it ({100 * sure:.0f} %): no word of it says plainly what they gain", part.start_s, part.end_s
        )
    return counting(passed(said, part.start_s, part.end_s), case.counts(part, wanted))


@asks(
    "was one of these parts heard by this second?",
    options={"parts": ("reason",), "by_s": 9.0},
    choices={"parts": PARTS},
    any_language=True,
)
def part_by(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the first of the parts starts in time; reasons and values that say nothing do not count.

    Args:
        case: the message.
        criterion: gives ``parts`` and ``by_s``.
    """
    wanted, by_s = criterion.words("parts"), case.in_file(criterion.number("by_s") or 0.0)
    part = next(iter(case.telling(wanted)), None)
    if part is None:
        return not_heard(case, f"no {' or '.join(wanted)} was heard", wanted, telling=True)
    evidence = f"{quote(part.text)} comes at {clock(part.start_s)}{case.of_message(part.start_s)}"
    if part.start_s > by_s and not_heard(case, "", wanted, by_s, telling=True).verdict == "n/a":
        hollow = case.hollow(wanted)
        before = (
            "none was heard before" if hollow is None or hollow.start_s > part.start_s else "none that tells was heard before"
        )
        return not_heard(case, f"{evidence}; {before}", wanted, by_s, telling=True)
    found = ruling(part.start_s <= by_s, evidence, part.start_s, part.end_s, case.absent(wanted, by_s, telling=True))
    return counting(found, case.near(part.start_s, by_s), case.counts(part, wanted) if part.start_s <= by_s else 1.0)


@asks(
    "does the first list come before the second?",
    options={"first": ("reason",), "then": ("company",)},
    choices={"first": PARTS, "then": PARTS},
    any_language=True,
)
def part_before(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the one comes before the other; n/a where one of them is missing.

    Args:
        case: the message.
        criterion: gives ``first`` and ``then``.
    """
    first = next(iter(case.telling(criterion.words("first"))), None)
    then = next(iter(case.parts(criterion.words("then"))), None)
    if first is None or then is None:
        missing = criterion.words("first") if first is None else criterion.words("then")
        hollow = case.hollow(criterion.words("first")) if first is None else None
        if hollow is not None:
            return not_applicable(says_nothing(hollow))
        return not_applicable(f"no part of the message is {' or '.join(missing)}")
    evidence = f"{first.title or first.label} at {clock(first.start_s)}, {then.title or then.label} at {clock(then.start_s)}"
    named = case.analysis.entities.company
    if then.plays == "company" and named is not None and case.is_no_company(named):
        return cannot_judge(f"{evidence}, but {quote(named.as_heard)} is hardly a company’s name", named.start_s, named.end_s)
    if then.plays == "company" and named is not None and then.start_s < first.start_s < named.start_s:
        return cannot_judge(f"{evidence}, though the company’s name comes at {clock(named.start_s)}", then.start_s, then.end_s)
    if case.may_give_none and first.plays in SAYS_WHY:
        return cannot_judge(f"{evidence}, but {quote(first.text)} may not be a reason", first.start_s, first.end_s)
    absent = case.absent(criterion.words("first"), then.start_s - _BEFORE_S, telling=True)
    unsure = next((p for p, of in ((first, "first"), (then, "then")) if case.counts(p, criterion.words(of)) <= _HARDLY), None)
    if unsure is not None:
        return cannot_judge(f"{evidence}, but {quote(unsure.text)} may be something else", unsure.start_s, unsure.end_s)
    return ruling(first.start_s < then.start_s, evidence, first.start_s, first.end_s, absent)


@asks(
    "do they come this often?",
    options={"parts": ("ask",), "low": 1.0, "high": 1.0},
    optional=("low", "high"),
    one_of=("low", "high"),
    choices={"parts": PARTS},
    any_language=True,
)
def part_count(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the number of such parts is in the range; n/a where it is above only with parts that may be something else.

    Nor is a pass given for asks where the words ask for more things than that (`things_asked`), or for a condition alone.

    Args:
        case: the message.
        criterion: gives ``parts``, ``low`` and ``high``.
    """
    found = case.parts(criterion.words("parts"))
    low, high = criterion.number("low"), criterion.number("high")
    passed = len(found) >= (low or 0) and (high is None or len(found) <= high)
    label = " or ".join(criterion.words("parts"))
    if not found and not passed:
        return not_heard(case, f"no {label} was heard", criterion.words("parts"))
    if not found:
        return ruling(passed, f"no {label} was heard")
    heard = "; ".join(f"{quote(part.text, 6)} at {clock(part.start_s)}" for part in found[:3])
    sure = [part for part in found if chance_of(part, criterion.words("parts")) >= case.options.confidence.plain_part]
    if high is not None and len(sure) <= high < len(found):
        told = f"{len(found)} × {label}: {heard}; not sure that each of them is one"
        return cannot_judge(told, found[-1].start_s, found[-1].end_s)
    told = f"{len(found)} × {label}: {heard}"
    if passed and set(criterion.words("parts")) == {"ask"} and (doubt := _doubted_asks(case, found, high)):
        return cannot_judge(f"{told}; {doubt}", found[-1].start_s, found[-1].end_s)
    return ruling(passed, told, found[-1].start_s, found[-1].end_s)


def _doubted_asks(case: Case, found: Sequence[Part], high: float | None) -> str:
    """Why it is not sure that so many things are asked; "" where nothing speaks against it."""
    if all(is_condition(part.text) for part in found):
        return "what is asked for was not made out"
    said = " ".join(part.text for part in case.analysis.structure.parts if part.plays not in _ASK_NOTHING)
    things = things_asked(said)
    if high is None or len(things) <= high:
        return ""
    return f"more may be asked: {', '.join(f'“{one}”' for one in things)}"
