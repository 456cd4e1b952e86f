"""Labels in the store: one per kind, text, position and annotator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import and_, insert, select, update

from vmaudio.store.database import Database, utc_now
from vmaudio.store.tables import labels as table


@dataclass(frozen=True, slots=True)
class Label:
    """One person's label of one text.

    Attributes:
        kind: "part", "approach" or "tone:<axis>".
        text_key: SHA-256 of the normalised text, so that labels survive a new transcript.
        text: the text.
        position: place of the clause in the message, from 0; -1 for a whole message.
        label: the label.
        annotator: who gave it.
        message_id: the message, where known.
        rep: its rep, where known.
    """

    kind: str
    text_key: str
    text: str
    position: int
    label: str
    annotator: str
    message_id: str | None = None
    rep: str | None = None


_KEY = ("kind", "text_key", "position", "annotator")


def put_labels(store: Database, labels: Iterable[Label]) -> None:
    """Save labels in one transaction; an annotator's earlier label of the same clause is replaced.

    Args:
        store: the store.
        labels: the labels.
    """
    with store.begin() as connection:
        for label in labels:
            values = {**asdict(label), "created_utc": utc_now()}
            where = and_(*(table.c[name] == values[name] for name in _KEY))
            if connection.execute(update(table).where(where).values(**values)).rowcount == 0:
                connection.execute(insert(table).values(**values))


def labels_of(store: Database, message_id: str) -> list[Label]:
    """Labels of one message by all annotators.

    Args:
        store: the store.
        message_id: id of the message.

    Returns:
        Labels, by kind, position and annotator.
    """
    names = list(Label.__slots__)
    query = select(*(table.c[name] for name in names)).where(table.c.message_id == message_id)
    with store.engine.connect() as connection:
        rows = connection.execute(query.order_by(table.c.kind, table.c.position, table.c.annotator))
        return [Label(**row._mapping) for row in rows]


def all_labels(store: Database) -> Iterator[Label]:
    """All labels in the store.

    Args:
        store: the store.

    Yields:
        Labels in the order in which they were first given.
    """
    names = list(Label.__slots__)
    with store.engine.connect() as connection:
        for row in connection.execute(select(*(table.c[name] for name in names)).order_by(table.c.label_id)):
            yield Label(**row._mapping)
