"""Handlers and analyzers for worker processes in tests: they import little, so that a process starts in a moment."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import signal
import sys
import time
from pathlib import Path

from tests.makers import analysis
from vmaudio.analysis import worker_process
from vmaudio.errors import WeightsMissing
from vmaudio.events import Event
from vmaudio.records import Failure, Key


class Echo:
    """Answers an item with itself and what the test asked for: see `answer`."""

    def __init__(self, threads):
        self.threads = threads

    def describe(self):
        return {"pid": os.getpid(), "threads": self.threads, "omp": os.environ.get("OMP_NUM_THREADS")}

    def answer(self, items, listener):
        """Items are texts: "die" kills the process, "sleep" takes long, "skip" gets no answer; the last item comes first."""
        for index, item in reversed(list(enumerate(items))):
            listener(Event("work", str(item), index, len(items)))
            if item == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            if item == "sleep":
                time.sleep(60)
            if item == "wrong":
                yield 1000, None
            if item != "skip":
                yield index, [item, os.getpid()]


def echo(*, threads):
    """A handler that is ready at once."""
    return Echo(threads)


def refusing(*, threads):
    """A handler that cannot be made, for a reason that is known."""
    raise WeightsMissing("The weights of base are not on this machine.")


def dying(folder, deaths, *, threads):
    """A handler whose process dies while loading, so many times; a file in ``folder`` marks each start."""
    started = len(list(Path(folder).iterdir()))
    (Path(folder) / str(os.getpid())).touch()
    if started < deaths:
        os.kill(os.getpid(), signal.SIGKILL)
    return Echo(threads)


def slow_start(*, threads):
    """A handler that is never ready."""
    time.sleep(60)


KEY = Key("fake:instant", {}, "vm1", ())


class Instant:
    """Stands in for an Analyzer: every third message is a Failure, all others an Analysis, at once."""

    key = KEY

    def analyze_many(self, messages, open=None, known=None, *, listener=None):
        for message in messages:
            digest = hashlib.sha256(message.source.encode()).hexdigest()
            if digest[0] in "012345":
                yield Failure(message.source, Path(message.source).name, "read", "Instant", f"{message.source}: an example")
            else:
                yield analysis(message, recording_id=digest)


def instant(*, threads=1, ahead=1):
    """For `LocalEngine`."""
    return Instant()


class ByBytes(Instant):
    """Stands in for an Analyzer that reads: the name of a file is what it holds, and "die.wav" kills the process.

    Args:
        pause_s: before each result.
    """

    def __init__(self, pause_s=0.0):
        self.pause_s = pause_s

    def analyze_many(self, messages, open=None, known=None, *, listener=None):
        for message in messages:
            data = open(message.source)
            assert data.decode() == Path(message.source).name
            if data == b"die.wav":
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(self.pause_s)
            made = analysis(message, recording_id=hashlib.sha256(data).hexdigest())
            by = {"engine": KEY.engine, "options": KEY.options, "model_ids": KEY.model_ids}
            yield dataclasses.replace(made, provenance=dataclasses.replace(made.provenance, **by))


def by_bytes(*, threads=1, ahead=1):
    """For `RayEngine`."""
    return ByBytes()


def slow(*, threads=1, ahead=1):
    """For `RayEngine`: an actor can be killed in the middle."""
    return ByBytes(0.3)


def counted(*, folder, loads, threads=1, ahead=1):
    """For `RayEngine`: leaves a file in ``folder`` for each analyzer that is made, and waits for ``loads`` of them."""
    (Path(folder) / str(os.getpid())).touch()
    return Counted(Path(folder), loads)


class Counted(ByBytes):
    """Stands in for an Analyzer that is slow, without being it: no process does all the work before the others are ready.

    Args:
        folder: where each analyzer has left a file.
        loads: how many there will be.
    """

    def __init__(self, folder, loads):
        super().__init__()
        self.folder, self.loads = folder, loads

    def analyze_many(self, messages, open=None, known=None, *, listener=None):
        end = time.monotonic() + 60
        while len(list(self.folder.iterdir())) < self.loads and time.monotonic() < end:
            time.sleep(0.05)
        yield from super().analyze_many(messages, open, known, listener=listener)


def loading(*, folder, threads=1, ahead=1):
    """For `RayEngine`: never ready; leaves a file in ``folder`` when it begins."""
    (Path(folder) / str(os.getpid())).touch()
    time.sleep(60)


def noting(*, folder, nodes, pause_s, threads=1, ahead=1):
    """For `RayEngine`: tells in ``folder`` which node works on what, and waits for ``nodes`` of them."""
    import ray

    notes = Path(folder) / ray.get_runtime_context().get_node_id()
    notes.touch()
    return Noting(notes, nodes, pause_s)


class Noting(Counted):
    """Stands in for an Analyzer: writes down each message before it works on it.

    Args:
        notes: file of this node, beside those of the others.
        nodes: how many there will be.
        pause_s: before each result.
    """

    def __init__(self, notes, nodes, pause_s):
        super().__init__(notes.parent, nodes)
        self.notes, self.pause_s = notes, pause_s

    def analyze_many(self, messages, open=None, known=None, *, listener=None):
        for message in messages:
            with self.notes.open("a") as notes:
                notes.write(message.source + "\n")
            yield from super().analyze_many([message], open, known, listener=listener)


class Drip(Instant):
    """Analyses the first message of a batch, and never comes to the second."""

    def analyze_many(self, messages, open=None, known=None, *, listener=None):
        for number, message in enumerate(messages):
            if number:
                time.sleep(60)
            yield analysis(message, recording_id=hashlib.sha256(message.source.encode()).hexdigest())


def drip(*, threads=1, ahead=1):
    """For `LocalEngine`."""
    return Drip()


def watched(pipe):
    """What a process does on a system without Linux's signal on the parent's death."""
    sys.platform = "other"
    worker_process._end_with_parent()
    pipe.send(os.getpid())
    time.sleep(60)
