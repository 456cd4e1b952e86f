"""Import an outcome file into the store: all of it, or nothing."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vmaudio.collector import collector_paused
from vmaudio.errors import SettingError, TableError
from vmaudio.intake.manifest import Send, load_manifest
from vmaudio.intake.outcomes.checking import IntakeCheck, check_of
from vmaudio.intake.outcomes.cures import join_cure
from vmaudio.intake.outcomes.files import OutcomeFile, OutcomeRow, read_outcomes
from vmaudio.intake.outcomes.joining import Matched, join_outcomes
from vmaudio.intake.tables import ColumnMap, WordRead, mappings_for, parse_date_time, table_error, time_zone
from vmaudio.records import Message
from vmaudio.store import Store, put_outcomes, stored_messages


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import.

    Attributes:
        lines: lines of the file.
        matched: lines that found their message.
        unmatched: (line, reason) of those that did not.
        duplicates: (line, earlier line) of lines that repeat another.
        added: outcomes added to the store.
        changed: outcomes changed.
        same: outcomes unchanged.
        new_messages: messages added to the store.
        columns: our field -> the column it was read from.
        check: how the files were read, and what is left over.
        words: every distinct word of the file's disposition, and how it was read.
        questions: what a person has to be asked about the reading, in sentences.
    """

    lines: int
    matched: int
    unmatched: tuple[tuple[int, str], ...]
    duplicates: tuple[tuple[int, int], ...]
    added: int
    changed: int
    same: int
    new_messages: int
    columns: dict[str, str]
    check: IntakeCheck | None = None
    words: tuple[WordRead, ...] = ()
    questions: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        made = {one.name: getattr(self, one.name) for one in dataclasses.fields(self)}
        made["check"] = self.check.to_dict() if self.check else None
        made["words"] = [dataclasses.asdict(one) for one in self.words]
        made["unmatched"] = [{"line": line, "reason": reason} for line, reason in self.unmatched]
        made["duplicates"] = [{"line": line, "same_as_line": first} for line, first in self.duplicates]
        return made


def parse_as_of(text: str | None, timezone: str = "UTC") -> datetime.datetime | None:
    """Read the day or time of an export (``--as-of``).

    Args:
        text: a date, which means the end of that day, or a time; None or empty for none.
        timezone: zone of a time without one.

    Returns:
        The time; None for none.

    Raises:
        SettingError: it is not a date.
    """
    if not text:
        return None
    zone = time_zone(timezone)
    try:
        found = parse_date_time(text, zone, None)
    except ValueError as error:
        raise SettingError(f"--as-of {text!r} is not a date ({error}). Write it as 2026-05-31.") from None
    if found is None:
        raise SettingError(f"--as-of {text!r} is not a date. Write it as 2026-05-31.")
    if "T" not in text and ":" not in text:
        found = found.replace(hour=23, minute=59, second=59)
    return found


def import_outcomes(
    store: Store,
    path: str | Path,
    mapping: ColumnMap | None = None,
    *,
    manifest_path: str | Path | None = None,
    timezone: str = "UTC",
    as_of: datetime.datetime | None = None,
    new_messages: bool = False,
    strict: bool = False,
    copies: Mapping[str, str] = MappingProxyType({}),
) -> Imported:
    """Import an outcome file into the store in one transaction: all of it, or nothing.

    Args:
        store: the store.
        path: the CSV file.
        mapping: which columns are which, where their names are not known ones.
        manifest_path: messages to add first; they need no recordings (an e-mail campaign, say).
        timezone: zone of times without one.
        as_of: when the file was exported; kept with every outcome.
        new_messages: lines that match no message become messages, if they have a message_id.
        strict: what is left over or not understood is an error.
        copies: as `vmaudio.duplicates.stored_copies` gives them: a name that both have means the one that counts.

    Returns:
        What was imported, and which lines were not.

    Raises:
        TableError: the file has faults, no line matches a message, or strict reading found something left over. The store is
            then unchanged.
    """
    with collector_paused():
        return _import(
            store, path, mapping, manifest_path, timezone, as_of, new_messages=new_messages, strict=strict, copies=copies
        )


