"""The calls of a CRM's or dialer's export: when, from which number to which, how long, and with which ids."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from vmaudio.errors import TableError
from vmaudio.intake.join.recordings import number_key
from vmaudio.intake.tables import (
    Ambiguous,
    ColumnMap,
    date_order,
    find_columns,
    key_of,
    load_table,
    name_list,
    parse_duration_s,
    read_when,
    time_zone,
)

TAKEN_OVER = (
    "message_id", "rep", "prospect", "prospect_name", "company", "campaign", "channel", "caller_id", "notes", "script",
)  # fmt: skip
"""Fields of a manifest that a call may fill."""

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "start": (
        "starttime", "startedat", "callstarttime", "datetimeoffsetincltz", "datetimeutc", "calldatetime", "calldate",
        "datetime", "completeddatetime", "activitydate", "hstimestamp", "activitydatetime", "datecreated", "createddatetime",
        "createddate", "createdat", "dialedat", "timestamp", "sentat", "date", "start",
    ),
    "clock": ("calltime", "callusertime", "time", "starttimeofday"),
    "from": (
        "fromnumber", "from", "callfromnumber", "hscallfromnumber", "fromphonenumber", "localphone", "justcallnumber",
        "internalnumber", "linenumber", "callernumber", "callerid", "outboundcid",
    ),
    "to": (
        "tonumber", "to", "calltonumber", "hscalltonumber", "tophonenumber", "remotephone", "contactnumber", "externalnumber",
        "phonenumberdialed", "phonenumber", "dialednumber", "customernumber", "phone", "contactphone", "calledparty",
    ),
    "duration": (
        "durationtotal", "recordingduration", "callduration", "calldurationhhmmss", "hscallduration", "calldurationinseconds",
        "durationseconds", "lengthinsec", "duration", "durationincall", "talktime", "billsec", "calldurations",
    ),
    "ids": (
        "recordingid", "callid", "calliduuid", "callobjectidentifier", "callobject", "uniqueid", "callsid", "recordingsid",
        "vendorcallid", "hscallexternalid", "externalid", "vicidialid", "sid",
    ),
    "file": (
        "recordingurl", "callrecordingurl", "hscallrecordingurl", "recording", "recordingfile", "recordingfilename", "filename",
        "file", "recordinglink", "location",
    ),
}  # fmt: skip
"""Names of columns as seven systems write them; compared without case, spaces and punctuation. The first that is there wins."""
_MILLISECONDS = ("hscallduration", "durationms")
"""Columns of lengths in milliseconds: HubSpot's."""


@dataclass(frozen=True, slots=True)
class Call:
    """One row of the export.

    Attributes:
        line: its line, from 1.
        cells: the row as it is.
        start: when the call began; None when the row does not say.
        within_s: how exactly it says so: 0 to the second, 60 to the minute, 86400 a bare date.
        caller: number of the calling side, see `number_key`.
        callee: number of the called side.
        duration_s: length of the call.
        ids: ids of call and recording, and names of its recording's file, in lower case.
    """

    line: int
    cells: Mapping[str, str]
    start: datetime.datetime | None = None
    within_s: float = 0.0
    caller: str | None = None
    callee: str | None = None
    duration_s: float | None = None
    ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CallTable:
    """An export that was read.

    Attributes:
        path: the file.
        calls: its rows.
        columns: what was read -> the column it was read from.
        fields: field of a manifest -> the column that fills it.
        unread: (line, what could not be read) of single cells.
    """

    path: Path
    calls: tuple[Call, ...]
    columns: Mapping[str, str]
    fields: Mapping[str, str]
    unread: tuple[tuple[int, str], ...] = ()


def _find(header: Sequence[str]) -> dict[str, str]:
    by_key = {key_of(name): name for name in reversed(header) if name}
    return {what: by_key[key] for what, keys in _COLUMNS.items() for key in reversed(keys) if key in by_key}


