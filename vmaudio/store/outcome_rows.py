"""Outcomes in the store, and messages with their outcomes."""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from vmaudio.records import MEASURE_VERSIONS, Message, Observation, Outcome, Sent, versions_text
from vmaudio.store.database import Database, utc_now
from vmaudio.store.kept import kept_among
from vmaudio.store.many_rows import insert_many, much_cached
from vmaudio.store.narrow_rows import touch_report_rows
from vmaudio.store.search_words import among
from vmaudio.store.tables import analyses, labels, messages, outcomes, scores

_FIELDS = tuple(field.name for field in dataclasses.fields(Outcome))
_TOLD = tuple(name for name in _FIELDS if name not in ("message_id", "as_of", "simulated"))
MESSAGE_FIELDS = tuple(field.name for field in dataclasses.fields(Message))
"""Columns of a `Message`, in its order."""

OUTCOME_COLUMNS = [outcomes.c[name] for name in _FIELDS]
"""Columns of an `Outcome`, in its order."""

_values_of, _message_values_of = operator.attrgetter(*_FIELDS), operator.attrgetter(*MESSAGE_FIELDS)
_PORTION = 500


@dataclass(frozen=True, slots=True)
class Changes:
    """How an import changed the outcomes of the store.

    Attributes:
        added: new outcomes.
        changed: outcomes with a new value.
        same: outcomes that were there already.
    """

    added: int
    changed: int
    same: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored message with the names that outcomes may use for it.

    Attributes:
        message: the message.
        file_name: name of its file.
        recording_id: SHA-256 of its recording; None without one.
    """

    message: Message
    file_name: str
    recording_id: str | None


def stored_messages(store: Database) -> Iterator[Stored]:
    """All messages with their file name and recording id.

    Args:
        store: the store.

    Yields:
        Messages by ``sent_at`` and id.
    """
    columns = (messages.c.file_name, messages.c.recording_id, *(messages.c[name] for name in MESSAGE_FIELDS))
    with store.engine.connect() as connection:
        rows = connection.execute(select(*columns).order_by(messages.c.sent_at.nulls_first(), messages.c.message_id))
        for file_name, recording_id, *fields in rows:
            message = Message(**dict(zip(MESSAGE_FIELDS, fields, strict=True)))
            yield Stored(message, file_name, recording_id or message.extra.get("recording_id"))


def sends(store: Database) -> list[Sent]:
    """All messages, as much as a count of callbacks needs; quick, as nothing else is read.

    Args:
        store: the store.

    Returns:
        The messages, by ``sent_at`` and id.
    """
    columns = (messages.c[name] for name in Sent._fields)
    with store.engine.connect() as connection:
        rows = connection.execute(select(*columns).order_by(messages.c.sent_at.nulls_first(), messages.c.message_id)).all()
    return [Sent._make(row) for row in rows]


def put_outcomes(store: Database, new: Iterable[Outcome], also: Sequence[tuple[Message, str]] = ()) -> Changes:
    """Save outcomes in one transaction: all of them, or none.

    Args:
        store: the store.
        new: the outcomes. A value that is None leaves what is known; so importing the same file again changes nothing.
        also: messages (with their file name) to add first; those that are there already keep their recording.

    Returns:
        How many outcomes were added, changed and unchanged.
    """
    changed = same = 0
    now = utc_now()
    with store.begin() as connection, much_cached(connection):
        _put_messages(connection, also)
        known = known_outcomes(connection)
        fresh_rows: list[tuple[Any, ...]] = []
        for outcome in new:
            old = known.get(outcome.message_id)
            if old is None:
                fresh_rows.append((*_values_of(outcome), now))
                continue
            fresh = {
                name: value for name in _FIELDS if (value := getattr(outcome, name)) is not None and value != getattr(old, name)
            }
            if old.simulated and not outcome.simulated:
                # what was invented does not become true beside one true value: it goes, or nothing changes
                told = any(getattr(outcome, name) is not None for name in _TOLD)
                fresh = {name: getattr(outcome, name) for name in _FIELDS} if told else {}
            if outcome.callback is False and old.callback_at:  # the call was withdrawn, and its time with it
                fresh["callback_at"] = None
            if not fresh:
                same += 1
                continue
            where = outcomes.c.message_id == outcome.message_id
            connection.execute(update(outcomes).where(where).values(**fresh, imported_utc=now))
            changed += 1
        added = len(fresh_rows)
        insert_many(connection, outcomes, (*_FIELDS, "imported_utc"), fresh_rows)
    return Changes(added, changed, same)


def _put_messages(connection: Connection, also: Sequence[tuple[Message, str]]) -> None:
    if not also:
        return
    rows = connection.execute(select(messages.c.message_id, messages.c.source))
    known = {row.message_id: row.source for row in rows}
    kept = kept_among(known.values())
    fresh: list[tuple[Any, ...]] = []
    for message, file_name in also:
        if message.message_id in known:
            values = {**dict(zip(MESSAGE_FIELDS, _message_values_of(message), strict=True)), "extra": dict(message.extra)}
            if known[message.message_id] in kept:  # else nothing led to that file any more, and it would outlive its message
                del values["source"]
            connection.execute(update(messages).where(messages.c.message_id == message.message_id).values(**values))
        else:
            fresh.append((*_message_values_of(message), file_name))
    touch_report_rows(connection, [message.message_id for message, _ in also if message.message_id in known])
    insert_many(connection, messages, (*MESSAGE_FIELDS, "file_name"), fresh)


def known_outcomes(connection: Connection) -> dict[str, Outcome]:
    """All outcomes by message id.

    Args:
        connection: to the database.
    """
    rows = connection.execute(select(*OUTCOME_COLUMNS)).all()
    return {row[0]: Outcome(*row) for row in rows}


def _outcome(row: Mapping[Any, Any], prefix: str = "") -> Outcome:
    return Outcome(**{name: row[prefix + name] for name in _FIELDS})


def all_outcomes(store: Database) -> dict[str, Outcome]:
    """All outcomes of the store.

    Args:
        store: the store.

    Returns:
        Outcomes by message id.
    """
    with store.engine.connect() as connection:
        return known_outcomes(connection)


def messages_with_outcome(store: Database, message_ids: Iterable[str] | None = None) -> set[str]:
    """Ids of the messages of which an outcome is known.

    Args:
        store: the store.
        message_ids: only of these messages; None is all.

    Returns:
        The ids.
    """
    query = select(outcomes.c.message_id)
    if message_ids is not None:
        query = query.where(among(outcomes.c.message_id, sorted(message_ids)))
    with store.engine.connect() as connection:
        return set(connection.execute(query).scalars().all())


def outcome_of(store: Database, message_id: str) -> Outcome | None:
    """The outcome of one message.

    Args:
        store: the store.
        message_id: id of the message.

    Returns:
        The outcome; None when none is known.
    """
    with store.engine.connect() as connection:
        row = connection.execute(select(outcomes).where(outcomes.c.message_id == message_id)).mappings().first()
    return _outcome(row) if row else None


def observations(store: Database) -> Iterator[Observation]:
    """Every message with its outcome, features, points, checks and a coach's label of the approach, as far as there are
    any.

    Args:
        store: the store.

    Yields:
        Observations by ``sent_at`` and id, read in portions, so that memory stays bounded.
    """
    joined = (
        messages.outerjoin(outcomes, outcomes.c.message_id == messages.c.message_id)
        .outerjoin(scores, scores.c.message_id == messages.c.message_id)
        .outerjoin(analyses, analyses.c.analysis_id == scores.c.analysis_id)
    )  # fmt: skip
    query = (
        select(
            messages.c.recording_id,
            scores.c.points,
            scores.c.body["checks"],
            analyses.c.body["features"]["values"],
            analyses.c.analysis_id,
            analyses.c.measure_versions,
            outcomes.c.message_id,
            *(messages.c[name] for name in MESSAGE_FIELDS),
            *(outcomes.c[name] for name in _FIELDS),
        )
        .select_from(joined)
        .order_by(messages.c.sent_at.nulls_first(), messages.c.message_id)
    )
    today = versions_text(MEASURE_VERSIONS)
    with store.engine.connect() as connection:
        marked = approach_labels(connection)
        # by position: names are looked up in each of many rows
        for recording_id, points, checks, features, analysis_id, versions, told, *fields in connection.execution_options(
            yield_per=_PORTION
        ).execute(query):
            message = Message(*fields[: len(MESSAGE_FIELDS)])
            yield Observation(
                message,
                Outcome(*fields[len(MESSAGE_FIELDS) :]) if told else None,
                recording_id,
                dict(features or {}),
                points,
                {check["id"]: check["verdict"] for check in checks or ()},
                marked.get(message.message_id),
                analysis_id is not None and versions != today,
            )


def approach_labels(connection: Connection) -> dict[str, str]:
    """A coach's approach by message; none where annotators disagree and nobody has decided, so that no side is taken.

    Args:
        connection: to the database.
    """
    query = select(labels.c.message_id, labels.c.label, labels.c.adjudicated).where(
        labels.c.kind == "approach", labels.c.message_id.is_not(None)
    )
    found: dict[str, set[str]] = {}
    decided: dict[str, set[str]] = {}
    for message_id, label, adjudicated in connection.execute(query):
        (decided if adjudicated else found).setdefault(message_id, set()).add(label)
    return {message_id: next(iter(given)) for message_id, given in (found | decided).items() if len(given) == 1}
