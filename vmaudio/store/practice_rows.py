"""Attempts at drills. They belong to whoever made them: no report, export or coach's page reads this table."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, String, cast, delete, insert, literal, select

from vmaudio.records import Record
from vmaudio.store.database import Database, utc_now
from vmaudio.store.tables import practice_attempts, users

_USER = "user:"
"""How the keys of users begin."""


@dataclass(frozen=True, slots=True)
class PracticeAttempt(Record):
    """One attempt at a drill.

    Args:
        drill: id of the drill.
        passed: whether the target was met; None where that could not be judged.
        evidence: a few words: what the verdict rests on.
        created_utc: when, ISO 8601.
    """

    drill: str
    passed: bool | None
    evidence: str
    created_utc: str


def practice_owner(user_id: int) -> str:
    """What the attempts of a user of the web app are kept under. A number is never given to another user, a name may be.

    Args:
        user_id: the user's number.

    Returns:
        The owner's key.
    """
    return f"{_USER}{user_id}"


def practice_owners(which: ColumnElement[bool]) -> Select[str]:
    """The keys of some users, as a query.

    Args:
        which: condition on the table of users.

    Returns:
        A query of one column.
    """
    return select(literal(_USER) + cast(users.c.user_id, String)).where(which)


def put_practice(
    store: Database, owner: str, drill: str, *, passed: bool | None, evidence: str, rep: str | None = None
) -> PracticeAttempt:
    """Note an attempt.

    Args:
        store: the store.
        owner: whose attempt it is: a key that only the owner has.
        drill: id of the drill.
        passed: whether the target was met; None where that could not be judged.
        evidence: a few words: what the verdict rests on.
        rep: the name under which the rep practised, by which it can be forgotten.

    Returns:
        The attempt as it is stored.
    """
    made = PracticeAttempt(drill, passed, evidence, utc_now())
    with store.begin() as connection:
        connection.execute(insert(practice_attempts).values(owner=owner, rep=rep or None, **made.to_dict()))
    return made


def practice_of(store: Database, owner: str, most: int = 200) -> list[PracticeAttempt]:
    """The attempts of one owner.

    Args:
        store: the store.
        owner: the owner's key.
        most: most attempts.

    Returns:
        The newest first.
    """
    if not owner:
        return []
    columns = [practice_attempts.c[name] for name in PracticeAttempt.__slots__]
    query = select(*columns).where(practice_attempts.c.owner == owner).order_by(practice_attempts.c.attempt_id.desc())
    with store.engine.connect() as connection:
        return [PracticeAttempt(*row) for row in connection.execute(query.limit(most))]


def delete_practice(store: Database, owner: str) -> int:
    """Delete the attempts of one owner.

    Args:
        store: the store.
        owner: the owner's key.

    Returns:
        How many there were.
    """
    with store.begin() as connection:
        return connection.execute(delete(practice_attempts).where(practice_attempts.c.owner == owner)).rowcount
