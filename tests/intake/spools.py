"""Spools and folders as switchboards leave them, made by the tests that read them."""

from __future__ import annotations

import os
import struct
import time
from pathlib import Path

TEXT = """;
; Message Information file
;
[message]
origmailbox={box}
context=from-internal
macrocontext=
exten=s
rdnis=unknown
priority=2
callerchan=SIP/trunk-0000002a
callerid={callerid}
origdate=Mon Mar  2 05:15:02 PM UTC 2026
origtime={origtime}
category=
{more}"""


def riff(tag: int, body: bytes, rate_hz: int = 8000) -> bytes:
    """A WAV file of any format tag, with so much in it."""
    form = struct.pack("<HHIIHH", tag, 1, rate_hz, rate_hz, 1, 8) + (struct.pack("<HH", 2, 320) if tag == 0x31 else b"")
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def put(path: Path, data: bytes, age_s: float = 3600.0) -> Path:
    """Write a file that is as old as that."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    then = time.time() - age_s
    os.utime(path, (then, then))
    return path


def message(
    folder: Path,
    number: int = 0,
    sounds: dict[str, bytes] | None = None,
    *,
    callerid: str = '"Tom Becker" <3035550126>',
    origtime: str = "1772471702",
    msg_id: str | None = "1772471702-0000002b",
    duration: str | None = "12",
    box: str = "2001",
) -> Path:
    """One message of Asterisk's in a folder such as INBOX; gives the stem of its files."""
    stem = folder / f"msg{number:04d}"
    more = f"msg_id={msg_id}\n" if msg_id else ""
    more += "flag=\n" + (f"duration={duration}\n" if duration else "")
    put(stem.with_suffix(".txt"), TEXT.format(box=box, callerid=callerid, origtime=origtime, more=more).encode())
    for ending, data in ({"wav": riff(1, b"\0\x10" * 4000)} if sounds is None else sounds).items():
        put(stem.with_suffix(f".{ending}"), data)
    return stem
