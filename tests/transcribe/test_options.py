"""Thresholds: the defaults change nothing and state nothing; another value has its effect, wherever it is used."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.transcribe.conftest import everywhere, recording
from vmaudio.records import Activity, Recording, Span, option_fields
from vmaudio.transcribe import (
    AlignmentOptions,
    DecodingOptions,
    HallucinationOptions,
    MissedSpeechOptions,
    SegmentOptions,
    TranscribeOptions,
    WindowOptions,
)
from vmaudio.transcribe.hallucinations import drop_hallucinations
from vmaudio.transcribe.missed_speech import is_sure, longest_s
from vmaudio.transcribe.options import DEFAULT, DisfluencyOptions, changed_thresholds
from vmaudio.transcribe.segments import join_transcript
from vmaudio.transcribe.verbatim import better
from vmaudio.transcribe.whisper.engine import context_seconds, hint_put_in
from vmaudio.transcribe.whisper.limits import repeated_tokens, suspicious, token_limit
from vmaudio.transcribe.windowed import WindowedTranscriber, WindowJob
from vmaudio.transcribe.windows import Window, plan_windows
from vmaudio.transcribe.word_times import place_words
from vmaudio.transcribe.words import Decoded, Placed, Timed, WindowWords

SURE = Decoded((1,), (-0.1,), "en", -0.2, 0.01, 1.2, 0.0)
WHOLE = Window((Span(0.0, 28.0),), Span(0.0, math.inf))


class Script(WindowedTranscriber):
    """Writes the same words for every window, a word a second, and remembers how long the windows were."""

    def __init__(self, text: str, decoded: Decoded = SURE, thresholds: TranscribeOptions = DEFAULT) -> None:
        self.name, self.language, self.thresholds = "script:one", "en", thresholds
        self.options = changed_thresholds(thresholds)
        self.text, self.decoded = text, decoded
        self.seconds: list[float] = []

    def transcribe_windows(self, jobs: Sequence[WindowJob]) -> list[tuple[Decoded, list[Timed]]]:
        """The script's words, for as long as the window lasts."""
        self.seconds += [round(job.seconds, 2) for job in jobs]
        words = [Timed(f" {word}", [1], [float(i), i + 1.0], [-0.1]) for i, word in enumerate(self.text.split())]
        return [
            (self.decoded, [dataclasses.replace(word) for word in words if word.edges_s[-1] <= job.seconds]) for job in jobs
        ]


def transcribed(engine: WindowedTranscriber, seconds: float = 30.0, *speech: Span) -> str:
    """The text of a message with speech everywhere, or in these spans."""
    made = recording(np.zeros(round(seconds * 16000)))
    activity = Activity(speech, sum(s.duration_s for s in speech), -60.0, 20.0) if speech else everywhere(made)
    return engine.transcribe_many([made], [activity])[0].text


def test_the_defaults_state_nothing_and_a_change_states_itself():
    """What a recogniser says of its options grows only where a threshold is not the default."""
    assert changed_thresholds(DEFAULT) == changed_thresholds(TranscribeOptions()) == {}
    other = TranscribeOptions(
        decoding=DecodingOptions(temperatures=(0.0, 0.5), avg_logprob_min=-0.7), windows=WindowOptions(longest_s=20.0)
    )
    wanted = {"windows.longest_s": 20.0, "decoding.temperatures": "0.0 0.5", "decoding.avg_logprob_min": -0.7}
    assert changed_thresholds(other) == wanted
    made = recording(np.zeros(16000 * 3))
    (found,) = Script("call me back", thresholds=other).transcribe_many([made], [everywhere(made)])
    assert found.options == wanted


@pytest.mark.parametrize("name", [name for name, *_ in option_fields(DEFAULT)])
def test_every_threshold_says_what_it_is(name: str):
    """Meaning and source are there, and a number in seconds says so in name and unit."""
    (field,) = (field for found, _, _, field in option_fields(DEFAULT) if found == name)
    assert field.metadata["meaning"]
    assert field.metadata["source"]
    assert name.endswith("_s") == (field.metadata["unit"] == "s")


