"""Mails about voicemails, also as Outlook's .msg, made by the tests that read them."""

from __future__ import annotations

import itertools
import struct
from email.message import EmailMessage

from tests.intake.spools import riff

SOUND = riff(1, b"\0\x10" * 4000)


def mail(
    subject: str = "New voicemail from Tom Becker (303) 555-0126",
    body: str = "You have a new message.",
    sounds: dict[str, bytes] | None = None,
    *,
    mail_id: str | None = "abc@example.com",
    date: str | None = "Mon, 02 Mar 2026 17:15:02 +0000",
    html: str | None = None,
    **headers: str,
) -> EmailMessage:
    """A mail with recordings attached; ``X_Name`` is the header X-Name."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = headers.pop("From", "Voicemail <vm@example.com>"), "dana@example.org", subject
    if mail_id:
        made["Message-ID"] = f"<{mail_id}>"
    if date:
        made["Date"] = date
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    if html is not None:
        made.set_content(html, subtype="html")
    for name, data in ({"voicemail.wav": SOUND} if sounds is None else sounds).items():
        made.add_attachment(data, maintype="audio", subtype=name.rpartition(".")[2], filename=name)
    return made


def msg(streams: dict[str, bytes]) -> bytes:
    """An OLE file with these streams; a slash in a name is a storage. Streams must be shorter than 4096 bytes or longer."""
    entries: list[list[object]] = [["Root Entry", 5, []]]
    where: dict[str, int] = {"": 0}
    for path in streams:
        parts = path.split("/")
        for i in range(1, len(parts) + 1):
            name = "/".join(parts[:i])
            if name not in where:
                where[name] = len(entries)
                entries.append([parts[i - 1], 2 if i == len(parts) else 1, []])
                entries[where["/".join(parts[: i - 1])]][2].append(where[name])  # type: ignore[attr-defined]
    small = {path: data for path, data in streams.items() if len(data) < 4096}
    mini, mini_fat, starts = b"", [], {}
    for path, data in small.items():
        starts[path] = len(mini) // 64
        count = max(1, -(-len(data) // 64))
        mini += data.ljust(64 * count, b"\0")
        mini_fat += [*range(len(mini_fat) + 1, len(mini_fat) + count), 0xFFFFFFFE]
    sectors: list[bytes] = []
    fat: list[int] = []

    def add(data: bytes) -> int:
        first, count = len(fat), max(1, -(-len(data) // 512))
        sectors.append(data.ljust(512 * count, b"\0"))
        fat.extend([*range(first + 1, first + count), 0xFFFFFFFE])
        return first

    for path, data in streams.items():
        if path not in small:
            starts[path] = add(data)
    mini_at = add(mini)
    mini_fat_at = add(struct.pack(f"<{len(mini_fat)}I", *mini_fat).ljust(512 * max(1, -(-len(mini_fat) // 128)), b"\xff"))
    right: dict[int, int] = {}
    for _, _, kids in entries:
        for one, other in itertools.pairwise(kids):  # type: ignore[call-overload]
            right[one] = other
    directory = b""
    for path, number in where.items():
        name, kind, kids = entries[number]
        text = str(name).encode("utf-16-le") + b"\0\0"
        start, size = (mini_at, len(mini)) if number == 0 else (starts.get(path, 0), len(streams.get(path, b"")))
        child = kids[0] if kids else 0xFFFFFFFF  # type: ignore[index]
        directory += text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
        directory += struct.pack("<III", 0xFFFFFFFF, right.get(number, 0xFFFFFFFF), child) + bytes(36)
        directory += struct.pack("<IQ", start, size)
    directory_at = add(directory.ljust(512 * -(-len(directory) // 512), b"\0"))
    fat_at = len(fat)
    fat.append(0xFFFFFFFD)
    sectors.append(struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff"))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack(
        "<IIIIIIIIII", 0, 1, directory_at, 0, 4096, mini_fat_at, -(-len(mini_fat) // 128), 0xFFFFFFFE, 0, fat_at
    )
    return head.ljust(512, b"\xff") + b"".join(sectors)


def outlook(subject: str, body: str, attached: dict[str, bytes], headers: str = "", inner: str = "") -> dict[str, bytes]:
    """The streams of one Outlook message; ``inner`` is the storage that it lies in, with a slash."""
    sent = (1772471702 + 11644473600) * 10_000_000
    streams = {
        f"{inner}__properties_version1.0": bytes(32) + b"\x40\x00\x39\x00" + bytes(4) + struct.pack("<Q", sent),
        f"{inner}__substg1.0_0037001F": subject.encode("utf-16-le"),
        f"{inner}__substg1.0_1000001F": body.encode("utf-16-le"),
        f"{inner}__substg1.0_0C1A001F": "Voicemail".encode("utf-16-le"),
        f"{inner}__substg1.0_0C1F001F": "vm@example.com".encode("utf-16-le"),
    }
    if headers:
        streams[f"{inner}__substg1.0_007D001F"] = headers.encode("utf-16-le")
    for number, (name, data) in enumerate(attached.items()):
        folder = f"{inner}__attach_version1.0_#{number:08X}"
        streams[f"{folder}/__substg1.0_3707001F"] = name.encode("utf-16-le")
        streams[f"{folder}/__substg1.0_37010102"] = data
    return streams
