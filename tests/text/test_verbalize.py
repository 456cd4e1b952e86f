"""Written words become spoken ones."""

import pytest
from hypothesis import given, strategies as st

from vmaudio.text.verbalize import cardinal, count_syllables, ordinal, spoken_words, syllables


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("5550123", "five five five zero one two three"),
        ("555 0123", "five five five zero one two three"),
        ("(303) 555-0126.", "three zero three five five five zero one two six"),
        ("3-0-3-5-5-5-0-1-2-6", "three zero three five five five zero one two six"),
        ("at 3:30", "at three thirty"),
        ("at 9:05", "at nine oh five"),
        ("$4,000", "four thousand dollars"),
        ("20% off", "twenty percent off"),
        ("the 21st", "the twenty first"),
        ("in 2025", "in twenty twenty five"),
        ("1,000,000 people", "one million people"),
        ("24/7", "twenty four seven"),
        ("2.5 hours", "two point five hours"),
        ("AT&T", "at and t"),
        ("", ""),
    ],
)
def test_figures_are_read_out(text, spoken):
    """Figures in a text are read as a person reads them aloud."""
    assert " ".join(spoken_words(text)) == spoken


@given(st.integers(0, 10**12 - 1))
def test_cardinals_have_words_only(number):
    """Every whole number up to 999 billion is read out in plain words, without an empty one."""
    assert all(word.isalpha() for word in cardinal(number))


def test_ordinals():
    """Ordinals end as English ends them."""
    assert [" ".join(ordinal(n)) for n in (1, 2, 3, 5, 8, 9, 12, 20, 21, 100)] == [
        "first", "second", "third", "fifth", "eighth", "ninth", "twelfth", "twentieth", "twenty first", "one hundredth",
    ]  # fmt: skip


@given(st.text())
def test_any_text_is_read(text):
    """No text raises, and no spoken word is empty or holds a figure."""
    for word in spoken_words(text):
        assert word
        assert not any(ch.isdecimal() for ch in word)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("a", 1), ("call", 1), ("message", 2), ("number", 2), ("seven", 2), ("available", 4), ("opportunity", 5), ("called", 1),
        ("wanted", 2), ("companies", 3), ("little", 2), ("places", 2), ("schedule", 2), ("appreciate", 4), ("business", 2),
        ("you're", 1), ("information", 4), ("minute", 2), ("", 0), ("'", 0),
    ],
)  # fmt: skip
def test_syllables_of_common_words(word, count):
    """Words of everyday voicemails have the syllables that a dictionary gives them."""
    assert syllables(word) == count


def test_syllables_count_numbers_read_out():
    """A number in figures counts the syllables of its digits."""
    assert count_syllables("555-0172") == 3 + 2 + 1 + 2 + 1
