"""Memory that stays flat over many messages of many lengths.

Two things grow where every batch has other shapes, neither of them a leak: oneDNN keeps a compiled kernel for each of the last
1024 shapes it has multiplied, and glibc keeps freed blocks that lie between used ones. With tiny.en the process grew from 1.2
to 1.7 GB over 160 messages; so it stays under 1 GB. A pass needs about ten kernels, so few need be kept.
"""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Callable

KERNELS = 32


def keep_few_kernels() -> None:
    """Let oneDNN keep `KERNELS` kernels; heeded when called before torch first multiplies. The user's own setting stands."""
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", str(KERNELS))


def give_back() -> None:
    """Return freed memory to the system, where the C library can (glibc); a few milliseconds."""
    _trim()(0)


@functools.cache
def _trim() -> Callable[[int], object]:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # musl, macOS, Windows
        return lambda _: None
