"""Manifests: tables that say who left each recording for whom, and when."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vmaudio import settings
from vmaudio.errors import TableError
from vmaudio.intake.scripts import names_script_file, script_beside
from vmaudio.intake.tables import (
    MANIFEST_FIELDS,
    MOST_ID,
    ColumnMap,
    Rows,
    Table,
    file_name,
    find_columns,
    is_nothing,
    load_table,
    name_list,
    shortened,
    table_error,
    time_zone,
)
from vmaudio.records import Message, made_message_id, messages_of, records_of
from vmaudio.text import SCRIPT_TEXT

AUDIO_CHANNELS = ("left", "right", "1", "2")
"""What the column audio_channel may hold: the channel in which the rep speaks."""

MOST_FAULTS = 200
"""Faults of one file that are listed; the rest is counted."""

_TEXTS = ("prospect_name", "company", "campaign", "channel", "caller_id", "notes", "script")


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


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest that was read.

    Attributes:
        path: the file.
        sends: its messages in the order of the file.
        table: the table as it lies there.
        rows: how its cells were read.
    """

    path: Path
    sends: tuple[Send, ...]
    table: Table
    rows: Rows


def read_manifest(
    path: str | Path, mapping: ColumnMap | None = None, *, timezone: str = "UTC", files_needed: bool = True
) -> list[Message]:
    """Read a manifest: a table that says who left which recording for whom, and when.

    Args:
        path: the manifest; its column ``file`` is relative to it.
        mapping: which columns are which, where their names are not known ones.
        timezone: zone of times without one.
        files_needed: every row must name its recording; else a message id is enough.

    Returns:
        Messages in the order of the file.

    Raises:
        TableError: the file cannot be read, or rows have faults; all are listed with their line.
        SettingError: there is no such time zone.
    """
    read = load_manifest(path, mapping, timezone=timezone, files_needed=files_needed)
    return [send.message for send in read.sends]


def read_crm_manifest(path: str | Path, mapping: ColumnMap | None = None, *, timezone: str = "UTC") -> list[Send]:
    """Read a manifest for its columns alone: recordings need not exist.

    Gives the same message ids as `vmaudio.intake.read_manifest`.

    Args:
        path: the table; ``file`` may be absent when ``message_id`` is there.
        mapping: which columns are which, where their names are not known ones.
        timezone: zone of times without one.

    Returns:
        Messages in the order of the file.

    Raises:
        TableError: the file cannot be read or has faults, all listed with their line.
        SettingError: there is no such time zone.
    """
    return list(load_manifest(path, mapping, timezone=timezone, files_needed=False).sends)


def load_manifest(
    path: str | Path, mapping: ColumnMap | None = None, *, timezone: str = "UTC", files_needed: bool = False
) -> Manifest:
    """Read a manifest, and keep how it was read.

    Args:
        path: the table.
        mapping: which columns are which, where their names are not known ones.
        timezone: zone of times without one.
        files_needed: every row must name its recording; else a message id is enough.

    Returns:
        The messages, with the table and how its cells were read.

    Raises:
        TableError: the file cannot be read or has faults, all listed with their line.
        SettingError: there is no such time zone.
    """
    path, mapping, zone = Path(path), mapping or ColumnMap(), time_zone(timezone)
    table = load_table(path, mapping.columns.values())
    columns = find_columns(table, (*MANIFEST_FIELDS, "recording_id"), mapping)
    lacking = "file" not in columns and (files_needed or "message_id" not in columns)
    if lacking and (table.rows or files_needed):
        wanted = "no column 'file'" if files_needed else "no column 'file' or 'message_id'"
        raise TableError(
            f"{path}, line {table.header_line}: there is {wanted}. Columns: {name_list(table.header)}. "
            "Say which is which: --map file=COLUMN."
        )
    rows = Rows(table, columns, mapping, zone, str(settings.get("region")))
    sends = _sends(rows, files_needed)
    if rows.wrong:
        raise table_error(path, rows.wrong, MOST_FAULTS)
    return Manifest(path, tuple(sends), table, rows)


