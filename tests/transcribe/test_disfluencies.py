"""Ums are put in at word borders that score for one, and nothing else is changed."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from vmaudio.transcribe.options import DisfluencyOptions
from vmaudio.transcribe.whisper import disfluencies, tokenizer as tokens
from vmaudio.transcribe.whisper.disfluencies import Border
from vmaudio.transcribe.words import Decoded

AT_3 = DisfluencyOptions(score_min=-3.0)


def tokenizer() -> Any:
    return tokens.tokenizer(True, 99, "en")


def decoded(text: str) -> Decoded:
    ids = tuple(tokenizer().encode(text))
    return Decoded(ids, (-0.1,) * len(ids), "en", -0.1, 0.0, 1.0, 0.0)


@pytest.mark.parametrize("multilingual", [True, False])
def test_only_words_of_one_token_count(multilingual):
    """In the English-only vocabulary " hmm" begins with " h", which any word may: it counts for nothing there."""
    tok = tokens.tokenizer(multilingual, 99, "en")
    for ids in disfluencies.sound_tokens(tok).values():
        assert len(ids) >= 2
        assert all(tok.decode([one]).strip().lower() in ("um", "uh", "hmm", "ah", "er") for one in ids)


def test_ums_have_a_limit():
    """Where every border scores, only the best of them get an um: one for four words."""
    tok, heard = tokenizer(), decoded(" a b c d e f g h i j k")
    scored = [Border(at, at / 10, " um") for at in disfluencies._places(tok, heard.tokens)]
    assert tok.decode(disfluencies.insert_disfluencies(tok, heard, scored).tokens).count("um") == 3


def test_no_um_before_half_a_word():
    """A text that does not begin with a space begins inside a word."""
    tok, heard = tokenizer(), decoded("Hi Dana")
    assert disfluencies._places(tok, heard.tokens)[0] > 0


@pytest.mark.parametrize(
    ("word", "filler", "becomes"),
    [
        (0, " um", " Um, Hi Dana. This is Tom at 303-555-0126."),
        (1, " uh", " Hi uh, Dana. This is Tom at 303-555-0126."),
        (2, " um", " Hi Dana. Um, This is Tom at 303-555-0126."),
        (6, " uh", " Hi Dana. This is Tom at uh, 303-555-0126."),
        (7, " uh", " Hi Dana. This is Tom at 303-555-0126. Uh."),
    ],
)
def test_an_um_stands_where_the_border_scored(word, filler, becomes):
    """Before a word, at a sentence's start, before a number, at the end; inside a word or number there is no border."""
    heard, tok = decoded(" Hi Dana. This is Tom at 303-555-0126."), tokenizer()
    places = disfluencies._places(tok, heard.tokens)
    assert len(places) == 8
    fuller = disfluencies.insert_disfluencies(
        tok, heard, [Border(at, 1.0 if n == word else -9.0, filler) for n, at in enumerate(places)]
    )
    assert tok.decode(fuller.tokens) == becomes
    assert len(fuller.logprobs) == len(fuller.tokens)


def test_beside_a_filler_there_is_no_border():
    """An um that was written down is not doubled."""
    tok, heard = tokenizer(), decoded(" So, um, this is Tom.")
    words = [tok.decode(heard.tokens[at:]) for at in disfluencies._places(tok, heard.tokens)]
    assert words == [" So, um, this is Tom.", " is Tom.", " Tom.", ""]


def test_how_sure_an_um_is_grows_with_its_score():
    """Half at the threshold, near one far above; below it nothing is put in and the result is the same object."""
    tok, heard = tokenizer(), decoded(" Call me back.")
    at_least, sure = (disfluencies.insert_disfluencies(tok, heard, [Border(0, score, " um")], AT_3) for score in (-2.999, 4.0))
    assert math.exp(at_least.logprobs[0]) == pytest.approx(0.5, abs=0.01)
    assert math.exp(sure.logprobs[0]) > 0.99
    assert disfluencies.insert_disfluencies(tok, heard, [Border(0, -3.1, " um")], AT_3) is heard


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="abc .,?0-", min_size=1, max_size=40), st.integers(0, 99))
def test_nothing_but_ums_is_added(text, seed):
    """Whatever the text and the borders, taking the ums out again leaves the tokens that were heard, in order."""
    tok, heard = tokenizer(), decoded(text)
    places = disfluencies._places(tok, heard.tokens)
    scored = [Border(at, 1.0 if (n * 7 + seed) % 3 == 0 else -9.0, (" um", " uh")[n % 2]) for n, at in enumerate(places)]
    fuller = disfluencies.insert_disfluencies(tok, heard, scored)
    rest = list(fuller.tokens)
    at = 0
    while at < len(rest):  # an um and its mark go again wherever they are not what was heard
        if tuple(rest[: at + 1]) == heard.tokens[: at + 1]:
            at += 1
            continue
        assert tok.decode(rest[at : at + 2]).strip().lower().rstrip(",.") in ("um", "uh")
        del rest[at : at + 2]
    assert tuple(rest) == heard.tokens
    assert (fuller is heard) == (not any(border.score > 0 for border in scored))
