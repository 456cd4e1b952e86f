"""Attention of one token at a time: what the decoder does at every step, and most of the memory that it reads.

torch's attention is made for many queries. With one query a row it takes six to nine times as long as reading the keys and
values once; here each is read once, in the number type in which it is kept (bfloat16 is the upper half of a float32), and all
sums are float32. A row's sums depend on nothing but that row. The loops are compiled by numba, which librosa brings; the
compiled code is kept beside this file or in the user's cache, as librosa's is.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from numba import njit, types
from numba.extending import intrinsic
from torch import Tensor

KINDS = (torch.bfloat16, torch.float32)
"""Number types of keys and values for which there are loops."""

SIZE = 64
"""Numbers of a head, in every Whisper: loops of known length run faster."""


def _as_float(context: Any, bits: Any) -> Any:
    """What numba asks for: the type, and the code, of the float32 that has 32 given bits."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        from llvmlite.ir import FloatType

        return builder.bitcast(arguments[0], FloatType())

    return types.float32(types.uint32), generate


_float_of_bits: Any = intrinsic(_as_float)


@njit(inline="always", error_model="numpy")
def _exp(x: Any) -> Any:
    """e to the power of a float32 that is 0 or less, to 2e-7 of its value: unlike the library's, it runs 16 at a time.

    2 to the power of the nearest whole number is made of its bits, and what is left, within a half, is a polynomial (Taylor).
    """
    whole = np.floor(max(x, np.float32(-87.0)) * np.float32(1.4426950408889634) + np.float32(0.5))
    r = max(x, np.float32(-87.0)) - whole * np.float32(0.693359375) + whole * np.float32(2.12194440e-4)
    p = np.float32(1 / 720)
    p = p * r + np.float32(1 / 120)
    p = p * r + np.float32(1 / 24)
    p = p * r + np.float32(1 / 6)
    p = p * r + np.float32(0.5)
    p = p * r + np.float32(1)
    p = p * r + np.float32(1)
    return p * _float_of_bits(np.uint32(np.int32(whole) + np.int32(127)) << np.uint32(23))


@njit(nogil=True, fastmath=True, error_model="numpy", cache=True)
def _attend_bfloat16(query: Any, keys: Any, values: Any, length: int, out: Any) -> None:
    """One row; ``query`` and ``out`` float32 (heads, size), keys and values the bits of bfloat16, (heads, capacity, size)."""
    heads = query.shape[0]
    weights = np.empty(length, np.float32)
    scale = np.float32(1.0 / np.sqrt(SIZE))
    for head in range(heads):
        highest = np.float32(-np.inf)
        for t in range(length):
            total = np.float32(0)
            for i in range(SIZE):
                total += query[head, i] * _float_of_bits(np.uint32(keys[head, t, i]) << np.uint32(16))
            weights[t] = total * scale
            highest = max(highest, weights[t])
        mass = np.float32(0)
        for t in range(length):
            weights[t] = _exp(weights[t] - highest)
            mass += weights[t]
        for i in range(SIZE):
            out[head, i] = 0
        for t in range(length):
            weight = weights[t] / mass
            for i in range(SIZE):
                out[head, i] += weight * _float_of_bits(np.uint32(values[head, t, i]) << np.uint32(16))


@njit(nogil=True, fastmath=True, error_model="numpy", cache=True)
def _attend_float32(query: Any, keys: Any, values: Any, length: int, out: Any) -> None:
    """The same for keys and values in float32."""
    heads = query.shape[0]
    weights = np.empty(length, np.float32)
    scale = np.float32(1.0 / np.sqrt(SIZE))
    for head in range(heads):
        highest = np.float32(-np.inf)
        for t in range(length):
            total = np.float32(0)
            for i in range(SIZE):
                total += query[head, i] * keys[head, t, i]
            weights[t] = total * scale
            highest = max(highest, weights[t])
        mass = np.float32(0)
        for t in range(length):
            weights[t] = _exp(weights[t] - highest)
            mass += weights[t]
        for i in range(SIZE):
            out[head, i] = 0
        for t in range(length):
            weight = weights[t] / mass
            for i in range(SIZE):
                out[head, i] += weight * values[head, t, i]


def raw(tensor: Tensor) -> np.ndarray:
    """A tensor's numbers as the loops take them, without a copy: the bits of bfloat16, or float32.

    Args:
        tensor: on the processor, of one of `KINDS`, contiguous.
    """
    return tensor.view(torch.uint16).numpy() if tensor.dtype == torch.bfloat16 else tensor.numpy()


def attend(query: Tensor, keys: Sequence[np.ndarray], values: Sequence[np.ndarray], lengths: Sequence[int]) -> Tensor:
    """Attention of one query a row.

    Args:
        query: (rows, heads, size), of one of `KINDS`.
        keys: for each row (heads, capacity, size) from `raw`, contiguous.
        values: the same.
        lengths: how many of each row's places count.

    Returns:
        float32, (rows, heads, size).
    """
    loops: Callable[..., None] = _attend_bfloat16 if query.dtype == torch.bfloat16 else _attend_float32
    asked = query.float().contiguous().numpy()
    found = np.empty_like(asked)

    def some(parts: Sequence[tuple[int, slice]]) -> None:
        for row, heads in parts:
            loops(asked[row, heads], keys[row][heads], values[row][heads], lengths[row], found[row, heads])

    shares = _shares(lengths, asked.shape[1], torch.get_num_threads())
    if len(shares) == 1:
        some(shares[0])
    else:
        others = [_pool(len(shares) - 1).submit(some, share) for share in shares[1:]]
        some(shares[0])
        for other in others:
            other.result()
    return torch.from_numpy(found)


_SMALL = 4000  # heads times places: less than that is done before a second thread has begun


def _shares(lengths: Sequence[int], heads: int, threads: int) -> list[list[tuple[int, slice]]]:
    """Rows dealt out to threads, the longest first; where there are fewer rows than threads, heads of rows."""
    everything = slice(0, heads)
    if threads <= 1 or sum(lengths) * heads < _SMALL:
        return [[(row, everything) for row in range(len(lengths))]]
    if len(lengths) < threads:
        cuts = [round(heads * i / threads) for i in range(threads + 1)]
        halves = [slice(a, b) for a, b in itertools.pairwise(cuts) if b > a]
        return [[(row, part) for row in range(len(lengths))] for part in halves]
    shares: list[list[tuple[int, slice]]] = [[] for _ in range(threads)]
    loads = [0] * threads
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        least = loads.index(min(loads))
        shares[least].append((row, everything))
        loads[least] += lengths[row]
    return shares


@functools.cache
def _pool(workers: int) -> ThreadPoolExecutor:
    """Threads beside the caller's; they sleep between steps."""
    return ThreadPoolExecutor(workers, thread_name_prefix="vmaudio-attention")
