"""Places of doubt are tried again, and only what makes the text more probable replaces it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from vmaudio.records import Activity, Recording
from vmaudio.transcribe.options import DEFAULT
from vmaudio.transcribe.whisper.branches import Branch, rejoined, splice, try_branches
from vmaudio.transcribe.whisper.mel import log_mel
from vmaudio.transcribe.whisper.rows import Row

EOT = 50000
TIME = EOT + 100
LIMITS = DEFAULT.decoding


def row(*tokens: int, logprob: float = -1.0, ended: bool = True) -> Row:
    """A row that wrote these tokens, all as probable."""
    made = Row(200, 1500)
    for token in (*tokens, *((EOT,) if ended else ())):
        made.take(token, logprob, EOT)
    return made


def branch(text: Row, at: int, *tokens: int, logprob: float = -0.5) -> Branch:
    """A branch that went on with these tokens."""
    made = Branch(0, at, text.branch(at, tokens[0], logprob, EOT))
    for token in tokens[1:]:
        made.row.take(token, logprob, EOT)
    return made


@pytest.mark.parametrize(
    ("at", "tokens", "end"),
    [
        (1, (91, 3, 4), 4),  # one token for another
        (1, (91, 92, 3, 4), 4),  # two for one
        (1, (4, 5, 6), 6),  # two left out: what follows the first token is the same
        (1, (91, 3), 0),  # one token that is the same may be chance
        (1, (91, 92, 93), 0),
        (4, (91, 6, EOT), 7),  # both have ended
        (3, (TIME + 7, 5, 6), 6),  # a time, then the same
    ],
)
def test_where_a_branch_comes_back(at: int, tokens: tuple[int, ...], end: int):
    """Where the last two tokens are those of the text, nearby."""
    text = row(1, 2, 3, 4, 5, 6)
    assert rejoined(branch(text, at, *tokens), text, EOT, LIMITS) == end


def test_times_count_as_the_same():
    """A branch whose times are a little others has come back all the same."""
    text = row(1, 2, 3, TIME, TIME, 4)
    assert rejoined(branch(text, 2, 91, TIME + 1, TIME + 1), text, EOT, LIMITS) == 5


def test_only_what_is_more_probable_goes_in_and_nothing_twice():
    """Of two branches that overlap the better one; the numbers of tokens and of probabilities stay in step."""
    text = row(1, 2, 3, 4, 5, 6)
    better, good, worse = branch(text, 1, 91, 92, 3, logprob=-0.1), branch(text, 2, 93, 4), branch(text, 4, 95, 6, logprob=-2.0)
    better.end, good.end, worse.end = 3, 4, 6
    splice(text, [good, worse, better], EOT)
    assert text.tokens == [1, 91, 92, 3, 4, 5, 6]
    assert text.text == text.tokens
    assert text.logprobs == [-1.0, -0.1, -0.1, -0.1, -1.0, -1.0, -1.0, -1.0]


def test_two_that_do_not_overlap_both_go_in():
    """Each has its own stretch, one of them up to the end."""
    text = row(1, 2, 3, 4, 5, 6)
    first, last = branch(text, 0, 91, 2), branch(text, 4, 92, EOT)
    first.end, last.end = 2, 7
    splice(text, [first, last], EOT)
    assert text.tokens == [91, 2, 3, 4, 92]
    assert len(text.logprobs) == len(text.tokens) + 1


class Says:
    """A decoder whose branches always go on with the same tokens."""

    net = SimpleNamespace(
        device="cpu",
        start=lambda audio, places: SimpleNamespace(copy=lambda *_: None, keep=lambda _: None),
        forward=lambda tokens, state: (torch.zeros(len(tokens), 1, 1), []),
    )
    options, ban, eot = LIMITS, torch.zeros(1), EOT

    def __init__(self, *tokens: int) -> None:
        self.tokens = tokens

    def choose(self, hidden: torch.Tensor, ban: torch.Tensor, rows: Sequence[Row]) -> tuple[torch.Tensor, ...]:
        """The tokens behind those that stand already; which come next is told by the last one."""
        after = dict(itertools.pairwise(self.tokens))
        ids = torch.tensor([after[row.tokens[-1]] for row in rows])
        sure = torch.full((len(rows),), -0.1)
        return ids, sure, ids, sure


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ({}, [1, 2, 91, 92, 4, 5, 6]),
        ({91: "5"}, [1, 2, 3, 4, 5, 6]),  # the next best is a figure: not tried
        ({3: "5"}, [1, 2, 3, 4, 5, 6]),
        ({92: "05"}, [1, 2, 3, 4, 5, 6]),  # figures come on the way
        ({91: "same", 3: "same"}, [1, 2, 3, 4, 5, 6]),  # only written otherwise
    ],
)
def test_words_in_doubt_are_tried_and_figures_are_not(words: dict[int, str], wanted: list[int]):
    """Where the third token was in doubt the next best goes in, with what followed it; never where there are figures."""
    text = Row(200, 1500)
    for token in (1, 2, 3, 4, 5, 6, EOT):
        doubt = -1.2 if token == 3 else -9.0
        text.take(token, -1.0, EOT, (91 if token == 3 else 77, doubt))
    state = SimpleNamespace(audio=SimpleNamespace(rows=lambda rows: None))
    decoder: Any = Says(91, 92, 4, 5, 6)
    try_branches(decoder, state, [3], {0: text}, lambda token: words.get(token, f" {token * 'a'}"))  # type: ignore[arg-type]
    assert text.tokens == wanted


@pytest.mark.real
def test_texts_become_more_probable(exact: Any, voices: list[tuple[Recording, Activity]]):
    """With a wide margin some words change, and each changed text is more probable than the greedy one, by all its tokens."""
    decoder, net = exact._decoder, exact._net
    clips = [made.samples[: 12 * 16000] for made, _ in voices[:4]]
    few, seconds, english = [()] * 4, [12.0] * 4, ["en"] * 4
    usual = decoder.options
    with torch.inference_mode():
        audio = net.listen(net.encode([log_mel(clip, 14.0, 80) for clip in clips]))
        greedy = decoder.greedy(audio, seconds, english)
        try:
            decoder.options = replace(usual, branch_margin=3.0, branch_behind=math.inf)
            tried = decoder.decode(audio, seconds, english, few)
            alone = [decoder.decode(audio.rows([i]), seconds[:1], english[:1], few[:1])[0] for i in range(4)]
        finally:
            decoder.options = usual
    changed = [(old, new) for old, new in zip(greedy, tried, strict=True) if old.tokens != new.tokens]
    assert changed
    assert all(sum(new.logprobs) > sum(old.logprobs) - 1.0 for old, new in changed)  # times are not among them
    assert tried == alone
