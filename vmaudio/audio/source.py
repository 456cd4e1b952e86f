"""A recording's bytes, read within a limit: what is missing, no file, empty or too large is an error with a sentence."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from vmaudio.audio.remote import is_url, read_url
from vmaudio.errors import SourceEmpty, SourceMissing, SourceNotAFile, SourceRefused, SourceTooLarge

MAX_FILE_BYTES = 512 * 1024 * 1024
"""Largest file that is read unless the caller says otherwise."""


def read_source(source: str | Path, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """Read a file of at most ``max_bytes`` bytes.

    Args:
        source: path of a regular file, or a URL at a place that the setting ``storage`` names (`vmaudio.audio.remote`).
        max_bytes: a larger file is refused before it is read.

    Returns:
        All of its bytes, at least one.

    Raises:
        SourceMissing: there is no such path, or it cannot be opened.
        SourceNotAFile: it is a folder, device, pipe or socket.
        SourceRefused: this user may not read it, or the disk gives an error.
        SourceEmpty: it has no bytes.
        SourceTooLarge: it has more than ``max_bytes``.
        ExtraMissing: it is a URL, and a package that opens it is not installed.
            The text of each of them names the file, the cause and a cure.
    """
    name = os.fspath(source)
    if is_url(name):
        return read_url(name, max_bytes=max_bytes)
    if not name:
        raise SourceMissing("No recording was named: the path is empty. Give the path of a file.")
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        if os.path.isdir(name):
            raise SourceNotAFile(
                f"{name} is a folder, not a recording. Name a file in it, or give the folder to `vmaudio batch`."
            )
        handle = os.open(name, flags)  # non-blocking: a pipe nobody writes to must not hang the run
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise SourceMissing(f"{name!s} does not exist. Check the path and the spelling of the name.") from None
    except PermissionError:
        raise SourceRefused(
            f"{name} may not be read by this user. Change its permissions, or copy it to a folder of yours."
        ) from None
    except OSError as error:
        raise SourceMissing(f"{name} cannot be opened: {error.strerror}. Check the path.") from None
    with os.fdopen(handle, "rb") as stream:
        about = os.fstat(stream.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise SourceNotAFile(f"{name} is a device, pipe or socket, not a file. Save the recording to a file first.")
        if about.st_size > max_bytes:
            raise SourceTooLarge(_too_large(name, about.st_size, max_bytes))
        try:
            data = stream.read(max_bytes + 1)
        except OSError as error:
            raise SourceRefused(f"{name} cannot be read: {error.strerror}. Check the disk, or copy the file again.") from None
    if not data:
        raise SourceEmpty(f"{name} is empty: it has 0 bytes. Export or download the recording again.")
    if len(data) > max_bytes:  # it grew while we read
        raise SourceTooLarge(_too_large(name, len(data), max_bytes))
    return data


def _too_large(name: str, size: int, limit: int) -> str:
    """The sentence about a file over the limit."""
    return (
        f"{name} has {size / 1e6:.1f} MB and the limit is {limit / 1e6:.1f} MB. Cut the recording, or raise the setting"
        " max_file_mb."
    )
