"""Callbacks counted over very many messages, and counted again when a few of them change: as `count_many` counts them.

What a rule of attribution does, and what others would do, is decided prospect by prospect: only the prospects of messages that
changed are looked at again. Which outcomes are known for good also depends on the newest export, and on the moment where no
export tells its day: that is asked of all messages, as columns.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

import numpy as np

from vmaudio.experiments.attribution import (
    ATTRIBUTIONS,
    DEFAULT_ATTRIBUTION,
    Contest,
    Messages,
    attribute,
    contest,
)
from vmaudio.experiments.many import Counted, count_known, observation_of
from vmaudio.experiments.moments import NEVER, micro, parse_moment
from vmaudio.intake import person
from vmaudio.records import Outcome, Sent

_T = TypeVar("_T")
_FREE, _UNKNOWN, _NO, _YES = range(4)
_RULES = tuple(rule for rule in ATTRIBUTIONS if rule != "as-given")


class KeptCount:
    """A count of callbacks that can be brought up to date.

    Args:
        rule: to which of a prospect's messages a callback belongs, one of `ATTRIBUTIONS`.

    Attributes:
        told: by message id the outcomes, with each callback at the message that the rule names.
        called: by slot whether a message counts as called back: 1 yes, 0 no, -1 not known; as of the last `result`. The last
            slot is that of every message that is not counted.
    """

    def __init__(self, rule: str = DEFAULT_ATTRIBUTION) -> None:
        self._rule = rule
        self._sent: dict[str, Sent] = {}
        self._given: dict[str, Outcome] = {}
        self.told: dict[str, Outcome] = {}
        self._members: dict[str, list[str]] = {}  # dated messages by person
        self._contested: Counter[str] = Counter()
        self._slots: dict[str, int] = {}
        self._free: list[int] = []
        self._ids = np.zeros(0, dtype=object)
        self._state = np.zeros(0, dtype=np.int8)
        self._times = np.zeros((3, 0), dtype=np.int64)  # sent, called back, exported
        self.called = np.full(1, -1)
        self._known: dict[str, bool] = {}  # the same by id

    def change(self, sent: Mapping[str, Sent | None], outcomes: Mapping[str, Outcome | None]) -> set[str]:
        """Bring the count up to date.

        Args:
            sent: new and changed messages by id; None is gone.
            outcomes: new and changed outcomes by message id, as the outcome files give them; None is gone.

        Returns:
            Ids of the messages of which an outcome may count as another than before.
        """
        ids = set(sent) | set(outcomes)
        seen = [_who(one) for one in (*map(self._sent.get, ids), *sent.values())]
        people = {who for who in seen if who is not None}
        self._contest(self._looked_at(people), -1)
        for message_id, one in sent.items():
            self._move(message_id, one)
        for message_id, outcome in outcomes.items():
            _put(self._given, message_id, outcome)
        for who in people:
            ids.update(self._members.get(who, ()))
        for message_id in ids:
            _put(self.told, message_id, self._given.get(message_id) if message_id in self._sent else None)
        few = self._looked_at(people)
        for seen_anew in attribute(few, self._rule)[0]:
            _put(self.told, seen_anew.message.message_id, seen_anew.outcome)
        self._contest(few, 1)
        self._write(ids)
        return ids

    def result(self, now: datetime.datetime | None = None) -> Counted:
        """The count as it is now.

        Args:
            now: this moment, for tests.

        Returns:
            As `count_many` gives it.
        """
        sent, at, finish = self._times
        known = self._state >= _NO
        exported, newest = (int(column.max(initial=NEVER)) for column in (finish, sent))
        today = micro(now or datetime.datetime.now(datetime.UTC))
        called, young = count_known(
            sent[known], self._state[known] == _YES, at[known], finish[known], exported=exported, newest=newest, today=today
        )
        before = np.full(len(known) + 1, -1)
        before[: len(self.called)] = self.called
        self.called = np.full(len(known) + 1, -1)
        self.called[np.flatnonzero(known)[~young]] = called[~young]
        for slot in np.flatnonzero(self.called != before).tolist():
            _put(self._known, self._ids[slot], None if self.called[slot] < 0 else bool(self.called[slot]))
        counts = {rule: self._contested[rule] for rule in _RULES}
        note = Contest("rep", 0, self._contested["callbacks"], counts, self._contested["untimed"]).sentence(self._rule)
        return Counted(dict(self.told), dict(self._known), note or "")

    def slots_of(self, ids: Iterable[str]) -> np.ndarray:
        """Where messages stand in `called`; a message keeps its slot as long as it is counted.

        Args:
            ids: of messages.

        Returns:
            int (n,).
        """
        return np.array([self._slots.get(one, -1) for one in ids], dtype=np.int64)

    def _move(self, message_id: str, one: Sent | None) -> None:
        before = _who(self._sent.get(message_id))
        if before is not None:
            left = [other for other in self._members[before] if other != message_id]
            _put(self._members, before, left or None)
        _put(self._sent, message_id, one)
        after = _who(one)
        if after is not None:
            self._members.setdefault(after, []).append(message_id)

    def _looked_at(self, people: Iterable[str]) -> Messages:
        """The messages of those of some prospects who got several and called back after any."""
        found = []
        for who in people:
            members = self._members.get(who, ())
            if len(members) > 1 and any((one := self._given.get(name)) is not None and one.callback for name in members):
                found += [self._sent[name] for name in members]
        found.sort(key=lambda one: (one.sent_at or "", one.message_id))
        return Messages(observation_of(one, self._given.get(one.message_id)) for one in found)

    def _contest(self, few: Messages, n: int) -> None:
        found = contest(few, "rep", [one.message.rep for one in few])
        for name, count in {**found.moved, "callbacks": found.callbacks, "untimed": found.untimed}.items():
            self._contested[name] += n * count

    def _write(self, ids: Iterable[str]) -> None:
        """Write messages into the columns."""
        new = [one for one in ids if one in self._sent and one not in self._slots]
        missing = len(new) - len(self._free)
        if missing > 0:
            n = len(self._state)
            more = max(missing, n // 8)
            self._free += range(n + more - 1, n - 1, -1)
            self._ids = np.concatenate([self._ids, np.zeros(more, dtype=object)])
            self._state = np.concatenate([self._state, np.zeros(more, dtype=np.int8)])
            self._times = np.concatenate([self._times, np.full((3, more), NEVER)], axis=1)
        for message_id in new:
            self._slots[message_id] = self._free.pop()
        for message_id in ids:
            slot = self._slots.get(message_id)
            if slot is None:
                continue
            one, outcome = self._sent.get(message_id), self.told.get(message_id)
            if one is None:
                self._free.append(self._slots.pop(message_id))
                self._known.pop(message_id, None)
                if slot < len(self.called) - 1:  # else it came after the last result
                    self.called[slot] = -1
                self._state[slot], self._times[:, slot] = _FREE, NEVER
                continue
            value = outcome.callback if outcome else None
            self._ids[slot] = message_id
            self._state[slot] = _UNKNOWN if value is None else _YES if value else _NO
            texts = (one.sent_at, outcome.callback_at if outcome and value else None, outcome.as_of if outcome else None)
            self._times[:, slot] = [micro(parse_moment(text)) for text in texts]


def _who(one: Sent | None) -> str | None:
    """The prospect of a dated message, however it is written."""
    return person(one.prospect) if one is not None and parse_moment(one.sent_at) else None


def _put(kept: dict[str, _T], name: str, value: _T | None) -> None:
    if value is None:
        kept.pop(name, None)
    else:
        kept[name] = value
