"""Uploads on their way: a bounded queue, one at a time, and every one deleted in the end.

An upload that nobody kept is deleted after a stated time, at once when its owner says so, and at shutdown. Only ids and times
are written down, so that after a restart an id is answered with "lost, upload again" rather than "unknown".
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import os
import secrets
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from vmaudio.errors import VmaudioError
from vmaudio.records import Analysis, Message
from vmaudio.web.uploads import save_upload, without_folder
from vmaudio.web.worker import Engine, Task, WorkerStopped

log = logging.getLogger(__name__)

WAITING, WORKING, DONE, FAILED, LOST, GONE = "waiting", "working", "done", "failed", "lost", "deleted"
"""States of a job. "lost": the server was restarted. "deleted": its time was up, or its owner deleted it."""

REMEMBERED_S = 86_400.0
"""So long an id is remembered after its job has gone."""

MOST_DONE = 100
"""So many finished uploads are held at most, whatever their time; the oldest go first."""

SWEEP_S = 15.0
USUAL_S = 5.0
"""Guess of the time one upload takes, until some were measured."""

LOST_WORDS = "The server was restarted, and nothing of this recording was kept. Upload it again."
GONE_WORDS = "This recording was deleted. Upload it again if you want to hear more about it."

Clock = Callable[[], float]
Finish = Callable[[Analysis], Analysis]


class Busy(VmaudioError):
    """The queue is full.

    Args:
        retry_s: when to try again, in seconds from now.
        waiting: uploads that wait.
    """

    def __init__(self, retry_s: float, waiting: int) -> None:
        super().__init__(
            f"The server is busy: {waiting} recordings wait already. Nothing was uploaded. Try again in {retry_s:.0f} seconds."
        )
        self.retry_s = retry_s


@dataclass(slots=True)
class Job:
    """One upload. ``folder`` is None once everything of it is deleted; ``kept_as`` is its message's id in the store."""

    id: str
    created: float
    state: str = WAITING
    file_name: str = ""
    message: Message | None = None
    folder: Path | None = None
    previous: str | None = None
    stage: str = ""
    error: str = ""
    analysis: Analysis | None = None
    started: float = 0.0
    ended: float = 0.0
    kept_as: str | None = None

    @property
    def is_over(self) -> bool:
        """Nothing more will happen to it."""
        return self.state not in (WAITING, WORKING)

    @property
    def path(self) -> Path | None:
        """The uploaded file."""
        return Path(self.message.source) if self.message is not None and self.folder is not None else None

    @property
    def copy(self) -> Path | None:
        """The copy for the player."""
        return self.folder / "listen.wav" if self.folder is not None else None


