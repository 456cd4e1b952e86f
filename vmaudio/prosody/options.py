"""The thresholds of prosody, each with its unit, source and the data it was tuned on.

Frames are 10 ms apart. Edges of bands, window lengths and percentiles that define a measure are constants beside the code.
"""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.prosody.pitch_options import PITCH_OPTIONS, PitchOptions
from vmaudio.records import threshold

_JOINS = "real clean sentences joined with known silences, other joins than those of the benchmarks"
_ENDS = "the tuning half of the ends of known movement (benchmarks/rows/final_pitch.py)"
_COUNTED = "the tuning half of the recordings with counted syllables (benchmarks/rows/pace.py)"


@dataclass(frozen=True, slots=True)
class LevelOptions:
    """Clipping: when samples near the extreme were cut off. Levels, bands and tilt have definitions, not thresholds."""

    quietest_rail: float = threshold(
        1e-3, "A recording that never comes up to this is not clipped.", unit="share of full scale", source="our default"
    )
    rail_share: float = threshold(
        0.9985, "Samples from this share of the extreme on lie at the rail.", unit="share of the extreme", source="our default"
    )
    under_share: float = threshold(
        0.92,
        "The range below the rail, which they are compared with, begins here.",
        unit="share of the extreme",
        source="our default",
    )
    rail_samples: int = threshold(8, "Fewer samples at the rail are not clipping.", unit="samples", source="our default")
    rail_ratio: float = threshold(
        0.6,
        "Nor are fewer than this share of those in the range below.",
        unit="ratio of samples",
        source="our default",
    )
    crowd_ratio: float = threshold(
        1.8,
        "A strip near the extreme is a crowd when it is this many times as dense as what lies 8 to 16 % below.",
        unit="ratio of densities",
        source="unclipped recordings stay under 1.4, speech with 1 % clipped reaches 2",
        tuned_on="telephone and studio recordings through eleven codecs",
    )
    crowd_samples: int = threshold(24, "A strip with fewer samples is no crowd.", unit="samples", source="our default")
    crowd_below: int = threshold(
        6, "The range below counts as having at least so many samples.", unit="samples", source="our default"
    )
    tone_share: float = threshold(
        0.1, "With more than this share of all samples a crowd is a tone's.", unit="share of samples", source="our default"
    )
    flat_share: float = threshold(
        0.3,
        "With fewer samples at the rail than this share of the crowd the crowd is counted, else the rail.",
        unit="ratio of samples",
        source="our default",
    )


@dataclass(frozen=True, slots=True)
class PauseOptions:
    """Phonation and pauses: how much over the noise a frame must lie, and what belongs to a stretch of speech."""

    min_pause_s: float = threshold(
        0.25,
        "Shortest silence that counts as a pause; shorter ones are mostly closures of stops.",
        unit="s",
        source="de Jong & Bosker 2013",
    )
    margin_s: float = threshold(
        0.3, "Speech reaches at most this far beyond the detected activity.", unit="s", source="our default"
    )
    floor_db: float = threshold(
        -50.0, "Noise is not believed to be lower than this under the loud frames.", unit="dB", source="our default"
    )
    sound_db: float = threshold(
        -42.0,
        "Nothing lower than this under the loud frames is speech: the smear of the 20 ms window, the room's ringing.",
        unit="dB",
        source="our default",
        tuned_on=_JOINS,
    )
    seed_db: float = threshold(
        -25.0,
        "A stretch of speech comes up to this under the loud frames somewhere, or it is a breath or a click.",
        unit="dB",
        source="our default",
        tuned_on=_JOINS,
    )
    evidence: float = threshold(
        10.0,
        "Log likelihood ratio from which on a frame holds more than noise.",
        unit="nats",
        source="Sohn, Kim & Sung 1999; noise alone stays under it in more than 99 of 100 frames",
        tuned_on=_JOINS,
    )
    less_evidence: float = threshold(
        0.7,
        "Share of it that is enough beside a stretch of speech: its edges are weaker than its middle ...",
        unit="share",
        source="our default",
        tuned_on=_JOINS,
    )
    growth: int = threshold(
        3, "... so many frames at most on either side.", unit="frames of 10 ms", source="our default", tuned_on=_JOINS
    )
    over_quiet: float = threshold(
        1.3,
        "The evidence must also be this many times what the quiet frames themselves reach.",
        unit="factor",
        source="our default",
        tuned_on=_JOINS,
    )
    quiet_evidence: float = threshold(
        6.0,
        "Frames are quiet where the evidence around them stays under this many times the evidence asked for.",
        unit="factor",
        source="our default",
    )
    noise_rise: float = threshold(
        3.0,
        "The noise of a band is not believed to be more than this many times its first estimate.",
        unit="ratio of powers",
        source="our default",
    )
    least_frames: int = threshold(
        20, "With fewer frames of noise the first estimate stays.", unit="frames of 10 ms", source="our default"
    )
    moving_noise: float = threshold(
        2.0,
        "The noise moves (voices in the background) when the evidence far from anything loud has a median over this many times "
        "the evidence asked for.",
        unit="factor",
        source="our default",
    )
    moving_range_db: float = threshold(
        30.0,
        "Far from anything loud is where the level stays half way to the noise under the loud frames, or this far at most.",
        unit="dB",
        source="our default",
    )
    moving_over: float = threshold(
        1.2,
        "Speech over a noise that moves needs this many times the evidence that the noise itself reaches.",
        unit="factor",
        source="our default",
    )
    least_stretch: int = threshold(
        4, "Shorter stretches are no speech.", unit="frames of 10 ms", source="our default", tuned_on=_JOINS
    )
    near_s: float = threshold(
        0.1,
        "A faint sound this near to another belongs to it.",
        unit="s",
        source="a stop is silent for about as long before its release",
    )
    faded_db: float = threshold(
        -33.0,
        "A voice that noise buries has ended where it would have faded to this under the loud frames ...",
        unit="dB",
        source="our default",
        tuned_on="joined sentences in white and pink noise at 20 dB",
    )
    fade_db_s: float = threshold(
        400.0,
        "... at this pace or its own steeper one ...",
        unit="dB/s",
        source="fitted",
        tuned_on="joined sentences in white and pink noise at 20 dB",
    )
    fade_max_s: float = threshold(0.05, "... but at most this much later.", unit="s", source="our default")


