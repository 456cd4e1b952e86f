"""Outlook's .msg files: a few properties and the attachments, read with olefile ([MS-OXMSG])."""

from __future__ import annotations

import datetime
import io
from email import message_from_string
from email.utils import format_datetime
from typing import Any

from vmaudio.errors import ExtraMissing
from vmaudio.intake.sources.mails import MOST_DEPTH, MOST_PARTS, Attached, Mail, MailRefused, decoded
from vmaudio.intake.sources.sounds import is_sound

_SUBJECT, _HEADERS, _BODY, _SENDER_NAME = "0037", "007D", "1000", "0C1A"
_SENDER_ADDRESS = ("5D01", "0C1F")
_DATA, _LONG_NAME, _SHORT_NAME, _MIME_TYPE = "3701", "3707", "3704", "370E"
_SENT = b"\x40\x00\x39\x00"  # PR_CLIENT_SUBMIT_TIME, a FILETIME
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
_MOST_TEXT = 200_000


def parse_msg(data: bytes) -> Mail:
    """Read a .msg file.

    Args:
        data: its bytes.

    Returns:
        The mail; mails attached to it are among its inner ones.

    Raises:
        ExtraMissing: olefile is not installed.
        MailRefused: it is no such file, or damaged.
    """
    try:
        import olefile
    except ImportError:
        raise ExtraMissing("Outlook's .msg files need the package olefile. Install it: pip install 'vmaudio[mail]'") from None
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            return _mail(file, [], 0)
    except MailRefused:
        raise
    except Exception as error:  # olefile raises whatever a damaged file leads it to
        raise MailRefused(f"it is no Outlook message, or damaged ({type(error).__name__})") from error


def _mail(file: Any, place: list[str], depth: int) -> Mail:
    if depth > MOST_DEPTH:
        raise MailRefused(f"its parts are nested deeper than {MOST_DEPTH}")
    headers: dict[str, str] = {}
    for name, value in message_from_string(_text(file, place, _HEADERS)).raw_items():
        headers.setdefault(name.lower(), decoded(str(value)))
    address = next(filter(None, (_text(file, place, code) for code in _SENDER_ADDRESS)), "")
    headers.setdefault("subject", _text(file, place, _SUBJECT))
    headers.setdefault("from", f'"{_text(file, place, _SENDER_NAME)}" <{address}>')
    if sent := _sent(file, place):
        headers.setdefault("date", sent)
    mail = Mail(headers, _text(file, place, _BODY))
    folders = {one[len(place)] for one in file.listdir() if len(one) > len(place) and one[: len(place)] == place}
    attached = sorted(one for one in folders if one.startswith("__attach_version1.0_"))
    if len(attached) > MOST_PARTS:
        raise MailRefused(f"it has more than {MOST_PARTS} parts")
    for folder in attached:
        inside = [*place, folder]
        if file.exists([*inside, f"__substg1.0_{_DATA}000D"]):
            mail.inner.append(_mail(file, [*inside, f"__substg1.0_{_DATA}000D"], depth + 1))
            continue
        name = _text(file, inside, _LONG_NAME) or _text(file, inside, _SHORT_NAME)
        kind = _text(file, inside, _MIME_TYPE).lower()
        stream = [*inside, f"__substg1.0_{_DATA}0102"]
        if (is_sound(name) or kind.startswith("audio/")) and file.exists(stream):
            mail.recordings.append(Attached(name or "voicemail", file.openstream(stream).read()))
    return mail


def _text(file: Any, place: list[str], code: str) -> str:
    """A property of text: UTF-16, or of 8 bits a character."""
    for kind, charset in (("001F", "utf-16-le"), ("001E", "latin-1")):
        stream = [*place, f"__substg1.0_{code}{kind}"]
        if file.exists(stream):
            return str(file.openstream(stream).read(_MOST_TEXT).decode(charset, "replace").rstrip("\x00"))
    return ""


def _sent(file: Any, place: list[str]) -> str:
    """When it was sent, as a Date header, from the properties of fixed length: 16 bytes each, behind a head."""
    stream = [*place, "__properties_version1.0"]
    if not file.exists(stream):
        return ""
    data = file.openstream(stream).read(_MOST_TEXT)
    at = next((i for i in range(0, len(data) - 15, 8) if data[i : i + 4] == _SENT), None)
    if at is None:
        return ""
    moment = _EPOCH + datetime.timedelta(microseconds=int.from_bytes(data[at + 8 : at + 16], "little") // 10)
    return format_datetime(moment)
