"""What the team pictures are drawn from: small records of numbers, each with its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """``k`` of ``n``, with an interval from ``low`` to ``high`` (0 to 1). With n = 0 the rate is NaN."""

    name: str
    k: int
    n: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        """``k / n``, 0 to 1; NaN with n = 0."""
        return self.k / self.n if self.n else float("nan")


@dataclass(frozen=True, slots=True)
class Spread:
    """Values of one group, their median ``mid`` and its interval; NaN limits where there are too few for one."""

    name: str
    values: tuple[float, ...]
    low: float
    mid: float
    high: float

    @property
    def n(self) -> int:
        """How many values there are."""
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Bin:
    """A stretch of an axis from ``low`` to ``high``, the middle of what lies in it, and the rate there."""

    low: float
    high: float
    mid: float
    rate: Rate


@dataclass(frozen=True, slots=True)
class Week:
    """One week: ``label`` as it is written under the axis, and the spread of what was measured in it."""

    label: str
    spread: Spread


def percent(share: float) -> str:
    """A share as whole per cent, with one decimal below ten.

    Args:
        share: 0 to 1, or NaN.

    Returns:
        For example "14 %" or "6.2 %"; a dash for NaN.
    """
    if share != share:
        return "–"
    value = 100 * share
    return f"{value:.1f} %" if 0 < value < 9.95 and abs(value - round(value)) > 0.05 else f"{value:.0f} %"
