"""Worker processes that hold one loaded analyzer each: the one pool behind `batch --on local` and the web app.

What crosses the border between the processes is JSON in both directions. A worker decodes the audio of strangers, so what
it sends is parsed, never unpickled. That alone rules out the ready-made pools: `concurrent.futures.ProcessPoolExecutor`,
`multiprocessing.Pool`, pebble's `ProcessPool` and loky all unpickle a worker's answer in the driver. What else was looked at:

- `concurrent.futures`: no time limit for a task; one dead worker breaks the whole pool; one result per task.
- pebble (5.2): time limits and a pool that outlives its workers, but also one result per task, no events from a task that is
  running, and a worker that dies in its initializer (while the model is loaded) cannot be distinguished from one that dies
  over a task.

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

One process and what runs in it are in `vmaudio.analysis.worker_process`; here is who gets what, and what happens when one dies.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from vmaudio.analysis.pool_members import Answer, Batch, Lost, Member, WorkerStartError, ended, never_loaded
from vmaudio.analysis.worker_process import Build, Hear, Worker
from vmaudio.events import Listener, ignore

log = logging.getLogger(__name__)

TRIES = 2
"""Workers that may die over one item, or while loading, before it is given up."""

LEAST = 4
"""Items that a batch is not cut below: a forward pass of fewer takes nearly as long."""

LOADING_S = 300.0
"""Longest time a worker may take to load its model, in seconds."""


class WorkerPool:
    """Worker processes that are started when there is work for them, and again when they die.

    `give` and `wait` belong to one thread; `start`, `kill`, `stop` and `state` may be used from any other.

    Args:
        build: makes the handler inside a worker, see `vmaudio.analysis.worker_process.Build`.
        workers: most processes at a time.
        threads: processor threads of each; None leaves it to the libraries.
        timeout_s: longest time for one item, in seconds; a batch has as many times this as it has items. None is no limit.
        loading_s: longest time until a worker is ready, in seconds.
        tries: workers that may die over one item before it is lost.
        load_tries: workers that may die in a row while loading.
        member: makes a worker that is not yet started; processes of this machine by default.
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
        load_tries: int = TRIES,
        member: Callable[[Build, int | None, Hear], Member] = Member,
    ) -> None:
        self.build, self.workers, self.threads = build, workers, threads
        self.timeout_s, self.loading_s = timeout_s, loading_s
        self.tries, self.load_tries = tries, load_tries
        self._member = member
        self._lock = threading.RLock()
        self._running: list[Member] = []  # processes that have not ended
        self._busy: list[Member] = []  # that have a batch whose end was not reported yet
        self._todo: deque[Batch] = deque()
        self._heard: queue.SimpleQueue[tuple[Member, str, Any]] = queue.SimpleQueue()
        self._failed_loads = 0
        self._most = workers  # fewer when some cannot be loaded
        self._refusal = ""
        self._given = 0
        self._description: Any = None

    # -- from any thread -------------------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """ "ready", "starting", "stopped", or "broken: " and why no worker could be started."""
        with self._lock:
            if any(worker.ready for worker in self._running):
                return "ready"
            if self._running:
                return "starting"
            return f"broken: {self._refusal}" if self._refusal else "stopped"

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers."""
        with self._lock:
            return [worker.pid for worker in self._running if worker.pid is not None]

    def start(self, count: int = 1) -> None:
        """Make sure that workers run or load; at once, without waiting until they are ready.

        Args:
            count: how many workers; the pool's own limit holds.
        """
        with self._lock:
            while len(self._running) < min(count, self._most):
                worker = self._member(self.build, self.threads, self._hear)
                worker.left, worker.loading_until = {}, time.monotonic() + self.loading_s
                self._running.append(worker)
                worker.start()

    def kill(self) -> None:
        """Kill every worker; what was given and has no answer is reported as lost. The next batch starts workers again."""
        with self._lock:
            running = list(self._running)
            for worker in running:
                worker.killed_at = self._given
        for worker in running:
            worker.kill("killed")

    def stop(self) -> None:
        """Kill every worker, wait for its end, and forget what was given."""
        with self._lock:
            running, self._running = self._running, []
            for worker in running:
                worker.dropped = True
            self._todo.clear()
            self._busy.clear()
            self._most, self._failed_loads, self._refusal = self.workers, 0, ""
        for worker in running:
            worker.kill("killed")
        for worker in running:
            worker.join(5)

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
    def description(self) -> Any:
        """What the last worker that got ready said of itself; None before the first."""
        return self._description

    @property
    def pending(self) -> bool:
        """Is there anything given that has no answer yet?"""
        return bool(self._todo or self._busy)

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
            self._given += 1
            self._todo.append(Batch(list(items), self._given))

    def share_out(self) -> None:
        """Cut what waits into smaller and smaller batches, as nothing more will be given: so all workers end at about the same
        time, and none waits for another's last full batch. What is tried again stays as it is.
        """
        again = [batch for batch in self._todo if batch.deaths]
        rest = [item for batch in self._todo if not batch.deaths for item in batch.items]
        self._todo = deque(again)
        while rest:
            size = max(LEAST, len(rest) // (2 * self.workers))
            self._todo.append(Batch(rest[:size], self._given))
            rest = rest[size:]

    def wait(self, listener: Listener = ignore) -> Iterator[Answer | Lost]:
        """Wait until something happens to what was given.

        Args:
            listener: is called with the events of the workers.

        Yields:
            Answers and losses, perhaps none. Call it while `pending`.

        Raises:
            WorkerStartError: no worker can be started; what was given stays without an answer.
        """
        self.start(len(self._busy) + len(self._todo))
        self._hand_out()
        yield from self._next(listener)

    def _hand_out(self) -> None:
        """Give waiting batches to workers that are ready and have none."""
        with self._lock:
            running = list(self._running)
        for worker in running:
            if not self._todo:
                return
            if worker.ready and worker.batch is None:
                worker.batch = self._todo.popleft()
                worker.left = dict(enumerate(worker.batch.items))
                self._busy.append(worker)
                worker.deadline = (
                    time.monotonic() + self.timeout_s * len(worker.left) if self.timeout_s is not None else float("inf")
                )
                worker.send(worker.batch.items)

    def _next(self, listener: Listener) -> Iterator[Answer | Lost]:
        """Handle one thing that a worker sent; without any, kill the workers that are over their time."""
        with self._lock:
            running = list(self._running)
        left_s = min((worker.until for worker in running), default=float("inf")) - time.monotonic()
        try:
            worker, kind, value = self._heard.get(timeout=min(max(left_s, 0.0), 3600.0))
        except queue.Empty:
            now = time.monotonic()
            for late in [worker for worker in running if worker.until <= now]:
                late.deadline = late.loading_until = now + 5  # it is killed, and tells of its end
                late.kill("timeout")
            return
        if worker.dropped:
            return  # something that a stopped worker still sent
        if kind == "answer":
            index, answer = value
            if index in worker.left:
                yield Answer(worker.left.pop(index), answer)
        elif kind == "event":
            listener(value)
        elif kind == "done":
            left = self._release(worker)
            yield from (Lost(item, "unanswered") for item in left)
        elif kind == "ended":
            yield from self._bury(worker)
            if not worker.ready and worker.end != "killed":
                self._not_loaded(worker)

    def _release(self, worker: Member) -> list[Any]:
        """Take a worker's batch from it; return the items without an answer."""
        if worker in self._busy:
            self._busy.remove(worker)
        left, worker.batch, worker.left = list(worker.left.values()), None, {}
        return left

    def _bury(self, worker: Member) -> Iterator[Lost]:
        """Give what a dead worker left out again, each item alone; give up what has cost enough workers, or was killed."""
        batch = worker.batch
        left = self._release(worker)
        if worker.end == "killed":
            unwanted = [batch for batch in self._todo if batch.number <= worker.killed_at]
            for other in unwanted:
                self._todo.remove(other)
                left += other.items
            yield from (Lost(item, "killed", 0, worker.exit_code) for item in left)
        elif batch is not None:
            deaths = batch.deaths + 1
            if deaths >= self.tries and (len(batch.items) == 1 or self.tries == 1):
                yield from (Lost(item, worker.end, deaths, worker.exit_code) for item in left)
            else:
                self._todo.extendleft(Batch([item], batch.number, deaths) for item in reversed(left))

    def _not_loaded(self, worker: Member) -> None:
        """A worker ended before it was ready: try once more, or go on with those that work."""
        self._failed_loads += 1
        if self._failed_loads < self.load_tries and not worker.refusal:
            log.warning("a worker process %s while loading; it is started again", ended(worker))
            return
        with self._lock:
            others = len(self._running)
            if others:
                self._most = others
                log.warning("a worker process %s while loading; the work goes on with %d", ended(worker), others)
                return
            self._refusal = worker.refusal or never_loaded(worker, self._failed_loads)
            self._failed_loads, self._most = 0, self.workers
            self._todo.clear()
            raise WorkerStartError(self._refusal)

    # -- the workers' threads --------------------------------------------------------------------------------------------

    def _hear(self, worker: Worker, kind: str, value: Any) -> None:
        """Take what a worker sent: what concerns the state of the pool is handled now, the rest in the order of the queue."""
        assert isinstance(worker, Member)  # noqa: S101 - the pool starts no others
        if kind == "ready":
            with self._lock:
                self._description, self._failed_loads, self._refusal = value, 0, ""
        elif kind == "answer":
            index, _ = value
            if type(index) is not int or index not in worker.left:
                raise ValueError(f"an answer to item {index!r}")
        elif kind == "ended":
            with self._lock:
                if worker in self._running:
                    self._running.remove(worker)
                if worker.refusal:
                    self._refusal = worker.refusal
        self._heard.put((worker, kind, value))
