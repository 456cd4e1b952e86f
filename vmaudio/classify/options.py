"""The thresholds of labelling parts, approach and delivery, each with its unit, source and the data it was tuned on."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold


@dataclass(frozen=True, slots=True)
class StructureOptions:
    """Thresholds of parts and approach that are not in the models' own folders."""

    fewest_words: int = threshold(
        4,
        "With fewer words the approach of a message is unclear, whatever the model says.",
        unit="words",
        source="our default",
    )
    may_be: float = threshold(
        0.05, "Labels of a part that are less probable than this are not kept.", unit="probability", source="our default"
    )


@dataclass(frozen=True, slots=True)
class DeliveryOptions:
    """Thresholds of how a message sounds; those of the one-word label are ours and are no measured optimum."""

    fewest_speech_s: float = threshold(
        1.0,
        "With less speech the label is unclear; the axes stay numbers.",
        unit="s",
        source="our default",
    )
    near_median_st: float = threshold(
        14.0,
        "Frames whose pitch is further from the median are octave errors, and would decide every spread.",
        unit="st",
        source="our default: an octave and a tone",
    )
    fewest_frames: int = threshold(
        8, "With fewer voiced frames spread and drift are not measured.", unit="frames of 50 ms", source="our default"
    )
    rushed_urgent: float = threshold(0.6, "Rushed: at least this urgent.", unit="probability", source="our default")
    rushed_pace_syl_s: float = threshold(
        5.2,
        "Rushed: at least this articulation rate.",
        unit="syllables/s",
        source="the upper end of everyday voicemails",
    )
    pushy_urgent: float = threshold(0.7, "Pushy: at least this urgent.", unit="probability", source="our default")
    pushy_friendly: float = threshold(0.5, "Pushy: less friendly than this.", unit="probability", source="our default")
    hesitant_confident: float = threshold(0.35, "Hesitant: at most this confident.", unit="probability", source="our default")
    warm_friendly: float = threshold(0.6, "Warm: at least this friendly.", unit="probability", source="our default")
    warm_lively: float = threshold(0.4, "Warm: at least this lively.", unit="probability", source="our default")
    flat_lively: float = threshold(0.3, "Flat: at most this lively.", unit="probability", source="our default")
    flat_friendly: float = threshold(0.5, "Flat: less friendly than this.", unit="probability", source="our default")
    businesslike_formal: float = threshold(0.6, "Businesslike: at least this formal.", unit="probability", source="our default")
    businesslike_confident: float = threshold(
        0.5, "Businesslike: at least this confident.", unit="probability", source="our default"
    )
    neutral_low: float = threshold(0.3, "Neutral: every axis at least this.", unit="probability", source="our default")
    neutral_high: float = threshold(0.7, "Neutral: every axis at most this.", unit="probability", source="our default")


STRUCTURE_OPTIONS = StructureOptions()
"""The defaults for parts and approach."""

DELIVERY_OPTIONS = DeliveryOptions()
"""The defaults for delivery."""
