"""Word times: the path through the attention, and words put together as whisper does."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from vmaudio.records import Activity, Recording
from vmaudio.transcribe.whisper import tokenizer as token_module
from vmaudio.transcribe.whisper.alignment import _median7, _words, warp
from vmaudio.transcribe.whisper.alignment_heads import ALIGNMENT_HEADS
from vmaudio.transcribe.whisper.mel import log_mel


def cheapest(cost: np.ndarray) -> float:
    """The cost of the best path, cell by cell."""
    reached = np.full(cost.shape, np.inf)
    for i, j in itertools.product(*map(range, cost.shape)):
        before = [reached[a, b] for a, b in ((i - 1, j - 1), (i - 1, j), (i, j - 1)) if a >= 0 and b >= 0]
        reached[i, j] = cost[i, j] + (min(before) if before else 0.0)
    return float(reached[-1, -1])


def price(cost: np.ndarray, first: np.ndarray) -> float:
    """The cost of the path that enters each row at ``first`` and leaves it as cheaply as the next entry allows."""
    total = 0.0
    for i in range(len(first)):
        if i + 1 == len(first):
            total += cost[i, first[i] :].sum()
            continue
        step = first[i + 1]
        ends = [end for end in (step - 1, step) if end >= first[i]]
        total += min(cost[i, first[i] : end + 1].sum() for end in ends)
    return total


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), st.integers(1, 25), st.integers(0, 10_000))
def test_the_path_is_the_cheapest(tokens: int, frames: int, seed: int):
    """Warping finds a path as cheap as the search cell by cell, and it never runs back."""
    cost = np.random.default_rng(seed).standard_normal((tokens, frames))
    first = warp(cost)
    assert first[0] == 0
    assert np.all(np.diff(first) >= 0)
    assert price(cost, first) == pytest.approx(cheapest(cost))


def test_the_median_network_is_the_median():
    """Seven tensors' median by minima and maxima equals torch's."""
    torch.manual_seed(0)
    values = torch.randint(0, 9, (7, 4000)).float()
    assert torch.equal(_median7(list(values)), values.median(dim=0).values)


def words_of(text: str) -> list[str]:
    """The words that a text's tokens are grouped into."""
    tokenizer = token_module.tokenizer(True, 99, "en")
    tokens = tokenizer.encode(text)
    edges = np.arange(len(tokens) + 1) * 0.1
    timed = _words(tokenizer, tokens, edges, [-0.1] * len(tokens))
    for before, after in itertools.pairwise(timed):
        assert before.edges_s[-1] == after.edges_s[0]
    assert all(len(word.edges_s) == len(word.tokens) + 1 == len(word.logprobs) + 1 for word in timed)
    assert [token for word in timed for token in word.tokens] == tokens
    return [word.text for word in timed]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (" Hi, it's Tom.", [" Hi,", " it's", " Tom."]),
        (" Call 555-0126. Bye!", [" Call", " 555-0126.", " Bye!"]),
        (" That's 3-0-3, okay?", [" That's", " 3-0-3,", " okay?"]),
        (' He said "yes" (twice).', [" He", " said", ' "yes"', " (twice)."]),
        (" mail tom@acme.com now", [" mail", " tom@acme.com", " now"]),
        (" $5,000 at 9:30", [" $5,000", " at", " 9:30"]),
    ],
)
def test_words_are_what_stands_between_spaces(text: str, wanted: list[str]):
    """Punctuation and the parts of a number written without spaces belong to one word."""
    assert words_of(text) == wanted


@pytest.mark.real
def test_times_are_whispers(
    exact: Any, weights_cache: Path, voices: list[tuple[Recording, Activity]], monkeypatch: pytest.MonkeyPatch
):
    """On the same tokens and 30 s of sound, word edges equal ``whisper.timing.find_alignment``'s; what it is early is added."""
    import whisper
    from whisper import timing
    from whisper.model import ModelDimensions, Whisper

    from vmaudio.transcribe.weights import load_weights
    from vmaudio.transcribe.whisper.alignment import align_words

    monkeypatch.setattr(timing, "dtw_cpu", timing.dtw_cpu.py_func)  # numba would compile for longer than it runs
    monkeypatch.setattr(timing, "backtrace", timing.backtrace.py_func)
    found = load_weights("tiny.en", weights_cache)
    model = Whisper(ModelDimensions(**found.dims))
    model.load_state_dict(dict(found.tensors))
    model.set_alignment_heads(whisper._ALIGNMENT_HEADS["tiny.en"])
    clip = np.ascontiguousarray(voices[0][0].samples[: 9 * 16000])
    mel = log_mel(clip, 30.0, 80)
    tokenizer = exact._tokenizer("en")
    tokens = tokenizer.encode(" Hello there, this is a message about the lease on Main Street.")
    with torch.inference_mode():
        audio = exact._net.listen(exact._net.encode([mel]))
        mine = align_words(exact._net, [tokenizer], audio, [9.0], [tokens], [[-0.1] * len(tokens)], [False])[0]
        late = align_words(exact._net, [tokenizer], audio, [9.0], [tokens], [[-0.1] * len(tokens)], [False], 0.05)[0]
        wanted = timing.find_alignment(model.eval(), tokenizer, tokens, mel, 900)
    timing.merge_punctuations(wanted, "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、")
    wanted = [word for word in wanted if word.word]
    assert [word.text for word in mine] == [word.word for word in wanted]
    assert [word.edges_s[0] for word in mine] == pytest.approx([word.start for word in wanted], abs=0.021)
    later = [min(word.start + 0.05, 9.0) if word.start else 0.0 for word in wanted]
    assert [word.edges_s[0] for word in late] == pytest.approx(later, abs=0.021)


def test_alignment_heads_are_openais():
    """Every model's, written down to spare an import."""
    import base64
    import gzip

    import whisper

    from vmaudio.transcribe.weights.names import canonical

    for model, packed in whisper._ALIGNMENT_HEADS.items():
        heads = ALIGNMENT_HEADS[canonical(model)]
        grid = np.zeros(len(flat := np.frombuffer(gzip.decompress(base64.b85decode(packed)), dtype=bool)), dtype=bool)
        wide = {"tiny": 6, "base": 8, "small": 12, "medium": 16}.get(model.split(".")[0], 20)
        grid[[layer * wide + head for layer, head in heads]] = True
        assert np.array_equal(grid, flat)
        assert list(heads) == sorted(heads)
