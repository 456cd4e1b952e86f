"""Memory that stays flat over many messages of many lengths (see the benchmarks' row `memory`).

Four things grow where every batch has other shapes: oneDNN keeps a compiled kernel for each of the last 1024 shapes it has
multiplied, and torch's layer over it (ideep) as many primitives with their buffers, half a megabyte a message until it is full
(pytorch issues 29893 and 98688); glibc keeps freed blocks that lie between used ones; and once a large block was freed it puts
blocks of up to 32 MB between the small ones. A pass needs about ten kernels, so few need be kept.
"""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Callable

KERNELS = 32
"""Kept of each kind; 1 to 1024 take the same time over batches of mixed lengths, as nearly every shape is new."""

_CACHES = ("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "LRU_CACHE_CAPACITY")  # oneDNN's own, and ideep's

MAPPED_BYTES = 8 << 20
"""Blocks from this size on are mapped by themselves and go back at once. With 1 MB recognition took up to 40 % more processor
time (pages are cleared each time), with 8 MB none that could be measured. Smaller blocks still fragment."""

_M_MMAP_THRESHOLD = -3  # glibc's malloc.h


def bound_allocator() -> None:
    """Keep few compiled kernels, and map large blocks of memory; what the user has set in the environment stays.

    It has an effect only before torch first multiplies.
    """
    for name in _CACHES:
        os.environ.setdefault(name, str(KERNELS))
    if "MALLOC_MMAP_THRESHOLD_" not in os.environ and "glibc.malloc" not in os.environ.get("GLIBC_TUNABLES", ""):
        _of_c("mallopt")(_M_MMAP_THRESHOLD, MAPPED_BYTES)


SPINS = 2000
"""So many times a thread of a product looks for the next one before it sleeps. By default (100 000 times, a millisecond) it
holds a core through the decoder's many small steps, which the threads that decode and measure the next messages could use:
over 24 messages 60 seconds of processor time instead of 54, and 33 of the wall instead of 32."""


def share_cores() -> None:
    """Let the threads of products sleep early (libgomp, in torch for Linux); what the user has set stays.

    It has an effect only before torch is first imported.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", str(SPINS))


def return_free_memory() -> None:
    """Return freed memory to the system, where the C library can (glibc); a few milliseconds."""
    _of_c("malloc_trim")(0)


_ONCE_USED = ("libllvmlite", "libtorch")
_MADV_DONTNEED = 4  # Linux's mman.h


def return_code_pages() -> None:
    """Let go of the code of torch and LLVM that only their start and the compiling of loops needed: 125 MB on Linux.

    The pages are unchanged copies of files, which the system could take itself when memory is short; what is needed again is
    mapped again from the file. Elsewhere nothing is done.
    """
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
            lines = [line.split(maxsplit=5) for line in maps]
    except OSError:
        return
    for line in lines:
        if len(line) == 6 and line[1] == "r-xp" and os.path.basename(line[5]).startswith(_ONCE_USED):
            begin, end = (int(place, 16) for place in line[0].split("-"))
            _of_c("madvise")(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), _MADV_DONTNEED)


@functools.cache
def _of_c(name: str) -> Callable[..., object]:
    """A function of the C library; one that does nothing where there is none of that name (musl, macOS, Windows)."""
    try:
        function: Callable[..., object] = getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):
        return lambda *_: None
    return function
