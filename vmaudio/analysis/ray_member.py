"""A worker of the pool that is a Ray actor, seen from the driver."""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import threading
from collections.abc import Sequence
from typing import Any

from vmaudio.analysis.pool_members import Member
from vmaudio.analysis.ray_worker import RayWorker, order_of
from vmaudio.analysis.worker_process import Build, Hear

log = logging.getLogger(__name__)


class RayMember(Member):
    """An actor, as `vmaudio.analysis.worker_process.Worker` is a process. Events of the stages do not come back.

    Args:
        build: makes the analyzer on the node: a module's function, or a partial of one with settings that are JSON.
        threads: processors that the actor asks the cluster for, and threads that it uses.
        hear: as of `Worker`.
        key: under which the other actors' results are stored; None if this is the first.
    """

    def __init__(self, build: Build, threads: int | None, hear: Hear, *, key: Any = None) -> None:
        super().__init__(build, threads, hear)
        self._key = key
        self._inbox: queue.SimpleQueue[Sequence[Any] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._live, daemon=True, name="vmaudio ray worker")
        self._actor: Any = None
        self._pid: int | None = None

    def start(self) -> None:
        """Ask for the actor. Returns at once."""
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """Id of the actor's process on its node; None until it is ready."""
        return self._pid

    def send(self, items: Sequence[Any]) -> None:
        """Send a batch; see `Worker.send`.

        Args:
            items: each with "message", JSON, and "data", the recording's bytes.
        """
        self._inbox.put(items)

    def kill(self, reason: str) -> None:
        """Kill the actor; "ended" follows.

        Args:
            reason: what `end` will say.
        """
        self.end = reason
        self._inbox.put(None)
        if self._started.wait(30):
            self._end_actor()

    def join(self, timeout_s: float) -> None:
        """Wait until the actor was let go.

        Args:
            timeout_s: longest wait in seconds.
        """
        self._thread.join(timeout_s)

    def _end_actor(self) -> None:
        import ray

        with contextlib.suppress(Exception):  # it has gone, or Ray has
            ray.kill(self._actor, no_restart=True)

    def _load(self) -> bytes:
        """What `RayWorker.load` said. The wait ends with `kill`: Ray itself must not be shut down under it."""
        import ray

        said = self._actor.load.remote(order_of(self._build, self._threads, self._key))
        while True:
            try:
                return bytes(ray.get(said, timeout=1))
            except ray.exceptions.GetTimeoutError:
                if self.end != "died":
                    raise

    def _live(self) -> None:
        """Make the actor, pass on what it says, and report its end."""
        import ray

        try:
            actor = ray.remote(RayWorker)
            self._actor = actor.options(num_cpus=self._threads or 1, max_restarts=0).remote()
            self._started.set()
            kind, value = json.loads(self._load())
            if kind == "ready":
                self._pid, value = value["pid"], value["key"]
            self._pass_on(kind, value)
            while kind == "ready" and (items := self._inbox.get()) is not None:
                messages = json.dumps([item["message"] for item in items]).encode()
                data = [item["data"] for item in items]
                for answer in self._actor.answer.options(num_returns="streaming").remote(messages, *data):
                    self._pass_on("answer", json.loads(ray.get(answer)))
                del items, data
                self._pass_on("done", None)
        except (ValueError, TypeError) as error:
            log.warning("a Ray actor talks nonsense (%s); it is ended", error)
        except Exception as error:  # noqa: BLE001 - Ray has many kinds; for the pool each of them is the end of this actor
            if getattr(error, "actor_init_failed", False):  # `RayWorker` only has to be imported
                why = str(error).strip().splitlines()[-1]
                self.refusal = f"vmaudio could not be imported on a node of Ray ({why}). Install the same on all nodes."
            elif self.end == "died":
                log.warning("a Ray actor has ended: %s", (str(error).strip().splitlines() or [type(error).__name__])[0])
        finally:
            self._started.set()
            self._end_actor()
            self._hear(self, "ended", None)