def test_another_window_length_cuts_elsewhere():
    """With 10 s for 27, a message of 40 s becomes windows of at most 10 s, and the engine sees those."""
    speech = [Span(i * 4.0, i * 4.0 + 3.5) for i in range(10)]
    long, short = plan_windows(speech, 40.0), plan_windows(speech, 40.0, WindowOptions(longest_s=10.0))
    assert (len(long), len(short)) == (2, 5)
    assert max(window.seconds for window in short) <= 10.0 < min(window.seconds for window in long)
    engine = Script("word", thresholds=TranscribeOptions(windows=WindowOptions(longest_s=10.0)))
    transcribed(engine, 40.0, *speech)
    assert engine.seconds
    assert max(engine.seconds) <= 10.0


@pytest.mark.parametrize(("gap_s", "pieces"), [(2.0, 2), (20.0, 1)])
def test_a_larger_gap_keeps_the_silence(gap_s: float, pieces: int):
    """A silence of ten seconds is left out by default."""
    (window,) = plan_windows([Span(1.0, 5.0), Span(15.0, 20.0)], 21.0, WindowOptions(gap_s=gap_s))
    assert len(window.pieces) == pieces


def test_whispers_threshold_of_silence_stands_in_one_place():
    """Raised, a doubtful text stays in the transcript, and the decoder samples it again instead of giving it up."""
    doubt = dataclasses.replace(SURE, no_speech_prob=0.7, avg_logprob=-1.2)
    other = TranscribeOptions(decoding=DecodingOptions(no_speech_prob_max=0.8))
    text = "we will see you there tomorrow"
    assert transcribed(Script(text, doubt), 6.0) == ""
    assert transcribed(Script(text, doubt, other), 6.0) == text
    assert (suspicious(doubt), suspicious(doubt, other.decoding)) == (False, True)


def test_whispers_least_probability_is_used_by_all_three():
    """Decoder, hallucinations and missed speech ask for the same log probability."""
    weak = dataclasses.replace(SURE, avg_logprob=-1.2, logprobs=(-1.2,))
    strict, loose = DEFAULT, TranscribeOptions(decoding=DecodingOptions(avg_logprob_min=-1.5))
    words = place_words([Timed(" tomorrow", [1], [0.0, 1.0], [-1.2])], WHOLE, [Span(0.0, 1.0)], 28.0)
    assert (suspicious(weak, strict.decoding), suspicious(weak, loose.decoding)) == (True, False)
    assert (is_sure(weak, words, [], strict), is_sure(weak, words, [], loose)) == (False, True)
    silent = dataclasses.replace(weak, no_speech_prob=0.7)
    assert (drop_hallucinations(words, silent, strict), drop_hallucinations(words, silent, loose)) == ([], words)


def test_a_known_hallucination_falls_by_its_own_threshold():
    """ "Thank you." alone stays or falls by `known_logprob`."""
    weak = dataclasses.replace(SURE, avg_logprob=-0.9)
    other = TranscribeOptions(hallucinations=HallucinationOptions(known_logprob=-1.0))
    assert (transcribed(Script("Thank you.", weak), 3.0), transcribed(Script("Thank you.", weak, other), 3.0)) == (
        "",
        "Thank you.",
    )


def test_how_far_from_speech_a_word_may_lie():
    """A word two seconds behind the last speech is dropped, unless that is allowed."""
    words = place_words([Timed(" bye", [1], [4.0, 4.5], [-0.1])], WHOLE, [Span(0.0, 2.0)], 28.0)
    assert drop_hallucinations(words, SURE) == []
    assert drop_hallucinations(words, SURE, TranscribeOptions(hallucinations=HallucinationOptions(far_s=3.0))) == words


def test_a_loop_must_stand_as_often_as_the_threshold_says():
    """A phrase three times in no time is cut only where three times is enough."""
    words = [Placed(Timed(" no", [1], [0.0, 0.1], [-0.1]), i * 0.02, i * 0.02 + 0.02, 0.02) for i in range(3)]
    assert len(drop_hallucinations(words, SURE)) == 3
    assert len(drop_hallucinations(words, SURE, TranscribeOptions(hallucinations=HallucinationOptions(loop_times=3)))) == 1


@pytest.mark.parametrize(("shortest_s", "again"), [(1.2, True), (3.0, False)])
def test_how_much_speech_must_be_missed(shortest_s: float, again: bool):
    """Two seconds of speech without a word are transcribed again by default, and not where three are asked for."""
    engine = Script("one two", thresholds=TranscribeOptions(missed_speech=MissedSpeechOptions(shortest_s=shortest_s)))
    transcribed(engine, 8.0, Span(0.5, 2.5), Span(4.0, 6.0))
    assert len(engine.seconds) == 1 + again


