"""The uploads that are held, and until when: each is deleted once its time is up, or when there are too many."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from vmaudio.web.job import GONE, GONE_WORDS, Job, write_record

REMEMBERED_S = 86_400.0
"""So long an id is remembered after its job has gone."""

MOST_DONE = 100
"""So many finished uploads are held at most, whatever their time; the oldest go first."""

Clock = Callable[[], float]


class HeldJobs:
    """The jobs whose ids are known, with or without their uploads.

    Args:
        record: file in which the ids are kept.
        keep_s: how long a finished upload is kept, in seconds.
        clock: gives seconds since the epoch.
    """

    def __init__(self, record: Path, keep_s: float, clock: Clock) -> None:
        self.record, self.keep_s, self.clock = record, keep_s, clock
        self._jobs: dict[str, Job] = {}
        self._changed = threading.Condition()

    def get(self, job_id: str) -> Job | None:
        """The job of an id; one whose time is up is deleted first.

        Args:
            job_id: id of the job.

        Returns:
            The job; None if the id is not known.
        """
        job = self._jobs.get(job_id)
        if job is not None and self._is_stale(job):
            self._clear(job, GONE, GONE_WORDS)
        return job

    def expires(self, job: Job) -> float:
        """When a job is deleted.

        Args:
            job: the job.

        Returns:
            Seconds since the epoch.
        """
        return (job.ended or self.clock()) + self.keep_s

    def keep(self, job: Job, message_id: str) -> None:
        """Note that a job was kept in the store.

        Args:
            job: the job.
            message_id: id of its message there.
        """
        job.kept_as = message_id

    def chain(self, job: Job, most: int = 20) -> list[Job]:
        """The takes before a job.

        Args:
            job: the job.
            most: most takes.

        Returns:
            Jobs, the newest first.
        """
        found: list[Job] = []
        at = self.get(job.previous) if job.previous else None
        while at is not None and at not in found and len(found) < most:
            found.append(at)
            at = self.get(at.previous) if at.previous else None
        return found

    def sweep(self) -> None:
        """Delete what is past its time, and forget ids that are a day old."""
        with self._changed:
            for job in [job for job in self._jobs.values() if self._is_stale(job)]:
                self._clear(job, GONE, GONE_WORDS)
            old = [i for i, j in self._jobs.items() if j.folder is None and self.clock() - j.ended > REMEMBERED_S and j.is_over]
            for job_id in old:
                del self._jobs[job_id]
        if old:
            self._write_record()

    def _make_room(self) -> None:
        held = [job for job in self._jobs.values() if job.folder is not None and job.is_over]
        for job in sorted(held, key=lambda job: job.ended)[: max(0, len(held) - MOST_DONE)]:
            self._clear(job, GONE, GONE_WORDS)

    def _is_stale(self, job: Job) -> bool:
        return job.folder is not None and job.is_over and self.clock() > self.expires(job)

    def _clear(self, job: Job, state: str, words: str) -> None:
        folder, job.folder = job.folder, None
        job.state, job.error, job.analysis, job.message, job.file_name = state, words, None, None, ""
        job.ended = self.clock()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def _write_record(self) -> None:
        with self._changed:
            write_record(self.record, {job.id: job.created for job in self._jobs.values()})
