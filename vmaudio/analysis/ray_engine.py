"""Ray actors, on this machine or on a cluster's, each with its own recogniser.

The driver reads and hashes the files (paths, or URLs by fsspec), so nodes need neither the files nor anybody's credentials for
them; what is not stored yet goes to the actors as bytes, and results come back as JSON, one by one as they are ready. The
driver scores and is the only one that writes. Everything about retries is the local engine's: `vmaudio.analysis.workers`
treats an actor (`vmaudio.analysis.ray_member`) as one more kind of worker, so an actor or node that dies costs its batch one
retry.

It is Ray core and not Ray Data: a batch of messages is neither a table nor big, but slow. Ray Data wants blocks of rows in
Arrow, holds back by bytes of blocks (here seconds of audio are what costs), gives a block's rows together where we store each
as it is done, tries a whole block again, and ends a run whose function killed its worker too often where we go on without
that one file. Its own strength, the exchange of rows between nodes, is not needed.

What Ray does itself: it serialises with pickle between its own processes. We send and get bytes, which it passes as they are,
but a node that lies can answer with a pickle. Who can reach a cluster can run code on its nodes and, through it, on the driver;
docs/data-team.md says what follows from that.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Any

from vmaudio.analysis.analyzer import Analyzer
from vmaudio.analysis.failures import failure_of
from vmaudio.analysis.local import LocalEngine, default_workers
from vmaudio.analysis.pool_members import Answer, Lost, Member
from vmaudio.analysis.prepare import Known
from vmaudio.analysis.ray_cluster import RayCluster
from vmaudio.analysis.ray_member import RayMember
from vmaudio.analysis.scoring_pass import Baselines, no_baseline
from vmaudio.analysis.worker_process import Build, Hear
from vmaudio.analysis.workers import WorkerPool
from vmaudio.audio import read_source
from vmaudio.events import Listener, ignore
from vmaudio.records import Analysis, Failure, Key, Message
from vmaudio.settings import get

BATCH_S = 320.0
"""Seconds of audio that go to an actor together: about sixteen messages, one forward pass. One batch for each actor may wait
besides; a recording that is longer goes alone. So what is on its way is bounded in seconds of audio, and not in messages."""

TELEPHONE = 8000.0
"""Bytes of a second of audio before any of the same ending is done: 8-bit samples at 8 kHz, as telephone lines have them."""


class Lengths:
    """How many seconds of audio files hold, estimated by their bytes: the driver decodes nothing that strangers made."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, float]] = {}  # ending to (bytes, seconds)

    def guess(self, source: str, data: bytes) -> float:
        """Seconds of audio: by the header of a wav file, else by what earlier files of that ending held.

        Args:
            source: path or URL.
            data: the file.
        """
        if data[:4] == b"RIFF" and data[12:16] == b"fmt " and (rate := int.from_bytes(data[28:32], "little")):
            return len(data) / rate
        size, seconds = self._known.get(_ending(source), (TELEPHONE, 1.0))
        return len(data) * seconds / size

    def learn(self, source: str, data: bytes, seconds: float) -> None:
        """Take note of a file that is done.

        Args:
            source: path or URL.
            data: the file.
            seconds: of audio that it held.
        """
        if seconds > 0:
            size, known = self._known.get(_ending(source), (0.0, 0.0))
            self._known[_ending(source)] = size + len(data), known + seconds


def _ending(source: str) -> str:
    return PurePath(source).suffix.lower()


