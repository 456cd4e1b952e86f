"""What the decoder keeps between steps: keys and values of the audio, and of the text so far.

Each row has its own length and no padding: attention is worked out row by row, so that a message has the same sums, and so
the same words, whatever shares its batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from torch import Tensor

from vmaudio.transcribe.whisper.one_query import raw


def _raw(parts: Sequence[Sequence[Tensor]]) -> list[list[np.ndarray]]:
    """Tensors of layers and rows as `one_query` takes them: views of the same memory, (heads, places, head size)."""
    return [[raw(row[0]) for row in layer] for layer in parts]


class _ForOneQuery:
    """Keys and values also as `one_query` takes them, made when they are asked for."""

    keys: list[list[Tensor]]
    values: list[list[Tensor]]

    @cached_property
    def raw_keys(self) -> list[list[np.ndarray]]:
        """The keys for `one_query`, on a processor."""
        return _raw(self.keys)

    @cached_property
    def raw_values(self) -> list[list[np.ndarray]]:
        """The values for `one_query`, on a processor."""
        return _raw(self.values)


@dataclass(frozen=True)
class Audio(_ForOneQuery):
    """Keys and values of a batch's audio, computed once; one row per window.

    Attributes:
        keys: for each layer of the decoder a tensor per row, (1, heads, frames, head size), in the compute type.
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
        keys: of the text so far, for each layer a tensor per row, (1, heads, capacity, head size), in the compute type.
        values: the same.
        lengths: tokens of each row so far; the other columns have room for later ones.
    """

    audio: Audio
    keys: list[list[Tensor]]
    values: list[list[Tensor]]
    lengths: list[int]

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
