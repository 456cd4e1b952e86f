"""What a report counts, kept in memory and read again only where it has changed: one new message costs one row."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from vmaudio.records import Outcome, Sent
from vmaudio.store.database import Database
from vmaudio.store.narrow_rows import REPORT_COLUMNS, SCORED, ReportRow, ReportVersion, in_milliseconds, report_version
from vmaudio.store.outcome_rows import OUTCOME_COLUMNS
from vmaudio.store.tables import messages, outcomes, report_rows

LATE_S = (0, 1, 600)
"""So many seconds before what was newest is read again, until the sums of `ReportVersion` say that nothing is missing: of two
programs that write at once, or whose clocks differ, the later to finish may have begun first. What is missing still is found by
reading everything."""


_PORTION = 2000
"""Rows that are fetched at a time: PostgreSQL's driver else holds all of them once more while they are read."""


@dataclass(slots=True)
class Delta:
    """What differs from what was kept; None is gone.

    Attributes:
        rows: scored messages by id.
        before: what those of them were that were there before.
        sends: all messages by id.
        outcomes: outcomes by message id.
        written: ids of messages of which anything may have been written, also what no report counts.
    """

    rows: dict[str, ReportRow | None] = field(default_factory=dict)
    before: dict[str, ReportRow] = field(default_factory=dict)
    sends: dict[str, Sent | None] = field(default_factory=dict)
    outcomes: dict[str, Outcome | None] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)


class ReportFacts:
    """The rows, messages and outcomes of a store as they were last read.

    Args:
        store: the store; everything is read.

    Attributes:
        version: of what was read.
        rows: scored messages by id.
        sends: messages without a score by id.
        outcomes: outcomes by message id.
    """

    def __init__(self, store: Database) -> None:
        self._store = store
        self.version: ReportVersion = report_version(store)  # before the rows: what comes between is read twice, not never
        self._stamps: dict[str, int] = {}
        self.rows: dict[str, ReportRow] = {}
        self.sends: dict[str, Sent] = {}
        with store.engine.connect().execution_options(yield_per=_PORTION) as connection:
            for stamp, *cells in connection.execute(_rows()):
                row = ReportRow._make(cells)
                self.rows[row.message_id], self._stamps[row.message_id] = row, in_milliseconds(stamp)
            if self.version.messages > len(self.rows):
                self.sends = {row[0]: Sent._make(row) for row in connection.execute(_unscored())}
            self.outcomes: dict[str, Outcome] = {row[0]: Outcome(*row) for row in connection.execute(select(*OUTCOME_COLUMNS))}
        self._told = [0, 0, 0]  # outcomes that know of a callback, that have its time, that are one
        for one in self.outcomes.values():
            self._tell(one, 1)

    def changes(self, version: ReportVersion, most: int) -> Delta | None:
        """Read what has changed, and keep it.

        Args:
            version: as `report_version` gives it now.
            most: most rows that are worth it.

        Returns:
            What differs; None where it is not sure that this is all, or where it is so much that everything had better be read.
        """
        found = Delta()
        for late_s in LATE_S:
            with self._store.engine.connect() as connection:
                if self._read_rows(connection, version, found, most, late_s) and self._read_outcomes(
                    connection, version, found, late_s
                ):
                    self.version = version
                    return found
            version = report_version(self._store)  # somebody wrote between the two
        return None

    def _read_rows(self, connection: Connection, version: ReportVersion, found: Delta, most: int, late_s: float) -> bool:
        if version.of_messages == self.version.of_messages:
            return True
        since = (self.version.newest or 0.0) - late_s
        written = connection.execute(_rows().where(report_rows.c.changed >= since).limit(most + 1)).all()
        if len(written) > most:
            return False
        for stamp, *cells in written:
            row = ReportRow._make(cells)
            if self._stamps.get(row.message_id) != in_milliseconds(stamp):
                found.written.add(row.message_id)
            self._stamps[row.message_id] = in_milliseconds(stamp)
            old = self.rows.get(row.message_id)
            if old != row:
                if old is not None:
                    found.before.setdefault(row.message_id, old)
                self.rows[row.message_id] = found.rows[row.message_id] = row
                found.sends[row.message_id] = _sent(row)
        if len(self.rows) != version.scored:
            self._drop(connection.execute(select(report_rows.c.message_id)).scalars(), found)
        before = self.sends
        unscored = version.messages > version.scored
        self.sends = {row[0]: Sent._make(row) for row in connection.execute(_unscored())} if unscored else {}
        for message_id in before.keys() - self.sends.keys() - self.rows.keys():
            found.sends[message_id] = None
        found.sends |= {name: one for name, one in self.sends.items() if before.get(name) != one}
        found.written |= {name for name, one in found.sends.items() if one is None or name in self.sends}
        kept = (len(self.rows), sum(self._stamps.values()), len(self.rows) + len(self.sends))
        return kept == (version.scored, version.summed, version.messages)

    def _drop(self, there: Iterable[str], found: Delta) -> None:
        for message_id in self.rows.keys() - set(there):
            found.before.setdefault(message_id, self.rows.pop(message_id))
            del self._stamps[message_id]
            found.rows[message_id] = found.sends[message_id] = None
            found.written.add(message_id)

    def _read_outcomes(self, connection: Connection, version: ReportVersion, found: Delta, late_s: float) -> bool:
        if version.of_outcomes == self.version.of_outcomes:
            return True
        query = select(*OUTCOME_COLUMNS).where(outcomes.c.imported_utc >= _earlier(self.version.imported or "", late_s))
        for row in connection.execute(query):
            outcome = Outcome(*row)
            if self.outcomes.get(outcome.message_id) != outcome:
                found.outcomes[outcome.message_id] = outcome
        if len(self.outcomes) + sum(name not in self.outcomes for name in found.outcomes) != version.outcomes:
            there = set(connection.execute(select(outcomes.c.message_id)).scalars())
            found.outcomes |= dict.fromkeys(self.outcomes.keys() - there)
        for message_id, now in found.outcomes.items():
            self._tell(self.outcomes.pop(message_id, None), -1)
            self._tell(now, 1)
            if now:
                self.outcomes[message_id] = now
        return (len(self.outcomes), *self._told) == (version.outcomes, version.answered, version.timed, version.called)

    def _tell(self, outcome: Outcome | None, n: int) -> None:
        if outcome is not None:
            for i, known in enumerate((outcome.callback is not None, outcome.callback_at is not None, outcome.callback)):
                self._told[i] += n * bool(known)

    def all_sends(self) -> list[Sent]:
        """All messages, in no order."""
        return [*map(_sent, self.rows.values()), *self.sends.values()]

    def send_of(self, message_id: str) -> Sent | None:
        """One message; None where there is none.

        Args:
            message_id: its id.
        """
        row = self.rows.get(message_id)
        return _sent(row) if row else self.sends.get(message_id)


def _sent(row: ReportRow) -> Sent:
    return Sent(row.message_id, row.rep, row.prospect, row.sent_at)


def _rows() -> Any:
    return select(report_rows.c.changed, *REPORT_COLUMNS).select_from(SCORED)


def _unscored() -> Any:
    scored = select(report_rows.c.message_id).where(report_rows.c.message_id == messages.c.message_id).exists()
    return select(*(messages.c[name] for name in Sent._fields)).where(~scored)


def _earlier(moment: str, seconds: float) -> str:
    """Some time before a moment that the store wrote."""
    try:
        return (datetime.datetime.fromisoformat(moment) - datetime.timedelta(seconds=seconds)).isoformat(timespec="seconds")
    except ValueError:
        return moment