def _import(
    store: Store,
    path: str | Path,
    mapping: ColumnMap | None,
    manifest_path: str | Path | None,
    timezone: str,
    as_of: datetime.datetime | None,
    *,
    new_messages: bool,
    strict: bool,
    copies: Mapping[str, str],
) -> Imported:
    theirs = mappings_for([path, manifest_path] if manifest_path else [path], mapping)
    file = read_outcomes(path, theirs[0], timezone=timezone, as_of=as_of)
    sends = {s.message.message_id: Send(s.message, s.file_name, s.recording_id) for s in stored_messages(store)}
    listed = load_manifest(manifest_path, theirs[1], timezone=timezone) if manifest_path else None
    known = set(sends)
    also = _as_stored(listed.sends, sends) if listed else []
    for send in also:
        old = sends.get(send.message.message_id)
        sends[send.message.message_id] = (
            Send(send.message, send.file_name, old.recording_id) if old and old.recording_id else send
        )
    matched = join_outcomes(file, list(sends.values()), copies=copies)
    if new_messages and matched.rows_unmatched:
        made = [_made(row) for row in matched.rows_unmatched if row.outcome.message_id]
        also = [*also, *made]
        matched = join_outcomes(file, [*sends.values(), *made], copies=copies)
    _refuse_nothing(file, matched, sends)
    check = check_of(file, matched, list(sends.values()), listed, also)
    if strict and check.left_over():
        raise table_error(file.path, check.left_over())
    changes = put_outcomes(store, matched.outcomes.values(), [(send.message, send.file_name) for send in also])
    store.end_run(store.begin_run("outcomes import", check.kept()), analysed=0, stored=0, failed=0)
    return Imported(
        matched.lines, matched.matched, matched.unmatched, matched.duplicates, changes.added, changes.changed, changes.same,
        len({send.message.message_id for send in also} - known), dict(file.columns), check, file.words,
        tuple(file.questions()),
    )  # fmt: skip


def _as_stored(listed: Sequence[Send], stored: Mapping[str, Send]) -> list[Send]:
    """Give a manifest's messages the ids that they are stored under: a derived id depends on how the path was written."""
    if not stored or all(send.message.message_id in stored for send in listed):
        return list(listed)
    known = {_key(send.message): send.message.message_id for send in stored.values() if send.message.source}
    return [
        dataclasses.replace(send, message=dataclasses.replace(send.message, message_id=message_id))
        if (message_id := known.get(_key(send.message))) and send.message.source
        else send
        for send in listed
    ]


def _key(message: Message) -> tuple[str, str, str]:
    where = message.source if "://" in message.source else str(Path(message.source).absolute())
    return where, message.prospect or "", message.sent_at or ""


def _made(row: OutcomeRow) -> Send:
    message = Message(
        source=row.file or "",
        message_id=row.outcome.message_id,
        rep=row.rep,
        prospect=row.prospect,
        sent_at=row.sent_at,
        campaign=row.campaign,
        channel=row.channel,
        script=row.script,
    )
    return Send(message, Path(row.file).name if row.file else "", row.recording_id, row.line)


def _refuse_nothing(file: OutcomeFile, matched: Matched, sends: Mapping[str, Send]) -> None:
    if not matched.lines or matched.matched:
        return
    n_messages = len(sends)
    shown: Sequence[str] = [f"line {line}: {reason}" for line, reason in matched.unmatched[:10]]
    cure = (
        "Run `vmaudio batch` on the recordings first, or give their manifest with --manifest."
        if not n_messages
        else join_cure(file, list(sends.values()))
        or "No column of it names one of them, so no --map helps. Give the manifest of these messages with --manifest, or "
        "analyse their recordings first."
    )
    raise TableError(
        f"{file.path}: none of its lines ({matched.lines}) matches one of the messages ({n_messages}). {cure}\n  "
        + "\n  ".join(shown)
    )
