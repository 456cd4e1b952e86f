"""A script beside what was heard: every deletion, insertion and change is found, and nothing else is called a fault."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings, strategies as st

from tests.makers import analysis, transcript
from vmaudio.errors import SettingError
from vmaudio.records import Message, ScriptAdherence, Transcript
from vmaudio.report import script_runs
from vmaudio.text import SCRIPT_TEXT, ScriptOptions, adherence_of, checked_script, script_adherence, script_of

WORDS = (
    "lease copier budget Tuesday invoice warehouse plumber garden engine holiday the of your with to call window radio "
    "insurance paper market bridge winter kitchen"
).split()
SCRIPT = "Hi {name}, this is [Rep] with {company}. Your lease ends in May. Call me at {number}. Thanks, bye."
SAID = "Hi Dana, this is Tom Becker with Acme Copiers. Your lease ends in May. Call me at 303-555-0126. Thanks, bye."


def found(script: str, said: str) -> ScriptAdherence:
    """The comparison with words of which the recogniser was sure."""
    return script_adherence(script, transcript(said))


def of(result: ScriptAdherence, status: str) -> list[tuple[str, str]]:
    """The words with one status: what the script says, and what was heard."""
    return [(word.text, word.heard) for word in result.words if word.status == status]


texts = st.lists(st.sampled_from(WORDS), min_size=3, max_size=25, unique=True)


@settings(max_examples=60, deadline=None)
@given(texts)
def test_what_was_said_as_written_is_said(words):
    """Every word is said, at its own seconds, whatever the case and marks."""
    result = found(" ".join(words), " ".join(words).upper() + ".")
    assert (result.share, result.said) == (1.0, len(words))
    assert [word.start_s for word in result.words] == [word.start_s for word in transcript(" ".join(words)).words]


@settings(max_examples=80, deadline=None)
@given(texts, st.data())
def test_deletions_insertions_and_changes_are_found(words, data):
    """With one word left out, added or changed, just that one is told."""
    at = data.draw(st.integers(0, len(words) - 1))
    what = data.draw(st.sampled_from(["left out", "added", "changed"]))
    other = "zucchini"
    said = {
        "left out": [*words[:at], *words[at + 1 :]],
        "added": [*words[:at], other, *words[at:]],
        "changed": [*words[:at], other, *words[at + 1 :]],
    }[what]
    result = found(" ".join(words), " ".join(said))
    told = {"left out": (words[at], ""), "added": ("", other), "changed": (words[at], other)}[what]
    assert of(result, what) == [told]
    assert (result.changed + result.left_out + result.added, result.unsure) == (1, 0)
    assert result.share == pytest.approx(1.0 if what == "added" else (len(words) - 1) / len(words))


@settings(max_examples=60, deadline=None)
@given(texts, texts)
def test_the_counts_are_those_of_the_words(script, said):
    """Whatever is compared: each word of the script is told once and in order, each heard one too, and the counts add up."""
    result = found(" ".join(script), " ".join(said))
    assert [word.text for word in result.words if word.text] == script
    assert [word.heard for word in result.words if word.heard] == said
    assert result.said + result.changed + result.left_out + result.unsure == len(script) + len(of(result, "unsure")) - sum(
        bool(text) for text, _ in of(result, "unsure")
    )
    times = [word.start_s for word in result.words if word.start_s is not None]
    assert times == sorted(times)


def test_slots_take_a_few_words_or_a_number():
    """Names of one word and more, a company with "of" in it and a telephone number fill their slots; a pause is not spoken."""
    result = found(SCRIPT + " [pause]", SAID)
    slots = {word.slot: word.heard for word in result.words if word.slot}
    assert slots == {"name": "Dana", "rep": "Tom Becker", "company": "Acme Copiers", "number": "303-555-0126"}
    assert (result.share, result.added) == (1.0, 0)
    bank = found("I'm with {company} about {topic}, {name}.", "I'm with Bank of America about your energy bill, Sam.")
    assert [word.heard for word in bank.words if word.slot] == ["Bank of America", "your energy bill", "Sam"]


def test_an_empty_slot_is_left_out():
    """Where nobody was named, the slot is told as left out, and takes none of the words around it."""
    result = found(SCRIPT, SAID.replace(" Dana,", ","))
    assert of(result, "left out") == [("{name},", "")]
    assert result.added == 0


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("Call 303-555-0126 now.", "Call three oh three five five five oh one two six now"),
        ("Save 20% on $4,000.", "save twenty percent on four thousand dollars"),
        ("At 9:00 am or 9:30 on May 5th.", "at nine a.m. or nine thirty on May fifth"),
        ("The budget for 2026 is here.", "the budget for two thousand twenty-six is here"),
        ("The budget for two thousand twenty-six.", "the budget for 2026"),
        ("I am sure we will not do it, let us talk.", "I'm sure we won't do it um let's talk"),
        ("We’ve got e-mail", "we have got email"),
    ],
)
def test_one_thing_written_in_two_ways(script, said):
    """Numbers are compared as numbers, short forms as long ones, and an um is nothing."""
    result = found(script, said)
    assert (result.share, result.added, result.unsure) == (1.0, 0, 0)


@pytest.mark.parametrize(("script", "said"), [("Save 13%.", "save thirty percent"), ("Call 555-0126.", "Call 555-0128.")])
def test_another_number_is_a_change(script, said):
    """A digit that is another one is told, however alike the words sound."""
    result = found(script, said)
    assert result.changed == 1
    assert result.unsure == 0


def doubted(text: str, *doubtful: str) -> Transcript:
    """A transcript in which some words were hardly recognised."""
    made = transcript(text)
    words = tuple(dataclasses.replace(word, probability=0.2) if word.text in doubtful else word for word in made.words)
    return dataclasses.replace(made, segments=(dataclasses.replace(made.segments[0], words=words),))


def test_doubt_is_no_fault():
    """What the recogniser was not sure of, or what sounds like the script's word, is unsure and in no share."""
    script = "We lease copiers in Calgary every winter."
    for said in (
        doubted("We lease coppers in Calgary every winter.", "coppers"),
        transcript("We lease copiers in Calgarry every winter."),
    ):
        result = script_adherence(script, said)
        assert (result.share, result.unsure, result.changed, result.left_out) == (1.0, 1, 0, 0)
    missing = script_adherence(script, doubted("We lease in Calgary every winter.", "lease"))
    assert of(missing, "unsure") == [("copiers", "")]
    sure = script_adherence(script, transcript("We lease in Calgary every winter."))
    assert of(sure, "left out") == [("copiers", "")]


