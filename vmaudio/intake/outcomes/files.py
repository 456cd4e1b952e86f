"""Read manifests and outcome files as other people's programs write them. Every fault is listed with its line."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vmaudio.errors import TableError
from vmaudio.intake import manifest
from vmaudio.intake.outcomes import values
from vmaudio.intake.outcomes.columns import MANIFEST_FIELDS, OUTCOME_FIELDS, ColumnMap, find
from vmaudio.intake.outcomes.dispositions import WordRead, words_sentences
from vmaudio.intake.outcomes.doubts import Doubts, RowDates, lies_ahead
from vmaudio.records import Message, Outcome, counted

YES_NO = ("callback", "reply", "connect", "sale", "complaint", "wrong_person")
MOST_FAULTS = 200
"""Faults of one file that are listed; the rest is counted."""


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One line of an outcome file.

    Attributes:
        line: its number, from 1.
        outcome: what it says; the message id may be empty.
        file: file name or path of the recording, where the line has one; likewise the other fields, which name the
            message or describe it.
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
        words: every distinct word of its disposition, and how it was read.
        notes: what else has to be asked about it, in sentences.
    """

    path: Path
    rows: tuple[OutcomeRow, ...]
    columns: Mapping[str, str]
    words: tuple[WordRead, ...] = ()
    notes: tuple[str, ...] = ()

    def questions(self) -> list[str]:
        """What a person has to be asked about the reading: words, appointments, columns that were left alone."""
        return [*words_sentences(self.words), *self.notes]


def _fail(path: Path, wrong: Sequence[str]) -> TableError:
    shown = "\n  ".join(wrong[:MOST_FAULTS])
    more = f"\n  ... and {len(wrong) - MOST_FAULTS} more" if len(wrong) > MOST_FAULTS else ""
    return TableError(f"{path}: {counted(len(wrong), 'fault')}, nothing was imported:\n  {shown}{more}")


class _Cells:
    """Reads cells of a row by field, and collects what is wrong."""

    def __init__(
        self,
        path: Path,
        rows: Sequence[tuple[int, dict[str, str]]],
        columns: Mapping[str, str],
        dates: str,
        zone: datetime.tzinfo,
    ) -> None:
        self.path, self.columns, self.zone = path, columns, zone
        self.wrong: list[str] = []
        self.orders = {
            field: dates if dates != "auto" else values.date_order(row.get(columns[field], "") for _, row in rows)
            for field in ("sent_at", "callback_at")
            if field in columns
        }
        # one export writes all its dates in one way: what one column shows holds for the other
        shown = {order for order in self.orders.values() if order}
        if len(shown) == 1:
            self.orders = dict.fromkeys(self.orders, shown.pop())

    def text(self, row: Mapping[str, str], field: str) -> str | None:
        return (row.get(self.columns[field], "") or None) if field in self.columns else None

    def read(self, line: int, row: Mapping[str, str], field: str, reader: Callable[[str], Any]) -> Any:
        text = self.text(row, field)
        if text is None:
            return None
        try:
            return reader(text)
        except values.Ambiguous as error:
            self.wrong.append(f"line {line}: {field}: {error}. Say --dates mdy or --dates dmy")
        except (ValueError, OverflowError) as error:
            self.wrong.append(f"line {line}: {field}: {error}")
        return None

    def when(self, line: int, row: Mapping[str, str], field: str) -> datetime.datetime | None:
        found = self.read(line, row, field, lambda text: values.parse_date_time(text, self.zone, self.orders.get(field)))
        return found if isinstance(found, datetime.datetime) else None


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
    path, mapping = Path(path), mapping or ColumnMap()
    table = manifest.read_table(path)
    header = list(table[0][1]) if table else []
    columns = find(header, OUTCOME_FIELDS, mapping, path)
    if table and not any(field in columns for field in ("message_id", "file", "recording_id", "prospect")):
        raise TableError(
            f"{path}, line 1: no column names the message (message_id, file, recording_id or prospect). "
            f"Columns: {manifest.name_list(header)}. Say which is which: --map file=COLUMN."
        )
    if table and not any(field in columns for field in (*YES_NO, "callback_at", "result")):
        raise TableError(
            f"{path}, line 1: no column says what came of the message ({', '.join(YES_NO)}). "
            f"Columns: {manifest.name_list(header)}. Say which is which: --map callback=COLUMN."
        )
    cells = _Cells(path, table, columns, mapping.dates, manifest.time_zone(timezone))
    doubts = Doubts(columns, mapping, _dates(cells, table), as_of)
    rows = []
    for line, row in table:
        found = _outcome_row(cells, line, row, as_of, doubts)
        if found is not None:
            rows.append(found)
    if cells.wrong:
        raise _fail(path, cells.wrong)
    return OutcomeFile(path, tuple(rows), columns, doubts.words.words(), tuple(doubts.notes(header)))


def _dates(cells: _Cells, table: Sequence[tuple[int, dict[str, str]]]) -> list[RowDates]:
    """The dates of all rows at once; their faults are listed when the rows are read."""
    if "callback_at" not in cells.columns:
        return []
    known = len(cells.wrong)
    found = [
        RowDates(
            cells.when(line, row, "callback_at"),
            cells.when(line, row, "sent_at"),
            cells.read(line, row, "callback", values.yes_or_no),
        )
        for line, row in table
    ]
    del cells.wrong[known:]
    return found


