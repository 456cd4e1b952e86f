"""Uploads: bounded in bytes, written in pieces, under a name that cannot leave its folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from vmaudio.errors import VmaudioError
from vmaudio.store import safe_name

PIECE = 1 << 20


class UploadError(VmaudioError):
    """An upload that is not taken; ``status`` is the HTTP status."""

    def __init__(self, message: str, status: int = 400) -> None:
        """Say why.

        Args:
            message: A sentence for the visitor.
            status: The HTTP status.
        """
        super().__init__(message)
        self.status = status


def megabytes(size: int) -> str:
    """A size in words.

    Args:
        size: Bytes.

    Returns:
        For example "50 MB" or "64 kB".
    """
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


def save_upload(stream: BinaryIO, file_name: str | None, folder: Path, max_bytes: int) -> Path:
    """Copy an upload into a folder, piece by piece, readable by the owner alone.

    Args:
        stream: The upload.
        file_name: The name that a browser gave, or None.
        folder: Where to put it.
        max_bytes: Largest size.

    Returns:
        The file.

    Raises:
        UploadError: it is empty, or larger than ``max_bytes``; nothing of it is left.
    """
    path = folder / safe_name(file_name)
    size = 0
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(handle, "wb") as target:
            while piece := stream.read(PIECE):
                size += len(piece)
                if size > max_bytes:
                    raise UploadError(
                        f"{path.name} is larger than {megabytes(max_bytes)}. Upload a shorter recording, or an MP3 of it.", 413
                    )
                target.write(piece)
        if not size:
            raise UploadError(f"{path.name} is empty. Choose a recording, or record one here.")
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def without_folder(text: str, folder: Path) -> str:
    """An error message for a visitor: the name of the file, without the path at which the server keeps it.

    Args:
        text: The message.
        folder: The path to leave out.

    Returns:
        The message without it.
    """
    return text.replace(f"{folder}{os.sep}", "")
