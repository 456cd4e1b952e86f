"""What a database keeps beside the analyses: people's verdicts, baselines of reps, and the runs that were made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update

from vmaudio.records import RepBaseline
from vmaudio.store import override_rows
from vmaudio.store.database import Database, put, utc_now
from vmaudio.store.override_rows import Override, OverrideEntry
from vmaudio.store.tables import baselines, runs


class Journal(Database):
    """A database with people's verdicts, baselines and runs; `Store` adds the analyses.

    Args:
        engine: SQLAlchemy's engine.
        shown: its URL without a password, for messages.
    """

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

    def save_baseline(self, baseline: RepBaseline) -> None:
        """Keep a rep's baseline; one with the same id is the same.

        Args:
            baseline: the baseline.
        """
        values = {"rep": baseline.rep, "n": baseline.n, "body": baseline.to_dict(), "created_utc": utc_now()}
        with self.begin() as connection:
            put(connection, baselines, {"baseline_id": baseline.baseline_id}, values)

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

    def begin_run(self, command: str, summary: Mapping[str, Any] | None = None) -> int:
        """Note that a run started.

        Args:
            command: the command.
            summary: how it read its tables: plain JSON values, without anybody's name.

        Returns:
            Id of the run.
        """
        values = {"command": command, "started_utc": utc_now(), "analysed": 0, "stored": 0, "failed": 0, "summary": summary}
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

    def run_summaries(self) -> list[tuple[str, str, dict[str, Any]]]:
        """How runs read their tables.

        Returns:
            (command, when it started, summary) of those that read some, the newest first.
        """
        query = select(runs.c.command, runs.c.started_utc, runs.c.summary).order_by(runs.c.run_id.desc())
        with self.engine.connect() as connection:
            return [(row.command, row.started_utc, dict(row.summary)) for row in connection.execute(query) if row.summary]
