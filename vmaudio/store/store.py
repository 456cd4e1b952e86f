"""The Store: saves analyses and failures, finds them again, forgets them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, insert, or_, select, update

from vmaudio.records import MEASURE_VERSIONS, Analysis, Failure, Message, Observation, RepBaseline, versions_text
from vmaudio.store import migrate, outcome_rows, override_rows, search
from vmaudio.store.database import Database, connect, utc_now
from vmaudio.store.flat import messages_table
from vmaudio.store.frame import frame_of
from vmaudio.store.override_rows import Override, OverrideEntry
from vmaudio.store.search import Facets, Page, Search
from vmaudio.store.tables import (
    analyses,
    baselines,
    failures,
    labels,
    messages,
    metadata,
    recordings,
    runs,
    scores,
    verdicts,
)

_MESSAGE_COLUMNS = tuple(
    name for name in (column.name for column in messages.columns) if name not in ("recording_id", "file_name")
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages; None and empty mean all.

    Attributes:
        rep: name of the rep.
        prospect: id of the prospect.
        campaign: name of the campaign.
        approach: the approach that was predicted.
        message_id: id of one message.
        since: ISO 8601 date of ``sent_at`` from which on.
        until: the last one.
        text: words side by side in the transcript, in upper or lower case.
    """

    rep: str | None = None
    prospect: str | None = None
    campaign: str | None = None
    approach: str | None = None
    message_id: str | None = None
    since: str | None = None
    until: str | None = None
    text: str | None = None

    def where(self) -> list[Any]:
        """SQLAlchemy conditions over messages and analyses."""
        equal = {
            messages.c.rep: self.rep,
            messages.c.prospect: self.prospect,
            messages.c.campaign: self.campaign,
            messages.c.message_id: self.message_id,
            analyses.c.approach: self.approach,
        }
        conditions: list[Any] = [column == value for column, value in equal.items() if value]
        if self.since:
            conditions.append(messages.c.sent_at >= self.since)
        if self.until:
            conditions.append(messages.c.sent_at <= self.until)
        if self.text:
            conditions.append(func.lower(analyses.c.text).contains(self.text.lower(), autoescape=True))
        return conditions


def open_store(where: str | os.PathLike[str] = "", *, migrate_old: bool = False) -> Store:
    """Open a database, creating it when it is not there.

    Args:
        where: a path (a SQLite file) or a URL ("postgresql://user@host/name"); "" is the user's own.
        migrate_old: bring tables of an older version up to date, as ``vmaudio db upgrade`` does.

    Returns:
        The store. A new SQLite file can be read by its owner alone.

    Raises:
        StoreError: it cannot be opened, is no database, or has tables of another version.
    """
    return Store(*connect(os.fspath(where), migrate_old=migrate_old))


