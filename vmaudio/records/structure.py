"""How a message is built, and how it sounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from vmaudio.records.base import Record
from vmaudio.records.vocabulary import ESSENTIAL_PARTS


@dataclass(frozen=True, slots=True)
class Clause(Record):
    """A piece of the transcript that carries one part label, with what a classifier may look at.

    ``first_word`` and ``last_word`` index ``Transcript.words`` (inclusive). ``model_text`` is the text for a classifier: lower
    case, names and numbers replaced by placeholders.
    """

    text: str
    start_s: float
    end_s: float
    first_word: int
    last_word: int
    model_text: str = ""


@dataclass(frozen=True, slots=True)
class Part(Record):
    """A part of the message: neighbouring clauses with the same label, joined.

    ``probability`` is the label's mean over the clauses, weighted by their words; ``probabilities`` says what else may be in
    it: for every label of at least 5 % the highest that a clause has.
    """

    label: str
    start_s: float
    end_s: float
    text: str
    probability: float
    probabilities: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Structure(Record):
    """How the message is built. ``order`` lists the labels as first reached; ``approach`` may be "unclear"."""

    parts: tuple[Part, ...]
    order: tuple[str, ...]
    approach: str
    approach_probabilities: Mapping[str, float] = field(default_factory=dict)
    model_ids: tuple[str, ...] = ()
    _derived: ClassVar[tuple[str, ...]] = ("missing",)

    @property
    def missing(self) -> tuple[str, ...]:
        """The essential parts that were not found."""
        return tuple(label for label in ESSENTIAL_PARTS if label not in self.order)


@dataclass(frozen=True, slots=True)
class Tone(Record):
    """How the message sounds (never what the speaker feels). ``axes`` are numbers from 0 to 1; ``label`` may be "unclear"."""

    axes: Mapping[str, float]
    label: str
    model_id: str
    not_validated: tuple[str, ...] = ()  # axes that nobody has yet held against real voices
