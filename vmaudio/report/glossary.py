"""What checks and features are called, for people: taken from the rubric and the feature catalogue by whoever calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

from vmaudio.records import APPROACH_CLASSES, PART_CLASSES, Check, Part, Score, Structure
from vmaudio.store import FeatureName


class CriterionLike(Protocol):
    """A criterion of a rubric."""

    @property
    def id(self) -> str:
        """Id of its check."""

    @property
    def title(self) -> str:
        """What it asks, for a heading."""

    @property
    def weight(self) -> float:
        """Its weight; 0 or more."""

    @property
    def tip(self) -> str:
        """What to do differently."""

    @property
    def source(self) -> str:
        """Where it comes from."""

    @property
    def disputed(self) -> bool:
        """Whether the sources contradict each other."""


class BandsLike(Protocol):
    """What makes a message strong, fair or weak."""

    def band(self, points: float | None, checks: Iterable[Check] = ()) -> str:
        """The band of a message.

        Args:
            points: 0 to 100, or None.
            checks: of the message.
        """

    def why(self, points: float | None, checks: Iterable[Check] = ()) -> str:
        """Why a message is in a lower band than its points alone would give.

        Args:
            points: 0 to 100, or None.
            checks: of the message.

        Returns:
            A clause; empty where the points decide.
        """

    def unheard(self, checks: Iterable[Check]) -> Check | None:
        """Of what praise needs, the check of which nothing was heard; None where all were.

        Args:
            checks: of the message.
        """

    def urgency(self, check_id: str, weight: float) -> tuple[bool, float]:
        """By what missed checks are sorted: those first that make a message weak, then the heavier ones.

        Args:
            check_id: of a missed check.
            weight: of it.
        """


class RubricLike(Protocol):
    """A rubric."""

    @property
    def rubric_id(self) -> str:
        """Id of the rubric: its name, and a hash of its text."""

    @property
    def criteria(self) -> Iterable[CriterionLike]:
        """Its criteria, in the order of the rubric."""

    @property
    def strong(self) -> float:
        """Fewest points of the band "strong", 0 to 100."""

    @property
    def fair(self) -> float:
        """Fewest points of the band "fair", 0 to 100."""

    @property
    def bands(self) -> BandsLike:
        """Its bands, with the checks that no points can make up for."""


class FeatureLike(FeatureName, Protocol):
    """A line of the feature catalogue: what a feature is called, and its name."""

    @property
    def name(self) -> str:
        """Name of the feature."""


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

    ``strong`` and ``fair`` are the least points of those bands, and ``bands`` has the rest of their rules; None when they are
    not known.
    """

    checks: Mapping[str, CheckText] = field(default_factory=dict)
    features: Mapping[str, FeatureText] = field(default_factory=dict)
    rubric_id: str = ""
    strong: float | None = None
    fair: float | None = None
    bands: BandsLike | None = None

    @classmethod
    def of(cls, rubric: RubricLike | None = None, features: Iterable[FeatureLike] = ()) -> Self:
        """Collect the texts of a rubric and of the feature catalogue.

        Args:
            rubric: a `vmaudio.rubric.Rubric`; None has no checks.
            features: values of `vmaudio.features.CATALOGUE`.

        Returns:
            The glossary.
        """
        criteria = rubric.criteria if rubric else ()
        return cls(
            checks={c.id: CheckText(c.id, c.title, c.weight, c.tip, c.source, c.disputed) for c in criteria},
            features={f.name: FeatureText(f.name, f.unit, f.meaning, f.source, f.is_number) for f in features},
            rubric_id=rubric.rubric_id if rubric else "",
            strong=rubric.strong if rubric else None,
            fair=rubric.fair if rubric else None,
            bands=rubric.bands if rubric else None,
        )

    def why_band(self, score: Score | None) -> str:
        """Why a message is in a lower band than its points alone would give.

        Args:
            score: of the message; one by another rubric is explained by this one where both give it the same band.

        Returns:
            A clause such as "no reason was heard; the points alone would be fair"; empty where the points decide.
        """
        if score is None or self.bands is None or not self._explains(self.bands, score):
            return ""
        return self.bands.why(score.points, score.checks)

    def _explains(self, bands: BandsLike, score: Score) -> bool:
        return score.rubric_id == self.rubric_id or bands.band(score.points, score.checks) == score.band

    def unheard(self, score: Score | None) -> Check | None:
        """What a message lacks before anything else, though it is not missed: a reason in a bare call.

        Args:
            score: of the message, with points; one by another rubric as in `why_band`.

        Returns:
            The check; None where nothing is lacking so.
        """
        if score is None or score.points is None or self.bands is None or not self._explains(self.bands, score):
            return None
        return self.bands.unheard(score.checks)

    def urgency(self, check_id: str, weight: float) -> tuple[bool, float]:
        """By what missed checks are sorted: those first that make a message weak, then the heavier ones.

        Args:
            check_id: of a missed check.
            weight: of it.
        """
        return self.bands.urgency(check_id, weight) if self.bands is not None else (False, -weight)

    def check(self, check_id: str) -> CheckText:
        """The texts of a check.

        Args:
            check_id: id of the check.

        Returns:
            Its texts; for a check that this rubric does not have (an older rubric's), the id in plain words.
        """
        return self.checks.get(check_id) or CheckText(check_id, check_id.replace("_", " ").capitalize())

    def title(self, check_id: str) -> str:
        """What the check asks, for a heading.

        Args:
            check_id: id of the check.

        Returns:
            The title; the id in plain words where the rubric does not have the check.
        """
        return self.check(check_id).title


APPROACH_NAMES: Mapping[str, str] = {**{one.name: one.title for one in APPROACH_CLASSES}, "unclear": "not sure"}
"""Approaches as they are written for people."""

PART_NAMES: Mapping[str, str] = {one.name: one.title for one in PART_CLASSES}
"""Parts as they are written for people."""


def approach_name(label: str, titles: Mapping[str, str] | None = None) -> str:
    """An approach as it is written for people.

    Args:
        label: an approach, "mutual_connection".
        titles: of approaches of a team's own.

    Returns:
        Words; unknown labels have spaces for underscores.
    """
    return APPROACH_NAMES.get(label) or (titles or {}).get(label) or label.replace("_", " ")


def part_name(label: str, titles: Mapping[str, str] | None = None) -> str:
    """A part as it is written for people.

    Args:
        label: a part, "call_to_action".
        titles: of parts of a team's own.

    Returns:
        Words; unknown labels have spaces for underscores.
    """
    return PART_NAMES.get(label) or (titles or {}).get(label) or label.replace("_", " ")


def approach_words(structure: Structure) -> str:
    """A message's approach as it is written for people.

    Args:
        structure: of the message, which has the title of one of a team's own.
    """
    return structure.approach_title or approach_name(structure.approach)


def part_words(part: Part) -> str:
    """A part of a message as it is written for people.

    Args:
        part: the part, which has its title where it is one of a team's own.
    """
    return part.title or part_name(part.label)
