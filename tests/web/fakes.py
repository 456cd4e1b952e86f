"""Engines for tests that a worker process can import: a recogniser that knows the words."""

from __future__ import annotations

import copy
import os
import time
from collections.abc import Mapping
from functools import cache

import numpy as np

from vmaudio import rubric
from vmaudio.analyze import Analyzer
from vmaudio.errors import WeightsMissing
from vmaudio.modelstore import ModelStore
from vmaudio.testing import FakeTranscriber, encode, speech_like

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
def _loaded() -> Analyzer:
    return Analyzer(FakeTranscriber(default=SAID), ModelStore(), rubric.load(), ahead=1)


def analyzer(texts: Mapping[str, str | Exception] | None = None, default: str = SAID) -> Analyzer:
    """An analyzer without a real recogniser; its models are loaded once."""
    made = copy.copy(_loaded())
    made.transcriber = FakeTranscriber(texts, default=default)
    return made


class Slow(FakeTranscriber):
    """Takes its time, so that a test can look meanwhile."""

    def transcribe_many(self, recordings, activities, hints=()):
        time.sleep(30)
        return super().transcribe_many(recordings, activities, hints)


class Deadly(FakeTranscriber):
    """Dies as a process does that runs out of memory."""

    def transcribe_many(self, recordings, activities, hints=()):
        if np.mean([sound.duration_s for sound in recordings]) > 3:
            os._exit(9)
        return super().transcribe_many(recordings, activities, hints)


def fast() -> Analyzer:
    return analyzer()


def slow() -> Analyzer:
    return Analyzer(Slow(default=SAID), ModelStore(), rubric.load(), ahead=1)


def deadly() -> Analyzer:
    return Analyzer(Deadly(default=SAID), ModelStore(), rubric.load(), ahead=1)


def broken() -> Analyzer:
    raise WeightsMissing("The weights of base are not on this machine. Install vmaudio[weights].")
