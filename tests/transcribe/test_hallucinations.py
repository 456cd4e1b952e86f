"""Hallucinations are dropped, missed speech is transcribed again, and neither touches real words."""

from __future__ import annotations

import dataclasses
import math

import pytest

from vmaudio.records import Span
from vmaudio.transcribe.hallucinations import drop_hallucinations
from vmaudio.transcribe.missed_speech import is_sure, longest_s, missed_windows
from vmaudio.transcribe.segments import join_transcript
from vmaudio.transcribe.windows import Window
from vmaudio.transcribe.words import Decoded, Placed, Timed, WindowWords

SURE = Decoded((1,), (-0.1,), "en", -0.2, 0.01, 1.2, 0.0)
WHOLE = Window((Span(0.0, 28.0),), Span(0.0, math.inf))


def words(text: str, *, step: float = 0.4, start: float = 0.0, heard: float | None = None, far: float = 0.0) -> list[Placed]:
    """Words one after another, each filling its time with speech unless said otherwise."""
    made = []
    for i, piece in enumerate(text.split()):
        at = start + i * step
        word = Timed(" " + piece, [1], [at, at + step], [-0.1])
        made.append(Placed(word, at, at + step, step if heard is None else heard, far, window=WHOLE))
    return made


def kept(found: list[Placed], decoded: Decoded = SURE) -> str:
    return " ".join(word.timed.text.strip() for word in drop_hallucinations(found, decoded))


def test_real_speech_stays():
    """A sentence that the signal carries passes untouched."""
    text = "Hi Dana, this is Tom. Call me, please, call me."
    assert kept(words(text)) == text


@pytest.mark.parametrize("text", ["Thank you.", "you", "Thanks for watching!", "Bye.", "So,"])
def test_known_hallucinations_fall_by_evidence_and_not_by_name(text: str):
    """A known hallucination is dropped where the model doubts, and stays where it is sure."""
    assert kept(words(text)) == text
    assert kept(words(text), dataclasses.replace(SURE, no_speech_prob=0.7)) == ""
    assert kept(words(text), dataclasses.replace(SURE, avg_logprob=-0.9)) == ""


def test_an_um_does_not_save_a_hallucination():
    """Verbatim mode puts ums in before hallucinations are dropped: "Um, thank you." falls as "Thank you." does."""
    doubt = dataclasses.replace(SURE, no_speech_prob=0.55, avg_logprob=-0.5)
    assert kept(words("Um, thank you."), doubt) == kept(words("Thank you."), doubt) == ""
    assert not is_sure(SURE, words("um back."), words("call me back", start=-0.8))


def test_a_known_phrase_inside_a_message_stays():
    """ "Thank you" at the end of a real message is what people say."""
    assert kept(words("Call me at nine. Thank you."), dataclasses.replace(SURE, avg_logprob=-0.9)).endswith("Thank you.")


def test_text_that_the_model_itself_doubts_is_dropped():
    """whisper's own rule: no speech above 0.6 and a log probability below -1."""
    doubt = dataclasses.replace(SURE, no_speech_prob=0.7, avg_logprob=-1.2)
    assert kept(words("we will see you there tomorrow"), doubt) == ""


@pytest.mark.parametrize(("no_speech", "average", "stays"), [(0.49, -1.99, False), (0.49, -1.4, True), (0.1, -1.99, True)])
def test_guesses_throughout_need_less_doubt(no_speech: float, average: float, stays: bool):
    """Words of one chance in five (thuds heard as "I'm not a real man.") fall where the model half doubts that it is speech."""
    doubt = dataclasses.replace(SURE, no_speech_prob=no_speech, avg_logprob=average)
    assert bool(kept(words("I'm not a real man."), doubt)) is stays


def test_words_far_from_speech_are_dropped():
    """Words behind the end of the speech were not said."""
    assert kept([*words("call me back"), *words("Thank you.", start=9.0, heard=0.0, far=3.0)]) == "call me back"


def test_punctuation_alone_is_nothing():
    """A text without a letter or digit is no text."""
    assert kept(words("... ! -")) == ""


@pytest.mark.parametrize("phrase", ["no", "I will call you", "and then"])
def test_a_loop_without_time_is_cut_to_one(phrase: str):
    """Repeats that have no time of their own are the decoder's loop."""
    loop = words("hello there") + words(" ".join([phrase] * 30), start=1.0, step=0.02)
    assert kept(loop) == f"hello there {phrase}"


def test_repetition_that_was_said_stays():
    """A stammer or an insistent "call me, call me, call me, call me" fills its time and stays."""
    text = "call me, " * 5
    assert kept(words(text)) == text.strip()


@pytest.mark.parametrize("text", ["5 5 5 5 5 5 0 1 2 6", "zero zero zero zero one", "555-5555 555-5555 555-5555 555-5555"])
def test_digits_are_never_a_loop(text: str):
    """Repeated digits are a telephone number, however quick."""
    assert kept(words(text, step=0.05)) == text


