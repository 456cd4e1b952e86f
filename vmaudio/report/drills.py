"""Which drills a rep gets, from the rep's own misses; and whether an attempt met its target."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from vmaudio.records import Analysis, Check, RepBaseline, threshold
from vmaudio.report.drill_list import DRILLS, Drill
from vmaudio.rubric import Rubric, score
from vmaudio.store import Search, Store, overrides_by_message, stored_checks


@dataclass(frozen=True, slots=True)
class DrillOptions:
    """Which drills a rep gets."""

    newest: int = threshold(30, "So many of the rep's newest messages are looked at.", unit="messages", source="our default")
    least_words: int = threshold(
        4, "A passage of the rep's own of fewer words is no exercise: the example is said instead.", source="our default"
    )
    most_words: int = threshold(60, "A longer passage is cut at this word.", unit="words", source="our default")


DEFAULT = DrillOptions()


@dataclass(frozen=True, slots=True)
class DrillOffer:
    """A drill for one rep.

    Args:
        drill: the drill.
        target: what an attempt has to reach, by the active rubric.
        say: what to say.
        missed: in how many of the newest messages a check of it was missed for sure; 0 for a drill of the default set.
        judged: in how many it was answered.
        own_message: id of the rep's own message that ``say`` is from; "" for the example.
    """

    drill: Drill
    target: str
    say: str
    missed: int = 0
    judged: int = 0
    own_message: str = ""


@dataclass(frozen=True, slots=True)
class DrillVerdict:
    """What came of one attempt.

    Args:
        passed: whether the target was met; None where that cannot be judged for sure.
        evidence: why, in a few words.
        checks: the drill's checks with their verdicts.
    """

    passed: bool | None
    evidence: str
    checks: tuple[Check, ...]


def drills_for(store: Store, rep: str, rubric: Rubric, *, drill: str = "", options: DrillOptions = DEFAULT) -> list[DrillOffer]:
    """The drills for a rep: those that the rep's own newest messages ask for first, then the others.

    Only a miss that the machine is sure of, and that no person overruled, asks for a drill; n/a never does.

    Args:
        store: the store.
        rep: name of the rep; "" where it is not known.
        rubric: the active rubric; a drill none of whose checks it has is left out.
        drill: id of one drill, where only that is wanted.
        options: how many messages are looked at, and how much is said.

    Returns:
        Offers; those with misses first, by how much the misses cost.
    """
    weights = {criterion.id: criterion.weight for criterion in rubric.criteria}
    known = [one for one in DRILLS.values() if any(check in weights for check in one.checks) and drill in ("", one.id)]
    checks = _newest(store, rep, options) if rep else {}
    cost = dict.fromkeys((one.id for one in known), 0.0)
    offers = []
    for one in known:
        judged = [id for id, own in checks.items() if any(own[check].verdict != "n/a" for check in one.checks if check in own)]
        missed = [id for id in judged if any(_missed(checks[id].get(check)) for check in one.checks)]
        for id in missed:
            cost[one.id] += sum(weights.get(check, 0.0) for check in one.checks if _missed(checks[id].get(check)))
        say, source = _own_words(store, one, missed or list(checks)[:1], options)
        offers.append(DrillOffer(one, one.target_for(rubric), say, len(missed), len(judged), source))
    return sorted(offers, key=lambda offer: -cost[offer.drill.id])


def judge_drill(analysis: Analysis, drill: Drill, rubric: Rubric, baseline: RepBaseline | None = None) -> DrillVerdict:
    """Whether an attempt met the target of its drill. Only the drill's checks are asked, whatever kind of message it is.

    Args:
        analysis: of the attempt.
        drill: which drill.
        rubric: the active rubric.
        baseline: the rep's own, or None.

    Returns:
        Passed where every check that applies is judged and passed, not where one is missed for sure; else nobody can say.
    """
    asked = tuple(criterion for criterion in rubric.criteria if criterion.id in drill.checks)
    free = tuple(dataclasses.replace(criterion, na_for=()) for criterion in asked)
    checks = score(analysis, dataclasses.replace(rubric, criteria=free, not_for=()), baseline).checks
    titles = {criterion.id: criterion.title for criterion in asked}
    failed = [check for check in checks if _missed(check)]
    open_ = [check for check in checks if check.verdict == "n/a" or check.unsure]
    if failed:
        return DrillVerdict(False, "; ".join(f"{titles[one.id]}: {one.evidence}" for one in failed), checks)
    unheard = any(check.not_judged for check in checks)  # one that the target asks for, and nobody can say
    if not checks or len(open_) == len(checks) or unheard or any(check.verdict == "fail" for check in checks):
        why = "; ".join(f"{titles[one.id]}: {one.evidence}" for one in open_) or "the rubric has none of these checks"
        return DrillVerdict(None, why, checks)
    return DrillVerdict(True, "; ".join(one.evidence for one in checks if one.verdict == "pass"), checks)


def _missed(check: Check | None) -> bool:
    return check is not None and check.verdict == "fail" and not check.unsure


def _newest(store: Store, rep: str, options: DrillOptions) -> dict[str, dict[str, Check]]:
    """The checks of the rep's newest messages by id, the newest first; a miss that a person overruled is n/a."""
    ids = [row.message_id for row in store.page(Search(rep=rep), limit=options.newest).rows]
    found = stored_checks(store, ids)
    people = overrides_by_message([given for id in ids for given in store.overrides(id)])
    checks: dict[str, dict[str, Check]] = {}
    for id in ids:
        if id in found:
            overruled = {check for check, given in people.get(id, {}).items() if given.verdict != "fail"}
            checks[id] = {
                check.id: dataclasses.replace(check, verdict="n/a") if check.id in overruled else check
                for check in found[id][2]
            }
    return checks


def _own_words(store: Store, drill: Drill, ids: Sequence[str], options: DrillOptions) -> tuple[str, str]:
    """What to say: the parts of the newest of these messages that has enough of them, else the example."""
    for id in ids[:3]:
        analysis = store.one(id)
        if analysis is None:
            continue
        parts = analysis.structure.parts
        if drill.needs and all(part.plays != drill.needs for part in parts):
            continue
        text = " ".join(part.text for part in parts if part.plays in drill.parts)
        words = text.split()
        if len(words) >= options.least_words:
            return " ".join(words[: options.most_words]) + (" …" if len(words) > options.most_words else ""), id
    return drill.example, ""
