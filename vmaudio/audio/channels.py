"""From several channels to one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vmaudio.audio.options import DecodeOptions


def mix(blocks: list[np.ndarray], options: DecodeOptions) -> Iterator[np.ndarray]:
    """Mix the channels of one section to mono; which channels count is decided over all of it.

    Args:
        blocks: float32, each of shape (n, channels) with the same channels. The list is emptied on the way, so that memory
            holds the section once.
        options: which channels are dropped.

    Yields:
        float32 of shape (n,), the mean of the channels that count, one array per block that is not empty.
    """
    blocks = [block.reshape(len(block), -1) for block in blocks if len(block)]
    if not blocks:
        return
    channels = blocks[0].shape[1]
    weights = np.ones(1, np.float32)
    if channels > 1:
        products = sum((block.T.astype(np.float64) @ block for block in blocks), np.zeros((channels, channels)))
        power = np.diagonal(products)
        loudest = int(np.argmax(power))
        kept = power >= power[loudest] * 10 ** (-options.drop_channel_db / 10)
        correlation = products[loudest] / np.sqrt(np.maximum(power * power[loudest], 1e-30))
        if power[loudest] > 0 and np.any(correlation[kept] < options.opposite_correlation):
            kept = np.arange(channels) == loudest
        weights = (kept / kept.sum()).astype(np.float32)
    for index, block in enumerate(blocks):
        blocks[index] = np.empty(0, np.float32)  # let it go: the mono copy takes its place
        yield block[:, 0] if channels == 1 else block @ weights
