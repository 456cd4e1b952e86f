"""Several processes on this machine, each with its own recogniser on its own cores.

The driver reads and hashes files, hands batches of messages to the workers (`vmaudio.analysis.workers`), takes results back
as JSON, scores them and is the only one that writes. A worker that dies (out of memory, killed) costs its batch one retry; a
message that kills its worker twice becomes a Failure. The run goes on.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from vmaudio.analysis.analyzer import Analyzer
from vmaudio.analysis.failures import file_name
from vmaudio.analysis.pool_members import Answer, Lost
from vmaudio.analysis.prepare import Known
from vmaudio.analysis.scoring_pass import Baselines, no_baseline, score_in_context
from vmaudio.analysis.serving import result_from_json, serve_messages
from vmaudio.analysis.workers import WorkerPool
from vmaudio.audio import read_source
from vmaudio.callback import promoted_model
from vmaudio.classify import ModelStore
from vmaudio.errors import VmaudioError
from vmaudio.events import Listener, ignore
from vmaudio.records import Analysis, Failure, Key, Message
from vmaudio.rubric import load_rubric
from vmaudio.settings import get

BATCH = 16
"""Messages handed to a worker at once: one forward pass."""

WORKER_BYTES = 1.5e9
"""Memory of one worker with base: about 1 GB measured, with room for long recordings."""


def default_workers(worker_bytes: float = WORKER_BYTES) -> int:
    """Number of workers: one per core, as memory allows.

    Args:
        worker_bytes: memory of one.
    """
    cores = os.cpu_count() or 1
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return cores
    return max(1, min(cores, int(free // worker_bytes)))


class LocalEngine:
    """Worker processes on this machine.

    Args:
        build: makes an Analyzer inside a worker: it must be importable there (a module's function, or a partial of one) and
            takes ``threads`` and ``ahead``.
        workers: number of processes; the cores are shared among them.
        baselines: gives a rep's own baseline; used by the driver, which scores.
        rubric: path of a rubric file, used by the driver; None is the setting's.
        models_dir: folder with the promoted callback model, used by the driver; None is the setting's.
        listener: is called with the stages of each message.

    Raises:
        VmaudioError: the rubric or the callback model cannot be used.
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
        listener: Listener = ignore,
    ) -> None:
        self.callback = promoted_model(ModelStore.from_settings(models_dir))
        self.workers, self.baselines, self.listener = workers, baselines, listener
        self.rubric = load_rubric(str(get("rubric", rubric)))
        self.max_bytes = int(float(get("max_file_mb")) * 1e6)
        self.pool = self._make_pool(build)

    def _make_pool(self, build: Callable[..., Analyzer]) -> WorkerPool:
        """The pool that does the work."""
        threads = max(1, (os.cpu_count() or 1) // self.workers)
        return WorkerPool(functools.partial(serve_messages, build), workers=self.workers, threads=threads)

    @property
    def key(self) -> Key:
        """The key under which results are stored; starts the first worker to learn it.

        Raises:
            WorkerStartError: no worker can be started.
        """
        return Key.from_dict(self.pool.describe())

    def run(self, messages: Iterable[Message], known: Known | None = None) -> Generator[Analysis | Failure, None, None]:
        """Analyse messages in the workers; they end with the run.

        Args:
            messages: what to analyse; read as the work goes on.
            known: looks up an earlier result by the SHA-256 of the bytes.

        Yields:
            One result per message, in order of completion.

        Raises:
            WorkerStartError: no worker can be started.
        """
        source, pool, ended = iter(messages), self.pool, False
        try:
            while True:
                while pool.wants_more and not ended:
                    batch = self._take(source)
                    yield from self._hand_over(batch, known)
                    if ended := not batch:
                        pool.share_out()
                if not pool.pending:
                    return
                for outcome in pool.wait(self.listener):
                    yield self._result(outcome)
        finally:
            pool.stop()

    def _take(self, source: Iterator[Message]) -> Sequence[Any]:
        """The messages of the next batch, with what this engine wants to know of them; none at the end."""
        return list(islice(source, BATCH))

    def _hand_over(self, batch: Sequence[Any], known: Known | None) -> Iterator[Analysis | Failure]:
        """Yield what is known of a batch without work; give the rest to the pool."""
        unknown: list[Any] = []
        for message in batch:
            found = None
            if known is not None:
                with contextlib.suppress(VmaudioError):  # the worker meets the same trouble and makes the Failure
                    data = read_source(message.source, max_bytes=self.max_bytes)
                    found = known(message.recording_id(hashlib.sha256(data).hexdigest()))
            if found is None:
                unknown.append(message.to_dict())
            else:
                yield self._score(found, message)
        self.pool.give(unknown)

    def _score(self, measured: Analysis, message: Message) -> Analysis:
        return score_in_context(measured, message, self.rubric, self.baselines, self.callback)

    def _message(self, item: Any) -> Message:
        """The message of an item of the pool."""
        return Message.from_dict(item)

    def _result(self, outcome: Answer | Lost) -> Analysis | Failure:
        """The result of a message that a worker answered, or over which workers died."""
        message = self._message(outcome.item)
        if isinstance(outcome, Answer):
            result = result_from_json(outcome.value)
            return result if isinstance(result, Failure) else self._score(result, message)
        if outcome.reason == "unanswered":
            why = "the process that worked on it gave no result. This is a bug of vmaudio; run it again with --on inline."
        else:
            how = "took too long" if outcome.reason == "timeout" else "died"
            code = f" (exit code {outcome.exit_code})" if outcome.exit_code is not None else ""
            why = (
                f"the process that worked on it {how} {outcome.deaths} times{code}, perhaps for want of memory. "
                "Try fewer --workers, or a shorter recording."
            )
        return Failure(
            source=message.source,
            file_name=file_name(message.source),
            stage="worker",
            error="WorkerDied",
            message=f"{message.source}: {why}",
        )
