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


UNKNOWN_LANGUAGE = "und"
"""What ISO 639-2 calls a language that was not determined."""

UNSURE_WORD = 0.5
"""Words below this recognition probability are shown as unsure, in texts and pictures."""


@dataclass(frozen=True, slots=True)
class Transcript(Record):
    """What was said.

    Args:
        status: "speech" or "no_speech".
        language: two-letter code; two of them joined by "+" for a message in two languages ("en+es"), in their order;
            `UNKNOWN_LANGUAGE` in place of one that is not English, and of which it is not sure which.
        text: all words; empty when there is no speech, and when there is but the recogniser was set to English and heard
            another language.
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

    @property
    def is_english(self) -> bool:
        """Whether its language is English or unknown, see `is_english`."""
        return is_english(self.language)

    def is_in(self, language: str) -> bool:
        """Whether the whole message is in a language.

        Args:
            language: two-letter code.
        """
        return _base(self.language) == language

    @property
    def why_not_english(self) -> str:
        """What to say of a message that is not in English, as a clause; "" for English.

        Where the recogniser was set to English it wrote no words of another language down, and the clause says what to do.
        """
        if self.is_english:
            return ""
        codes = self.language.split("+")
        if len(codes) > 1:
            which = ", ".join("not sure which" if code == UNKNOWN_LANGUAGE else code for code in codes)
            return f"in two languages ({which}): only what was said in English for sure is written down"
        if self.language == UNKNOWN_LANGUAGE:
            return "not in English; run with --language and the code of its language"
        if is_english(str(self.options.get("language", self.language))):
            return f"not in English ({self.language}); run with --language {self.language}"
        return f"not in English ({self.language})"


def is_english(language: str) -> bool:
    """Whether a transcript's language is English, or not known to be another.

    What knows English only (parts, approach, checks of the words, numbers read out and compared with the sound) is left out
    for other languages.

    Args:
        language: a code as engines give it, with or without a region, in any case: "en", "en-US", "EN", "de". Empty means
            unknown, as for written text. "auto" is a setting and never a result; an engine that hands its setting back
            says as little as one that gives nothing, so it counts as unknown too.

    Returns:
        True for English and for unknown.
    """
    return _base(language) in ("en", "", "auto")


def _base(language: str) -> str:
    """A language code without its region, in lower case."""
    return language.strip().replace("_", "-").split("-")[0].lower()
