"""Who analyses uploads: one long-lived process with the model loaded once, which can be killed and is started again.

A stranger's audio is decoded there and nowhere else. What comes back crosses the border as JSON, never as pickle. For tests
there is `Inline`, which works in this process.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from vmaudio.errors import VmaudioError
from vmaudio.records import Analysis, Failure, Message

if TYPE_CHECKING:
    from vmaudio.analysis import Analyzer
    from vmaudio.records import Activity, Recording, Transcript

log = logging.getLogger(__name__)

STAGES = ("listen", "transcribe", "describe")
"""What the worker says it is doing, in this order: decode and measure; recognise words; parts, tone and features."""

LOADING_S = 300.0
"""Longest time the model may take to load."""

Told = Callable[[str], None]
Factory = Callable[[], "Analyzer"]


class WorkerStopped(VmaudioError):
    """The worker died, took too long, or was stopped; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Task:
    """One upload to be analysed. ``copy`` is where the copy for the player goes."""

    message: Message
    copy: Path

    def to_json(self) -> bytes:
        """For the way to the worker."""
        return json.dumps({"message": self.message.to_dict(), "copy": str(self.copy)}).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Task:
        """What `to_json` wrote."""
        found = json.loads(data)
        return cls(Message.from_dict(found["message"]), Path(found["copy"]))


class Engine(Protocol):
    """Analyses one upload at a time."""

    @property
    def state(self) -> str:
        """ "starting", "ready", "stopped", or "broken: " and why."""
        ...

    def start(self) -> None:
        """Load the model, in the background where that takes long."""
        ...

    def run(self, task: Task, told: Told) -> Analysis | Failure:
        """Analyse; ``told`` hears of the stages. Raises `WorkerStopped` when it died or was too slow."""
        ...

    def kill(self) -> None:
        """Stop the task under way at once."""
        ...

    def stop(self) -> None:
        """End."""
        ...


class _Speaking:
    """A transcriber that says when it is done, so that the progress shown is the true one."""

    def __init__(self, inner: Any, told: Told) -> None:
        self.inner, self.told = inner, told
        self.name: str = inner.name

    @property
    def options(self) -> Mapping[str, str | int | float | bool]:
        options: Mapping[str, str | int | float | bool] = self.inner.options
        return options

    def transcribe_many(
        self, recordings: Sequence[Recording], activities: Sequence[Activity], hints: Sequence[str] = ()
    ) -> list[Transcript]:
        self.told("transcribe")
        found: list[Transcript] = list(self.inner.transcribe_many(recordings, activities, hints))
        self.told("describe")
        return found


def work(analyzer: Analyzer, task: Task, told: Told) -> Analysis | Failure:
    """Analyse one upload and write the copy for the player."""
    from vmaudio.audio import write_copy

    told("listen")
    inner = analyzer.transcriber
    analyzer.transcriber = _Speaking(inner, told)  # type: ignore[assignment]
    try:
        result = analyzer.analyze(task.message)
    finally:
        analyzer.transcriber = inner
    if isinstance(result, Analysis):
        try:
            write_copy(task.message.source, task.copy, max_seconds=analyzer.options.max_seconds)
        except (VmaudioError, OSError) as error:  # the scorecard is worth having without a player
            log.warning("no copy for the player: %s", error)
    return result


def build(engine: str | None, language: str | None, rubric: str | None, models_dir: str | None, max_seconds: float) -> Analyzer:
    """The analyzer of the settings, with the uploads' limit of seconds."""
    from vmaudio.analysis import Analyzer

    made = Analyzer.from_settings(engine=engine, language=language, rubric=rubric, models_dir=models_dir)
    made.options = dataclasses.replace(made.options, max_seconds=min(max_seconds, made.options.max_seconds))
    return made


class Inline:
    """Works in the calling thread: for tests."""

    def __init__(self, factory: Factory) -> None:
        self.factory = factory
        self.analyzer: Analyzer | None = None

    @property
    def state(self) -> str:
        return "ready"

    def start(self) -> None:
        self.analyzer = self.analyzer or self.factory()

    def run(self, task: Task, told: Told) -> Analysis | Failure:
        self.start()
        assert self.analyzer is not None  # noqa: S101 - start has made it
        return work(self.analyzer, task, told)

    def kill(self) -> None:
        return

    def stop(self) -> None:
        return


