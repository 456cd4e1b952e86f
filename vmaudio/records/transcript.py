"""What was said, word by word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vmaudio.records.base import Record


@dataclass(frozen=True, slots=True)
class Stretch(Record):
    """Some characters of a word with a time of their own: "555" of "303-555-0126"."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Word(Record):
    """One recognised word as written by the engine. ``interpolated``: its times were not measured but filled in.

    ``stretches``: for a word with several figures, the pieces of it that were timed one by one, in order; else empty.
    """

    text: str
    start_s: float
    end_s: float
    probability: float
    interpolated: bool = False
    stretches: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment(Record):
    """One stretch of the engine's output."""

    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...]
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float


@dataclass(frozen=True, slots=True)
class Transcript(Record):
    """What was said.

    Args:
        status: "speech" or "no_speech".
        language: two-letter code.
        text: all words; empty when there is no speech.
        segments: stretches of the recogniser's output with their words, in time order.
        engine: the recogniser, "family:model".
        options: its options that change the words.
    """

    status: str
    language: str
    text: str
    segments: tuple[Segment, ...]
    engine: str
    options: Mapping[str, str | int | float | bool] = field(default_factory=dict)

    @property
    def words(self) -> tuple[Word, ...]:
        """All words of all segments, in time order."""
        return tuple(word for segment in self.segments for word in segment.words)
