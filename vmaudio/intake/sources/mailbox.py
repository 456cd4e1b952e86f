"""Mailboxes on disk: .eml, .mbox, Maildir and Outlook's .msg, with recordings attached. Nothing is fetched."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from vmaudio.intake.sources.mails import MOST_BYTES, MailRefused, messages_of, parse_mail
from vmaudio.intake.sources.outlook import parse_msg
from vmaudio.intake.sources.sounds import is_sound
from vmaudio.intake.sources.source import LeftOut, ReadOptions, Source
from vmaudio.records import Message

_LINE_BYTES = 1 << 20
_MOST_LOOKED_AT = 20_000
_QUOTED_FROM = re.compile(rb">+From ")
_MAILDIR = ("cur", "new")


class Mailbox(Source):
    """A mail, a file of mails, or a folder with such in it."""

    name = "mailbox"
    title = "Mailboxes with recordings attached"
    reads = ".eml, .mbox, Maildir and Outlook's .msg, with voicemails attached"

    def recognises(self, path: Path) -> bool:
        """Whether it is a mail or a file of mails, or a folder that holds one.

        Args:
            path: a file or folder.
        """
        if path.is_dir():
            files = (Path(folder) / name for folder, _, names in os.walk(path) for name in names)
            return any(_kind(file) for file in islice(files, _MOST_LOOKED_AT))
        return bool(_kind(path))

    def read(self, path: Path, options: ReadOptions) -> Iterator[Message | LeftOut]:
        """Read the voicemails of a mailbox.

        Args:
            path: a file or folder. Recordings that lie beside the mails in a folder are messages too.
            options: where recordings are kept, and how large they may be.

        Yields:
            A message for each recording; mails without one are left out.

        Raises:
            ExtraMissing: there is a .msg file, and olefile is not installed.
        """
        if not path.is_dir():
            yield from _file(path, options)
            return
        for folder, below, names in os.walk(path):
            below.sort()
            for name in sorted(names):
                file = Path(folder) / name
                if _kind(file):
                    yield from _file(file, options)
                elif is_sound(name) and not name.startswith("."):
                    yield Message(source=str(file))


def _kind(path: Path) -> str:
    """What a file is by its ending, its folder or its first words: "mail", "mbox" or "msg"; "" for none of these."""
    if not path.is_file():  # never wait on a pipe
        return ""
    ending = path.suffix.lower()
    if ending in (".eml", ".msg", ".mbox", ".mbx"):
        return {".eml": "mail", ".msg": "msg"}.get(ending, "mbox")
    if path.parent.name in _MAILDIR and all((path.parent.parent / name).is_dir() for name in _MAILDIR):
        return "mail"
    if ending and any(c.isalpha() for c in ending):
        return ""
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError:
        return ""
    return "mbox" if head.startswith(b"From ") and re.search(rb"(?im)^(?:from|date|received|return-path):", head) else ""


def _file(path: Path, options: ReadOptions) -> Iterator[Message | LeftOut]:
    kind = _kind(path)
    try:
        with path.open("rb") as stream:
            if kind == "mbox":
                for number, data in enumerate(mails_of_mbox(stream), 1):
                    yield from _one(data, f"{path}, mail {number}", "mail", options)
            else:
                yield from _one(stream.read(MOST_BYTES + 1), str(path), kind, options)
    except OSError as error:
        yield LeftOut(str(path), "unreadable", str(error.strerror or error))


def _one(data: bytes | None, where: str, kind: str, options: ReadOptions) -> Iterator[Message | LeftOut]:
    try:
        if data is None or len(data) > MOST_BYTES:
            raise MailRefused(f"it has more than {MOST_BYTES / 1e6:.0f} MB")
        mail = parse_msg(data) if kind == "msg" else parse_mail(data)
        yield from messages_of(mail, where, options)
    except MailRefused as error:
        yield LeftOut(where, "unreadable", str(error))


def mails_of_mbox(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Cut a file of mails into mails: each begins with a line "From " behind an empty one.

    Args:
        stream: the file.

    Yields:
        The bytes of each mail; None for one that is too large, of which no more than the limit was held in memory.
    """
    lines: list[bytes] = []
    size, blank, begun = 0, True, False
    while line := stream.readline(_LINE_BYTES):
        if blank and line.startswith(b"From "):
            if begun:
                yield b"".join(lines) if size <= MOST_BYTES else None
            lines, size, begun, blank = [], 0, True, False
            continue
        blank = line in (b"\n", b"\r\n")
        size += len(line)
        if size > MOST_BYTES:
            lines.clear()
        else:
            lines.append(line[1:] if _QUOTED_FROM.match(line) else line)
    if begun:
        yield b"".join(lines) if size <= MOST_BYTES else None
