"""Everything measured of one message as one flat row.

`speaking_rate_wpm` is measured here: spoken words with numbers read out, over the time from the first word to the last.
Times that never came are NaN; 0/1 features are floats.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from vmaudio.features.catalogue import CATALOGUE, LOWER_BOUNDS
from vmaudio.features.options import FEATURE_OPTIONS, FeatureOptions
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

YOU = frozenset({"you", "your", "yours", "you're", "you've", "you'll", "you'd", "yourself"})
WE = frozenset({"we", "our", "ours", "us", "we're", "we've", "we'll", "we'd"})

_CARRIES_NOTHING = frozenset({"greeting", "callee", "identity", "number", "number_repeat", "ask", "closing", "filler"})


def _mean(values: Sequence[float]) -> float:
    """Arithmetic mean; NaN of nothing."""
    return sum(values) / len(values) if values else math.nan


def _first(starts: Iterable[float]) -> float:
    """Earliest time that is not NaN; NaN of nothing."""
    return min((start for start in starts if not math.isnan(start)), default=math.nan)


def order_of(structure: Structure) -> str:
    """Say which came first, the reason or the caller (playbooks P6 and P7).

    The reason is the earliest of the parts reason, value and offer; the caller the earlier of identity and company.

    Args:
        structure: with the parts.

    Returns:
        "what_first", "who_first", "what_only", "who_only" or "neither".
    """
    what = _first(part.start_s for part in structure.parts if part.plays in ("reason", "value", "offer"))
    who = _first(part.start_s for part in structure.parts if part.plays in ("identity", "company"))
    if math.isnan(what):
        return "neither" if math.isnan(who) else "who_only"
    if math.isnan(who):
        return "what_only"
    return "what_first" if what < who else "who_first"


def _mention(name: str, mention: Mention | None, origin_s: float) -> dict[str, float]:
    return {name: float(mention is not None), f"{name}_s": mention.start_s - origin_s if mention else math.nan}


def with_company(row: FeatureRow, company: Mention | None, origin_s: float = 0.0) -> FeatureRow:
    """The row of a message whose company was found, or found otherwise, after it was measured.

    Args:
        row: as measured.
        company: the caller's company.
        origin_s: where in the file the message's own time begins.

    Returns:
        The row with the values that are about the company.
    """
    return replace(row, values={**row.values, **_mention("company_named", company, origin_s)})


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
        "word_probability": _mean([word.probability for word in words]),
        "filler_count": float(sum(bool(FILLERS.fullmatch(word)) for word in whole)),
        "question_count": float(transcript.text.count("?")),
        "you_share": you / (you + we) if you + we else math.nan,
    }


def _from_prosody(prosody: Prosody, duration_s: float, options: FeatureOptions) -> dict[str, float]:
    pauses = [pause.duration_s for pause in prosody.pauses if pause.duration_s >= options.pause_s]
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


def _from_entities(entities: Entities, origin_s: float) -> dict[str, float]:
    phone = entities.number_to_call
    starts = [span.start_s - origin_s for p in entities.phones for span in p.spans]
    return {
        **_mention("caller_named", entities.caller, origin_s),
        "callee_named": float(entities.callee is not None),
        **_mention("company_named", entities.company, origin_s),
        "number_said": float(phone is not None),
        "number_complete": float(phone is not None and phone.complete),
        "number_said_s": _first(starts),
        "number_times_said": float(phone.times_said) if phone else 0.0,
        "number_digits_per_s": phone.digits_per_s if phone else math.nan,
        "number_agreement": phone.agreement if phone else math.nan,
        "number_confidence": phone.confidence if phone else math.nan,
        "email_said": float(bool(entities.emails)),
        "time_said": float(bool(entities.times)),
    }


def _from_structure(
    structure: Structure, entities: Entities, options: FeatureOptions, origin_s: float
) -> dict[str, float | str]:
    starts = {label: _first(part.start_s - origin_s for part in structure.parts if part.plays == label) for label in PARTS}
    heard = [
        _first((starts["reason"], starts["offer"], starts["value"])),
        entities.caller.start_s - origin_s if entities.caller else starts["identity"],
        _first([*(span.start_s - origin_s for phone in entities.phones for span in phone.spans), starts["number"]]),
    ]
    load = sum(len(spoken_words(part.text)) for part in structure.parts if part.plays not in _CARRIES_NOTHING)
    return {
        "first_filler_s": starts["filler"],
        "info_load": float(load),
        "parts_count": float(len(structure.order)),
        **{f"{label}_s": start for label, start in starts.items()},
        "heard_early": float(sum(t <= options.early_s for t in heard)),
        "heard_by_deletion": float(sum(t <= options.deleted_s for t in heard)),
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
    options: FeatureOptions = FEATURE_OPTIONS,
    origin_s: float = 0.0,
) -> FeatureRow:
    """Sum up everything measured as one flat row of schema ``vm1``.

    Args:
        duration_s: length of the message in seconds: of the recording without what comes before and after it.
        transcript: its words.
        prosody: its sound.
        entities: names and numbers in it.
        structure: its parts and approach.
        tone: how it sounds, or None where that is not measured.
        options: thresholds of the features that have one.
        origin_s: where in the file the message's own time begins; times in the row count from there.

    Returns:
        Exactly the catalogue's names, in its order, in its units; NaN where something is not there.
    """
    values: dict[str, float | str] = {
        "duration_s": duration_s,
        **_from_prosody(prosody, duration_s, options),
        **_from_words(transcript),
        **_from_entities(entities, origin_s),
        **_from_structure(structure, entities, options, origin_s),
        **{f"tone_{axis}": tone.axes[axis] if tone and axis in tone.axes else math.nan for axis in TONE_AXES},
    }
    return FeatureRow(FEATURE_SCHEMA, {name: values[name] for name in CATALOGUE}, LOWER_BOUNDS)
