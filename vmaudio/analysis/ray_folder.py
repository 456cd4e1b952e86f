"""The folder of a Ray that is started for one run: sockets, logs, and recordings if there are too many for the memory."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path

PREFIX = "vm-ray-"
"""Short, because the names of sockets are limited."""

YOUNG_S = 60.0
"""A folder that was changed so short a time ago may be one whose run has not come to locking it yet."""


class RayFolder:
    """A new folder that only this user may read, locked while this process lives.

    What a run left that was killed, and so could not delete its own, is deleted here: of this user's folders those that nobody
    locks.
    """

    def __init__(self) -> None:
        for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
            with contextlib.suppress(OSError):
                _delete_unused(left)
        self.path = tempfile.mkdtemp(prefix=PREFIX)
        self._lock = _lock(self.path)

    def delete(self) -> None:
        """Delete it, with what is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _delete_unused(path: Path) -> None:
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or time.time() - found.st_mtime < YOUNG_S:
        return
    if hasattr(os, "getuid") and found.st_uid == os.getuid() and (lock := _lock(path)) is not None:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def _lock(path: str | Path) -> int | None:
    """A handle that holds the lock of a folder; None while another process does, and where the system knows no such locks."""
    try:
        import fcntl
    except ImportError:
        return None
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    with contextlib.suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return handle
    os.close(handle)
    return None
