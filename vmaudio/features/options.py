"""The thresholds of the features that have one."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold


@dataclass(frozen=True, slots=True)
class FeatureOptions:
    """Thresholds of single features; the catalogue names the defaults in their meaning."""

    early_s: float = threshold(
        9.0,
        "By now the listener knows whether to go on: the reason should have been heard.",
        unit="s",
        source="playbook P3",
    )
    deleted_s: float = threshold(
        20.0,
        "Most voicemails are said to be deleted by now.",
        unit="s",
        source="playbook P3: a trainer's figure, without a source",
    )
    pause_s: float = threshold(
        0.25,
        "Silences from here on count as pauses in pause_count.",
        unit="s",
        source="150 to 300 ms are usual in the literature",
    )


FEATURE_OPTIONS = FeatureOptions()
"""The defaults."""
