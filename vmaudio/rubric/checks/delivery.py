"""Checks of length and pace."""

from __future__ import annotations

import itertools
import math

from vmaudio.records import clock
from vmaudio.rubric.checks.case import Case
from vmaudio.rubric.checks.questions import asks
from vmaudio.rubric.checks.rulings import Ruling, cannot_judge, counting, not_applicable, ruling
from vmaudio.rubric.criterion import Criterion
from vmaudio.text import spoken_words


@asks("is it shorter than this, from first to last speech?", options={"high_s": 30.0}, needs_words=False)
def talk_under(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the time from the first speech to the last is short enough.

    Args:
        case: the message.
        criterion: gives ``high_s``.
    """
    high_s = criterion.number("high_s") or 0.0
    prosody = case.analysis.prosody
    talk_s = case.analysis.duration_s - prosody.speech_start_s - prosody.after_speech_s
    shown = f"{talk_s:.0f}" if abs(talk_s - high_s) >= 1 else f"{talk_s:.1f}"  # 30 s must not be over 30 s
    found = ruling(talk_s <= high_s, f"{shown} s from the first word to the last (wanted: at most {high_s:g} s)")
    return counting(found, case.near(talk_s, high_s))


@asks(
    "slower than this, or than this times the rep's own?",
    options={"high_wpm": 190.0, "above_own": 1.15},
    whole_message=True,
)
def pace_under(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the message is slow enough, by the limit or by the rep's own pace.

    Args:
        case: the message.
        criterion: gives ``high_wpm`` and ``above_own``.
    """
    return _pace(case, criterion.number("high_wpm"), criterion.number("above_own"), under=True)


@asks(
    "faster than this, or than this times the rep's own?",
    options={"low_wpm": 115.0, "below_own": 0.8},
    whole_message=True,
)
def pace_over(case: Case, criterion: Criterion) -> Ruling:
    """Pass where the message is fast enough, by the limit or by the rep's own pace.

    Args:
        case: the message.
        criterion: gives ``low_wpm`` and ``below_own``.
    """
    return _pace(case, criterion.number("low_wpm"), criterion.number("below_own"), under=False)


def _own_pace(case: Case) -> float | None:
    baseline = case.baseline
    if baseline is None or baseline.n < case.options.checks.min_baseline:
        return None
    own = baseline.medians.get("speaking_rate_wpm", math.nan)
    return None if math.isnan(own) else own


def _pace(case: Case, limit: float | None, times: float | None, *, under: bool) -> Ruling:
    rate = case.value("speaking_rate_wpm")
    if math.isnan(rate) or case.value("n_words") < case.options.checks.fewest_pace_words or limit is None:
        return not_applicable("too few words for a speaking rate")
    own = _own_pace(case)
    if own is not None and times is not None:
        bound, whose = own * times, f"your own pace is {own:.0f}"
    else:
        bound, whose = limit, f"wanted: at {'most' if under else 'least'} {limit:g}"
    error = case.options.checks.pace_error
    start_s, end_s = _stretch(case, fastest=under)
    where = f", {'fastest' if under else 'slowest'} at {clock(start_s)}" if start_s is not None else ""
    evidence = f"{rate:.0f} words per minute ({whose}){where}"
    if (bound < rate <= bound * (1 + error)) if under else (bound > rate >= bound * (1 - error)):
        return cannot_judge(f"{evidence}: too near to tell", start_s, end_s)
    return counting(ruling(rate <= bound if under else rate >= bound, evidence, start_s, end_s), case.near(rate, bound))


def _stretch(case: Case, *, fastest: bool) -> tuple[float | None, float | None]:
    """The fastest or slowest words in a row (as many as the options say), numbers read out."""
    words = case.analysis.transcript.words
    best: tuple[float, float | None, float | None] = (0.0, None, None)
    for first, last in itertools.pairwise(range(0, len(words) + 1, case.options.checks.stretch_words)):
        stretch = words[first:last]
        seconds = stretch[-1].end_s - stretch[0].start_s
        if seconds <= 0:
            continue
        pace = len(spoken_words(" ".join(word.text for word in stretch))) / seconds
        if best[1] is None or (pace > best[0] if fastest else pace < best[0]):
            best = (pace, stretch[0].start_s, stretch[-1].end_s)
    return best[1], best[2]
