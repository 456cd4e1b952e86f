"""The feature catalogue: what every number in the flat row of a message means.

The catalogue is the only place where a feature's name, unit, meaning, source and typical range are written; docs, model
cards and data dictionaries are made from it. Times that never came are NaN; 0/1 features are floats.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from vmaudio.features.options import FeatureOptions
from vmaudio.records import PARTS, TONE_AXES

_DEFAULT = FeatureOptions()


@dataclass(frozen=True, slots=True)
class Feature:
    """One line of the catalogue.

    Attributes:
        name: as in the row; it ends in the unit where there is one.
        unit: "s", "Hz", "dB", "0/1", "0 to 1" ...; empty for counts, "word" for words.
        meaning: in a few words.
        source: what it is measured from.
        low: lower end of the range of everyday voicemails, for axes and sanity checks.
        high: upper end of it.
        words: the values of a feature that is a word; empty for numbers.
    """

    name: str
    unit: str
    meaning: str
    source: str
    low: float | None = None
    high: float | None = None
    words: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers (or NaN), not words."""
        return not self.words


_TIME = "word times"
_SIGNAL = "signal (prosody)"
_TEXT = "transcript"
_PART = "part model"

_FEATURES: tuple[Feature, ...] = (
    Feature("duration_s", "s", "length of the recording", "signal", 5, 60),
    Feature("speech_s", "s", "time with speech in it", _SIGNAL, 5, 50),
    Feature("lead_silence_s", "s", "silence before the first speech", _SIGNAL, 0, 3),
    Feature("tail_silence_s", "s", "silence after the last speech", _SIGNAL, 0, 5),
    Feature("speaking_rate_wpm", "words/min", "spoken words, numbers read out, first word to last", _TIME, 110, 220),
    Feature("speech_rate_syl_s", "syllables/s", "syllables of the words from the first word to the last", _TIME, 2.5, 5.5),
    Feature("articulation_rate_syl_s", "syllables/s", "syllable nuclei per second of phonation", _SIGNAL, 3, 6),
    Feature("pause_count", "", f"pauses of {_DEFAULT.pause_s:g} s or more inside the speech", _SIGNAL, 0, 20),
    Feature("pause_longest_s", "s", "longest pause inside the speech", _SIGNAL, 0, 3),
    Feature("pause_share", "0 to 1", "share of the time from first to last speech that is pause", _SIGNAL, 0, 0.4),
    Feature("f0_median_hz", "Hz", "median fundamental frequency", _SIGNAL, 80, 260),
    Feature("f0_range_st", "semitones", "tenth to ninetieth percentile of the fundamental frequency", _SIGNAL, 2, 14),
    Feature("final_fall_st", "semitones", "fall of pitch at the end of phrases; below 0 it rises", _SIGNAL, -4, 8),
    Feature("voiced_share", "0 to 1", "share of the speech that is voiced", _SIGNAL, 0.3, 0.9),
    Feature("level_mean_dbfs", "dBFS", "mean level of the speech", _SIGNAL, -40, -10),
    Feature("level_sd_db", "dB", "spread of the level inside the speech", _SIGNAL, 3, 12),
    Feature("spectral_tilt_db", "dB", "high against low frequencies of the speech; higher is brighter", _SIGNAL, -30, 0),
    Feature("hnr_db", "dB", "harmonics-to-noise ratio of the voiced speech", _SIGNAL, 0, 25),
    Feature("snr_db", "dB", "speech against background noise", _SIGNAL, 5, 60),
    Feature("clipped_share", "0 to 1", "share of samples at the rail", _SIGNAL, 0, 0.02),
    Feature("n_words", "words", "spoken words, numbers read out", _TEXT, 10, 150),
    Feature("word_probability", "0 to 1", "mean recognition probability of the words", "recogniser", 0.5, 1),
    Feature("filler_count", "", "um, uh and the like that the recogniser wrote: a lower bound", _TEXT, 0, 6),
    Feature("question_count", "", "question marks in the transcript", _TEXT, 0, 4),
    Feature("you_share", "0 to 1", "share of you-words among you- and we-words", _TEXT, 0, 1),
    Feature("first_filler_s", "s", "second at which the first filler part starts", _PART, 0, 30),
    Feature("caller_named", "0/1", "the caller's name was heard", "entities", 0, 1),
    Feature("caller_named_s", "s", "second at which the caller's name was first heard", "entities", 0, 30),
    Feature("callee_named", "0/1", "the listener's name was heard", "entities", 0, 1),
    Feature("company_named", "0/1", "the caller's company was heard", "entities", 0, 1),
    Feature("company_named_s", "s", "second at which the caller's company was first heard", "entities", 0, 30),
    Feature("number_said", "0/1", "a telephone number was heard", "entities", 0, 1),
    Feature("number_complete", "0/1", "a telephone number was heard with all its digits and none in doubt", "entities", 0, 1),
    Feature("number_said_s", "s", "second at which the first telephone number starts", "entities", 0, 60),
    Feature("number_times_said", "", "how often the number was said", "entities", 0, 3),
    Feature("number_digits_per_s", "digits/s", "pace of the slowest saying of the number", "entities", 1, 6),
    Feature("number_agreement", "0 to 1", "share of digits on which the sayings agree", "entities", 0, 1),
    Feature("number_confidence", "0 to 1", "how sure the number's digits are", "entities", 0, 1),
    Feature("email_said", "0/1", "an e-mail address was heard", "entities", 0, 1),
    Feature("time_said", "0/1", "a day or a time was heard", "entities", 0, 1),
    Feature("info_load", "words", "words beyond greeting, names, number, ask and closing (playbook P1)", _PART, 0, 100),
    Feature("parts_count", "", "different parts in the message", _PART, 1, 12),
    *(Feature(f"{part}_s", "s", f"second at which the part '{part}' is first reached", _PART, 0, 60) for part in PARTS),
    Feature("heard_early", "", f"how many of reason, caller and number were heard by {_DEFAULT.early_s:g} s", _PART, 0, 3),
    Feature("heard_by_deletion", "", f"how many of reason, caller and number were heard by {_DEFAULT.deleted_s:g} s", _PART,
            0, 3),
    *(Feature(f"tone_{axis}", "0 to 1",
              f"delivery axis '{axis}' (not validated on real voices: a guess): how it sounds, not what anybody feels",
              "tone model", 0, 1) for axis in TONE_AXES),
    Feature("approach", "word", "what the listener is offered as the reason to call back", "approach model",
            words=("robocall", "inquiry", "referral", "follow_up", "offer", "curiosity", "relevance_first", "identity_first",
                   "pitch", "other", "unclear")),
    Feature("order", "word", "what came first: the reason (what_first), the caller (who_first), or only one of them", _PART,
            words=("what_first", "who_first", "what_only", "who_only", "neither")),
)  # fmt: skip

CATALOGUE: dict[str, Feature] = {feature.name: feature for feature in _FEATURES}
"""Every feature of schema ``vm1`` by name, in the order of a row."""

LOWER_BOUNDS = ("filler_count",)
"""Features of which there may be more than were counted: recognisers leave fillers out."""


def ends_words(fall_st: float) -> str:
    """How sentences end, in words: "ends rise by 1.7 semitones".

    Args:
        fall_st: ``final_fall_st``, in semitones; below 0 the pitch rises.

    Returns:
        A few words, also for NaN, where no end could be measured.
    """
    if math.isnan(fall_st):
        return "no end of a sentence could be measured"
    return f"ends {'rise' if fall_st < 0 else 'fall'} by {abs(fall_st):.1f} semitones"
