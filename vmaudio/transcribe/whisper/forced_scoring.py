"""Forced scoring: how probable the sound makes each of several texts, by a teacher-forced pass over all of them at once.

Greedy decoding writes one number and never compares it with similar ones. Here the texts that could have been meant are given
to the decoder after the words before them, and it gives the probability of each. They stand in one row as a tree: what
several begin with stands there once, and each token attends to the tokens before it in its own texts only, so that a hundred
cost little more than ten. At every token the probabilities are normalised over the tokens that some text has: the texts are
taken to be the only possible ones.
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
    columns = net.embed(torch.tensor(known, device=net.device)).to(net.dtype)
    place = {token: column for column, token in enumerate(known)}
    found = np.zeros(len(texts))
    order = sorted(range(len(texts)), key=lambda index: written[index])  # neighbours begin alike
    for begin in range(0, len(order), PASS):
        part = order[begin : begin + PASS]
        tree = _Tree(head, [written[index] for index in part])
        allowed = torch.from_numpy(tree.allowed).to(net.device)
        tokens, positions = (torch.tensor(each, device=net.device) for each in (tree.tokens, tree.positions))
        hidden = net.packed(tokens, positions, allowed, audio)[len(head) - 1 :].to(net.dtype)
        chances = torch.nn.functional.linear(hidden, columns).float().log_softmax(dim=-1).cpu()
        for index, path in zip(part, tree.paths, strict=True):
            rows = [0, *(node - len(head) + 1 for node in path)]
            found[index] = sum(float(chances[row, place[token]]) for row, token in zip(rows, written[index], strict=True))
    return found


class _Tree:
    """Texts after one beginning, what they share once.

    Args:
        head: tokens of the beginning.
        texts: tokens of each, none empty.

    Attributes:
        tokens: of the beginning, then one for each node of the tree. A text's last token has no node: what follows is not
            asked.
        positions: of each in its texts.
        paths: for each text the places of its nodes in ``tokens``.
        allowed: bool, (tokens, tokens), whether one (row) attends to another (column).
    """

    def __init__(self, head: Sequence[int], texts: Sequence[Sequence[int]]) -> None:
        self.tokens, self.positions = list(head), list(range(len(head)))
        self.paths: list[list[int]] = []
        nodes: dict[tuple[int, ...], int] = {}
        before: list[list[int]] = []  # of each node the nodes that it attends to, itself the last
        for text in texts:
            path: list[int] = []
            for end in range(1, len(text)):
                beginning = tuple(text[:end])
                if beginning not in nodes:
                    nodes[beginning] = len(self.tokens)
                    self.tokens.append(text[end - 1])
                    self.positions.append(len(head) + end - 1)
                    before.append([*path, nodes[beginning]])
                path.append(nodes[beginning])
            self.paths.append(path)
        self.allowed = np.zeros((len(self.tokens), len(self.tokens)), dtype=bool)
        self.allowed[:, : len(head)] = np.tri(len(self.tokens), len(head), dtype=bool)
        for node, seen in enumerate(before, start=len(head)):
            self.allowed[node, seen] = True