@dataclass(frozen=True, slots=True)
class SyllableOptions:
    """Syllable nuclei: how high a peak of the envelope must be, how deep the dips beside it, and how much is smoothed."""

    compression: float = threshold(
        0.2,
        "Exponent on the energies that make the envelope: a quiet vowel beside a loud one still makes a peak.",
        unit="exponent",
        source="our default",
        tuned_on=_COUNTED,
    )
    dip: float = threshold(
        0.05,
        "Least depth of the dips beside a peak, as a share of the envelope's range ...",
        unit="share",
        source="after de Jong & Wempe 2009, who ask for 2 dB",
        tuned_on=_COUNTED,
    )
    dip_of_peak: float = threshold(
        0.04, "... and as a share of the peak's own height.", unit="share", source="our default", tuned_on=_COUNTED
    )
    least_height: float = threshold(
        0.15,
        "Least height of a peak over the quiet frames, as a share of the envelope's range.",
        unit="share",
        source="our default",
        tuned_on=_COUNTED,
    )
    least_strength: float = threshold(
        0.05,
        "A frame weighs at least what one of this autocorrelation strength weighs.",
        unit="strength, 0 to 1",
        source="our default",
    )
    syllable_share: float = threshold(
        0.06,
        "Width (sigma) of the smoothing as a share of the speaker's mean syllable.",
        unit="share",
        source="our default",
        tuned_on=_COUNTED,
    )
    narrowest: float = threshold(
        1.2, "Least width of the smoothing.", unit="frames of 10 ms", source="our default", tuned_on=_COUNTED
    )
    widest: float = threshold(
        6.0, "Greatest width of the smoothing.", unit="frames of 10 ms", source="our default", tuned_on=_COUNTED
    )


@dataclass(frozen=True, slots=True)
class EndOptions:
    """Ends of phrases: how much of them is looked at, and which cannot be measured."""

    window_s: float = threshold(
        0.5, "The movement is measured over so much before the last voiced frame.", unit="s", source="our default"
    )
    least_voiced_s: float = threshold(
        0.15, "An end with less voiced speech in it is not measured.", unit="s", source="our default", tuned_on=_ENDS
    )
    stray_st: float = threshold(
        7.0,
        "Frames so far from the median of the end are octave errors or creak and are left out.",
        unit="semitones",
        source="our default",
    )
    over_noise_db: float = threshold(
        17.0,
        "Where the loud frames of a phrase lie less than this over the noise, its end is not measured: the voice fades, and "
        "the noise hides what the pitch does last.",
        unit="dB",
        source="our default",
        tuned_on=_ENDS,
    )
    voiceless_s: float = threshold(
        0.35,
        "An end after which sound without pitch goes on for longer is not measured: its pitch may have moved on unheard.",
        unit="s",
        source="our default",
        tuned_on=_ENDS,
    )
    most_error_st: float = threshold(
        1.0, "An end with a greater error is not measured.", unit="semitones", source="our default", tuned_on=_ENDS
    )
    least_error_st: float = threshold(
        0.5,
        "Standard error of an end whose frames lie on a line.",
        unit="semitones",
        source="counted",
        tuned_on=_ENDS,
    )
    frames_alike: float = threshold(
        3.0,
        "So many neighbouring frames err alike, as their windows overlap.",
        unit="frames of 10 ms",
        source="a window of 30 to 40 ms",
    )


@dataclass(frozen=True, slots=True)
class ProsodyOptions:
    """All thresholds of `measure_prosody`."""

    pitch: PitchOptions = PITCH_OPTIONS
    level: LevelOptions = LevelOptions()
    pauses: PauseOptions = PauseOptions()
    syllables: SyllableOptions = SyllableOptions()
    ends: EndOptions = EndOptions()
    rumble_hz: float = threshold(
        50.0,
        "Sound below is taken away before pitch and bands are measured: wind, handling and traffic.",
        unit="Hz",
        source="our default: below every voice",
    )
    around_s: float = threshold(
        1.0,
        "The measures look at so much of the file before the first speech and after the last, for its noise.",
        unit="s",
        source="our default",
    )


LEVEL_OPTIONS = LevelOptions()
PROSODY_OPTIONS = ProsodyOptions()