def _ids(row: Mapping[str, str], columns: Sequence[str], file_column: str | None) -> frozenset[str]:
    found = {row[name].strip().lower() for name in columns if row.get(name, "").strip()}
    where = row.get(file_column, "").strip() if file_column else ""
    if where:
        name = PurePosixPath(unquote(urlsplit(where).path).replace("\\", "/"))
        found |= {name.name.lower(), name.stem.lower()}
        found |= {part.lower() for part in name.parts if len(part) >= 16}
    return frozenset(one for one in found if len(one) >= 4)


def read_calls(
    path: str | Path, mapping: ColumnMap | None = None, *, timezone: str = "UTC", start: str | None = None
) -> CallTable:
    """Read an export of calls.

    Args:
        path: the CSV file.
        mapping: which columns fill which field of a manifest, where their names are not known ones, and the order of dates.
        timezone: zone of times without one.
        start: the column of the call's time, where it is not found.

    Returns:
        Its rows. A cell that cannot be read is listed, and unknown.

    Raises:
        TableError: the file cannot be read, has neither a time nor an id nor a file, or dates of which the order of day and
            month is not known.
        SettingError: there is no such time zone.
    """
    path, mapping, zone = Path(path), mapping or ColumnMap(), time_zone(timezone)
    table = load_table(path, (*mapping.columns.values(), *([start] if start else [])))
    header, where = table.header, f"{path}, line {table.header_line}"
    rows = [(line, dict(zip(header, cells, strict=True))) for line, cells in table.rows]
    columns = _find(header)
    for name, column in (("start", start or mapping.columns.get("sent_at")), ("file", mapping.columns.get("file"))):
        if column is not None:
            if column.strip().lower() not in header:
                raise TableError(f"{where}: there is no column {column!r}. Columns: {name_list(header)}.")
            columns[name] = column.strip().lower()
    if rows and not {"start", "ids", "file"} & set(columns):
        raise TableError(
            f"{where}: no column says when a call was, or which recording is its. Columns: {name_list(header)}. "
            "Say which has the time: --map sent_at=COLUMN."
        )
    id_columns = [name for key in _COLUMNS["ids"] for name in header if key_of(name) == key]
    fields = find_columns(table, TAKEN_OVER, mapping)
    texts = [_when_text(row, columns) for _, row in rows]
    order = mapping.dates if mapping.dates != "auto" else date_order(texts)
    minutes = not any(re.search(r":\d{2}:(?!00)\d{2}|^\d{10,13}$", text) for text in texts)
    calls, unread = [], []
    for (line, row), text in zip(rows, texts, strict=True):
        when = duration = None
        try:
            when = read_when(text, zone, order)
        except Ambiguous as error:
            raise TableError(f"{path}, line {line}: {error}. Say --dates mdy or --dates dmy.") from None
        except (ValueError, OverflowError, OSError) as error:
            unread.append((line, f"the time {text[:80]!r}: {error}"))
        length = row.get(columns.get("duration", ""), "")
        try:
            duration = parse_duration_s(length, milliseconds=key_of(columns.get("duration", "")) in _MILLISECONDS)
        except ValueError:
            unread.append((line, f"the duration {length[:80]!r}"))
        calls.append(
            Call(
                line, row, when.at if when else None,
                0.0 if when is None else 86400.0 if when.day_only else 60.0 if minutes else 0.0,
                number_key(row.get(columns.get("from", ""), "")), number_key(row.get(columns.get("to", ""), "")), duration,
                _ids(row, [*id_columns, *([fields["message_id"]] if "message_id" in fields else [])], columns.get("file")),
            )
        )  # fmt: skip
    return CallTable(path, tuple(calls), columns, fields, tuple(unread))


def _when_text(row: Mapping[str, str], columns: Mapping[str, str]) -> str:
    text = row.get(columns.get("start", ""), "").strip()
    clock = row.get(columns.get("clock", ""), "").strip()
    return f"{text} {clock}" if clock and text and ":" not in text else text
