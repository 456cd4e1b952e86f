"""A person's verdict on a check, kept apart from the machine's: points and stored verdicts never change by it.

An override outlives a rescore and a new transcript, as it is keyed by message and check. Every change is logged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, insert, select, update

from vmaudio.errors import NotStored, SettingError
from vmaudio.records import Record
from vmaudio.store.tables import messages, override_log, overrides, verdicts

VERDICTS = ("pass", "fail", "n/a")
MOST_REASON = 1000
"""Most characters of a reason: a sentence or a few, not a file."""
MOST_AUTHOR = 200

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Control characters and half surrogates: a database may refuse them, and no person types them."""


@dataclass(frozen=True, slots=True)
class Override(Record):
    """A person's verdict on one check of one message.

    Attributes:
        message_id: the message.
        check_id: the check.
        verdict: "pass", "fail" or "n/a".
        reason: why the machine is wrong.
        author: who says so.
        created_utc: when, ISO 8601 in UTC.
    """

    message_id: str
    check_id: str
    verdict: str
    reason: str
    author: str
    created_utc: str


Overrides = Mapping[str, Mapping[str, Override]]
"""Overrides by message id and check id."""


def overrides_by_message(given: Iterable[Override]) -> dict[str, dict[str, Override]]:
    """Overrides by message id and check id.

    Args:
        given: overrides in any order; one per message and check.

    Returns:
        A dict of dicts.
    """
    found: dict[str, dict[str, Override]] = {}
    for one in given:
        found.setdefault(one.message_id, {})[one.check_id] = one
    return found


@dataclass(frozen=True, slots=True)
class OverrideEntry(Record):
    """One line of the log of overrides; ``verdict`` is None where one was taken back, the other fields are those of
    `Override`.
    """

    message_id: str
    check_id: str
    verdict: str | None
    reason: str
    author: str
    created_utc: str


def save(engine: Engine, given: Override) -> Override:
    """Keep an override and log it; an earlier one of the same check is replaced.

    Args:
        engine: the database.
        given: the override.

    Returns:
        The override as it was kept: reason and author without space around them.

    Raises:
        SettingError: the verdict is not known, or reason or author are empty, too long or not plain text.
        NotStored: there is no such message, or its score has no such check.
    """
    if given.verdict not in VERDICTS:
        raise SettingError(f"{_short(given.verdict)} is no verdict. Use one of {', '.join(VERDICTS)}.")
    reason = _text("reason", given.reason, MOST_REASON, "Say in a sentence why the machine is wrong.")
    author = _text("author", given.author, MOST_AUTHOR, "Say who gives this verdict.")
    key = {"message_id": given.message_id, "check_id": given.check_id}
    values = {"verdict": given.verdict, "reason": reason, "author": author, "created_utc": given.created_utc}
    with engine.begin() as connection:
        _must_know(connection, given.message_id, given.check_id)
        if connection.execute(update(overrides).where(_where(key)).values(**values)).rowcount == 0:
            connection.execute(insert(overrides).values(**key, **values))
        connection.execute(insert(override_log).values(**key, **values))
    return Override(**key, **values)


def take_back(engine: Engine, message_id: str, check_id: str, author: str, now: str) -> bool:
    """Delete an override and log who did.

    Args:
        engine: the database.
        message_id: the message.
        check_id: the check.
        author: who takes it back.
        now: this moment, ISO 8601 in UTC.

    Returns:
        Whether there was one.

    Raises:
        SettingError: the author is empty, too long or not plain text.
    """
    author = _text("author", author, MOST_AUTHOR, "Say who takes the verdict back.")
    key = {"message_id": message_id, "check_id": check_id}
    with engine.begin() as connection:
        if connection.execute(delete(overrides).where(_where(key))).rowcount == 0:
            return False
        connection.execute(insert(override_log).values(**key, verdict=None, reason="", author=author, created_utc=now))
    return True


def find(engine: Engine, message_id: str | None = None) -> list[Override]:
    """Overrides of one message, or of all.

    Args:
        engine: the database.
        message_id: the message; None for all.

    Returns:
        Overrides, by message and check.
    """
    query = select(overrides).order_by(overrides.c.message_id, overrides.c.check_id)
    if message_id is not None:
        query = query.where(overrides.c.message_id == message_id)
    with engine.connect() as connection:
        return [Override.from_dict(dict(row)) for row in connection.execute(query).mappings()]


def history(engine: Engine, message_id: str | None = None) -> list[OverrideEntry]:
    """Every override ever given or taken back.

    Args:
        engine: the database.
        message_id: the message; None for all.

    Returns:
        Entries, oldest first.
    """
    query = select(override_log).order_by(override_log.c.entry_id)
    if message_id is not None:
        query = query.where(override_log.c.message_id == message_id)
    with engine.connect() as connection:
        return [OverrideEntry.from_dict(dict(row)) for row in connection.execute(query).mappings()]


def move(connection: Connection, old: str, new: str) -> None:
    """Give the overrides of a message to the one that takes its place; where that has its own, those stay.

    Args:
        connection: a connection in a transaction.
        old: id of the message that is replaced.
        new: id of the one that takes its place.
    """
    own = select(overrides.c.check_id).where(overrides.c.message_id == new)
    stale = and_(overrides.c.message_id == old, overrides.c.check_id.in_(own))
    connection.execute(delete(overrides).where(stale))
    for table in (overrides, override_log):
        connection.execute(update(table).where(table.c.message_id == old).values(message_id=new))


def _where(key: Mapping[str, str]) -> Any:
    return and_(*(overrides.c[name] == value for name, value in key.items()))


def _must_know(connection: Connection, message_id: str, check_id: str) -> None:
    if _UNSTORABLE.search(message_id) or _UNSTORABLE.search(check_id):
        raise NotStored("The store has no message or check of this id: it holds control characters.")
    if connection.execute(select(messages.c.message_id).where(messages.c.message_id == message_id)).first() is None:
        raise NotStored(f"The store has no message {_short(message_id)}. vmaudio report lists the ids that it has.")
    query = select(verdicts.c.check_id).where(verdicts.c.message_id == message_id)
    known = list(connection.execute(query).scalars())
    if check_id not in known:
        own = ", ".join(sorted(known)) or "none: it has no score yet"
        raise NotStored(f"Message {_short(message_id)} has no verdict of a check {_short(check_id)}. Its checks: {own}.")


def _text(name: str, value: str, most: int, cure: str) -> str:
    """The value without space around it, or an error that says what is wrong with it."""
    text = value.strip()
    if not text:
        raise SettingError(f"The {name} is empty. {cure}")
    if len(text) > most:
        raise SettingError(f"The {name} has {len(text)} characters; at most {most} are kept. Make it shorter.")
    if _UNSTORABLE.search(text):
        raise SettingError(f"The {name} holds control characters. Write it as plain text.")
    return text


def _short(text: str) -> str:
    """A stranger's text in an error: quoted and bounded."""
    return repr(text if len(text) <= 80 else text[:79] + "…")
