"""Forced alignment: when each word was said, from one teacher-forced pass over the whole batch.

The method is openai-whisper's (``whisper/timing.py``): the attention of the alignment heads from text to audio, softmax
over time, standardised over tokens, median filter of 7 frames, mean of the heads, and dynamic time warping. The warping is
done row by row with running minima (`warp`), so that it needs neither numba, which compiles for seconds, nor a loop over
cells.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from vmaudio.transcribe.words import Timed, merge

if TYPE_CHECKING:
    from vmaudio.transcribe.whisper.kv_cache import Audio
    from vmaudio.transcribe.whisper.network import WhisperNetwork

FRAME_S = 0.02  # of the encoder's output
_MEDIAN = 7  # frames, as in openai-whisper
_TOGETHER = 1  # windows of a pass: more gains nothing, and the attention that is looked at takes 4 MB a window


def align_words(
    net: WhisperNetwork,
    tokenizers: Sequence[Any],
    audio: Audio,
    seconds: Sequence[float],
    tokens: Sequence[Sequence[int]],
    logprobs: Sequence[Sequence[float]],
    hinted: Sequence[bool],
    early_s: float = 0.0,
) -> list[list[Timed]]:
    """The words of a batch of windows, with their times.

    Args:
        net: the network.
        tokenizers: openai-whisper's tokenizer of each window's language.
        audio: from `WhisperNetwork.listen`, one row per window.
        seconds: of sound in each window, without the margin.
        tokens: text tokens of each window, without time tokens; may be empty.
        logprobs: natural log probability of each token, from the decoder.
        hinted: for each window, whether its words get a ``deficit``: this pass has no hint, so it shows what the sound alone
            supports.
        early_s: seconds that the model's attention is too early, see `AlignmentOptions.early_s`; all words are moved later by
            as much.

    Returns:
        The words of each window, in order, with times in the window, multiples of 20 ms plus ``early_s``; each word begins
        where the one before ends.
    """
    rows = [row for row, found in enumerate(tokens) if found]
    results: list[list[Timed]] = [[] for _ in tokens]
    for begin in range(0, len(rows), _TOGETHER):
        part = rows[begin : begin + _TOGETHER]
        _align(net, tokenizers, audio, seconds, tokens, logprobs, hinted, early_s, part, results)
    return results


def _align(
    net: WhisperNetwork,
    tokenizers: Sequence[Any],
    audio: Audio,
    seconds: Sequence[float],
    tokens: Sequence[Sequence[int]],
    logprobs: Sequence[Sequence[float]],
    hinted: Sequence[bool],
    early_s: float,
    rows: Sequence[int],
    results: list[list[Timed]],
) -> None:
    """The words of some of the windows, put into ``results``; the rest is as in `align_words`."""
    starts = [list(tokenizers[row].sot_sequence) for row in rows]
    eot = tokenizers[0].eot
    texts = [[*start, tokenizers[row].no_timestamps, *tokens[row], eot] for row, start in zip(rows, starts, strict=True)]
    longest = max(map(len, texts))
    state = net.start(audio.rows(rows), longest)
    batch = torch.tensor([text + [eot] * (longest - len(text)) for text in texts], device=net.device)
    hidden, scores = net.forward(batch, state, align=True, lengths=list(map(len, texts)))
    for place, row in enumerate(rows):
        frames = max(1, min(round(seconds[row] / FRAME_S), audio.lengths[row]))
        weights = scores[place][..., :frames].softmax(dim=-1)
        matrix = _sharpen(weights)[len(starts[place]) : -1].cpu().numpy()
        jumps = warp(-matrix.astype(np.float64)) * FRAME_S
        jumps = np.where(jumps > 0, np.clip(jumps + early_s, 0.0, frames * FRAME_S), 0.0)
        results[row] = _words(tokenizers[row], list(tokens[row]), jumps, list(logprobs[row]))
        if hinted[row]:
            begin = len(starts[place])
            logits = net.logits(hidden[place, begin : begin + len(tokens[row])])[:, :eot]
            said = logits.gather(1, torch.tensor(tokens[row], device=net.device)[:, None])[:, 0]
            _deficits(results[row], (logits.amax(dim=-1) - said).tolist())


def _deficits(words: Sequence[Timed], lacking: Sequence[float]) -> None:
    """Set each word's deficit: the largest of its tokens'."""
    at = 0
    for word in words:
        word.deficit = max(lacking[at : at + len(word.tokens)], default=0.0)
        at += len(word.tokens)


def _sharpen(weights: Tensor) -> Tensor:
    """(heads, tokens, frames) -> (tokens, frames): standardise over tokens, median filter over time, mean of heads."""
    deviation, mean = torch.std_mean(weights, dim=-2, keepdim=True, correction=0)
    weights = (weights - mean) / deviation.clamp(min=1e-10)
    if weights.shape[-1] > _MEDIAN // 2:
        padded = torch.nn.functional.pad(weights, (_MEDIAN // 2, _MEDIAN // 2), mode="reflect")
        count = weights.shape[-1]  # head by head: a median needs a dozen copies
        weights = torch.stack([_median7([head[..., i : i + count] for i in range(_MEDIAN)]) for head in padded])
    return weights.mean(dim=0)


def _median7(x: list[Tensor]) -> Tensor:
    """Median of seven tensors by a network of minima and maxima (N. Devillard, 1998): quicker than sorting."""
    x = list(x)
    for i, j in ((0, 5), (0, 3), (1, 6), (2, 4), (0, 1), (3, 5), (2, 6), (2, 3), (3, 6), (4, 5), (1, 4), (1, 3), (3, 4)):
        x[i], x[j] = torch.minimum(x[i], x[j]), torch.maximum(x[i], x[j])
    return x[3]


def warp(cost: np.ndarray) -> np.ndarray:
    """Dynamic time warping: the cheapest monotone path through a matrix of costs, from corner to corner.

    Steps go to the next token, to the next frame, or both. Row by row: reaching frame j of a row costs S[j] + min over entries
    k <= j of (entry[k] - S[k-1]), where S sums the row and entry[k] is the cheaper of the row above at k and k-1.

    Args:
        cost: float64, (tokens, frames), both at least 1.

    Returns:
        The first frame of each token: int, (tokens,), not decreasing, the first entry 0.
    """
    tokens, frames = cost.shape
    sums = np.cumsum(cost, axis=1)
    reached, entries = [sums[0]], [np.zeros(0)]
    for i in range(1, tokens):
        above = reached[-1]
        entry = np.minimum(above, np.concatenate([[np.inf], above[:-1]]))
        entry[1:] -= sums[i, :-1]
        entries.append(entry)
        reached.append(np.minimum.accumulate(entry) + sums[i])
    first = np.zeros(tokens, dtype=int)
    frame = frames - 1
    for i in range(tokens - 1, 0, -1):
        frame = first[i] = int(np.argmin(entries[i][: frame + 1]))
        above = reached[i - 1]
        if frame and above[frame - 1] < above[frame]:
            frame -= 1
    return first


def _words(tokenizer: Any, tokens: list[int], jumps: np.ndarray, logprobs: list[float]) -> list[Timed]:
    """Group tokens into words as openai-whisper does: at spaces, punctuation joined to its word."""
    texts, groups = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
    words, at = [], 0
    for text, group in zip(texts[:-1], groups[:-1], strict=True):
        end = at + len(group)
        word = Timed(text, list(group), [float(t) for t in jumps[at : end + 1]], logprobs[at:end])
        if len(group) > 1 and text.isascii() and any(map(str.isdigit, text)):  # figures: each token has its own time
            word.cuts = [
                (tokenizer.decode([token]), *edges)
                for token, edges in zip(group, itertools.pairwise(word.edges_s), strict=True)
            ]
        words.append(word)
        at = end
    return merge(words)
