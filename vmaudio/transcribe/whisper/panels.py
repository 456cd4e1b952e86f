"""Weights in float16 for products in float32, on processors without bfloat16.

Whisper's weights are published in float16, so that nothing is lost. A step of the decoder reads all its weights for a few rows,
and it is the reading that takes the time. The loops are in `linear_loops`.
"""

from __future__ import annotations

import itertools

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own custom
from torch import Tensor

from vmaudio.transcribe.whisper.linear_loops import LANES, multiply
from vmaudio.transcribe.whisper.threads import share_out

_SMALL = 1 << 22  # products: less than that is done before a second thread has begun
_SHARE = 1 << 22  # products of a share, where there are as many


class Panels:
    """The weight of a linear layer, (outputs, inputs), as the loops take it.

    Args:
        weight: float16, (outputs, inputs), on the processor.

    Attributes:
        dtype: of rows and results, torch.float32.
        shape: (outputs, inputs).
    """

    dtype = torch.float32

    def __init__(self, weight: Tensor) -> None:
        self.shape = outputs, inputs = weight.shape
        self._panels = torch.zeros(-(-outputs // LANES), inputs, LANES, dtype=torch.float16)
        whole = outputs // LANES
        self._panels[:whole] = weight[: whole * LANES].view(whole, LANES, inputs).transpose(1, 2)
        if outputs % LANES:
            self._panels[-1, :, : outputs % LANES] = weight[whole * LANES :].T
        self._zeros = torch.zeros(len(self._panels) * LANES)

    def rows(self, wanted: Tensor) -> Tensor:
        """Some rows of the weight.

        Args:
            wanted: their numbers, of any shape.

        Returns:
            float32, (*wanted, inputs).
        """
        return self._panels[wanted // LANES, :, wanted % LANES].float()

    def multiply(self, x: Tensor, bias: Tensor | None = None) -> Tensor:
        """`torch.nn.functional.linear`; what a row gives depends on nothing but the row.

        Args:
            x: float32, (..., inputs).
            bias: float32, (outputs,), or none.

        Returns:
            float32, (..., outputs).
        """
        outputs, inputs = self.shape
        x = x.contiguous()
        count, columns = x.numel() // inputs, len(self._zeros)
        added = self._zeros if bias is None else F.pad(bias, (0, columns - outputs)).contiguous()
        found = torch.empty(*x.shape[:-1], columns)
        if not count:
            return found[..., :outputs]
        arrays = [tensor.data_ptr() for tensor in (x, self._panels, added, found)]
        loops = multiply()

        def some(share: tuple[int, int]) -> None:
            loops(*arrays, count, inputs, inputs, columns, *share)

        share_out(some, self._shares(count * outputs * inputs))
        return found[..., :outputs]

    def _shares(self, products: int) -> list[tuple[int, int]]:
        """The panels in shares for threads: the first and the one behind the last of each."""
        panels, threads = len(self._panels), torch.get_num_threads()
        if threads == 1 or products < _SMALL:
            return [(0, panels)]
        shares = min(panels, 8 * threads, max(threads, products // _SHARE))
        return list(itertools.pairwise(round(panels * i / shares) for i in range(shares + 1)))
