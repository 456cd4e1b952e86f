"""Checks of the names said: the caller's, the listener's, the company's."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from vmaudio.records import Mention, Message, Part, Word, clock
from vmaudio.rubric.checks.case import Case
from vmaudio.rubric.checks.questions import asks
from vmaudio.rubric.checks.rulings import Ruling, cannot_judge, counting, not_applicable, passed, quote, ruling
from vmaudio.rubric.checks.unheard import guessed_after, listen, not_heard, plain
from vmaudio.rubric.criterion import Criterion
from vmaudio.rubric.everyday import is_everyday
from vmaudio.text import DAYTIMES, FUNCTION, HELLO_WORDS, match_name

_GREETINGS = tuple((word,) for word in (*HELLO_WORDS, *DAYTIMES))
_CALLER_CUES = (("this", "is"), ("my", "name", "is"), ("my", "name's"), ("name", "is"))
_COMPANY_CUES = (("calling", "from"), ("with",), ("from",))

_OPENING_WORDS = 3
"""The listener's name, with a greeting, is so many words at most."""

_COMPANY_WORDS = 4
"""A company is named within so many words behind the caller's name."""

_OPENING_REACH = 6
"""Caller and company are named within so many words behind the listener's name."""

_NAME = re.compile(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+){0,4}\.?")


