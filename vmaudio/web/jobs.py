"""Uploads on their way: a bounded queue, one at a time, and every one deleted in the end.

An upload that nobody kept is deleted after a stated time, at once when its owner says so, and at shutdown. Only ids and times
are written down, so that after a restart an id is answered with "lost, upload again" rather than "unknown".
"""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from vmaudio.records import Analysis, Message
from vmaudio.web.held_jobs import Clock, HeldJobs
from vmaudio.web.job import (
    DONE,
    FAILED,
    GONE,
    GONE_WORDS,
    LOST,
    LOST_WORDS,
    WORKING,
    Busy,
    Job,
    WhenOver,
    read_record,
)
from vmaudio.web.uploads import save_upload, without_folder
from vmaudio.web.worker import Engine, Task, WorkerStopped

log = logging.getLogger(__name__)

SWEEP_S = 15.0
USUAL_S = 5.0
"""Guess of the time one upload takes, until some were measured."""

USUAL_RATE = 0.5
"""Guess of the seconds that a second of sound takes, until some were measured."""

WAV_BYTES_S, WAV_HEAD = 32_000, 44
"""Of the copy for the player: 16 kHz, 16 bits, one channel."""

Finish = Callable[[Analysis], Analysis]


class Jobs(HeldJobs):
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
        super().__init__(record, keep_s, clock)
        self.engine, self.folder, self.limit, self.finish = engine, folder, limit, finish
        self._queue: deque[Job] = deque()
        self._now: Job | None = None
        self._took: deque[float] = deque(maxlen=20)
        self._rates: deque[float] = deque(maxlen=20)
        self._stopping = False
        self._threads: list[threading.Thread] = []

    # -- life ------------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Remember the jobs of the last run as lost, delete what it left behind, and begin."""
        for job_id, created in read_record(self.record).items():
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
        self,
        stream: BinaryIO,
        file_name: str,
        make: Callable[[Path], Message],
        *,
        max_bytes: int,
        previous: str | None = None,
        owner: str = "",
        when_over: WhenOver | None = None,
        drill: str = "",
        told_s: float = 0.0,
    ) -> Job:
        """Save an upload and put it in the queue.

        Args:
            stream: the bytes that are uploaded.
            file_name: as the browser gave it.
            make: makes the message for the path under which the upload was saved.
            max_bytes: largest upload.
            previous: id of the job of the take before this one.
            owner: id of the session whose take it is.
            when_over: is told how it ended, in the thread that does the work.
            drill: id of the drill of which it is an attempt.
            told_s: how long the browser says that the sound is, in seconds; 0 where it does not.

        Returns:
            The job.

        Raises:
            Busy: the queue is full.
            UploadError: the upload is too large, or empty.
        """
        self.refuse_when_full()
        made = {"previous": previous, "owner": owner, "when_over": when_over, "drill": drill, "told_s": told_s}
        job = Job(secrets.token_urlsafe(16), self.clock(), **made)  # type: ignore[arg-type]
        job.folder = self.folder / job.id
        job.folder.mkdir(mode=0o700)
        try:
            path = save_upload(stream, file_name, job.folder, max_bytes)
            job.file_name, job.message = path.name, make(path)
            with self._changed:
                self.refuse_when_full()
                self._jobs[job.id] = job
                self._queue.append(job)
                self._make_room()
                self._changed.notify_all()
        except BaseException:
            shutil.rmtree(job.folder, ignore_errors=True)
            raise
        self._write_record()
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
    def stopping(self) -> bool:
        """Whether the server ends: what fails now fails by that alone."""
        return self._stopping

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._queue)

    def result_of(self, job: Job) -> tuple[str, Analysis | None]:
        """How a job stands, and its analysis, of one moment: one after the other a job may be done, and seem to have none.

        Args:
            job: the job.
        """
        with self._changed:
            return job.state, job.analysis

    def usual_s(self) -> float:
        """The mean time that the last uploads took, in seconds; a guess until there was one."""
        took = list(self._took)
        return sum(took) / len(took) if took else USUAL_S

    def rate(self) -> float:
        """The seconds that a second of sound takes: the mean of the last uploads; a guess until there was one."""
        return sum(self._rates) / len(self._rates) if self._rates else USUAL_RATE

    def left(self, job: Job) -> tuple[float | None, float | None]:
        """How long a recording is, and about how long its analysis still takes.

        Args:
            job: the job.

        Returns:
            Seconds of sound, as it was decoded or, before that, as the browser says, and seconds still to wait; None where not
            known.
        """
        copy = job.copy
        try:
            length_s = (copy.stat().st_size - WAV_HEAD) / WAV_BYTES_S if copy is not None else None
        except OSError:  # not decoded yet
            length_s = job.told_s or None
        if job.state != WORKING or length_s is None:
            return length_s, None
        return length_s, max(1.0, self.rate() * length_s - (self.clock() - job.started))

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

    def delete_kept(self, message_id: str) -> None:
        """Delete the take that a message of the store was kept from, if it is still there.

        Args:
            message_id: id of the message.
        """
        for job in [job for job in self._jobs.values() if job.kept_as == message_id and job.folder is not None]:
            self.delete(job)

    # -- inside ----------------------------------------------------------------------------------------------------------

    def refuse_when_full(self) -> None:
        """Say so before anything is uploaded.

        Raises:
            Busy: the queue is full.
        """
        waiting = len(self._queue)
        if waiting >= self.limit:
            raise Busy(max(1.0, round(self.usual_s() * (waiting + 1) / 2)), waiting)

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
        took = self.clock() - job.started
        self._took.append(took)
        self._rates.append(took / max(result.duration_s, 1.0))
        analysis = self.finish(result)
        with self._changed:
            if job.state == WORKING:
                job.analysis, job.state = analysis, DONE
        if job.when_over is not None:
            job.when_over(analysis, "")

    def _fail(self, job: Job, words: str) -> None:
        with self._changed:
            if job.state != WORKING:
                return  # deleted meanwhile
            self._clear(job, FAILED, words)
        if job.when_over is not None:
            job.when_over(None, words)

    def _sweep(self) -> None:
        while True:
            with self._changed:
                if self._changed.wait_for(lambda: self._stopping, timeout=SWEEP_S):
                    return
            self.sweep()
