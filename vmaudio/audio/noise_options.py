"""The thresholds that tell the voice and its noise from what else is in a file, each with its unit and source."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold


@dataclass(frozen=True, slots=True)
class VoiceOptions:
    """Which of the speech is the voice whose level is measured, and which of the rests are its noise."""

    above_db: float = threshold(
        6.0,
        "A span of speech so much louder than the median is not the voice: a slammed receiver, music ...",
        unit="dB",
        source="no span of the samples' voices lies further above",
        tuned_on="samples/",
    )
    below_db: float = threshold(
        14.0,
        "... nor is one so much fainter: another voice far away.",
        unit="dB",
        source="no span of the samples' voices lies further below",
        tuned_on="samples/",
    )
    quiet_quantile: float = threshold(
        0.05,
        "The quietest frames between the words, by which those before and after are held to be of the same line.",
        unit="quantile",
        source="our default",
    )
    gap_quantile: float = threshold(
        0.35,
        "The quieter frames of noise: this quantile of their power ...",
        unit="quantile",
        source="our default",
    )
    gap_db: float = threshold(
        8.0,
        "... and what is so much louder is no noise under the voice, but the end of a word, a breath or a rustle.",
        unit="dB",
        source="our default; street noise swells by as much",
        tuned_on="samples/ with music, voices and noise added",
    )
    silent_share: float = threshold(
        0.5,
        "Digital silence in less than this share of the rests was added and is left out.",
        unit="share",
        source="our default",
    )
