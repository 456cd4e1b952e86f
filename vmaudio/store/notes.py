"""A coach's notes on what to work on: one for a rep, a check and a week, with a mark that it was done."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from vmaudio.records import Record
from vmaudio.store.database import Database, put, utc_now
from vmaudio.store.tables import coach_notes


@dataclass(frozen=True, slots=True)
class CoachNote(Record):
    """What a coach noted about one thing to work on.

    Attributes:
        rep: name of the rep.
        check_id: the check.
        week: the Monday of the week, ISO 8601.
        note: the coach's words; may be empty.
        done: whether it was talked about.
        author: who noted it.
        changed_utc: when, ISO 8601.
    """

    rep: str
    check_id: str
    week: str
    note: str
    done: bool
    author: str
    changed_utc: str


def put_coach_note(store: Database, rep: str, check_id: str, week: str, *, note: str, done: bool, author: str) -> CoachNote:
    """Save a note; an earlier one of the same rep, check and week is replaced.

    Args:
        store: the store.
        rep: name of the rep.
        check_id: the check.
        week: the Monday of the week, ISO 8601.
        note: the coach's words.
        done: whether it was talked about.
        author: who notes it.

    Returns:
        The note as it is stored.
    """
    made = CoachNote(rep, check_id, week, note, done, author, utc_now())
    values = {name: getattr(made, name) for name in ("note", "done", "author", "changed_utc")}
    with store.begin() as connection:
        put(connection, coach_notes, {"rep": rep, "check_id": check_id, "week": week}, values)
    return made


def all_coach_notes(store: Database) -> list[CoachNote]:
    """All notes, the newest week first.

    Args:
        store: the store.

    Returns:
        The notes.
    """
    query = select(*(coach_notes.c[name] for name in CoachNote.__slots__)).order_by(
        coach_notes.c.week.desc(), coach_notes.c.rep, coach_notes.c.check_id
    )
    with store.engine.connect() as connection:
        return [CoachNote(*row) for row in connection.execute(query)]
