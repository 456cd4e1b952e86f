"""Forgetting: a voicemail is personal data, and deletion means that it is gone from the file too."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, text

from vmaudio.intake import person
from vmaudio.store import (
    Store,
    analyses,
    assignments,
    baselines,
    failures,
    labels,
    messages,
    outcomes,
    override_log,
    overrides,
    recordings,
    scores,
    verdicts,
)

_PORTION = 500  # SQLite takes at most 999 values in a statement of older builds


@dataclass(frozen=True, slots=True)
class Gone:
    """What was deleted: the messages that were named, and the recordings that no other message had."""

    messages: int
    recordings: int


def find_messages(
    store: Store,
    *,
    files: Sequence[str] = (),
    message_id: str | None = None,
    prospect: str | None = None,
    rep: str | None = None,
) -> list[str]:
    """Messages by what is known of them.

    Args:
        store: an open store; it is only read.
        files: paths, or names without a folder; with another argument, messages must match both.
        message_id: one id.
        prospect: id or name, where no message id is given.
        rep: name, where neither is given.

    Returns:
        Their message ids; all of the store where nothing is given.
    """
    query = select(messages.c.message_id, messages.c.source, messages.c.file_name)
    if message_id:
        query = query.where(messages.c.message_id == message_id)
    elif prospect:
        one_writing = person(prospect) or prospect  # a manifest's telephone number is kept in one writing
        query = query.where(messages.c.prospect.in_((prospect, one_writing)) | (messages.c.prospect_name == prospect))
    elif rep:
        query = query.where(messages.c.rep == rep)
    with store.engine.connect() as connection:
        rows = connection.execute(query).all()
    if not files:
        return [row.message_id for row in rows]
    paths = {Path(file).absolute() for file in files}
    names = {file for file in files if Path(file).name == file}
    return [row.message_id for row in rows if Path(row.source).absolute() in paths or row.file_name in names]


def find_older(store: Store, before: datetime.datetime) -> list[str]:
    """Messages that are older than a moment.

    Args:
        store: an open store; it is only read.
        before: with a time zone. A message without a sending time counts from its first analysis; a time without a zone is
            taken as UTC.

    Returns:
        Their message ids.
    """
    query = select(messages.c.message_id, messages.c.sent_at, recordings.c.first_seen_utc).select_from(
        messages.outerjoin(recordings, recordings.c.recording_id == messages.c.recording_id)
    )
    found = []
    with store.engine.connect() as connection:
        for row in connection.execute(query):
            when = row.sent_at or row.first_seen_utc
            moment = datetime.datetime.fromisoformat(when) if when else None
            if moment is not None and (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)) < before:
                found.append(row.message_id)
    return found


def forget(store: Store, message_ids: Sequence[str], *, rep: str | None = None) -> Gone:
    """Delete messages with their scores, outcomes, overrides and labels, and the measurements nobody else's message needs.

    On SQLite the file is rewritten, so that no page of it keeps the words.

    Args:
        store: an open store.
        message_ids: of the messages.
        rep: delete this rep's baselines and assignments too.

    Returns:
        How many messages were asked for and how many recordings are gone.
    """
    lone = 0
    with store.begin() as connection:
        for portion in _portions(message_ids):
            held = select(messages.c.recording_id).where(messages.c.message_id.in_(portion))
            recording_ids = [row for (row,) in connection.execute(held) if row]
            sources = [
                row for (row,) in connection.execute(select(messages.c.source).where(messages.c.message_id.in_(portion)))
            ]
            texts = _clause_keys(connection, portion)
            for table in (verdicts, scores, outcomes, overrides, override_log, labels, messages):
                connection.execute(delete(table).where(table.c.message_id.in_(portion)))
            if texts:
                connection.execute(delete(labels).where(labels.c.text_key.in_(texts)))
            connection.execute(delete(failures).where(failures.c.source.in_(sources)))
            still = select(messages.c.recording_id).where(messages.c.recording_id.in_(recording_ids))
            kept = {row for (row,) in connection.execute(still)}
            gone = sorted(set(recording_ids) - kept)
            lone += len(gone)
            for chunk in _portions(gone):
                connection.execute(delete(analyses).where(analyses.c.recording_id.in_(chunk)))
                connection.execute(delete(recordings).where(recordings.c.recording_id.in_(chunk)))
        if rep:
            connection.execute(delete(baselines).where(baselines.c.rep == rep))
            connection.execute(delete(assignments).where(assignments.c.rep == rep))
    if store.engine.dialect.name == "sqlite":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    return Gone(len(message_ids), lone)


def _clause_keys(connection: Any, portion: Sequence[str]) -> list[str]:
    query = select(labels.c.text_key).where(labels.c.message_id.in_(portion))
    return [key for (key,) in connection.execute(query)]


def _portions(values: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(values)
    while portion := list(islice(rest, _PORTION)):
        yield portion
