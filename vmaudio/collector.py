"""Python's collector of cyclic garbage, put off while very many objects are made that all live on."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """Without the garbage collector: who makes many records that all live to the end would have them looked through again and
    again, which takes a third of an import's time. For what makes no circles that only the collector would free."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
