"""Which messages count as called back: decided once over the whole store, so that every page and table says one number."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vmaudio.duplicates import KeptCopies, stored_copies
from vmaudio.experiments import DEFAULT_ATTRIBUTION, WINDOW, KeptCount, count_many, prepare
from vmaudio.records import Message, Observation, Outcome
from vmaudio.report.summary import Called
from vmaudio.store import Delta, ReportFacts, Store, all_outcomes, sends

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Counting:
    """What came of the messages of a store, as it is counted.

    Attributes:
        outcomes: by message id, with each callback at the message that the rule of attribution names.
        called: of which messages it is known for good whether they were called back.
        note: what the rule did where messages of several reps may claim a callback, and what the others would do; else empty.
        copies: by the id of a copy, which is not counted, that of the message that is; see `stored_copies`.
    """

    outcomes: Mapping[str, Outcome]
    called: Called
    note: str = ""
    copies: Mapping[str, str] = field(default_factory=dict)


def count_callbacks(store: Store, rule: str = DEFAULT_ATTRIBUTION, rep: str | None = None) -> Counting:
    """Count callbacks over all messages of a store.

    A part of the messages would give another count: the message that a callback belongs to may be in the other part.

    Args:
        store: the store.
        rule: to which of a prospect's messages a callback belongs, one of `vmaudio.experiments.ATTRIBUTIONS`.
        rep: the note is about the callbacks of this rep's prospects; None is all.

    Returns:
        The count.

    Raises:
        SettingError: no such rule.
    """
    known = all_outcomes(store)
    copies = stored_copies(store)
    sent = [one for one in sends(store) if one.message_id not in copies]
    found = count_many(sent, known, rule, rep=rep)
    return Counting(found.outcomes, found.called, found.note, copies)


class KeptCounting:
    """The same count, brought up to date when a few messages or outcomes change.

    Args:
        store: the store, for its copies.
        facts: what was read of it.
    """

    def __init__(self, store: Store, facts: ReportFacts) -> None:
        self._facts, self._copies, self._count = facts, KeptCopies(store), KeptCount()
        sent = {one.message_id: one for one in facts.all_sends() if one.message_id not in self._copies.found}
        self._count.change(sent, facts.outcomes)

    def change(self, delta: Delta) -> set[str]:
        """Bring the count up to date.

        Args:
            delta: what has changed in the store.

        Returns:
            Ids of the messages of which an outcome may count as another than before.
        """
        before = self._copies.found
        self._copies.change(delta.written, delta.outcomes)
        now = self._copies.found
        ids = {*delta.sends, *(before.keys() ^ now.keys())}
        sent = {name: self._facts.send_of(name) if name not in now else None for name in ids}
        return self._count.change(sent, delta.outcomes)

    def result(self) -> Counting:
        """The count as it is now."""
        found = self._count.result()
        return Counting(found.outcomes, found.called, found.note, self._copies.found)

    def outcome(self, message_id: str) -> Outcome | None:
        """What counts of a message; None where nothing is known, or it is a copy.

        Args:
            message_id: id of the message.
        """
        return self._count.told.get(message_id)

    def slots(self, ids: Iterable[str]) -> np.ndarray:
        """Where messages stand in `called`.

        Args:
            ids: of messages.

        Returns:
            int (n,).
        """
        return self._count.slots_of(ids)

    @property
    def called(self) -> np.ndarray:
        """By slot whether a message counts as called back: 1 yes, 0 no, -1 not known; as of the last `result`."""
        return self._count.called


def counted_alone(message: Message, outcome: Outcome | None) -> Outcome | None:
    """One message's outcome as reports count it, without looking at the others: by the message that the outcome names.

    Args:
        message: the message.
        outcome: what is known of it.

    Returns:
        The outcome with the callback that counts; None where nothing is known.
    """
    rows = prepare([Observation(message, outcome)], "callback").rows
    return as_counted(outcome, {row.observation.message.message_id: row.event for row in rows})


def as_counted(outcome: Outcome | None, called: Called | None) -> Outcome | None:
    """An outcome as reports count it.

    Args:
        outcome: what is known of a message.
        called: which messages count as called back; None leaves the outcome as it is.

    Returns:
        The outcome with the callback that counts; None where there is none.
    """
    if outcome is None or called is None:
        return outcome
    return dataclasses.replace(outcome, callback=called.get(outcome.message_id))


def counting_note(outcome: Outcome | None, counted: Outcome | None) -> str:
    """Why a callback that came does not count as one.

    Args:
        outcome: what is known of a message.
        counted: the same as reports count it.

    Returns:
        Words that follow "not called back" or "called back"; empty where outcome and count agree.
    """
    if outcome is None or counted is None or not outcome.callback or counted.callback:
        return ""
    if counted.callback is False:
        return f" within {WINDOW.days} days; the call came later"
    return f", which counts once {WINDOW.days} days are over"
