"""What a new rubric would do to messages that are stored: the same messages scored by both rubrics."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vmaudio.analysis.analyzer import score_in_context
from vmaudio.records import Analysis, RepBaseline
from vmaudio.rubric import Rubric

BANDS = ("strong", "fair", "weak", "unscored")
BAR_POINTS = 10
"""Width of a bar of the histograms, in points."""


@dataclass(frozen=True, slots=True)
class MovedMessage:
    """A message whose points (0 to 100, None without) or band the new rubric changes; ``analysis`` is as it was."""

    analysis: Analysis
    points_before: float | None
    points_after: float | None
    band_before: str
    band_after: str


@dataclass(frozen=True, slots=True)
class RubricEffect:
    """Two rubrics on the same messages.

    Attributes:
        rubric_id: The new rubric.
        messages: How many messages were scored.
        changed_band: How many of them change their band.
        changed_points: How many change points or band.
        median_before: Median of the points by the old rubric; None when no message has points.
        median_after: The same by the new one.
        bands_before: Messages by band.
        bands_after: The same by the new rubric.
        histogram_before: Messages per 10 points, from 0; a message with 100 points is in the last bar.
        histogram_after: The same by the new rubric.
        moved: The messages that change, the largest change of points first.
    """

    rubric_id: str
    messages: int
    changed_band: int
    changed_points: int
    median_before: float | None
    median_after: float | None
    bands_before: Mapping[str, int]
    bands_after: Mapping[str, int]
    histogram_before: tuple[int, ...]
    histogram_after: tuple[int, ...]
    moved: tuple[MovedMessage, ...]


def compare_rubrics(
    analyses: Sequence[Analysis], old: Rubric, new: Rubric, baselines: Callable[[str], RepBaseline | None]
) -> RubricEffect:
    """Score messages by two rubrics, so that whatever differs comes from the rubric alone. Nothing is saved.

    Args:
        analyses: The messages; their own scores are not used.
        old: The rubric to compare with.
        new: The draft.
        baselines: Gives a rep's own baseline, or None; asked once for each rep.

    Returns:
        What the new rubric changes.
    """
    known: dict[str, RepBaseline | None] = {}

    def baseline(rep: str) -> RepBaseline | None:
        if rep not in known:
            known[rep] = baselines(rep)
        return known[rep]

    before = [score_in_context(a, a.message, old, baseline) for a in analyses]
    after = [score_in_context(a, a.message, new, baseline) for a in analyses]
    moved = []
    for first, second in zip(before, after, strict=True):
        if first.score is None or second.score is None:
            continue
        if (first.score.points, first.score.band) != (second.score.points, second.score.band):
            moved.append(MovedMessage(first, first.score.points, second.score.points, first.score.band, second.score.band))
    moved.sort(key=lambda m: -abs((m.points_after or 0) - (m.points_before or 0)))
    points_before, points_after = _points(before), _points(after)
    return RubricEffect(
        rubric_id=new.rubric_id,
        messages=len(analyses),
        changed_band=sum(m.band_before != m.band_after for m in moved),
        changed_points=len(moved),
        median_before=statistics.median(points_before) if points_before else None,
        median_after=statistics.median(points_after) if points_after else None,
        bands_before=_bands(before),
        bands_after=_bands(after),
        histogram_before=_histogram(points_before),
        histogram_after=_histogram(points_after),
        moved=tuple(moved),
    )


def _points(analyses: Sequence[Analysis]) -> list[float]:
    """Points of the messages that have some."""
    return [a.score.points for a in analyses if a.score and a.score.points is not None]


def _bands(analyses: Sequence[Analysis]) -> dict[str, int]:
    """Messages by band."""
    found = Counter(a.score.band for a in analyses if a.score)
    return {band: found[band] for band in BANDS}


def _histogram(points: Sequence[float]) -> tuple[int, ...]:
    """Messages per bar."""
    counts = [0] * (100 // BAR_POINTS)
    for value in points:
        counts[min(len(counts) - 1, int(value // BAR_POINTS))] += 1
    return tuple(counts)
