"""FreeSWITCH's voicemail, as mod_voicemail keeps it: a folder of sound, and who called when in a database.

::

    storage/voicemail/<profile>/<domain>/<user>/msg_<uuid>.wav      a message
    storage/voicemail/<profile>/<domain>/<user>/greeting_1.wav      the owner's greetings; recorded_name.wav

The table ``voicemail_msgs`` (created_epoch, read_epoch, username, domain, uuid, cid_name, cid_number, in_folder, file_path,
message_len, flags, read_flags, forwarded_by) is looked for below the folder: exported as CSV, or the SQLite file
``voicemail_<profile>.db`` itself. A message is known by its uuid, which is in its file's name too.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path, PureWindowsPath

from vmaudio.errors import TableError
from vmaudio.intake.sources.callers import name_of, telephone
from vmaudio.intake.sources.sounds import best_first, is_sound, is_young
from vmaudio.intake.sources.source import LeftOut, ReadOptions, Source
from vmaudio.intake.tables import read_table
from vmaudio.records import Message

_COLUMNS = frozenset({"created_epoch", "uuid", "file_path", "cid_number"})
_MESSAGE = re.compile(r"msg_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$", re.IGNORECASE)
_GREETING = re.compile(r"greeting_\d+$|recorded_name$", re.IGNORECASE)
_MOST_LOOKED_AT = 20_000
_MOST_ROWS = 1_000_000


class FreeSwitch(Source):
    """A folder of FreeSWITCH's voicemails, with the table that says who called."""

    name = "freeswitch"
    title = "FreeSWITCH voicemail folders"
    reads = "msg_<uuid> files, with the table voicemail_msgs as CSV or as FreeSWITCH's own SQLite file"

    def recognises(self, path: Path) -> bool:
        """Whether a file below a folder is named as FreeSWITCH names its messages.

        Args:
            path: a file or folder.
        """
        if not path.is_dir():
            return False
        names = (name for _, _, files in os.walk(path) for name in files)
        return any(_MESSAGE.match(Path(name).stem) for name in islice(names, _MOST_LOOKED_AT))

    def read(self, path: Path, options: ReadOptions) -> Iterator[Message | LeftOut]:
        """Read the messages of a folder.

        Args:
            path: the folder.
            options: how old a file must be that the table does not know.

        Yields:
            Each message once; greetings, and what is not finished, are left out.
        """
        rows = _table(path)
        by_name = {PureWindowsPath(row.get("file_path", "")).name: row for row in rows}
        by_id = {row.get("uuid", "").lower(): row for row in rows}
        met: set[str] = set()
        for folder, below, names in os.walk(path):
            below.sort()
            stems: dict[str, list[Path]] = {}
            for name in sorted(names):
                if is_sound(name) and not name.startswith("."):
                    stems.setdefault(Path(name).stem, []).append(Path(folder) / name)
            for stem, paths in stems.items():
                best = best_first(paths)[0]
                found = _MESSAGE.match(stem)
                uuid = found[1].lower() if found else ""
                row = by_id.get(uuid) or by_name.get(best.name)
                if row is not None:
                    met.add(row.get("uuid", "").lower())
                    yield _message(best, row, row.get("uuid", "") or uuid)
                elif _GREETING.match(stem):
                    yield LeftOut(str(best), "greeting", best.parent.name)
                elif not uuid:
                    yield LeftOut(str(best), "not a message", "its name is not msg_<uuid>")
                elif is_young(paths, options.settle_s):
                    yield LeftOut(str(best), "unfinished", "written a moment ago, and not in the table yet")
                else:
                    yield _message(best, {}, uuid)
        for uuid, row in by_id.items():
            if uuid not in met:
                yield LeftOut(row.get("file_path") or uuid, "no recording", "in the table, and not in the folder")


def _message(path: Path, row: Mapping[str, str], uuid: str) -> Message:
    created = row.get("created_epoch", "")
    moment = datetime.datetime.fromtimestamp(int(created), datetime.UTC) if created.isdecimal() and len(created) < 11 else None
    user, domain = row.get("username", ""), row.get("domain", "")
    name = name_of(row.get("cid_name"))
    known = {
        "mailbox": f"{user}@{domain}" if user and domain else user,
        "folder": row.get("in_folder", ""),
        "caller_name": name or "",
        "duration_s": row.get("message_len", ""),
        "forwarded_by": row.get("forwarded_by", ""),
    }
    return Message(
        source=str(path),
        message_id=uuid.lower(),
        rep=name,
        caller_id=telephone(row.get("cid_number")),
        sent_at=moment.isoformat() if moment else None,
        channel="voicemail",
        extra={key: value for key, value in known.items() if value},
    )


def _table(path: Path) -> list[Mapping[str, str]]:
    """The rows of voicemail_msgs, from all exports and databases below the folder."""
    rows: list[Mapping[str, str]] = []
    for folder, _, names in os.walk(path):
        for name in sorted(names):
            file = Path(folder) / name
            if file.suffix.lower() == ".csv":
                with contextlib.suppress(TableError):  # another table, which is none of ours
                    rows += [row for _, row in read_table(file) if set(row) >= _COLUMNS]
            elif file.suffix.lower() in (".db", ".sqlite"):
                rows += _database(file)
    return rows


def _database(path: Path) -> Iterator[Mapping[str, str]]:
    """The table in a SQLite file, opened for reading alone; nothing where the file has no such table."""
    where = path.absolute().as_uri() + "?mode=ro&immutable=1"
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(where, uri=True)) as connection:
        cursor = connection.execute("SELECT * FROM voicemail_msgs")
        names = [column[0].lower() for column in cursor.description]
        for row in islice(cursor, _MOST_ROWS):
            yield {name: "" if value is None else str(value) for name, value in zip(names, row, strict=True)}
