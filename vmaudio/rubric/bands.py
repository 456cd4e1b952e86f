"""Bands: strong, fair or weak, by the points and by the few checks that no points can make up for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vmaudio.records import Check


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands of a rubric.

    Attributes:
        strong: least points (0 to 100) of a strong message.
        fair: least points of a fair one.
        weak_without: ids of checks; a message that fails one of them is weak, whatever its points.
        strong_needs: ids of checks; a message that does not pass all of them is fair at most, whatever its points. One that
            could not be judged is held against nobody.
        strong_heard: ids of checks that must have been heard to pass: where they could not be judged, a message is fair at
            most. Praise needs a reason; a word of blame would need one too, and so it is never weak for that.
    """

    strong: float
    fair: float
    weak_without: tuple[str, ...] = ()
    strong_needs: tuple[str, ...] = ()
    strong_heard: tuple[str, ...] = ()

    def band(self, points: float | None, checks: Iterable[Check] = ()) -> str:
        """The band of a message.

        Args:
            points: 0 to 100, or None.
            checks: of the message.

        Returns:
            "strong", "fair" or "weak"; "unscored" without points.
        """
        return self._ruled(points, checks)[0]

    def why(self, points: float | None, checks: Iterable[Check] = ()) -> str:
        """Why a message is in a lower band than its points alone would give.

        Args:
            points: 0 to 100, or None.
            checks: of the message.

        Returns:
            A clause to follow the band, such as "no reason was heard; the points alone would be fair"; empty where the
            points decide.
        """
        _, check = self._ruled(points, checks)
        return f"{check.evidence}; the points alone would be {self._by_points(points)}" if check else ""

    def unheard(self, checks: Iterable[Check]) -> Check | None:
        """What is missing first, though nobody is blamed for it: of what praise needs, that of which nothing was heard.

        Args:
            checks: of the message.

        Returns:
            The first check of ``strong_heard`` that neither passed nor failed, with no place in the message that may be it;
            None where all were heard, and where a check was missed that makes the message weak anyway.
        """
        by_id = {check.id: check for check in checks}
        if any(by_id[name].verdict == "fail" for name in self.weak_without if name in by_id):
            return None
        lacking = (by_id[name] for name in self.strong_heard if name in by_id)
        return next((one for one in lacking if one.verdict not in ("pass", "fail") and one.start_s is None), None)

    def urgency(self, check_id: str, weight: float) -> tuple[bool, float]:
        """By what missed checks are sorted: those first that make a message weak, then the heavier ones.

        Args:
            check_id: of a missed check.
            weight: of it.
        """
        return check_id not in self.weak_without, -weight

    def _by_points(self, points: float | None) -> str:
        if points is None:
            return "unscored"
        return "strong" if points >= self.strong else "fair" if points >= self.fair else "weak"

    def _ruled(self, points: float | None, checks: Iterable[Check]) -> tuple[str, Check | None]:
        """The band, and the check that lowers it below the points' own."""
        own, by_id = self._by_points(points), {check.id: check for check in checks}
        if own == "unscored":
            return own, None
        missed = next((by_id[name] for name in self.weak_without if name in by_id and by_id[name].verdict == "fail"), None)
        if missed is not None:
            return "weak", missed if own != "weak" else None
        lacking = [by_id[name] for name in (*self.strong_heard, *self.strong_needs) if name in by_id]
        lacking = [check for check in lacking if check.verdict != "pass"]
        lacks = next((check for check in lacking if not check.not_judged or check.id in self.strong_heard), None)
        if own == "strong" and lacks is not None:
            return "fair", lacks
        return own, None
