"""Recognition errors on purpose: labels stay in place, words change as much as asked."""

from __future__ import annotations

import numpy as np

from tests.training.conftest import LABELS
from vmaudio.training import noise, read
from vmaudio.training.labels import LabelledMessage, Sentence


def test_pieces_and_labels_stay() -> None:
    """A noisy copy has the same pieces in the same order, each with words in it, and the same rep."""
    rng = np.random.default_rng(0)
    for message in read([LABELS / "messages_b.jsonl"])[:40]:
        copy = noise.recognised(message, rng)
        assert [s.part for s in copy.sentences] == [s.part for s in message.sentences]
        assert all(s.text.strip() for s in copy.sentences)
        assert (copy.rep, copy.prospect, copy.approach) == (message.rep, message.prospect, message.approach)


def test_rates_are_as_asked() -> None:
    """About the asked share of words is replaced or left out; figures are left alone; nothing changes at rate 0."""
    text = "we looked after the boiler in the building next to yours all last winter and it never failed once " * 20
    message = LabelledMessage("m", "r", "p", (Sentence(text, "proof"), Sentence("303-555-0126", "number")))
    copy = noise.recognised(message, np.random.default_rng(1), wrong=0.1, drop=0.1)
    lost = 1 - len(copy.sentences[0].text.split()) / len(text.split())
    assert 0.05 < lost < 0.15
    assert "5550126" in copy.sentences[1].text.replace("-", "").replace(" ", "")
    same = noise.recognised(message, np.random.default_rng(4), wrong=0, drop=0, names=0)
    assert noise.unpunctuated(same.text) == noise.unpunctuated(message.text)


def test_helpers() -> None:
    """Marks and capitals go, apostrophes and figures stay; some words are dropped, never all; one word is put in."""
    rng = np.random.default_rng(0)
    assert noise.unpunctuated("Hi, Dana! It's 303-555-0126.") == "hi dana it's 303-555-0126"
    assert noise.drop_words("a b c", rng, 1.0) == "a"
    assert sorted(noise.insert_word("a b c", rng, "z").split()) == ["a", "b", "c", "z"]
