"""Where the greedy choice was in doubt, the next best token is tried: a second pass over those places only.

Greedy decoding takes the most probable token each time, although the text that follows may make another one more probable in
the end. A beam search keeps several texts all along and costs as many times more. Here the text is greedy first. Then, at each
token that another word's came close to, a branch takes that one and goes on greedily until it has come back to the text, mostly
after three or four tokens. A branch that makes the text more probable replaces its stretch. All branches of a batch run side by
side, with the keys and values of the audio and of the text before them; a window's branches depend on that window alone.

Figures are left as they are: a branch would drop a digit as readily as put one right, and numbers are heard a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from vmaudio.transcribe.options import DecodingOptions
from vmaudio.transcribe.whisper.kv_cache import State

if TYPE_CHECKING:
    from vmaudio.transcribe.whisper.network import WhisperNetwork
    from vmaudio.transcribe.whisper.rows import Row

TOGETHER = 32
"""Branches side by side: each keeps a copy of the text before it, a megabyte with base. For speed and memory only."""


class Chooser(Protocol):
    """What is wanted of the decoder; see `vmaudio.transcribe.whisper.decoder.Decoder`."""

    net: WhisperNetwork
    options: DecodingOptions
    ban: Tensor
    eot: int

    def choose(self, hidden: Tensor, ban: Tensor, rows: Sequence[Row]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The next token of every row, and the next best.

        Args:
            hidden: states after the last norm, (rows, width).
            ban: added to the logits, (n_vocab,).
            rows: what each has written.

        Returns:
            Ids and log probabilities of both; all (rows,).
        """
        ...


@dataclass
class Branch:
    """Another text from one place on.

    Attributes:
        window: number of its row in the greedy state.
        at: number of tokens before the place.
        row: what it has written, from the beginning of the text.
        end: number of tokens of the greedy text before the place where it came back to it; 0 as long as it has not.
    """

    window: int
    at: int
    row: Row
    end: int = 0


def try_branches(
    decoder: Chooser, state: State, before: Sequence[int], texts: Mapping[int, Row], bare: Callable[[int], str]
) -> None:
    """Try branches of greedy texts, and put those that are more probable into them.

    Args:
        decoder: that wrote the texts.
        state: of the greedy pass at its end, all rows.
        before: tokens before the text of each row.
        texts: row of the state to its greedy text, which is changed in place; those that were cut are left as they are.
        bare: a token's letters and digits; "" for punctuation and times.
    """
    margin = decoder.options.branch_margin
    branches = [
        Branch(window, at, text.branch(at, token, logprob, decoder.eot))
        for window, text in texts.items()
        if not text.cut
        for at, (token, logprob) in enumerate(text.others)
        if text.logprobs[at] - logprob < margin and _another_word(text, at, token, decoder.eot, bare)
    ]
    for begin in range(0, len(branches), TOGETHER):
        _follow(decoder, state, before, texts, branches[begin : begin + TOGETHER])
    for window, text in texts.items():
        splice(
            text, [one for one in branches if one.window == window and one.end and not _figures(one, text, bare)], decoder.eot
        )


def _another_word(text: Row, at: int, token: int, eot: int, bare: Callable[[int], str]) -> bool:
    """Whether the token would write another word than the one that was chosen; figures and the end of the text are none."""
    written, other = bare((*text.tokens, eot)[at]), bare(token)
    return token != eot and written != other and not any(map(str.isdigit, written + other))


def _figures(branch: Branch, text: Row, bare: Callable[[int], str]) -> bool:
    """Whether there is a figure in what a branch wrote, or in what it would replace."""
    tokens = branch.row.tokens[branch.at :] + text.tokens[branch.at : branch.end]
    return any(character.isdigit() for token in tokens for character in bare(token))


def _follow(
    decoder: Chooser, greedy: State, before: Sequence[int], texts: Mapping[int, Row], branches: Sequence[Branch]
) -> None:
    """Let branches write on until they have come back to their texts, are given up, or have ended."""
    options, net = decoder.options, decoder.net
    lengths = [before[branch.window] + branch.at for branch in branches]
    places = [length + options.branch_tokens + 1 for length in lengths]
    state = net.start(greedy.audio.rows([branch.window for branch in branches]), places)
    state.copy(greedy, [branch.window for branch in branches], lengths)
    alive = list(branches)
    for _ in range(options.branch_tokens):
        tokens = torch.tensor([branch.row.tokens[-1] for branch in alive], device=net.device)
        hidden = net.forward(tokens[:, None], state)[0][:, -1]
        picked, logprobs = decoder.choose(hidden, decoder.ban, [branch.row for branch in alive])[:2]
        for branch, token, logprob in zip(alive, picked.tolist(), logprobs.tolist(), strict=True):
            branch.row.take(token, logprob, decoder.eot)
            branch.end = rejoined(branch, texts[branch.window], decoder.eot, options)
        going = [
            i
            for i, branch in enumerate(alive)
            if not branch.end and not branch.row.done and _hopeful(branch, texts[branch.window], options)
        ]
        if not going:
            return
        if len(going) < len(alive):
            state.keep(going)
            alive = [alive[i] for i in going]


def rejoined(branch: Branch, text: Row, eot: int, options: DecodingOptions) -> int:
    """Where in the greedy text a branch has come back to it.

    Args:
        branch: with its newest token.
        text: the greedy one.
        eot: the token that ends a text.
        options: how many tokens must be the same, and how far the places may differ.

    Returns:
        Number of the greedy text's tokens before that place, the end of text being one of them; 0 where it has not.
    """
    row, same = branch.row, options.rejoin_tokens
    if row.done:
        return 0 if row.cut else len(text.logprobs)
    if len(row.tokens) - branch.at <= same:
        return 0
    last = [min(token, eot + 1) for token in row.tokens[-same:]]  # whatever the time, it is a time
    here = len(row.tokens)
    for shift in sorted(range(-options.rejoin_shift, options.rejoin_shift + 1), key=abs):
        end = here + shift
        if branch.at + same <= end <= len(text.tokens) and [min(t, eot + 1) for t in text.tokens[end - same : end]] == last:
            return end
    return 0


def _hopeful(branch: Branch, text: Row, options: DecodingOptions) -> bool:
    """Whether a branch has not fallen too far behind the greedy text of as many tokens."""
    here = len(branch.row.logprobs)
    return sum(branch.row.logprobs[branch.at :]) > sum(text.logprobs[branch.at : here]) - options.branch_behind


def splice(text: Row, branches: Sequence[Branch], eot: int) -> None:
    """Put the branches that make a text more probable into it, the one that gains most first; none that overlap.

    Args:
        text: the greedy one, changed in place.
        branches: of it, all of which have come back to it.
        eot: the token that ends a text.
    """
    gains = []
    for branch in branches:
        gain = sum(branch.row.logprobs[branch.at :]) - sum(text.logprobs[branch.at : branch.end])
        if gain > 0:
            gains.append((gain, branch))
    chosen: list[Branch] = []
    for _, branch in sorted(gains, key=lambda one: (-one[0], one[1].at)):
        if all(branch.end <= other.at or branch.at >= other.end for other in chosen):
            chosen.append(branch)
    for branch in sorted(chosen, key=lambda one: -one.at):
        text.replace(branch.at, branch.end, branch.row, eot)
