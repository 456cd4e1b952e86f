"""A pass shared out to threads, each of which works through its own windows alone.

Two threads that share every product wait for one another some thousand times a pass, and where other programs run, each wait
is as long as the other thread's turn. A window's numbers hang neither on the others of its pass nor on the number of threads
(`network`, `layers.linear`), so that its words stay the same.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

import torch

T = TypeVar("T")
R = TypeVar("R")

LEAST = 2
"""Windows of a share: a thread with a single one would read all of the decoder's weights for one row."""

_own = threading.local()  # `stop`: the event of the pass that this thread has a share of


class Stopped(Exception):
    """Another share of the pass has failed, or the pass was interrupted: nobody wants the rest of this share."""


def check_stopped() -> None:
    """Give up where the pass has failed or was interrupted; called between steps of the work, so that it ends within one.

    Raises:
        Stopped: only in a thread that works for `shared_out`.
    """
    stop: threading.Event | None = getattr(_own, "stop", None)
    if stop is not None and stop.is_set():
        raise Stopped


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let torch multiply in the caller's thread only, where its result hangs on the number of threads.

    The attention of a text's first tokens does: one in some dozen differed in the last bit of bfloat16 with two threads.
    """
    before = torch.get_num_threads()
    if before == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def shared_out(jobs: Sequence[T], work: Callable[[Sequence[T]], list[R]], threads: int) -> list[R]:
    """Let several threads work on some jobs each; the caller's is one of them, and the others end with the call.

    Args:
        jobs: to work on. They are dealt out like cards, so that shares of jobs in order of length take about as long.
        work: gives the result of each of some jobs, in their order; called from several threads at a time. It calls
            `check_stopped` where it could end early.
        threads: processor threads for all together; what is left over goes to the products of each share.

    Returns:
        The result of each job.

    Raises:
        BaseException: what the work raised, or what interrupted the caller, once all shares have ended.
    """
    parts = max(1, min(threads, len(jobs) // LEAST))
    if parts == 1:
        return work(jobs)
    stop = threading.Event()

    def one(part: int) -> list[R]:
        torch.set_num_threads(threads // parts)  # of this thread, and for float32 products of all
        _own.stop = stop
        try:
            return work(jobs[part::parts])
        except BaseException:
            stop.set()
            raise
        finally:
            _own.stop = None

    with ThreadPoolExecutor(parts - 1, thread_name_prefix="vmaudio-pass") as pool:
        others = [pool.submit(one, part) for part in range(1, parts)]
        try:
            found = [one(0), *(other.result() for other in others)]
        except BaseException as error:
            stop.set()
            wait(others)
            if not isinstance(error, Stopped):
                raise
            errors = [other.exception() for other in others]
            raise next(one for one in errors if one is not None and not isinstance(one, Stopped)) from None
        finally:
            torch.set_num_threads(threads)
    return [found[index % parts][index // parts] for index in range(len(jobs))]
