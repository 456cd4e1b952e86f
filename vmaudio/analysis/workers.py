"""Worker processes that hold one loaded analyzer each: the one pool behind `batch --on local` and the web app.

What crosses the border between the processes is JSON in both directions. A worker decodes the audio of strangers, so what
it sends is parsed, never unpickled. That alone rules out the ready-made pools: `concurrent.futures.ProcessPoolExecutor`,
`multiprocessing.Pool`, pebble's `ProcessPool` and loky all unpickle a worker's answer in the driver. What else was looked at:

- `concurrent.futures`: no time limit for a task; one dead worker breaks the whole pool; one result per task.
- pebble (5.2): time limits and a pool that outlives its workers, but also one result per task, no word from a task under way,
  and a worker that dies in its initializer (while the model is loaded) is not told apart from one that dies over a task.

So this is a small pool over `multiprocessing.Process` and `Pipe` of the standard library, which do the starting (spawn: a
fork of a process that has used torch's threads may hang), the waiting and the killing. It adds:

- a batch of items goes to a worker, results come back one by one as they are ready, and events between them;
- a worker that dies over a batch costs it one retry: the items without an answer are given out again, each alone. An item
  that has cost ``tries`` workers is given up as `Lost`;
- a worker that dies while loading is started again; after ``tries`` such deaths in a row the pool goes on with the workers
  that work, and raises `WorkerStartError` if there is none;
- a time limit for each batch, after which its worker is killed;
- workers end with their parent, however that ends: by Linux's PR_SET_PDEATHSIG, and elsewhere (and if the parent dies before
  that is set) by a thread that waits for the end of the parent's pipe.

This module imports nothing heavy: a worker sets its number of threads before the numerical libraries are loaded.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import logging
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Protocol

from vmaudio.errors import VmaudioError
from vmaudio.events import Event, Listener, ignore

log = logging.getLogger(__name__)

TRIES = 2
"""Workers that may die over one item, or while loading, before it is given up."""

LOADING_S = 300.0
"""Longest time a worker may take to load its model, in seconds."""

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class WorkerStartError(VmaudioError):
    """No worker process could be started; the sentence is the worker's own, or says how it died."""


class Handler(Protocol):
    """What a worker process holds: made once, then it answers batches."""

    def describe(self) -> Any:
        """JSON that the driver may want to know before any work, such as the key of the results."""
        ...

    def answer(self, items: Sequence[Any], listener: Listener) -> Iterator[tuple[int, Any]]:
        """Work on a batch.

        Args:
            items: JSON.
            listener: hears of the work; its events reach the driver. It may be called from any thread.

        Yields:
            (index of the item, its answer as JSON), once for each item, in any order.
        """
        ...


Build = Callable[..., Handler]
"""Makes the handler inside the worker: it must be importable there (a module's function, or a partial of one). It is called
with ``threads``, the processor threads that the worker may use (None: all). A VmaudioError that it raises is final."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one item; both are JSON."""

    item: Any
    value: Any


@dataclass(frozen=True, slots=True)
class Lost:
    """An item without an answer.

    Attributes:
        item: JSON, as it was given.
        reason: "died" (its worker), "timeout", "killed" (by `WorkerPool.kill`) or "unanswered" (the handler skipped it).
        deaths: workers that died over it.
        exit_code: of the last worker; negative is the signal that killed it, None is unknown.
    """

    item: Any
    reason: str
    deaths: int = 0
    exit_code: int | None = None


@dataclass(slots=True)
class _Batch:
    """Items that travel together; ``deaths`` counts the workers that died over them."""

    items: list[Any]
    deaths: int = 0


@dataclass(slots=True, eq=False)
class _Worker:
    """One process, seen from the driver. ``left`` are the items of its batch that have no answer so far, by index."""

    deadline: float
    process: Any = None
    pipe: Connection | None = None
    started: threading.Event = field(default_factory=threading.Event)
    ready: bool = False
    batch: _Batch | None = None
    left: dict[int, Any] = field(default_factory=dict)
    end: str = "died"

    def kill(self, reason: str) -> None:
        """Kill the process; the thread that reads from it then tells of its end."""
        self.end = reason
        if self.started.wait(30) and self.process is not None:
            self.process.kill()


