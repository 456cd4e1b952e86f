"""One mail with recordings: MIME taken apart within limits, and what its headers and words say of the call.

Headers of voicemail systems: ``multipart/voice-message`` of VPIM (RFC 3801), whose parts may also hold a spoken name or
subject; ``Content-Duration`` (RFC 3803); Asterisk's ``X-Asterisk-VM-...``; Exchange's ``X-CallingTelephoneNumber``,
``X-VoiceMessageDuration`` and ``X-VoiceMessageSenderName``, which ordinary mails of Exchange carry too, with nonsense in them.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message as Mime
from email.utils import parseaddr, parsedate_to_datetime

from vmaudio.errors import VmaudioError
from vmaudio.intake.manifest import MOST_ID
from vmaudio.intake.sources.callers import name_of, telephone
from vmaudio.intake.sources.mail_words import LONGEST, caller_in, duration_in, is_system, text_of_html
from vmaudio.intake.sources.sounds import is_sound, sound_rank
from vmaudio.intake.sources.source import LeftOut, ReadOptions
from vmaudio.records import Message
from vmaudio.store import keep_recording

MOST_BYTES = 100_000_000
"""A larger mail is not read."""

MOST_PARTS = 200
MOST_DEPTH = 8
_MOST_BOUNDARIES = 5_000
_MOST_HEADER = 2_000
_MOST_PARAMETERS = 5_000

_ENDINGS = {
    "audio/wav": "wav", "audio/x-wav": "wav", "audio/wave": "wav", "audio/vnd.wave": "wav", "audio/mpeg": "mp3",
    "audio/mp3": "mp3", "audio/mp4": "m4a", "audio/x-m4a": "m4a", "audio/aac": "aac", "audio/ogg": "ogg", "audio/opus": "opus",
    "audio/amr": "amr", "audio/amr-wb": "awb", "audio/3gpp": "3gp", "video/3gpp": "3gp", "application/ogg": "ogg",
    "audio/gsm": "gsm", "audio/x-gsm": "gsm", "audio/basic": "ulaw", "audio/pcmu": "ulaw", "audio/pcma": "alaw",
    "audio/32kadpcm": "g726-32", "audio/g726-32": "g726-32", "audio/webm": "webm", "audio/x-ms-wma": "wma",
}  # fmt: skip
"""Types of recordings, and the endings by which sound without a header is known: VPIM's 32KADPCM is G.726."""


class MailRefused(VmaudioError):
    """A mail that is larger, deeper or more cut up than any about a voicemail."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A recording in a mail; ``duration_s`` as its headers say, "" where they do not."""

    name: str
    data: bytes
    duration_s: str = ""


@dataclass(slots=True)
class Mail:
    """What a mail says, and the recordings in it; ``inner`` are mails that it passes on.

    ``headers`` by lower-case name, the first of each; ``spoken`` names parts that hold a spoken name or subject.
    """

    headers: Mapping[str, str]
    body: str = ""
    recordings: list[Attached] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    inner: list[Mail] = field(default_factory=list)


def parse_mail(data: bytes) -> Mail:
    """Take a mail apart.

    Args:
        data: its bytes, as on the wire.

    Returns:
        The mail; what is damaged in it is left out.

    Raises:
        MailRefused: it is over a limit of size, depth or number of parts.
    """
    if len(data) > MOST_BYTES:
        raise MailRefused(f"it has more than {MOST_BYTES / 1e6:.0f} MB")
    if data.count(b"\n--") > _MOST_BOUNDARIES:
        raise MailRefused(f"it has more than {MOST_PARTS} parts")
    try:
        return _mail(message_from_bytes(data), [MOST_PARTS], 0)
    except RecursionError:
        raise MailRefused(f"its parts are nested deeper than {MOST_DEPTH}") from None


def _mail(mime: Mime, left: list[int], depth: int) -> Mail:
    headers: dict[str, str] = {}
    for name, value in mime.raw_items():
        headers.setdefault(name.lower(), decoded(str(value)))
    mail = Mail(headers)
    _parts(mime, mail, left, depth)
    return mail


def _parts(mime: Mime, mail: Mail, left: list[int], depth: int) -> None:
    left[0] -= 1
    if left[0] < 0:
        raise MailRefused(f"it has more than {MOST_PARTS} parts")
    if depth > MOST_DEPTH:
        raise MailRefused(f"its parts are nested deeper than {MOST_DEPTH}")
    if any(len(str(mime.get(name, ""))) > _MOST_PARAMETERS for name in ("Content-Type", "Content-Disposition")):
        raise MailRefused("a header of it is longer than any that a mail program writes")
    kind = mime.get_content_type()
    if mime.is_multipart():  # asked before the payload: that of a text is decoded by whatever character set the mail names
        for part in mime.get_payload():
            if not isinstance(part, Mime):
                continue
            if kind == "message/rfc822":
                mail.inner.append(_mail(part, left, depth + 1))
            else:
                _parts(part, mail, left, depth + 1)
        return
    name = decoded(mime.get_filename() or "")
    ending = _ENDINGS.get(kind, "")
    if kind.startswith("audio/") or ending or (is_sound(name) and not kind.startswith("text/")):
        data = mime.get_payload(decode=True)
        if not isinstance(data, bytes) or not data:
            return
        if not is_sound(name):
            name = f"{name or 'voicemail'}.{ending}" if ending else name or "voicemail"
        if (voice := _voice(mime)) in ("originator-spoken-name", "recipient-spoken-name", "spoken-subject"):
            mail.spoken.append(voice)
            return
        length = str(mime.get("Content-Duration", "")).strip()
        mail.recordings.append(Attached(name, data, length if length.isdecimal() and len(length) < 6 else ""))
    elif kind in ("text/plain", "text/html") and len(mail.body) < LONGEST:
        mail.body += _text(mime, kind)


