"""Several processes on this machine, each with its own recogniser on its own cores.

The driver reads and hashes files, hands portions of messages to the workers, takes results back as JSON, scores them and
is the only one that writes. A worker that dies (out of memory, killed) costs its portion one retry: the portion is given
out again message by message, and a message that kills its worker twice becomes a Failure. The run goes on.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from vmaudio.analysis.analyzer import Analyzer, Baselines, Known, file_name, no_baseline, score_in_context
from vmaudio.analysis.engines import Results
from vmaudio.audio import read_source
from vmaudio.callback import promoted_model
from vmaudio.classify import ModelStore
from vmaudio.errors import VmaudioError
from vmaudio.records import Analysis, Failure, Key, Message
from vmaudio.rubric import load_rubric
from vmaudio.settings import get

PORTION = 16
"""Messages handed to a worker at once: one forward pass."""

TRIES = 2
"""A message that kills its worker this often becomes a Failure."""

WORKER_BYTES = 1.5e9
"""Memory of one worker with base: about 1 GB measured, with room for long recordings."""


def default_workers() -> int:
    """One worker per core, as memory allows."""
    cores = os.cpu_count() or 1
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return cores
    return max(1, min(cores, int(free // WORKER_BYTES)))


class WorkerStartError(VmaudioError):
    """A worker process could not build its analyzer; the sentence is the worker's own."""


@dataclass(slots=True)
class _Portion:
    """Messages that travel together; ``deaths`` counts the workers that died over them."""

    messages: list[Message]
    deaths: int = 0


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    portion: _Portion | None = None
    left: list[Message] = field(default_factory=list)  # of the portion, without a result so far
    ready: bool = False


