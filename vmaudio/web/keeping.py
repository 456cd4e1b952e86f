"""Keeping an upload, and letting go of it again: the recording in the app's folder, everything else in the store."""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path

from vmaudio.errors import NotStored, SettingError
from vmaudio.privacy import copies_of, forget
from vmaudio.records import Message
from vmaudio.store import kept_folder, stored_messages, utc_now
from vmaudio.web.context import Web
from vmaudio.web.jobs import DONE, Job

CHANNEL = "self-check"
"""Channel of kept takes: it separates practice from messages that were sent."""

LONGEST = 200
YOUNG_S = 600.0
"""A folder younger than this may belong to a message that is being kept at this moment by another server."""

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def field(value: str, what: str, *, needed: bool = False) -> str | None:
    """A name that was typed, without control characters and superfluous spaces.

    Args:
        value: What was typed.
        what: What the field is called in an error message.
        needed: Must it not be empty?

    Returns:
        The name; None when it is empty.

    Raises:
        SettingError: it is needed and empty, or too long.
    """
    text = " ".join(_UNPRINTABLE.sub(" ", value).split())
    if needed and not text:
        raise SettingError(f"{what} is empty. Fill it in.")
    if len(text) > LONGEST:
        raise SettingError(f"{what} has {len(text)} characters; at most {LONGEST} are allowed. Shorten it.")
    return text or None


def without_controls(text: str) -> str:
    """What was typed, without characters that a database does not take.

    Args:
        text: What was typed.

    Returns:
        The text with spaces for them.
    """
    return _UNPRINTABLE.sub(" ", text).strip()


def keep(web: Web, job: Job, rep: str, prospect: str = "", campaign: str = "") -> str:
    """Keep an upload under the rep's name. Keeping it again changes nothing.

    Args:
        web: The app.
        job: The upload; it must be done.
        rep: The rep's name.
        prospect: The listener's name.
        campaign: The campaign.

    Returns:
        The id of its message in the store.

    Raises:
        SettingError: no name, or a name that is too long.
        NotStored: there is no recording to keep any more.
    """
    name = field(rep, "The rep's name", needed=True)
    whom, which = field(prospect, "The listener's name"), field(campaign, "The campaign")
    if job.kept_as:
        return job.kept_as
    source, analysis = job.path, job.analysis
    if job.state != DONE or source is None or analysis is None:
        raise NotStored("There is no recording to keep: it was deleted, or it was not analysed. Upload it again.")
    folder = web.kept / job.id
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / source.name
    shutil.copyfile(source, target)
    os.chmod(target, 0o600)
    message = Message(
        source=str(target),
        rep=name,
        prospect=analysis.message.prospect or whom,
        prospect_name=whom or analysis.message.prospect_name,
        campaign=which,
        channel=CHANNEL,
        sent_at=utc_now(),
        notes=analysis.message.notes,
        extra=analysis.message.extra,
    )
    web.store.save(web.score_now(analysis, message))
    web.jobs.keep(job, message.message_id)
    return message.message_id


def is_kept_here(web: Web, source: str) -> bool:
    """Is the recording in the app's own folder, or in that of recordings that were sent in and imported?

    Args:
        web: The app.
        source: The recording's path or URL.

    Returns:
        True when it goes with its message.
    """
    folders = web.kept.resolve(), kept_folder().resolve()
    return "://" not in source and any(folder in Path(source).resolve().parents for folder in folders)


def delete(web: Web, message_id: str) -> None:
    """Delete a message with everything stored about it, and its recording if the app keeps it.

    A recording that is stored elsewhere is the user's own file and is not deleted.

    Args:
        web: The app.
        message_id: The message.

    Raises:
        NotStored: there is no such message.
    """
    found = web.store.one(message_id)
    if found is None:
        raise NotStored("There is no such message in the store.")
    for deleted in (message_id, *copies_of(web.store, [message_id])):
        web.jobs.delete_kept(deleted)
    forget(web.store, [message_id], folder=web.config.folder)


def sweep(web: Web) -> int:
    """Delete kept recordings that no message of the store names any more (because ``vmaudio forget`` ran).

    Args:
        web: The app.

    Returns:
        How many folders were deleted.
    """
    if not web.kept.is_dir():
        return 0
    named = {Path(stored.message.source).resolve().parent for stored in stored_messages(web.store) if stored.message.source}
    gone = 0
    for folder in web.kept.iterdir():
        if folder.resolve() not in named and time.time() - folder.stat().st_mtime > YOUNG_S:
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
    return gone
