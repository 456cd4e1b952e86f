"""Standard streams that are closed or full, and disks that take no more: a sentence in place of a traceback."""

from __future__ import annotations

import contextlib
import errno
import os
import sys

_CURES = {
    errno.ENOSPC: "no space is left. Free some, and run the command again",
    errno.EDQUOT: "your quota of disk space is used up. Free some space, and run the command again",
    errno.EFBIG: "the file would be larger than is allowed here. Write it elsewhere",
    errno.EROFS: "this place may only be read. Write it elsewhere",
    errno.EIO: "the disk failed. Write it elsewhere",
    errno.EBADF: "it is closed. Send it to a file, a program or a terminal",
}


def hold_standard_streams() -> None:
    """Give closed standard streams something harmless to stand on.

    A program that is started with its standard output closed gives that number to the next file it opens: a database, into
    which a library's warning would then be printed. What vmaudio itself prints to a closed output fails, as it should.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # the lowest free number, which is this one
            if number == 1:
                sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)


def write_fault(error: OSError) -> str | None:
    """Say what kept vmaudio from writing.

    Args:
        error: what the system answered.

    Returns:
        A sentence with the place, the cause and the cure; None for an error of another kind.
    """
    if error.errno not in _CURES:
        return None
    return f"Writing to {error.filename or 'the output'} failed: {_CURES[error.errno]}."


def drop_output() -> None:
    """Let go of what still waits to be printed, so that the end of the program does not fail on it once more."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
