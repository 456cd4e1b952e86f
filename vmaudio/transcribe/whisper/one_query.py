"""Attention of one token at a time: what the decoder does at every step, and most of the memory that it reads.

torch's attention is made for many queries. With one query a row it takes six to nine times as long as reading the keys and
values once; here each is read once, in the number type in which it is kept (see `kept`), and all sums are float32. A row's
sums depend on nothing but that row. The loops are in `attention_loops`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from vmaudio.transcribe.whisper.attention_loops import SIZE, attention
from vmaudio.transcribe.whisper.compiled_loops import has_float16
from vmaudio.transcribe.whisper.threads import share_out


def kept(dtype: torch.dtype) -> torch.dtype:
    """The number type in which keys and values are kept on a processor.

    Those of the audio are most of what a step of the decoder reads, and most of what recognition holds. In float16 they lose
    1/4000 of their value, less than bfloat16's products do.

    Args:
        dtype: the compute type.

    Returns:
        float16 for float32, where the processor has it; else the same type.
    """
    return torch.float16 if dtype == torch.float32 and has_float16() else dtype


def raw(tensor: Tensor) -> np.ndarray:
    """A tensor's numbers as the loops take them, without a copy: float32, float16, or the bits of bfloat16.

    Args:
        tensor: on the processor, of one of these types, contiguous.
    """
    return tensor.view(torch.uint16).numpy() if tensor.dtype == torch.bfloat16 else tensor.numpy()


class Rows:
    """Keys or values of several rows, where the loops find them.

    Args:
        arrays: for each row (heads, capacity, size) from `raw`, contiguous.

    Attributes:
        arrays: the same.
        places: int64, (2, rows): the address of each, and its capacity.
    """

    __slots__ = ("arrays", "places")

    def __init__(self, arrays: Sequence[np.ndarray]) -> None:
        self.arrays = arrays
        self.places = np.array([[one.ctypes.data for one in arrays], [one.shape[1] for one in arrays]], np.int64)

    def from_head(self, head: int) -> np.ndarray:
        """The address of each row from a head on.

        Args:
            head: its number.
        """
        at, capacity = self.places
        return at + head * SIZE * self.arrays[0].itemsize * capacity if head else at


def attend(query: Tensor, keys: Rows, values: Rows, lengths: Sequence[int]) -> Tensor:
    """Attention of one query a row.

    Args:
        query: (rows, heads, size).
        keys: of each row.
        values: the same.
        lengths: how many of each row's places count, at least one.

    Returns:
        float32, (rows, heads, size).
    """
    loops = attention(keys.arrays[0].dtype.name)
    asked = query.float().contiguous().numpy()
    found = np.empty_like(asked)
    rows, heads = asked.shape[:2]
    places = np.array(lengths, np.int64)
    number = np.arange(rows) * (heads * SIZE * asked.itemsize)
    asked_at, found_at = number + asked.ctypes.data, number + found.ctypes.data

    def some(share: tuple[list[int] | slice, slice]) -> None:
        which, part = share
        skipped = part.start * SIZE * asked.itemsize
        columns = (
            asked_at + skipped, keys.from_head(part.start), values.from_head(part.start), keys.places[1], places,
            found_at + skipped,
        )  # fmt: skip
        table = np.ascontiguousarray(np.array(columns)[:, which].T)
        weights = np.empty(table[:, 4].max(), np.float32)
        loops(table.ctypes.data, len(table), part.stop - part.start, weights.ctypes.data)

    share_out(some, _shares(lengths, asked.shape[1], torch.get_num_threads()))
    return torch.from_numpy(found)


_SMALL = 4000  # heads times places: less than that is done before a second thread has begun


def _shares(lengths: Sequence[int], heads: int, threads: int) -> list[tuple[list[int] | slice, slice]]:
    """Rows, and heads of them, dealt out to threads: the longest first; where there are fewer rows than threads, heads."""
    rows, everything = slice(0, len(lengths)), slice(0, heads)
    if threads <= 1 or sum(lengths) * heads < _SMALL:
        return [(rows, everything)]
    if len(lengths) < threads:
        cuts = [round(heads * i / threads) for i in range(threads + 1)]
        return [(rows, slice(a, b)) for a, b in itertools.pairwise(cuts) if b > a]
    shares: list[list[int]] = [[] for _ in range(threads)]
    loads = [0] * threads
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        least = loads.index(min(loads))
        shares[least].append(row)
        loads[least] += lengths[row]
    return [(share, everything) for share in shares]
