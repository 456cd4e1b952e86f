"""Clauses: every word once and in order, cuts at marks, pauses, names, numbers and phrases; text for models without names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from vmaudio.records import Clause, Contour, Entities, Pause, Prosody, Segment, Transcript, Word
from vmaudio.text.clauses.doubled_numbers import separate_words
from vmaudio.text.clauses.options import ClauseOptions
from vmaudio.text.clauses.split import clauses_from_pieces, split_clauses, transcript_from_text
from vmaudio.text.entities.find import find_entities

MESSAGE = (
    "Hi Dana, Tom Hale here from Acme Fire. The reason I'm calling is your lease. Could you call me back at 303-555-0126? "
    "That's 303-555-0126. Thanks, bye."
)


def cut(text: str) -> list[str]:
    transcript = transcript_from_text(text)
    return [clause.text for clause in split_clauses(transcript, find_entities(transcript))]


def timed(words: list[tuple[str, float, float]]) -> Transcript:
    made = tuple(Word(text, start, end, 0.9) for text, start, end in words)
    whole = " ".join(word.text for word in made)
    return Transcript("speech", "en", whole, (Segment(made[0].start_s, made[-1].end_s, whole, made, -0.2, 0.0, 1.2),), "test")


def prosody(pauses: tuple[Pause, ...] = ()) -> Prosody:
    return Prosody(
        f0_median_hz=100.0, f0_p10_hz=80.0, f0_p90_hz=130.0, f0_range_st=8.0, final_fall_st=-2.0, voiced_share=0.5,
        level_mean_dbfs=-25.0,
        level_sd_db=4.0, spectral_tilt_db=-10.0, hnr_db=12.0, snr_db=30.0, clipped_share=0.0, lead_silence_s=0.0,
        tail_silence_s=0.0,
        speech_s=4.0, pauses=pauses, syllables=10, articulation_rate_syl_s=4.0, contour=Contour((), (), ()),
    )  # fmt: skip


def test_a_message_falls_into_its_parts() -> None:
    """Greeting, callee, identity, company, reason, ask, number, repeat and closing each get clauses of their own."""
    assert cut(MESSAGE) == [
        "Hi", "Dana,", "Tom Hale here", "from Acme Fire.", "The reason I'm calling is your lease.", "Could you call me back at",
        "303-555-0126?", "That's 303-555-0126.", "Thanks,", "bye.",
    ]  # fmt: skip


def test_cuts_survive_without_marks_and_capitals() -> None:
    """Cue phrases and numbers cut where a recogniser wrote neither marks nor capitals."""
    bare = "hi dana this is tom hale from acme fire about your lease please call me my number is 303-555-0126 thanks bye"
    pieces = cut(bare)
    assert " ".join(pieces) == bare
    for start in ("hi", "dana", "this is tom", "from acme", "about your", "please call", "my number is", "thanks", "bye"):
        assert any(piece.startswith(start) for piece in pieces), (start, pieces)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("216-555-0104-216-555-0104.", ["216-555-0104", "216-555-0104."]),
        ("919-555-0131-9555-0131", ["919-555-0131", "9555-0131"]),  # a digit or two is lost the second time
        ("303-555-0126", ["303-555-0126"]),
        ("1-800-555-0126", ["1-800-555-0126"]),
        ("303-555-0126-720-444-9981", ["303-555-0126-720-444-9981"]),  # two numbers, not one twice
        ("4111-2222-3333-4444", ["4111-2222-3333-4444"]),
    ],
)
def test_a_number_written_twice_in_one_word_is_parted(word: str, parts: list[str]) -> None:
    """The second saying of a number is a word of its own, so that it can be a clause of its own; other figures stay whole."""
    assert separate_words(f"Call {word} bye") == ["Call", *parts, "bye"]


def test_a_recognisers_glued_number_is_two_clauses() -> None:
    """Pieces of one number after another without a space, as recognisers give them, are cut where the number begins again."""
    texts = [" Call", " me", " 216", "-555", "-0104", "-216", "-555", "-0104."]
    transcript = timed([(text, i * 0.5, i * 0.5 + 0.5) for i, text in enumerate(texts)])
    made = split_clauses(transcript, find_entities(transcript))
    assert [(clause.first_word, clause.last_word) for clause in made][-2:] == [(2, 4), (5, 7)]
    assert [clause.model_text for clause in made][-2:] == ["xphonex", "xphonex"]


def test_a_greeting_heard_as_another_word_is_cut_off() -> None:
    """ "High" at the start of a message is what recognisers make of "hi"; later it is a word like others."""
    assert cut("High Walter, your lease ends in May.")[0] == "High"
    assert "High" not in cut("Your rent is so High now.")


def test_a_garbled_opening_is_cut_finer() -> None:
    """Where no name was found, a likely border among the first words is enough."""
    text = "Good morning father Joseph Keen with quarry stone the permit for your second shop came through on Monday call me"
    assert any(piece.startswith("with quarry") for piece in cut(text))


def test_a_number_is_not_torn() -> None:
    """Commas and stops between the digits of one saying do not cut; two sayings are two clauses."""
    pieces = cut("Call me, three oh three, five five five, oh one two six. Three oh three, five five five, oh one two six.")
    assert pieces == [
        "Call me,",
        "three oh three, five five five, oh one two six.",
        "Three oh three, five five five, oh one two six.",
    ]


def test_no_crumbs() -> None:
    """A function word alone is no clause, unless it greets, thanks or says goodbye."""
    for piece in cut(MESSAGE + " And so, the, and if you. I would, and then, call."):
        assert piece.strip(".,").lower() not in {"and", "the", "so", "if", "but", "then"}


def test_pauses_cut_from_gaps_and_from_the_signal() -> None:
    """A gap between words cuts; where the words touch, a measured pause at their border does."""
    words = [("we", 0.0, 0.3), ("clean", 0.3, 0.6), ("gyms", 0.6, 1.0), ("floors", 2.0, 2.4), ("shine", 2.4, 2.8)]
    assert [clause.text for clause in split_clauses(timed(words), Entities())] == ["we clean gyms", "floors shine"]
    touching = [("we", 0.0, 0.3), ("clean", 0.3, 0.6), ("gyms", 0.6, 1.5), ("floors", 1.5, 2.4), ("shine", 2.4, 2.8)]
    assert len(split_clauses(timed(touching), Entities())) == 1
    found = split_clauses(timed(touching), Entities(), prosody((Pause(1.2, 0.5),)))
    assert [clause.text for clause in found] == ["we clean gyms", "floors shine"]
    assert len(split_clauses(timed(touching), Entities(), prosody((Pause(1.2, 0.1),)))) == 1


def test_pieces_keep_their_cuts() -> None:
    """Labelled pieces come back one clause each, in order, with the entities of the whole message."""
    pieces = ["Hi", "Dana,", "this is Tom Hale", "with Acme Fire.", "Call me at", "303-555-0126,", "again 303-555-0126."]
    transcript, found, made = clauses_from_pieces(pieces)
    assert [clause.text for clause in made] == pieces
    names = [None if one is None else one.text for one in (found.callee, found.caller, found.company)]
    assert names == ["Dana", "Tom Hale", "Acme Fire"]
    assert found.phones[0].times_said == 2
    assert [clause.model_text for clause in made] == [
        "hi", "xcalleex", "this is xcallerx", "with xcompanyx", "call me at", "xphonex", "again xphonex",
    ]  # fmt: skip
    assert transcript.words[0].interpolated


def test_pieces_without_words_are_refused() -> None:
    """A piece without a word would shift all labels, so it is refused with its place."""
    with pytest.raises(ValueError, match="Piece 1 holds no word"):
        clauses_from_pieces(["Hi", "  ", "bye"])


def test_model_text_holds_no_names_and_no_numbers() -> None:
    """A classifier sees placeholders for names wherever they stand, for figures and number words, and a question mark."""
    _, _, (first, second) = clauses_from_pieces(
        ["This is Tom Hale from Acme Fire.", "Will Tom Hale save you 20 percent, or thirty five, at tom@acme.com?"]
    )
    assert first.model_text == "this is xcallerx from xcompanyx"
    assert second.model_text == "will xcallerx save you xdigitx percent or xdigitx at xemailx ?"


def test_a_clause_stored_with_features_still_loads() -> None:
    """Clauses once carried numbers that no model read: JSON that still has them loads without them."""
    _, _, (made,) = clauses_from_pieces(["Dana, call me."])
    assert Clause.from_dict({**made.to_dict(), "features": {"n_words": 3.0}}) == made


def test_text_without_words_is_no_speech() -> None:
    """Empty text gives no words and no clauses."""
    transcript = transcript_from_text(" \n ")
    assert (transcript.status, transcript.words) == ("no_speech", ())
    assert split_clauses(transcript, Entities()) == ()
    assert clauses_from_pieces([])[2] == ()


def test_made_up_times_follow_the_digits() -> None:
    """Words take equal time, a written number one share for each digit."""
    words = transcript_from_text("call 303-555-0126 now", words_per_s=2.0).words
    assert [(word.start_s, word.end_s) for word in words] == [(0.0, 0.5), (0.5, 5.5), (5.5, 6.0)]


def covers(made: tuple[Clause, ...], n_words: int) -> None:
    indices = [index for clause in made for index in range(clause.first_word, clause.last_word + 1)]
    assert indices == list(range(n_words))
    assert all(clause.text for clause in made)


VOCABULARY = st.sampled_from(
    "hi dana, this is tom from acme. the a and so my number is 303-555-0126 -555 three oh five again that's thanks bye um "
    "i'm calling about your lease? call me at ... - , . Tom@acme.com é 5".split(" ")
)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(max_size=120), st.lists(VOCABULARY, max_size=40).map(" ".join)))
def test_clauses_hold_every_word_once_in_order(text: str) -> None:
    """Whatever the text, the clauses hold each word exactly once, in order."""
    transcript = transcript_from_text(text)
    covers(split_clauses(transcript, find_entities(transcript)), len(transcript.words))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=12), st.floats(0, 0.6)), min_size=1, max_size=25), st.floats(0, 20))
def test_odd_words_and_times_are_covered_too(items: list[tuple[str, float]], pause_s: float) -> None:
    """Words with spaces inside, empty words and words of no length: still each one once."""
    at, words = 0.0, []
    for text, length in items:
        words.append(Word(text, at, at + length, 0.5))
        at += length
    transcript = Transcript("speech", "en", "", (Segment(0.0, at, "", tuple(words), 0.0, 0.0, 1.0),), "test")
    made = split_clauses(transcript, find_entities(transcript), prosody((Pause(pause_s, 0.5),)))
    if made:
        covers(made, len(words))
    else:
        assert not any(word.text.split() for word in words)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(VOCABULARY, min_size=1, max_size=6).map(" ".join), max_size=10))
def test_any_pieces_come_back_one_by_one(pieces: list[str]) -> None:
    """from_pieces gives as many clauses as pieces, each with its words."""
    transcript, _, made = clauses_from_pieces(pieces)
    assert [clause.last_word - clause.first_word + 1 for clause in made] == [len(piece.split()) for piece in pieces]
    covers(made, len(transcript.words))


LIST = "We sell pens, big ones, small ones, and paper to schools in the valley."
LONG = (
    "so the thing that your driver told ours was that the truck that he had then been given was the truck of another man "
    "altogether"
)
GARBLED = "Good morning father Joseph Keen with quarry stone the permit for your second shop came through on Monday call me"


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (LIST, ClauseOptions(item_words=0)),
        (LIST, ClauseOptions(next_item_words=0)),
        (LONG, ClauseOptions(learned_cut=1.1)),
        (LONG, ClauseOptions(learned_cut=0.0)),
        (LONG, ClauseOptions(bare_words=200)),
        (GARBLED, ClauseOptions(early_cut=1.1)),
        ("And so, the, and if you. I would, and then, call.", ClauseOptions(crumb_words=0)),
        ("Our office is open and my direct line number is 303-555-0126.", ClauseOptions(lead_words=1)),
        ("Call 216-555-0104-216-555-0104 now.", ClauseOptions(doubled_likeness=1.1)),
        ("Call 216-555-0104-216-555-0104 now.", ClauseOptions(doubled_least_digits=11)),
        ("Call 216-555-0104-216-555-0104 now.", ClauseOptions(doubled_most_digits=9)),
    ],
)  # fmt: skip
def test_options_move_the_cuts(text: str, options: ClauseOptions) -> None:
    """Each threshold decides over a cut of its kind; whatever it is, every word stays in one clause."""
    texts = [" 216", "-555", "-0104", "-216", "-555", "-0104"] if "216" in text else text.split()
    transcript = timed([(word, i * 0.4, i * 0.4 + 0.4) for i, word in enumerate(texts)])
    entities = find_entities(transcript)
    usual, other = split_clauses(transcript, entities), split_clauses(transcript, entities, options=options)
    assert [clause.text for clause in usual] != [clause.text for clause in other]
    covers(other, len(transcript.words))


def test_options_say_what_pause_cuts() -> None:
    """A longer least pause cuts less, and a measured pause reaches a border only as far as it may."""
    words = [("we", 0.0, 0.3), ("clean", 0.3, 0.6), ("gyms", 0.6, 1.0), ("floors", 2.0, 2.4), ("shine", 2.4, 2.8)]
    assert len(split_clauses(timed(words), Entities(), options=ClauseOptions(pause_s=1.5))) == 1
    touching = [("we", 0.0, 0.3), ("clean", 0.3, 0.6), ("gyms", 0.6, 1.5), ("floors", 1.5, 2.4), ("shine", 2.4, 2.8)]
    near = prosody((Pause(1.1, 0.31),))
    assert len(split_clauses(timed(touching), Entities(), near)) == 2
    assert len(split_clauses(timed(touching), Entities(), near, options=ClauseOptions(pause_reach_s=0.0))) == 1