class Jobs:
    """The queue of uploads.

    Args:
        engine: analyses them.
        folder: holds a folder per upload; it is emptied at start and stop.
        record: file in which the ids are kept.
        limit: most uploads that may wait.
        keep_s: how long a finished upload is kept, in seconds.
        finish: the cheap pass, made when the worker is done: by the rubric and baseline of that moment.
        clock: gives seconds since the epoch.
    """

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        record: Path,
        *,
        limit: int,
        keep_s: float,
        finish: Finish,
        clock: Clock = time.time,
    ) -> None:
        self.engine, self.folder, self.record = engine, folder, record
        self.limit, self.keep_s, self.finish, self.clock = limit, keep_s, finish, clock
        self._jobs: dict[str, Job] = {}
        self._queue: deque[Job] = deque()
        self._now: Job | None = None
        self._took: deque[float] = deque(maxlen=20)
        self._changed = threading.Condition()
        self._stopping = False
        self._threads: list[threading.Thread] = []

    # -- life ------------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Remember the jobs of the last run as lost, delete what it left behind, and begin."""
        for job_id, created in self._read_record().items():
            self._jobs[job_id] = Job(job_id, created, state=LOST, error=LOST_WORDS, ended=self.clock())
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, mode=0o700)
        self._stopping = False
        self.engine.start()
        for name, target in (("jobs", self._work), ("sweeper", self._sweep)):
            thread = threading.Thread(target=target, name=f"vmaudio {name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop at once and delete every upload."""
        with self._changed:
            self._stopping = True
            self._queue.clear()
            self._changed.notify_all()
        self.engine.kill()
        for thread in self._threads:
            thread.join(10)
        self._threads.clear()
        self.engine.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- what a visitor does ---------------------------------------------------------------------------------------------

    def add(
        self, stream: BinaryIO, file_name: str, make: Callable[[Path], Message], *, max_bytes: int, previous: str | None = None
    ) -> Job:
        """Save an upload and put it in the queue.

        Args:
            stream: the bytes that are uploaded.
            file_name: as the browser gave it.
            make: makes the message for the path under which the upload was saved.
            max_bytes: largest upload.
            previous: id of the job of the take before this one.

        Returns:
            The job.

        Raises:
            Busy: the queue is full.
            UploadError: the upload is too large, or empty.
        """
        self._refuse_when_full()
        job = Job(secrets.token_urlsafe(16), self.clock(), previous=previous)
        job.folder = self.folder / job.id
        job.folder.mkdir(mode=0o700)
        try:
            path = save_upload(stream, file_name, job.folder, max_bytes)
            job.file_name, job.message = path.name, make(path)
            with self._changed:
                self._refuse_when_full()
                self._jobs[job.id] = job
                self._queue.append(job)
                self._make_room()
                self._changed.notify_all()
        except BaseException:
            shutil.rmtree(job.folder, ignore_errors=True)
            raise
        self._write_record()
        return job

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

    def position(self, job: Job) -> int:
        """The place of a job in the queue.

        Args:
            job: the job.

        Returns:
            How many are before it, itself included; 0 when it is being worked on, or over.
        """
        with self._changed:
            waiting = list(self._queue)
        return waiting.index(job) + 1 + (self._now is not None) if job in waiting else 0

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._queue)

    def expires(self, job: Job) -> float:
        """When a job is deleted.

        Args:
            job: the job.

        Returns:
            Seconds since the epoch.
        """
        return (job.ended or self.clock()) + self.keep_s

    def usual_s(self) -> float:
        """The mean time that the last uploads took, in seconds; a guess until there was one."""
        took = list(self._took)
        return sum(took) / len(took) if took else USUAL_S

    def keep(self, job: Job, message_id: str) -> None:
        """Note that a job was kept in the store.

        Args:
            job: the job.
            message_id: id of its message there.
        """
        job.kept_as = message_id

    def delete(self, job: Job) -> None:
        """Delete everything of a job now; if it is being worked on, the work is stopped.

        Args:
            job: the job.
        """
        with self._changed:
            if job in self._queue:
                self._queue.remove(job)
            if self._now is job:
                self.engine.kill()  # under the lock, so that it cannot meet the next job
            self._clear(job, GONE, GONE_WORDS)
        self._write_record()

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

    # -- inside ----------------------------------------------------------------------------------------------------------

    def _refuse_when_full(self) -> None:
        waiting = len(self._queue)
        if waiting >= self.limit:
            raise Busy(max(1.0, round(self.usual_s() * (waiting + 1) / 2)), waiting)

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

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._queue and not self._stopping:
                    self._changed.wait()
                if self._stopping:
                    return
                job = self._now = self._queue.popleft()
                job.state, job.started = WORKING, self.clock()
            try:
                self._do(job)
            except Exception as error:  # a bug must not end the queue
                log.exception("a job failed")
                self._fail(
                    job, f"Unexpected {type(error).__name__}. This is a bug of vmaudio; the server's log has the details."
                )
            finally:
                with self._changed:
                    self._now = None
                    job.ended = self.clock()

    def _do(self, job: Job) -> None:
        message, folder = job.message, job.folder
        if message is None or folder is None:  # deleted in the moment it was taken from the queue
            return

        def on_stage(stage: str) -> None:
            job.stage = stage

        try:
            result = self.engine.run(Task(message, folder / "listen.wav"), on_stage)
        except WorkerStopped as error:
            self._fail(job, without_folder(str(error), folder))
            return
        if not isinstance(result, Analysis):
            self._fail(job, without_folder(result.message, folder))
            return
        self._took.append(self.clock() - job.started)
        analysis = self.finish(result)
        with self._changed:
            if job.state == WORKING:
                job.analysis, job.state = analysis, DONE

    def _fail(self, job: Job, words: str) -> None:
        with self._changed:
            if job.state != WORKING:
                return  # deleted meanwhile
            self._clear(job, FAILED, words)

    def _sweep(self) -> None:
        while True:
            with self._changed:
                if self._changed.wait_for(lambda: self._stopping, timeout=SWEEP_S):
                    return
            self.sweep()

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

    def _read_record(self) -> dict[str, float]:
        try:
            found = json.loads(self.record.read_text("utf-8"))
            return {str(job_id): float(created) for job_id, created in found.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}

    def _write_record(self) -> None:
        with self._changed:
            known = {job.id: job.created for job in self._jobs.values()}
            part = self.record.with_suffix(".part")
            with contextlib.suppress(OSError):  # a full disk: then a restart knows less
                handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
                with os.fdopen(handle, "w", encoding="utf-8") as stream:
                    json.dump(known, stream)
                part.replace(self.record)


def renamed(analysis: Analysis, message: Message) -> Analysis:
    """The same analysis of a message under another source.

    Args:
        analysis: one analysed message.
        message: the message under its new source.

    Returns:
        A copy; the original is not changed.
    """
    return dataclasses.replace(analysis, message=message, source=message.source, file_name=Path(message.source).name)
