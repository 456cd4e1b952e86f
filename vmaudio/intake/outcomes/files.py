"""Read outcome files as other people's programs write them. Every fault is listed with its line."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

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
from vmaudio.records import Outcome, records_of

YES_NO = ("callback", "reply", "connect", "sale", "complaint", "wrong_person")


class OutcomeRow(NamedTuple):
    """One line of an outcome file; a tuple, as very many are made.

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
    rows, doubts = _outcome_rows(cells, as_of)
    if wrong := cells.wrong:
        raise table_error(path, wrong, MOST_FAULTS)
    return OutcomeFile(path, tuple(rows), columns, zone, cells, doubts.words.words(), tuple(doubts.notes(table.header)))


def _outcome_rows(cells: Rows, as_of: datetime.datetime | None) -> tuple[list[OutcomeRow], Doubts]:
    rows = cells.table.rows
    ids, recordings, files = cells.ids(rows, "message_id"), cells.ids(rows, "recording_id"), cells.texts(rows, "file")
    # dates before all others: whether a column holds appointments is seen only from all of its dates
    said = {"callback": cells.read(rows, "callback", values.yes_or_no)}
    called, left = cells.times(rows, "callback_at"), cells.times(rows, "sent_at")
    dates = zip(called, left, said["callback"], strict=True)
    plain = [RowDates(a.at if a else None, b.at if b else None, callback) for a, b, callback in dates if a or b]
    doubts = Doubts(cells.columns, cells.given, plain, as_of)
    prospects = cells.who(rows, "prospect")
    said |= {ours: cells.read(rows, ours, values.yes_or_no) for ours in YES_NO[1:]}
    meanings = cells.read(rows, "result", doubts.words.meaning)
    for i, (word, meaning) in enumerate(zip(cells.cells(rows, "result"), meanings, strict=True)):
        at = called[i]
        if at is not None and doubts.callback_at(at.at, said["callback"][i]) is None:
            at = called[i] = None
        # "NA" is a dialer's word before it is a cell that says nothing
        if word and not (meaning is None and is_nothing(word)):
            one = {ours: column[i] for ours, column in said.items()}
            doubts.state(word, one)
            for ours, value in one.items():
                said[ours][i] = value
        if at is not None:
            _check_callback(cells, rows[i][0], said["callback"][i], at, left[i], as_of)
            said["callback"][i] = True  # a time of the callback is a callback
    costs, touches = cells.read(rows, "cost", values.amount), cells.read(rows, "touches", values.count)
    simulated, exported = cells.read(rows, "simulated", values.yes_or_no), as_of.isoformat() if as_of else None
    reps, context = cells.who(rows, "rep"), [cells.texts(rows, ours) for ours in ("campaign", "channel", "script")]
    names = (ids, files, recordings, prospects)
    if not all(map(any, zip(*names, strict=True))):
        nameless = [line for (line, _), *found in zip(rows, *names, strict=True) if not any(found)]
        cells.faults_instead(dict.fromkeys(nameless, "names no message (no message_id, file, recording_id or prospect)"))
    outcomes = records_of(
        Outcome,
        {
            "message_id": [message_id or "" for message_id in ids],
            "callback_at": [at.at.isoformat() if at else None for at in called],
            "cost": costs, "touches": touches, "as_of": itertools.repeat(exported), "simulated": map(bool, simulated), **said,
        },
        len(rows),
    )  # fmt: skip
    lines, sent = [line for line, _ in rows], [at.at.isoformat() if at else None for at in left]
    days = [at.at.date() if at and at.day_only else None for at in called]
    columns = zip(lines, outcomes, files, recordings, prospects, sent, reps, *context, days, strict=True)
    return list(map(OutcomeRow._make, columns)), doubts


def _check_callback(
    cells: Rows, line: int, said: bool | None, called: When, left: When | None, as_of: datetime.datetime | None
) -> None:
    """Note what cannot be of a callback: that there was none, that it came before the message or after the export."""
    at, sent = called.at, left.at if left else None
    if said is False:
        cells.fault(line, f"callback is no, but callback_at is {at.date()}")
    last = day_in(at.date(), message_zone(sent, cells.zone))[1] if called.day_only else at
    if sent is not None and last < sent and not (left and left.day_only and last.date() == sent.date()):
        cells.fault(line, f"callback_at {at.isoformat()} is before sent_at {sent.isoformat()}")
    if as_of is not None and lies_ahead(at, as_of):
        cells.fault(line, f"callback_at {at.isoformat()} is after the export ({as_of.isoformat()})")


_AFTER_ID = [one.name for one in dataclasses.fields(Outcome)[1:]]
_values_after_id = operator.attrgetter(*_AFTER_ID)


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
    return Outcome(message_id, *_values_after_id(row.outcome))


def with_ids(rows: Sequence[OutcomeRow], message_ids: Sequence[str]) -> list[Outcome]:
    """Give the outcomes of very many lines to a message each, as `with_id` does.

    Args:
        rows: the lines.
        message_ids: id of the message of each.

    Returns:
        The outcomes, with these ids.
    """
    outcomes = [row.outcome for row in rows]
    columns = {name: map(operator.attrgetter(name), outcomes) for name in _AFTER_ID}
    return records_of(Outcome, {"message_id": message_ids, **columns}, len(outcomes))
