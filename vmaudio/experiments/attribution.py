"""Attribution: to which of a prospect's messages a callback belongs, and what another rule would make of it."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vmaudio.errors import SettingError
from vmaudio.experiments.moments import NEVER, micro, parse_moment
from vmaudio.intake import end_of_interval, person
from vmaudio.records import Observation, Outcome

ATTRIBUTIONS = {
    "last": "a callback belongs to the last message left for the prospect before it",
    "first": "a callback belongs to the first message left for the prospect",
    "as-given": "a callback belongs to the message that the outcome file names; of several with one time, to the last",
    "shared": "a callback belongs to every message left for the prospect before it, and counts for each",
}

DEFAULT_ATTRIBUTION = "as-given"
"""The rule where none is asked for. The CRM knows which call it answers; a line that names only the prospect was given to the
last message before the callback when it was imported."""


@dataclass(frozen=True, slots=True)
class Contest:
    """Callbacks that messages of several reps, or of several arms, may claim.

    Attributes:
        what: what the messages differ in, in the singular: "rep" or "arm".
        prospects: prospects who got messages of more than one.
        callbacks: their callbacks that came after messages of more than one.
        moved: by rule, how many of these it gives to another one than the outcome file does; for "shared", how many it also
            counts for another one.
        untimed: their callbacks without a time, which no rule can move.
    """

    what: str
    prospects: int
    callbacks: int
    moved: Mapping[str, int]
    untimed: int = 0

    def sentence(self, rule: str) -> str | None:
        """Say what the rule did, and what the others would do.

        Args:
            rule: the rule that was used, one of `ATTRIBUTIONS`.

        Returns:
            The sentences; None where no callback is contested.
        """
        if not self.callbacks and not self.untimed:
            return None
        came = f"{self.callbacks} callback{'s' if self.callbacks != 1 else ''} came"
        text = f"{came} after messages of more than one {self.what}. The rule is {rule}: {ATTRIBUTIONS[rule]}"
        text += "." if rule == "as-given" else f"; {self._moves(rule)}."
        others = "; ".join(f"{other} {self._moves(other)}" for other in ATTRIBUTIONS if other not in (rule, "as-given"))
        if rule != "as-given":
            others += "; as-given moves none"
        text += f" By another rule: {others}."
        if self.untimed:
            text += f" {self.untimed} without a time (callback_at) cannot be moved."
        return text

    def _moves(self, rule: str) -> str:
        n = self.moved.get(rule, 0)
        if rule == "shared":
            return f"counts {n} for more than one {self.what}"
        return f"moves {n} to another {self.what}"

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"between": self.what, "prospects": self.prospects, "callbacks": self.callbacks, "moved": dict(self.moved),
                "untimed": self.untimed}  # fmt: skip


class Messages(list[Observation]):
    """Messages with their outcomes whose times and prospects are read once, however many outcomes are compared."""

    @functools.cached_property
    def kept(self) -> dict[Any, Any]:
        """What else was found of them and is asked for again: by whoever found it, under a name of its own."""
        return {}

    @functools.cached_property
    def sent(self) -> list[datetime.datetime | None]:
        """When each was sent; None where not known."""
        return [parse_moment(one.message.sent_at) for one in self]

    @functools.cached_property
    def moments(self) -> np.ndarray:
        """When each was sent (n,), as `vmaudio.experiments.moments.micro` gives it."""
        return np.array([micro(sent) for sent in self.sent], dtype=np.int64)

    @functools.cached_property
    def newest(self) -> datetime.datetime | None:
        """When the newest dated message was sent; None where none is dated."""
        return max((at for at in self.sent if at), default=None)

    @functools.cached_property
    def in_time(self) -> list[int]:
        """Numbers of the dated messages, by time."""
        order = np.argsort(self.moments, kind="stable")
        return order[self.moments[order] != NEVER].tolist()

    @functools.cached_property
    def members(self) -> list[list[tuple[int, datetime.datetime]]]:
        """The messages of each prospect who got several dated ones, by time, as index and time."""
        prospects = [one.message.prospect for one in self]
        people = {prospect: person(prospect) for prospect in set(prospects)}
        by_prospect: dict[str, list[int]] = {}
        for i in self.in_time:
            if who := people[prospects[i]]:
                by_prospect.setdefault(who, []).append(i)
        several = [members for members in by_prospect.values() if len(members) > 1]
        return [[(i, self.sent[i]) for i in members] for members in several]  # type: ignore[misc]

    @functools.cached_property
    def called(self) -> list[bool]:
        """Whether each has a callback, as the outcome file gives it."""
        return [one.outcome is not None and bool(one.outcome.callback) for one in self]

    @functools.cached_property
    def flat(self) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of the messages in ``members``, one prospect's behind another's, and where each prospect's begin."""
        lengths = np.array([len(one) for one in self.members], dtype=np.int64)
        return np.array([i for one in self.members for i, _ in one], dtype=np.int64), np.cumsum(lengths) - lengths

    @functools.cached_property
    def called_back(self) -> np.ndarray:
        """Whether any message of the prospects in ``members`` has a callback, (n_prospects,) bool."""
        numbers, starts = self.flat
        return np.logical_or.reduceat(np.array(self.called)[numbers], starts) if len(starts) else np.zeros(0, dtype=bool)

    def mixed(self, groups: Sequence[str | None]) -> np.ndarray:
        """Which of the prospects in ``members`` got messages of more than one group.

        Args:
            groups: each message's group; None where it is in none.

        Returns:
            (n_prospects,) bool.
        """
        numbers, starts = self.flat
        if not len(starts):
            return np.zeros(0, dtype=bool)
        place = {group: i for i, group in enumerate(set(groups) - {None})}
        code = np.array([place.get(group, -1) for group in groups], dtype=np.int64)[numbers]
        lowest = np.minimum.reduceat(np.where(code < 0, len(place), code), starts)
        return lowest < np.maximum.reduceat(code, starts)

    @functools.cached_property
    def attributed(self) -> dict[str, tuple[list[Observation], int]]:
        """What `attribute` made of them so far, by rule."""
        return {}

    @functools.cached_property
    def earlier(self) -> list[int | None]:
        """Messages to the same prospect, as it is written, that were sent before; None where either is not known."""
        found: list[int | None] = [None] * len(self)
        so_far: dict[str, int] = {}
        for i in self.in_time:
            if prospect := self[i].message.prospect:
                found[i] = so_far.get(prospect, 0)
                so_far[prospect] = found[i] + 1  # type: ignore[operator]
        return found

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> Messages:
        """Observations as such a list; one that is one already is itself.

        Args:
            observations: the observations.

        Returns:
            The list.
        """
        return observations if isinstance(observations, Messages) else cls(observations)


