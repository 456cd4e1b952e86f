"""Engines for tests, also such as a worker process can import: the real line with a recogniser that knows the words, and a
quick stand-in that decodes but does not measure."""

from __future__ import annotations

import copy
import dataclasses
import os
import time
from collections.abc import Mapping
from functools import cache
from unittest import mock

from tests.makers import analysis
from vmaudio.analysis.analyzer import Options, failure_of
from vmaudio.audio.decode import load_audio
from vmaudio.errors import VmaudioError, WeightsMissing
from vmaudio.events import Event, ignore
from vmaudio.records import Activity, Analysis, Failure, Flag, Message, Span
from vmaudio.testing import FakeTranscriber, encode, speech_like
from vmaudio.web.worker import build

SAID = (
    "Hi Dana, your lease on Main Street ends in May and the new rates are out. This is Tom Becker with Acme Copiers. "
    "Please call me back at 303-555-0126. Again, that's 303-555-0126. Thanks, bye."
)
WORSE = "Hi, um, how are you, just checking in. This is Tom. Give me a call."


@cache
def voice(seed: int = 1, seconds: float = 6.0, form: str = "wav") -> bytes:
    """A file with something like speech in it; every seed has its own bytes."""
    made = speech_like((5, 7, 4, 6, 5), seed=seed)
    return encode(made.samples[: int(seconds * made.rate_hz)], form, made.rate_hz)


@cache
def _loaded():
    from vmaudio.analysis.analyzer import Analyzer
    from vmaudio.classify import ModelStore
    from vmaudio.rubric.load import load_rubric

    return Analyzer(FakeTranscriber(default=SAID), ModelStore(), load_rubric(), ahead=1)


def analyzer(texts: Mapping[str, str | Exception] | None = None, default: str = SAID):
    """The real line without a real recogniser; its models are loaded once."""
    made = copy.copy(_loaded())
    made.transcriber = FakeTranscriber(texts, default=default)
    return made


class Quick:
    """Stands in for an Analyzer: decodes for real, and says of every recording the same."""

    def __init__(self, transcriber: FakeTranscriber | None = None, **changes) -> None:
        self.transcriber = transcriber or FakeTranscriber(default=SAID)
        self.options = Options()
        self.changes = changes

    def analyze(self, message: Message, *, listener=ignore) -> Analysis | Failure:
        listener(Event("listen", message.source, 0))
        try:
            recording = load_audio(message.source, max_seconds=self.options.max_seconds)
        except VmaudioError as error:
            return failure_of(message, "decode", error)
        active = Activity((Span(0.0, recording.duration_s),), recording.duration_s, -60.0, 40.0)
        listener(Event("transcribe", message.source, 0))
        self.transcriber.transcribe_many([recording], [active])
        listener(Event("describe", message.source, 0))
        made = analysis(message, recording_id=recording.sha256, duration_s=recording.duration_s, **self.changes)
        flags = (Flag("truncated", recording.truncated_why),) if recording.truncated else ()
        return dataclasses.replace(made, flags=flags)


class Picky(FakeTranscriber):
    """Dies over a recording of about two seconds, as a process does without memory, and takes its time over three."""

    def transcribe_many(self, recordings, activities, hints=()):
        longest = max(sound.duration_s for sound in recordings)
        if longest < 2.5:
            os._exit(9)
        if longest < 3.5:
            time.sleep(120)
        return super().transcribe_many(recordings, activities, hints)


def picky() -> Quick:
    """For a worker process."""
    return Quick(Picky(default=SAID))


class Doubting(FakeTranscriber):
    """Hears another last digit in a second pass, so that the number is in doubt; ``second`` counts those passes."""

    supports_second_pass = True

    def __init__(self) -> None:
        super().__init__(default=SAID.replace(" Again, that's 303-555-0126.", ""))
        self.seconds: dict[str, float] = {}
        self.second = 0

    def _one(self, sound, active):
        if self.seconds.setdefault(sound.sha256, sound.duration_s) == sound.duration_s:
            return super()._one(sound, active)
        self.second += 1
        return FakeTranscriber(default="call me back at 303 555 0127")._one(sound, active)


def doubting():
    """The app's own analyzer, with that recogniser; for a worker process."""
    with mock.patch("vmaudio.analysis.analyzer.get_transcriber", return_value=Doubting()):
        return build(None, None, None, None, 600.0)


def broken() -> Quick:
    """For a worker process that cannot begin."""
    raise WeightsMissing("The weights of base are not on this machine. Install vmaudio[weights].")
