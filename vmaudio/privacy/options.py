"""What is left out of texts and sound, and how it is covered."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold


@dataclass(frozen=True, slots=True)
class RedactOptions:
    """Thresholds of redaction; all are on the side of leaving out too much."""

    slack_s: float = threshold(
        0.05, "Words that are no farther than this from the time of a name or number belong to it.", unit="s",
        source="word times are good to about a frame",
    )  # fmt: skip
    run_digits: int = threshold(
        3, 'Runs of this many digits or number words are left out; "two calls" and "at 3" stay.', source="our default"
    )
    written_digits: int = threshold(
        5, "Figures of this many digits are left out of texts that have no times (evidence, manifest).", source="our default"
    )
    part_slack_s: float = threshold(
        0.01, "A word belongs to a part whose times its middle is no farther from than this.", unit="s",
        source="times are rounded to the millisecond",
    )  # fmt: skip
    margin_s: float = threshold(
        0.25, "Covered with sound on both sides of a word.", unit="s",
        source="recognised word times err by about so much: a tenth of the words start 0.27 s off",
        tuned_on="the development recordings",
    )  # fmt: skip
    tone_hz: int = threshold(440, "Pitch of the covering tone.", unit="Hz", source="concert pitch")
    tone_dbfs: float = threshold(-30.0, "Level of the covering tone.", unit="dBFS", source="our default: softer than speech")
    fade_ms: int = threshold(
        10, "Length of the tone's fade at both ends, so that it does not click.", unit="ms", source="our default"
    )


DEFAULT = RedactOptions()
