"""Plans: assign arms at random before the calls, and compare them as assigned afterwards (intention to treat).

Blocks of random size contain every arm equally often, within each rep if asked: the arms stay balanced wherever the calls stop,
and nobody can guess the next one. A hash of the seed and the prospects makes the plan reproducible.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vmaudio.errors import SettingError
from vmaudio.experiments.moments import parse_moment
from vmaudio.experiments.preparation import DIAL, OUTCOMES, unit_of
from vmaudio.experiments.results import Caution
from vmaudio.intake import person
from vmaudio.records import Message, Observation, Outcome, counted

NO_MESSAGE = "no-message"
"""Name of the arm in which the number is dialled and nothing is left."""

LARGEST_BLOCK = 3
"""Most times that an arm is in one block."""


@dataclass(frozen=True, slots=True)
class Place:
    """One prospect to be called.

    Attributes:
        prospect: id of the prospect.
        rep: who calls; None when not known.
    """

    prospect: str
    rep: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """One line of a plan: the arm of one prospect.

    Attributes:
        plan_id: id of the plan.
        position: place in the plan, from 1.
        prospect: id of the prospect.
        rep: who calls; None when not known.
        arm: the arm assigned.
        probabilities: with which chance chose, by arm; empty where the arms were balanced.
        batch: prospects that were assigned together, from 1.
    """

    plan_id: str
    position: int
    prospect: str
    rep: str | None
    arm: str
    probabilities: Mapping[str, float] = field(default_factory=dict)
    batch: int = 1

    def row(self) -> dict[str, Any]:
        """The line as the store keeps it, without the plan's id."""
        made = {name: getattr(self, name) for name in ("prospect", "arm", "rep", "position", "batch")}
        return made | {"probabilities": dict(self.probabilities) or None}


def numbered_places(n: int, reps: Sequence[str]) -> list[Place]:
    """Places for prospects that are not known yet, named "1", "2" ..., or "rep-1", "rep-2" ...

    Args:
        n: how many, for each rep if there are reps.
        reps: names of the reps; may be empty.

    Returns:
        The places.
    """
    if not reps:
        return [Place(str(i + 1)) for i in range(n)]
    return [Place(f"{rep}-{i + 1}", rep) for i in range(n) for rep in reps]


def assign_arms(
    places: Sequence[Place], arms: Sequence[str], *, by_rep: bool = False, seed: int = 0, alternate: bool = False
) -> list[Assignment]:
    """Assign an arm to every prospect at random or in turn, balanced and reproducible.

    Args:
        places: the prospects.
        arms: names of the arms.
        by_rep: balance the arms within each rep.
        seed: another seed gives another plan; the same one the same plan.
        alternate: the arms in turn, in an order that chance gives each rep; easier to follow, and to guess.

    Returns:
        The plan; the counts of two arms differ by at most `LARGEST_BLOCK` (1 in turn), within each rep if ``by_rep``.

    Raises:
        SettingError: fewer than two arms, an arm twice, or a place without a rep when ``by_rep``.
    """
    check_arms(arms)
    if by_rep and any(place.rep is None for place in places):
        raise SettingError("--by-rep needs the rep of every prospect: add a column 'rep'.")
    key = "\x1f".join(
        [
            *arms,
            str(seed),
            str(by_rep),
            *(["in turn"] if alternate else []),
            *(f"{place.prospect}\x1e{place.rep or ''}" for place in places),
        ]
    )
    plan_id = "p" + hashlib.sha256(key.encode()).hexdigest()[:12]
    groups: dict[str, list[int]] = defaultdict(list)
    for i, place in enumerate(places):
        groups[(place.rep or "") if by_rep else ""].append(i)
    chosen: dict[int, str] = {}
    for name in sorted(groups):
        own = int.from_bytes(hashlib.sha256(f"{seed}\x1f{name}\x1f{','.join(arms)}".encode()).digest()[:8], "big")
        rng = np.random.default_rng(own)
        turns = [arms[k] for k in rng.permutation(len(arms))] if alternate else []
        queue: list[str] = []
        for i in groups[name]:
            if not queue and turns:
                queue = turns[::-1]
            elif not queue:
                block = list(arms) * int(rng.integers(1, LARGEST_BLOCK + 1))
                queue = [block[k] for k in rng.permutation(len(block))]
            chosen[i] = queue.pop()
    return [Assignment(plan_id, i + 1, place.prospect, place.rep, chosen[i]) for i, place in enumerate(places)]


