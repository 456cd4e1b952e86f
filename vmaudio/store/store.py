"""The Store: saves analyses and failures, finds them again, forgets them."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Select,
    and_,
    create_engine,
    delete,
    event,
    func,
    insert,
    make_url,
    or_,
    select,
    update,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from vmaudio.errors import StoreError
from vmaudio.records import MEASURE_VERSIONS, Analysis, Failure, Message, RepBaseline, versions_text
from vmaudio.store import migrate, override_rows, search
from vmaudio.store.override_rows import Override, OverrideEntry
from vmaudio.store.search import Facets, Page, Search
from vmaudio.store.tables import (
    HEAD,
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


def utc_now() -> str:
    """This moment in ISO 8601, UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def default_path() -> Path:
    """The SQLite file in the user's data folder."""
    import platformdirs

    return Path(platformdirs.user_data_dir("vmaudio", appauthor=False)) / "vmaudio.sqlite"


def _to_url(where: str) -> URL:
    if "://" in where:
        try:
            return make_url(where)
        except SQLAlchemyError as error:
            raise StoreError(
                f"{where!r} is not a database URL. Write sqlite:///path or postgresql://user@host/name."
            ) from error
    return URL.create("sqlite", database=str(Path(where).expanduser() if where else default_path()))


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages: None and empty mean all. ``since`` and ``until`` are ISO 8601 dates of ``sent_at``."""

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


def open_store(where: str = "", *, migrate_old: bool = False) -> Store:
    """Open the database at a URL or path ("" is the user's own), creating it when it is not there.

    Raises:
        StoreError: it cannot be opened, is no database, or has tables of another version.
    """
    url = _to_url(where)
    shown = url.render_as_string(hide_password=True)
    try:
        engine = _engine(url)
        with engine.begin() as connection:
            current = migrate.revision(connection)
            if current != HEAD and current is not None and current not in migrate.known_revisions():
                raise StoreError(f"{shown} was written by a newer vmaudio (tables {current}). Install that version.")
            if current is None or (current != HEAD and migrate_old):
                migrate.upgrade(connection)
            elif current != HEAD:
                raise StoreError(f"{shown} has tables of an older version ({current}). Run: vmaudio --db {shown} db upgrade")
    except StoreError:
        raise
    except (SQLAlchemyError, OSError) as error:
        cause = str(error.orig) if isinstance(error, DBAPIError) and error.orig else str(error)
        raise StoreError(
            f"The database {shown} cannot be opened: {cause}. Give another with --db, or set VMAUDIO_DB."
        ) from error
    except ImportError as error:
        raise StoreError(f"The database {shown} needs a driver that is not installed: {error}. Install it with pip.") from error
    return Store(engine, shown)


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    if url.database and url.database != ":memory:":
        path = Path(url.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        # created here, for the owner alone: recordings are other people's voices
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(url, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        # WAL: readers do not wait for the writer, and a killed process loses no committed row
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        # SQLite's own knows only the letters of English: a search for "école" shall find "École"
        connection.create_function("lower", 1, _lower, deterministic=True)

    return engine


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


class Store:
    """The database, opened. Safe to use from several threads; one process should write at a time."""

    def __init__(self, engine: Engine, shown: str) -> None:
        self.engine, self.shown = engine, shown

    def begin(self) -> AbstractContextManager[Connection]:
        """A connection in one transaction: committed at the end of the block, rolled back by an exception."""
        return self.engine.begin()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    # -- saving ----------------------------------------------------------------------------------------------------------

    def save(self, analysis: Analysis) -> None:
        """Save one analysis at once: recording, message, measurements and score. The same key and message are replaced."""
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

        ``instead_of`` is the id under which the message was stored before, when a manifest has given it another.
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
        """Remember that a source failed; the newest failure of a source replaces the older one."""
        values = {name: getattr(failure, name) for name in ("file_name", "stage", "error", "message")}
        with self.begin() as connection:
            self._put(connection, failures, {"source": failure.source}, {**values, "created_utc": utc_now()})

    def save_message(self, message: Message, file_name: str) -> None:
        """Save a message's context without a recording (outcomes may come before the audio)."""
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
        """The measurements of these bytes under this key, with one message they were made for; None when there are none."""
        query = _select().where(analyses.c.recording_id == recording_id, analyses.c.key == key_digest).limit(1)
        with self.engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return _analysis(row) if row else None

    def analyses(self, which: Filter | None = None, *, limit: int | None = None, offset: int = 0) -> Iterator[Analysis]:
        """Analyses of the messages that match, by ``sent_at`` and id; read in portions, so memory stays flat."""
        query = _select().where(*(which or Filter()).where()).order_by(messages.c.sent_at, messages.c.message_id)
        if limit is not None or offset:
            query = query.limit(limit if limit is not None else -1).offset(offset)
        with self.engine.connect().execution_options(yield_per=200) as connection:
            for row in connection.execute(query).mappings():
                yield _analysis(row)

    def count(self, which: Filter | None = None) -> int:
        """How many analysed messages match."""
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
        """The analysis of one message, or None."""
        query = _select().where(scores.c.message_id == message_id).limit(1)
        with self.engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return _analysis(row) if row else None

    def page(self, which: Search | None = None, *, sort: str = "-sent_at", limit: int = 50, offset: int = 0) -> Page:
        """One page of the table of messages; see `vmaudio.store.search`."""
        return search.page(self.engine, which or Search(), sort=sort, limit=limit, offset=offset)

    def facets(self) -> Facets:
        """Reps, campaigns, approaches and checks to filter by."""
        return search.facets(self.engine)

    def messages(self) -> Iterator[Message]:
        """All messages, with or without a recording."""
        with self.engine.connect() as connection:
            for row in connection.execute(select(messages).order_by(messages.c.sent_at, messages.c.message_id)).mappings():
                yield _message(row)

    def failures(self) -> list[Failure]:
        """Sources that failed and have not been analysed since."""
        with self.engine.connect() as connection:
            return [Failure.from_dict(dict(row)) for row in connection.execute(select(failures)).mappings()]

    # -- a person's verdicts ---------------------------------------------------------------------------------------------

    def save_override(self, message_id: str, check_id: str, verdict: str, reason: str, author: str) -> Override:
        """Keep a person's verdict on a check beside the machine's; see `override_rows.save` for what it refuses."""
        return override_rows.save(self.engine, Override(message_id, check_id, verdict, reason, author, utc_now()))

    def delete_override(self, message_id: str, check_id: str, author: str) -> bool:
        """Take a person's verdict back; False when there was none."""
        return override_rows.take_back(self.engine, message_id, check_id, author, utc_now())

    def overrides(self, message_id: str | None = None) -> list[Override]:
        """The verdicts that people have given, of one message or of all."""
        return override_rows.find(self.engine, message_id)

    def override_history(self, message_id: str | None = None) -> list[OverrideEntry]:
        """Every verdict that people have given or taken back, oldest first."""
        return override_rows.history(self.engine, message_id)

    # -- baselines and runs ----------------------------------------------------------------------------------------------

    def save_baseline(self, baseline: RepBaseline) -> None:
        """Freeze a rep's baseline; one with the same id is already the same."""
        values = {"rep": baseline.rep, "n": baseline.n, "body": baseline.to_dict(), "created_utc": utc_now()}
        with self.begin() as connection:
            self._put(connection, baselines, {"baseline_id": baseline.baseline_id}, values)

    def baseline(self, rep: str) -> RepBaseline | None:
        """The rep's newest baseline, or None."""
        query = select(baselines.c.body).where(baselines.c.rep == rep).order_by(baselines.c.created_utc.desc()).limit(1)
        with self.engine.connect() as connection:
            body = connection.execute(query).scalar()
        return RepBaseline.from_dict(body) if body else None

    def begin_run(self, command: str) -> int:
        """Note that a run started; return its id."""
        values = {"command": command, "started_utc": utc_now(), "analysed": 0, "stored": 0, "failed": 0}
        with self.begin() as connection:
            key = connection.execute(insert(runs).values(**values)).inserted_primary_key
        return int(key[0]) if key else 0

    def end_run(self, run_id: int, *, analysed: int, stored: int, failed: int) -> None:
        """Note how a run ended."""
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