def _outcome_row(
    cells: _Cells, line: int, row: Mapping[str, str], as_of: datetime.datetime | None, doubts: Doubts
) -> OutcomeRow | None:
    texts = {field: cells.text(row, field) for field in ("message_id", "file", "recording_id", "prospect")}
    if not any(texts.values()):
        cells.wrong.append(f"line {line}: names no message (no message_id, file, recording_id or prospect)")
        return None
    said: dict[str, Any] = {field: cells.read(line, row, field, values.yes_or_no) for field in YES_NO}
    callback_at, sent = cells.when(line, row, "callback_at"), cells.when(line, row, "sent_at")
    callback_at = doubts.callback_at(callback_at, said["callback"])
    doubts.state(cells.text(row, "result"), said)
    if callback_at is not None:
        if said["callback"] is False:
            cells.wrong.append(f"line {line}: callback is no, but callback_at is {callback_at.date()}")
        said["callback"] = True  # a time of the callback is a callback
        if sent is not None and manifest.end_of_interval(callback_at) < sent:
            cells.wrong.append(f"line {line}: callback_at {callback_at.isoformat()} is before sent_at {sent.isoformat()}")
        if as_of is not None and lies_ahead(callback_at, as_of):
            cells.wrong.append(f"line {line}: callback_at {callback_at.isoformat()} is after the export ({as_of.isoformat()})")
    outcome = Outcome(
        message_id=texts["message_id"] or "",
        callback_at=callback_at.isoformat() if callback_at else None,
        cost=cells.read(line, row, "cost", values.amount),
        touches=cells.read(line, row, "touches", values.count),
        as_of=as_of.isoformat() if as_of else None,
        simulated=bool(cells.read(line, row, "simulated", values.yes_or_no)),
        **said,
    )
    context = {field: cells.text(row, field) for field in ("rep", "campaign", "channel", "script")}
    return OutcomeRow(
        line, outcome, texts["file"], texts["recording_id"], texts["prospect"], sent.isoformat() if sent else None, **context
    )


@dataclass(frozen=True, slots=True)
class Send:
    """A message with the names that an outcome file may use for it.

    Attributes:
        message: the message.
        file_name: its file as the user wrote it.
        recording_id: SHA-256 of the recording; None when not known.
        line: line of the manifest; 0 for a message of the store.
    """

    message: Message
    file_name: str
    recording_id: str | None = None
    line: int = 0


def read_crm_manifest(path: str | Path, mapping: ColumnMap | None = None, *, timezone: str = "UTC") -> list[Send]:
    """Read a manifest for its columns alone: recordings need not exist.

    Gives the same message ids as `vmaudio.intake.read_manifest`, and also takes CRM column names and local dates.

    Args:
        path: the CSV file; ``file`` may be absent when ``message_id`` is there.
        mapping: which columns are which, where their names are not known ones.
        timezone: zone of times without one.

    Returns:
        Messages in the order of the file.

    Raises:
        TableError: the file cannot be read or has faults, all listed with their line.
        SettingError: there is no such time zone.
    """
    path, mapping = Path(path), mapping or ColumnMap()
    table = manifest.read_table(path)
    header = list(table[0][1]) if table else []
    columns = find(header, (*MANIFEST_FIELDS, "recording_id"), mapping, path)
    if table and "file" not in columns and "message_id" not in columns:
        raise TableError(f"{path}, line 1: there is no column 'file' or 'message_id'. Columns: {manifest.name_list(header)}.")
    cells = _Cells(path, table, columns, mapping.dates, manifest.time_zone(timezone))
    # a list that became the campaign may still be asked for by its own name; names of people stay in one place
    used = {theirs for ours, theirs in columns.items() if ours == theirs or ours not in ("script", "campaign", "channel")}
    found: list[Send] = []
    seen: dict[str, int] = {}
    for line, row in table:
        texts = {field: cells.text(row, field) for field in columns if field != "sent_at"}
        if not texts.get("file") and not texts.get("message_id"):
            cells.wrong.append(f"line {line}: no file and no message_id")
            continue
        sent = cells.when(line, row, "sent_at")
        file = texts.pop("file", None) or ""
        recording_id = texts.pop("recording_id", None)
        source = file if "://" in file or not file else str(path.parent / file)
        fields: dict[str, Any] = {name: text for name, text in texts.items() if text}
        extra = {name: cell for name, cell in row.items() if name and name not in used and cell}
        if recording_id:  # the store keeps it there: there may be no recording yet
            extra["recording_id"] = recording_id
        if len(fields.get("message_id", "")) > manifest.MOST_ID:
            cells.wrong.append(f"line {line}: message_id has more than {manifest.MOST_ID} characters")
            continue
        message = Message(source=source, sent_at=sent.isoformat() if sent else None, extra=extra, **fields)
        if message.message_id in seen:
            what = "this message_id" if fields.get("message_id") else "the same file, prospect and sent_at"
            cells.wrong.append(f"line {line}: {what} is already on line {seen[message.message_id]}")
            continue
        seen[message.message_id] = line
        found.append(Send(message, Path(file).name if file else "", recording_id, line))
    if cells.wrong:
        raise _fail(path, cells.wrong)
    return found


def with_id(row: OutcomeRow, message_id: str) -> Outcome:
    """Give a line's outcome to a message.

    Args:
        row: the line.
        message_id: id of the message.

    Returns:
        The outcome, with that id.
    """
    return dataclasses.replace(row.outcome, message_id=message_id)
