"""What was sent to whom, and what came of it."""

from __future__ import annotations

import hashlib
import operator
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from vmaudio.records.base import Record
from vmaudio.records.many import records_of


def absolute_source(source: str) -> str:
    """Where a recording lies, however its path was written and whichever folder a program is started in.

    Args:
        source: a path, or a URL.

    Returns:
        The absolute path; a URL without user, password and parameters that are keys; a source that is not known ("") as it is.
    """
    if "://" in source:
        return _without_keys(source)
    if os.sep == "/" and source[:1] == "/" and source[-1] != "/" and "//" not in source and "/." not in source:
        return source  # as most are written: the way that follows takes its time
    return os.path.abspath(source) if source else source


_KEY = re.compile(r"signature|token|credential|secret|passw|(^|[-_])(key|sig)", re.IGNORECASE)


def _without_keys(url: str) -> str:
    """A URL without user, password and parameters that open a door: what is stored may be read by others."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    path, mark, given = path.partition("?")
    kept = "&".join(one for one in given.split("&") if not _KEY.search(one.partition("=")[0]))
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}{mark if kept else ''}{kept}"


def made_message_id(source: str, prospect: str | None, sent_at: str | None) -> str:
    """The id of a message that nobody gave one.

    Args:
        source: path or URL of its recording.
        prospect: id of the listener.
        sent_at: when it was left.

    Returns:
        "m" and sixteen figures: of the absolute path, so that one file has one id however its path is written.
    """
    key = "\x1f".join((absolute_source(source), prospect or "", sent_at or ""))
    return "m" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Message(Record):
    """One *send*: a recording, who left it for whom, and when. Outcomes belong to messages, measurements to recordings.

    Args:
        source: path or URL of the recording; a `pathlib.Path` is turned into text.
        message_id: its id; where none is given it is made of source, prospect and sent_at.
        rep: who left the message.
        prospect: id of the listener.
        prospect_name: name of the listener.
        company: company of the listener.
        sent_at: when, ISO 8601.
        campaign: campaign that it belongs to.
        channel: such as "voicemail".
        caller_id: number that the listener's phone shows.
        notes: what is known of the listener.
        script: script that the rep was asked to use.
        audio_channel: channel of the recording in which the rep speaks: "left", "right", "1" or "2"; None to find it.
        audio_message: which of several messages in the recording, counted from "1"; None for the last.
        extra: other columns of the manifest.

    Raises:
        TypeError: a field is neither text nor None, such as a number from a data frame.
    """

    source: str
    message_id: str = ""
    rep: str | None = None
    prospect: str | None = None
    prospect_name: str | None = None
    company: str | None = None
    sent_at: str | None = None
    campaign: str | None = None
    channel: str | None = None
    caller_id: str | None = None
    notes: str | None = None
    script: str | None = None
    audio_channel: str | None = None
    audio_message: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # very many are made: what nearly all of them are is asked first
        if type(self.source) is not str and isinstance(self.source, os.PathLike):
            object.__setattr__(self, "source", os.fspath(self.source))
        if type(self.source) is not str:
            raise TypeError(f"The source of a message is a path or URL, and no {type(self.source).__name__}.")
        for name in () if _PLAIN.issuperset(map(type, _texts_of(self))) else _TEXTS:
            value = getattr(self, name)
            if value is not None and not isinstance(value, str):
                cure = "its isoformat()" if hasattr(value, "isoformat") else "text, such as str(...)"
                raise TypeError(f"{name} of a message is text or None, and no {type(value).__name__} ({value!r}). Give {cure}.")
        if type(self.extra) is not dict and not isinstance(self.extra, Mapping):
            raise TypeError(f"extra of a message is a mapping of names to texts, and no {type(self.extra).__name__}.")
        if not self.message_id:
            object.__setattr__(self, "message_id", made_message_id(self.source, self.prospect, self.sent_at))

    def recording_id(self, sha256: str) -> str:
        """The id under which measurements of this message's recording are kept.

        Args:
            sha256: of the file's bytes, in hex.

        Returns:
            That; another one of as many figures, always the same, where ``audio_channel`` or ``audio_message`` asks for one
            channel or one message of the file, so that it never takes another one's place.
        """
        if not self.audio_channel and not self.audio_message:
            return sha256
        key = "\x1f".join((sha256, self.audio_channel or "", self.audio_message or ""))
        return hashlib.sha256(key.encode()).hexdigest()


_TEXTS = tuple(one.name for one in fields(Message) if one.name not in ("source", "extra"))
_texts_of = operator.attrgetter(*_TEXTS)
_PLAIN = {str, type(None)}


def messages_of(columns: Mapping[str, Sequence[Any]], n: int) -> list[Message]:
    """Very many messages at once; what `Message` asks of each field is asked of whole columns.

    Args:
        columns: values by name of the field, of as many messages, ``source``, ``message_id`` and ``extra`` among them.
        n: how many.

    Returns:
        The messages.

    Raises:
        TypeError: as `Message`.
    """
    texts = [values for name, values in columns.items() if name != "extra"]
    plain = all(_PLAIN.issuperset(map(type, values)) for values in texts) and {dict}.issuperset(map(type, columns["extra"]))
    if not plain or None in columns["source"] or not all(columns["message_id"]):
        return [Message(**dict(zip(columns, values, strict=True))) for values in zip(*columns.values(), strict=True)]
    return records_of(Message, columns, n)


class Sent(NamedTuple):
    """What the count of callbacks needs to know of a message; None is not known.

    Attributes:
        message_id: id of the message.
        rep: who left it.
        prospect: id of the listener.
        sent_at: when, ISO 8601.
    """

    message_id: str
    rep: str | None
    prospect: str | None
    sent_at: str | None


@dataclass(frozen=True, slots=True)
class Outcome(Record):
    """What came of one message, as the CRM says. None means unknown, which is not the same as no.

    ``callback_at`` and ``as_of`` (when the CRM was exported) are ISO 8601 with a zone. ``touches`` counts earlier contacts
    with this prospect. ``cost`` is in the user's currency.
    """

    message_id: str
    callback: bool | None = None
    callback_at: str | None = None
    reply: bool | None = None
    connect: bool | None = None
    sale: bool | None = None
    complaint: bool | None = None
    wrong_person: bool | None = None
    cost: float | None = None
    touches: int | None = None
    as_of: str | None = None
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Observation(Record):
    """A message with what was measured in it and what came of it: one row of evidence.

    ``features`` are the values of its FeatureRow, ``checks`` verdicts by check id, ``approach_label`` a coach's label.
    ``older``: an older version of a measuring stage measured it (`Provenance.is_older`).
    """

    message: Message
    outcome: Outcome | None = None
    recording_id: str | None = None
    features: Mapping[str, Any] = field(default_factory=dict)
    points: float | None = None
    checks: Mapping[str, str] = field(default_factory=dict)
    approach_label: str | None = None
    older: bool = False
