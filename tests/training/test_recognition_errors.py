"""Recognition errors on purpose: labels stay in place, words change as much as asked."""

from __future__ import annotations

import re

import numpy as np

from tests.training.conftest import LABELS
from vmaudio.training.labels import LabelledMessage, Sentence, read_labelled_messages
from vmaudio.training.recognition_errors import (
    drop_words,
    figures,
    insert_word,
    other_marks,
    unpunctuated,
    with_recognition_errors,
)


def test_pieces_and_labels_stay() -> None:
    """A noisy copy has the same pieces in the same order, each with words in it, and the same rep."""
    rng = np.random.default_rng(0)
    for message in read_labelled_messages([LABELS / "messages_b.jsonl"])[:40]:
        copy = with_recognition_errors(message, rng)
        assert [s.part for s in copy.sentences] == [s.part for s in message.sentences]
        assert all(s.text.strip() for s in copy.sentences)
        assert (copy.rep, copy.prospect, copy.approach) == (message.rep, message.prospect, message.approach)


def test_rates_are_as_asked() -> None:
    """About the asked share of words is replaced or left out, at most a digit is lost, and no letter changes at rate 0."""
    text = "we looked after the boiler in the building next to yours all last winter and it never failed once " * 20
    message = LabelledMessage("m", "r", "p", (Sentence(text, "proof"), Sentence("303-555-0126", "number")))
    copy = with_recognition_errors(message, np.random.default_rng(1), wrong=0.1, drop=0.1)
    lost = 1 - len(copy.sentences[0].text.split()) / len(text.split())
    assert 0.05 < lost < 0.15
    digits = re.sub(r"\D", "", copy.sentences[1].text)
    assert digits in "3035550126" or len(digits) == 9, "at most one digit is lost"
    same = with_recognition_errors(message, np.random.default_rng(4), wrong=0, drop=0, names=0)
    letters = [re.sub(r"[\W_]", "", one.text.lower()) for one in (same, message)]
    assert letters[0] == letters[1], "only marks and the figures' format differ"


def test_helpers() -> None:
    """Marks and capitals go, apostrophes and figures stay; some words are dropped, never all; one word is put in."""
    rng = np.random.default_rng(0)
    assert unpunctuated("Hi, Dana! It's 303-555-0126.") == "hi dana it's 303-555-0126"
    assert drop_words("a b c", rng, 1.0) == "a"
    assert sorted(insert_word("a b c", rng, "z").split()) == ["a", "b", "c", "z"]


def test_numbers_in_figures() -> None:
    """Spoken digits become figures in one format; carrier words stay; a short or broken run is left alone."""
    rng = np.random.default_rng(0)
    spoken = "it's three zero three, five five five, oh one two six."
    assert figures(spoken, rng, 0) == "it's 303-555-0126."
    assert figures(spoken, rng, 1) == "it's 3035550126."
    assert figures(spoken, rng, 3) == "it's 3, 0, 3, 5, 5, 5, 0, 1, 2, 6."
    assert figures("303-555-0126", rng, 4) == "303 555 0126"
    short = figures(spoken, rng, 1, lost=1.0)
    assert len(re.sub(r"\D", "", short)) == 9
    for text in ("extension five five", "two one eight and then five five five oh one", "call me"):
        assert figures(text, rng, 0) == text


def test_marks_move() -> None:
    """Words stay, commas come and go, and after a stop there is a capital; marks inside figures stay."""
    rng = np.random.default_rng(0)
    text = "hello Dana, it's me, from Acme, on 303, 555, 0126, call soon."
    changed = {other_marks(text, rng) for _ in range(30)}
    assert len(changed) > 5
    for one in changed:
        assert unpunctuated(one).replace(",", "") == unpunctuated(text).replace(",", "")
        assert "303, 555, 0126," in one
        assert all(after[:1].isupper() for after in re.findall(r"[a-z]\. (\w+)", one))
