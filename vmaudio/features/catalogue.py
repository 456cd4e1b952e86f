"""The feature catalogue, and everything measured as one flat row.

The catalogue is the only place where a feature's name, unit, meaning, source and typical range are written; docs, model
cards and data dictionaries are made from it. Times that never came are NaN; 0/1 features are floats.

`speaking_rate_wpm` is born here: spoken words with numbers read out, over the time from the first word to the last.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vmaudio.records import (
    FEATURE_SCHEMA,
    PARTS,
    TONE_AXES,
    Entities,
    FeatureRow,
    Mention,
    Prosody,
    Structure,
    Tone,
    Transcript,
)
from vmaudio.text import FILLERS, spoken_words, syllables

EARLY_S = 9.0
"""By now the listener knows whether to go on: the reason should have been heard (playbook P3)."""

DELETED_S = 20.0
"""Most voicemails are said to be deleted by now (playbook P3: a trainer's figure, without a source)."""

PAUSE_S = 0.25
"""Silences from here on count as pauses in `pause_count` (150 to 300 ms are usual in the literature)."""

YOU = frozenset({"you", "your", "yours", "you're", "you've", "you'll", "you'd", "yourself"})
WE = frozenset({"we", "our", "ours", "us", "we're", "we've", "we'll", "we'd"})


@dataclass(frozen=True, slots=True)
class Feature:
    """One line of the catalogue. ``low`` to ``high`` is the range of everyday voicemails, for axes and sanity checks."""

    name: str
    unit: str
    meaning: str
    source: str
    low: float | None = None
    high: float | None = None
    words: tuple[str, ...] = ()  # the values of a feature that is a word

    @property
    def is_number(self) -> bool:
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
    Feature("pause_count", "", f"pauses of {PAUSE_S:g} s or more inside the speech", _SIGNAL, 0, 20),
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
    Feature("heard_early", "", f"how many of reason, caller and number were heard by {EARLY_S:g} s", _PART, 0, 3),
    Feature("heard_by_deletion", "", f"how many of reason, caller and number were heard by {DELETED_S:g} s", _PART, 0, 3),
    *(Feature(f"tone_{axis}", "0 to 1", f"delivery axis '{axis}': how it sounds, not what anybody feels", "tone model", 0, 1)
      for axis in TONE_AXES),
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

_CARRIES_NOTHING = frozenset({"greeting", "callee", "identity", "number", "number_repeat", "ask", "closing", "filler"})


def mean(values: Sequence[float]) -> float:
    """Arithmetic mean; NaN of nothing."""
    return sum(values) / len(values) if values else math.nan


def first(starts: Iterable[float]) -> float:
    """Earliest time that is not NaN; NaN of nothing."""
    return min((start for start in starts if not math.isnan(start)), default=math.nan)


def order_of(structure: Structure) -> str:
    """Say which came first, the reason or the caller (playbooks P6 and P7).

    The reason is the earlier of the parts reason, value and offer; the caller the earlier of identity and company.
    """
    what = first(part.start_s for part in structure.parts if part.label in ("reason", "value", "offer"))
    who = first(part.start_s for part in structure.parts if part.label in ("identity", "company"))
    if math.isnan(what):
        return "neither" if math.isnan(who) else "who_only"
    if math.isnan(who):
        return "what_only"
    return "what_first" if what < who else "who_first"


def _mention(name: str, mention: Mention | None) -> dict[str, float]:
    return {name: float(mention is not None), f"{name}_s": mention.start_s if mention else math.nan}


def _from_words(transcript: Transcript) -> dict[str, float]:
    words = transcript.words
    spoken = [token for word in words for token in spoken_words(word.text)]
    # the whole text sees digit groups that single words do not ("303" "555" "0126" as one number)
    whole = spoken_words(transcript.text) if transcript.text else spoken
    span_s = words[-1].end_s - words[0].start_s if words else 0.0
    you, we = sum(word in YOU for word in whole), sum(word in WE for word in whole)
    return {
        "speaking_rate_wpm": 60.0 * len(whole) / span_s if span_s > 0 else math.nan,
        "speech_rate_syl_s": sum(map(syllables, whole)) / span_s if span_s > 0 else math.nan,
        "n_words": float(len(whole)),
        "word_probability": mean([word.probability for word in words]),
        "filler_count": float(sum(bool(FILLERS.fullmatch(word)) for word in whole)),
        "question_count": float(transcript.text.count("?")),
        "you_share": you / (you + we) if you + we else math.nan,
    }


def _from_prosody(prosody: Prosody, duration_s: float) -> dict[str, float]:
    pauses = [pause.duration_s for pause in prosody.pauses if pause.duration_s >= PAUSE_S]
    talk_s = duration_s - prosody.lead_silence_s - prosody.tail_silence_s
    names = (
        "speech_s", "lead_silence_s", "tail_silence_s", "articulation_rate_syl_s", "f0_median_hz", "f0_range_st",
        "final_fall_st", "voiced_share", "level_mean_dbfs", "level_sd_db", "spectral_tilt_db", "hnr_db", "snr_db",
        "clipped_share",
    )  # fmt: skip
    return {
        **{name: float(getattr(prosody, name)) for name in names},
        "pause_count": float(len(pauses)),
        "pause_longest_s": max(pauses, default=0.0),
        "pause_share": sum(pauses) / talk_s if talk_s > 0 and prosody.speech_s > 0 else math.nan,
    }


def _from_entities(entities: Entities) -> dict[str, float]:
    phone = entities.number_to_call
    starts = [span.start_s for p in entities.phones for span in p.spans]
    return {
        **_mention("caller_named", entities.caller),
        "callee_named": float(entities.callee is not None),
        **_mention("company_named", entities.company),
        "number_said": float(phone is not None),
        "number_complete": float(phone is not None and phone.complete),
        "number_said_s": first(starts),
        "number_times_said": float(phone.times_said) if phone else 0.0,
        "number_digits_per_s": phone.digits_per_s if phone else math.nan,
        "number_agreement": phone.agreement if phone else math.nan,
        "number_confidence": phone.confidence if phone else math.nan,
        "email_said": float(bool(entities.emails)),
        "time_said": float(bool(entities.times)),
    }


def _from_structure(structure: Structure, entities: Entities) -> dict[str, float | str]:
    starts = {label: first(part.start_s for part in structure.parts if part.label == label) for label in PARTS}
    heard = [
        first((starts["reason"], starts["offer"], starts["value"])),
        entities.caller.start_s if entities.caller else starts["identity"],
        first([*(span.start_s for phone in entities.phones for span in phone.spans), starts["number"]]),
    ]
    load = sum(len(spoken_words(part.text)) for part in structure.parts if part.label not in _CARRIES_NOTHING)
    return {
        "first_filler_s": starts["filler"],
        "info_load": float(load),
        "parts_count": float(len(structure.order)),
        **{f"{label}_s": start for label, start in starts.items()},
        "heard_early": float(sum(t <= EARLY_S for t in heard)),
        "heard_by_deletion": float(sum(t <= DELETED_S for t in heard)),
        "approach": structure.approach,
        "order": order_of(structure),
    }


def feature_row(
    *,
    duration_s: float,
    transcript: Transcript,
    prosody: Prosody,
    entities: Entities,
    structure: Structure,
    tone: Tone | None,
) -> FeatureRow:
    """Sum up everything measured as one flat row of schema ``vm1``.

    ``duration_s`` is the length of the recording in seconds. The row has exactly the catalogue's names, in its order.
    """
    values: dict[str, float | str] = {
        "duration_s": duration_s,
        **_from_prosody(prosody, duration_s),
        **_from_words(transcript),
        **_from_entities(entities),
        **_from_structure(structure, entities),
        **{f"tone_{axis}": tone.axes[axis] if tone and axis in tone.axes else math.nan for axis in TONE_AXES},
    }
    return FeatureRow(FEATURE_SCHEMA, {name: values[name] for name in CATALOGUE}, LOWER_BOUNDS)
