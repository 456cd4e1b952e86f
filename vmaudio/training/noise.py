"""Recognition errors on purpose: what a recogniser does to a message, done to labelled text.

Used to train (a noisy copy of each message joins its rep's group, so that no message stands on both sides of a split) and
to test that a label does not hang on one word. Rates are near those of base and tiny.en on telephone sound (13 to 17 % of the
words, more of the names).
"""

from __future__ import annotations

import dataclasses
import re

import numpy as np

from vmaudio.training.labels import LabelledMessage, Sentence

_NAMED_PARTS = ("callee", "identity", "company")
_COMMON = (
    "the a and is it to of in on for with you your we our this that at from have had will would could can was are be so "
    "not but if or an as by all one two time day call week get got just there here now then when what how who they them"
).split()
_MISHEARD = (
    "water walkers north gale mercy killer demo amber oak shore lane reed marsh clark ivy hour locks wells pine fuller "
    "hidden rain banks stone paul anna marie jenna chance sandy holly will grant bill page brook ray frank"
).split()
_LOOKALIKE = {
    "free": "three", "ask": "us", "call": "cool", "change": "chain", "license": "lights", "told": "tall", "we": "he",
    "our": "on", "your": "you", "i'm": "I", "it's": "its", "you're": "your", "there": "their", "hear": "here", "to": "two",
    "for": "four", "would": "wood", "know": "no", "right": "write", "new": "knew", "buy": "by", "see": "sea", "quote": "coat",
}  # fmt: skip


def recognised(
    message: LabelledMessage,
    rng: np.random.Generator,
    wrong: float | None = None,
    drop: float | None = None,
    names: float | None = None,
) -> LabelledMessage:
    """Return the message as a recogniser might have written it; parts and their number stay.

    Args:
        message: labelled text. rng: draws the errors.
        wrong: share of words replaced. drop: share of words left out. names: share of names replaced by other words.
            Where one is not given it follows the line of this message, which is drawn from good to bad.
    """
    line = rng.random()
    wrong = 0.04 + 0.12 * line if wrong is None else wrong
    drop = 0.02 + 0.05 * line if drop is None else drop
    names = 0.3 + 0.5 * line if names is None else names
    style = rng.random()
    pieces = []
    for sentence in message.sentences:
        words = []
        for i, word in enumerate(sentence.text.split()):
            bare = re.sub(r"[^\w']", "", word)
            tail = word[len(word.rstrip(".,;:!?")) :]
            if any(c.isdigit() for c in bare):
                words.append(word)
            elif sentence.part in _NAMED_PARTS and bare[:1].isupper() and (i or sentence.part != "company"):
                new = str(rng.choice(_MISHEARD)).capitalize() + tail
                words.append(new if rng.random() < names else word)
            elif rng.random() < drop and len(sentence.text.split()) > 2:
                continue
            elif bare.lower() in _LOOKALIKE and rng.random() < 2 * wrong:
                words.append(_LOOKALIKE[bare.lower()] + tail)
            elif rng.random() < wrong * 0.7:
                words.append(str(rng.choice(_COMMON)) + tail)
            else:
                words.append(word)
        text = " ".join(words) or sentence.text
        pieces.append(Sentence(unpunctuated(text) if style < 0.4 else text, sentence.part))
    return dataclasses.replace(message, sentences=tuple(pieces))


def unpunctuated(text: str) -> str:
    """Lower case without punctuation; apostrophes and what holds figures together stay."""
    return " ".join(re.sub(r"(?<!\d)[^\w\s']|[^\w\s'](?!\d)", " ", text.lower()).split())


def drop_words(text: str, rng: np.random.Generator, share: float) -> str:
    """Leave out a share of the words, never all of them."""
    words = text.split()
    kept = [word for word in words if rng.random() >= share]
    return " ".join(kept or words[:1])


def insert_word(text: str, rng: np.random.Generator, word: str = "actually") -> str:
    """Put one word that means nothing at a random place between two words."""
    words = text.split()
    place = int(rng.integers(1, max(2, len(words))))
    return " ".join([*words[:place], word, *words[place:]])
