"""Labels in the store: one per message, kind, text, position and annotator, and the whole texts that they are of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, and_, delete, insert, select, update

from vmaudio.store.database import Database, utc_now
from vmaudio.store.tables import labelled_texts as texts, labels as table


@dataclass(frozen=True, slots=True)
class Label:
    """One person's label of one text.

    Attributes:
        kind: "part", "approach", "reason" or "tone:<axis>".
        text_key: SHA-256 of the normalised text, so that labels survive a new transcript.
        text: the text.
        position: place of the clause in the message, from 0; -1 for a whole message.
        label: the label.
        annotator: who gave it.
        message_id: the message, where known.
        rep: its rep, where known.
        adjudicated: whether it decides between annotators who disagreed.
    """

    kind: str
    text_key: str
    text: str
    position: int
    label: str
    annotator: str
    message_id: str | None = None
    rep: str | None = None
    adjudicated: bool = False


@dataclass(frozen=True, slots=True)
class LabelledText:
    """The whole text that somebody labelled, also where only a part of it has labels.

    Attributes:
        message_id: the message.
        text_key: as in `Label`.
        annotator: who labelled it.
        pieces: the texts of all its pieces, in order; `Label.position` counts them.
        rep: the message's rep, where known.
        prospect: its prospect, where known.
        file: its recording, where known.
        recognised: what a recogniser wrote, where it was given.
    """

    message_id: str
    text_key: str
    annotator: str
    pieces: tuple[str, ...]
    rep: str | None = None
    prospect: str | None = None
    file: str | None = None
    recognised: str | None = None


_KEY = ("message_id", "kind", "text_key", "position", "annotator")
_TEXT_KEY = ("message_id", "text_key", "annotator")


def put_labels(store: Database, labels: Iterable[Label], whole: Iterable[LabelledText] = ()) -> None:
    """Save labels in one transaction; an annotator's earlier label of the same clause is replaced.

    Args:
        store: the store.
        labels: the labels.
        whole: the texts that they are of. Where an annotator has cut a text in another way than before, the labels of the
            earlier cut are replaced too.
    """
    with store.begin() as connection:
        for given in whole:
            _put_text(connection, given)
        for label in labels:
            values = {**asdict(label), "created_utc": utc_now()}
            where = and_(*(table.c[name] == values[name] for name in _KEY))
            if connection.execute(update(table).where(where).values(**values)).rowcount == 0:
                connection.execute(insert(table).values(**values))


def _put_text(connection: Connection, given: LabelledText) -> None:
    values = {**asdict(given), "pieces": list(given.pieces), "created_utc": utc_now()}
    where = and_(*(texts.c[name] == values[name] for name in _TEXT_KEY))
    old = connection.execute(select(texts.c.pieces).where(where)).scalar()
    if old is None:
        connection.execute(insert(texts).values(**values))
        return
    if list(old) != list(given.pieces):
        same = and_(*(table.c[name] == values[name] for name in _TEXT_KEY), table.c.kind == "part")
        connection.execute(delete(table).where(same))
    known = {name: value for name, value in values.items() if value is not None}
    connection.execute(update(texts).where(where).values(**known))


def whole_texts(store: Database) -> Iterator[LabelledText]:
    """The texts that were labelled.

    Args:
        store: the store.

    Yields:
        Texts by message, oldest first.
    """
    names = list(LabelledText.__slots__)
    query = select(*(texts.c[name] for name in names)).order_by(texts.c.message_id, texts.c.created_utc, texts.c.annotator)
    with store.engine.connect() as connection:
        for row in connection.execute(query):
            yield LabelledText(**{**row._mapping, "pieces": tuple(row.pieces)})


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
