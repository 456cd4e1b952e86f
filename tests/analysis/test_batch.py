"""A batch saves as it goes, skips what is done, counts, and survives what goes wrong; every engine keeps one contract."""

import dataclasses
import itertools
import os
import signal
import subprocess
import sys

import pytest

from tests.lines import analyzer, build, build_deadly, write_voice
from vmaudio.analysis.batch import run_batch
from vmaudio.analysis.engines import InlineEngine, get_batch_engine
from vmaudio.analysis.local import LocalEngine
from vmaudio.errors import SettingError
from vmaudio.records import Analysis, Message
from vmaudio.store.store import open_store
from vmaudio.testing import FakeTranscriber


@pytest.fixture
def store(tmp_path):
    opened = open_store(str(tmp_path / "vm.sqlite"))
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "calls"
    path.mkdir()
    for i in range(5):
        write_voice(path / f"{i}.wav", 3.0, seed=i)
    return path


def messages(folder, **fields):
    return [Message(str(path), **fields) for path in sorted(folder.iterdir())]


class EngineContract:
    """What every engine promises."""

    def engine(self):
        raise NotImplementedError

    def test_one_result_per_message(self, folder, store):
        """Every message comes out once, the bad ones as Failures, and all are saved."""
        (folder / "broken.wav").write_bytes(b"RIFF")
        seen = []
        summary = run_batch(self.engine(), messages(folder), store, on_result=seen.append)
        assert (summary.analysed, summary.stored, summary.failed) == (5, 0, 1)
        assert sorted(result.file_name for result in seen) == sorted(path.name for path in folder.iterdir())
        assert store.count() == 5
        assert [failure.file_name for failure in store.failures()] == ["broken.wav"]

    def test_what_is_done_is_not_done_again(self, folder, store):
        """A second run measures nothing anew, gives every result again, and takes the new context over."""
        first = run_batch(self.engine(), messages(folder), store)
        seen = []
        second = run_batch(self.engine(), messages(folder, rep="Ann"), store, on_result=seen.append)
        assert (first.analysed, second.analysed, second.stored) == (5, 0, 5)
        assert {result.message.rep for result in seen} == {"Ann"}
        assert store.count() == 5

    def test_redo_measures_again(self, folder, store):
        """--redo replaces what is stored."""
        run_batch(self.engine(), messages(folder), store)
        again = run_batch(self.engine(), messages(folder), store, redo="all")
        assert (again.analysed, again.stored) == (5, 0)
        assert store.count() == 5

    def test_stale_measures_only_what_is_older(self, folder, store):
        """Results of an older version are used and counted; redo="stale" measures them again, and only them."""
        run_batch(self.engine(), messages(folder), store)
        for made in list(store.analyses())[:2]:
            older = dataclasses.replace(made.provenance, measure_versions={"vad": 0})
            store.save(dataclasses.replace(made, provenance=older))
        assert store.count_older() == 2
        kept = run_batch(self.engine(), messages(folder), store)
        assert (kept.analysed, kept.stored, kept.older) == (0, 5, 2)
        again = run_batch(self.engine(), messages(folder), store, redo="stale")
        assert (again.analysed, again.stored, again.older) == (2, 3, 0)
        assert store.count_older() == 0

    def test_equal_bytes_under_two_names(self, folder, store):
        """Equal bytes under two names are two messages and one measurement."""
        (folder / "copy.wav").write_bytes((folder / "0.wav").read_bytes())
        seen = []
        summary = run_batch(self.engine(), messages(folder), store, on_result=seen.append)
        assert summary.total == 6
        assert {result.file_name for result in seen} == {path.name for path in folder.iterdir()}
        assert store.info()["rows"]["analyses"] == 5
        assert store.count() == 6


class TestInline(EngineContract):
    def engine(self):
        return InlineEngine(analyzer())

    def test_failures_are_tried_again(self, folder, store):
        """A file that failed is tried by the next run, and its failure is forgotten once it works."""
        (folder / "0.wav").rename(folder / "kept")
        (folder / "0.wav").write_bytes(b"")
        assert run_batch(self.engine(), messages(folder), store).failed == 1
        (folder / "kept").rename(folder / "0.wav")
        assert run_batch(self.engine(), messages(folder), store).failed == 0
        assert store.failures() == []

    def test_fail_fast_stops(self, folder, store):
        """With fail_fast the first failure is the last result."""
        (folder / "0.wav").write_bytes(b"")
        summary = run_batch(self.engine(), messages(folder), store, fail_fast=True)
        assert summary.failed == 1

    def test_results_are_saved_before_they_are_told(self, folder, store):
        """When a listener stops the run, what it was told is in the store."""
        told = []

        def stop(result):
            told.append(result)
            if len(told) == 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run_batch(self.engine(), messages(folder), store, on_result=stop)
        assert store.count() == 3
        assert run_batch(self.engine(), messages(folder), store).stored == 3

    def test_a_manifest_that_comes_later_takes_over(self, folder, store):
        """A file analysed before its manifest came is one message afterwards, with the manifest's context."""
        run_batch(self.engine(), messages(folder), store)
        listed = messages(folder, rep="Ann", prospect="p1", sent_at="2026-03-02T10:00:00+00:00")
        run_batch(self.engine(), listed, store)
        assert {made.message.prospect for made in store.analyses()} == {"p1"}
        assert store.count() == 5