def _voice(mime: Mime) -> str:
    """What VPIM says that a part of sound is: Voice-Message, or a spoken name or subject."""
    with contextlib.suppress(Exception):  # the parser of parameters stumbles over damaged ones in many ways
        return str(mime.get_param("voice", "", "content-disposition")).lower()
    return ""


def _text(mime: Mime, kind: str) -> str:
    data = mime.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        text = data[: 10 * LONGEST].decode(mime.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):  # no such character set, or a name that is none
        text = data[: 10 * LONGEST].decode("latin-1")
    return (text_of_html(text) if kind == "text/html" else text) + "\n"


def decoded(value: str) -> str:
    """A header's text, with encoded words decoded and folds undone, bounded in length.

    Args:
        value: the header as it came.

    Returns:
        The text on one line; as it came where it cannot be decoded.
    """
    value = value[:_MOST_HEADER]
    with contextlib.suppress(Exception):  # unknown character sets, damaged words: every kind of error
        value = str(make_header(decode_header(value)))
    return " ".join(value.encode("utf-8", "replace").decode().split())


def messages_of(mail: Mail, where: str, options: ReadOptions) -> Iterator[Message | LeftOut]:
    """The voicemails of a mail; each recording is copied into the folder of kept recordings.

    Args:
        mail: the mail.
        where: its place, for what is left out.
        options: where recordings are kept, and how large they may be.

    Yields:
        A message for each recording, one for several formats of one; and what is left out.
    """
    for inner in mail.inner:
        if inner.recordings or inner.inner:
            yield from messages_of(inner, where, options)
    for voice in mail.spoken:
        yield LeftOut(where, "greeting", voice.replace("-", " "))
    stems: dict[str, list[Attached]] = {}
    for one in mail.recordings:
        stems.setdefault(one.name.rpartition(".")[0].lower() or one.name.lower(), []).append(one)
    number = 0
    for formats in stems.values():
        # equal names of one ending are two recordings; of several endings they are one in several formats
        by_ending = sorted(formats, key=lambda one: sound_rank(one.name))
        several = len({one.name.lower() for one in formats}) > 1
        for one in by_ending[:1] if several else by_ending:
            if len(one.data) > options.max_bytes:
                yield LeftOut(f"{where}: {one.name}", "unreadable", f"larger than {options.max_bytes / 1e6:.0f} MB")
                continue
            number += 1
            yield _message(mail, one, number, options)
        for other in by_ending[1:] if several else ():
            yield LeftOut(f"{where}: {other.name}", "copy", f"the same message as {by_ending[0].name}")
    if not mail.recordings and not mail.inner and not mail.spoken:
        yield LeftOut(where, "no recording", "")


def _message(mail: Mail, one: Attached, number: int, options: ReadOptions) -> Message:
    headers = mail.headers
    name, caller = _caller(mail)
    sender_name, sender = parseaddr(headers.get("from", ""))
    voice_mail = headers.get("content-type", "").lower().startswith("multipart/voice-message")
    if voice_mail:  # VPIM: who sent it is who spoke, and the address begins with the number
        name = name or (name_of(sender_name) if not is_system(sender_name) else None)
        caller = caller or telephone(sender)
    known = {
        "caller_name": name or "",
        "duration_s": one.duration_s or _duration(mail),
        "sender": sender,
        "to": parseaddr(headers.get("to", ""))[1],
        "mailbox": headers.get("x-asterisk-vm-extension", ""),
    }
    return Message(
        source=str(keep_recording(one.data, one.name, options.keep)),
        message_id=_id(headers, one.data, number),
        rep=name,
        caller_id=caller,
        sent_at=_sent_at(headers),
        channel="voicemail",
        extra={key: value for key, value in known.items() if value},
    )


def _caller(mail: Mail) -> tuple[str | None, str | None]:
    headers = mail.headers
    name = name_of(headers.get("x-asterisk-vm-caller-id-name")) or name_of(headers.get("x-voicemessagesendername"))
    number = telephone(headers.get("x-asterisk-vm-caller-id-num")) or telephone(headers.get("x-callingtelephonenumber"))
    if name and number:
        return name, number
    said_name, said_number = caller_in(headers.get("subject", ""), mail.body)
    return name or said_name, number or said_number


def _duration(mail: Mail) -> str:
    for header in ("x-asterisk-vm-duration", "content-duration"):
        value = mail.headers.get(header, "")
        if value.isdecimal() and len(value) < 6:
            return value
    said = duration_in(f"{mail.headers.get('subject', '')}\n{mail.body}")
    exchange = mail.headers.get("x-voicemessageduration", "")
    return exchange if exchange.isdecimal() and len(exchange) < 6 else said


def _sent_at(headers: Mapping[str, str]) -> str | None:
    epoch = headers.get("x-asterisk-vm-orig-time", "")
    if epoch.isdecimal() and len(epoch) < 11:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).isoformat()
    try:
        moment = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if not 1990 <= moment.year <= 2100:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).isoformat()


def _id(headers: Mapping[str, str], data: bytes, number: int) -> str:
    """The switchboard's own id of the message, else the mail's; else one made of the bytes."""
    own = headers.get("x-asterisk-vm-message-id", "").strip()
    given = own or headers.get("message-id", "").strip("<> ")
    given = given if number == 1 or not given else f"{given}#{number}"
    if given and given.isprintable() and len(given) <= MOST_ID:
        return given
    return "b" + hashlib.sha256(data).hexdigest()[:32]
