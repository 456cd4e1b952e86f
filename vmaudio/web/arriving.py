"""Recordings that a program sends: who may, what they say of themselves, and each taken once.

The sender has the intake token: it sends it as ``Authorization: Bearer``, or signs the body with it, so that the token itself
never travels: ``X-Vmaudio-Signature: t=SECONDS,v1=HEX`` with the HMAC-SHA256 of ``SECONDS.BODY``. The token opens nothing
else.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from vmaudio.analysis import score_with_team
from vmaudio.intake import parse_instant, records_in, time_zone, understand
from vmaudio.records import Analysis, Failure, Message
from vmaudio.store import delete_kept, keep_recording, kept_folder
from vmaudio.web import keeping
from vmaudio.web.context import Web
from vmaudio.web.uploads import UploadError, megabytes, without_folder

FRESH_S = 300.0
"""A signature of so many seconds ago or ahead is still taken: what was overheard cannot be sent again tomorrow."""

_NAMES = ("rep", "prospect", "prospect_name", "company", "campaign", "script")


def signature_is_good(header: str, body: bytes, token: str, now: float | None = None) -> bool:
    """Whether a body was signed with the token, a short while ago.

    Args:
        header: the signature, "t=SECONDS,v1=HEX".
        body: the bytes that were sent.
        token: the intake token.
        now: seconds since 1970; None is this moment.
    """
    parts = dict(part.strip().partition("=")[::2] for part in header[:500].split(","))
    moment, given = parts.get("t", ""), parts.get("v1", "")
    if not moment.isdecimal() or len(moment) > 12 or abs((time.time() if now is None else now) - int(moment)) > FRESH_S:
        return False
    wanted = hmac.new(token.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted.encode(), given.encode())


def message_of_fields(fields: Mapping[str, str], data: bytes, timezone: str) -> dict[str, Any]:
    """What a request says of its recording, as fields of a message.

    Args:
        fields: of the form. ``metadata`` may hold a provider's event as JSON; else a provider's or vmaudio's own names.
        data: the recording, by whose bytes it is known where no id is given.
        timezone: zone of times without one.

    Returns:
        The fields, ``message_id`` among them.

    Raises:
        UploadError: the JSON cannot be read, the recording is not finished, or a field cannot be one.
        SettingError: a name is too long.
    """
    records: list[Mapping[str, Any]] = [fields]
    if fields.get("metadata"):
        try:
            records = [*records_in(json.loads(fields["metadata"]))] or records
        except (ValueError, RecursionError):
            raise UploadError("The field metadata is no JSON. Send the provider's event as it came.", 422) from None
    found = next(filter(None, (understand(one, timezone) for one in records)), None)
    if found is not None and not found.ready:
        raise UploadError(f"The recording {found.ids[0]} is not finished. Send it when it is.", 422)
    made: dict[str, Any] = dict(found.fields) if found else {"channel": "voicemail"}
    made |= {name: value for name in _NAMES if (value := keeping.field(fields.get(name, ""), name))}
    if caller := keeping.field(fields.get("caller_id", ""), "caller_id"):
        made["caller_id"] = caller
    if notes := keeping.without_controls(fields.get("notes", ""))[:2000]:
        made["notes"] = notes
    if when := fields.get("sent_at", "").strip():
        made["sent_at"] = _moment(when, timezone)
    own = keeping.field(fields.get("message_id", "") or fields.get("recording_id", ""), "message_id")
    made["message_id"] = own or made.get("message_id") or "b" + hashlib.sha256(data).hexdigest()[:32]
    return made


def _moment(text: str, timezone: str) -> str:
    try:
        return parse_instant(text, time_zone(timezone)).isoformat()
    except ValueError:
        raise UploadError(f"sent_at {text[:60]!r} is no time. Write it as 2026-03-02T17:15:02Z.", 422) from None


def receive(web: Web, data: bytes, name: str, fields: Mapping[str, str]) -> tuple[str, bool]:
    """Take a recording: kept, queued, and stored once it is analysed. One that is known already changes nothing.

    Args:
        web: the app.
        data: the recording.
        name: the name of its file.
        fields: what the request says of it.

    Returns:
        The id of its message, and whether it is new.

    Raises:
        UploadError: there is no recording, it is too large, or what is said of it cannot be read.
        Busy: the queue is full; nothing was kept.
    """
    if not data:
        raise UploadError("There is no recording in the request, and vmaudio fetches none. Send it as the field file.", 422)
    if len(data) > web.config.max_bytes:
        raise UploadError(f"The recording is larger than {megabytes(web.config.max_bytes)}.", 413)
    return take(web, data, name, message_of_fields(fields, data, web.config.timezone))


def take(
    web: Web, data: bytes, name: str, said: Mapping[str, Any], also: Callable[[Analysis | None, str], None] | None = None
) -> tuple[str, bool]:
    """Keep a recording, queue it, and store it once it is analysed. One that is known already changes nothing.

    Args:
        web: the app.
        data: the recording.
        name: the name of its file.
        said: fields of its message, ``message_id`` among them.
        also: is told how a new one ended.

    Returns:
        The id of its message, and whether it is new.

    Raises:
        Busy: the queue is full; nothing was kept.
    """
    message_id = said["message_id"]
    if web.store.one(message_id) is not None or not web.arriving.begin(message_id):
        return message_id, False
    source = ""
    try:
        source = str(keep_recording(data, name, kept_folder()))
        message = Message(source=source, **said)
        web.jobs.add(
            io.BytesIO(data), name, lambda _path: message, max_bytes=web.config.max_bytes, when_over=_keeper(web, message, also)
        )
    except BaseException:
        web.arriving.end(message_id)
        delete_kept([source] if source else [])
        raise
    return message_id, True


def _keeper(
    web: Web, message: Message, also: Callable[[Analysis | None, str], None] | None
) -> Callable[[Analysis | None, str], None]:
    """Stores the result of a recording, or the reason why there is none: then its file goes too, and it may be sent again."""

    def over(analysis: Analysis | None, why: str) -> None:
        why = without_folder(why, Path(message.source).parent)
        try:
            if analysis is not None:
                web.store.save(analysis)
                score_with_team(web.store, web.book.active.rubric, [analysis.message], forecaster=web.forecaster)
            else:
                name = Path(message.source).name
                web.store.save_failure(Failure(f"intake:{message.message_id}", name, "intake", "NotAnalysed", why))
                delete_kept([message.source])
        finally:
            web.arriving.end(message.message_id)
            if also is not None:
                also(analysis, why)

    return over