def test_speech_that_a_word_swallowed_is_found():
    """Where the text stops early, the last word is shortened and the rest is transcribed again."""
    found = words("please call me")
    found[-1].end_s = 9.0
    found[-1].timed.edges_s = [0.8, 9.0]
    speech = [Span(0.0, 1.3), Span(4.0, 9.0)]
    (again,) = missed_windows(found, WHOLE, speech)
    assert found[-1].end_s < 2.5
    assert again.pieces[0].start_s <= 4.0
    assert again.pieces[0].end_s >= 9.0
    assert again.keep.start_s > 1.3


def test_a_hole_between_words_is_found():
    """Three seconds of speech between two words that are close to nothing else are transcribed again."""
    found = words("one two") + words("three", start=6.0)
    (again,) = missed_windows(found, WHOLE, [Span(0.0, 0.8), Span(1.5, 4.8), Span(6.0, 6.4)])
    assert (again.keep.start_s, again.keep.end_s) == pytest.approx((1.25, 5.05), abs=0.3)


def test_nothing_is_lost_where_words_fill_the_speech():
    """Small gaps, breaths and slow numbers are no loss."""
    found = [*words("call me at"), *words("303-555-0126", start=1.5, step=4.5)]
    assert missed_windows(found, WHOLE, [Span(0.0, 1.2), Span(1.5, 6.1)]) == []
    assert missed_windows([], WHOLE, [Span(0.0, 0.6)]) == []


@pytest.mark.parametrize(
    ("text", "least"),
    [("I", 0.7), ("303-555-0126", 5.0), ("P-I-T-T-S-B-U-R-G-H", 5.0), ("ABC", 2.0), ("neighborhood", 1.5)],
)
def test_words_have_a_plausible_length(text: str, least: float):
    """Digits and spelled letters are given the time to be said one by one."""
    assert least <= longest_s(text) <= least + 1.5


def test_missed_speech_must_be_sure():
    """What is found in left-over speech is taken only if it is probable and not an echo of its neighbour."""
    assert is_sure(SURE, words("and my number is"), words("call me back", start=20))
    for doubt in (
        {"avg_logprob": -1.01},
        {"no_speech_prob": 0.4, "avg_logprob": -0.9},
        {"no_speech_prob": 0.6, "avg_logprob": -0.7},
        {"cut": True},
    ):
        assert not is_sure(dataclasses.replace(SURE, **doubt), words("and my number is"), [])
    assert is_sure(dataclasses.replace(SURE, no_speech_prob=0.63, avg_logprob=-0.54), words("617-555-0126."), [])
    assert not is_sure(SURE, [], [])
    assert not is_sure(SURE, words("back."), words("call me back", start=-0.8))


def joined(*parts: list[Placed]) -> str:
    return join_transcript([WindowWords(SURE, list(part)) for part in parts], "en", "x:y", {}, 60.0).text


def test_windows_join_in_time_order_without_doubles():
    """A window found later takes its place in time, and a word at a border that both have is kept once."""
    first, second = words("one two three"), words("three four", start=0.9)
    for word in second:
        word.window = Window((Span(0.5, 5.0),), Span(1.0, math.inf))
    assert joined(first, second) == "one two three four"
    assert joined(words("late words", start=5.0), words("early words")) == "early words late words"


def test_a_segment_is_a_sentence_or_ends_at_a_pause():
    """Segments end at sentence punctuation and at a second of silence, not at "Mr."."""
    found = join_transcript(
        [WindowWords(SURE, [*words("Hi Mr. Bell. Call me"), *words("tomorrow", start=9.0)])], "en", "x:y", {}, 60.0
    )
    assert [segment.text for segment in found.segments] == ["Hi Mr. Bell.", "Call me", "tomorrow"]
    assert found.text == "Hi Mr. Bell. Call me tomorrow"
    assert found.status == "speech"
    assert found.words == tuple(word for segment in found.segments for word in segment.words)


def test_no_words_is_no_speech():
    """No words give the status, an empty text and no segments."""
    found = join_transcript([], "auto", "x:y", {"language": "auto"}, 5.0)
    assert (found.status, found.text, found.segments, found.language) == ("no_speech", "", (), "en")


@pytest.mark.parametrize(
    ("text", "average", "stays"), [("489 379 1653", -1.2, True), ("48 93", -1.2, False), ("489 379 1653", -1.9, False)]
)
def test_a_number_is_not_silenced_by_doubt_alone(text: str, average: float, stays: bool):
    """Real voices that said nothing but a number were lost; one whose digits are guesses still falls."""
    doubt = dataclasses.replace(SURE, no_speech_prob=0.75, avg_logprob=average)
    assert bool(kept(words(text), doubt)) == stays
