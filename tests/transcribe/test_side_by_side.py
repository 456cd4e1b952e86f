"""Windows shared out to threads: every result at its place, an end at once, and nothing left behind."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Sequence

import pytest
import torch

from vmaudio.transcribe.whisper.side_by_side import check_stopped, one_thread, shared_out

LONG_S = 20.0
"""Far longer than anything here takes: whoever waits for it has not stopped."""


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Torch's threads are as they were, and no thread is left."""
    before, running = torch.get_num_threads(), set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= running
    torch.set_num_threads(before)


def until_stopped() -> None:
    """Work in small steps, as long as nobody says stop."""
    end = time.monotonic() + LONG_S
    while time.monotonic() < end:
        check_stopped()
        time.sleep(0.001)
    raise AssertionError("it was not stopped")


@pytest.mark.parametrize(
    ("count", "jobs", "shares"),
    [
        (1, 9, [[0, 1, 2, 3, 4, 5, 6, 7, 8]]),
        (2, 5, [[0, 2, 4], [1, 3]]),
        (2, 3, [[0, 1, 2]]),
        (4, 6, [[0, 3], [1, 4], [2, 5]]),
        (2, 0, [[]]),
    ],
)
def test_results_are_in_order(count: int, jobs: int, shares: list[list[int]]):
    """They are dealt out like cards, two or more to a share."""
    seen = []

    def work(some: Sequence[int]) -> list[int]:
        seen.append(list(some))
        return [10 * job for job in some]

    assert shared_out(range(jobs), work, count) == [10 * job for job in range(jobs)]
    assert sorted(seen) == shares


def test_each_share_has_its_own_thread_and_its_part_of_the_processor():
    """Four threads, two shares: two for the products of each; and four again afterwards."""
    torch.set_num_threads(4)
    meeting = threading.Barrier(2, timeout=LONG_S)

    def work(some: Sequence[int]) -> list[tuple[int, int]]:
        meeting.wait()  # passed only where both are at work
        return [(threading.get_ident(), torch.get_num_threads()) for _ in some]

    found = shared_out(range(5), work, 4)
    assert len({thread for thread, _ in found}) == 2
    assert {count for _, count in found} == {2}
    assert torch.get_num_threads() == 4


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_an_error_of_one_share_ends_the_others(bad: int):
    """The caller's own or another's: it is that error which is raised, and not that the others gave up."""
    torch.set_num_threads(3)
    meeting = threading.Barrier(3, timeout=LONG_S)

    def work(some: Sequence[int]) -> list[int]:
        meeting.wait()
        if bad in some:
            raise ValueError("a bad window")
        until_stopped()
        return list(some)

    with pytest.raises(ValueError, match="a bad window"):
        shared_out(range(6), work, 3)
    assert torch.get_num_threads() == 3
    check_stopped()  # says nothing of what comes after


@pytest.mark.parametrize("own_share", ["at work", "done"])
def test_ctrl_c_ends_every_share(own_share: str):
    """While the caller works on its share, and while it waits for the others."""
    torch.set_num_threads(2)
    caller = threading.main_thread()
    stopped = []

    def work(some: Sequence[int]) -> list[int]:
        if threading.current_thread() is caller and own_share == "done":
            return list(some)
        if threading.current_thread() is not caller:
            time.sleep(0.1)  # so that the caller is there
            signal.pthread_kill(caller.ident or 0, signal.SIGINT)
        try:
            until_stopped()
        finally:
            stopped.append(some[0])
        return list(some)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            shared_out(range(4), work, 2)
    finally:
        signal.signal(signal.SIGINT, before)
    assert stopped == ([0, 1] if own_share == "at work" else [1])
    assert torch.get_num_threads() == 2


def test_one_thread_for_a_while():
    """And as many as before, also after an error."""
    torch.set_num_threads(3)
    seen = []

    def fail() -> None:
        with one_thread():
            seen.append(torch.get_num_threads())
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        fail()
    assert [*seen, torch.get_num_threads()] == [1, 3]
