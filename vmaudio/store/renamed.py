"""A recording that was renamed or moved between two runs: its old row gives way to the new one, instead of counting twice."""

from __future__ import annotations

import os

from sqlalchemy import Connection, delete, select, update

from vmaudio.records import Analysis, Message, absolute_source, made_message_id
from vmaudio.store.analysis_rows import put_message, replace
from vmaudio.store.tables import messages, outcomes

_CONTEXT = (
    "rep", "prospect", "prospect_name", "company", "sent_at", "campaign", "channel", "caller_id", "notes", "script",
    "audio_channel", "audio_message",
)  # fmt: skip


def put_analysed(connection: Connection, analysis: Analysis, *, look_for_renamed: bool) -> str | None:
    """Insert or update the message of an analysis.

    Args:
        connection: in a transaction.
        analysis: the analysis.
        look_for_renamed: put it in the place of the message that its file was before it was renamed or moved, with the
            verdicts, clips, labels and outcome of that one.

    Returns:
        The path before; None where the file was not renamed, or this was not asked.
    """
    new = analysis.message.message_id
    old = renamed_from(connection, analysis.message, analysis.recording_id) if look_for_renamed else None
    put_message(connection, analysis.message, analysis.file_name, analysis.recording_id)
    if old is None:
        return None
    replace(connection, old[0], new)
    move_outcome(connection, old[0], new)
    return old[1]


def renamed_from(connection: Connection, message: Message, recording_id: str) -> tuple[str, str] | None:
    """The stored message whose file a new one was before it was renamed or moved.

    That is the only one of the same recording in the same context whose path is gone while its folder is still there: on a
    disk that is not mounted nothing is gone. One whose id was given by a manifest is another send, and stays.

    Args:
        connection: in a transaction.
        message: a message that is about to be saved.
        recording_id: of its recording.

    Returns:
        Id and source of the old message; None where the new one is stored already, or none or several are gone.
    """
    columns = (messages.c.message_id, messages.c.source, *(messages.c[name] for name in _CONTEXT))
    gone = []
    for message_id, source, *context in connection.execute(select(*columns).where(messages.c.recording_id == recording_id)):
        if message_id == message.message_id:
            return None
        same = context == [getattr(message, name) for name in _CONTEXT]
        if same and message_id == made_message_id(source, message.prospect, message.sent_at) and _is_gone(source):
            gone.append((message_id, source))
    there = "://" in message.source or os.path.exists(absolute_source(message.source))
    return gone[0] if len(gone) == 1 and there else None


def _is_gone(source: str) -> bool:
    """Whether a local file is no longer there, though its folder is."""
    return "://" not in source and os.path.isdir(os.path.dirname(source)) and not os.path.lexists(source)


def move_outcome(connection: Connection, old: str, new: str) -> None:
    """Give the outcome of a message to the one that takes its place; where that has its own, it stays.

    Args:
        connection: in a transaction.
        old: id of the message that will be deleted.
        new: id under which it is stored.
    """
    if connection.execute(select(outcomes.c.message_id).where(outcomes.c.message_id == new)).first() is None:
        connection.execute(update(outcomes).where(outcomes.c.message_id == old).values(message_id=new))
    else:
        connection.execute(delete(outcomes).where(outcomes.c.message_id == old))
