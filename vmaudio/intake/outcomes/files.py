"""Read outcome files as other people's programs write them. Every fault is listed with its line."""

from __future__ import annotations

import dataclasses
import datetime
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vmaudio import settings
from vmaudio.errors import TableError
from vmaudio.intake.manifest import MOST_FAULTS
from vmaudio.intake.outcomes import values
from vmaudio.intake.outcomes.doubts import Doubts, RowDates, lies_ahead
from vmaudio.intake.tables import (
    OUTCOME_FIELDS,
    ColumnMap,
    Rows,
    When,
    WordRead,
    day_in,
    find_columns,
    is_nothing,
    load_table,
    message_zone,
    name_list,
    table_error,
    time_zone,
    words_sentences,
)
from vmaudio.records import Outcome

YES_NO = ("callback", "reply", "connect", "sale", "complaint", "wrong_person")


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One line of an outcome file.

    Attributes:
        line: its number, from 1.
        outcome: what it says; the message id may be empty.
        file: file name or path of the recording, where the line has one; likewise the other fields, which name the
            message or describe it.
        callback_day: the day of ``callback_at`` where the file gives no time: a day in the message's own zone.
    """

    line: int
    outcome: Outcome
    file: str | None = None
    recording_id: str | None = None
    prospect: str | None = None
    sent_at: str | None = None
    rep: str | None = None
    campaign: str | None = None
    channel: str | None = None
    script: str | None = None
    callback_day: datetime.date | None = None

    @property
    def name(self) -> str:
        """How the line names its message, for errors."""
        for text in (self.outcome.message_id, self.file, self.recording_id):
            if text:
                return text
        return f"prospect {self.prospect}"


@dataclass(frozen=True, slots=True)
class OutcomeFile:
    """An outcome file that was read.

    Attributes:
        path: the file.
        rows: its lines.
        columns: our field -> the column it was read from.
        zone: zone of times without one.
        cells: the table, and how its cells were read.
        words: every distinct word of its disposition, and how it was read.
        notes: what else has to be asked about it, in sentences.
    """

    path: Path
    rows: tuple[OutcomeRow, ...]
    columns: Mapping[str, str]
    zone: datetime.tzinfo
    cells: Rows
    words: tuple[WordRead, ...] = ()
    notes: tuple[str, ...] = ()

    def questions(self) -> list[str]:
        """What a person has to be asked about the reading: words, appointments, columns that were left alone."""
        return [*words_sentences(self.words), *self.notes]


def read_outcomes(
    path: str | Path, mapping: ColumnMap | None = None, *, timezone: str = "UTC", as_of: datetime.datetime | None = None
) -> OutcomeFile:
    """Read an outcome file.

    Args:
        path: the CSV file.
        mapping: which columns are which, where their names are not known ones.
        timezone: zone of times without one.
        as_of: when the file was exported; kept with every outcome.

    Returns:
        The lines of the file.

    Raises:
        TableError: the file cannot be read or has faults: values that are not allowed, callbacks before the message or
            after the export, lines that name no message. All are listed with their line; nothing is imported.
        SettingError: there is no such time zone.
    """
    path, mapping, zone = Path(path), mapping or ColumnMap(), time_zone(timezone)
    table = load_table(path, mapping.columns.values())
    columns = find_columns(table, OUTCOME_FIELDS, mapping)
    header = name_list(table.header)
    if table.rows and not any(field in columns for field in ("message_id", "file", "recording_id", "prospect")):
        raise TableError(
            f"{path}, line {table.header_line}: no column names the message (message_id, file, recording_id or prospect). "
            f"Columns: {header}. Say which is which: --map file=COLUMN."
        )
    if table.rows and not any(field in columns for field in (*YES_NO, "callback_at", "result")):
        raise TableError(
            f"{path}, line {table.header_line}: no column says what came of the message ({', '.join(YES_NO)}). "
            f"Columns: {header}. Say which is which: --map callback=COLUMN."
        )
    cells = Rows(table, columns, mapping, zone, str(settings.get("region")))
    dates = [_dates(cells, line, row) for line, row in table.rows]
    doubts = Doubts(columns, mapping, [one.plain() for one in dates], as_of)
    read = zip(table.rows, dates, strict=True)
    rows = [found for (line, row), one in read if (found := _outcome_row(cells, line, row, as_of, one, doubts)) is not None]
    if cells.wrong:
        raise table_error(path, cells.wrong, MOST_FAULTS)
    return OutcomeFile(path, tuple(rows), columns, zone, cells, doubts.words.words(), tuple(doubts.notes(table.header)))


_AFTER_ID = operator.attrgetter(*(one.name for one in dataclasses.fields(Outcome)[1:]))
_CONTEXT = ("campaign", "channel", "script")


@dataclass(frozen=True, slots=True)
class _Dates:
    """The dates of a row, read before the others: whether a column holds appointments is seen only from all of its dates."""

    called: When | None
    left: When | None
    callback: bool | None
    wrong: list[str]

    def plain(self) -> RowDates:
        return RowDates(self.called.at if self.called else None, self.left.at if self.left else None, self.callback)


def _dates(cells: Rows, line: int, row: list[str]) -> _Dates:
    """Read the dates of a row; its faults wait for the row's others."""
    known, has = len(cells.wrong), cells.columns
    callback = cells.read(line, row, "callback", values.yes_or_no) if "callback" in has else None
    called = cells.when(line, row, "callback_at") if "callback_at" in has else None
    left = cells.when(line, row, "sent_at") if "sent_at" in has else None
    found = _Dates(called, left, callback, cells.wrong[known:])
    del cells.wrong[known:]
    return found


