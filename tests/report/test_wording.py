"""Words of delivery are shown only where they rest on axes that were held against real voices."""

from __future__ import annotations

import dataclasses

import pytest

from vmaudio.records import TONE_AXES, Check, Flag, Score, Tone
from vmaudio.report import Glossary, delivery_word, flags_for_people
from vmaudio.rubric import load_rubric

AXES = dict.fromkeys(TONE_AXES, 0.5)


@pytest.mark.parametrize(
    ("label", "not_validated", "shown"),
    [
        ("warm", (), "warm"),
        ("warm", ("friendly",), ""),
        ("warm", ("urgent",), "warm"),
        ("businesslike", ("lively", "urgent"), "businesslike"),
        ("businesslike", ("formal",), ""),
        ("rushed", ("urgent",), ""),
        ("neutral", ("friendly",), ""),
        ("unclear", (), "not sure"),
        ("unclear", TONE_AXES, ""),
        ("pushy", (), ""),
    ],
)
def test_a_word_needs_its_axes(label: str, not_validated: tuple[str, ...], shown: str) -> None:
    """One axis that was not validated hides every word that rests on it; "pushy" is never shown."""
    assert delivery_word(Tone(AXES, label, "tone/1", tuple(not_validated))) == shown


def test_what_two_flags_say_in_the_same_words_is_shown_once() -> None:
    """Words of the notes that are all the prospect's own stand on one line; where one is not, both flags do."""
    own = Flag("personalised", "'planter' at 0:05, 'auction' at 0:07", 5.0, 7.5)
    notes = dataclasses.replace(own, kind="uses_notes")
    noisy = Flag("noisy", "the speech is only 8 dB above the noise")
    assert flags_for_people((noisy, notes, own)) == (
        (noisy, "noisy line"),
        (own, "specific to this prospect, from your notes"),
    )
    fewer = dataclasses.replace(own, evidence="'planter' at 0:05")
    assert [name for _, name in flags_for_people((notes, fewer))] == ["uses the notes", "specific to this prospect"]
    assert flags_for_people((notes,)) == ((notes, "uses the notes"),)


def test_a_band_by_an_earlier_rubric_is_explained_where_todays_rules_give_the_same():
    """After a change of a weight a message with 100 points that is fair still says why; with another band nothing is said."""
    rubric = load_rubric()
    no_number = Check("number_complete", "fail", 14, "no telephone number was heard")
    score = Score(95.0, "fair", (no_number,), "ours@before")
    assert Glossary.of(rubric).why_band(score) == "no telephone number was heard; the points alone would be strong"
    assert Glossary.of(rubric).why_band(dataclasses.replace(score, band="weak")) == ""
