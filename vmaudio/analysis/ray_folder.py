"""The folder of a Ray that is started for one run, and the end of both: this file run as a program ends what is left of Ray.

Ray's processes notice by themselves that the one that started them has gone; but some look only every few seconds, and those
that are just starting do not look at all: where the machine is busy they live on for a quarter of a minute. So a process
waits for the end of the run, also one by SIGKILL, kills Ray's processes and deletes the folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PREFIX = "vm-ray-"
"""Short, because the names of sockets are limited."""


class RayFolder:
    """A new folder that only this user may read. It is deleted, and what of Ray runs in it is killed, when this process ends.

    Attributes:
        path: of the folder.
    """

    def __init__(self) -> None:
        self.path = tempfile.mkdtemp(prefix=PREFIX)
        self._keeper = subprocess.Popen(  # noqa: S603 - this file, by this interpreter
            [sys.executable, "-I", __file__, self.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C and what kills the whole group are not for it
        )

    def delete(self) -> None:
        """Delete it now, with what is in it, and kill what runs in it."""
        assert self._keeper.stdin is not None  # noqa: S101 - it is a pipe
        self._keeper.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._keeper.wait(10)


def processes_of(folder: str, but: bytes) -> list[int]:
    """Processes that have files of a folder open, as all of Ray's have their logs. None where the system has no /proc.

    Args:
        folder: its path.
        but: command line of the run, which has such files too, as have forks of it; they are left out.
    """
    found = set()
    for path in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):  # it has just ended, or is somebody else's
            if os.readlink(path).startswith(folder + os.sep) and _command(int(path.parts[2])) != but:
                found.add(int(path.parts[2]))
    return sorted(found)


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def main(folder: str) -> None:
    """Wait until standard input is closed; then leave nothing of a folder.

    Args:
        folder: its path.
    """
    run = _command(os.getppid())
    sys.stdin.buffer.read()
    while found := processes_of(folder, run):
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
