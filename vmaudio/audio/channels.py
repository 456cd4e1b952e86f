"""From several channels to one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

DROP_CHANNEL_DB = 30.0
"""A channel this far below the loudest carries no voice of its own: mixing it in would only lower the level."""
OPPOSITE_CORRELATION = -0.5
"""Channels that correlate below this cancel each other when mixed: the louder one is taken alone."""


def mix(blocks: list[np.ndarray]) -> Iterator[np.ndarray]:
    """Mono blocks from blocks of shape (n, channels) of one section; which channels count is decided over all of it."""
    blocks = [block.reshape(len(block), -1) for block in blocks if len(block)]
    if not blocks:
        return
    channels = blocks[0].shape[1]
    weights = np.ones(1, np.float32)
    if channels > 1:
        products = sum((block.T.astype(np.float64) @ block for block in blocks), np.zeros((channels, channels)))
        power = np.diagonal(products)
        loudest = int(np.argmax(power))
        kept = power >= power[loudest] * 10 ** (-DROP_CHANNEL_DB / 10)
        correlation = products[loudest] / np.sqrt(np.maximum(power * power[loudest], 1e-30))
        if power[loudest] > 0 and np.any(correlation[kept] < OPPOSITE_CORRELATION):
            kept = np.arange(channels) == loudest
        weights = (kept / kept.sum()).astype(np.float32)
    for index, block in enumerate(blocks):
        blocks[index] = np.empty(0, np.float32)  # let it go: the mono copy takes its place
        yield block[:, 0] if channels == 1 else block @ weights
