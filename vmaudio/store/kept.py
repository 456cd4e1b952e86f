"""Recordings that vmaudio itself keeps: copied out of a mail, or sent by a webhook. They go when their message does."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath, PureWindowsPath

from vmaudio.settings import get

LONGEST_NAME = 80
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def kept_folder() -> Path:
    """The folder of kept recordings: the setting ``intake_dir``, else one in the user's data folder."""
    import platformdirs

    chosen = str(get("intake_dir"))
    return Path(chosen).expanduser() if chosen else Path(platformdirs.user_data_dir("vmaudio", appauthor=False)) / "intake"


def safe_name(given: str | None, fallback: str = "recording") -> str:
    """A file name without folders, control characters and reserved words. The ending stays, as it hints at the format.

    Args:
        given: The name that a stranger gave, or None.
        fallback: The name to take if nothing is left.

    Returns:
        A name that cannot leave its folder, of at most `LONGEST_NAME` characters and an underscore.
    """
    text = unicodedata.normalize("NFC", given or "")
    text = PureWindowsPath(PurePosixPath(text.replace("\x00", "")).name).name
    text = re.sub(r"[^\w.\- ()]+", "_", text).strip(" .")
    stem, dot, ending = text.rpartition(".")
    if not dot:
        stem, ending = text, ""
    ending = re.sub(r"\W", "", ending)[:8]
    stem = stem.strip(" .")[: LONGEST_NAME - len(ending) - 1] or fallback
    name = f"{stem}.{ending}" if ending else stem
    return f"_{name}" if _RESERVED.match(name) or name == "listen.wav" else name


def keep_recording(data: bytes, name: str | None, folder: Path) -> Path:
    """Write a recording into the folder of kept recordings; equal bytes under one name are written once.

    Args:
        data: the bytes of the recording.
        name: the name that a stranger gave it, or None.
        folder: the folder of kept recordings.

    Returns:
        The file, in a folder of its own that is named after its bytes; only this user can read it.
    """
    own = folder / hashlib.sha256(data).hexdigest()[:32]
    target = own / safe_name(name)
    if target.is_file() and target.stat().st_size == len(data):
        return target
    own.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(target, data)
    return target


def write_private(target: Path, data: bytes) -> None:
    """Write a file that only this user can read, as a whole or not at all.

    Args:
        target: the file; its folder must exist.
        data: what it holds.

    Raises:
        OSError: it cannot be written.
    """
    part = target.with_name(f".{os.getpid()}.part")
    handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
    part.replace(target)


def kept_among(sources: Iterable[str]) -> set[str]:
    """Those of some stored sources that lie in the folder of kept recordings: nothing but a message's row leads to them.

    Args:
        sources: paths and URLs of recordings.
    """
    folder = f"{kept_folder().absolute()}/"
    return {source for source in sources if source.startswith(folder)}


def delete_kept(sources: Iterable[str]) -> int:
    """Delete those of these files that lie in the folder of kept recordings; no other file is touched.

    Args:
        sources: paths and URLs of recordings.

    Returns:
        How many were deleted.
    """
    root, count = kept_folder().resolve(), 0
    for source in sources:
        if "://" in source:
            continue
        path = Path(source).resolve()
        if root in path.parents:
            count += path.exists()
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # another name of the same bytes lies there too
                path.parent.rmdir()
    return count
