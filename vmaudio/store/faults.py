"""What a database says when it cannot work, as one sentence with the cause and the cure."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Engine, event

from vmaudio.errors import StoreError

_KEPT = "What was saved before is kept"
_BUSY = "another program has been writing to it for 30 seconds. Wait until that is done, and run the command again"
_SQLITE = {
    "SQLITE_FULL": f"the disk is full. {_KEPT}; free some space and run the command again",
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_CORRUPT": "its pages are damaged. Put a backup in its place, or save what can be read: sqlite3 FILE .recover",
    "SQLITE_NOTADB": "the file is no SQLite database, or its beginning is damaged. Give another, or put a backup there",
    "SQLITE_READONLY": "it may only be read here. Allow writing to the file and to its folder, or copy both and give the copy",
    "SQLITE_CANTOPEN": "the file cannot be opened. Look at the folder's and the file's permissions, or give another with --db",
    "SQLITE_IOERR": f"the disk failed to read or write. {_KEPT} as far as the disk holds it; look at the disk",
    "SQLITE_PERM": "access was refused. Look at the folder's and the file's permissions, or give another with --db",
    "SQLITE_TOOBIG": "one value is larger than SQLite keeps. Leave the message out of the run",
}
"""By the primary result code: https://www.sqlite.org/rescode.html."""

_SQLSTATE = {
    "08": "the connection to the server was lost. Look whether it runs and can be reached, and run the command again",
    "28": "the server refused the user or the password. Look at the URL given with --db",
    "3D": "the server has no database of this name. Create it, or look at the URL given with --db",
    "42501": "the user may not do this. Give it the right to read and to write vmaudio's tables",
    "22001": "a value is longer than its column. Shorten the ids in the manifest, to 200 characters at most",
    "54000": "a value is too long for an index. Shorten the paths or names",
    "53100": f"the server's disk is full. {_KEPT}; free some space and run the command again",
    "53": f"the server has no room for more. {_KEPT}; run the command again later",
    "57": f"the server ended the work. {_KEPT}; run the command again",
    "58": "the server's disk failed. Ask who runs it",
    "XX001": "the server says that its data are damaged. Put a backup in its place",
    "25006": "the server allows only reading here. Give the URL of the one that may be written to",
    "40": "two programs changed the same rows at once. Run the command again",
    "55P03": "another program holds the rows that are needed. Run the command again when that is done",
}
"""By SQLSTATE, or its class of two characters: https://www.postgresql.org/docs/current/errcodes-appendix.html."""


def explained(error: BaseException | None) -> str | None:
    """The cause of a driver's error and what helps against it.

    Args:
        error: what the database's driver raised.

    Returns:
        Words that go on after a colon, without a full stop; None for an error that is a fault of the program that asked.
    """
    name = getattr(error, "sqlite_errorname", None)
    if isinstance(name, str):
        # extended names begin with the primary one: SQLITE_READONLY_DIRECTORY
        return next((words for primary, words in _SQLITE.items() if name == primary or name.startswith(primary + "_")), None)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return _SQLSTATE.get(state) or _SQLSTATE.get(state[:2])
    if type(error).__name__ != "OperationalError" or state is not None:
        return None
    # psycopg has no SQLSTATE where a connection was refused, only the server's words
    words = str(error)
    if "authentication failed" in words or "no password supplied" in words:
        return _SQLSTATE["28"]
    return _SQLSTATE["3D" if re.search(r"database .+ does not exist", words) else "08"]


def explain_faults(engine: Engine, shown: str) -> None:
    """Let every statement of an engine that fails for a reason outside vmaudio raise a `StoreError`.

    Args:
        engine: SQLAlchemy's engine.
        shown: the database, as it may be shown.
    """

    @event.listens_for(engine, "handle_error", retval=True)
    def _explain(context: Any) -> StoreError | None:
        words = explained(context.original_exception)
        return StoreError(f"The database {shown} cannot be used: {words}.") if words is not None else None
