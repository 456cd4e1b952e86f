"""The thresholds of the pitch tracker, each with its unit, source and the data it was tuned on."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold

_PRAAT = "as in Praat (Boersma 1993)"
_LARYNGOGRAPH = "sentences with odd numbers of fda_ue, which have a laryngograph track"


@dataclass(frozen=True, slots=True)
class PitchOptions:
    """The pitch tracker: which periods it looks for, when a frame is voiced, and what a jump costs.

    Costs are in units of the autocorrelation's strength, which is 0 to 1.
    """

    lowest_hz: float = threshold(
        60.0, "Lowest pitch of the first pass, which finds the speaker's median.", unit="Hz", source="our default"
    )
    highest_hz: float = threshold(500.0, "Highest pitch of the first pass.", unit="Hz", source="our default")
    sure_strength: float = threshold(
        0.6,
        "A frame counts for the speaker's median when its strength is above this ...",
        unit="strength, 0 to 1",
        source="our default",
        tuned_on=_LARYNGOGRAPH,
    )
    sure_least: float = threshold(
        0.03,
        "... and its amplitude above this share of the loud frames', or half way in dB from the quiet frames to the loud ...",
        unit="share of amplitude",
        source="our default",
    )
    sure_most: float = threshold(
        0.3,
        "... but more than this share of the loud frames' amplitude is not asked for.",
        unit="share of amplitude",
        source="our default",
    )
    sure_frames: int = threshold(
        2, "With fewer such frames nothing is voiced.", unit="frames, 30 ms apart", source="our default"
    )
    below: float = threshold(
        0.5,
        "The second pass searches from this share of the speaker's median ...",
        unit="factor",
        source="after De Looze & Hirst 2008",
        tuned_on=_LARYNGOGRAPH,
    )
    above: float = threshold(
        2.2,
        "... to this many times the median ...",
        unit="factor",
        source="after De Looze & Hirst 2008",
        tuned_on=_LARYNGOGRAPH,
    )
    floor_hz: float = threshold(50.0, "... but never below this ...", unit="Hz", source="our default")
    ceiling_hz: float = threshold(600.0, "... nor above this.", unit="Hz", source="our default: the ceiling of Praat")
    candidates: int = threshold(
        7, "Peaks of the autocorrelation that a frame brings to the search.", unit="candidates", source="our default"
    )
    least_peak: float = threshold(0.2, "A lower peak is no candidate.", unit="strength, 0 to 1", source="our default")
    octave_cost: float = threshold(
        0.01, "A candidate costs this for each octave below the highest pitch.", unit="strength per octave", source=_PRAAT
    )
    jump_cost: float = threshold(
        0.35, "A jump from one frame to the next costs this.", unit="strength per octave", source=_PRAAT
    )
    voicing_cost: float = threshold(
        0.2,
        "A change between voiced and unvoiced costs this.",
        unit="strength",
        source="0.14 in Praat (Boersma 1993)",
        tuned_on=_LARYNGOGRAPH,
    )
    pull_below: float = threshold(
        0.1,
        "A candidate one octave below the speaker's median costs this; half the pitch is the commoner error.",
        unit="strength per squared octave",
        source="our default",
        tuned_on=_LARYNGOGRAPH,
    )
    pull_above: float = threshold(
        0.03,
        "A candidate one octave above the speaker's median costs this.",
        unit="strength per squared octave",
        source="our default",
        tuned_on="all sentences of fda_ue: the even ones, which the benchmarks report, were looked at once",
    )
    voiced_from: float = threshold(
        0.46,
        "A loud frame is voiced from this strength on.",
        unit="strength, 0 to 1",
        source="0.45 in Praat (Boersma 1993)",
        tuned_on=_LARYNGOGRAPH,
    )
    weak_below: float = threshold(
        0.2,
        "Under this share of the loud frames' amplitude a frame needs more strength to be voiced ...",
        unit="share of amplitude",
        source="our default",
        tuned_on=_LARYNGOGRAPH,
    )
    weak_cost: float = threshold(
        0.08,
        "... this much more for each halving of the amplitude ...",
        unit="strength per halving",
        source="our default",
        tuned_on=_LARYNGOGRAPH,
    )
    silent_below: float = threshold(
        0.003,
        "... and under this share nothing is voiced.",
        unit="share of amplitude",
        source="our default: Praat's steep limit at 0.03 loses weak telephone frames",
        tuned_on=_LARYNGOGRAPH,
    )
    level_from_hz: float = threshold(
        150.0,
        "Amplitude counts from here up: rumble and the room's ringing are no voice.",
        unit="Hz",
        source="our default",
    )
    wide_to_hz: float = threshold(
        3800.0,
        "Upper edge of the compressed spectrum that one half of the autocorrelation is made of.",
        unit="Hz",
        source="our default: a little above the telephone's upper end",
    )
    low_to_hz: float = threshold(
        1000.0,
        "Upper edge of the plain spectrum that the other half is made of.",
        unit="Hz",
        source="our default",
    )
    hum_from_ratio: float = threshold(
        0.6,
        "A spectral line holds hum where what 9 frames of 10 exceed is at least this share of what 7 of 10 exceed.",
        unit="ratio of powers",
        source="our default: in hiss the two lie a factor of three apart",
    )
    hum_factor: float = threshold(2.0, "So many times the hum is taken from each frame.", unit="factor", source="our default")
    hum_range: float = threshold(
        0.1,
        "No hum is looked for where the quiet frames have more than this share of the loud ones' power: it may be the sound.",
        unit="ratio of powers",
        source="our default: 10 dB",
    )
    periods: float = threshold(
        4.0,
        "Window of the second pass: so many periods of the speaker's median ...",
        unit="periods",
        source="our default; Praat takes 3 of the lowest pitch",
        tuned_on=_LARYNGOGRAPH,
    )
    shortest_window_s: float = threshold(0.025, "... but not shorter than this ...", unit="s", source="our default")
    longest_window_s: float = threshold(0.045, "... nor longer than this.", unit="s", source="our default")
    edge_st: float = threshold(
        3.0,
        "The first or last frame of a voiced stretch is left out when it lies this far from the next.",
        unit="st",
        source="no voice moves so far in 10 ms",
    )
    hnr_low_hz: float = threshold(
        300.0, "Lower edge of the band of the harmonics-to-noise ratio.", unit="Hz", source="the telephone band"
    )
    hnr_high_hz: float = threshold(
        3400.0, "Upper edge of the band of the harmonics-to-noise ratio.", unit="Hz", source="the telephone band"
    )
    hnr_periods: float = threshold(
        6.0,
        "Window of the harmonics-to-noise ratio: so many periods; with fewer, noise between the harmonics passes for them ...",
        unit="periods",
        source="our default",
    )
    hnr_shortest_window_s: float = threshold(0.030, "... but not shorter than this ...", unit="s", source="our default")
    hnr_longest_window_s: float = threshold(0.060, "... nor longer than this.", unit="s", source="our default")


PITCH_OPTIONS = PitchOptions()
