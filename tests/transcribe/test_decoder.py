"""The decoder follows openai-whisper's rules."""

from __future__ import annotations

import math
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from vmaudio.records import Activity, Recording
from vmaudio.transcribe.options import DEFAULT
from vmaudio.transcribe.whisper import tokenizer as tokens
from vmaudio.transcribe.whisper.decoder import Decoder
from vmaudio.transcribe.whisper.limits import (
    better,
    compression_ratio,
    repeated_tokens,
    suspicious,
    token_limit,
)
from vmaudio.transcribe.whisper.mel import log_mel
from vmaudio.transcribe.whisper.rows import Row
from vmaudio.transcribe.words import Decoded

LIMITS = DEFAULT.decoding


def tokenizer(language: str = "en") -> Any:
    return tokens.tokenizer(True, 99, language)


@pytest.fixture(scope="module")
def decoder() -> Decoder:
    net = SimpleNamespace(dims={"n_vocab": 51865, "n_text_ctx": 448}, device="cpu", dtype=torch.float32, multilingual=True)
    return Decoder(net, tokenizer, "en")  # type: ignore[arg-type]


def test_compression_ratio_is_whispers():
    """The same measure as ``whisper.utils.compression_ratio``."""
    from whisper.utils import compression_ratio as theirs

    for text in ("hello there", "no no no no no no no no no no no no", "äöü 日本語"):
        assert compression_ratio(text) == theirs(text)
    assert compression_ratio("") == 0.0


def test_a_window_may_not_have_more_tokens_than_can_be_said():
    """The limit grows with the seconds and ends at half the model's context."""
    assert token_limit(0.5, 224) < 25
    assert token_limit(5.0, 224) > 5 * 10
    assert token_limit(28.0, 224) == 224


@pytest.mark.parametrize("size", [1, 2, 7, 20])
def test_a_text_that_only_repeats_itself_is_stopped(size: int):
    """A phrase of up to twenty tokens over and over ends the row like its limit does; times between do not hide it."""
    row, phrase, wrote = Row(400, 1500), list(range(100, 100 + size)), 0
    row.take(999, -0.1, 50000)
    while not row.done:
        assert wrote < 400, "it was never stopped"
        if wrote % 5 == 0:
            row.take(50001 + wrote, -0.1, 50000)  # a time
        row.take(phrase[wrote % size], -0.1, 50000)
        wrote += 1
    assert row.cut
    assert wrote == max(LIMITS.loop_tokens, LIMITS.loop_times * size)
    assert row.repeats == wrote - size


@pytest.mark.parametrize(
    "text",
    [
        " My number is 555-555-5555. Again, 555-555-5555.",
        " 5-5-5-5-5-5-5-5-5-5",
        " No no no no no, call me, call me, call me. Please, please, please call me back.",
        " Thank you. Thank you. Thank you. Bye. Bye. Bye.",
        " five five five five five five five five five five",
    ],
)
def test_what_people_repeat_is_no_loop(text: str):
    """Numbers of one digit and insistent callers are let speak."""
    assert not repeated_tokens(tokenizer().encode(text))


@pytest.mark.parametrize("seed", range(20))
def test_temperatures_side_by_side_choose_as_one_after_the_other(decoder: Decoder, seed: int, monkeypatch):
    """Whatever comes out at each temperature, the window keeps what openai-whisper's order would keep."""
    rng = random.Random(seed)
    windows = rng.choice([1, 2, 5, 7, 20])

    def drawn(temperature: float) -> Decoded:
        ratio, average = rng.choice([1.0, 3.0]), rng.choice([-0.3, -1.4, -1.2])
        return Decoded((1,), (average,), "en", average, 0.0, ratio, temperature, rng.random() < 0.2)

    made = {(i, t): drawn(t) for i in range(windows) for t in LIMITS.temperatures}
    runs = []

    def run(audio, seconds, languages, prompts, temperatures, branches=False):
        runs.append(len(seconds))
        return [made[int(i), t] for i, t in zip(seconds, temperatures, strict=True)]

    monkeypatch.setattr(decoder, "_run", run)
    audio = SimpleNamespace(rows=lambda rows: None)
    found = decoder.decode(audio, list(range(windows)), ["en"] * windows, [[]] * windows)  # type: ignore[arg-type]
    for i in range(windows):
        best = made[i, 0.0]
        for t in LIMITS.temperatures[1:]:
            if suspicious(best) and better(made[i, t], best):
                best = made[i, t]
        assert found[i] == best
    assert max(runs[1:], default=0) <= max(decoder.rows, windows)


