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
    """How the message is built.

    Args:
        parts: the parts in time order.
        order: their labels as first reached.
        approach: what kind of message it is, such as "relevance_first"; "unclear" where the model is not sure enough.
        approach_probabilities: 0 to 1, by approach.
        model_ids: the models that said so.
    """

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
    """How the message sounds, never what the speaker feels.

    Args:
        axes: 0 to 1, by axis: lively, confident, urgent, formal, friendly.
        label: one word for it, such as "warm" or "rushed"; may be "unclear".
        model_id: the model that said so.
        not_validated: axes that nobody has yet compared with real voices.
    """

    axes: Mapping[str, float]
    label: str
    model_id: str
    not_validated: tuple[str, ...] = ()
