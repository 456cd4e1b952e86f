"""What became of a plan: missing messages by arm, the ratio of its arms, and what was really used beside what was assigned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from vmaudio.experiments.sample_ratio import SampleRatio


@dataclass(frozen=True, slots=True)
class PlannedArm:
    """What became of one arm of a plan.

    Attributes:
        arm: its name.
        assigned: prospects.
        reached: those with a message, or with a dial where dials decide.
        counted: those whose outcome is known and final.
    """

    arm: str
    assigned: int
    reached: int
    counted: int


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan lets one check.

    Attributes:
        arms: what became of each arm.
        ratio: whether the arms come in the ratio that was assigned; None where nothing is counted yet.
        as_treated: arms and pairs of the comparison of what was really used, as `Comparison.to_dict` has them; None where that
            is not known, or is what was assigned.
    """

    arms: tuple[PlannedArm, ...]
    ratio: SampleRatio | None = None
    as_treated: Mapping[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "arms": [asdict(arm) for arm in self.arms],
            "sample_ratio": self.ratio.to_dict() if self.ratio else None,
            "as_treated": dict(self.as_treated) if self.as_treated else None,
        }
