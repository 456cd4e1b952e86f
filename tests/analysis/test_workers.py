"""The worker pool: answers stream, deaths cost one retry, nothing outlives its driver. The processes are real."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.analysis import handlers
from vmaudio.analysis.pool_members import Answer, Batch, Lost, WorkerStartError
from vmaudio.analysis.workers import WorkerPool


@pytest.fixture
def pool_of():
    """Make pools that are stopped when the test ends."""
    made = []

    def make(build, **options):
        made.append(WorkerPool(build, **options))
        return made[-1]

    yield make
    for pool in made:
        pool.stop()


def drain(pool, *batches, listener=lambda event: None):
    """Give batches and wait for all that comes of them."""
    for batch in batches:
        pool.give(batch)
    found = []
    while pool.pending:
        found += pool.wait(listener)
    return found


def is_alive(pid):
    """Is there such a process that is no corpse waiting for its parent?"""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition, seconds):
    """Wait until something is so, at most so long; say whether it is."""
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def test_each_item_is_answered_once(pool_of):
    """Answers come one by one in order of completion, with events between them; the same process takes the next batch."""
    pool = pool_of(handlers.echo)
    heard = []
    found = drain(pool, ["a", "b"], ["c"], listener=heard.append)
    assert [answer.item for answer in found] == ["b", "a", "c"]
    assert [answer.value[0] for answer in found] == ["b", "a", "c"]
    assert len({answer.value[1] for answer in found}) == 1
    assert [(event.stage, event.item, event.total) for event in heard] == [("work", "b", 2), ("work", "a", 2), ("work", "c", 1)]
    assert not pool.pending


def test_threads_are_told_before_libraries_are_loaded(pool_of):
    """A worker knows its number of processor threads, also through the variables of the numerical libraries."""
    pool = pool_of(handlers.echo, threads=3)
    said = pool.describe()
    assert (said["threads"], said["omp"]) == (3, "3")
    assert pool.pids == [said["pid"]]
    assert pool.state == "ready"


def test_two_workers_share_the_batches(pool_of):
    """With two workers two batches are worked at together."""
    pool = pool_of(handlers.echo, workers=2)
    drain(pool, *[[f"{i}"] for i in range(4)])
    assert until(lambda: len(pool.pids) == 2, 5)


def test_the_last_batches_are_cut_so_that_workers_end_together(pool_of):
    """Once nothing more comes, what waits goes out in ever smaller batches; what is tried again is not put with others."""
    pool = pool_of(handlers.echo, workers=2)
    heard = []
    for batch in (range(16), range(16, 28)):
        pool.give([str(number) for number in batch])
    pool.share_out()
    found = drain(pool, listener=heard.append)
    assert sorted(int(answer.item) for answer in found) == list(range(28))
    assert sorted(event.total for event in heard if event.done == 0) == [4, 4, 4, 4, 5, 7]
    pool._todo.append(Batch(["again"], 1, deaths=1))
    pool.give(["a", "b"])
    pool.share_out()
    assert [batch.items for batch in pool._todo] == [["again"], ["a", "b"]]
    assert sorted(answer.item for answer in drain(pool)) == ["a", "again", "b"]


def test_a_death_costs_the_batch_one_retry(pool_of):
    """What a dead worker left out is given out again, one by one; what kills twice is lost; everything else is answered."""
    pool = pool_of(handlers.echo)
    found = drain(pool, ["a", "die", "b"], ["c"])
    assert sorted(one.item for one in found if isinstance(one, Answer)) == ["a", "b", "c"]
    (lost,) = [one for one in found if isinstance(one, Lost)]
    assert lost == Lost("die", "died", 2, -signal.SIGKILL)


def test_without_a_retry_a_death_loses_what_was_left(pool_of):
    """With tries=1 nothing is tried again."""
    found = drain(pool_of(handlers.echo, tries=1), ["die", "b"])
    assert [(type(one), one.item) for one in found] == [(Answer, "b"), (Lost, "die")]


def test_an_item_that_takes_too_long_is_lost(pool_of):
    """Beyond its time a worker is killed; what hangs twice is lost for that reason."""
    pool = pool_of(handlers.echo, timeout_s=0.3)
    found = drain(pool, ["a", "sleep"])
    assert [(type(one), one.item) for one in found] == [(Answer, "a"), (Lost, "sleep")]
    assert (found[1].reason, found[1].deaths) == ("timeout", 2)


def test_what_the_handler_skips_is_lost(pool_of):
    """An item without an answer is told as lost: none goes under."""
    found = drain(pool_of(handlers.echo), ["a", "skip", "b"])
    assert [(one.item, getattr(one, "reason", "")) for one in found] == [("b", ""), ("a", ""), ("skip", "unanswered")]


def test_a_worker_that_talks_nonsense_is_ended(pool_of):
    """An answer to an item that was never given ends the worker, as a death does."""
    (lost,) = drain(pool_of(handlers.echo), ["wrong"])
    assert (lost.item, lost.reason, lost.deaths) == ("wrong", "died", 2)


def test_a_death_while_loading_costs_a_second_start(pool_of, tmp_path):
    """A worker that is killed while it loads is started again, and the work is done."""
    pool = pool_of(functools.partial(handlers.dying, str(tmp_path), 1))
    assert [one.item for one in drain(pool, ["a"])] == ["a"]
    assert len(list(tmp_path.iterdir())) == 2


def test_deaths_while_loading_end_with_a_sentence(pool_of, tmp_path):
    """A second death while loading is an error that says what happened and what to do; a later start is tried afresh."""
    pool = pool_of(functools.partial(handlers.dying, str(tmp_path), 2))
    with pytest.raises(WorkerStartError, match=r"died \(exit code -9\) while loading, 2 times in a row.*memory"):
        drain(pool, ["a"])
    assert pool.state.startswith("broken: ")
    assert not pool.pending
    assert [one.item for one in drain(pool, ["a"])] == ["a"]


def test_the_run_goes_on_with_the_workers_that_load(pool_of, tmp_path):
    """Where there is room for one worker only, the second one's deaths end neither the run nor the first."""
    pool = pool_of(functools.partial(handlers.dying, str(tmp_path), 0), workers=2)
    pool.describe()  # the first one works
    pool.build = functools.partial(handlers.dying, str(tmp_path), 99)
    found = drain(pool, *[[str(i)] for i in range(10)])
    assert sorted(int(one.item) for one in found) == list(range(10))


