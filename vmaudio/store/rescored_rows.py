"""Messages that were scored again, saved many at a time: a statement for all of them where there were two dozen for each."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, select, union_all

from vmaudio.records import Analysis, Message, absolute_source
from vmaudio.store.analysis_rows import (
    SCORED,
    analysis_of,
    bare_id,
    measurement_values,
    message_values,
    score_values,
    select_analyses,
    verdict_rows,
)
from vmaudio.store.database import Database, put
from vmaudio.store.many_rows import insert_many, put_many
from vmaudio.store.narrow_rows import report_values
from vmaudio.store.search_words import among
from vmaudio.store.tables import (
    analyses,
    audit_log,
    calibration_messages,
    clips,
    coach_verdicts,
    failures,
    labelled_texts,
    labels,
    messages,
    override_log,
    overrides,
    report_rows,
    scores,
    verdicts,
)

_NAMED_BY = (
    *(table.c.message_id for table in (messages, scores, verdicts, report_rows, overrides, override_log, coach_verdicts)),
    *(table.c.message_id for table in (clips, calibration_messages, labels, labelled_texts)),
    audit_log.c.subject,
)
"""Where the id of a message stands that gives way to another; see `vmaudio.store.analysis_rows.replace`."""


class Rescored(NamedTuple):
    """A message that was scored again.

    Attributes:
        analysis: with its new context, flags and score.
        before: id under which it is stored.
        measures: with the measurements that are to be saved, too; None where they are stored as they are.
    """

    analysis: Analysis
    before: str
    measures: Analysis | None = None


def rescored_values(one: Rescored) -> dict[str, Any]:
    """What is saved of a message that was scored again.

    Args:
        one: the message.

    Returns:
        JSON: it may come from another process.
    """
    analysis, message, score = one.analysis, one.analysis.message, one.analysis.score
    own = {"recording_id": analysis.recording_id, "file_name": analysis.file_name}
    return {
        "message_id": message.message_id,
        "before": one.before,
        "bare": bare_id(message),
        "message": message_values(message) | own,
        "sources": sorted({analysis.source, absolute_source(analysis.source)}),
        "key": analysis.provenance.key.digest,
        "measures": None if one.measures is None else measurement_values(one.measures),
        "score": None if score is None else score_values(analysis, score, 0),
        "verdicts": [] if score is None else verdict_rows(message.message_id, score),
        "report": None if score is None else report_values(analysis, score),
    }


def put_rescored(store: Database, lot: Sequence[Mapping[str, Any]]) -> bool:
    """Save messages that were scored again, all of them in one transaction.

    Args:
        store: the store, which has them.
        lot: of each what `rescored_values` gave.

    Returns:
        False where nothing was saved, as one of them takes the place of another: they are to be saved one by one.
    """
    ids = [one["message_id"] for one in lot]
    if ids != [one["before"] for one in lot] or len(set(ids)) < len(ids):
        return False
    with store.begin() as connection:
        if _any_stored(connection, [one["bare"] for one in lot if one["bare"] is not None]):
            return False
        for one in lot:
            if one["measures"] is not None:
                put(connection, analyses, {"recording_id": one["message"]["recording_id"], "key": one["key"]}, one["measures"])
        _put_all(connection, lot)
    return True


def _put_all(connection: Connection, lot: Sequence[Mapping[str, Any]]) -> None:
    put_many(connection, messages, "message_id", [{"message_id": one["message_id"]} | one["message"] for one in lot])
    sources = {source for one in lot for source in one["sources"]}
    connection.execute(delete(failures).where(failures.c.source.in_(sorted(sources))))
    stored = select(analyses.c.recording_id, analyses.c.key, analyses.c.analysis_id)
    stored = stored.where(among(analyses.c.recording_id, sorted({one["message"]["recording_id"] for one in lot})))
    places = {(recording, key): analysis_id for recording, key, analysis_id in connection.execute(stored)}
    scored = [(one, {"message_id": one["message_id"]}) for one in lot if one["score"] is not None]
    found = [{"analysis_id": places[one["message"]["recording_id"], one["key"]]} for one, _ in scored]
    rows = [key | one["score"] | place for (one, key), place in zip(scored, found, strict=True)]
    put_many(connection, scores, "message_id", rows)
    ids = [one["message_id"] for one, _ in scored]
    connection.execute(delete(verdicts).where(among(verdicts.c.message_id, ids)))
    names = ("message_id", "check_id", "verdict")
    insert_many(
        connection, verdicts, names, [tuple(row[name] for name in names) for one, _ in scored for row in one["verdicts"]]
    )
    now = {"changed": time.time()}
    put_many(connection, report_rows, "message_id", [key | one["report"] | now for one, key in scored])


def read_lots(store: Database, size: int) -> Iterator[list[tuple[str, str]]]:
    """The scored messages in the order of `vmaudio.Store.analyses`, some at a time; their analyses are not read.

    Args:
        store: the store.
        size: messages of a lot.

    Yields:
        Pairs of a message's id and its recording's.
    """
    query = select(scores.c.message_id, analyses.c.recording_id).select_from(SCORED)
    query = query.order_by(messages.c.sent_at.nulls_first(), messages.c.message_id)
    with store.engine.connect().execution_options(yield_per=1000) as connection:
        rows = connection.execute(query)
        while lot := rows.fetchmany(size):
            yield [(message_id, recording_id) for message_id, recording_id in lot]


def analyses_of(store: Database, ids: Sequence[str]) -> list[Analysis]:
    """The analyses of some messages.

    Args:
        store: the store.
        ids: of the messages.

    Returns:
        Analyses in the order of the ids, without those that are not there.
    """
    with store.engine.connect() as connection:
        rows = connection.execute(select_analyses().where(among(scores.c.message_id, ids))).mappings()
        found = {row["m_message_id"]: analysis_of(row) for row in rows}
    return [found[one] for one in ids if one in found]


def sent_twice(store: Database) -> set[str]:
    """The recordings that several scored messages share.

    Args:
        store: the store.

    Returns:
        Their ids.
    """
    query = select(analyses.c.recording_id).join(scores, scores.c.analysis_id == analyses.c.analysis_id)
    query = query.group_by(analyses.c.recording_id).having(func.count() > 1)
    with store.engine.connect() as connection:
        return set(connection.execute(query).scalars())


def stands_alone(store: Database, now: Iterable[Message]) -> bool:
    """Whether no message takes the place of another when it is saved.

    Args:
        store: the store.
        now: its messages as they are to be saved, under the ids that are stored.

    Returns:
        True where messages may be scored and saved apart from each other.
    """
    bare = (found for message in now if (found := bare_id(message)) is not None)
    with store.engine.connect() as connection:
        while some := list(itertools.islice(bare, 1000)):
            if _any_stored(connection, some):
                return False
    return True


def _any_stored(connection: Connection, ids: Sequence[str]) -> bool:
    """Whether anything is stored under any of some ids of messages."""
    if not ids:
        return False
    found = union_all(*(select(column).where(among(column, ids)) for column in _NAMED_BY))
    return connection.execute(found.limit(1)).first() is not None
