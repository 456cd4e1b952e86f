"""What the decoder keeps between steps: keys and values of the audio, and of the text so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Audio:
    """Keys and values of a batch's audio, one tensor per layer: (rows, heads, frames, head size), computed once.

    ``lengths``: frames of each row; ``mask``: added to the attention, (rows, 1, 1, frames), None where all are equal.
    """

    keys: list[Tensor]
    values: list[Tensor]
    lengths: list[int]
    mask: Tensor | None

    def rows(self, wanted: Sequence[int]) -> Audio:
        """Some of the rows, in this order; cut to the longest of them."""
        if list(wanted) == list(range(len(self.lengths))):
            return self
        index = torch.tensor(list(wanted), device=self.keys[0].device)
        lengths = [self.lengths[row] for row in wanted]
        most = max(lengths)
        mask = None if self.mask is None or min(lengths) == most else self.mask[index, :, :, :most]
        return Audio([k[index, :, :most] for k in self.keys], [v[index, :, :most] for v in self.values], lengths, mask)


@dataclass
class State:
    """What the decoder remembers of a batch. Lists have one entry per layer.

    ``keys``/``values``: text so far, (rows, heads, capacity, head size), ``length`` columns of it used; ``left``: columns
    of padding before a row's first token, (rows,).
    """

    audio: Audio
    keys: list[Tensor]
    values: list[Tensor]
    left: Tensor | None
    length: int = 0

    def keep(self, rows: Sequence[int]) -> None:
        """Drop the other rows."""
        index = torch.tensor(list(rows), device=self.keys[0].device)
        self.audio = self.audio.rows(rows)
        self.keys, self.values = [k[index] for k in self.keys], [v[index] for v in self.values]
        self.left = None if self.left is None else self.left[index]
