"""Which few messages are worth listening to together: one for each lesson, each with the reason why it was chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from vmaudio.records import Analysis
from vmaudio.report.data import CheckRow
from vmaudio.report.summary import Called
from vmaudio.store import Overrides

MOST = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """A message and why it was chosen."""

    analysis: Analysis
    why: str


def choose(
    analyses: Sequence[Analysis],
    called: Called,
    missed: Sequence[CheckRow],
    most: int = MOST,
    overrides: Overrides | None = None,
) -> list[Choice]:
    """Choose a few messages, each for another lesson, from different reps where possible.

    Lessons, in order: a good example, of the band "strong" where there is one; one change away (a message that fails the
    costliest check and little else), for the two costliest checks; called back in spite of few points; most room to improve;
    then one change away for the other checks.

    Args:
        analyses: All messages; those without points are not chosen.
        called: Was a message called back? By message id, as far as that is known.
        missed: The team's checks, costliest first.
        most: Most messages to choose.
        overrides: People's verdicts; a miss that a person does not see as one is no example of a miss.

    Returns:
        The messages in the order of the lessons, each with the reason why it was chosen.
    """
    scored = [a for a in analyses if a.score is not None and a.score.points is not None]
    chosen: list[Choice] = []
    used_reps: set[str] = set()

    def add(
        candidates: Iterable[Analysis], key: Callable[[Analysis], tuple[float, ...]], why: Callable[[Analysis], str]
    ) -> None:
        taken = {choice.analysis.recording_id for choice in chosen}
        free = [a for a in candidates if a.recording_id not in taken]
        fresh = [a for a in free if (a.message.rep or "") not in used_reps] or free
        if len(chosen) < most and fresh:
            best = max(fresh, key=lambda a: (*key(a), a.message.message_id))
            chosen.append(Choice(best, why(best)))
            used_reps.add(best.message.rep or "")

    missing = _misses(scored, overrides or {})

    def failing(check_id: str) -> list[Analysis]:
        return [a for a in scored if check_id in missing[a.message.message_id]]

    def back(a: Analysis) -> bool:
        return called.get(a.message.message_id, False)

    add(
        [a for a in scored if a.score is not None and a.score.band == "strong"] or scored,
        lambda a: (_points(a), back(a), _judged(a)),
        lambda a: "An example of a good message" + (", and it was called back." if back(a) else "."),
    )
    for row in missed[:2]:
        if row.missed.k:
            add(failing(row.id), lambda a: (_points(a),), _one_change_away(row, missing))
    low = sorted(scored, key=_points)[: max(1, len(scored) // 3)]
    add(
        [a for a in low if back(a)],
        lambda a: (-_points(a),),
        lambda a: "Called back although it is in the third with the fewest points: listen for what the rubric may overlook.",
    )
    add(scored, lambda a: (-_points(a),), lambda a: "Most room to improve: several small changes would help.")
    for row in missed[2:]:
        if row.missed.k:
            add(failing(row.id), lambda a: (_points(a),), _one_change_away(row, missing))
    return chosen


def _one_change_away(row: CheckRow, missing: Mapping[str, frozenset[str]]) -> Callable[[Analysis], str]:
    def why(a: Analysis) -> str:
        if a.score is not None and a.score.band == "strong" and len(missing[a.message.message_id]) == 1:
            return f"Good except for one check that many messages miss: “{row.title}”."
        return f"The best of the messages that miss a check which many miss: “{row.title}”."

    return why


def _points(analysis: Analysis) -> float:
    return analysis.score.points if analysis.score and analysis.score.points is not None else 0.0


def _judged(analysis: Analysis) -> int:
    """How many checks could be judged: of two messages with all points the one that shows more is the better example."""
    return sum(check.verdict != "n/a" for check in analysis.score.checks) if analysis.score else 0


def _misses(analyses: Iterable[Analysis], overrides: Overrides) -> dict[str, frozenset[str]]:
    """Ids of the checks that messages miss, by message id: as a person says, where one does, else as the machine."""
    found: dict[str, frozenset[str]] = {}
    known: dict[int, frozenset[str]] = {}  # brief analyses of the same verdicts share their checks
    for one in analyses:
        checks = one.score.checks if one.score is not None else ()
        if id(checks) not in known:
            known[id(checks)] = frozenset(check.id for check in checks if check.verdict == "fail")
        missed = known[id(checks)]
        for check, own in overrides.get(one.message.message_id, {}).items():
            missed = missed | {check} if own.verdict == "fail" else missed - {check}
        found[one.message.message_id] = missed
    return found
