"""Words lie where the signal has speech."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from vmaudio.records import Span
from vmaudio.transcribe.options import DEFAULT
from vmaudio.transcribe.windows import Window
from vmaudio.transcribe.word_times import place_words
from vmaudio.transcribe.words import Placed, Timed, settle

SHORTEST_S = DEFAULT.alignment.shortest_s
WHOLE = Window((Span(0.0, 20.0),), Span(0.0, math.inf))


def timed(text: str, *edges: float) -> Timed:
    """A word with token edges."""
    return Timed(text, list(range(len(edges) - 1)), list(edges), [-0.1] * (len(edges) - 1))


def times(words: list[Timed], speech: list[Span], window: Window = WHOLE) -> list[tuple[float, float]]:
    return [(round(w.start_s, 3), round(w.end_s, 3)) for w in place_words(words, window, speech, 20.0)]


def test_a_word_does_not_reach_back_into_the_pause():
    """Attention lets a word begin where the last one ended; it is moved to where its sound begins."""
    speech = [Span(1.0, 2.0), Span(3.0, 4.0)]
    assert times([timed(" one", 1.0, 2.0), timed(" two", 2.0, 4.0)], speech) == [(1.0, 2.0), (3.0, 4.0)]


def test_a_sliver_of_the_neighbour_is_left_to_it():
    """A word that attention began 80 ms early, before the pause, keeps only the stretch behind the pause."""
    speech = [Span(1.0, 2.0), Span(3.0, 4.0)]
    assert times([timed(" one", 1.0, 1.92), timed(" two", 1.92, 4.0)], speech)[1] == (3.0, 4.0)


def test_a_short_closure_does_not_split_a_word():
    """The silence of a stop consonant stays inside its word."""
    assert times([timed(" locked", 1.0, 2.0)], [Span(1.0, 1.4), Span(1.55, 2.0)]) == [(1.0, 2.0)]


def test_a_number_said_in_groups_spans_its_pauses():
    """The parts of a telephone number are one word, pauses inside included."""
    speech = [Span(1.0, 2.0), Span(2.6, 3.5), Span(4.2, 5.5)]
    assert times([timed(" 303-555-0126", 1.0, 2.3, 3.9, 5.6)], speech) == [(1.0, 5.5)]


def test_a_word_in_silence_knows_how_far_speech_is():
    """A word on which no sound lies knows the distance to the nearest speech, by which it is dropped."""
    (word,) = place_words([timed(" bye", 10.0, 10.4)], WHOLE, [Span(1.0, 2.0)], 20.0)
    assert (word.speech_s, round(word.far_s, 3)) == (0.0, 8.0)


def test_times_of_a_window_of_two_pieces_map_back():
    """A word behind the silence that was left out has its time in the recording."""
    window = Window((Span(1.0, 3.0), Span(12.0, 15.0)), Span(0.0, math.inf))
    speech = [Span(1.3, 2.7), Span(12.3, 14.7)]
    assert times([timed(" a", 0.3, 1.7), timed(" b", 1.7, 4.5)], speech, window) == [(1.3, 2.7), (12.3, 14.5)]


@given(st.lists(st.tuples(st.floats(-1, 12), st.floats(0, 3)), max_size=30), st.floats(2.0, 15.0))
def test_settled_words_neither_overlap_nor_vanish(made: list[tuple[float, float]], duration: float):
    """Whatever the times were: afterwards in order, inside the recording, each with a length."""
    words = [Placed(timed(f" w{i}", s, s + d), s, s + d, d) for i, (s, d) in enumerate(sorted(made))]
    settle(words, duration)
    for word in words:
        assert -1e-9 <= word.start_s <= word.end_s <= duration + 1e-9
        assert word.end_s - word.start_s > 0
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in pairwise(words))


def test_filled_in_times_are_marked():
    """Words that shared one moment get times of their own, and say that these were not measured."""
    words = [Placed(timed(f" {t}", s, e), s, e, 0.1) for t, s, e in (("so", 1.0, 1.5), ("a", 1.5, 1.5), ("b", 1.5, 1.5))]
    words.append(Placed(timed(" end", 1.5, 2.0), 1.5, 2.0, 0.5))
    settle(words, 5.0)
    assert [word.interpolated for word in words] == [False, True, True, False]
    assert all(word.end_s - word.start_s >= SHORTEST_S / 2 for word in words)


@pytest.mark.parametrize("probability", [0.0, 0.5, 1.0])
def test_a_record_has_probability_and_no_space(probability: float):
    """The record's text has no leading space, its probability lies in 0..1."""
    word = Placed(Timed(" Hi,", [1], [0.0, 0.2], [math.log(max(probability, 1e-12))]), 0.0, 0.2, 0.2).word()
    assert (word.text, word.probability) == ("Hi,", pytest.approx(probability, abs=1e-4))


def number(*cuts: tuple[str, float, float]) -> Timed:
    """A number whose tokens were timed one by one."""
    word = timed("".join(text for text, _, _ in cuts), cuts[0][1], cuts[-1][2])
    word.cuts = list(cuts)
    return word


def test_each_group_of_a_number_has_its_own_time():
    """A group of figures begins where the signal speaks again and ends where it pauses; the word's text stays whole."""
    speech = [Span(1.0, 2.0), Span(2.6, 3.5), Span(4.2, 5.5)]
    word = number((" 303", 1.0, 2.2), ("-", 2.2, 2.4), ("555", 2.4, 3.7), ("-", 3.7, 3.9), ("01", 3.9, 4.8), ("26", 4.8, 5.6))
    (placed,) = place_words([word], WHOLE, speech, 20.0)
    found = placed.word()
    assert found.text == "303-555-0126"
    assert [(one.text, one.start_s, one.end_s) for one in found.stretches] == [
        ("303-", 1.0, 2.0), ("555-", 2.6, 3.5), ("0126", 4.2, 5.5)
    ]  # fmt: skip


def test_digits_said_in_one_breath_are_not_timed_apart():
    """Where no mark parts the figures there is one stretch, which is the word itself."""
    (placed,) = place_words([number((" 30", 1.0, 1.4), ("3", 1.4, 1.9))], WHOLE, [Span(1.0, 2.0)], 20.0)
    assert placed.word().stretches == ()


@given(st.lists(st.floats(0.0, 19.0), min_size=8, max_size=8), st.lists(st.floats(0.1, 19.0), min_size=4, max_size=4))
def test_stretches_lie_in_their_word_whatever_attention_says(edges, borders):
    """Groups of figures never overlap, never leave their word and are never shorter than the shortest word."""
    pairs = [sorted(edges[i : i + 2]) for i in range(0, 8, 2)]
    cuts = [(text, *pair) for text, pair in zip((" 303", "-", "555", "-0126"), pairs, strict=True)]
    low, mid, high, top = sorted(borders)
    (placed,) = place_words([number(*cuts)], WHOLE, [Span(low, mid), Span(high, top + 0.1)], 20.0)
    word = placed.word()
    at = word.start_s
    for one in word.stretches:
        assert at <= one.start_s
        assert one.end_s - one.start_s >= SHORTEST_S - 0.002
        at = one.end_s
    assert at <= word.end_s
