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

    Args:
        label: one of ours (`PARTS`), or of a team's own classes.
        start_s: where it begins, in seconds from the start of the file.
        end_s: where it ends.
        text: its words.
        probability: the label's mean over the clauses, weighted by their words.
        probabilities: what else may be in it: for every label of at least 5 % the highest that a clause has, alone or together
            with its neighbours. That of a team's own part counts for its role too.
        role: the part of ours that a team's own counts as; "" for none, and for ours.
        title: how people read a part of a team's own; "" for ours.
    """

    label: str
    start_s: float
    end_s: float
    text: str
    probability: float
    probabilities: Mapping[str, float] = field(default_factory=dict)
    role: str = ""
    title: str = ""
    _if_set: ClassVar[tuple[str, ...]] = ("role", "title")

    @property
    def plays(self) -> str:
        """The part of ours that it counts as: its role, else its label."""
        return self.role or self.label


@dataclass(frozen=True, slots=True)
class ReasonHeard(Record):
    """What a message gives as its reason to call back, as the reason model reads the whole of it.

    Args:
        probabilities: 0 to 1, by kind of reason (`REASONS`); they sum to 1.
        text: the clause that speaks most for an empty reason or for pressure, where one of the two is likely; else "".
        start_s: where that clause begins, in seconds from the start of the file.
        end_s: where it ends.
    """

    probabilities: Mapping[str, float]
    text: str = ""
    start_s: float = 0.0
    end_s: float = 0.0

    def chance(self, *kinds: str) -> float:
        """How sure the model is that the reason is of one of these kinds.

        Args:
            kinds: of `REASONS`.
        """
        return sum(self.probabilities.get(kind, 0.0) for kind in kinds)


@dataclass(frozen=True, slots=True)
class Structure(Record):
    """How the message is built.

    Args:
        parts: the parts in time order.
        order: their labels as first reached.
        approach: what kind of message it is, such as "relevance_first" or one of a team's own; "unclear" where the model is
            not sure enough.
        approach_probabilities: 0 to 1, by approach.
        model_ids: the models that said so.
        approach_title: how people read an approach of a team's own; "" for ours.
        approach_roles: for a team's own approaches the one of ours that each counts as.
        language: two-letter code of the language that the models read, where that is another than English.
        reason: what is given as the reason to call back; None where no model read it.
    """

    parts: tuple[Part, ...]
    order: tuple[str, ...]
    approach: str
    approach_probabilities: Mapping[str, float] = field(default_factory=dict)
    model_ids: tuple[str, ...] = ()
    approach_title: str = ""
    approach_roles: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    reason: ReasonHeard | None = None
    _derived: ClassVar[tuple[str, ...]] = ("missing",)
    _if_set: ClassVar[tuple[str, ...]] = ("approach_title", "approach_roles", "language", "reason")

    @property
    def missing(self) -> tuple[str, ...]:
        """The essential parts that were not found, also not as a part of a team's own that counts as one."""
        found = {*self.order, *(part.plays for part in self.parts)}
        return tuple(label for label in ESSENTIAL_PARTS if label not in found)

    @property
    def counts_as(self) -> str:
        """The approach of ours that the message counts as: the role of one of a team's own, else the approach."""
        return self.approach_roles.get(self.approach, self.approach)

    @property
    def chances(self) -> Mapping[str, float]:
        """Probabilities by what each approach counts as; the same as ``approach_probabilities`` without own ones."""
        if not self.approach_roles:
            return self.approach_probabilities
        found: dict[str, float] = {}
        for name, chance in self.approach_probabilities.items():
            counted = self.approach_roles.get(name, name)
            found[counted] = found.get(counted, 0.0) + chance
        return found


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
