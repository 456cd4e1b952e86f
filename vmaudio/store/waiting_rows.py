"""Messages whose recording vmaudio keeps and has not analysed yet: noted before the work, so that none is lost with a server
that is killed meanwhile."""

from __future__ import annotations

from sqlalchemy import delete, select

from vmaudio.records import Message
from vmaudio.store.analysis_rows import message_of, put_message
from vmaudio.store.database import Database
from vmaudio.store.kept import kept_folder
from vmaudio.store.narrow_rows import touch_report_rows
from vmaudio.store.tables import messages, outcomes


def note_waiting(store: Database, message: Message, file_name: str) -> bool:
    """Note a message whose recording is about to be analysed.

    Args:
        store: the store.
        message: the message.
        file_name: name of its file.

    Returns:
        False where a row of its id is there already, as a CRM's export may have brought it; that one stays as it is.
    """
    with store.begin() as connection:
        if connection.execute(select(messages.c.message_id).where(messages.c.message_id == message.message_id)).first():
            return False
        put_message(connection, message, file_name, None)
        touch_report_rows(connection, [message.message_id])
    return True


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
    folder = kept_folder().absolute()
    with store.engine.connect() as connection:
        found = [(message_of(row), row["file_name"]) for row in connection.execute(query).mappings()]
    return [(message, name) for message, name in found if str(message.source).startswith(f"{folder}/")]


def drop_waiting(store: Database, message_id: str) -> None:
    """Take the note back: the recording could not be analysed. A row that has an outcome meanwhile stays.

    Args:
        store: the store.
        message_id: of the message.
    """
    told = select(outcomes.c.message_id)
    where = messages.c.message_id == message_id, messages.c.recording_id.is_(None), messages.c.message_id.not_in(told)
    with store.begin() as connection:
        connection.execute(delete(messages).where(*where))
        touch_report_rows(connection, [message_id])