def test_a_number_that_was_said_once_fills_the_place_where_it_stands():
    """A number of the script is its own; a slot does not take a part of it."""
    result = found("Call {number}. That's 303-555-0126.", "Call 303-555-0126.")
    assert of(result, "left out") == [("{number}.", ""), ("That's", "")]


@pytest.mark.parametrize(
    ("script", "said", "again"),
    [
        ("Call me at {number}. Thanks.", "Call me at 602 555 0143. Again, 602 555 0143. Thanks.", "Again 602 555 0143"),
        ("Call me. {number}.", "Call me. 602 555 0143. 602 555 0143.", "602 555 0143"),
        ("Call me at 602 555 0143.", "Call me at 602 555 0143. That's 555 0143.", "That's 555 0143"),
    ],
)
def test_a_number_that_is_said_twice_counts_once(script, said, again):
    """The first complete saying fills the place, and the second is a repetition, with the words that lead it in."""
    result = found(script, said)
    assert (result.share, result.added) == (1.0, 0)
    repeated = [word for word in result.words if word.status == "repeated"]
    assert " ".join(word.heard for word in repeated) == again
    filled = next(word for word in result.words if "0143" in word.heard)
    assert filled.status == "said"
    assert filled.end_s < repeated[0].end_s
    assert script_runs(result)[0].sentence == f"said again: “{again}”"


def test_two_places_take_two_sayings():
    """A script that has the number twice, and one in which another number is said, are compared as they stand."""
    twice = found("Call {number}. Again, {number}.", "Call 602 555 0143. Again, 602 555 0143.")
    assert {word.status for word in twice.words} == {"said"}
    other = found("Call {number}.", "Call 602 555 0143. Or call 480 555 0199.")
    assert "repeated" not in {word.status for word in other.words}


def test_which_text_is_a_script():
    """The text beside a name comes first; a name alone is no script."""
    assert script_of(Message("a.wav", script="class-v1")) is None
    assert script_of(Message("a.wav", script="Spring opener for all dental offices v2")) is None
    assert script_of(Message("a.wav", script=SCRIPT)) == SCRIPT
    assert script_of(Message("a.wav", script="class-v1", extra={SCRIPT_TEXT: "Hi {name}"})) == "Hi {name}"
    assert adherence_of(analysis(Message("a.wav"))) is None
    assert adherence_of(analysis(Message("a.wav", script="one two. " * 300))) is None
    kept = adherence_of(analysis(Message("a.wav", script="This is Tom Becker with Acme Copiers.")))
    assert kept is not None
    assert kept.share == 1.0
    assert ScriptAdherence.from_dict(kept.to_dict()) == kept


def test_what_cannot_be_compared_is_refused():
    """A script without words, and one of more words than a voicemail has."""
    for text in ("  ", "[pause] ... --"):
        with pytest.raises(SettingError, match="no words"):
            checked_script(text)
    with pytest.raises(SettingError, match="at most 3"):
        checked_script("one two three four", options=ScriptOptions(most_words=3))
