"""How sure a verdict is: whether the words can be trusted, how clear the line is, and when a verdict is too unsure to count."""

from __future__ import annotations

import math

from vmaudio.features import CATALOGUE
from vmaudio.rubric.checks import Case, Ruling, cannot_judge, counting, find_check, ramp
from vmaudio.rubric.criterion import Criterion

SIGNAL_FEATURES = frozenset(feature.name for feature in CATALOGUE.values() if feature.source.startswith("signal"))
"""Features that are measured without the words."""


_NOT_SURE = "not sure"
"""How the evidence of a name ends that is a guess; it is not said twice."""


def needs_words(criterion: Criterion) -> bool:
    """Whether a criterion rests on the transcript.

    Args:
        criterion: of a rubric. For a feature in a range it is the feature that decides.
    """
    if criterion.test == "feature":
        return criterion.options["feature"] not in SIGNAL_FEATURES
    return find_check(criterion.test).question.needs_words


def why_english_only(case: Case, criterion: Criterion) -> str | None:
    """Why a criterion is not answered of a message in another language that the part model reads; None where it is.

    Args:
        case: the message.
        criterion: of a rubric. Only questions that rest on the parts alone are answered, and those that need no words.

    Returns:
        A clause.
    """
    if not read_abroad(case) or not needs_words(criterion) or find_check(criterion.test).question.any_language:
        return None
    return f"the message is in another language than English ({case.analysis.structure.language}), whose words this check knows"


def read_abroad(case: Case) -> bool:
    """Whether a message is in another language than English, and its parts were found by a model that reads that language.

    Args:
        case: the message.
    """
    language = case.analysis.structure.language
    return bool(language) and case.analysis.transcript.is_in(language)


def why_unreadable(case: Case) -> str | None:
    """Why the words of a message cannot be trusted, as a clause; None where they can.

    Args:
        case: the message. The limits are `ConfidenceOptions.readable_probability` and ``readable_snr_db``; checks of words
            are made for English only, but for those of `why_english_only`.
    """
    limits = case.options.confidence
    if (foreign := case.analysis.transcript.why_not_english) and not read_abroad(case):
        return f"the message is {foreign}"
    probability = case.value("word_probability")
    if probability < limits.readable_probability:
        return f"the words are hard to make out (mean word probability {probability:.2f})"
    if case.value("snr_db") < limits.readable_snr_db:
        return f"the words cannot be trusted: {why_unclear(case)}"
    return None


def why_unclear(case: Case, start_s: float | None = None, end_s: float | None = None) -> str:
    """What makes the line unclear, or the words between two times, as a clause.

    Args:
        case: the message.
        start_s: first second; None means all words.
        end_s: last second; None means all words.
    """
    limits = case.options.confidence
    snr, clipped = case.value("snr_db"), case.value("clipped_share")
    why = [f"the noise is only {snr:.0f} dB below the voice"] if snr < limits.clear_snr_db else []
    why += [f"{100 * clipped:.1f} % of the samples clip"] if clipped > limits.clear_clipped else []
    where = "the words" if start_s is None else "the words there"
    heard = f"{where} are hard to make out (mean word probability {word_confidence(case, start_s, end_s):.2f})"
    return " and ".join(why) or heard


def clearness(case: Case) -> float:
    """How clear the line is.

    Args:
        case: the message.

    Returns:
        0 to 1: 1 for a clear line; by default it falls to .25 where noise is as loud as the voice, and is halved where 5 % of
        the samples clip.
    """
    limits = case.options.confidence
    snr, clipped = case.value("snr_db"), case.value("clipped_share")
    left, kept = limits.noisy_share, limits.clipped_share
    noise = 1.0 if math.isnan(snr) else left + (1.0 - left) * min(max(snr / limits.clear_snr_db, 0.0), 1.0)
    room = limits.heavy_clipped - limits.clear_clipped
    over = 0.0 if math.isnan(clipped) else min(max((clipped - limits.clear_clipped) / room, 0.0), 1.0)
    return noise * (1.0 - (1.0 - kept) * over)


def word_confidence(case: Case, start_s: float | None, end_s: float | None) -> float:
    """Mean recognition probability of the words between two times.

    Args:
        case: the message.
        start_s: first second; None means all words.
        end_s: last second; None means all words.

    Returns:
        0 to 1; of all words where there is none between the times, and 0 where no word has a probability.
    """
    words = [word.probability for word in case.analysis.transcript.words if not math.isnan(word.probability)]
    if start_s is not None and end_s is not None:
        inside = [w.probability for w in case.analysis.transcript.words if w.end_s > start_s and w.start_s < end_s]
        words = [value for value in inside if not math.isnan(value)] or words
    return sum(words) / len(words) if words else 0.0


def with_confidence(case: Case, criterion: Criterion, found: Ruling) -> tuple[Ruling, float]:
    """Give a ruling its confidence; one that rests on sound that cannot be made out becomes n/a.

    Passes become n/a too, though later than fails: if only fails did, noise would raise the points.

    Args:
        case: the message.
        criterion: what was asked.
        found: the answer of its check.

    Returns:
        The ruling, or n/a in its place, and the confidence from 0 to 1 (0 for n/a).
    """
    if found.verdict == "n/a":
        return found, 0.0
    question, limits = find_check(criterion.test).question, case.options.confidence
    if not question.needs_words:
        return found, 1.0  # how long and how clear it is does not depend on the words
    # a measure over all words is as sure as they are, not as the one word that it points at
    where = (None, None) if question.whole_message else (found.start_s, found.end_s)
    sure = clearness(case) * (word_confidence(case, *where) if needs_words(criterion) else 1.0)
    if found.verdict == "fail":
        if found.absent < limits.sure_absent:
            maybe = f"something may have been it ({100 * (1 - found.absent):.0f} %)"
            return cannot_judge(f"{found.evidence}, though {maybe}", found.start_s, found.end_s), 0.0
        sure *= found.absent
        found = counting(found, ramp(found.absent, limits.sure_absent, limits.full_absent))
    least = limits.sure_fail if found.verdict == "fail" else limits.sure_pass
    if sure < least:
        but = "" if found.evidence.endswith(_NOT_SURE) else f", but that is {_NOT_SURE}"
        why = f"{found.evidence}{but}: {why_unclear(case, *where)}"
        return cannot_judge(why, found.start_s, found.end_s), 0.0
    return counting(found, ramp(sure, least, least + limits.full_beyond)), sure
