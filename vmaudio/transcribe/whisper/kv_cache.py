"""What the decoder keeps between steps: keys and values of the audio, and of the text so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Audio:
    """Keys and values of a batch's audio, computed once; one row per window.

    Attributes:
        keys: one tensor per layer of the decoder, (rows, heads, frames, head size), in the compute type.
        values: the same.
        lengths: frames of 20 ms of each row; the others are padding.
        mask: added to the attention, (rows, 1, 1, frames), minus infinity at padding; None where all rows are as long.
    """

    keys: list[Tensor]
    values: list[Tensor]
    lengths: list[int]
    mask: Tensor | None

    def rows(self, wanted: Sequence[int]) -> Audio:
        """Some of the rows.

        Args:
            wanted: numbers of rows, in the order of the result; may repeat.

        Returns:
            As many rows as wanted, cut to the longest of them.
        """
        if list(wanted) == list(range(len(self.lengths))):
            return self
        index = torch.tensor(list(wanted), device=self.keys[0].device)
        lengths = [self.lengths[row] for row in wanted]
        most = max(lengths)
        mask = None if self.mask is None or min(lengths) == most else self.mask[index, :, :, :most]
        return Audio([k[index, :, :most] for k in self.keys], [v[index, :, :most] for v in self.values], lengths, mask)


@dataclass
class State:
    """What the decoder keeps of a batch between steps.

    Attributes:
        audio: of the rows.
        keys: of the text so far, one tensor per layer, (rows, heads, capacity, head size), in the compute type.
        values: the same.
        left: columns of padding before each row's first token, (rows,); None where there are none.
        length: columns that are used; the others have room for later tokens.
    """

    audio: Audio
    keys: list[Tensor]
    values: list[Tensor]
    left: Tensor | None
    length: int = 0

    def keep(self, rows: Sequence[int]) -> None:
        """Keep only some of the rows, in place.

        Args:
            rows: their numbers, in the order in which they go on.
        """
        index = torch.tensor(list(rows), device=self.keys[0].device)
        self.audio = self.audio.rows(rows)
        self.keys, self.values = [k[index] for k in self.keys], [v[index] for v in self.values]
        self.left = None if self.left is None else self.left[index]
