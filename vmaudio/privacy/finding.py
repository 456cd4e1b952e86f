"""Which stored messages are meant: by file, id, person or age."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from sqlalchemy import ColumnElement, func, or_, select

from vmaudio.errors import StoreError
from vmaudio.intake import person
from vmaudio.records import absolute_source
from vmaudio.settings import get
from vmaudio.store import Store, messages, outcomes, recordings

_TELEPHONE = re.compile(r"\+\d{7,15}")
_BETWEEN = (" ", "-", ".", "(", ")", "/", "+")
_DATED = messages.outerjoin(recordings, recordings.c.recording_id == messages.c.recording_id).outerjoin(
    outcomes, outcomes.c.message_id == messages.c.message_id
)
_SINCE = func.coalesce(messages.c.sent_at, recordings.c.first_seen_utc, outcomes.c.imported_utc)

Choice = Callable[[str, Sequence[str]], Sequence[str]]


def same_name(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Is this person's name or id in a column, however it is written: small or large letters, blanks around it, a telephone
    number with any signs between its digits, an e-mail address with a name beside it.

    Args:
        column: of a table.
        name: what a user typed.

    Returns:
        A condition for a query.
    """
    plain: ColumnElement[str] = func.lower(func.trim(column))
    one_writing = person(name) or name  # as a manifest's people are kept
    found = plain.in_({name.strip().lower(), one_writing.strip().lower()})
    if not _TELEPHONE.fullmatch(one_writing):
        return found
    for sign in _BETWEEN:
        plain = func.replace(plain, sign, "")
    digits = one_writing.removeprefix("+")
    return or_(found, plain.in_({digits, digits.removeprefix("1")}))  # a plan keeps numbers as its list had them


def find_messages(
    store: Store,
    *,
    files: Sequence[str] = (),
    message_id: str | None = None,
    prospect: str | None = None,
    rep: str | None = None,
    which: Choice | None = None,
) -> list[str]:
    """Messages by what is known of them.

    Args:
        store: an open store; it is only read.
        files: paths, or names without a folder; with another argument, messages must match both. A name that is a file of the
            folder one stands in means that file alone.
        message_id: one id.
        prospect: id or name, where no message id is given; small and large letters are the same, and all writings
            of a telephone number.
        rep: name, where neither is given.
        which: is asked when recordings in several folders have the name: takes the name and their paths, returns those that
            are meant. None refuses.

    Returns:
        Their message ids; all of the store where nothing is given.

    Raises:
        StoreError: a name that several recordings have, and nobody to ask.
    """
    query = select(messages.c.message_id, messages.c.source, messages.c.file_name)
    if message_id:
        query = query.where(messages.c.message_id == message_id)
    elif prospect:
        query = query.where(or_(same_name(messages.c.prospect, prospect), same_name(messages.c.prospect_name, prospect)))
    elif rep:
        query = query.where(same_name(messages.c.rep, rep))
    with store.engine.connect() as connection:
        rows = connection.execute(query).all()
    if not files:
        return [row.message_id for row in rows]
    stored = [(row.message_id, absolute_source(row.source), row.file_name) for row in rows]
    chosen: set[str] = set()
    for file in files:
        chosen.update(_sources_of(file, stored, which or _refuse))
    return [message_id for message_id, source, _ in stored if source in chosen]


def _sources_of(file: str, stored: Sequence[tuple[str, str, str]], which: Choice) -> Iterable[str]:
    """The recordings that a user means by a path or a name: never one of the same name in another folder unasked."""
    path = absolute_source(file)
    if any(source == path for _, source, _ in stored):
        return [path]
    if Path(file).name != file or Path(file).exists():
        return []
    named = sorted({source for _, source, name in stored if name == file})
    return named if len(named) < 2 else which(file, named)


def _refuse(name: str, sources: Sequence[str]) -> Sequence[str]:
    listed = "\n  ".join(sources)
    raise StoreError(f"{name} is the name of {len(sources)} stored recordings. Give the path of the one you mean:\n  {listed}")


def find_older(store: Store, before: datetime.datetime) -> list[str]:
    """Messages that are older than a moment.

    Args:
        store: an open store; it is only read.
        before: with a time zone. A message without a sending time counts from its first analysis, one that was never analysed
            from the import of its outcome; a time without a zone is taken as UTC.

    Returns:
        Their message ids.
    """
    query = select(messages.c.message_id, _SINCE.label("since")).select_from(_DATED)
    found = []
    with store.engine.connect() as connection:
        for row in connection.execute(query):
            moment = datetime.datetime.fromisoformat(row.since) if row.since else None
            if moment is not None and (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)) < before:
                found.append(row.message_id)
    return found


def count_undated(store: Store) -> int:
    """How many messages no period can reach: rows of a manifest without a date, a recording and an outcome.

    Args:
        store: an open store; it is only read.

    Returns:
        Their number.
    """
    with store.engine.connect() as connection:
        query = select(func.count()).select_from(_DATED).where(_SINCE.is_(None))
        return int(connection.execute(query).scalar_one())


def due_before(now: datetime.datetime | None = None) -> datetime.datetime | None:
    """The moment before which the retention period has passed.

    Args:
        now: with a time zone; None is this moment.

    Returns:
        A moment in UTC; None when the setting ``retention_days`` keeps everything.
    """
    days = int(get("retention_days"))
    return (now or datetime.datetime.now(datetime.UTC)) - datetime.timedelta(days) if days else None
