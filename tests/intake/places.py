"""A small place for each source, made by the tests themselves."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.intake.mail_makers import mail
from tests.intake.spools import message, put, riff

SOUND = riff(1, b"\0\x10" * 4000)
UUIDS = ("0b9e6d3a-2f5c-4f0a-9a3e-111111111111", "0b9e6d3a-2f5c-4f0a-9a3e-222222222222")


def files(folder: Path) -> Path:
    """Two recordings and a text beside them."""
    put(folder / "calls" / "a.wav", SOUND)
    put(folder / "calls" / "b.mp3", b"\xff\xfb" * 400)
    put(folder / "calls" / "notes.txt", b"left out")
    return folder / "calls"


def asterisk(folder: Path) -> Path:
    """Two messages and a greeting."""
    inbox = folder / "voicemail" / "default" / "2001" / "INBOX"
    message(inbox, 0, {"wav": SOUND, "gsm": b"\xd2" * 330})
    message(inbox, 1, msg_id=None)
    put(inbox.parent / "unavail.wav", SOUND)
    return folder / "voicemail"


def voicemail_msgs(rows: list[dict[str, str]]) -> str:
    """The table as CSV."""
    names = "created_epoch read_epoch username domain uuid cid_name cid_number in_folder file_path message_len flags read_flags"
    stream = io.StringIO()
    writer = csv.DictWriter(stream, [*names.split(), "forwarded_by"], restval="")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def row(uuid: str, **more: str) -> dict[str, str]:
    """A row of the table, with the path that the file has on the server."""
    folder = "/var/lib/freeswitch/storage/voicemail/default/pbx.example.com/1001"
    made = {
        "created_epoch": "1772471702", "read_epoch": "0", "username": "1001", "domain": "pbx.example.com", "uuid": uuid,
        "cid_name": "Tom Becker", "cid_number": "3035550126", "in_folder": "inbox", "file_path": f"{folder}/msg_{uuid}.wav",
        "message_len": "12",
    }  # fmt: skip
    return {**made, **more}


def freeswitch(folder: Path) -> Path:
    """Two messages, a greeting and the table."""
    box = folder / "voicemail" / "default" / "pbx.example.com" / "1001"
    for uuid in UUIDS:
        put(box / f"msg_{uuid}.wav", SOUND)
    put(box / "greeting_1.wav", SOUND)
    put(folder / "voicemail" / "voicemail_msgs.csv", voicemail_msgs([row(uuid) for uuid in UUIDS]).encode())
    return folder / "voicemail"


def mailbox(folder: Path) -> Path:
    """A mail with a recording, one without, an mbox of one and a Maildir of one."""
    box = folder / "mail"
    put(box / "1.eml", bytes(mail(mail_id="one@example.com")))
    put(box / "2.eml", bytes(mail(sounds={}, mail_id="two@example.com")))
    put(box / "Inbox", b"From vm@example.com Mon Mar  2 17:15:02 2026\n" + bytes(mail(mail_id="three@example.com")) + b"\n")
    for name in ("cur", "new", "tmp"):
        (box / "Maildir" / name).mkdir(parents=True)
    put(box / "Maildir" / "cur" / "1772471702.M1P2.host:2,S", bytes(mail(mail_id="four@example.com")))
    return box


def export(folder: Path) -> Path:
    """Two records of Zoom's with their recordings, and one without."""
    one = {"caller_name": "Tom", "caller_number": "+13035550126", "callee_number": "1", "date_time": "2026-03-02T17:15:02Z"}
    put(folder / "zoom" / "list.json", json.dumps({"voice_mails": [{**one, "id": f"voicemail{i}"} for i in range(3)]}).encode())
    for i in range(2):
        put(folder / "zoom" / f"voicemail{i}.mp3", SOUND)
    return folder / "zoom"


PLACES: Mapping[str, tuple[Callable[[Path], Path], int, int]] = {
    "files": (files, 2, 0),
    "asterisk": (asterisk, 2, 1),
    "freeswitch": (freeswitch, 2, 1),
    "mailbox": (mailbox, 3, 1),
    "export": (export, 2, 1),
}
"""By source: what makes a place of it, and how many messages and things left out are there."""