def test_a_word_may_take_longer_where_the_options_say_so():
    """Seconds for a word, a digit and a letter add up."""
    assert longest_s("at", MissedSpeechOptions(word_s=1.0, letter_s=0.5)) == pytest.approx(2.0)
    assert longest_s("42", MissedSpeechOptions(word_s=1.0, spelled_s=0.25)) == pytest.approx(1.5)


@pytest.mark.parametrize(("pause_s", "count"), [(1.0, 2), (3.0, 1)])
def test_a_longer_pause_keeps_a_segment_together(pause_s: float, count: int):
    """A silence of two seconds ends a segment, unless three are asked for."""
    words = [Placed(Timed(f" {text}", [1], [0.0, 1.0], [-0.1]), at, at + 1.0, 1.0) for text, at in (("one", 0.0), ("two", 3.0))]
    found = join_transcript([WindowWords(SURE, words)], "en", "x:y", {}, 8.0, SegmentOptions(pause_s=pause_s))
    assert len(found.segments) == count


def test_the_shortest_word():
    """A word of 0.1 s keeps its time by default, and shares its neighbour's where 0.2 s are asked for."""
    timed = [Timed(" one", [1], [0.0, 1.0], [-0.1]), Timed(" two", [1], [1.0, 1.1], [-0.1])]
    for shortest_s, shared in ((0.04, False), (0.2, True)):
        placed = place_words(timed, WHOLE, [Span(0.0, 1.1)], 1.1, AlignmentOptions(shortest_s=shortest_s))
        assert placed[1].interpolated is shared
        assert placed[1].end_s - placed[1].start_s >= min(shortest_s, 0.1) - 1e-9


def test_attention_is_early_by_model():
    """Two models were measured; each has its own field."""
    options = AlignmentOptions(early_base_s=0.2, early_other_s=0.1)
    assert [options.early_s(model) for model in ("base", "tiny.en", "small")] == [0.2, -0.09, 0.1]


def test_limits_of_the_decoder():
    """Tokens for a second, and what counts as a repeated phrase."""
    assert token_limit(5.0, 224, DecodingOptions(tokens_per_second=1.0, tokens_min=2)) == 7
    phrase = [1, 2] * 4
    assert repeated_tokens(phrase) == 0
    assert repeated_tokens(phrase, DecodingOptions(loop_tokens=8)) == 6


def test_the_encoders_margin_and_the_hints_deficit():
    """More margin is more context; a stricter deficit takes fewer words for put in."""
    assert (context_seconds(4.1), context_seconds(4.1, WindowOptions(margin_s=5.0))) == (7.5, 9.5)
    word = Timed(" Dana", [1], [0.0, 1.0], [-0.1], deficit=4.0)
    assert not hint_put_in("Dana", [word])
    assert hint_put_in("Dana", [word], DecodingOptions(hint_deficit=3.0))


def test_how_alike_a_prompted_text_must_be():
    """One word in four may differ only where that is allowed."""
    usual, prompted = (
        [Timed(f" {word}", [0], [0.0, 0.1], [-0.1]) for word in text.split()] for text in ("a b c d", "a b um c e")
    )
    assert not better(usual, prompted)
    assert better(usual, prompted, DisfluencyOptions(same_words_min=0.7))


@pytest.mark.real
def test_thresholds_reach_the_network(exact: Any, weights_cache: Path, voices: list[tuple[Recording, Activity]]):
    """On tiny.en: the defaults, written out, give every word and time; shorter windows give others, and say so."""
    from vmaudio.transcribe.whisper import OpenAIWhisper

    def engine(thresholds: TranscribeOptions) -> OpenAIWhisper:
        return OpenAIWhisper("tiny.en", cache_dir=weights_cache, dtype="float32", threads=1, thresholds=thresholds)

    made, speech = [voices[0][0]], [voices[0][1]]
    (usual,) = exact.transcribe_many(made, speech)
    (same,) = engine(TranscribeOptions(windows=WindowOptions(), decoding=DecodingOptions())).transcribe_many(made, speech)
    assert same == usual
    (other,) = engine(TranscribeOptions(windows=WindowOptions(longest_s=6.0))).transcribe_many(made, speech)
    assert other.options == {**usual.options, "windows.longest_s": 6.0}
    assert other.words != usual.words
    assert other.status == "speech"
