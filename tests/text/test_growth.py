"""The finders' work grows with the length of the text and no faster, whatever the text is made of.

Work is counted in executed lines, not in seconds: a count is the same on every machine. What regular expressions do inside is
not counted; those that could go over one place again and again are held by their form.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest

from vmaudio.records import Segment, Transcript, Word
from vmaudio.text.entities import contact
from vmaudio.text.entities.find import find_entities


def heard(*texts: str) -> Transcript:
    words = tuple(Word(text, i * 0.3, i * 0.3 + 0.2, 0.9) for i, text in enumerate(texts))
    return Transcript("speech", "en", "", (Segment(0.0, 1.0, "", words, -0.2, 0.0, 1.0),), "test")


def said(text: str) -> Transcript:
    return heard(*(f" {word}" for word in text.split()))


def lines(transcript: Transcript) -> int:
    """How many lines of Python run to find the entities."""
    count = 0

    def step(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal count
        count += event == "line"
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        find_entities(transcript)
    finally:
        sys.settrace(before)
    return count


def numbers(n: int) -> Iterator[str]:
    for i in range(n):
        yield f"{2000000000 + i * 7654321 % 7999999999} green apples and tea with some milk and cheese"


@pytest.mark.parametrize(
    ("start", "make"),
    [
        pytest.param(80, lambda n: said("3 " * n), id="digits"),
        pytest.param(80, lambda n: said("3" * n), id="one long row of digits"),
        pytest.param(80, lambda n: said("1-" * n + "1"), id="digits and dashes in one word"),
        pytest.param(80, lambda n: said("one-" * n + "one"), id="digits in words in one word"),
        pytest.param(80, lambda n: heard(" 1", *["-1"] * n), id="one token of many words"),
        pytest.param(40, lambda n: heard(" 1" + " word 2" * n), id="one word with many blanks"),
        pytest.param(32, lambda n: said(" ".join(numbers(n))), id="different numbers"),
        pytest.param(10, lambda n: said("call 303 555 0126 thank you " * n), id="one number many times"),
        pytest.param(20, lambda n: said("1 ext 1 " * n), id="extensions"),
        pytest.param(12, lambda n: said("555 0114 area code 207 " * n), id="area codes"),
        pytest.param(30, lambda n: said("Hi Dana. Tom here. " * n), id="people greeted"),
        pytest.param(40, lambda n: said("hi " * n), id="greetings"),
        pytest.param(40, lambda n: said("well " * n + "hi Dana. " * n), id="openers and greetings"),
        pytest.param(20, lambda n: said("My name is Tom from Acme. " * n), id="introductions"),
        pytest.param(40, lambda n: said("dot dot dot at " * n), id="pieces of an address"),
        pytest.param(40, lambda n: said("tomorrow at three, " * n), id="times"),
        pytest.param(40, lambda n: said("... " * n), id="marks"),
        pytest.param(400, lambda n: said("x" * n), id="one long word"),
    ],
)
def test_twice_the_text_is_twice_the_work(start, make):
    """From 2 to 4 times the text twice as much work is added as from 1 to 2 times; grew it with the square, 4 times as much."""
    find_entities(make(start))  # what is loaded and remembered at the first use
    short, middle, long = (lines(make(start * times)) for times in (1, 2, 4))
    assert long - middle <= 2.05 * (middle - short) + 20


def test_times_are_looked_for_once():
    """ "this coming" was read in two ways, so that each one more doubled the time; here that is 2 to the power of 200."""
    assert find_entities(said("this coming " * 200 + "Friday")).times[0].text == "coming this coming Friday"
    assert not re.search(r"[*+]|\{\d*,\}", contact._TIME.pattern), "a repeat without an end is gone over again at each word"
