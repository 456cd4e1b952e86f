"""Recordings that a program sends: who may, what they say of themselves, and each taken once.

The sender has the intake token: it sends it as ``Authorization: Bearer``, or signs the body with it, so that the token itself
never travels: ``X-Vmaudio-Signature: t=SECONDS,v1=HEX`` with the HMAC-SHA256 of ``SECONDS.BODY``. The token opens nothing
else.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import io
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from vmaudio.analysis import score_with_team
from vmaudio.errors import VmaudioError
from vmaudio.intake import parse_instant, records_in, time_zone, understand
from vmaudio.records import Analysis, Failure, Message
from vmaudio.store import delete_kept, drop_waiting, is_noted, keep_recording, kept_folder, note_waiting, waiting_messages
from vmaudio.web import keeping
from vmaudio.web.context import Web
from vmaudio.web.job import Busy
from vmaudio.web.uploads import UploadError, megabytes, without_folder

log = logging.getLogger(__name__)

FRESH_S = 300.0
"""A signature of so many seconds ago or ahead is still taken: what was overheard cannot be sent again tomorrow."""

Also = Callable[[Analysis | None, str], None]
"""Is told how a recording ended: its analysis, or why there is none."""

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


def take(web: Web, data: bytes, name: str, said: Mapping[str, Any], also: Also | None = None) -> tuple[str, bool]:
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
    source, noted, before = "", False, None
    try:
        source = str(keep_recording(data, name, kept_folder()))
        message = Message(source=source, **said)
        _claim(web, source)
        before = note_waiting(web.store, message, Path(source).name)
        noted = True
        _queue(web, message, data, name, before, also)
    except BaseException:
        if noted:
            drop_waiting(web.store, message_id, before)
        _let_go(web, message_id, source)
        delete_kept([source] if source else [])
        raise
    return message_id, True


def resume(web: Web) -> threading.Thread:
    """Take up again what an earlier server had taken and not analysed when it ended, as there is room in the queue.

    Args:
        web: the app, which runs.

    Returns:
        The thread that does it.
    """
    thread = threading.Thread(target=_resume, args=(web,), name="vmaudio resumes", daemon=True)
    thread.start()
    return thread


def _resume(web: Web) -> None:
    stopping = web.imports.stopping
    for message, name in waiting_messages(web.store):
        source = str(message.source)
        if not Path(source).is_file() or not _claim(web, source) or not web.arriving.begin(message.message_id):
            continue
        queued = False
        try:
            while not stopping.is_set():
                if web.jobs.waiting <= web.jobs.limit // 2:  # the other half is left to people
                    with contextlib.suppress(Busy):
                        _queue(web, message, Path(source).read_bytes(), name, None, None)
                        queued = True
                        break
                stopping.wait(0.2)
        except (VmaudioError, OSError) as error:
            log.warning("%s, which an earlier server had taken, cannot be analysed: %s", name, error)
        if not queued:
            _let_go(web, message.message_id, source)


def _queue(web: Web, message: Message, data: bytes, name: str, before: Mapping[str, Any] | None, also: Also | None) -> None:
    over = _keeper(web, message, before, also)
    web.jobs.add(io.BytesIO(data), name, lambda _path: message, max_bytes=web.config.max_bytes, when_over=over)


def _claim(web: Web, source: str) -> bool:
    return web.arriving.claims is None or bool(web.arriving.claims.take([source]))


def _let_go(web: Web, message_id: str, source: str) -> None:
    if web.arriving.claims is not None and source:
        web.arriving.claims.release(source)
    web.arriving.end(message_id)


def _keeper(web: Web, message: Message, before: Mapping[str, Any] | None, also: Also | None) -> Also:
    """Stores the result of a recording, or the reason why there is none: then its file goes too, and it may be sent again.
    Where the server ends, note and file stay for its next start; what was forgotten meanwhile stays forgotten."""

    def over(analysis: Analysis | None, why: str) -> None:
        why = without_folder(why, Path(message.source).parent)
        try:
            if not is_noted(web.store, message.message_id):
                delete_kept([message.source])
            elif analysis is not None:
                web.store.save(analysis)
                score_with_team(web.store, web.book.active.rubric, [analysis.message], forecaster=web.forecaster)
            elif not web.jobs.stopping:
                name = Path(message.source).name
                web.store.save_failure(Failure(f"intake:{message.message_id}", name, "intake", "NotAnalysed", why))
                delete_kept([message.source])
                drop_waiting(web.store, message.message_id, before)
        finally:
            _let_go(web, message.message_id, str(message.source))
            if also is not None:
                also(analysis, why)

    return over
