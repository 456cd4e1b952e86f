"""One worker process, both ends of its pipe: `Worker` is the driver's, `serve` runs inside. The pool is in
`vmaudio.analysis.workers`, which says why it is built like this.

This module imports nothing heavy: a worker sets its number of threads before the numerical libraries are loaded.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any, Protocol

from vmaudio.errors import VmaudioError
from vmaudio.events import Event, Listener

log = logging.getLogger(__name__)

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Handler(Protocol):
    """What a worker process holds: made once, then it answers batches."""

    def describe(self) -> Any:
        """JSON that the driver may want to know before any work, such as the key of the results."""
        ...

    def answer(self, items: Sequence[Any], listener: Listener) -> Iterator[tuple[int, Any]]:
        """Work on a batch.

        Args:
            items: JSON.
            listener: is called with the work; its events reach the driver. It may be called from any thread.

        Yields:
            (index of the item, its answer as JSON), once for each item, in any order.
        """
        ...


Build = Callable[..., Handler]
"""Makes the handler inside the worker: it must be importable there (a module's function, or a partial of one). It is called
with ``threads``, the processor threads that the worker may use (None: all). A VmaudioError that it raises is final."""

Hear = Callable[["Worker", str, Any], None]
"""Takes what a worker says: see `Worker`."""


class Worker:
    """A process, seen from the driver; `start` starts it.

    Args:
        build: makes the handler inside the process.
        threads: processor threads that it may use; None leaves it to the libraries.
        hear: is called from a thread of this worker's own with (worker, kind, value): "ready" with the handler's description,
            "event" with an Event, "answer" with [index, answer], "done" after the last answer of a batch, and "ended" once, at
            the end. A ValueError or TypeError that it raises means that the process talks nonsense, and ends it.

    Attributes:
        ready: the handler was built.
        end: why it ended, or will: "died", or the reason given to `kill`.
        exit_code: of the process that has ended; negative is the signal that killed it, None is unknown.
        refusal: the sentence of the VmaudioError because of which no handler could be built.
    """

    def __init__(self, build: Build, threads: int | None, hear: Hear) -> None:
        self.ready, self.end, self.refusal = False, "died", ""
        self.exit_code: int | None = None
        self._build, self._threads, self._hear = build, threads, hear
        self._process: Any = None
        self._pipe: Connection | None = None
        self._started = threading.Event()

    def start(self) -> None:
        """Start the process. Returns at once."""
        # the thread that starts a process must live as long as it: Linux's signal on the parent's death is sent at the death
        # of the thread
        threading.Thread(target=self._live, daemon=True, name="vmaudio worker").start()

    @property
    def pid(self) -> int | None:
        """Id of the process; None until it was started."""
        return self._process.pid if self._process is not None else None

    def send(self, items: Sequence[Any]) -> None:
        """Send a batch. The process must be ready and have none; if it has just died, "ended" follows.

        Args:
            items: JSON values.
        """
        with contextlib.suppress(OSError):
            if self._pipe is not None:
                self._pipe.send_bytes(json.dumps(list(items)).encode())

    def kill(self, reason: str) -> None:
        """Kill the process; "ended" follows.

        Args:
            reason: what `end` will say.
        """
        self.end = reason
        if self._started.wait(30) and self._process is not None:
            self._process.kill()

    def join(self, timeout_s: float) -> None:
        """Wait for the end of the process.

        Args:
            timeout_s: longest wait in seconds.
        """
        if self._process is not None:
            self._process.join(timeout_s)

    def _live(self) -> None:
        """Start the process, pass on what it says, and report its end."""
        try:
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(
                target=serve, args=(theirs, self._build, self._threads), daemon=True, name="vmaudio worker"
            )
            process.start()
            theirs.close()
        except Exception:
            log.exception("a worker process could not be started")
            self._started.set()
            self._hear(self, "ended", None)
            return
        self._pipe, self._process = ours, process
        self._started.set()
        try:
            while True:
                kind, value = json.loads(ours.recv_bytes())
                self._pass_on(kind, value)
        except (EOFError, OSError):
            pass
        except (ValueError, TypeError) as error:
            log.warning("a worker process talks nonsense (%s); it is ended", error)
            process.kill()
        process.join(2)  # it closes its end of the pipe before it is quite gone
        if process.is_alive():
            process.kill()
        process.join()
        self.exit_code = process.exitcode
        ours.close()
        self._hear(self, "ended", None)

    def _pass_on(self, kind: str, value: Any) -> None:
        if kind == "refused":
            self.refusal = str(value)
        elif kind == "ready":
            self.ready = True
            self._hear(self, kind, value)
        elif kind in ("event", "answer", "done"):
            self._hear(self, kind, Event(*value) if kind == "event" else value)
        else:
            raise ValueError(f"an unknown word {kind!r}")


def serve(pipe: Connection, build: Build, threads: int | None) -> None:
    """Run inside a worker process: build the handler, then answer batches until the driver hangs up.

    Args:
        pipe: connection to the driver.
        build: makes the handler.
        threads: processor threads that the libraries may use; None leaves it to them.
    """
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
