"""Messages whose recording vmaudio keeps and has not analysed yet: noted before the work, so that none is lost with a server
that is killed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, update

from vmaudio.records import Message
from vmaudio.store.analysis_rows import message_of, put_message
from vmaudio.store.database import Database
from vmaudio.store.kept import kept_among
from vmaudio.store.narrow_rows import touch_report_rows
from vmaudio.store.tables import messages, outcomes


def note_waiting(store: Database, message: Message, file_name: str) -> Mapping[str, Any] | None:
    """Note a message whose recording is about to be analysed. A row of its id that has no recording, as a CRM's export may have
    brought it, becomes the note: as the analysis would have it anyway.

    Args:
        store: the store.
        message: the message.
        file_name: name of its file.

    Returns:
        The row that was there, for `drop_waiting`; None where there was none.
    """
    with store.begin() as connection:
        row = connection.execute(select(messages).where(messages.c.message_id == message.message_id)).mappings().first()
        before = None if row is None else {str(name): value for name, value in row.items()}
        if before is not None and before["recording_id"] is not None:
            return before
        put_message(connection, message, file_name, None)
        touch_report_rows(connection, [message.message_id])
    return before


def is_noted(store: Database, message_id: str) -> bool:
    """Whether a message has a row, analysed or not.

    Args:
        store: the store.
        message_id: its id.
    """
    with store.engine.connect() as connection:
        return connection.execute(select(messages.c.message_id).where(messages.c.message_id == message_id)).first() is not None


def waiting_messages(store: Database) -> list[tuple[Message, str]]:
    """The messages that are noted, and whose recordings lie in the folder of kept ones.

    Args:
        store: the store.

    Returns:
        Messages, each with the name of its file.
    """
    query = select(messages).where(messages.c.recording_id.is_(None)).order_by(messages.c.message_id)
    with store.engine.connect() as connection:
        found = [(message_of(row), row["file_name"]) for row in connection.execute(query).mappings()]
    kept = kept_among(str(message.source) for message, _ in found)
    return [(message, name) for message, name in found if str(message.source) in kept]


def drop_waiting(store: Database, message_id: str, before: Mapping[str, Any] | None = None) -> None:
    """Take the note back: the recording could not be analysed. A row that has an outcome meanwhile stays.

    Args:
        store: the store.
        message_id: of the message.
        before: the row that was there before the note; it is put back.
    """
    told = select(outcomes.c.message_id)
    noted = messages.c.message_id == message_id, messages.c.recording_id.is_(None)
    with store.begin() as connection:
        if before is None:
            connection.execute(delete(messages).where(*noted, messages.c.message_id.not_in(told)))
        else:
            connection.execute(update(messages).where(*noted).values(**before))
        touch_report_rows(connection, [message_id])
