"""The check of how sentences end: on a falling pitch, or on a rising one, which sounds like a question."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from vmaudio.features import ends_words
from vmaudio.records import PhraseEnd, clock
from vmaudio.rubric.checks.case import Case
from vmaudio.rubric.checks.questions import asks
from vmaudio.rubric.checks.rulings import Ruling, cannot_judge, counting, not_applicable, ramp, ruling
from vmaudio.rubric.criterion import Criterion
from vmaudio.rubric.options import RUBRIC_OPTIONS, CheckOptions


@asks("do sentences end on a falling pitch?", whole_message=True)
def ends_fall(case: Case, criterion: Criterion) -> Ruling:
    """Pass where sentences end on a falling pitch, fail where they rise; n/a where neither can be told.

    Looked at are the phrases after which the transcript has a full stop: a list, a number said in groups and a question may
    rise. Without marks all phrases count.

    Args:
        case: the message.
        criterion: not read; the thresholds are those of `vmaudio.rubric.options.CheckOptions`.
    """
    ends = sentence_ends(case)
    if ends:
        return judge_ends(ends, case.options.checks)
    if not case.analysis.prosody.ends and not math.isnan(case.analysis.prosody.final_fall_st):
        return not_applicable("measured by an older version: vmaudio batch PATH --redo stale measures it again")
    return cannot_judge("no end of a sentence could be measured: too short, too noisy or without a voice")


def judge_ends(ends: Sequence[PhraseEnd], options: CheckOptions = RUBRIC_OPTIONS.checks) -> Ruling:
    """Whether ends of sentences fall or rise.

    Args:
        ends: at least one.
        options: the tolerances.

    Returns:
        A pass where the median falls by more than its error and few of the ends rise, a fail where it rises and most of them
        do, two at least, else n/a; with the clearest end's seconds.
    """
    fall_st = statistics.median(end.fall_st for end in ends)
    limit_st = max(options.level_end_st, options.end_errors * median_error(ends))
    rising = [end for end in ends if end.fall_st < -options.level_end_st]
    share = len(rising) / len(ends)
    clearest = (max if fall_st > 0 else min)(ends, key=lambda end: end.fall_st)
    place = clearest.start_s, clearest.end_s
    told = ends_words(fall_st)
    if abs(fall_st) < limit_st:
        return cannot_judge(f"{told}: too near to level to tell", *place)
    same = sum((end.fall_st > 0) == (fall_st > 0) for end in ends)
    told += f" ({same} of {len(ends)} sentences), most at {clock(clearest.start_s)}" if len(ends) > 1 else ""
    beyond = ramp(abs(fall_st), limit_st, 2 * limit_st)
    if fall_st > 0 and share <= 1 - options.end_share:
        return counting(ruling(True, told, *place), beyond)
    if fall_st < 0 and len(ends) == 1:
        return cannot_judge(f"{told} at {clock(clearest.start_s)}: the only end of a sentence that could be measured", *place)
    if fall_st < 0 and share >= options.end_share:
        return counting(ruling(False, told, *place), beyond)
    return cannot_judge(f"{told}, but not surely enough of them to tell", *place)


def sentence_ends(case: Case) -> list[PhraseEnd]:
    """The measured ends of phrases at which a sentence ends.

    Args:
        case: the message.

    Returns:
        The ends after a word with a full stop or an exclamation mark, in time order; all of them where no word has a mark.
    """
    words = case.analysis.transcript.words
    ends = case.analysis.prosody.ends
    if not any(word.text.rstrip("\"'”’)").endswith((".", "!", "?")) for word in words):
        return list(ends)
    found = []
    for end in ends:
        last = next((word for word in reversed(words) if word.start_s < end.end_s), None)
        if last is not None and last.text.rstrip("\"'”’)").endswith((".", "!")):
            found.append(end)
    return found


def median_error(ends: Sequence[PhraseEnd]) -> float:
    """Standard error of the median of the ends, in semitones.

    Args:
        ends: at least one.
    """
    mean_square = statistics.fmean(end.error_st**2 for end in ends)
    return (1.0 if len(ends) < 3 else 1.25) * math.sqrt(mean_square / len(ends))  # of a median: Kendall & Stuart 1977, 10.11