class LocalEngine:
    """Worker processes on this machine.

    ``build`` makes an Analyzer inside a worker: it must be importable there (a module's function, or a partial of one) and
    takes ``threads``. ``rubric``, ``baselines`` and the
    callback model of ``models_dir`` are used by the driver, which scores.
    """

    name = "local"

    def __init__(
        self,
        build: Callable[..., Analyzer],
        *,
        workers: int = 2,
        baselines: Baselines = no_baseline,
        rubric: str | None = None,
        models_dir: str | None = None,
    ) -> None:
        self.callback = promoted_model(ModelStore.from_settings(models_dir))
        self.build, self.workers, self.baselines = build, workers, baselines
        self.rubric = load_rubric(str(get("rubric", rubric)))
        self.max_bytes = int(float(get("max_file_mb")) * 1e6)
        # spawn: a fork of a process that has used torch's threads may hang
        self._context = multiprocessing.get_context("spawn")
        self._threads = max(1, (os.cpu_count() or 1) // workers)
        self._started: list[_Worker] = []
        self._key: Key | None = None

    @property
    def key(self) -> Key:
        """The workers' key; starts the first worker to learn it."""
        if self._key is None:
            worker = self._start()
            self._started.append(worker)
            self._hear_ready(worker)
        assert self._key is not None  # noqa: S101 - _hear_ready set it or raised
        return self._key

    def run(self, messages: Iterable[Message], known: Known | None = None) -> Results:
        """Yield one result per message, in order of completion."""
        todo: deque[_Portion] = deque()
        source = iter(messages)
        workers = self._started
        self._started = []
        try:
            while True:
                while len(todo) < self.workers and (fresh := self._next_portion(source)) is not None:
                    yield from self._without(fresh, known)
                    if fresh.messages:
                        todo.append(fresh)
                busy = [worker for worker in workers if worker.portion is not None]
                if not todo and not busy:
                    return
                while len(workers) < min(self.workers, len(todo) + len(busy)):
                    workers.append(self._start())
                for worker in workers:
                    if worker.portion is None and todo:
                        worker.portion = todo.popleft()
                        worker.left = list(worker.portion.messages)
                        worker.pipe.send_bytes(json.dumps([message.to_dict() for message in worker.left]).encode())
                for worker in [w for pipe in wait([w.pipe for w in workers if w.portion]) for w in workers if w.pipe is pipe]:
                    yield from self._hear(worker, workers, todo)
        finally:
            for worker in workers:
                worker.process.terminate()
            for worker in workers:
                worker.process.join()
                worker.pipe.close()

    def _next_portion(self, source: Iterator[Message]) -> _Portion | None:
        taken = [message for message, _ in zip(source, range(PORTION), strict=False)]
        return _Portion(taken) if taken else None

    def _without(self, portion: _Portion, known: Known | None) -> Iterator[Analysis]:
        """Yield what the store knows of a portion, and leave the rest in it."""
        if known is None:
            return
        rest = []
        for message in portion.messages:
            try:
                found = known(hashlib.sha256(read_source(message.source, max_bytes=self.max_bytes)).hexdigest())
            except VmaudioError:
                found = None  # the worker meets the same trouble and makes the Failure
            if found is None:
                rest.append(message)
            else:
                yield score_in_context(found, message, self.rubric, self.baselines, self.callback)
        portion.messages = rest

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self.build, self._threads), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _hear_ready(self, worker: _Worker) -> None:
        try:
            kind, data = json.loads(worker.pipe.recv_bytes())
        except (EOFError, OSError) as error:
            raise WorkerStartError("A worker process died while loading; is there enough memory? Try --workers 1.") from error
        if kind == "refused":
            raise WorkerStartError(data)
        worker.ready = True
        self._key = Key.from_dict(data)

    def _hear(self, worker: _Worker, workers: list[_Worker], todo: deque[_Portion]) -> Iterator[Analysis | Failure]:
        """Take one message from a worker's pipe: a result, the end of its portion, or its death."""
        if not worker.ready:
            self._hear_ready(worker)
            return
        try:
            kind, data = json.loads(worker.pipe.recv_bytes())
        except (EOFError, OSError):
            workers.remove(worker)
            worker.process.join()
            worker.pipe.close()
            yield from self._bury(worker, todo)
            return
        if kind == "done":
            worker.portion = None
            return
        message = worker.left.pop(next(i for i, m in enumerate(worker.left) if m.message_id == data[0]))
        if kind == "failure":
            yield Failure.from_dict(data[1])
        else:
            yield score_in_context(Analysis.from_dict(data[1]), message, self.rubric, self.baselines, self.callback)

    def _bury(self, worker: _Worker, todo: deque[_Portion]) -> Iterator[Failure]:
        """Give what a dead worker left out again, each message alone; give up on one that has killed enough workers."""
        portion = worker.portion
        deaths = portion.deaths + 1 if portion else 0
        for message in worker.left:
            if deaths >= TRIES and portion is not None and len(portion.messages) == 1:
                yield Failure(
                    source=message.source,
                    file_name=file_name(message.source),
                    stage="worker",
                    error="WorkerDied",
                    message=f"{message.source}: the process that worked on it died {deaths} times (exit code "
                    f"{worker.process.exitcode}), perhaps for want of memory. Try fewer --workers, or a shorter recording.",
                )
            else:
                todo.appendleft(_Portion([message], deaths))


def _work(pipe: Connection, build: Callable[..., Analyzer], threads: int) -> None:
    """A worker's life: build the analyzer, then answer portions until the driver hangs up."""
    # numerical libraries outside torch read these when they are first imported
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)

    def send(kind: str, data: object) -> None:
        pipe.send_bytes(json.dumps([kind, data]).encode())

    try:
        analyzer = build(threads=threads)
    except VmaudioError as error:
        send("refused", str(error))
        return
    analyzer.ahead = 1
    send("ready", analyzer.key.to_dict())
    while True:
        try:
            messages = [Message.from_dict(data) for data in json.loads(pipe.recv_bytes())]
        except (EOFError, OSError):
            return
        waiting: dict[str, list[str]] = {}
        for message in messages:
            waiting.setdefault(message.source, []).append(message.message_id)
        for result in analyzer.analyze_many(messages):
            if isinstance(result, Failure):
                send("failure", [waiting[result.source].pop(), result.to_dict()])
            else:
                waiting[result.source].remove(result.message.message_id)
                send("analysis", [result.message.message_id, result.to_dict()])
        send("done", None)
