"""Memory that grows little over many messages of many lengths (half a megabyte a message; see the benchmarks' row `memory`).

Three things grow where every batch has other shapes, none of them a leak: oneDNN keeps a compiled kernel for each of the last
1024 shapes it has multiplied; glibc keeps freed blocks that lie between used ones; and once a large block was freed it puts
blocks of up to 32 MB between the small ones. A pass needs about ten kernels, so few need be kept.
"""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Callable

KERNELS = 32


MAPPED_BYTES = 8 << 20
"""Blocks from this size on are mapped by themselves and go back at once. With 1 MB recognition took up to 40 % more processor
time (pages are cleared each time), with 8 MB none that could be measured. Smaller blocks still fragment."""

_M_MMAP_THRESHOLD = -3  # glibc's malloc.h


def stay_small() -> None:
    """Keep few kernels (heeded before torch first multiplies) and map large blocks; the user's own settings stand."""
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", str(KERNELS))
    if "MALLOC_MMAP_THRESHOLD_" not in os.environ and "glibc.malloc" not in os.environ.get("GLIBC_TUNABLES", ""):
        _of_c("mallopt")(_M_MMAP_THRESHOLD, MAPPED_BYTES)


def give_back() -> None:
    """Return freed memory to the system, where the C library can (glibc); a few milliseconds."""
    _of_c("malloc_trim")(0)


@functools.cache
def _of_c(name: str) -> Callable[..., object]:
    """A function of the C library; one that does nothing where there is none of that name (musl, macOS, Windows)."""
    try:
        function: Callable[..., object] = getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):
        return lambda *_: None
    return function
