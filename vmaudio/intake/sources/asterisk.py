"""Asterisk's and FreePBX's voicemail spool, as app_voicemail writes it.

::

    <spool>/<context>/<box>/unavail.wav  busy.wav  greet.wav  temp.wav      greetings of the box's owner
    <spool>/<context>/<box>/INBOX/msg0000.txt  msg0000.wav  msg0000.WAV     one message, its sound in each configured format
    <spool>/<context>/<box>/INBOX/msg0000intro.wav                          what somebody said who passed it on
    <spool>/<context>/<box>/tmp/                                            messages that are being recorded

Messages are numbered anew whenever one is deleted or filed elsewhere, so a number is no name: a message is known by its
``msg_id`` (since Asterisk 11), else by its bytes. Until the caller hangs up, the text has no ``duration=``. Texts of before
2003 have neither a section nor a duration.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from vmaudio.intake.sources.callers import parse_caller
from vmaudio.intake.sources.sounds import best_first, is_sound, is_young
from vmaudio.intake.sources.source import LeftOut, ReadOptions, Source
from vmaudio.intake.tables import MOST_ID, time_zone
from vmaudio.records import Message

GREETINGS = frozenset({"unavail", "busy", "greet", "temp"})
"""Names of a mailbox's greetings: unavailable, busy, the owner's name, a temporary one."""

_NUMBERED = re.compile(r"msg\d{4,6}$")
_INTRO = re.compile(r"msg\d{4,6}intro$")
_MOST_TEXT = 20_000
_MOST_LOOKED_AT = 20_000
"""Files and folders that are looked at to tell whether this is a spool."""


class Asterisk(Source):
    """A voicemail spool, or any part or copy of one: the whole, a context, a box or one folder."""

    name = "asterisk"
    title = "Asterisk and FreePBX voicemail spools"
    reads = "<context>/<box>/<folder>/msgNNNN.txt with its sound beside it"

    def recognises(self, path: Path) -> bool:
        """Whether it is a message with its text, or there is one below a folder, or the greeting of a box with its folders.

        Args:
            path: a file or folder.
        """
        if path.is_file():
            return bool(_NUMBERED.match(path.stem)) and (is_sound(path.name) or path.suffix == ".txt") and _has_text(path)
        names = (Path(folder) / name for folder, _, files in os.walk(path) for name in (*files, ""))
        looked_at = list(islice(names, _MOST_LOOKED_AT))
        texts = (one for one in looked_at if one.suffix == ".txt" and _NUMBERED.match(one.stem))
        greetings = (one for one in looked_at if one.stem.lower() in GREETINGS and is_sound(one.name))
        return any(map(_has_text, islice(texts, 50))) or any((one.parent / "INBOX").is_dir() for one in greetings)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Message | LeftOut]:
        """Read the messages of a spool.

        Args:
            path: its folder, any folder in it, or one message.
            options: the zone of dates without one.

        Yields:
            Each message once, in the best of its formats; greetings and what is not finished are left out.
        """
        if path.is_file():
            names = sorted(one.name for one in path.parent.iterdir() if one.stem == path.stem)
            yield from _folder(path.parent, names, options, under_way=False)
            return
        for folder, below, files in os.walk(path):
            below.sort()
            under_way = os.path.basename(folder) == "tmp" and Path(folder) != path
            yield from _folder(Path(folder), sorted(files), options, under_way=under_way)


def _has_text(path: Path) -> bool:
    text = path.with_suffix(".txt")
    return text.is_file() and _fields(text) is not None


def _folder(folder: Path, names: list[str], options: ReadOptions, *, under_way: bool) -> Iterator[Message | LeftOut]:
    by_stem: dict[str, list[Path]] = {}
    for name in names:
        if not name.startswith("."):
            by_stem.setdefault(Path(name).stem, []).append(folder / name)
    for stem, paths in by_stem.items():
        text = next((path for path in paths if path.suffix == ".txt"), None)
        sounds = best_first(path for path in paths if is_sound(path.name))
        if under_way and (sounds or text):
            yield LeftOut(str((sounds or paths)[0]), "unfinished", "in the folder of recordings under way")
        elif _NUMBERED.match(stem):
            yield from _one(text, sounds, options)
        elif not sounds:
            continue
        elif _INTRO.match(stem):
            yield LeftOut(str(sounds[0]), "greeting", "an introduction by somebody who passed the message on")
        elif stem.lower() in GREETINGS:
            yield LeftOut(str(sounds[0]), "greeting", _box(folder / "INBOX") or stem)
        else:
            yield LeftOut(str(sounds[0]), "not a message", "its name is not msgNNNN")


def _one(text: Path | None, sounds: list[Path], options: ReadOptions) -> Iterator[Message | LeftOut]:
    if not sounds:
        if text is not None:
            yield LeftOut(str(text), "no recording", "no sound beside it")
        return
    best = sounds[0]
    fields = (_fields(text) if text is not None else None) or {}
    if (fields and "duration" not in fields and "" in fields) or (not fields and is_young(sounds, options.settle_s)):
        # "" stands for the section [message]: who wrote that writes a duration when the caller has hung up
        yield LeftOut(str(best), "unfinished", "no duration yet")
        return
    name, number = parse_caller(fields.get("callerid"))
    known = {
        "mailbox": _box(best.parent) or fields.get("origmailbox", ""),
        "folder": best.parent.name,
        "caller_name": name or "",
        "duration_s": fields.get("duration", ""),
        "msg_id": fields.get("msg_id", ""),
        "category": fields.get("category", ""),
        "flag": fields.get("flag", ""),
    }
    yield Message(
        source=str(best),
        message_id=fields.get("msg_id", "")[:MOST_ID] or id_of_bytes(best),
        rep=name,
        caller_id=number,
        sent_at=_sent_at(fields, options.timezone),
        channel="voicemail",
        extra={key: value for key, value in known.items() if value},
    )


def id_of_bytes(path: Path) -> str:
    """An id that hangs on the bytes of a file alone, whatever its name becomes.

    Args:
        path: the file.

    Returns:
        "b" and 32 hexadecimal digits; made of the name where the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return "b" + hashlib.file_digest(stream, "sha256").hexdigest()[:32]
    except OSError:
        return "b" + hashlib.sha256(os.fsencode(path)).hexdigest()[:32]


