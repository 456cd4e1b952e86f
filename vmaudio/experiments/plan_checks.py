"""Check a comparison against its plan: the ratio of the arms, missing messages, what was really used, known probabilities."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from vmaudio.experiments import weighted
from vmaudio.experiments.moments import parse_moment
from vmaudio.experiments.options import MonitorOptions
from vmaudio.experiments.planned import Planned, PlannedArm
from vmaudio.experiments.plans import Assignment, unreached_id
from vmaudio.experiments.preparation import Prepared, Row
from vmaudio.experiments.results import Caution, Comparison, Pair, Verdict
from vmaudio.experiments.sample_ratio import SampleRatio, check_ratio
from vmaudio.experiments.sequential import Monitored
from vmaudio.intake import person
from vmaudio.records import Observation


class Drawn:
    """With which probabilities the arms of messages were drawn, for an adaptive plan.

    Args:
        plan: the plan.
        rows: messages that count.
    """

    def __init__(self, plan: Sequence[Assignment], rows: Sequence[Row]) -> None:
        lines = {person(one.prospect): one for one in plan}
        own = [lines[person(row.observation.message.prospect)] for row in rows]
        self.probabilities = [one.probabilities for one in own]
        self.batch = np.array([one.batch for one in own], dtype=int)

    def difference(self, inside: np.ndarray, in_a: np.ndarray, y: np.ndarray, pair: Pair, options: MonitorOptions) -> Monitored:
        """The difference of two arms, weighted by the probabilities; chance held everything equal.

        Args:
            inside: bool (n_messages,), whether a message is in either arm.
            in_a: bool (n,), whether it is in arm a.
            y: 0 or 1 (n,), the outcomes.
            pair: the pair.
            options: thresholds of its sequence.

        Returns:
            The difference, valid at every look.
        """
        rows = np.flatnonzero(inside)
        chance = weighted.chances([self.probabilities[i] for i in rows], pair.a, pair.b)
        use = ~np.isnan(chance)
        found = weighted.weighted_difference(in_a[use], y[use], chance[use], self.batch[rows][use], options)
        return dataclasses.replace(found, held=tuple(one.covariate for one in pair.imbalance))


def is_adaptive(plan: Sequence[Assignment]) -> bool:
    """Whether the arms of a plan were drawn with probabilities that may differ.

    Args:
        plan: the plan.

    Returns:
        Whether any line has probabilities.
    """
    return any(one.probabilities for one in plan)


def planned(plan: Sequence[Assignment], observations: Sequence[Observation], prepared: Prepared) -> Planned:
    """Count a plan's arms and check their ratio.

    Args:
        plan: the plan.
        observations: one for each line, as `intention_to_treat` gives them.
        prepared: those of them that count.

    Returns:
        The checks, without what was really used.
    """
    lines = {person(one.prospect): one for one in plan}
    counted: list[tuple[str, str | None, int, str]] = []
    for row in sorted(prepared.rows, key=_when):
        one = lines[person(row.observation.message.prospect)]
        counted.append((one.arm, one.rep, one.batch, row.sent.date().isoformat() if row.sent else ""))
    bare = {unreached_id(one) for one in plan}  # by id: a message of a table without file names has no source, and was sent
    reached = Counter(o.message.extra["plan"] for o in observations if o.message.message_id not in bare)
    known = Counter(arm for arm, *_ in counted)
    arms = tuple(PlannedArm(arm, n, reached[arm], known[arm]) for arm, n in sorted(Counter(one.arm for one in plan).items()))
    here = {person(row.observation.message.prospect) for row in prepared.rows}
    last: dict[str | None, int] = {}
    for place, one in enumerate(plan):
        if person(one.prospect) in here:
            last[one.rep] = place
    # those after the last one who counts have not had their turn yet
    missing = [
        (one.arm, one.rep, one.batch)
        for place, one in enumerate(plan)
        if place < last.get(one.rep, -1) and person(one.prospect) not in here
    ]
    return Planned(arms, check_ratio([(one.arm, one.rep, one.batch) for one in plan], counted, missing))


def _when(row: Row) -> float:
    return row.sent.timestamp() if row.sent else float("-inf")


def as_used(observations: Sequence[Observation], planned_ones: Sequence[Observation], arms: Sequence[str]) -> list[Observation]:
    """The same prospects, each in the arm that was really used: the script of the first message to them.

    Args:
        observations: all messages with their outcomes.
        planned_ones: one for each prospect of the plan, as `intention_to_treat` gives them.
        arms: arms of the plan.

    Returns:
        Those of whom it is known; empty where everybody got what was assigned.
    """
    first: dict[str, tuple[float, str]] = {}
    members: dict[str, list[Observation]] = defaultdict(list)
    for one in observations:
        if who := person(one.message.prospect):
            members[who].append(one)
    for who, own in members.items():
        used = [(_sent(one), one.message.script) for one in own if one.message.script in arms]
        if used:
            first[who] = min(used, key=lambda pair: pair[0])  # type: ignore[assignment]
    found, crossed = [], False
    for one in planned_ones:
        who = person(one.message.prospect) or ""
        if who not in first:
            continue
        arm = first[who][1]
        crossed = crossed or arm != one.message.extra["plan"]
        message = dataclasses.replace(one.message, extra={**one.message.extra, "plan": arm})
        found.append(dataclasses.replace(one, message=message))
    return found if crossed else []


def _sent(one: Observation) -> float:
    at = parse_moment(one.message.sent_at)
    return at.timestamp() if at else float("inf")


def checked(found: Comparison, made: Planned) -> Comparison:
    """A comparison with the checks of its plan; where the ratio of its arms is wrong no winner is named.

    Args:
        found: the comparison of the arms that were assigned.
        made: the checks.

    Returns:
        The comparison.
    """
    warned, pairs, headline = list(found.warnings), found.pairs, found.headline
    if found.adaptive:
        text = "The arms were drawn with probabilities that follow their success: the plain rates are biased, so the weighted "
        warned.append(Caution("adaptive", text + "difference decides, which holds at every look."))
    if made.ratio is not None and made.ratio.fails:
        ratio = made.ratio
        details = {"e_value": ratio.e_value, "counts": dict(ratio.counts), "where": ratio.worst}
        warned.append(Caution("sample_ratio", ratio.sentence, details))
        pairs = tuple(dataclasses.replace(pair, verdict=no_winner(pair.verdict, ratio)) for pair in pairs)
        headline = f"No verdict: {ratio.sentence}" if pairs else headline
    return dataclasses.replace(found, pairs=pairs, warnings=tuple(warned), headline=headline, planned=made)


def summary(other: Comparison | None) -> dict[str, object] | None:
    """Arms and pairs of a comparison of what was really used, as plain JSON values.

    Args:
        other: the comparison; None where there is none.

    Returns:
        The values; None likewise.
    """
    if other is None:
        return None
    whole = other.to_dict()
    keys = ("a", "b", "difference", "low", "high", "p_value", "adjusted")
    return {"arms": whole["arms"], "pairs": [{key: pair[key] for key in keys} for pair in whole["pairs"]]}


def no_winner(verdict: Verdict, ratio: SampleRatio) -> Verdict:
    """The verdict on a pair of arms that do not come in the ratio that was assigned.

    Args:
        verdict: what it would be otherwise.
        ratio: the check that failed.

    Returns:
        A verdict that names none.
    """
    return dataclasses.replace(verdict, kind="confounded", sentence=f"No verdict: {ratio.sentence}")