def check_arms(arms: Sequence[str]) -> None:
    """Refuse names that make no plan.

    Args:
        arms: names of the arms.

    Raises:
        SettingError: fewer than two, or one twice.
    """
    if len(arms) < 2 or len(set(arms)) != len(arms):
        raise SettingError(f"--arms {','.join(arms)}: give two names or more, each once.")


def intention_to_treat(
    observations: Sequence[Observation], plan: Sequence[Assignment]
) -> tuple[list[Observation], list[Caution]]:
    """Observations for an intention-to-treat analysis: one for each assigned prospect, in the arm that was *assigned*.

    A prospect's outcome is a yes if any message to them had a yes, counted from the first message. Prospects who got no message
    have an unknown outcome; they are counted, not dropped. Which script was really used does not matter: that keeps the
    comparison fair.

    Args:
        observations: messages with their outcomes.
        plan: the plan.

    Returns:
        Observations in the order of the plan, with the arm in ``extra["plan"]``; and warnings of prospects without a message
        and of messages that did not follow the plan.
    """
    by_prospect: dict[str, list[Observation]] = defaultdict(list)
    for observation in observations:
        who = person(observation.message.prospect)
        if who:
            by_prospect[who].append(observation)
    arms = {one.arm for one in plan}
    found, crossed = [], 0
    unreached: Counter[str] = Counter()
    for one in plan:
        members = sorted(by_prospect.get(person(one.prospect) or "", []), key=lambda o: (o.message.sent_at is None, _when(o)))
        if not members:
            unreached[one.arm] += 1
            bare = Message("", unreached_id(one), one.rep, one.prospect, extra={"plan": one.arm})
            found.append(Observation(bare))
            continue
        first = members[0]
        crossed += sum(m.message.script in arms and m.message.script != one.arm for m in members)
        message = dataclasses.replace(
            first.message, rep=one.rep or first.message.rep, extra={**first.message.extra, "plan": one.arm}
        )
        found.append(dataclasses.replace(first, message=message, outcome=_merged(members)))
    warned = []
    if unreached:
        size = Counter(one.arm for one in plan)
        by_arm = ", ".join(f"'{arm}' {unreached[arm]} of {n}" for arm, n in sorted(size.items()))
        lack = "no dial yet that reached nobody" if unit_of(observations) == DIAL else "no message yet"
        text = f"{unreached.total()} of {len(plan)} assigned prospects have {lack}: {by_arm}."
        warned.append(Caution("not_reached", text, {"count": unreached.total(), "by_arm": dict(unreached)}))
    if crossed:
        used = f"{counted(crossed, 'message')} used another arm's script than the one planned"
        text = f"{used}. What counts is the arm that was assigned."
        warned.append(Caution("not_as_planned", text, {"count": crossed}))
    return found, warned


def unreached_id(one: Assignment) -> str:
    """The id of what stands for an assigned prospect to whom no message is known.

    Args:
        one: the prospect's line of the plan.

    Returns:
        The id, which no message has.
    """
    return f"plan:{one.plan_id}:{one.prospect}"


def _when(observation: Observation) -> float:
    sent = parse_moment(observation.message.sent_at)
    return sent.timestamp() if sent else 0.0


def _merged(members: Sequence[Observation]) -> Outcome | None:
    known = [member.outcome for member in members if member.outcome is not None]
    if not known:
        return None
    any_yes = {}
    for name in OUTCOMES:
        given = [value for one in known if (value := getattr(one, name)) is not None]
        any_yes[name] = any(given) if given else None
    costs = [one.cost for one in known if one.cost is not None]
    times = [one.callback_at for one in known if one.callback_at]
    return Outcome(
        members[0].message.message_id,
        callback_at=min(times, key=lambda text: parse_moment(text) or text) if times else None,
        cost=sum(costs) if costs else None,
        touches=known[0].touches,
        as_of=next((one.as_of for one in known if one.as_of), None),
        simulated=any(one.simulated for one in known),
        **any_yes,
    )
