"""Recognition errors on purpose: what a recogniser does to a message, done to labelled text.

Used to train (a noisy copy of each message joins its rep's group, so that no message stands on both sides of a split) and
to test that a label does not hang on one word. Rates are near those of base and tiny.en on telephone sound (13 to 17 % of the
words, more of the names). Numbers come as recognisers write them: in figures, in one of their formats, now and then short of a
digit. Marks are lost, or moved: a comma becomes nothing, or a stop.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping

import numpy as np

from vmaudio.text import SPOKEN_DIGITS
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

_FORMATS: tuple[Callable[[str], str], ...] = (
    lambda d: f"{d[:-7]}-{d[-7:-4]}-{d[-4:]}".strip("-"),
    lambda d: d,
    lambda d: "-".join(d),
    lambda d: ", ".join(d),
    lambda d: f"{d[:-7]} {d[-7:-4]} {d[-4:]}".strip(),
    lambda d: f"{d[:-7]}-{d[-7:-5]}-{d[-5:]}".strip("-"),
)
"""Formats in which recognisers write ten digits, from base's and tiny.en's output on telephone sound."""


def with_recognition_errors(
    message: LabelledMessage,
    rng: np.random.Generator,
    wrong: float | None = None,
    drop: float | None = None,
    names: float | None = None,
    roles: Mapping[str, str] | None = None,
) -> LabelledMessage:
    """Return the message as a recogniser might have written it; parts and their number stay.

    A share that is not given follows from how good the line of this message is, which is drawn at random.

    Args:
        message: labelled text.
        rng: draws the errors.
        wrong: share of words replaced, 0 to 1.
        drop: share of words left out, 0 to 1.
        names: share of names replaced by other words, 0 to 1.
        roles: the parts of ours that a team's own count as.
    """
    line = rng.random()
    wrong = 0.04 + 0.12 * line if wrong is None else wrong
    drop = 0.02 + 0.05 * line if drop is None else drop
    names = 0.3 + 0.5 * line if names is None else names
    style = rng.random()
    number = int(rng.integers(len(_FORMATS)))  # one recogniser writes one format
    pieces = []
    for sentence in message.sentences:
        said, part = sentence.text, (roles or {}).get(sentence.part or "", sentence.part)
        if part in ("number", "number_repeat"):
            said = figures(said, rng, number, lost=0.3 * line if wrong else 0.0)
        words = []
        for i, word in enumerate(said.split()):
            bare = re.sub(r"[^\w']", "", word)
            tail = word[len(word.rstrip(".,;:!?")) :]
            if any(c.isdigit() for c in bare):
                words.append(word)
            elif part in _NAMED_PARTS and bare[:1].isupper() and (i or part != "company"):
                words.append(_misheard(rng) + tail if rng.random() < names else word)
            elif rng.random() < drop and len(said.split()) > 2:
                continue
            elif bare.lower() in _LOOKALIKE and rng.random() < 2 * wrong:
                words.append(_LOOKALIKE[bare.lower()] + tail)
            elif rng.random() < wrong * 0.7:
                words.append(str(rng.choice(_COMMON)) + tail)
            else:
                words.append(word)
        text = " ".join(words) or said
        if style < 0.4:
            text = unpunctuated(text)
        elif style < 0.75:
            text = other_marks(text, rng)
        pieces.append(Sentence(text or said, sentence.part))
    return dataclasses.replace(message, sentences=tuple(pieces))


def _misheard(rng: np.random.Generator) -> str:
    """What a name becomes: another word, sometimes two, mostly with a capital."""
    word = " ".join(str(one) for one in rng.choice(_MISHEARD, size=1 + int(rng.random() < 0.2), replace=False))
    return word.capitalize() if rng.random() < 0.8 else word


def figures(text: str, rng: np.random.Generator, style: int, lost: float = 0.0) -> str:
    """Spoken or written digits as a recogniser writes them; the words around them stay.

    Args:
        text: a piece that says a telephone number; with fewer than seven digits it stays as it is.
        rng: draws the loss.
        style: number of the format.
        lost: probability that one digit is missing.
    """
    words = text.split()
    values = [_value(word) for word in words]
    places = [i for i, value in enumerate(values) if value]
    digits = "".join(value for value in values if value)
    if len(digits) < 7 or any(not values[i] for i in range(places[0], places[-1] + 1)):
        return text
    if rng.random() < lost:
        at = int(rng.integers(3, len(digits)))
        digits = digits[:at] + digits[at + 1 :]
    tail = words[places[-1]][len(words[places[-1]].rstrip(".,;:!?")) :]
    return " ".join([*words[: places[0]], _FORMATS[style](digits) + tail, *words[places[-1] + 1 :]])


def _value(word: str) -> str:
    bare = re.sub(r"[^\w]", "", word.lower())
    return bare if bare.isdigit() else SPOKEN_DIGITS.get(bare, "")


def other_marks(text: str, rng: np.random.Generator) -> str:
    """Commas lost, or turned into stops with a capital after them, each one time in three.

    Args:
        text: of a message.
        rng: draws what is changed.
    """
    out: list[str] = []
    for word in text.split():
        capital = bool(out) and out[-1].endswith(".")
        if word.endswith(",") and not any(c.isdigit() for c in word):
            word = word[:-1] + str(rng.choice([",", "", "."]))
        out.append(word[:1].upper() + word[1:] if capital else word)
    return " ".join(out)


def unpunctuated(text: str) -> str:
    """Lower case without punctuation; apostrophes and what holds figures together stay.

    Args:
        text: of a message.
    """
    return " ".join(re.sub(r"(?<!\d)[^\w\s']|[^\w\s'](?!\d)", " ", text.lower()).split())


def drop_words(text: str, rng: np.random.Generator, share: float) -> str:
    """Leave out a share of the words, never all of them.

    Args:
        text: of a message.
        rng: draws what is changed.
        share: of the words, 0 to 1.
    """
    words = text.split()
    kept = [word for word in words if rng.random() >= share]
    return " ".join(kept or words[:1])


def insert_word(text: str, rng: np.random.Generator, word: str = "actually") -> str:
    """Put one word that means nothing at a random place between two words.

    Args:
        text: of a message.
        rng: draws what is changed.
        word: that is put in.
    """
    words = text.split()
    place = int(rng.integers(1, max(2, len(words))))
    return " ".join([*words[:place], word, *words[place:]])