class TestLocal(EngineContract):
    def engine(self):
        return LocalEngine(build, workers=1)  # a second one is started below, where it matters: each costs seconds

    def test_a_worker_that_dies_costs_one_message(self, folder, store):
        """A message that kills its worker twice is a Failure; every other one is analysed."""
        (folder / "0.wav").rename(folder / "0-deadly.wav")
        seen = []
        summary = run_batch(LocalEngine(build_deadly, workers=2), messages(folder), store, on_result=seen.append)
        assert (summary.analysed, summary.failed) == (4, 1)
        (failure,) = [result for result in seen if not isinstance(result, Analysis)]
        assert (failure.file_name, failure.error) == ("0-deadly.wav", "WorkerDied")
        assert "died 2 times" in failure.message

    def test_the_same_results_as_inline(self, folder):
        """Local processes measure what inline measures."""

        def plain(result):
            scrubbed = dataclasses.replace(result.provenance, created_utc="", seconds_by_stage={})
            return dataclasses.replace(result, provenance=scrubbed).to_dict()

        inline = {result.source: plain(result) for result in InlineEngine(analyzer()).run(messages(folder))}
        local = {result.source: plain(result) for result in LocalEngine(build, workers=2).run(messages(folder))}
        assert inline == local


def test_a_stop_loses_only_the_pass_in_flight(tmp_path, store):
    """When a pass begins, everything of the passes before it is stored, whatever else has been read ahead."""
    for i in range(20):
        write_voice(tmp_path / f"{i:02d}.wav", 2.0, seed=i)

    class Stopped(FakeTranscriber):
        """Notes how much is stored when each pass begins; the process stops in the fourth."""

        def transcribe_many(self, recordings, activities, hints=()):
            stored.append(store.count())
            if len(stored) == 4:
                raise KeyboardInterrupt
            return super().transcribe_many(recordings, activities, hints)

    stored: list[int] = []
    transcriber = Stopped()
    sent = [Message(str(path)) for path in sorted(tmp_path.glob("*.wav"))]
    with pytest.raises(KeyboardInterrupt):
        run_batch(InlineEngine(analyzer(transcriber=transcriber, batch_size=4)), sent, store)
    before = list(itertools.accumulate(transcriber.calls, initial=0))
    assert stored == before
    assert store.count() == before[-1] >= 6
    rest = FakeTranscriber()
    assert run_batch(InlineEngine(analyzer(transcriber=rest, batch_size=4)), sent, store).stored == before[-1]
    assert sum(rest.calls) == 20 - before[-1]


def test_no_such_engine():
    """An unknown engine is refused with the known ones."""
    with pytest.raises(SettingError, match="inline, local"):
        get_batch_engine("cloud")


SLOW_RUN = """
import sys, time
from tests.lines import analyzer
from vmaudio.analysis import run_batch
from vmaudio.analysis.engines import InlineEngine
from vmaudio.records import Message
from vmaudio.store import open_store

def slow(result):
    print(result.file_name, flush=True)
    time.sleep(0.2)

sources = sys.argv[2:]
run_batch(InlineEngine(analyzer(batch_size=1)), [Message(s) for s in sources], open_store(sys.argv[1]), on_result=slow)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_run_loses_nothing_finished(folder, tmp_path, how):
    """After kill -9 or Ctrl-C in the middle, everything that was told is stored, and the next run does only the rest."""
    db = str(tmp_path / "killed.sqlite")
    sources = [message.source for message in messages(folder)]
    command = [sys.executable, "-c", SLOW_RUN, db, *sources]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        told = [process.stdout.readline().strip(), process.stdout.readline().strip()]
        os.kill(process.pid, how)
    store = open_store(db)
    assert set(told) <= {made.file_name for made in store.analyses()}
    done = store.count()
    assert 2 <= done < 5
    summary = run_batch(InlineEngine(analyzer(batch_size=1)), messages(folder), store)
    assert (summary.stored, summary.analysed) == (done, 5 - done)
    store.close()
