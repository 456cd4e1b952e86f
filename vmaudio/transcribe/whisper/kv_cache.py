"""What the decoder keeps between steps: keys and values of the audio, and of the text so far.

Each row has its own length and no padding: attention is worked out row by row, so that a message has the same sums, and so
the same words, whatever shares its batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from vmaudio.transcribe.whisper.one_query import Rows, raw


def _raw(parts: Sequence[Sequence[Tensor]]) -> list[Rows]:
    """Tensors of layers and rows as `one_query` takes them: views of the same memory, (heads, places, head size)."""
    return [Rows([raw(row[0]) for row in layer]) for layer in parts]


def pairs_in_one_block(
    shape: tuple[int, int, int], places: Sequence[int], dtype: torch.dtype, device: torch.device
) -> tuple[list[list[Tensor]], list[list[Tensor]]]:
    """Room for the keys and values of a batch in one block of memory, not yet filled.

    They are most of what recognition holds. One block is mapped by itself and goes back to the system with the batch (see
    `memory`); hundreds of blocks of a megabyte or two leave holes that stay.

    Args:
        shape: layers, heads, head size.
        places: of each row.
        dtype: of the numbers.
        device: of the network.

    Returns:
        Keys and values: for each layer a tensor per row, (1, heads, places, head size), contiguous.
    """
    layers, heads, size = shape
    sizes = [heads * count * size for count in places for _ in range(2 * layers)]
    parts = iter(torch.empty(sum(sizes), dtype=dtype, device=device).split(sizes))
    rows = [[[next(parts).view(1, heads, count, size) for _ in range(layers)] for _ in range(2)] for count in places]
    keys, values = ([[row[kind][layer] for row in rows] for layer in range(layers)] for kind in range(2))
    return keys, values


class _ForOneQuery:
    """Keys and values also as `one_query` takes them, made when they are asked for."""

    keys: list[list[Tensor]]
    values: list[list[Tensor]]

    @cached_property
    def raw_keys(self) -> list[Rows]:
        """The keys for `one_query`, on a processor."""
        return _raw(self.keys)

    @cached_property
    def raw_values(self) -> list[Rows]:
        """The values for `one_query`, on a processor."""
        return _raw(self.values)


@dataclass(frozen=True)
class Audio(_ForOneQuery):
    """Keys and values of a batch's audio, computed once; one row per window.

    Attributes:
        keys: for each layer of the decoder a tensor per row, (1, heads, frames, head size), see `one_query.kept`.
        values: the same.
        lengths: frames of 20 ms of each row.
    """

    keys: list[list[Tensor]]
    values: list[list[Tensor]]
    lengths: list[int]

    def rows(self, wanted: Sequence[int]) -> Audio:
        """Some of the rows.

        Args:
            wanted: numbers of rows, in the order of the result; may repeat.
        """
        keys, values = ([[layer[row] for row in wanted] for layer in parts] for parts in (self.keys, self.values))
        return Audio(keys, values, [self.lengths[row] for row in wanted])


@dataclass
class State(_ForOneQuery):
    """What the decoder keeps of a batch between steps.

    Attributes:
        audio: of the rows.
        keys: of the text so far, for each layer a tensor per row, (1, heads, capacity, head size), see `one_query.kept`.
        values: the same.
        lengths: tokens of each row so far; the other columns have room for later ones.
    """

    audio: Audio
    keys: list[list[Tensor]]
    values: list[list[Tensor]]
    lengths: list[int]

    def copy(self, other: State, rows: Sequence[int], lengths: Sequence[int]) -> None:
        """Take over the beginnings of another state's texts, in place.

        Args:
            other: with room for at least as many tokens.
            rows: of it, one for each row of this state; may repeat.
            lengths: how many tokens of each.
        """
        for mine, theirs in ((self.keys, other.keys), (self.values, other.values)):
            for into, source in zip(mine, theirs, strict=True):
                for place, (row, length) in enumerate(zip(rows, lengths, strict=True)):
                    into[place][:, :, :length] = source[row][:, :, :length]
        self.lengths = list(lengths)

    def keep(self, rows: Sequence[int]) -> None:
        """Keep only some of the rows, in place.

        Args:
            rows: their numbers, in the order in which they go on.
        """
        self.audio = self.audio.rows(rows)
        self.keys, self.values = ([[layer[row] for row in rows] for layer in parts] for parts in (self.keys, self.values))
        self.lengths = [self.lengths[row] for row in rows]
        for name in ("raw_keys", "raw_values"):
            self.__dict__.pop(name, None)
