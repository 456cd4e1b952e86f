"""Folders of one running server, and those that a killed one left behind.

Takes, copies for the player and tables that wait for a yes are other people's voices and words. They go when the server stops,
and, when it was killed, at the next start of any server that uses the same folder. A lock that the system drops with the
process tells which folders belong to a server that still runs.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import IO

KINDS = ("takes", "copies", "tables")


class Folders:
    """The folders of the server on one port, below ``root``."""

    def __init__(self, root: Path, port: int) -> None:
        """Name the folders; nothing is made before `open`.

        Args:
            root: The app's own folder.
            port: The server's port.
        """
        self.root, self.port = root, port
        self.takes, self.copies, self.tables = (root / f"{kind}-{port}" for kind in KINDS)
        self._lock: IO[str] | None = None

    def open(self) -> None:
        """Empty our folders, and delete those of servers that are gone."""
        self._lock = _locked(self.root / f"server-{self.port}.lock")
        for path in self.root.glob("server-*.lock"):
            port = path.stem.removeprefix("server-")
            if port != str(self.port) and (found := _locked(path)) is not None:
                _delete(self.root, port)
                path.unlink(missing_ok=True)
                found.close()
        _delete(self.root, str(self.port))
        for folder in (self.takes, self.copies, self.tables):
            folder.mkdir(parents=True, mode=0o700)

    def close(self) -> None:
        """Delete our folders."""
        _delete(self.root, str(self.port))
        if self._lock is not None:
            (self.root / f"server-{self.port}.lock").unlink(missing_ok=True)
            self._lock.close()
            self._lock = None


def _delete(root: Path, port: str) -> None:
    for kind in KINDS:
        shutil.rmtree(root / f"{kind}-{port}", ignore_errors=True)


def _locked(path: Path) -> IO[str] | None:
    """The file, locked for us; None while another server holds it, and where the system knows no such locks."""
    try:
        import fcntl
    except ImportError:
        return None
    handle = os.fdopen(os.open(path, os.O_CREAT | os.O_RDWR, 0o600), "r+")
    with contextlib.suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return handle
    handle.close()
    return None
