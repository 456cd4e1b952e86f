"""Checks of measured values: any number of the feature catalogue, and the line itself."""

from __future__ import annotations

import math
import re

from vmaudio.features import CATALOGUE, WE, YOU, ends_words
from vmaudio.rubric.checks.case import Case
from vmaudio.rubric.checks.endings import median_error
from vmaudio.rubric.checks.questions import asks
from vmaudio.rubric.checks.rulings import Ruling, cannot_judge, not_applicable, ruling
from vmaudio.rubric.criterion import Criterion
from vmaudio.text import FILLERS


@asks(
    "is a feature in a range?",
    options={"feature": "you_share", "low": 0.0, "high": 1.0},
    optional=("low", "high"),
    one_of=("low", "high"),
    whole_message=True,
)
def feature(case: Case, criterion: Criterion) -> Ruling:
    """Pass where a feature is in the range; n/a where it was not measured.

    Args:
        case: the message.
        criterion: gives ``feature``, ``low`` and ``high``.
    """
    name = str(criterion.options["feature"])
    line, value = CATALOGUE[name], case.value(name)
    if math.isnan(value):
        return not_applicable(f"{line.meaning}: not measurable here")
    if name == "filler_count" and not case.analysis.transcript.options.get("verbatim"):
        return not_applicable("ums were not listened for: vmaudio check --verbatim does")
    low, high = criterion.number("low"), criterion.number("high")
    if name == "you_share" and low is not None and value < low and _one_more_you(case) >= low:
        return cannot_judge(f"{line.meaning}: {value:.3g}; one word heard otherwise would make it enough")
    limits = " and ".join(
        [*([f"at least {low:g}"] if low is not None else []), *([f"at most {high:g}"] if high is not None else [])]
    )
    passed = (low is None or value >= low) and (high is None or value <= high)
    start_s, end_s = _where(case, name)
    if name == "final_fall_st":
        return _final_fall(case, value, [bound for bound in (low, high) if bound is not None], passed, limits)
    unit = f" {line.unit}" if line.unit not in ("", "0/1", "0 to 1") else ""
    if name == "filler_count":
        heard = f"at least {value:.0f} um{'' if value == 1 else 's'}" if value else "no um was heard"
        return ruling(passed, f"{heard} (wanted: {limits})", start_s, end_s)
    return ruling(passed, f"{line.meaning}: {value:.3g}{unit} (wanted: {limits})", start_s, end_s)


def _final_fall(case: Case, fall_st: float, bounds: list[float], passed: bool, limits: str) -> Ruling:
    """How phrases end, in words; n/a where a limit lies within the error of the measure."""
    options, ends = case.options.checks, case.analysis.prosody.ends
    error_st = max(options.level_end_st, options.end_errors * median_error(ends)) if ends else options.level_end_st
    evidence = f"{ends_words(fall_st)} (wanted: a fall of {limits})"
    if any(abs(fall_st - bound) < error_st for bound in bounds):
        return cannot_judge(f"{evidence}: too near to tell")
    return ruling(passed, evidence)


@asks("is the line quiet and not clipped?", options={"low_snr_db": 12.0, "high_clipped_share": 0.005}, needs_words=False)
def clear_line(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the noise is low enough and little is clipped.

    Args:
        case: the message.
        criterion: gives ``low_snr_db`` and ``high_clipped_share``.
    """
    snr, clipped = case.value("snr_db"), case.value("clipped_share")
    if math.isnan(snr):
        return not_applicable("no speech to compare with the noise")
    low, high = criterion.number("low_snr_db") or 0.0, criterion.number("high_clipped_share") or 0.0
    evidence = f"{snr:.0f} dB above the noise, {100 * clipped:.1f} % of the samples clipped"
    return ruling(snr >= low and clipped <= high, evidence)


def _one_more_you(case: Case) -> float:
    """The share of you-words, had one more been heard: recognisers make "he" or "the" of them."""
    text = case.analysis.transcript.text or " ".join(word.text for word in case.analysis.transcript.words)
    said = re.findall(r"[\w']+", text.lower().replace("’", "'"))
    you, we = sum(word in YOU for word in said) + 1, sum(word in WE for word in said)
    return you / (you + we)


def _where(case: Case, feature: str) -> tuple[float | None, float | None]:
    """The seconds at which a feature is heard best, where there are such."""
    words = case.analysis.transcript.words
    if feature in ("filler_count", "you_share"):
        plain = [(re.sub(r"[^\w']", "", word.text.lower()), word) for word in words]
        fillers = feature == "filler_count"
        word = next((word for text, word in plain if (FILLERS.fullmatch(text) if fillers else text in WE)), None)
        return (word.start_s, word.end_s) if word else (None, None)
    if feature == "tail_silence_s":
        end_s = case.analysis.duration_s - case.analysis.prosody.after_s
        return end_s - case.value(feature), end_s
    if feature == "lead_silence_s":
        return case.analysis.prosody.before_s, case.analysis.prosody.speech_start_s
    if feature == "pause_longest_s":
        pause = max(case.analysis.prosody.pauses, key=lambda pause: pause.duration_s, default=None)
        return (pause.start_s, pause.start_s + pause.duration_s) if pause else (None, None)
    return None, None