@asks("was the caller's name heard?")
def caller_named(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the caller's name was heard, or a part in which the caller is named.

    The rep's name by the manifest counts wherever it stands. N/a where a guess stands in its place.

    Args:
        case: the message.
        criterion: gives no options.
    """
    found = _named(case, case.analysis.entities.caller, ("identity",), "your name")
    if found.verdict == "fail" and (own := _reps_name(case)):  # "Gwen, Dmitri." was heard as one name
        return passed(f"{quote(own.text.strip(' ,.!?'))} at {clock(own.start_s)}", own.start_s, own.end_s)
    if found.verdict != "fail":
        return found
    guess = guessed_after(case, _CALLER_CUES) or _odd_name(case) or _lost_in_opening(case)
    return listen(guess) if guess else found


@asks("was the listener's name heard?")
def callee_named(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the listener's name was heard; n/a where what stands at its place may be a name misheard.

    The rep's own name is never the listener's.

    Args:
        case: the message.
        criterion: gives no options.
    """
    callee = case.callee
    if callee is not None:
        return _named(case, callee, (), "the listener's name")
    part = _callee_part(case)
    if part is not None:
        return _heard_in(case, part)
    opening = guessed_after(case, _GREETINGS)[:1] or _odd_opening(case)
    return listen(opening) if opening else not_heard(case, "the listener's name was not heard", ("callee",))


@asks("was the caller's company heard?")
def company_named(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the caller's company was heard; n/a where guesses stand in its place.

    Args:
        case: the message.
        criterion: gives no options.
    """
    company = case.analysis.entities.company
    if company is not None and case.is_no_company(company):
        return cannot_judge(
            f"listen at {clock(company.start_s)}: heard as {quote(company.as_heard)}", company.start_s, company.end_s
        )
    found = _named(case, company, ("company",), "a company")
    guess = _guess_beside_caller(case) if found.verdict == "fail" else ()
    return listen(guess) if guess else found


@asks("is the name heard the manifest's prospect_name?", options={"least_similarity": 0.8})
def callee_matches(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the name heard is like the manifest's; a guess of the recogniser need not be so like it.

    Args:
        case: the message.
        criterion: gives ``least_similarity``.
    """
    expected = _expected_callee(case.analysis.message)
    said = case.callee
    if not expected:
        return not_applicable("the manifest gives no prospect_name")
    if said is None:
        part = _callee_part(case)
        if part is None:
            named = callee_named(case, criterion)
            return named if named.not_judged else not_applicable("no listener's name was heard")
        return cannot_judge(
            f"listen at {clock(part.start_s)}: which name is in {quote(part.text)} was not made out", part.start_s, part.end_s
        )
    likeness = match_name(said.as_heard, expected)
    least = criterion.number("least_similarity") or 0.0
    evidence = f"heard {quote(said.as_heard)}, the list says “{expected}”"
    limits = case.options.confidence
    if said.probability < limits.sure_name and limits.guessed_name <= likeness < least:
        return passed(f"{evidence}: the same, misheard", said.start_s, said.end_s)
    if likeness < least and (said.probability < limits.sure_name or likeness >= limits.alike_name):
        return cannot_judge(f"listen at {clock(said.start_s)}: {evidence}", said.start_s, said.end_s)
    return ruling(likeness >= least, evidence, said.start_s, said.end_s)


def _named(case: Case, mention: Mention | None, labels: tuple[str, ...], what: str) -> Ruling:
    if mention is not None:
        unsure = mention.probability < case.options.confidence.guess_probability
        heard = f"{quote(mention.as_heard)} at {clock(mention.start_s)}{', heard so: not sure' if unsure else ''}"
        return passed(heard, mention.start_s, mention.end_s)
    part = next(iter(_parts(case, labels)), None)
    return _heard_in(case, part) if part is not None else not_heard(case, f"{what} was not heard", labels)


def _callee_part(case: Case) -> Part | None:
    """The part in which the listener is named, where it is not the rep's own name."""
    return next((part for part in _parts(case, ("callee",)) if not case.is_own_name(part.text)), None)


def _parts(case: Case, labels: tuple[str, ...]) -> list[Part]:
    """The parts with these labels, but for those whose words alone rather read as another: they have theirs by their place."""
    return [part for part in case.parts(labels) if _likeliest(part) in (None, *labels)]


def _likeliest(part: Part) -> str | None:
    return max(part.probabilities, key=part.probabilities.__getitem__, default=None)


def _reps_name(case: Case) -> Word | None:
    """The first word that is one of the rep's names in the manifest, and none of the listener's or of everyday speech."""
    message = case.analysis.message
    names, others = (
        set(re.findall(r"[^\W\d_]{3,}", (text or "").lower()))
        for text in (message.rep, f"{message.prospect_name or ''} {message.prospect or ''}")
    )
    mine = {name for name in names - others if not is_everyday(name)}
    return next((word for word in case.analysis.transcript.words if plain(word) in mine), None)


def _heard_in(case: Case, part: Part) -> Ruling:
    """The part model heard it, the name itself was not caught."""
    return counting(
        passed(f"{quote(part.text)} at {clock(part.start_s)}", part.start_s, part.end_s), case.counts(part, (part.label,))
    )


def _odd_opening(case: Case) -> Sequence[Word]:
    """The first words where they stand alone as a name does, and one is a guess or none of everyday speech ("Hynina, ...")."""
    words = case.analysis.transcript.words
    if words and words[0].probability < case.options.confidence.guess_probability:
        return words[:1]
    end = next((i for i, word in enumerate(words[:_OPENING_WORDS], 1) if word.text.rstrip().endswith((",", ".", "!", "?"))), 0)
    opening = words[:end]
    limit = case.options.confidence.guess_probability
    odd = any(w.probability < limit or (w.text.strip()[:1].isupper() and not is_everyday(plain(w))) for w in opening)
    return opening if odd and not case.is_own_name(" ".join(word.text for word in opening)) else ()


def _odd_name(case: Case) -> Sequence[Word]:
    """A guess before a word that is written as a name and is none of everyday speech ("E4 Brennan")."""
    limit = case.options.confidence.guess_probability
    pairs = itertools.pairwise(case.analysis.transcript.words)
    return next((p for p in pairs if p[0].probability < limit and p[1].text[:1].isupper() and not is_everyday(plain(p[1]))), ())


def _lost_in_opening(case: Case) -> Sequence[Word]:
    """Guesses among the first words behind the listener's name, where caller and company are mostly said ("the maitre")."""
    limit, callee = case.options.confidence.guess_probability, case.analysis.entities.callee
    words = case.analysis.transcript.words
    opening = [word for word in words if callee is None or word.start_s >= callee.end_s - 0.02][:_OPENING_REACH]
    return [word for word in opening if word.probability < limit and plain(word) not in FUNCTION][:2]


def _guess_beside_caller(case: Case) -> Sequence[Word]:
    """Words that are guesses behind the caller's name, where the company is mostly said, or behind "with" and "from".

    Where no caller was heard either, both may be in the guesses behind the listener's name ("before I lost my cleaning").
    """
    words, limit = case.analysis.transcript.words, case.options.confidence.guess_probability
    caller = case.analysis.entities.caller
    if caller is None:
        return guessed_after(case, _COMPANY_CUES) or _lost_in_opening(case)
    after = [word for word in words if word.start_s >= caller.end_s - 0.02][:_COMPANY_WORDS]
    guesses = [word for word in after if word.probability < limit and not is_everyday(plain(word))]
    return guesses[:2]


def _expected_callee(message: Message) -> str | None:
    """The listener's name by the manifest: ``prospect_name``, else a ``prospect`` that is a name and no id."""
    if message.prospect_name:
        return message.prospect_name
    prospect = message.prospect or ""
    return prospect if _NAME.fullmatch(prospect) and prospect != prospect.lower() and " " in prospect else None