def test_a_handler_that_cannot_be_made_says_why(pool_of):
    """An expected error while loading is final and its sentence is passed on."""
    pool = pool_of(handlers.refusing, workers=2)
    with pytest.raises(WorkerStartError, match="weights of base"):
        drain(pool, ["a"], ["b"])
    with pytest.raises(WorkerStartError, match="weights of base"):
        pool.describe()
    assert pool.state == "broken: The weights of base are not on this machine."


def test_a_worker_that_never_gets_ready_is_ended(pool_of):
    """Loading has its time limit too."""
    with pytest.raises(WorkerStartError, match="took too long while loading"):
        drain(pool_of(handlers.slow_start, loading_s=1.0), ["a"])


def test_killing_loses_what_was_given_before_and_nothing_else(pool_of):
    """What is under way and what waits is told as lost; what is given afterwards is answered by a new process."""
    pool = pool_of(handlers.echo)
    began = threading.Event()
    threading.Thread(target=lambda: began.wait(30) and pool.kill()).start()
    found = drain(pool, ["sleep"], ["waits"], listener=lambda event: began.set())
    assert [(one.item, one.reason) for one in found] == [("sleep", "killed"), ("waits", "killed")]
    pool.kill()
    assert [one.item for one in drain(pool, ["a"])] == ["a"]


def test_a_worker_killed_while_it_waits_costs_nothing(pool_of):
    """An idle process that dies (the system wants its memory) is noticed, and started again for the next batch."""
    pool = pool_of(handlers.echo)
    first = pool.describe()["pid"]
    os.kill(first, signal.SIGKILL)
    assert until(lambda: pool.state == "stopped", 5)
    (answer,) = drain(pool, ["a"])
    assert answer.value[1] != first


def test_stopping_ends_the_processes(pool_of):
    """After stop no process is left, and what was given is forgotten."""
    pool = pool_of(handlers.echo, workers=2)
    pool.give(["sleep"])
    pool.start(2)
    assert until(lambda: len(pool.pids) == 2, 10)
    pids = pool.pids
    pool.stop()
    assert not any(map(is_alive, pids))
    assert (pool.pids, pool.pending, pool.state) == ([], False, "stopped")


DRIVER = """
from tests.analysis import handlers
from vmaudio.analysis.workers import WorkerPool

pool = WorkerPool(handlers.echo, workers=2)
pool.give(["sleep"])
pool.give(["sleep"])
begun = []
while True:
    for outcome in pool.wait(begun.append):
        pass
    if len(begun) == 2:
        print(*pool.pids, flush=True)
"""

ELSEWHERE = """
import multiprocessing, time
from tests.analysis import handlers

context = multiprocessing.get_context("spawn")
ours, theirs = context.Pipe()
process = context.Process(target=handlers.watched, args=(theirs,))
process.start()
print(ours.recv(), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("driver", [DRIVER, ELSEWHERE])
@pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks for processes in /proc")
def test_workers_end_with_their_driver(driver, how):
    """Two seconds after the driver was killed or ended no worker is left, with and without Linux's own means."""
    with subprocess.Popen([sys.executable, "-c", driver], stdout=subprocess.PIPE, text=True) as process:
        pids = [int(pid) for pid in process.stdout.readline().split()]
        assert pids
        assert all(map(is_alive, pids))
        os.kill(process.pid, how)
    assert until(lambda: not any(map(is_alive, pids)), 2.0)