class RayEngine(LocalEngine):
    """Actors of a Ray cluster.

    Args:
        build: makes an Analyzer on a node: a module's function, or a partial of one with settings that are JSON.
        address: of the cluster, as of `RayCluster`; None is the setting's.
        workers: number of actors; by default as memory and cores of this machine allow, or one for each processor that a
            cluster has, by threads.
        baselines: gives a rep's own baseline; used by the driver, which scores.
        rubric: path of a rubric file, used by the driver; None is the setting's.
        models_dir: folder with the promoted callback model, used by the driver; None is the setting's.
        listener: is never called: actors do not tell of their stages.

    Raises:
        VmaudioError: the rubric or the callback model cannot be used, or there is no Ray.
    """

    name = "ray"

    def __init__(
        self,
        build: Callable[..., Analyzer],
        *,
        address: str | None = None,
        workers: int | None = None,
        baselines: Baselines = no_baseline,
        rubric: str | None = None,
        models_dir: str | None = None,
        listener: Listener = ignore,
    ) -> None:
        where = str(get("ray_address", address))
        self._lengths = Lengths()
        self._ahead: tuple[Message, bytes | Failure] | None = None
        here = workers or default_workers()
        self.cluster = RayCluster(where, cpus=here * max(1, (os.cpu_count() or 1) // here))
        self._threads = max(1, (os.cpu_count() or 1) // here)
        if where:
            self._threads = int(get("threads")) or 1
            here = workers or max(1, self.cluster.free_cpus // self._threads)
        super().__init__(build, workers=here, baselines=baselines, rubric=rubric, models_dir=models_dir, listener=listener)

    def _make_pool(self, build: Callable[..., Analyzer]) -> WorkerPool:
        # only JSON comes back: `RayWorker` makes the handler of what `build` makes
        made: Any = build
        return WorkerPool(made, workers=self.workers, threads=self._threads, member=self._make_member)

    def _make_member(self, build: Build, threads: int | None, hear: Hear) -> Member:
        return RayMember(build, threads, hear, key=self.pool.description)

    @property
    def key(self) -> Key:
        """The key under which results are stored; connects, and starts the first actor to learn it.

        Raises:
            VmaudioError: there is no Ray, or no actor can be started.
        """
        try:
            self.cluster.connect()
            return super().key
        except BaseException:  # also Ctrl-C: an actor that is loading, and a Ray started for it, end now
            self._let_go()
            raise

    def run(self, messages: Iterable[Message], known: Known | None = None) -> Generator[Analysis | Failure, None, None]:
        """Analyse messages in the actors; they, and a Ray started for them, end with the run. See `LocalEngine.run`."""
        assert self.key  # noqa: S101 - the first actor tells the others what they must agree with
        try:
            yield from super().run(messages, known)
        finally:
            self._let_go()

    def _let_go(self) -> None:
        self._ahead = None
        self.pool.stop()
        self.cluster.close()

    def _take(self, source: Iterator[Message]) -> Sequence[Any]:
        """Messages with their bytes, or why they cannot be read, of up to `BATCH_S` seconds of audio."""
        batch: list[tuple[Message, bytes | Failure]] = []
        seconds = 0.0
        while (one := self._ahead or self._read_next(source)) is not None:
            message, data = self._ahead = one
            seconds += max(1.0, self._lengths.guess(message.source, data)) if isinstance(data, bytes) else 1.0
            if batch and seconds > BATCH_S:
                break
            batch.append(one)
            self._ahead = None
        return batch

    def _read_next(self, source: Iterator[Message]) -> tuple[Message, bytes | Failure] | None:
        for message in source:
            try:
                return message, read_source(message.source, max_bytes=self.max_bytes)
            except Exception as error:  # noqa: BLE001 - one bad file must not stop a batch
                return message, failure_of(message, "read", error)
        return None

    def _hand_over(self, batch: Sequence[Any], known: Known | None) -> Iterator[Analysis | Failure]:
        unknown: list[Any] = []
        for message, data in batch:
            if isinstance(data, Failure):
                yield data
                continue
            found = known(message.recording_id(hashlib.sha256(data).hexdigest())) if known is not None else None
            if found is None:
                unknown.append({"message": message.to_dict(), "data": data})
            else:
                yield self._score(found, message)
        self.pool.give(unknown)

    def _message(self, item: Any) -> Message:
        return Message.from_dict(item["message"])

    def _result(self, outcome: Answer | Lost) -> Analysis | Failure:
        result = super()._result(outcome)
        if isinstance(result, Analysis):
            self._lengths.learn(result.source, outcome.item["data"], result.duration_s)
        return result
