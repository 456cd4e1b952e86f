"""How many threads torch multiplies with, where that must not change the result."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch


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