class Worker:
    """One child process. ``factory`` is called in it and must be importable there.

    ``timeout_s`` is the longest time one task may take; then the process is killed, and started again for the next.
    """

    def __init__(self, factory: Factory, timeout_s: float = 300.0) -> None:
        self.factory, self.timeout_s = factory, timeout_s
        self._context = multiprocessing.get_context("spawn")
        self._lock = threading.RLock()
        self._process: Any = None
        self._pipe: Connection | None = None
        self._state = "stopped"
        self._killed = self._busy = False

    @property
    def state(self) -> str:
        if self._state == "starting" and not self._busy and self._lock.acquire(blocking=False):
            try:
                if not self._busy and self._pipe is not None and self._pipe.poll(0):
                    self._began(*self._receive(time.monotonic() + 1))
            except WorkerStopped:
                pass  # the state says it
            finally:
                self._lock.release()
        return self._state

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        process = self._process
        return process.pid if process is not None else None

    def start(self) -> None:
        """Start the process if it does not run; the model is loaded while others go on."""
        with self._lock:
            if self._process is not None and self._process.is_alive():
                return
            self._drop()
            ours, theirs = self._context.Pipe()
            self._process = self._context.Process(
                target=_serve, args=(self.factory, theirs), daemon=True, name="vmaudio worker"
            )
            self._process.start()
            theirs.close()
            self._pipe, self._state = ours, "starting"

    def run(self, task: Task, told: Told) -> Analysis | Failure:
        """Analyse one upload in the process.

        Raises:
            WorkerStopped: it died, took too long, was killed, or its model cannot be loaded.
        """
        with self._lock:
            self._killed, self._busy = False, True
        try:
            return self._run(task, told)
        finally:
            self._busy = False

    def _run(self, task: Task, told: Told) -> Analysis | Failure:
        self.start()
        if self._state == "starting":
            told("load")
        deadline = time.monotonic() + LOADING_S
        while self._state == "starting":
            self._began(*self._receive(deadline))
        self._send(task.to_json())
        deadline = time.monotonic() + self.timeout_s
        while True:
            kind, value = self._receive(deadline)
            if kind == "stage":
                told(value)
            elif kind == "done":
                return Analysis.from_dict(value)
            elif kind == "failed":
                return Failure.from_dict(value)

    def kill(self) -> None:
        """Kill the process; `run` in another thread ends with `WorkerStopped`."""
        self._killed = True
        process = self._process
        if process is not None:
            process.kill()
            process.join(5)

    def stop(self) -> None:
        """End the process."""
        with self._lock:
            self._killed = True
            self._drop()
            self._state = "stopped"

    def _began(self, kind: str, value: Any) -> None:
        """Take the process's first word: it is ready, or why it cannot work."""
        if kind == "ready":
            self._state = "ready"
        elif kind == "broken":
            with self._lock:
                self._drop()
                self._state = f"broken: {value}"
            raise WorkerStopped(value)

    def _send(self, data: bytes) -> None:
        try:
            assert self._pipe is not None  # noqa: S101 - start has made it
            self._pipe.send_bytes(data)
        except (OSError, ValueError, AssertionError):
            raise self._ended() from None

    def _receive(self, deadline: float) -> tuple[str, Any]:
        pipe, process = self._pipe, self._process
        if pipe is None or process is None:
            raise self._ended()
        while True:
            try:
                if pipe.poll(0.2):
                    kind, value = json.loads(pipe.recv_bytes())
                    return kind, value
            except (EOFError, OSError):
                raise self._ended() from None
            if not process.is_alive() and not pipe.poll(0):
                raise self._ended()
            if time.monotonic() > deadline:
                with self._lock:
                    self._drop()
                raise WorkerStopped(
                    f"This took longer than {self.timeout_s:.0f} s and was stopped. Upload a shorter recording, or ask whoever "
                    "runs the server to raise VMAUDIO_UPLOAD_TIMEOUT_S."
                )

    def _ended(self) -> WorkerStopped:
        with self._lock:
            self._drop()
        if self._killed:
            return WorkerStopped("The analysis was stopped.")
        return WorkerStopped(
            "The worker that analyses recordings died over this one (out of memory, or a damaged file). "
            "It is started again: try once more, or with another recording."
        )

    def _drop(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            if self._process.is_alive():
                self._process.kill()
            self._process.join(5)
        self._process, self._pipe, self._state = None, None, "stopped"


def _serve(factory: Factory, pipe: Connection) -> None:
    """The child: build the analyzer once, then work until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business; it then ends this process

    def tell(kind: str, value: Any = None) -> None:
        pipe.send_bytes(json.dumps([kind, value]).encode())

    try:
        try:
            analyzer = factory()
        except VmaudioError as error:
            tell("broken", str(error))
            return
        tell("ready")
        while True:
            task = Task.from_json(pipe.recv_bytes())
            result = work(analyzer, task, lambda stage: tell("stage", stage))
            tell("done" if isinstance(result, Analysis) else "failed", result.to_dict())
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the parent has gone
