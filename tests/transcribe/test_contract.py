"""What every recogniser promises, whatever is inside: `vmaudio.transcribe.Transcriber`."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from tests.transcribe.conftest import everywhere, recording
from vmaudio.records import Activity
from vmaudio.testing import FakeTranscriber, speech_like
from vmaudio.transcribe.recognisers import Transcriber, get_transcriber


class Least(Transcriber):
    """The least that a recogniser from elsewhere has to write: everything else is inherited."""

    def __init__(self):
        self.name, self.options = "least:1", {}

    def transcribe_many(self, recordings, activities, hints=()):
        return FakeTranscriber(name=self.name).transcribe_many(recordings, activities, hints)


FASTER = importlib.util.find_spec("faster_whisper") is not None


@pytest.fixture(
    scope="module",
    params=[
        "fake",
        "least",
        pytest.param("openai-whisper:tiny.en", marks=pytest.mark.real),
        pytest.param(
            "faster-whisper:tiny.en",
            marks=[
                pytest.mark.real,
                pytest.mark.skipif(not FASTER, reason="faster-whisper is not installed"),
            ],
        ),
    ],
)
def engine(request, weights_cache):
    """Each recogniser in turn."""
    if request.param == "fake":
        return FakeTranscriber()
    if request.param == "least":
        return Least()
    return get_transcriber(request.param, cache_dir=weights_cache, threads=1)


@pytest.fixture(scope="module")
def sound():
    """Something like speech."""
    return recording(speech_like((5, 7)).samples)


def test_its_capabilities_are_members(engine):
    """Name, options and what it supports are there to be read; nobody has to guess."""
    assert isinstance(engine, Transcriber)
    family, _, model = engine.name.partition(":")
    assert family
    assert model
    assert all(isinstance(value, (str, int, float, bool)) for value in engine.options.values())
    assert isinstance(engine.supports_second_pass, bool)
    assert isinstance(engine.supports_scoring, bool)


def test_one_transcript_per_recording(engine, sound):
    """As many transcripts as recordings, in their order; "no_speech" where there is none; hints change nothing of that."""
    nothing = Activity((), 0.0, -60.0, 0.0)
    for hints in ((), ("Dana", "")):
        first, second = engine.transcribe_many([sound, sound], [everywhere(sound), nothing], hints)
        assert (first.engine, second.engine) == (engine.name, engine.name)
        assert (second.status, second.text, second.words) == ("no_speech", "", ())
    assert engine.transcribe_many([], []) == []


def test_it_scores_texts_or_says_that_it_cannot(engine, sound):
    """`score_texts` gives one log probability per text and list, or raises NotImplementedError, as it says."""
    lists = ([" 3 0 3", " 3 0 4"], [" 303"], [" one", " two", " three"])
    if not engine.supports_scoring:
        with pytest.raises(NotImplementedError, match=engine.name):
            engine.score_texts(sound, " at", *lists)
        return
    found = engine.score_texts(sound, " at", *lists)
    assert [scores.shape for scores in found] == [(2,), (1,), (3,)]
    assert all((scores <= 0).all() and np.isfinite(scores).all() for scores in found)


def test_a_sound_may_be_transcribed_again(engine, sound):
    """The same sound gives the same words: the engine keeps no memory of what it heard before."""
    first, again = (engine.transcribe_many([sound], [everywhere(sound)])[0] for _ in range(2))
    assert first.text == again.text