def _fields(path: Path) -> dict[str, str] | None:
    """What a message's text says, by key; "" is there where it has the section [message]. None where it is no such text."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_TEXT)
    except OSError:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    found: dict[str, str] = {}
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if line.strip().lower() == "[message]":
            found[""] = ""
        elif equals and line[0] not in ";#":
            found.setdefault(key.strip().lower(), value.strip())
    return found if "" in found or {"origmailbox", "callerid"} & set(found) else None


def _sent_at(fields: Mapping[str, str], timezone: str) -> str | None:
    """When the message was left: ``origtime`` in seconds since 1970, else ``origdate`` in words."""
    try:
        moment = datetime.datetime.fromtimestamp(int(fields["origtime"]), datetime.UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        words = fields.get("origdate", "").split()
        if len(words) not in (5, 6, 7):
            return None
        # Wed Mar  4 10:15:02 AM UTC 2009; the zone's abbreviation says nothing certain unless it is UTC
        half = [words[4]] if words[4] in ("AM", "PM") else []
        zone = words[4 + len(half) : -1]
        plain = " ".join((*words[:4], *half, words[-1]))
        try:
            moment = datetime.datetime.strptime(plain, f"%a %b %d {'%I:%M:%S %p' if half else '%H:%M:%S'} %Y")
        except ValueError:
            return None
        moment = moment.replace(tzinfo=datetime.UTC if zone in (["UTC"], ["GMT"]) else time_zone(timezone))
    return moment.isoformat() if 1990 <= moment.year <= 2100 else None


def _box(folder: Path) -> str:
    """The mailbox that a folder belongs to, as Asterisk writes it: box@context; "" where the path does not say."""
    parts = folder.absolute().parts
    return f"{parts[-2]}@{parts[-3]}" if len(parts) > 3 and any(c.isdigit() for c in parts[-2]) else ""
