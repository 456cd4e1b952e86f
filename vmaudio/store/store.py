"""The Store: saves analyses and failures, finds them again, forgets them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import func, or_, select

from vmaudio.records import MEASURE_VERSIONS, Analysis, Failure, Message, Observation, absolute_source, versions_text
from vmaudio.store import clip_rows, migrate, outcome_rows, override_rows, search
from vmaudio.store.analysis_rows import (
    analysis_of,
    counts,
    left_behind,
    message_of,
    put_measurement,
    put_message,
    put_score,
    replace,
    select_analyses,
)
from vmaudio.store.database import connect, put, utc_now
from vmaudio.store.filtering import Filter
from vmaudio.store.flat import messages_table
from vmaudio.store.frame import frame_of
from vmaudio.store.journal import Journal
from vmaudio.store.kept import delete_kept
from vmaudio.store.narrow_rows import touch_report_rows
from vmaudio.store.renamed import put_analysed
from vmaudio.store.search import Facets, Page, Search
from vmaudio.store.tables import (
    analyses,
    failures,
    messages,
    metadata,
    recordings,
    scores,
)


def open_store(where: str | os.PathLike[str] = "", *, migrate_old: bool = False, read_only: bool = False) -> Store:
    """Open a database, creating it when it is not there.

    Args:
        where: a path (a SQLite file) or a URL ("postgresql://user@host/name"); "" is the user's own.
        migrate_old: bring tables of an older version up to date, as ``vmaudio db upgrade`` does.
        read_only: the database itself refuses every change; one that is not there is not made.

    Returns:
        The store. A new SQLite file can be read by its owner alone.

    Raises:
        StoreError: it cannot be opened, is no database, or has tables of another version.
    """
    return Store(*connect(os.fspath(where), migrate_old=migrate_old, read_only=read_only))


class Store(Journal):
    """What was analysed, in a database: saves analyses and failures, finds them again. Make it with `open_store`.

    Args:
        engine: SQLAlchemy's engine.
        shown: its URL without a password, for messages.
    """

    # -- saving ----------------------------------------------------------------------------------------------------------

    def save(self, analysis: Analysis, *, look_for_renamed: bool = False) -> str | None:
        """Save one analysis at once: recording, message, measurements and score. The same key and message are replaced.

        Where the message was of a recording that vmaudio itself keeps, and is of another file now, that recording is deleted.

        Args:
            analysis: what to keep.
            look_for_renamed: see `vmaudio.store.renamed`.

        Returns:
            The path that the file had before it was renamed; None where it was not, or this was not asked.

        Raises:
            TypeError: it is no Analysis; a Failure is kept by `save_failure`.
        """
        if not isinstance(analysis, Analysis):
            cure = " A failure is kept by save_failure." if isinstance(analysis, Failure) else ""
            raise TypeError(f"save keeps an Analysis, and no {type(analysis).__name__}.{cure}")
        with self.begin() as connection:
            unnamed = left_behind(connection, analysis.message)
            put(
                connection,
                recordings,
                {"recording_id": analysis.recording_id},
                {"duration_s": analysis.duration_s},
                {"first_seen_utc": utc_now()},
            )
            before = put_analysed(connection, analysis, look_for_renamed=look_for_renamed)
            analysis_id = put_measurement(connection, analysis)
            put_score(connection, analysis, analysis_id)
        delete_kept(unnamed)
        return before

    def save_score(self, analysis: Analysis, *, instead_of: str | None = None, look_for_renamed: bool = False) -> str | None:
        """Save only what the cheap pass makes: the message's context, its flags and score.

        Args:
            analysis: the analysis, whose measurements are stored already.
            instead_of: id under which the message was stored before, when a manifest has given it another.
            look_for_renamed: as for `save`.

        Returns:
            As for `save`.
        """
        with self.begin() as connection:
            unnamed = left_behind(connection, analysis.message)
            before = put_analysed(connection, analysis, look_for_renamed=look_for_renamed)
            if instead_of is not None and instead_of != analysis.message.message_id:
                replace(connection, instead_of, analysis.message.message_id)
            found = connection.execute(
                select(analyses.c.analysis_id).where(
                    analyses.c.recording_id == analysis.recording_id, analyses.c.key == analysis.provenance.key.digest
                )
            ).scalar_one()
            put_score(connection, analysis, found)
        delete_kept(unnamed)
        return before

    def save_measures(self, analysis: Analysis) -> None:
        """Save only the measurements, in the place of those stored for the recording under the same key.

        Args:
            analysis: the analysis, whose recording is stored already; its message and its score are not saved.
        """
        with self.begin() as connection:
            put_measurement(connection, analysis)

    def save_failure(self, failure: Failure) -> None:
        """Remember that a source failed; an older failure of the source is replaced.

        Args:
            failure: the failure.
        """
        values = {name: getattr(failure, name) for name in ("file_name", "stage", "error", "message")}
        with self.begin() as connection:
            put(connection, failures, {"source": absolute_source(failure.source)}, {**values, "created_utc": utc_now()})

    def save_message(self, message: Message, file_name: str) -> None:
        """Save a message without a recording (outcomes may come before the audio).

        Args:
            message: the message.
            file_name: name of its file.
        """
        with self.begin() as connection:
            put_message(connection, message, file_name, None)
            touch_report_rows(connection, [message.message_id])

    # -- finding ---------------------------------------------------------------------------------------------------------

    def known(self, recording_id: str, key_digest: str) -> Analysis | None:
        """The measurements of these bytes under this key, with one message they were made for; None when there are none.

        Args:
            recording_id: SHA-256 of the bytes.
            key_digest: of the key: ``analyzer.key.digest``.
        """
        query = select_analyses().where(analyses.c.recording_id == recording_id, analyses.c.key == key_digest).limit(1)
        with self.engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return analysis_of(row) if row else None

    def analyses(self, which: Filter | None = None, *, limit: int | None = None, offset: int = 0) -> Iterator[Analysis]:
        """Analyses of messages, read in portions, so that memory stays bounded.

        Earlier measurements of a recording that was measured again are left out.

        Args:
            which: which messages.
            limit: most messages; None for all.
            offset: messages before the first.

        Yields:
            Analyses by ``sent_at`` and id.
        """
        query = (
            select_analyses()
            .where(counts(), *(which or Filter()).where())
            .order_by(messages.c.sent_at.nulls_first(), messages.c.message_id)
        )
        query = query.limit(limit).offset(offset or None)
        with self.engine.connect().execution_options(yield_per=200) as connection:
            for row in connection.execute(query).mappings():
                yield analysis_of(row)

    def count(self, which: Filter | None = None) -> int:
        """How many analysed messages match.

        Args:
            which: which messages.

        Returns:
            A count.
        """
        inner = select_analyses().where(counts(), *(which or Filter()).where()).subquery()
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
        query = select_analyses().where(scores.c.message_id == message_id).limit(1)
        with self.engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return analysis_of(row) if row else None

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
            for row in connection.execute(
                select(messages).order_by(messages.c.sent_at.nulls_first(), messages.c.message_id)
            ).mappings():
                yield message_of(row)

    def spoken(self, reps: Collection[str] | None = None) -> Iterator[tuple[Message, str, str]]:
        """Every analysed message with its recording's id and its words, without the other measures.

        Args:
            reps: only messages of these; None for all.

        Yields:
            (message, recording id, text) by ``sent_at`` and id.
        """
        columns = (analyses.c.text, analyses.c.recording_id.label("heard_in"))
        joined = scores.join(analyses, scores.c.analysis_id == analyses.c.analysis_id).join(
            messages, messages.c.message_id == scores.c.message_id
        )
        query = select(messages, *columns).select_from(joined).order_by(messages.c.sent_at.nulls_first(), messages.c.message_id)
        if reps is not None:
            query = query.where(messages.c.rep.in_(sorted(reps)))
        with self.engine.connect().execution_options(yield_per=200) as connection:
            for row in connection.execute(query).mappings():
                yield message_of(row), row["heard_in"], row["text"]

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

    def released(self, check: str | None = None) -> list[clip_rows.Clip]:
        """Clips of the library that the whole team may hear, the newest first.

        Args:
            check: only those that show this check; None for all.
        """
        return clip_rows.clips_of(self, check=check, released=True)

    def failures(self) -> list[Failure]:
        """Sources that failed and have not been analysed since."""
        with self.engine.connect() as connection:
            return [Failure.from_dict(dict(row)) for row in connection.execute(select(failures)).mappings()]

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