def contest(observations: Sequence[Observation], what: str, groups: Sequence[str | None]) -> Contest:
    """Count the callbacks that several groups may claim, and what each rule would make of them.

    Args:
        observations: messages with their outcomes as the outcome file gives them.
        what: what the groups are, in the singular: "rep" or "arm".
        groups: each message's group; None where it is in none.

    Returns:
        The count.
    """
    callbacks = untimed = 0
    moved = dict.fromkeys((rule for rule in ATTRIBUTIONS if rule != "as-given"), 0)
    messages = Messages.of(observations)
    several = messages.mixed(groups)
    prospects = int(several.sum())
    for members in itertools.compress(messages.members, (several & messages.called_back).tolist()):
        told = [one for i, _ in members if (one := observations[i].outcome) is not None and one.callback]
        untimed += sum(parse_moment(one.callback_at) is None for one in told)
        for at, tellers in _calls(observations, members).items():
            before = [i for i, sent in members if sent <= end_of_interval(at)]
            own = groups[([i for i in before if i in tellers] or tellers)[-1]]
            rivals = {groups[i] for i in before} - {None, own}
            if own is None or not rivals:
                continue
            callbacks += 1
            moved["last"] += groups[before[-1]] in rivals
            moved["first"] += groups[before[0]] in rivals
            moved["shared"] += 1
    return Contest(what, prospects, callbacks, moved, untimed)


def attribute(observations: Sequence[Observation], rule: str = DEFAULT_ATTRIBUTION) -> tuple[list[Observation], int]:
    """Give each callback to the message that the rule names.

    Only callbacks with a time, of prospects with several dated messages, can move; a time that stands at several messages of a
    prospect is one callback. The message that loses a callback has none; with "shared" none loses it.

    Args:
        observations: messages with their outcomes.
        rule: one of `ATTRIBUTIONS`.

    Returns:
        The observations in the same order, and how many callbacks moved; for "shared", how many count for several messages.

    Raises:
        SettingError: no such rule.
    """
    if rule not in ATTRIBUTIONS:
        raise SettingError(f"There is no attribution {rule!r}. Known: {', '.join(ATTRIBUTIONS)}.")
    given = Messages.of(observations)
    if rule in given.attributed:
        return given.attributed[rule]
    found = list(given)
    moved = 0
    for members in itertools.compress(given.members, given.called_back.tolist()):
        calls = _calls(found, members)
        credit: dict[int, str] = {}
        lost: list[int] = []
        for at, tellers in calls.items():
            before = [i for i, sent in members if sent <= end_of_interval(at)] or tellers
            told = [i for i in before if i in tellers] or tellers
            targets = {"as-given": told[-1:], "last": before[-1:], "first": before[:1], "shared": before}[rule]
            text = min(found[i].outcome.callback_at for i in tellers)  # type: ignore[union-attr,type-var]
            for target in targets:
                credit[target] = min(credit.get(target, text), text)  # type: ignore[type-var,assignment]
            gone = [i for i in tellers if i not in targets]
            lost += gone
            moved += len(gone) or len(targets) > 1
        for i in lost:
            if i not in credit:
                found[i] = _with(found[i], callback=False, callback_at=None)
        for i, callback_at in credit.items():
            found[i] = _with(found[i], callback=True, callback_at=callback_at)
    given.attributed[rule] = found, moved
    return found, moved


def _calls(
    observations: Sequence[Observation], members: Sequence[tuple[int, datetime.datetime]]
) -> dict[datetime.datetime, list[int]]:
    """A prospect's calls by their time, and the messages at which each is told. A time that stands at several is one call."""
    calls: dict[datetime.datetime, list[int]] = defaultdict(list)
    for i, _ in members:
        outcome = observations[i].outcome
        at = parse_moment(outcome.callback_at) if outcome and outcome.callback else None
        if at is not None:
            calls[at].append(i)
    return calls


def _with(observation: Observation, *, callback: bool, callback_at: str | None) -> Observation:
    outcome = observation.outcome or Outcome(observation.message.message_id)
    if observation.outcome is not None and (outcome.callback, outcome.callback_at) == (callback, callback_at):
        return observation  # as the outcome file gives it, as most are
    return dataclasses.replace(observation, outcome=dataclasses.replace(outcome, callback=callback, callback_at=callback_at))
