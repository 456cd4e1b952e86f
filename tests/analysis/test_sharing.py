"""Two batches on one database share the work: nothing is measured twice, and both give every result."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lines import build, write_voice
from vmaudio.analysis import batch
from vmaudio.analysis.batch import run_batch
from vmaudio.analysis.engines import InlineEngine
from vmaudio.analysis.local import LocalEngine
from vmaudio.records import Message
from vmaudio.store import Claims, open_store

COUNT = 12


@pytest.fixture
def sent(tmp_path):
    folder = tmp_path / "calls"
    folder.mkdir()
    for i in range(COUNT):
        write_voice(folder / f"{i:02d}.wav", 2.0, seed=i)
    return [Message(str(path)) for path in sorted(folder.iterdir())]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Small portions and short pauses, so that a few recordings are enough."""
    monkeypatch.setattr(batch, "PORTION", 2)
    monkeypatch.setattr(batch, "PAUSE_S", 0.05)


@pytest.mark.parametrize("engine", ["inline", "local"])
def test_two_runs_measure_each_recording_once(engine, sent, tmp_path):
    """Together they measure 12 recordings, and each hands out 12 results."""
    open_store(tmp_path / "vm.sqlite").close()

    def run(order):
        with open_store(tmp_path / "vm.sqlite") as store:
            made = InlineEngine(build()) if engine == "inline" else LocalEngine(build, workers=1)
            seen = []
            return run_batch(made, order, store, on_result=seen.append), seen

    with ThreadPoolExecutor(2) as pool:
        summaries = list(pool.map(run, (sent, sent[::-1])))
    assert sum(summary.analysed for summary, _ in summaries) == COUNT
    for summary, seen in summaries:
        assert (summary.total, summary.failed) == (COUNT, 0)
        assert sorted(result.source for result in seen) == sorted(message.source for message in sent)


def test_what_another_run_leaves_undone_is_done(sent, tmp_path, caplog):
    """The other run stops without results: its recordings are taken over, after a word of why they wait."""
    with open_store(tmp_path / "vm.sqlite") as store, open_store(tmp_path / "vm.sqlite") as second:
        other = Claims(second)
        other.__enter__()
        other.take([message.source for message in sent[:5]])
        threading.Timer(1.0, lambda: other.__exit__()).start()
        started = time.monotonic()
        summary = run_batch(InlineEngine(build()), sent, store)
    assert time.monotonic() - started > 0.9
    assert (summary.analysed, summary.total) == (COUNT, COUNT)
    assert "5 messages are being analysed by another run" in caplog.text


def test_messages_of_one_recording_do_not_wait_for_each_other(sent, tmp_path):
    """One file that was dropped on many is claimed once and measured once."""
    many = [Message(sent[0].source, f"m{i}", prospect=f"p{i}") for i in range(7)]
    with open_store(tmp_path / "vm.sqlite") as store:
        summary = run_batch(InlineEngine(build()), many, store)
        assert (summary.total, summary.failed) == (7, 0)
        assert store.count() == 7