def _sends(rows: Rows, files_needed: bool) -> list[Send]:
    # a list that became the campaign may still be asked for by its own name; names of people stay in one place
    used = {theirs for ours, theirs in rows.columns.items() if ours == theirs or ours not in ("script", "campaign", "channel")}
    extra_at = [(name, at) for at, name in enumerate(rows.table.header) if name and name not in used]
    folder = str(rows.table.path.parent)
    kept, files = _named_rows(rows, files_needed)
    lines = [line for line, _ in kept]
    ids, whens, recordings = rows.ids(kept, "message_id"), rows.times(kept, "sent_at"), rows.ids(kept, "recording_id")
    prospects, reps, channels = rows.who(kept, "prospect"), rows.who(kept, "rep"), _channels(rows, kept)
    texts = {ours: rows.texts(kept, ours) for ours in _TEXTS}
    extra = [
        {other: cells[at] for other, at in extra_at if cells[at] and not is_nothing(cells[at])} for _, cells in kept
    ] if extra_at else [{} for _ in kept]  # fmt: skip
    for one, recording_id in zip(extra, recordings, strict=True) if any(recordings) else ():
        if recording_id:  # the store keeps it there: there may be no recording yet
            one["recording_id"] = recording_id
    _add_scripts(rows, lines, texts["script"], extra)
    sent = [when.at.isoformat() if when else None for when in whens]
    sources = ["" if not file else file if "://" in file else below(folder, file) for file in files]
    named = zip(ids, sources, rows.cells(kept, "prospect"), sent, strict=True)
    message_ids = [given or made_message_id(source, said, at) for given, source, said, at in named]
    if len(set(message_ids)) < len(message_ids):
        _refuse_twice(rows, lines, ids, message_ids)
    if rows.wrong:
        return []
    columns: dict[str, Sequence[Any]] = {
        "source": sources, "message_id": message_ids, "rep": reps, "prospect": prospects, "sent_at": sent,
        "audio_channel": channels, "extra": extra, **texts,
    }  # fmt: skip
    names = [file_name(file, fold=False) if file else "" for file in files]
    messages = messages_of(columns, len(kept))
    return records_of(Send, {"message": messages, "file_name": names, "recording_id": recordings, "line": lines}, len(kept))


def _add_scripts(rows: Rows, lines: Sequence[int], scripts: Sequence[str | None], extra: Sequence[dict[str, str]]) -> None:
    """Keep the texts of scripts that are named as files with the messages, and note which cannot be read."""
    folder = str(rows.table.path.parent)
    files = {script for script in set(scripts) if script and names_script_file(script)}
    texts: dict[str, str | None] = {}
    for line, script, one in zip(lines, scripts, extra, strict=True) if files else ():
        if script in files:
            text = texts[script] if script in texts else texts.setdefault(script, script_beside(folder, script))
            if text:
                one[SCRIPT_TEXT] = text
            else:
                rows.unread_scripts.setdefault(script, line)


def _refuse_twice(rows: Rows, lines: Sequence[int], ids: Sequence[str | None], message_ids: Sequence[str]) -> None:
    """Note each message that is there twice."""
    seen: dict[str, int] = {}
    for line, given, message_id in zip(lines, ids, message_ids, strict=True):
        if message_id in seen:
            what = "the message_id" if given else "the same file, prospect and sent_at"
            rows.fault(line, f"{what} is already on line {seen[message_id]}")
        seen.setdefault(message_id, line)


def _named_rows(rows: Rows, files_needed: bool) -> tuple[list[tuple[int, list[str]]], list[str | None]]:
    """The rows that name their message, and their files; the others are faults, and nothing else is said of them."""
    table = rows.table.rows
    files = rows.texts(table, "file")
    lost = {}
    for (line, _), file, given in zip(table, files, rows.texts(table, "message_id"), strict=True):
        if not file and (files_needed or not given):
            lost[line] = f"no file{'' if files_needed else ' and no message_id'}"
        elif given and len(given) > MOST_ID:
            lost[line] = f"message_id has {len(given)} characters; at most {MOST_ID}"
    for line, text in lost.items():
        rows.fault(line, text)
    kept = [(row, file) for row, file in zip(table, files, strict=True) if row[0] not in lost] if lost else ()
    return ([row for row, _ in kept], [file for _, file in kept]) if lost else (table, files)


def _channels(rows: Rows, kept: Sequence[tuple[int, list[str]]]) -> list[str | None]:
    """The rep's channel of each row."""
    found = [text and text.lower() for text in rows.texts(kept, "audio_channel")]
    for (line, _), text, said in zip(kept, found, rows.cells(kept, "audio_channel"), strict=True):
        if text and text not in AUDIO_CHANNELS:
            rows.fault(line, f"audio_channel {shortened(said)} is none of {', '.join(AUDIO_CHANNELS)}")
    return found


def below(folder: str, file: str) -> str:
    """A path below a folder, as pathlib writes it; the usual ones without pathlib, which takes its time.

    Args:
        folder: the folder, as pathlib writes it.
        file: the path.

    Returns:
        The folder's path and that of the file; the file's own where that begins at the root.
    """
    if "//" in file or "./" in file or file[-1] in "/.":
        return str(Path(folder) / file)
    if folder == "." or (os.sep == "/" and file[0] == "/"):
        return file
    plain = os.sep == "/" and folder[-1] != "/"
    return f"{folder}/{file}" if plain else os.path.join(folder, file)