@pytest.mark.parametrize("seed", range(8))
def test_time_rules_are_whispers(decoder: Decoder, seed: int):
    """On random logits and histories, the same tokens stay possible as with ``ApplyTimestampRules``."""
    from whisper.decoding import ApplyTimestampRules

    t = tokenizer()
    begin = t.timestamp_begin
    generator = torch.Generator().manual_seed(seed)
    histories = [
        [],
        [begin],
        [begin, 400],
        [begin + 3, 400, 500],
        [begin, 400, begin + 70],
        [begin, 400, begin + 70, begin + 70],
        [begin, 400, begin + 70, begin + 75, 600],
    ]
    theirs = ApplyTimestampRules(t, 0, 50)
    for history in histories:
        raw = torch.randn(1, 51865, generator=generator) * 3
        raw[:, begin:] += -6.0 + 2 * seed
        raw[:, t.no_timestamps] = -math.inf
        row = Row(200, 1500)
        row.tokens = list(history)
        mine, wanted = raw.clone(), raw.clone()
        decoder._time_rules(mine, [row])
        theirs.apply(wanted, torch.tensor([history], dtype=torch.long))
        assert torch.equal(torch.isinf(mine), torch.isinf(wanted)), history


def test_no_time_lies_behind_the_sound(decoder: Decoder):
    """Time tokens after the end of the window's sound are not possible."""
    row = Row(200, 100)
    row.tokens = [decoder.first_time, 400]
    logits = torch.zeros(1, 51865)
    decoder._time_rules(logits, [row])
    allowed = torch.nonzero(~torch.isinf(logits[0, decoder.first_time :])).flatten()
    assert (int(allowed.min()), int(allowed.max())) == (1, 100)


@pytest.mark.real
def test_greedy_text_is_whispers(exact: Any, weights_cache: Path, voices: list[tuple[Recording, Activity]]):
    """At the full 30 s and in float32, a batch decodes to the tokens of ``whisper.decode``, with its log probability."""
    from whisper.decoding import DecodingOptions, decode as theirs
    from whisper.model import ModelDimensions, Whisper

    from vmaudio.transcribe.weights import load_weights

    net = exact._net
    clips = [made.samples[: 25 * 16000] for made, _ in voices[:3]]
    mels = [log_mel(np.ascontiguousarray(clip), 30.0, 80) for clip in clips]
    with torch.inference_mode():
        mine = exact._decoder.greedy(net.listen(net.encode(mels)), [29.98] * 3, ["en"] * 3)
        tensors = load_weights("tiny.en", weights_cache)
        model = Whisper(ModelDimensions(**tensors.dims))
        model.load_state_dict(dict(tensors.tensors))
        wanted = theirs(model.eval(), torch.stack(mels), DecodingOptions(fp16=False, language="en"))
    for got, want in zip(mine, wanted, strict=True):
        assert list(got.tokens) == [token for token in want.tokens if token < exact._decoder.eot]
        assert got.avg_logprob == pytest.approx(want.avg_logprob, abs=2e-3)
        assert got.no_speech_prob == pytest.approx(want.no_speech_prob, abs=1e-3)
        assert got.temperature == 0.0


def test_a_text_is_a_text_to_the_tokenizer():
    """The same tokens as openai-whisper's; what looks like a special token, as a name in a manifest may, is no command."""
    from whisper.tokenizer import get_tokenizer

    ours, theirs = tokens.tokenizer(True, 99, "en"), get_tokenizer(True, num_languages=99, language="en", task="transcribe")
    for text in (" Hello, Zoë: call 555-0126 [at] $5.", "", "♪♪ don't"):
        assert ours.encode(text) == theirs.encode(text)
    assert ours.non_speech_tokens == theirs.non_speech_tokens
    assert ours.sot_sequence == theirs.sot_sequence
    assert ours.eot not in ours.encode(" Dana <|endoftext|>")
    assert ours.decode(ours.encode(" Dana <|endoftext|>")) == " Dana <|endoftext|>"
