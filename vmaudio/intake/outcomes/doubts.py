"""What a file's dates and words may mean otherwise than they look.

A "Callback Date" that lies ahead is the rep's plan, and a line that was connected may have been connected to a machine.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vmaudio.intake.tables import OUTCOME_MEANINGS, ColumnMap, WordReader

MOST_SLIPS = 0.05
"""Share of a column's dates that may lie ahead by a slip of the pen (a wrong year); from more on it is a column of plans. Our
default."""


def lies_ahead(at: datetime.datetime, end: datetime.datetime) -> bool:
    """Whether a date is later than the day on which the file was exported.

    Args:
        at: the date.
        end: the moment of the export.

    Returns:
        True from the next day on: elsewhere the day ends later.
    """
    return at > end and at.date() > end.date()


@dataclass(frozen=True, slots=True)
class Appointments:
    """What a column of callback dates holds.

    Attributes:
        column: its name.
        dates: dates in rows that do not say themselves whether the prospect called.
        ahead: those of them that lie after the export.
        all_of_it: whether the whole column is taken for appointments.
        end: the moment of the export that was assumed.
    """

    column: str
    dates: int
    ahead: int
    all_of_it: bool
    end: datetime.datetime

    def is_one(self, at: datetime.datetime) -> bool:
        """Whether a date of the column is an appointment.

        Args:
            at: the date.
        """
        return self.all_of_it or lies_ahead(at, self.end)

    def sentence(self) -> str | None:
        """What has to be asked about the column; None where no date lies ahead."""
        if not self.ahead:
            return None
        of = f"{self.ahead} of {self.dates} dates in {self.column!r} lie after {self.end.date()}, the day of the export"
        if self.all_of_it:
            return (
                f"{of}: it is a column of appointments, so no date in it counts as a callback. If the prospects called on "
                f"those dates: --map callback_at='{self.column}'. When the export is of another day: --as-of DATE."
            )
        return f"{of}: they are appointments or slips of the pen, and do not count as callbacks."


def find_appointments(column: str, dates: Sequence[datetime.datetime], end: datetime.datetime, *, chosen: bool) -> Appointments:
    """Tell whether a column of callback dates holds appointments.

    Args:
        column: its name.
        dates: its dates, in rows that do not say themselves whether the prospect called.
        end: the moment of the export.
        chosen: whether the user named the column; then only the dates that lie ahead are taken for appointments.

    Returns:
        What the column holds.
    """
    ahead = sum(lies_ahead(at, end) for at in dates)
    return Appointments(column, len(dates), ahead, not chosen and ahead > MOST_SLIPS * len(dates), end)


@dataclass(frozen=True, slots=True)
class RowDates:
    """The dates of one row.

    Attributes:
        callback_at: the date in the column of callbacks.
        sent_at: when the message was left.
        callback: what the row says itself of a callback.
    """

    callback_at: datetime.datetime | None
    sent_at: datetime.datetime | None
    callback: bool | None


class Doubts:
    """Decides what a file's doubtful words and dates count for, and remembers what has to be asked.

    Args:
        columns: our field -> the column it is read from.
        mapping: what the user says of columns and words.
        dated: the dates of all rows, where there is a column of callbacks.
        as_of: when the file was exported; None when not known.
    """

    def __init__(
        self, columns: Mapping[str, str], mapping: ColumnMap, dated: Sequence[RowDates], as_of: datetime.datetime | None
    ) -> None:
        self.words = WordReader(mapping.values)
        self._columns = columns
        self._machines = 0
        self._appointments: Appointments | None = None
        if "callback_at" in columns:
            # messages dated tomorrow: the clock or the dates are wrong, and the newest message is the best guess at the export
            sent = [row.sent_at for row in dated if row.sent_at is not None]
            end = as_of or max([datetime.datetime.now(datetime.UTC), *sent])
            dates = [row.callback_at for row in dated if row.callback_at is not None and row.callback is not True]
            chosen = "callback_at" in mapping.columns
            self._appointments = find_appointments(columns["callback_at"], dates, end, chosen=chosen)

    def callback_at(self, at: datetime.datetime | None, callback: bool | None) -> datetime.datetime | None:
        """Read the time of a callback.

        Args:
            at: the date in the column of callbacks.
            callback: what the row says itself of a callback.

        Returns:
            The time; None where the date is an appointment.
        """
        planned = at is not None and callback is not True and self._appointments is not None and self._appointments.is_one(at)
        return None if planned else at

    def state(self, word: str | None, said: dict[str, Any]) -> None:
        """Put what a disposition states into a row's outcomes, where the row does not say it itself.

        Args:
            word: the disposition.
            said: the row's outcomes by field; changed.
        """
        meaning = self.words.read(word) if word else None
        if meaning in OUTCOME_MEANINGS and said[meaning] is None:
            said[meaning] = True
        elif meaning == "voicemail" and said["connect"] and self._columns["connect"] == "connected":
            said["connect"] = None  # the line was connected, to a machine
            self._machines += 1

    def notes(self, header: Sequence[str]) -> Iterator[str]:
        """Say what was left alone.

        Args:
            header: the columns of the file.

        Yields:
            Sentences.
        """
        if self._appointments is not None and (sentence := self._appointments.sentence()):
            yield sentence
        if self._machines:
            yield f"Connected, but to a machine as the disposition says, so no connect: {self._machines}."
        if "answered" in header and "answered" not in self._columns.values():
            yield (
                "The column 'answered' was not read: a call that a machine answers is answered too. "
                "If it says that the prospect replied: --map reply=answered."
            )
