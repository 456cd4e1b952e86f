"""Threads of products: work dealt out to them, and one thread where the result hangs on their number."""

from __future__ import annotations

import contextlib
import functools
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

T = TypeVar("T")


def share_out(work: Callable[[T], None], shares: Sequence[T]) -> None:
    """Do the shares of a piece of work side by side, with torch's number of threads; each takes the next one that is left.

    So nobody waits for a thread that got no core: what it has not begun is done by the others.

    Args:
        work: does one; it lets other threads of Python run.
        shares: at least one.
    """
    left = deque(shares)

    def some() -> None:
        while True:
            try:
                share = left.popleft()
            except IndexError:
                return
            work(share)

    helpers = min(len(shares), torch.get_num_threads()) - 1
    others = [_pool(helpers).submit(some) for _ in range(helpers)]
    try:
        some()
    finally:  # also when interrupted: memory that a thread writes to must not be freed
        for other in others:
            if not other.cancel():
                other.result()


@functools.cache
def _pool(workers: int) -> ThreadPoolExecutor:
    """Threads beside the caller's; they sleep between pieces of work."""
    return ThreadPoolExecutor(workers, thread_name_prefix="vmaudio-products")


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let torch multiply in the caller's thread only, where its result hangs on the number of threads.

    The attention of a text's first tokens does: one in some dozen differed in the last bit of bfloat16 with two threads, and
    so did a number's confidence.
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