class WorkerPool:
    """Worker processes that are started when there is work for them, and again when they die.

    `give` and `wait` belong to one thread; `start`, `kill`, `stop` and `state` may be used from any other.

    Args:
        build: makes the handler inside a worker, see `Build`.
        workers: most processes at a time.
        threads: processor threads of each; None leaves it to the libraries.
        timeout_s: longest time for one item, in seconds; a batch has as many times this as it has items. None is no limit.
        loading_s: longest time until a worker is ready, in seconds.
        tries: workers that may die over one item, or in a row while loading.
    """

    def __init__(
        self,
        build: Build,
        *,
        workers: int = 1,
        threads: int | None = None,
        timeout_s: float | None = None,
        loading_s: float = LOADING_S,
        tries: int = TRIES,
    ) -> None:
        self.build, self.workers, self.threads = build, workers, threads
        self.timeout_s, self.loading_s, self.tries = timeout_s, loading_s, tries
        self._context = multiprocessing.get_context("spawn")
        self._lock = threading.RLock()
        self._running: list[_Worker] = []
        self._todo: deque[_Batch] = deque()
        self._heard: queue.SimpleQueue[tuple[_Worker, str, Any]] = queue.SimpleQueue()
        self._failed_loads = 0
        self._most = workers  # fewer when some cannot be loaded
        self._refusal = ""
        self._description: Any = None

    # -- from any thread -------------------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """ "ready", "starting", "stopped", or "broken: " and why no worker could be started."""
        with self._lock:
            if any(worker.ready for worker in self._running):
                return "ready"
            if self._refusal:
                return f"broken: {self._refusal}"
            return "starting" if self._running else "stopped"

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers."""
        with self._lock:
            return [worker.process.pid for worker in self._running if worker.started.is_set() and worker.process is not None]

    def start(self, count: int = 1) -> None:
        """See to it that ``count`` workers run or load, at most as many as the pool may have. Does not wait for them."""
        with self._lock:
            while len(self._running) < min(count, self._most):
                self._refusal = ""
                worker = _Worker(time.monotonic() + self.loading_s)
                self._running.append(worker)
                threading.Thread(target=self._live, args=(worker,), daemon=True, name="vmaudio worker").start()

    def kill(self) -> None:
        """Kill every worker; what was given and has no answer is told as lost. The next batch starts workers again."""
        with self._lock:
            running = list(self._running)
        for worker in running:
            worker.kill("killed")

    def stop(self) -> None:
        """Kill every worker, wait for its end, and forget what was given."""
        with self._lock:
            running, self._running = self._running, []
            self._todo.clear()
            self._most, self._failed_loads, self._refusal = self.workers, 0, ""
        for worker in running:
            worker.kill("killed")
        for worker in running:
            if worker.process is not None:
                worker.process.join(5)

    # -- the driver ------------------------------------------------------------------------------------------------------

    def describe(self) -> Any:
        """What the handlers say of themselves (`Handler.describe`); starts a worker to learn it.

        Raises:
            WorkerStartError: none can be started.
        """
        while self._description is None:
            self.start()
            for _ in self._next(ignore):
                pass
        return self._description

    @property
    def pending(self) -> bool:
        """Is there anything given that has no answer yet?"""
        return bool(self._todo) or any(worker.batch is not None for worker in self._running)

    @property
    def wants_more(self) -> bool:
        """Would another batch keep a worker from waiting? One batch per worker may lie ready."""
        return len(self._todo) < self.workers

    def give(self, items: Sequence[Any]) -> None:
        """Put a batch in the queue.

        Args:
            items: JSON; they are answered one by one, and retried one by one when a worker dies.
        """
        if items:
            self._todo.append(_Batch(list(items)))

    def wait(self, listener: Listener = ignore) -> Iterator[Answer | Lost]:
        """Wait until something happens to what was given.

        Args:
            listener: hears of the events of the workers.

        Yields:
            Answers and losses, perhaps none. Call it while `pending`.

        Raises:
            WorkerStartError: no worker can be started; what was given stays without an answer.
        """
        with self._lock:
            busy = sum(worker.batch is not None for worker in self._running)
        self.start(busy + len(self._todo))
        self._hand_out()
        yield from self._next(listener)

    def _hand_out(self) -> None:
        """Give waiting batches to workers that are ready and have none."""
        for worker in list(self._running):
            if not self._todo:
                return
            if worker.ready and worker.batch is None and worker.pipe is not None:
                worker.batch = self._todo.popleft()
                worker.left = dict(enumerate(worker.batch.items))
                worker.deadline = (
                    time.monotonic() + self.timeout_s * len(worker.left) if self.timeout_s is not None else float("inf")
                )
                with contextlib.suppress(OSError):  # it died just now: its thread tells
                    worker.pipe.send_bytes(json.dumps(worker.batch.items).encode())

    def _next(self, listener: Listener) -> Iterator[Answer | Lost]:
        """Take one word from a worker, or see to those that are beyond their time."""
        deadlines = [worker.deadline for worker in self._running if worker.batch is not None or not worker.ready]
        left_s = min(deadlines, default=float("inf")) - time.monotonic()
        try:
            worker, kind, value = self._heard.get(timeout=min(max(left_s, 0.0), 3600.0))
        except queue.Empty:
            now = time.monotonic()
            for late in [w for w in self._running if (w.batch is not None or not w.ready) and w.deadline <= now]:
                late.deadline = now + 5  # it is killed, and its thread tells of it
                late.kill("timeout")
            return
        if worker not in self._running:
            return  # a last word of one that was stopped
        if kind == "answer":
            index, answer = value
            yield Answer(worker.left.pop(index), answer)
        elif kind == "event":
            listener(Event(*value))
        elif kind == "done":
            left, worker.batch, worker.left = worker.left, None, {}
            yield from (Lost(item, "unanswered") for item in left.values())
        elif kind == "ended":
            with self._lock:
                self._running.remove(worker)
            yield from self._bury(worker, value) if worker.ready else self._not_loaded(worker, value)

    def _bury(self, worker: _Worker, exit_code: int | None) -> Iterator[Lost]:
        """Give what a dead worker left out again, each item alone; give up what has cost enough workers."""
        batch = worker.batch
        if worker.end == "killed":
            yield from self._give_up(worker, exit_code)
        elif batch is not None:
            deaths = batch.deaths + 1
            alone = len(batch.items) == 1
            for item in reversed(worker.left.values()):
                if deaths >= self.tries and (alone or self.tries == 1):
                    yield Lost(item, worker.end, deaths, exit_code)
                else:
                    self._todo.appendleft(_Batch([item], deaths))

    def _give_up(self, worker: _Worker, exit_code: int | None) -> Iterator[Lost]:
        """Somebody wants the work to stop: everything that was given is lost."""
        given = [*worker.left.values(), *(item for batch in self._todo for item in batch.items)]
        self._todo.clear()
        yield from (Lost(item, "killed", 0, exit_code) for item in given)

    def _not_loaded(self, worker: _Worker, exit_code: int | None) -> Iterator[Lost]:
        """A worker ended before it was ready: try once more, or go on with those that work."""
        if worker.end == "killed":
            yield from self._give_up(worker, exit_code)
            return
        self._failed_loads += 1
        if self._failed_loads < self.tries and not self._refusal:
            log.warning("a worker process %s while loading; it is started again", _ended(worker.end, exit_code))
            return
        if any(other.ready for other in self._running):
            self._most = max(1, len(self._running))
            self._failed_loads = 0
            log.warning("no more than %d worker processes can be loaded here; the work goes on with them", self._most)
            return
        sentence = self._refusal or (
            f"A worker process {_ended(worker.end, exit_code)} while loading, {self._failed_loads} times in a row. "
            "Is there enough memory? Try --workers 1."
        )
        with self._lock:
            self._failed_loads, self._refusal = 0, sentence
            self._todo.clear()
        raise WorkerStartError(sentence)

    # -- a worker's thread -----------------------------------------------------------------------------------------------

    def _live(self, worker: _Worker) -> None:
        """Start a process and read what it says until it ends.

        The thread that starts a process must live as long as it: Linux's signal on the parent's death is sent at the death of
        the thread.
        """
        try:
            ours, theirs = self._context.Pipe()
            process = self._context.Process(
                target=_serve, args=(theirs, self.build, self.threads), daemon=True, name="vmaudio worker"
            )
            process.start()
            theirs.close()
            worker.pipe, worker.process = ours, process
        except Exception:
            log.exception("a worker process could not be started")
            worker.started.set()
            self._heard.put((worker, "ended", None))
            return
        worker.started.set()
        try:
            while True:
                kind, value = json.loads(ours.recv_bytes())
                self._note(worker, kind, value)
        except (EOFError, OSError, ValueError, TypeError, KeyError) as error:
            if not isinstance(error, (EOFError, OSError)):
                log.warning("a worker process said what cannot be read (%s); it is ended", error)
        process.join(2)  # it closes its end of the pipe before it is quite gone
        if process.is_alive():
            process.kill()
        process.join()
        exit_code = process.exitcode
        ours.close()
        self._heard.put((worker, "ended", exit_code))

    def _note(self, worker: _Worker, kind: str, value: Any) -> None:
        """Take one word of a worker: what concerns the pool at once, the rest in the order of the queue."""
        if kind == "ready":
            with self._lock:
                self._description, self._failed_loads = value, 0
                worker.deadline, worker.ready = float("inf"), True
        elif kind == "refused":
            with self._lock:
                self._refusal = str(value)
        elif kind == "answer":
            index, _ = value
            if type(index) is not int or index not in worker.left:
                raise ValueError(f"an answer to item {index!r}")
        self._heard.put((worker, kind, value))


def _ended(reason: str, exit_code: int | None) -> str:
    """How a worker ended, in words."""
    return "took too long" if reason == "timeout" else f"died (exit code {exit_code})"


# -- inside the worker ---------------------------------------------------------------------------------------------------------


def _serve(pipe: Connection, build: Build, threads: int | None) -> None:
    """A worker's life: build the handler, then answer batches until the driver hangs up."""
    _end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's business; it then ends this process
    if threads is not None:  # numerical libraries read these when they are first imported
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ[name] = str(threads)
    sending = threading.Lock()  # events may come from several threads

    def send(kind: str, value: Any = None) -> None:
        data = json.dumps([kind, value]).encode()
        with sending:
            pipe.send_bytes(data)

    def tell(event: Event) -> None:
        send("event", [event.stage, event.item, event.done, event.total])

    try:
        try:
            handler = build(threads=threads)
        except VmaudioError as error:
            send("refused", str(error))
            return
        send("ready", handler.describe())
        while True:
            items = json.loads(pipe.recv_bytes())
            for index, answer in handler.answer(items, tell):
                send("answer", [index, answer])
            send("done")
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the driver has gone


def _end_with_parent() -> None:
    """Make this process end when its parent does, also when that is killed."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent.pid:  # it ended before that was set
            os._exit(1)

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="vmaudio parent").start()
