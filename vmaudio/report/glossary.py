"""What checks and features are called, for people: taken from the rubric and the feature catalogue by whoever calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self


class CriterionLike(Protocol):
    """A criterion of a rubric."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def weight(self) -> float: ...
    @property
    def tip(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def disputed(self) -> bool: ...


class RubricLike(Protocol):
    """A rubric."""

    @property
    def rubric_id(self) -> str: ...
    @property
    def criteria(self) -> Iterable[CriterionLike]: ...
    @property
    def strong(self) -> float: ...
    @property
    def fair(self) -> float: ...


class FeatureLike(Protocol):
    """A line of the feature catalogue."""

    @property
    def name(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def meaning(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def is_number(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class CheckText:
    """What a check is called and where it comes from."""

    id: str
    title: str
    weight: float = 0.0
    tip: str = ""
    source: str = ""
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class FeatureText:
    """What a feature is called, its unit and where it comes from."""

    name: str
    unit: str
    meaning: str
    source: str
    is_number: bool = True


@dataclass(frozen=True, slots=True)
class Glossary:
    """Titles of checks and meanings of features. An empty one falls back on the ids.

    ``strong`` and ``fair`` are the least points of those bands, or None when they are not known.
    """

    checks: Mapping[str, CheckText] = field(default_factory=dict)
    features: Mapping[str, FeatureText] = field(default_factory=dict)
    rubric_id: str = ""
    strong: float | None = None
    fair: float | None = None

    @classmethod
    def of(cls, rubric: RubricLike | None = None, features: Iterable[FeatureLike] = ()) -> Self:
        """Collect from a `vmaudio.rubric.Rubric` and from the values of `vmaudio.features.CATALOGUE`."""
        criteria = rubric.criteria if rubric else ()
        return cls(
            checks={c.id: CheckText(c.id, c.title, c.weight, c.tip, c.source, c.disputed) for c in criteria},
            features={f.name: FeatureText(f.name, f.unit, f.meaning, f.source, f.is_number) for f in features},
            rubric_id=rubric.rubric_id if rubric else "",
            strong=rubric.strong if rubric else None,
            fair=rubric.fair if rubric else None,
        )

    def check(self, check_id: str) -> CheckText:
        """The check's text; its id read out when the rubric does not know it (an older rubric's check)."""
        return self.checks.get(check_id) or CheckText(check_id, check_id.replace("_", " ").capitalize())

    def title(self, check_id: str) -> str:
        """What the check asks, for a heading."""
        return self.check(check_id).title


APPROACH_NAMES: Mapping[str, str] = {
    "robocall": "recorded call", "inquiry": "inquiry", "referral": "referral", "follow_up": "follow-up", "offer": "offer",
    "curiosity": "curiosity", "relevance_first": "relevance first", "identity_first": "identity first", "pitch": "pitch",
    "other": "other", "unclear": "not sure",
}  # fmt: skip
"""Approaches as they are written for people."""

PART_NAMES: Mapping[str, str] = {"number_repeat": "number again", "next_step": "next step", "opt_out": "opt out"}
"""Parts whose label does not read as a word."""


def approach_name(label: str) -> str:
    """An approach as it is written for people; unknown labels with spaces for underscores."""
    return APPROACH_NAMES.get(label, label.replace("_", " "))


def part_name(label: str) -> str:
    """A part as it is written for people."""
    return PART_NAMES.get(label, label.replace("_", " "))
