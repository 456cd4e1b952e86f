"""Rounds of calibration: which messages coaches score blind, and on which checks; all coaches of a round the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from vmaudio.errors import NotStored
from vmaudio.records import Record
from vmaudio.store.database import Database, utc_now
from vmaudio.store.tables import calibration_messages as members, calibration_rounds as table


@dataclass(frozen=True, slots=True)
class Round(Record):
    """A sample of messages that coaches score blind.

    Attributes:
        id: number of the round.
        seed: with which the messages were drawn.
        checks: ids of the checks that are asked, in order.
        by: who began it.
        created_utc: when, ISO 8601.
        messages: ids of the messages, in the order in which they were drawn; those that were forgotten are missing.
    """

    id: int
    seed: int
    checks: tuple[str, ...]
    by: str
    created_utc: str
    messages: tuple[str, ...] = ()


def save_round(store: Database, message_ids: Sequence[str], checks: Sequence[str], *, seed: int, by: str) -> Round:
    """Begin a round.

    Args:
        store: the store.
        message_ids: the messages, in order.
        checks: the checks, in order.
        seed: with which the messages were drawn.
        by: who begins it.

    Returns:
        The round.
    """
    values = {"seed": seed, "checks": list(checks), "author": by, "created_utc": utc_now()}
    with store.begin() as connection:
        number = connection.execute(insert(table).values(**values).returning(table.c.round_id)).scalar_one()
        rows = [{"round_id": number, "message_id": one, "position": i} for i, one in enumerate(message_ids)]
        connection.execute(insert(members), rows)
        return _found(connection, number)


def all_rounds(store: Database, message_id: str | None = None) -> list[Round]:
    """All rounds, the newest first.

    Args:
        store: the store.
        message_id: only those in which this message is.

    Returns:
        The rounds.
    """
    in_it = select(members.c.round_id).where(members.c.message_id == message_id)
    with store.engine.connect() as connection:
        return _read(connection, *(() if message_id is None else (table.c.round_id.in_(in_it),)))


def round_of(store: Database, round_id: int) -> Round:
    """One round.

    Args:
        store: the store.
        round_id: its number.

    Returns:
        The round.

    Raises:
        NotStored: there is no such round.
    """
    with store.engine.connect() as connection:
        return _found(connection, round_id)


def delete_round(store: Database, round_id: int) -> bool:
    """Delete a round; the verdicts that coaches gave in it stay.

    Args:
        store: the store.
        round_id: its number.

    Returns:
        Whether there was one.
    """
    with store.begin() as connection:
        connection.execute(delete(members).where(members.c.round_id == round_id))
        return connection.execute(delete(table).where(table.c.round_id == round_id)).rowcount > 0


def move(connection: Connection, old: str, new: str) -> None:
    """Put another message in the place of one, unless it is in the round itself.

    Args:
        connection: in a transaction.
        old: id of the message that will be deleted.
        new: id under which it is stored.
    """
    there = select(members.c.round_id).where(members.c.message_id == new)
    connection.execute(delete(members).where(members.c.message_id == old, members.c.round_id.in_(there)))
    connection.execute(update(members).where(members.c.message_id == old).values(message_id=new))


def _found(connection: Connection, round_id: int) -> Round:
    found = _read(connection, table.c.round_id == round_id)
    if not found:
        raise NotStored("There is no such round of calibration. It may have been deleted.")
    return found[0]


def _read(connection: Connection, *which: ColumnElement[bool]) -> list[Round]:
    columns = (table.c.round_id, table.c.seed, table.c.checks, table.c.author, table.c.created_utc)
    rows = connection.execute(select(*columns).where(*which).order_by(table.c.round_id.desc())).all()
    drawn: dict[int, list[str]] = {row.round_id: [] for row in rows}
    held = select(members.c.round_id, members.c.message_id).where(members.c.round_id.in_(drawn)).order_by(members.c.position)
    for number, message_id in connection.execute(held):
        drawn[number].append(message_id)
    return [
        Round(row.round_id, row.seed, tuple(row.checks), row.author, row.created_utc, tuple(drawn[row.round_id]))
        for row in rows
    ]
