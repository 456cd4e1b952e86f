"""Labels in the store: one per kind, text, position and annotator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import and_, insert, select, update

from vmaudio.store.database import Database, utc_now
from vmaudio.store.tables import labels as table


@dataclass(frozen=True, slots=True)
class Label:
    """One person's label of one text. ``kind`` is "part", "approach" or "tone:<axis>"; ``position`` is -1 for a message."""

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
    """Save labels in one transaction; an annotator's earlier label of the same clause is replaced."""
    with store.begin() as connection:
        for label in labels:
            values = {**asdict(label), "created_utc": utc_now()}
            where = and_(*(table.c[name] == values[name] for name in _KEY))
            if connection.execute(update(table).where(where).values(**values)).rowcount == 0:
                connection.execute(insert(table).values(**values))


def labels_of(store: Database, message_id: str) -> list[Label]:
    """Everybody's labels of one message, by kind, position and annotator."""
    names = list(Label.__slots__)
    query = select(*(table.c[name] for name in names)).where(table.c.message_id == message_id)
    with store.engine.connect() as connection:
        rows = connection.execute(query.order_by(table.c.kind, table.c.position, table.c.annotator))
        return [Label(**row._mapping) for row in rows]


def all_labels(store: Database) -> Iterator[Label]:
    """Every label, in the order in which it was first given."""
    names = list(Label.__slots__)
    with store.engine.connect() as connection:
        for row in connection.execute(select(*(table.c[name] for name in names)).order_by(table.c.label_id)):
            yield Label(**row._mapping)
