"""As many results as messages, whatever the engine and the number; and a batch that is stopped keeps what is done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.analysis import handlers
from tests.analysis.test_workers import is_alive, until
from tests.lines import analyzer, write_voice
from vmaudio.analysis.batch import run_batch
from vmaudio.analysis.counting import ResultsMissing
from vmaudio.analysis.engines import InlineEngine
from vmaudio.analysis.local import BATCH, LocalEngine
from vmaudio.records import Message
from vmaudio.store.store import open_store

COUNTS = (*range(1, 41), 100)


@pytest.fixture
def store(tmp_path):
    opened = open_store(str(tmp_path / "counts.sqlite"))
    yield opened
    opened.close()


def same(results, messages):
    """Every message has one result."""
    return sorted(result.source for result in results) == sorted(message.source for message in messages)


@pytest.fixture(scope="module")
def inline():
    return InlineEngine(analyzer())


@pytest.mark.parametrize("count", COUNTS)
def test_inline(inline, store, tmp_path, count):
    """In this process: readable files with equal bytes, and files that are not there."""
    write_voice(tmp_path / "0.wav", 2.0)
    for i in range(2, count, 2):
        os.link(tmp_path / "0.wav", tmp_path / f"{i}.wav")
    messages = [Message(str(tmp_path / f"{i}.wav")) for i in range(count)]
    seen = []
    summary = run_batch(inline, messages, store, on_result=seen.append)
    assert (summary.total, summary.failed) == (count, count // 2)
    assert same(seen, messages)


@pytest.fixture(scope="module")
def one_store(tmp_path_factory):
    """A store for all counts: making one takes longer than filling it."""
    opened = open_store(str(tmp_path_factory.mktemp("counts") / "all.sqlite"))
    yield opened
    opened.close()


@pytest.mark.parametrize("count", COUNTS)
def test_local(one_store, count):
    """In worker processes, around their batch size in particular."""
    messages = [Message(f"{count}/{i}.wav") for i in range(count)]
    seen = []
    summary = run_batch(LocalEngine(handlers.instant, workers=1), messages, one_store, on_result=seen.append)
    assert summary.total == count
    assert same(seen, messages)


def test_local_with_workers_that_share_the_batches(store):
    """Several workers, a last batch that is not full, messages from an iterator that can be read once."""
    messages = [Message(f"calls/{i}.wav") for i in range(6 * BATCH + 3)]
    seen = []
    assert run_batch(LocalEngine(handlers.instant, workers=3), iter(messages), store, on_result=seen.append).total == len(
        messages
    )
    assert same(seen, messages)


class Forgetful(InlineEngine):
    """Swallows every 17th message, or gives one result twice."""

    name = "forgetful"

    def __init__(self, twice=False):
        super().__init__(handlers.Instant())
        self.twice = twice

    def run(self, messages, known=None):
        for number, result in enumerate(super().run(messages, known)):
            if self.twice and number == 0:
                yield result
            if self.twice or number % 17 != 16:
                yield result


@pytest.mark.parametrize(("twice", "results"), [(False, 38), (True, 41)])
def test_a_lost_message_is_an_error(store, twice, results):
    """An engine that loses messages fails loudly, with the numbers, after all that came was stored."""
    seen = []
    with pytest.raises(ResultsMissing, match=f"'forgetful' took 40 messages and gave {results} results"):
        run_batch(Forgetful(twice), [Message(f"calls/{i}.wav") for i in range(40)], store, on_result=seen.append)
    assert len(seen) == results
    assert store.count() + len(store.failures()) == len({result.source for result in seen})


def test_stopping_at_a_failure_is_no_loss(store):
    """With fail_fast the rest is not asked for, and that is no error."""
    summary = run_batch(InlineEngine(handlers.Instant()), [Message(f"{i}.wav") for i in range(40)], store, fail_fast=True)
    assert summary.failed == 1
    assert summary.total < 40


STOPPED = """
import signal
import sys
import vmaudio.analysis
from tests.analysis import handlers
from vmaudio.analysis.engines import InlineEngine
from vmaudio.analysis.local import LocalEngine
from vmaudio.cli.root import main

def chosen(name, **settings):
    if name == "inline":
        return InlineEngine(handlers.Drip())
    made = LocalEngine(handlers.drip, workers=2)
    wait = made.pool.wait

    def waiting(listener):
        for outcome in wait(listener):
            yield outcome
            print(*made.pool.pids, file=sys.stderr, flush=True)

    made.pool.wait = waiting
    return made

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in what a shell starts in the background
vmaudio.analysis.get_batch_engine = chosen
main()
"""


@pytest.mark.parametrize("engine", ["inline", "local"])
@pytest.mark.parametrize(("how", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
@pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks for processes in /proc")
def test_a_batch_ends_in_order(tmp_path, engine, how, code):
    """SIGTERM does what Ctrl-C does: what is finished is saved, a sentence says so, the exit code is the signal's, no worker
    stays behind."""
    for i in range(4):
        write_voice(tmp_path / f"{i}.wav", 1.0, seed=i)
    db = str(tmp_path / "stopped.sqlite")
    command = [sys.executable, "-c", STOPPED, "--db", db, "batch", str(tmp_path), "--on", engine, "--jsonl", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().startswith("{")
        pids = [int(pid) for pid in process.stderr.readline().split()] if engine == "local" else []
        assert all(map(is_alive, pids))
        os.kill(process.pid, how)
        _, said = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Finished results are saved" in said
    assert until(lambda: not any(map(is_alive, pids)), 2.0)
    store = open_store(db)
    assert store.count() == 1
    store.close()
