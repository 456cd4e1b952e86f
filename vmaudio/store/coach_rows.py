"""Coaches' verdicts on checks, given blind: they change no score, and show how far coaches and machine agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, and_, delete, insert, select, update

from vmaudio.records import Record
from vmaudio.store.database import Database, utc_now
from vmaudio.store.tables import calibration_messages, coach_verdicts as table


@dataclass(frozen=True, slots=True)
class CoachVerdict(Record):
    """One coach's verdict on one check of one message, given without sight of the machine's.

    Attributes:
        message_id: the message.
        check_id: the check.
        coach: who says so.
        verdict: "pass", "fail" or "n/a"; "unsure" where the coach could not tell, which says nothing about the machine.
        simulated: whether the coach is invented.
    """

    message_id: str
    check_id: str
    coach: str
    verdict: str
    simulated: bool = False


def put_coach_verdicts(store: Database, verdicts: Iterable[CoachVerdict]) -> None:
    """Save verdicts in one transaction; a coach's earlier verdict on the same check of the same message is replaced.

    Args:
        store: the store.
        verdicts: the verdicts, of messages that are stored.
    """
    with store.begin() as connection:
        for one in verdicts:
            values = {**asdict(one), "created_utc": utc_now()}
            where = and_(*(table.c[name] == values[name] for name in ("message_id", "check_id", "coach")))
            if connection.execute(update(table).where(where).values(**values)).rowcount == 0:
                connection.execute(insert(table).values(**values))


def coach_verdicts_of(store: Database, *, coach: str | None = None, round_id: int | None = None) -> list[CoachVerdict]:
    """Verdicts of coaches.

    Args:
        store: the store.
        coach: only those of this coach.
        round_id: only those on the messages of this round.

    Returns:
        Verdicts by message, check and coach.
    """
    names = list(CoachVerdict.__slots__)
    query = select(*(table.c[name] for name in names)).order_by(table.c.message_id, table.c.check_id, table.c.coach)
    if coach is not None:
        query = query.where(table.c.coach == coach)
    if round_id is not None:
        members = select(calibration_messages.c.message_id).where(calibration_messages.c.round_id == round_id)
        query = query.where(table.c.message_id.in_(members))
    with store.engine.connect() as connection:
        return [CoachVerdict(**row._mapping) for row in connection.execute(query)]


def move(connection: Connection, old: str, new: str) -> None:
    """Give the verdicts on a message to another one, which keeps its own where it has one of the same check and coach.

    Args:
        connection: in a transaction.
        old: id of the message that will be deleted.
        new: id under which it is stored.
    """
    own = {tuple(row) for row in connection.execute(select(table.c.check_id, table.c.coach).where(table.c.message_id == new))}
    for check, coach in connection.execute(select(table.c.check_id, table.c.coach).where(table.c.message_id == old)).all():
        if (check, coach) not in own:
            where = and_(table.c.message_id == old, table.c.check_id == check, table.c.coach == coach)
            connection.execute(update(table).where(where).values(message_id=new))
    connection.execute(delete(table).where(table.c.message_id == old))
