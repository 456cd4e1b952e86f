"""What was heard in the recordings of the messages, and what tells copies of one message from its sends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Text, func, select, type_coerce

from vmaudio.records import Message
from vmaudio.store.analysis_rows import SCORED
from vmaudio.store.database import Database
from vmaudio.store.outcome_rows import MESSAGE_FIELDS
from vmaudio.store.search_words import among
from vmaudio.store.tables import analyses, messages, outcomes, recordings, scores

_NAN = float("nan")
_PORTION = 500


@dataclass(frozen=True, slots=True)
class Heard:
    """A message with the newest transcript of its recording.

    Attributes:
        message: the message.
        file_name: name of its file.
        recording_id: SHA-256 of its recording.
        text: the transcript.
        entities: as in the analysis' JSON.
        wrong_person: whether its outcome says that it reached the wrong person.
        duration_s: length of the recording.
    """

    message: Message
    file_name: str
    recording_id: str
    text: str
    entities: dict[str, Any]
    wrong_person: bool
    duration_s: float


def transcripts(store: Database) -> Iterator[Heard]:
    """Every message whose recording was analysed, with its newest transcript.

    Args:
        store: the store.

    Yields:
        Messages by ``sent_at`` and id, read in portions.
    """
    newest = (
        select(func.max(analyses.c.analysis_id).label("analysis_id"))
        .group_by(analyses.c.recording_id)
        .subquery()
    )  # fmt: skip
    query = (
        select(
            *(column.label(f"m_{column.name}") for column in messages.columns),
            analyses.c.text.label("text"),
            analyses.c.body["entities"].label("entities"),
            outcomes.c.wrong_person.label("wrong_person"),
            recordings.c.duration_s.label("duration_s"),
        )
        .select_from(messages)
        .join(recordings, recordings.c.recording_id == messages.c.recording_id)
        .join(analyses, analyses.c.recording_id == messages.c.recording_id)
        .join(newest, newest.c.analysis_id == analyses.c.analysis_id)
        .outerjoin(outcomes, outcomes.c.message_id == messages.c.message_id)
        .order_by(messages.c.sent_at.nulls_first(), messages.c.message_id)
    )
    with store.engine.connect() as connection:
        for row in connection.execution_options(yield_per=_PORTION).execute(query).mappings():
            yield Heard(
                Message.from_dict({name: row[f"m_{name}"] for name in MESSAGE_FIELDS}),
                row["m_file_name"],
                row["m_recording_id"],
                row["text"],
                dict(row["entities"] or {}),
                bool(row["wrong_person"]),
                float(row["duration_s"]),
            )


def copy_facts(store: Database, message_ids: Iterable[str] | None = None) -> list[tuple[Any, ...]]:
    """What copies are told from sends by, of every message with an analysis; quick, as no transcript is read.

    Args:
        store: the store.
        message_ids: only of these messages; None is all.

    Returns:
        message_id, recording_id, file_name, prospect, rep, sent_at, caller_id, source, duration_s; in the order of ids.
    """
    names = ("message_id", "recording_id", "file_name", "prospect", "rep", "sent_at", "caller_id", "source")
    analysed = select(analyses.c.recording_id).where(analyses.c.recording_id == messages.c.recording_id).exists()
    query = (
        select(*(messages.c[name] for name in names), recordings.c.duration_s)
        .select_from(messages)
        .join(recordings, recordings.c.recording_id == messages.c.recording_id)
        .where(analysed)
        .order_by(messages.c.message_id)
    )  # fmt: skip
    if message_ids is not None:
        query = query.where(among(messages.c.message_id, sorted(message_ids)))
    with store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query).all()]


def copy_names(store: Database) -> list[tuple[str, str, str]]:
    """What shows that most messages of a large store are no copies: two scans of whole tables, and no look-up for each.

    Args:
        store: the store.

    Returns:
        message_id, recording_id and file_name, as the database has it, of every message with an analysis; in no order.
    """
    names = messages.c.message_id, messages.c.recording_id, type_coerce(messages.c.file_name, Text)
    with store.engine.connect() as connection:
        analysed = set(connection.execute(select(analyses.c.recording_id)).scalars().all())
        rows = connection.execute(select(*names).where(messages.c.recording_id.is_not(None))).all()
    return [(message_id, recording_id, name) for message_id, recording_id, name in rows if recording_id in analysed]


def baseline_rows(store: Database, rep: str) -> list[dict[str, float | str]]:
    """The features of a rep's messages with speech.

    Args:
        store: the store.
        rep: name of the rep.

    Returns:
        Values by name of the feature, NaN where nothing could be measured; in no order.
    """
    query = select(analyses.c.body["features"]["values"]).select_from(SCORED)
    query = query.where(messages.c.rep == rep, analyses.c.status == "speech")
    with store.engine.connect() as connection:
        rows = connection.execution_options(yield_per=_PORTION).execute(query).scalars()
        return [{name: _NAN if value is None else value for name, value in values.items()} for values in rows]


class HeardCompany(NamedTuple):
    """The company that was heard in a message, and what decides whether it may have another spelling.

    Attributes:
        message_id: id of the message.
        analysis_id: of its measurements, which other sends of the recording share.
        recording_id: of its recording.
        status: "speech" or "no_speech".
        options: with which it was measured.
        text: the company as it is written; None where none was heard.
        heard: the same as it was recognised, where the spelling is another one.
    """

    message_id: str
    analysis_id: int
    recording_id: str
    status: str
    options: Mapping[str, Any]
    text: str | None
    heard: str | None


def heard_companies(store: Database, rep: str) -> list[HeardCompany]:
    """The companies heard in a rep's messages; quick, as nothing else is read.

    Args:
        store: the store.
        rep: name of the rep.

    Returns:
        One for each scored message, by ``sent_at`` and id.
    """
    company = analyses.c.body["entities"]["company"]
    query = (
        select(
            messages.c.message_id, analyses.c.analysis_id, analyses.c.recording_id, analyses.c.status,
            analyses.c.body["provenance"]["options"], company["text"].as_string(), company["heard"].as_string(),
        )
        .select_from(SCORED)
        .where(messages.c.rep == rep)
        .order_by(messages.c.sent_at.nulls_first(), messages.c.message_id)
    )  # fmt: skip
    with store.engine.connect() as connection:
        return [HeardCompany._make(row) for row in connection.execute(query)]


def scored_texts(store: Database, message_ids: Iterable[str] | None = None) -> Iterator[tuple[str, str]]:
    """The transcripts of scored messages.

    Args:
        store: the store.
        message_ids: only of these messages; None is all.

    Yields:
        (message_id, transcript), in no order, read in portions.
    """
    query = select(scores.c.message_id, analyses.c.text).join(analyses, analyses.c.analysis_id == scores.c.analysis_id)
    if message_ids is not None:
        query = query.where(among(scores.c.message_id, list(message_ids)))
    with store.engine.connect() as connection:
        for row in connection.execution_options(yield_per=_PORTION).execute(query):
            yield row[0], row[1]
