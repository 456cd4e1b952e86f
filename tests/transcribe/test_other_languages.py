"""A message in another language is heard as that, and English stays English."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from vmaudio.records import Activity, Recording, Span
from vmaudio.transcribe.other_languages import Piece, doubtful, settle
from vmaudio.transcribe.windowed import WindowedTranscriber, WindowJob
from vmaudio.transcribe.words import Decoded, Timed

SPANISH = {"en": 0.01, "es": 0.97, "pt": 0.02}
ENGLISH = {"en": 0.95, "es": 0.02, "cy": 0.03}
UNSURE = {"en": 0.12, "ja": 0.7, "la": 0.18}  # digits, an accent, a noisy line
THAI = {"en": 0.01, "th": 0.88, "km": 0.11}
MURKY = {"en": 0.03, "la": 0.35, "ja": 0.3, "th": 0.32}


def pieces(*found: tuple[float, Mapping[str, float]]) -> list[Piece]:
    return [Piece(seconds, chances) for seconds, chances in found]


@pytest.mark.parametrize(
    ("heard", "language"),
    [
        (pieces((6, ENGLISH), (6, ENGLISH)), "en"),
        (pieces((6, SPANISH), (6, SPANISH)), "es"),
        (pieces((6, ENGLISH), (6, SPANISH)), "en+es"),
        (pieces((6, SPANISH), (6, ENGLISH)), "es+en"),
        (pieces((6, UNSURE), (6, UNSURE)), "en"),
        (pieces((6, MURKY), (6, MURKY)), "en"),
        (pieces((6, SPANISH), (6, UNSURE)), "es"),
        (pieces((6, ENGLISH), (1, SPANISH)), "en"),
        (pieces((1, ENGLISH), (20, SPANISH)), "es"),
        (pieces((2.5, THAI), (6, ENGLISH)), "und+en"),
        (pieces((8, THAI)), "th"),
        (
            pieces(
                (6, {}),
            ),
            "en",
        ),
    ],
)
def test_the_language_of_a_message(heard: Sequence[Piece], language: str):
    """Only speech that is surely in another language counts against English, and only enough of it."""
    assert settle(heard) == language


def decoded(english: float | None, logprob: float = -0.2) -> Decoded:
    return Decoded((1,), (-0.1,), "en", logprob, 0.1, 1.0, 0.0, english=english)


def test_which_windows_are_looked_at_again():
    """Those where English is not nearly certain; without such a number, those whose words are improbable."""
    assert [doubtful(decoded(chance)) for chance in (0.99, 0.7, 0.01)] == [False, True, True]
    assert [doubtful(decoded(None, logprob)) for logprob in (-0.2, -0.9)] == [False, True]


class Recogniser(WindowedTranscriber):
    """Writes a word for each second, and hears Spanish in the second half of what is loud."""

    name, options, language, in_english = "made:up", {"language": "en"}, "en", -0.6

    def __init__(self, english: float) -> None:
        self.english, self.looked = english, 0
        self.written: list[int] = []

    def transcribe_windows(self, jobs: Sequence[WindowJob]) -> list[tuple[Decoded, list[Timed]]]:
        found = []
        for job in jobs:
            words = [Timed(f" word{i}", [i], [float(i), i + 0.9], [-0.1]) for i in range(int(job.seconds))]
            found.append((decoded(self.english), words))
            self.written.append(round(job.seconds))
        return found

    def text_logprobs(self, jobs: Sequence[WindowJob], languages: Sequence[str]) -> list[float]:
        return [self.in_english if code == "en" else -0.4 for code in languages]

    def spoken_languages(self, jobs: Sequence[WindowJob]) -> list[Mapping[str, float]]:
        self.looked += len(jobs)
        return [SPANISH if job.window.pieces[0].start_s > 6.5 else ENGLISH for job in jobs]


def message() -> tuple[Recording, Activity]:
    samples = np.full(14 * 16000, 0.1, np.float32)
    recording = Recording("0" * 64, samples, 16000, 14.0, 16000, 1, "pcm_s16le", False)
    return recording, Activity((Span(0.0, 6.8), Span(7.2, 14.0)), 13.6, -60.0, 40.0)


def test_only_what_was_said_in_english_is_written_down():
    """In two languages: both are named, and no word stands where the other one is heard."""
    recording, activity = message()
    recogniser = Recogniser(0.6)
    (found,) = recogniser.transcribe_many([recording], [activity])
    assert recogniser.written == [14, 7]  # the piece in English by itself
    assert (found.status, found.language, found.is_english) == ("speech", "en+es", False)
    assert found.words
    assert found.words[-1].end_s < 7.5
    assert "in two languages (en, es)" in found.why_not_english


def test_a_message_in_another_language_is_speech_without_words():
    """Never "no speech", and never English that nobody said."""
    recording, activity = message()
    recogniser = Recogniser(0.01)
    recogniser.spoken_languages = lambda jobs: [SPANISH for _ in jobs]  # type: ignore[method-assign]
    (found,) = recogniser.transcribe_many([recording], [activity])
    assert (found.status, found.language, found.text, found.words) == ("speech", "es", "", ())
    assert found.why_not_english == "not in English (es); run with --language es"


def test_words_that_are_surer_in_english_are_english():
    """Where the model takes English speech for Spanish, what it would write in Spanish is less probable."""
    recording, activity = message()
    recogniser = Recogniser(0.6)
    recogniser.in_english = -0.2
    (found,) = recogniser.transcribe_many([recording], [activity])
    assert (found.language, len(found.words)) == ("en", 14)


def test_sure_english_and_a_language_that_was_asked_for_are_not_looked_at():
    """English costs nothing more, and whoever sets a language gets it."""
    recording, activity = message()
    sure, german = Recogniser(0.99), Recogniser(0.01)
    german.language = "de"
    for recogniser in (sure, german):
        (found,) = recogniser.transcribe_many([recording], [activity])
        assert recogniser.looked == 0
        assert (found.language, len(found.words)) == (recogniser.language, 14)
    asked = dataclasses.replace(found, options={"language": "de"})
    assert asked.why_not_english == "not in English (de)"
