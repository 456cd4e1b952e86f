"""Ctrl-C while torch is imported: its C++ code does not expect an exception there and ends the process with an abort."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType


@contextmanager
def held_back() -> Iterator[None]:
    """In the block Ctrl-C and SIGTERM wait for its end, where Python's own handlers would raise an exception.

    Only the main thread gets signals; in others, and for signals without a Python handler, nothing changes.
    """
    with ExitStack() as stack:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                stack.enter_context(_held(number))
        yield


@contextmanager
def _held(number: signal.Signals) -> Iterator[None]:
    before = signal.getsignal(number)
    if not callable(before):
        yield
        return
    came: list[FrameType | None] = []
    signal.signal(number, lambda _, frame: came.append(frame))
    try:
        yield
    finally:
        signal.signal(number, before)
        if came:
            before(number, came[0])
