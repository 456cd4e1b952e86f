"""Analyses, messages and scores as rows: put in within a transaction, and read back as records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, or_, select, update

from vmaudio.records import Analysis, Message, Score, absolute_source, versions_text
from vmaudio.store import audit_rows, clip_rows, coach_rows, override_rows, round_rows
from vmaudio.store.contour_rows import put_contour
from vmaudio.store.database import put
from vmaudio.store.kept import kept_among
from vmaudio.store.narrow_rows import put_report_row
from vmaudio.store.tables import analyses, failures, labelled_texts, labels, messages, report_rows, scores, verdicts

MESSAGE_COLUMNS = tuple(
    name for name in (column.name for column in messages.columns) if name not in ("recording_id", "file_name")
)

SCORED = scores.join(analyses, analyses.c.analysis_id == scores.c.analysis_id).join(
    messages, messages.c.message_id == scores.c.message_id
)
"""Scored messages with the measurements that they are scored by."""


def put_message(connection: Connection, message: Message, file_name: str, recording_id: str | None) -> None:
    """Insert or update a message.

    Args:
        connection: in a transaction.
        message: the message.
        file_name: name of its file.
        recording_id: of its recording; None leaves the stored one as it is.
    """
    values = message_values(message)
    if recording_id is not None:
        values["recording_id"] = recording_id
    put(connection, messages, {"message_id": message.message_id}, {**values, "file_name": file_name})
    bare = bare_id(message)
    if bare is not None:
        replace(connection, bare, message.message_id)


def left_behind(connection: Connection, message: Message) -> list[str]:
    """The recording that vmaudio keeps of a message which now comes with another file: nothing else would lead to it.

    Args:
        connection: in a transaction, in which the message is not saved yet.
        message: the message.

    Returns:
        Its path, or nothing.
    """
    own = messages.c.message_id == message.message_id
    old = connection.execute(select(messages.c.source).where(own)).scalar_one_or_none()
    if old is None or not kept_among([old]) or old == absolute_source(message.source):
        return []
    others = connection.execute(select(messages.c.message_id).where(messages.c.source == old, ~own)).first()
    return [] if others is not None else [old]


def message_values(message: Message) -> dict[str, Any]:
    """The columns of a message, without its id, file name and recording.

    Args:
        message: the message.

    Returns:
        Values by name of the column.
    """
    values = {name: getattr(message, name) for name in MESSAGE_COLUMNS if name != "message_id"}
    return values | {"extra": dict(message.extra), "source": absolute_source(message.source)}


def bare_id(message: Message) -> str | None:
    """The id that a file has which was analysed before its manifest came: the manifest's row takes its place.

    Args:
        message: a message that is about to be saved.

    Returns:
        The id; None where the message has that id itself, or is one of several in its file.
    """
    bare = Message(source=message.source).message_id
    return None if bare == message.message_id or message.audio_message else bare


def replace(connection: Connection, old: str, new: str) -> None:
    """Delete a message that is stored under another id by now; its overrides, clips and labels go to that one.

    Args:
        connection: in a transaction.
        old: id of the message to delete.
        new: id under which it is stored.
    """
    override_rows.move(connection, old, new)
    for own in (coach_rows, clip_rows, round_rows, audit_rows):
        own.move(connection, old, new)
    for table in (labels, labelled_texts):
        connection.execute(update(table).where(table.c.message_id == old).values(message_id=new))
    for table in (verdicts, report_rows, scores, messages):
        connection.execute(delete(table).where(table.c.message_id == old))


def put_measurement(connection: Connection, analysis: Analysis) -> int:
    """Insert or replace the measurements of a recording, and its level contour.

    Args:
        connection: in a transaction.
        analysis: the analysis; its score is not used.

    Returns:
        Id of the row.
    """
    key = {"recording_id": analysis.recording_id, "key": analysis.provenance.key.digest}
    put(connection, analyses, key, measurement_values(analysis))
    put_contour(connection, analysis)
    return int(
        connection.execute(
            select(analyses.c.analysis_id).where(analyses.c.recording_id == key["recording_id"], analyses.c.key == key["key"])
        ).scalar_one()
    )


def measurement_values(analysis: Analysis) -> dict[str, Any]:
    """The columns of a recording's measurements, without the recording and the key.

    Args:
        analysis: the analysis; its message and its score are not used.

    Returns:
        Values by name of the column.
    """
    body = analysis.to_dict()
    for name in ("message", "score", "source", "file_name"):
        del body[name]
    return {
        "engine": analysis.provenance.engine,
        "feature_schema": analysis.provenance.feature_schema,
        "status": analysis.transcript.status,
        "approach": analysis.structure.approach,
        "text": analysis.transcript.text,
        "created_utc": analysis.provenance.created_utc,
        "measure_versions": versions_text(analysis.provenance.measure_versions) or None,
        "body": body,
    }


def put_score(connection: Connection, analysis: Analysis, analysis_id: int) -> None:
    """Insert or replace the score of a message, its flags and verdicts; an earlier failure of its source is forgotten.

    Args:
        connection: in a transaction.
        analysis: the analysis; without a score nothing is saved.
        analysis_id: id of the row of its measurements.
    """
    connection.execute(delete(failures).where(failures.c.source.in_({analysis.source, absolute_source(analysis.source)})))
    score = analysis.score
    if score is None:
        return
    message_id = analysis.message.message_id
    put(connection, scores, {"message_id": message_id}, score_values(analysis, score, analysis_id))
    connection.execute(delete(verdicts).where(verdicts.c.message_id == message_id))
    if rows := verdict_rows(message_id, score):
        connection.execute(insert(verdicts), rows)
    put_report_row(connection, analysis)


def score_values(analysis: Analysis, score: Score, analysis_id: int) -> dict[str, Any]:
    """The columns of a score, without its message.

    Args:
        analysis: gives the flags.
        score: the score.
        analysis_id: id of the row of its measurements.

    Returns:
        Values by name of the column.
    """
    return {
        "analysis_id": analysis_id,
        "rubric_id": score.rubric_id,
        "points": score.points,
        "band": score.band,
        "baseline_id": score.baseline_id,
        "body": score.to_dict(),
        "flags": [flag.to_dict() for flag in analysis.flags],
    }


def verdict_rows(message_id: str, score: Score) -> list[dict[str, str]]:
    """A row for each check of a score.

    Args:
        message_id: id of the message.
        score: its score.

    Returns:
        Rows of the table of verdicts.
    """
    given = {check.id: check.verdict for check in score.checks}
    return [{"message_id": message_id, "check_id": check, "verdict": verdict} for check, verdict in given.items()]


def select_analyses() -> Select[Any]:
    """The query for analyses with their messages and scores; `analysis_of` reads its rows."""
    joined = (
        analyses.outerjoin(scores, scores.c.analysis_id == analyses.c.analysis_id)
        .outerjoin(messages, messages.c.message_id == scores.c.message_id)
    )  # fmt: skip
    return select(
        *(column.label(f"m_{column.name}") for column in messages.columns),
        analyses.c.body.label("body"),
        scores.c.body.label("score"),
        scores.c.flags.label("flags"),
    ).select_from(joined)


def counts() -> ColumnElement[bool]:
    """Which rows of `select_analyses` count: all but earlier measurements of a recording whose message is scored by others."""
    others, used = analyses.alias("others"), scores.alias("used")
    scored = select(used.c.message_id).join(others, others.c.analysis_id == used.c.analysis_id)
    scored = scored.where(others.c.recording_id == analyses.c.recording_id).correlate(analyses)
    return or_(scores.c.message_id.is_not(None), ~scored.exists())


def message_of(row: Mapping[Any, Any]) -> Message:
    """The message in a row.

    Args:
        row: a row of the table of messages, by column.

    Returns:
        The message.
    """
    return Message.from_dict({name: row[name] for name in MESSAGE_COLUMNS})


def analysis_of(row: Mapping[Any, Any]) -> Analysis:
    """The analysis in a row.

    Args:
        row: a row of `select_analyses`, by label.

    Returns:
        The analysis with its message and score.
    """
    fields = {name: row[f"m_{name}"] for name in (*MESSAGE_COLUMNS, "file_name")}
    body, score = row["body"], row["score"]
    provenance = dict(body["provenance"])
    if score:
        provenance |= {"rubric_id": score["rubric_id"], "baseline_id": score["baseline_id"]}
    message = message_of(fields) if fields["message_id"] else Message(source="")
    return Analysis.from_dict(
        {
            **body,
            "provenance": provenance,
            "source": message.source,
            "file_name": fields["file_name"] or "",
            "message": message.to_dict(),
            "score": score,
            "flags": row["flags"] if row["flags"] is not None else body["flags"],
        }
    )
