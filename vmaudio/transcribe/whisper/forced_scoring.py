"""Forced scoring: how probable the sound makes each of several texts, by a teacher-forced pass over all of them at once.

Greedy decoding writes one number and never compares it with similar ones. Here the texts that could have been meant are given
to the decoder after the words before them, and it gives the probability of each. They stand end to end in one row, each
attending to the beginning and itself only, so that a hundred cost little more than ten. At every token the probabilities are
normalised over the tokens that some text has: the texts are taken to be the only possible ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:
    from vmaudio.transcribe.whisper.kv_cache import Audio
    from vmaudio.transcribe.whisper.network import WhisperNetwork

PASS = 96
"""Texts in one pass: the mask grows with their square. For speed only."""


def score_texts(net: WhisperNetwork, tokenizer: Any, audio: Audio, before: str, texts: Sequence[str]) -> np.ndarray:
    """Natural log probability of each text after ``before``, given the sound.

    Args:
        net: the network.
        tokenizer: openai-whisper's, of the language spoken.
        audio: one row, from `WhisperNetwork.listen`.
        before: the words before the texts, as the recogniser wrote them.
        texts: each with its leading space, none empty.

    Returns:
        float64, (texts,), 0 or less.
    """
    head = [*tokenizer.sot_sequence_including_notimestamps, *tokenizer.encode(before)]
    written = [tokenizer.encode(text) for text in texts]
    known = sorted({token for text in written for token in text})
    columns = net.projection[torch.tensor(known, device=net.device)]
    place = {token: column for column, token in enumerate(known)}
    found = np.zeros(len(texts))
    for begin in range(0, len(written), PASS):
        part = written[begin : begin + PASS]
        tokens, positions, owner = list(head), list(range(len(head))), [-1] * len(head)
        for index, text in enumerate(part):
            tokens += text[:-1]  # what follows the last token is not asked
            positions += range(len(head), len(head) + len(text) - 1)
            owner += [index] * (len(text) - 1)
        own = torch.tensor(owner, device=net.device)
        order = torch.arange(len(tokens), device=net.device)
        allowed = ((own[:, None] == own[None]) | (own[None] == -1)) & (order[None] <= order[:, None])
        hidden = net.packed(torch.tensor(tokens, device=net.device), torch.tensor(positions, device=net.device), allowed, audio)
        hidden = hidden[len(head) - 1 :].to(net.dtype)
        chances = torch.nn.functional.linear(hidden, columns).float().log_softmax(dim=-1).cpu()
        at = 1
        for index, text in enumerate(part):
            rows = [0, *range(at, at + len(text) - 1)]
            found[begin + index] = sum(float(chances[row, place[token]]) for row, token in zip(rows, text, strict=True))
            at += len(text) - 1
    return found