def _outcome_row(
    cells: Rows, line: int, row: list[str], as_of: datetime.datetime | None, dates: _Dates, doubts: Doubts
) -> OutcomeRow | None:
    has = cells.columns
    message_id = cells.id(line, row, "message_id") if "message_id" in has else None
    recording_id = cells.id(line, row, "recording_id") if "recording_id" in has else None
    file = cells.text(row, "file") if "file" in has else None
    prospect = cells.who(line, row, "prospect") if "prospect" in has else None
    if not (message_id or file or recording_id or prospect):
        cells.wrong.append(f"line {line}: names no message (no message_id, file, recording_id or prospect)")
        return None
    cells.wrong += dates.wrong
    said = dict.fromkeys(YES_NO) | {
        ours: dates.callback if ours == "callback" else cells.read(line, row, ours, values.yes_or_no)
        for ours in YES_NO
        if ours in has
    }
    called, left = dates.called, dates.left
    if called is not None and doubts.callback_at(called.at, said["callback"]) is None:
        called = None
    if "result" in has:
        doubts.state(_word(cells, line, row, doubts), said)
    if called is not None:
        _check_callback(cells, line, said["callback"], called, left, as_of)
        said["callback"] = True  # a time of the callback is a callback
    outcome = Outcome(
        message_id=message_id or "",
        callback_at=called.at.isoformat() if called else None,
        cost=cells.read(line, row, "cost", values.amount) if "cost" in has else None,
        touches=cells.read(line, row, "touches", values.count) if "touches" in has else None,
        as_of=as_of.isoformat() if as_of else None,
        simulated=bool(cells.read(line, row, "simulated", values.yes_or_no)) if "simulated" in has else False,
        **said,
    )
    context = {ours: cells.text(row, ours) for ours in _CONTEXT if ours in has}
    if "rep" in has:
        context["rep"] = cells.who(line, row, "rep")
    day = called.at.date() if called and called.day_only else None
    return OutcomeRow(
        line, outcome, file, recording_id, prospect, left.at.isoformat() if left else None, callback_day=day, **context
    )


def _word(cells: Rows, line: int, row: list[str], doubts: Doubts) -> str | None:
    """The row's disposition; "NA" is a dialer's word before it is a cell that says nothing."""
    word = cells.cell(row, "result")
    meaning = cells.read(line, row, "result", doubts.words.meaning)
    return None if not word or (meaning is None and is_nothing(word)) else word


def _check_callback(
    cells: Rows, line: int, said: bool | None, called: When, left: When | None, as_of: datetime.datetime | None
) -> None:
    """Note what cannot be of a callback: that there was none, that it came before the message or after the export."""
    at, sent = called.at, left.at if left else None
    if said is False:
        cells.wrong.append(f"line {line}: callback is no, but callback_at is {at.date()}")
    last = day_in(at.date(), message_zone(sent, cells.zone))[1] if called.day_only else at
    if sent is not None and last < sent and not (left and left.day_only and last.date() == sent.date()):
        cells.wrong.append(f"line {line}: callback_at {at.isoformat()} is before sent_at {sent.isoformat()}")
    if as_of is not None and lies_ahead(at, as_of):
        cells.wrong.append(f"line {line}: callback_at {at.isoformat()} is after the export ({as_of.isoformat()})")


def with_id(row: OutcomeRow, message_id: str) -> Outcome:
    """Give a line's outcome to a message.

    Args:
        row: the line.
        message_id: id of the message.

    Returns:
        The outcome, with that id.
    """
    if row.outcome.message_id == message_id:
        return row.outcome
    return Outcome(message_id, *_AFTER_ID(row.outcome))
