"""Which checks there are: those that ship, and those that other packages bring.

Another package registers a check as an entry point of the group ``vmaudio.checks``: the name of the question, leading to a
function ``(case, criterion) -> Ruling``. The shipped ones stand in the same group of vmaudio's own pyproject.toml, and in
`CHECKS` here, which is what counts: an editable installation keeps the entry points of the day it was made. A test holds
the two together.

Packages are looked up when a name is asked for that does not ship, and only that one is loaded, so a broken package stops
only a rubric that uses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from vmaudio.errors import PluginError
from vmaudio.plugins import LazyEntry, load_group
from vmaudio.rubric.checks import delivery, endings, measures, names, number, parts, reason, words
from vmaudio.rubric.checks.case import Case, CheckFunction
from vmaudio.rubric.checks.questions import question_of
from vmaudio.rubric.checks.rulings import VERDICTS, Ruling
from vmaudio.rubric.criterion import Criterion, Question

GROUP = "vmaudio.checks"
"""The group of entry points."""

CHECKS: Mapping[str, CheckFunction] = {
    "caller_named": names.caller_named,
    "callee_named": names.callee_named,
    "company_named": names.company_named,
    "callee_matches": names.callee_matches,
    "part_present": parts.part_present,
    "gives_reason": reason.gives_reason,
    "own_reason": reason.own_reason,
    "not_heard_as": reason.not_heard_as,
    "no_pressure": reason.no_pressure,
    "part_by": parts.part_by,
    "part_before": parts.part_before,
    "part_count": parts.part_count,
    "personal": words.personal,
    "feature": measures.feature,
    "says_any": words.says_any,
    "says_none": words.says_none,
    "number_complete": number.number_complete,
    "number_by_or_twice": number.number_by_or_twice,
    "number_slow": number.number_slow,
    "pause_before_number": number.pause_before_number,
    "number_is_caller_id": number.number_is_caller_id,
    "talk_under": delivery.talk_under,
    "pace_under": delivery.pace_under,
    "pace_over": delivery.pace_over,
    "ends_fall": endings.ends_fall,
    "clear_line": measures.clear_line,
}
"""The checks that ship, by the name of their question."""

QUESTIONS: Mapping[str, Question] = {name: question_of(function, name) for name, function in CHECKS.items()}
"""The questions that ship."""


@dataclass(frozen=True, slots=True)
class RegisteredCheck:
    """A check that a rubric can use.

    Attributes:
        question: what it asks, and what a rubric may give it.
        function: what answers it.
        entry: the entry point of the package that brings it; None for vmaudio's own.
    """

    question: Question
    function: CheckFunction
    entry: LazyEntry | None = None


def _entries() -> Mapping[str, LazyEntry]:
    """Ours by name, then those of other packages; nothing of theirs is loaded."""
    return load_group(GROUP, {name: f"{check.__module__}:{name}" for name, check in CHECKS.items()})


def check_names() -> tuple[str, ...]:
    """The names of all registered checks, those that ship first; nothing is loaded."""
    return tuple(_entries())


@cache
def find_check(name: str) -> RegisteredCheck:
    """Find a check, and load it where another package brings it.

    Args:
        name: what a rubric writes after ``test =``.

    Raises:
        KeyError: no check has this name.
        PluginError: the package that brings it cannot be loaded, brings something else than a function, or gives it a name
            that a second package uses too. A name that ships is always ours.
    """
    if name in CHECKS:
        return RegisteredCheck(QUESTIONS[name], CHECKS[name])
    entry = _entries()[name]
    function = entry.load()
    if not callable(function):
        raise entry.fault(f"is no function, but a {type(function).__name__}")
    return RegisteredCheck(question_of(function, name), function, entry)


def all_questions() -> tuple[dict[str, Question], tuple[PluginError, ...]]:
    """Every question that a rubric may ask here; loads the packages that bring checks.

    Returns:
        The questions by name, those that ship first, and an error for each check that cannot be used.
    """
    questions, errors = {}, []
    for name in check_names():
        try:
            questions[name] = find_check(name).question
        except PluginError as error:
            errors.append(error)
    return questions, tuple(errors)


def run_check(case: Case, criterion: Criterion) -> Ruling:
    """Answer one criterion of a rubric.

    Args:
        case: the message.
        criterion: names the check and holds its options.

    Raises:
        KeyError: no check has this name.
        PluginError: the check of another package failed, or returned no `Ruling`.
    """
    found = find_check(criterion.test)
    if found.entry is None:
        return found.function(case, criterion)
    try:
        given = found.function(case, criterion)
    except Exception as error:
        raise found.entry.fault(f"failed on {case.analysis.file_name} ({type(error).__name__}: {error})") from error
    if not isinstance(given, Ruling) or given.verdict not in VERDICTS:
        raise found.entry.fault(
            f"gave {repr(given)[:80]}, and should give a Ruling with one of the verdicts {', '.join(VERDICTS)}"
        )
    return given
