"""What the pool of workers handles: batches on their way, the workers that have them, answers and losses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vmaudio.analysis.worker_process import Worker
from vmaudio.errors import VmaudioError


class WorkerStartError(VmaudioError):
    """No worker process could be started; the sentence is the worker's own, or says how it died."""


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


@dataclass(slots=True, eq=False)
class Batch:
    """Items that travel together; ``deaths`` counts the workers that died over them, ``number`` the calls of `give`."""

    items: list[Any]
    number: int
    deaths: int = 0


class Member(Worker):
    """A worker of the pool.

    ``batch`` is what it works on and ``left`` its items without an answer so far, by index; ``deadline`` its end in time, and
    ``loading_until`` that of the loading. ``killed_at`` is the number of the last batch that was given when somebody killed it;
    ``dropped`` says that what it still sends is ignored.
    """

    batch: Batch | None = None
    deadline = float("inf")
    loading_until = float("inf")
    killed_at = 0
    dropped = False
    left: dict[int, Any]

    @property
    def until(self) -> float:
        """When its time is over: of the batch, or of the loading."""
        if self.batch is not None:
            return self.deadline
        return float("inf") if self.ready else self.loading_until


def ended(worker: Member) -> str:
    """How a worker ended, in words.

    Args:
        worker: a worker that has ended.

    Returns:
        The rest of a sentence.
    """
    if worker.refusal:
        return f"could not start ({worker.refusal.rstrip('.')})"
    if worker.end == "timeout":
        return "took too long"
    return "died" + (f" (exit code {worker.exit_code})" if worker.exit_code is not None else "")


def never_loaded(worker: Member, times: int) -> str:
    """Why there is no worker, as a sentence.

    Args:
        worker: the last that ended before it was ready.
        times: how many did, one after another.
    """
    return (
        f"A worker process {ended(worker)} while loading, {times} times in a row. "
        "Is there enough memory (and, on a cluster, a free processor)? Fewer workers need less (batch --workers 1)."
    )
