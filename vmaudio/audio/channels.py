"""From several channels to one: the rep's where each party of a call has its own, else a mixture."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from vmaudio.audio.options import DecodeOptions
from vmaudio.audio.parties import NAMES, Party, are_parties, choose_party, frame_levels
from vmaudio.records import Recording

_RATE = 16000


def both_parties(
    sections: list[list[np.ndarray]], asked: str | None, options: DecodeOptions
) -> tuple[np.ndarray, np.ndarray, Party] | None:
    """Choose the rep's channel where a file holds one party of a call on each.

    Args:
        sections: float32 blocks of shape (n, channels) at 16 kHz, a list for each run of equal channels.
        asked: the channel that the manifest names, or None.
        options: thresholds.

    Returns:
        The rep's samples, the other party's, and the choice; None where the channels are to be mixed.
    """
    if len(sections) != 1 or not sections[0] or sections[0][0].ndim != 2 or sections[0][0].shape[1] != 2:
        return None
    named = asked.strip().lower() if asked else None
    if named not in NAMES:
        named = None
    channels = np.concatenate(sections[0]).T
    levels = frame_levels(channels)
    if named is None and not are_parties(levels, options):
        return None
    one, two = (np.clip(np.ascontiguousarray(channel), -1.0, 1.0) for channel in channels)
    party = choose_party((_recording(one), _recording(two)), levels, named, options)
    return (one, two, party) if party.index == 0 else (two, one, party)


def with_party(recording: Recording, other: np.ndarray, party: Party, limit: int) -> Recording:
    """The rep's channel with what is known of the other.

    Args:
        recording: the rep's channel.
        other: samples of the other party.
        party: which channel it is, and why.
        limit: most samples.

    Returns:
        The recording with its fields about channels.
    """
    return dataclasses.replace(
        recording, channel=party.index + 1, channel_why=party.why, channel_sure=party.sure, others=party.others,
        other_tones=party.other_tones, overlaps=party.overlaps, other_samples=other[:limit],
    )  # fmt: skip


def _recording(samples: np.ndarray) -> Recording:
    return Recording("", samples, _RATE, len(samples) / _RATE, _RATE, 1, "")


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