class Store(Database):
    """What was analysed, in a database: saves analyses and failures, finds them again. Make it with `open_store`.

    Args:
        engine: SQLAlchemy's engine.
        shown: its URL without a password, for messages.
    """

    # -- saving ----------------------------------------------------------------------------------------------------------

    def save(self, analysis: Analysis) -> None:
        """Save one analysis at once: recording, message, measurements and score. The same key and message are replaced.

        Args:
            analysis: what to keep.

        Raises:
            TypeError: it is no Analysis; a Failure is kept by `save_failure`.
        """
        if not isinstance(analysis, Analysis):
            cure = " A failure is kept by save_failure." if isinstance(analysis, Failure) else ""
            raise TypeError(f"save keeps an Analysis, and no {type(analysis).__name__}.{cure}")
        with self.begin() as connection:
            self._put(
                connection,
                recordings,
                {"recording_id": analysis.recording_id},
                {"duration_s": analysis.duration_s},
                {"first_seen_utc": utc_now()},
            )
            self._put_message(connection, analysis.message, analysis.file_name, analysis.recording_id)
            analysis_id = self._put_measurement(connection, analysis)
            self._put_score(connection, analysis, analysis_id)

    def save_score(self, analysis: Analysis, *, instead_of: str | None = None) -> None:
        """Save only what the cheap pass makes: the message's context, its flags and score.

        Args:
            analysis: the analysis, whose measurements are stored already.
            instead_of: id under which the message was stored before, when a manifest has given it another.
        """
        with self.begin() as connection:
            self._put_message(connection, analysis.message, analysis.file_name, analysis.recording_id)
            if instead_of is not None and instead_of != analysis.message.message_id:
                self._replace(connection, instead_of, analysis.message.message_id)
            found = connection.execute(
                select(analyses.c.analysis_id).where(
                    analyses.c.recording_id == analysis.recording_id, analyses.c.key == analysis.provenance.key.digest
                )
            ).scalar_one()
            self._put_score(connection, analysis, found)

    def save_failure(self, failure: Failure) -> None:
        """Remember that a source failed; an older failure of the source is replaced.

        Args:
            failure: the failure.
        """
        values = {name: getattr(failure, name) for name in ("file_name", "stage", "error", "message")}
        with self.begin() as connection:
            self._put(connection, failures, {"source": failure.source}, {**values, "created_utc": utc_now()})

    def save_message(self, message: Message, file_name: str) -> None:
        """Save a message without a recording (outcomes may come before the audio).

        Args:
            message: the message.
            file_name: name of its file.
        """
        with self.begin() as connection:
            self._put_message(connection, message, file_name, None)

    def _put(
        self,
        connection: Connection,
        table: Any,
        key: Mapping[str, Any],
        values: Mapping[str, Any],
        only_new: Mapping[str, Any] | None = None,
    ) -> None:
        """Insert or update one row; ``only_new`` are values that an update leaves alone."""
        where = and_(*(table.c[name] == value for name, value in key.items()))
        changed = connection.execute(update(table).where(where).values(**(values or key)))
        if changed.rowcount == 0:
            connection.execute(insert(table).values(**key, **values, **(only_new or {})))

    def _put_message(self, connection: Connection, message: Message, file_name: str, recording_id: str | None) -> None:
        values = {name: getattr(message, name) for name in _MESSAGE_COLUMNS if name != "message_id"}
        values["extra"] = dict(message.extra)
        if recording_id is not None:
            values["recording_id"] = recording_id
        self._put(connection, messages, {"message_id": message.message_id}, {**values, "file_name": file_name})
        bare = Message(source=message.source).message_id
        if bare != message.message_id:  # this file was analysed before its manifest came: the manifest's row takes its place
            self._replace(connection, bare, message.message_id)

    def _replace(self, connection: Connection, old: str, new: str) -> None:
        """Delete a message that is stored under another id by now; what people said of it goes to that one."""
        override_rows.move(connection, old, new)
        connection.execute(update(labels).where(labels.c.message_id == old).values(message_id=new))
        for table in (verdicts, scores, messages):
            connection.execute(delete(table).where(table.c.message_id == old))

    def _put_measurement(self, connection: Connection, analysis: Analysis) -> int:
        body = analysis.to_dict()
        for name in ("message", "score", "source", "file_name"):
            del body[name]
        key = {"recording_id": analysis.recording_id, "key": analysis.provenance.key.digest}
        values = {
            "engine": analysis.provenance.engine,
            "feature_schema": analysis.provenance.feature_schema,
            "status": analysis.transcript.status,
            "approach": analysis.structure.approach,
            "text": analysis.transcript.text,
            "created_utc": analysis.provenance.created_utc,
            "measure_versions": versions_text(analysis.provenance.measure_versions) or None,
            "body": body,
        }
        self._put(connection, analyses, key, values)
        return int(
            connection.execute(
                select(analyses.c.analysis_id).where(
                    analyses.c.recording_id == key["recording_id"], analyses.c.key == key["key"]
                )
            ).scalar_one()
        )

    def _put_score(self, connection: Connection, analysis: Analysis, analysis_id: int) -> None:
        connection.execute(delete(failures).where(failures.c.source == analysis.source))
        score = analysis.score
        if score is None:
            return
        values = {
            "analysis_id": analysis_id,
            "rubric_id": score.rubric_id,
            "points": score.points,
            "band": score.band,
            "baseline_id": score.baseline_id,
            "body": score.to_dict(),
            "flags": [flag.to_dict() for flag in analysis.flags],
        }
        message_id = analysis.message.message_id
        self._put(connection, scores, {"message_id": message_id}, values)
        connection.execute(delete(verdicts).where(verdicts.c.message_id == message_id))
        judged = {check.id: check.verdict for check in score.checks}
        if judged:
            rows = [{"message_id": message_id, "check_id": check, "verdict": verdict} for check, verdict in judged.items()]
            connection.execute(insert(verdicts), rows)

    # -- finding ---------------------------------------------------------------------------------------------------------

    def known(self, recording_id: str, key_digest: str) -> Analysis | None:
        """The measurements of these bytes under this key, with one message they were made for; None when there are none.

        Args:
            recording_id: SHA-256 of the bytes.
            key_digest: of the key: ``analyzer.key.digest``.
        """
        query = _select().where(analyses.c.recording_id == recording_id, analyses.c.key == key_digest).limit(1)
        with self.engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return _analysis(row) if row else None

    def analyses(self, which: Filter | None = None, *, limit: int | None = None, offset: int = 0) -> Iterator[Analysis]:
        """Analyses of messages, read in portions, so that memory stays bounded.

        Args:
            which: which messages.
            limit: most messages; None for all.
            offset: messages before the first.

        Yields:
            Analyses by ``sent_at`` and id.
        """
        query = _select().where(*(which or Filter()).where()).order_by(messages.c.sent_at, messages.c.message_id)
        if limit is not None or offset:
            query = query.limit(limit if limit is not None else -1).offset(offset)
        with self.engine.connect().execution_options(yield_per=200) as connection:
            for row in connection.execute(query).mappings():
                yield _analysis(row)

    def count(self, which: Filter | None = None) -> int:
        """How many analysed messages match.

        Args:
            which: which messages.

        Returns:
            A count.
        """
        inner = _select().where(*(which or Filter()).where()).subquery()
        with self.engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(inner)).scalar_one())

    def count_older(self) -> int:
        """How many analysed messages were measured by older versions of the measuring stages than today's."""
        older = or_(analyses.c.measure_versions.is_(None), analyses.c.measure_versions != versions_text(MEASURE_VERSIONS))
        joined = analyses.join(scores, scores.c.analysis_id == analyses.c.analysis_id)
        with self.engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(joined).where(older)).scalar_one())

    def one(self, message_id: str) -> Analysis | None:
        """The analysis of one message.

        Args:
            message_id: id of the message.

        Returns:
            The analysis; None when there is none.
        """
        query = _select().where(scores.c.message_id == message_id).limit(1)
        with self.engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return _analysis(row) if row else None

    def page(self, which: Search | None = None, *, sort: str = "-sent_at", limit: int = 50, offset: int = 0) -> Page:
        """One page of the table of messages; see `vmaudio.store.search`.

        Args:
            which: which messages.
            sort: what to sort by, with a minus before it for the largest first.
            limit: rows.
            offset: rows before the page.

        Returns:
            The rows, and how many messages match in all.

        Raises:
            SettingError: a sort, limit, offset or date that is not possible.
        """
        return search.page(self.engine, which or Search(), sort=sort, limit=limit, offset=offset)

    def facets(self) -> Facets:
        """Reps, campaigns, approaches and checks to filter by."""
        return search.facets(self.engine)

    def messages(self) -> Iterator[Message]:
        """All messages, with or without a recording."""
        with self.engine.connect() as connection:
            for row in connection.execute(select(messages).order_by(messages.c.sent_at, messages.c.message_id)).mappings():
                yield _message(row)

    def observations(self) -> Iterator[Observation]:
        """Every message with its features, points, checks and outcome: what `vmaudio.compare` takes."""
        return outcome_rows.observations(self)

    def to_frame(self, which: Filter | None = None, *, tone: bool = False, backend: str | None = None) -> Any:
        """One row for each analysed message: the manifest's columns, what was heard, points, checks, features, outcome.

        The columns are those of ``vmaudio report -o messages.csv``; ``vmaudio report --dictionary`` says what each means.

        Args:
            which: only these messages; None is all.
            tone: with how the messages sound, which tables of a team leave out.
            backend: "pandas" or "polars"; None takes what is installed, pandas first.

        Returns:
            A `pandas.DataFrame` or a `polars.DataFrame`, by ``sent_at`` and id. What is not known is missing, never 0.

        Raises:
            ExtraMissing: neither is installed, or not the one asked for.
            SettingError: there is no such backend.
            TypeError: ``which`` is no Filter.
        """
        if which is not None and not isinstance(which, Filter):
            raise TypeError(
                f"which is a Filter or None, and no {type(which).__name__}. A backend is given by name: backend=..."
            )
        given = override_rows.overrides_by_message(self.overrides())
        table = messages_table(self.analyses(which), outcome_rows.all_outcomes(self), tone=tone, overrides=given)
        return frame_of(table, backend)

    def failures(self) -> list[Failure]:
        """Sources that failed and have not been analysed since."""
        with self.engine.connect() as connection:
            return [Failure.from_dict(dict(row)) for row in connection.execute(select(failures)).mappings()]

    # -- a person's verdicts ---------------------------------------------------------------------------------------------

    def save_override(self, message_id: str, check_id: str, verdict: str, reason: str, author: str) -> Override:
        """Keep a person's verdict on a check beside the machine's.

        Args:
            message_id: the message.
            check_id: the check.
            verdict: "pass", "fail" or "n/a".
            reason: why the machine is wrong.
            author: who says so.

        Returns:
            The override as it was kept.

        Raises:
            SettingError: the verdict is not known, or reason or author are empty, too long or not plain text.
            NotStored: there is no such message, or its score has no such check.
        """
        return override_rows.save(self.engine, Override(message_id, check_id, verdict, reason, author, utc_now()))

    def delete_override(self, message_id: str, check_id: str, author: str) -> bool:
        """Take a person's verdict back.

        Args:
            message_id: the message.
            check_id: the check.
            author: who takes it back.

        Returns:
            Whether there was one.

        Raises:
            SettingError: the author is empty, too long or not plain text.
        """
        return override_rows.take_back(self.engine, message_id, check_id, author, utc_now())

    def overrides(self, message_id: str | None = None) -> list[Override]:
        """The verdicts that people have given.

        Args:
            message_id: the message; None for all.

        Returns:
            Overrides, by message and check.
        """
        return override_rows.find(self.engine, message_id)

    def override_history(self, message_id: str | None = None) -> list[OverrideEntry]:
        """Every verdict that people have given or taken back.

        Args:
            message_id: the message; None for all.

        Returns:
            Entries, oldest first.
        """
        return override_rows.history(self.engine, message_id)

    # -- baselines and runs ----------------------------------------------------------------------------------------------

    def save_baseline(self, baseline: RepBaseline) -> None:
        """Keep a rep's baseline; one with the same id is the same.

        Args:
            baseline: the baseline.
        """
        values = {"rep": baseline.rep, "n": baseline.n, "body": baseline.to_dict(), "created_utc": utc_now()}
        with self.begin() as connection:
            self._put(connection, baselines, {"baseline_id": baseline.baseline_id}, values)

    def baseline(self, rep: str) -> RepBaseline | None:
        """The newest baseline of a rep.

        Args:
            rep: name of the rep.

        Returns:
            The baseline; None when there is none.
        """
        query = select(baselines.c.body).where(baselines.c.rep == rep).order_by(baselines.c.created_utc.desc()).limit(1)
        with self.engine.connect() as connection:
            body = connection.execute(query).scalar()
        return RepBaseline.from_dict(body) if body else None

    def begin_run(self, command: str) -> int:
        """Note that a run started.

        Args:
            command: the command.

        Returns:
            Id of the run.
        """
        values = {"command": command, "started_utc": utc_now(), "analysed": 0, "stored": 0, "failed": 0}
        with self.begin() as connection:
            key = connection.execute(insert(runs).values(**values)).inserted_primary_key
        return int(key[0]) if key else 0

    def end_run(self, run_id: int, *, analysed: int, stored: int, failed: int) -> None:
        """Note how a run ended.

        Args:
            run_id: id of the run.
            analysed: messages analysed.
            stored: messages that were stored already.
            failed: messages that failed.
        """
        values = {"ended_utc": utc_now(), "analysed": analysed, "stored": stored, "failed": failed}
        with self.begin() as connection:
            connection.execute(update(runs).where(runs.c.run_id == run_id).values(**values))

    def info(self) -> dict[str, Any]:
        """Where the database is, its revision, how many rows each table has, and how many messages older code measured."""
        with self.engine.connect() as connection:
            counts = {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in metadata.sorted_tables
            }
            revision = migrate.revision(connection)
        rows = dict(sorted(counts.items()))
        return {"database": self.shown, "revision": revision, "rows": rows, "older": self.count_older()}


def _select() -> Select[Any]:
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


def _message(row: Mapping[Any, Any]) -> Message:
    return Message.from_dict({name: row[name] for name in _MESSAGE_COLUMNS})


def _analysis(row: Mapping[Any, Any]) -> Analysis:
    fields = {name: row[f"m_{name}"] for name in (*_MESSAGE_COLUMNS, "file_name")}
    body, score = row["body"], row["score"]
    provenance = dict(body["provenance"])
    if score:
        provenance |= {"rubric_id": score["rubric_id"], "baseline_id": score["baseline_id"]}
    message = _message(fields) if fields["message_id"] else Message(source="")
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
