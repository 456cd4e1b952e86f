"""Checks of measured values: any number of the feature catalogue, and the line itself."""

from __future__ import annotations

import math
import re

from vmaudio.features import CATALOGUE, WE, YOU, ends_words
from vmaudio.records import clock, counted
from vmaudio.rubric.checks.case import Case
from vmaudio.rubric.checks.endings import median_error
from vmaudio.rubric.checks.questions import asks
from vmaudio.rubric.checks.rulings import Ruling, cannot_judge, counting, not_applicable, ruling
from vmaudio.rubric.checks.unheard import plain
from vmaudio.rubric.criterion import Criterion
from vmaudio.text import FILLERS

_NEAR_S = 0.1
"""The first sound after a ring is the message's where they are no further apart."""


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
        return not_applicable(
            "neither “you” nor “we” was heard" if name == "you_share" else f"{line.meaning}: not measurable here"
        )
    if name == "filler_count" and not case.analysis.transcript.options.get("verbatim"):
        return not_applicable("ums were not listened for: vmaudio check --verbatim does")
    low, high = criterion.number("low"), criterion.number("high")
    if name == "you_share" and low is not None and value < low and _one_more_you(case) >= low:
        return cannot_judge(f"{line.meaning}: {100 * value:.0f} %; words that are not sure may make it enough")
    share = line.unit == "0 to 1"
    low_words, high_words = (f"{100 * end:.0f} %" if share else f"{end:g}" for end in (low or 0.0, high or 0.0))
    limits = " and ".join(
        [*([f"at least {low_words}"] if low is not None else []), *([f"at most {high_words}"] if high is not None else [])]
    )
    passed = (low is None or value >= low) and (high is None or value <= high)
    start_s, end_s = _where(case, name)
    if name == "lead_silence_s" and not passed and (rang := _rang(case)):
        return cannot_judge(f"{line.meaning}: {value:.3g} s, but {rang}", start_s, end_s)
    if name == "final_fall_st":
        return _final_fall(case, value, [bound for bound in (low, high) if bound is not None], passed, limits)
    unit = f" {line.unit}" if line.unit not in ("", "0/1", "0 to 1") else ""
    near = min((case.near(value, bound) for bound in (low, high) if bound is not None), default=1.0)
    if name == "filler_count":
        heard = f"at least {counted(round(value), 'um')}" if value else "no um was heard"
        return ruling(passed, f"{heard} (wanted: {limits})", start_s, end_s)
    shown = f"{100 * value:.0f} %" if share else f"{value:.3g}{unit}"
    return counting(ruling(passed, f"{line.meaning}: {shown} (wanted: {limits})", start_s, end_s), near)


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
    clips = f"{100 * clipped:.1f} % of the samples clipped"
    evidence = f"{snr:.0f} dB above the noise, {clips if clipped <= high else f'but {clips}: too loud for the line'}"
    return counting(ruling(snr >= low and clipped <= high, evidence), case.near(snr, low), case.near(clipped, high))


def _rang(case: Case) -> str:
    """What speaks against a late start: the call rang, and nothing tells when in the rest after a ring it was answered."""
    first_s = case.analysis.prosody.speech_start_s
    answer = next((span for span in case.analysis.spans if span.kind == "answer" and abs(span.end_s - first_s) < _NEAR_S), None)
    return f"it rang until {clock(answer.start_s)}: when it was answered is not known" if answer else ""


def _one_more_you(case: Case) -> float:
    """The share of you-words, had one more been heard, and were the we-words that are guesses such.

    Recognisers make "he" of "you", and "our" of "your".
    """
    text = case.analysis.transcript.text or " ".join(word.text for word in case.analysis.transcript.words)
    said = re.findall(r"[\w']+", text.lower().replace("’", "'"))
    limit = case.options.confidence.guess_probability
    guessed = sum(plain(word) in WE and word.probability < limit for word in case.analysis.transcript.words)
    you, we = sum(word in YOU for word in said) + 1 + guessed, sum(word in WE for word in said) - guessed
    return you / (you + max(0, we))


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
