"""Messages that were scored again, saved many at a time: a statement for all of them where there were two dozen for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, select, union_all

from vmaudio.records import Analysis, absolute_source
from vmaudio.store.analysis_rows import bare_id, message_values, put_measurement, score_values, verdict_rows
from vmaudio.store.database import Database
from vmaudio.store.many_rows import insert_many, put_many
from vmaudio.store.narrow_rows import report_values
from vmaudio.store.search_words import json_texts
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


def put_rescored(store: Database, lot: Sequence[Rescored]) -> bool:
    """Save messages that were scored again, all of them in one transaction.

    Args:
        store: the store, which has them.
        lot: the messages.

    Returns:
        False where nothing was saved, as one of them takes the place of another: they are to be saved one by one.
    """
    ids = [one.analysis.message.message_id for one in lot]
    if ids != [one.before for one in lot] or len(set(ids)) < len(ids):
        return False
    with store.begin() as connection:
        if _any_stored(connection, [bare for one in lot if (bare := bare_id(one.analysis.message)) is not None]):
            return False
        for one in lot:
            if one.measures is not None:
                put_measurement(connection, one.measures)
        _put_all(connection, [one.analysis for one in lot])
    return True


def _put_all(connection: Connection, made: Sequence[Analysis]) -> None:
    keyed = [(one, {"message_id": one.message.message_id}) for one in made]
    given = [key | message_values(one.message) for one, key in keyed]
    own = [{"recording_id": one.recording_id, "file_name": one.file_name} for one in made]
    put_many(connection, messages, "message_id", [a | b for a, b in zip(given, own, strict=True)])
    sources = {source for one in made for source in (one.source, absolute_source(one.source))}
    connection.execute(delete(failures).where(failures.c.source.in_(sorted(sources))))
    stored = select(analyses.c.recording_id, analyses.c.key, analyses.c.analysis_id)
    stored = stored.where(analyses.c.recording_id.in_(_texts(sorted({one.recording_id for one in made}))))
    places = {(recording, key): analysis_id for recording, key, analysis_id in connection.execute(stored)}
    scored = [(one, key, one.score) for one, key in keyed if one.score is not None]
    rows = [key | score_values(one, score, places[one.recording_id, one.provenance.key.digest]) for one, key, score in scored]
    put_many(connection, scores, "message_id", rows)
    ids = [one.message.message_id for one, _, _ in scored]
    connection.execute(delete(verdicts).where(verdicts.c.message_id.in_(_texts(ids))))
    checked = [row for one, _, score in scored for row in verdict_rows(one.message.message_id, score)]
    names = ("message_id", "check_id", "verdict")
    insert_many(connection, verdicts, names, [tuple(row[name] for name in names) for row in checked])
    put_many(connection, report_rows, "message_id", [key | report_values(one, score) for one, key, score in scored])


def _any_stored(connection: Connection, ids: Sequence[str]) -> bool:
    """Whether anything is stored under any of some ids of messages."""
    if not ids:
        return False
    found = union_all(*(select(column).where(column.in_(_texts(ids))) for column in _NAMED_BY))
    return connection.execute(found.limit(1)).first() is not None


def _texts(values: Sequence[str]) -> Any:
    return select(json_texts(list(values)).table_valued("value").c.value)
