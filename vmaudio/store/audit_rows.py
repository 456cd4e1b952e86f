"""The log of the web app: who looked at, changed, exported and forgot what. It holds ids and names, and nobody's words.

What was forgotten has no name in it any more: the entry stays, its subject goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from vmaudio.records import Record
from vmaudio.store.database import Database
from vmaudio.store.tables import audit_log as table, messages, users
from vmaudio.store.user_rows import user_key

LONGEST_SUBJECT = 400


@dataclass(frozen=True, slots=True)
class AuditEntry(Record):
    """One thing that somebody did.

    Attributes:
        at_utc: when, ISO 8601.
        user_id: number of the user; None for somebody who is no user.
        who: the user's name, or "(password)", "(token)", "(no login)", "(command line)", "(nobody)".
        action: what was done.
        kind: of what: "message", "rep", "user", or nothing.
        subject: its id or name; None where there is none, or it was forgotten.
    """

    at_utc: str
    user_id: int | None
    who: str
    action: str
    kind: str = ""
    subject: str | None = None


def put_audit(store: Database, entries: Iterable[AuditEntry]) -> None:
    """Write entries in one transaction. A subject that is no longer in the store is left out, so that a look that was under
    way while a message was forgotten does not bring its id back.

    Args:
        store: the store.
        entries: what was done.
    """
    rows = [entry.to_dict() for entry in entries]
    if not rows:
        return
    with store.begin() as connection:
        for kind, column in (("message", messages.c.message_id), ("rep", messages.c.rep)):
            named = {row["subject"] for row in rows if row["kind"] == kind and row["subject"]}
            known = set(connection.execute(select(column).where(column.in_(named)).distinct()).scalars()) if named else set()
            for row in rows:
                if row["kind"] == kind and row["subject"] not in known:
                    row["subject"] = None
        for row in rows:
            row["subject"] = row["subject"][:LONGEST_SUBJECT] if row["subject"] else None
        connection.execute(insert(table), rows)


def audit_entries(
    store: Database, *, who: str = "", action: str = "", subject: str = "", limit: int = 200, before: int | None = None
) -> list[tuple[int, AuditEntry]]:
    """Entries, the newest first.

    Args:
        store: the store.
        who: only this user's; empty for all, as in the others.
        action: only this action.
        subject: only about this message, rep or user.
        limit: most entries.
        before: only entries with a smaller number, for the next page.

    Returns:
        Each entry with its number.
    """
    query = select(table).order_by(table.c.entry_id.desc()).limit(limit)
    for column, value in ((table.c.who, who), (table.c.action, action), (table.c.subject, subject)):
        if value:
            query = query.where(column == value)
    if before is not None:
        query = query.where(table.c.entry_id < before)
    names = AuditEntry.__slots__
    with store.engine.connect() as connection:
        return [(row.entry_id, AuditEntry(**{name: getattr(row, name) for name in names})) for row in connection.execute(query)]


def known_user_name(store: Database, typed: str) -> str | None:
    """The name of the user who was meant at a login; what else is typed into a field for names may be a password.

    Args:
        store: the store.
        typed: what somebody typed.

    Returns:
        The name; None when no user has it.
    """
    with store.engine.connect() as connection:
        return connection.execute(select(users.c.name).where(users.c.name_key == user_key(typed))).scalar()


def move(connection: Connection, old: str, new: str) -> None:
    """Give the entries about a message to the id under which it is stored now.

    Args:
        connection: in a transaction.
        old: the id that is given up.
        new: the new one.
    """
    where = (table.c.kind == "message", table.c.subject == old)
    connection.execute(update(table).where(*where).values(subject=new))


def forget_subjects(connection: Connection, kind: str, subjects: Sequence[str]) -> None:
    """Take the names of what is forgotten out of the log; that somebody did something stays.

    Args:
        connection: in a transaction.
        kind: "message" or "rep".
        subjects: ids or names.
    """
    connection.execute(update(table).where(table.c.kind == kind, table.c.subject.in_(subjects)).values(subject=None))
