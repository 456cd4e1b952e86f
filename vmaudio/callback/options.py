"""The thresholds of the callback model at work and of its drift check, each with its unit and source."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold


@dataclass(frozen=True, slots=True)
class CallbackOptions:
    """Thresholds of what a prediction names."""

    most_reasons: int = threshold(
        8, "So many features are named; the rest is one term, so that all terms add up.", unit="features", source="our default"
    )
    least_reason: float = threshold(0.005, "Smaller contributions are not named.", unit="log-odds", source="our default")
    most_changes: int = threshold(3, "So many changes are named.", unit="changes", source="our default")
    false_discoveries: float = threshold(
        0.05,
        "Share of features that do nothing among those named as worth a change, over all training sets.",
        unit="share, by Benjamini and Hochberg",
        source="a usual rate; with no feature that does anything, one training set in twenty names any",
    )
    sure: float = threshold(
        1.96,
        "A change is named when its rise is so many standard deviations above none.",
        unit="standard deviations",
        source="95 % of a normal distribution",
    )
    least_change: float = threshold(0.02, "Smallest rise that is worth naming.", unit="log-odds", source="our default")


@dataclass(frozen=True, slots=True)
class DriftOptions:
    """When new messages count as unlike those that a model learned from."""

    large: float = threshold(
        0.25,
        "From here on a feature counts as drifted.",
        unit="population stability index",
        source="a usual rule: under .1 none, over .25 large",
    )
    chance: float = threshold(
        0.01,
        "And chance alone would do it less often than this, over all features together.",
        unit="p, by Holm",
        source="our default",
    )
    fewest: int = threshold(50, "Fewest new messages for a check.", unit="messages", source="our default")
    fewest_reps: int = threshold(
        6,
        "Fewest reps for comparing callbacks with those expected: the model speaks of an average rep, and a few reps are none.",
        unit="reps",
        source="our default",
    )


CALLBACK_OPTIONS = CallbackOptions()
"""The defaults for predictions."""

DRIFT_OPTIONS = DriftOptions()
"""The defaults for the drift check. A report is made and read with these, so they are not an argument."""
