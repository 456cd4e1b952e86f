"""What was not heard: missing from the message, or lost in hearing it. Only what is missing for sure is held against a rep."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from vmaudio.records import Part, Word, clock
from vmaudio.rubric.checks.case import Case
from vmaudio.rubric.checks.rulings import Ruling, cannot_judge, failed, quote
from vmaudio.rubric.hollow import pretence
from vmaudio.text import FUNCTION

_NAMES = frozenset({"callee", "identity", "company"})
"""Parts as short as a name."""

_NAME_WORDS, CLAUSE_WORDS = 2, 4
"""So many guesses in a row may hide a name, or a clause."""


def listen(words: Sequence[Word], what: str = "") -> Ruling:
    """An n/a that points at words which are guesses.

    Args:
        words: one or more, in the order of time.
        what: what was not heard, as a clause.
    """
    said = " ".join(word.text.strip(" ,.;!?") for word in words)
    where = clock(words[0].start_s)
    but = f"{what}, but " if what else ""
    return cannot_judge(f"{but}listen at {where}: heard as “{said}”, which is not sure", words[0].start_s, words[-1].end_s)


def not_heard(case: Case, what: str, labels: tuple[str, ...], by_s: float = math.inf, *, telling: bool = False) -> Ruling:
    """A fail for something that is missing; n/a where it may lie in speech of which no words were made out.

    Args:
        case: the message.
        what: what is missing, as a clause.
        labels: the parts that it would have been, for how sure the fail is.
        by_s: where only what comes before this second counts.
        telling: reasons and values that say nothing do not count.
    """
    hollow = case.hollow(labels) if telling else None
    if hollow is not None and by_s == math.inf:
        what = says_nothing(hollow)
    lost = next((span for span in lost_speech(case) if span[0] <= by_s), None)
    if lost is not None:
        return cannot_judge(f"{what}, but listen at {clock(lost[0])}: no words were made out there", *lost)
    short = not _NAMES.isdisjoint(labels)
    guesses = guessed_run(case, _NAME_WORDS if short else CLAUSE_WORDS, by_s, digits="number" in labels)
    if guesses:
        return listen(guesses, what)
    shortest_s = case.options.confidence.number_s if "number" in labels else 0.0
    absent = case.absent(labels, by_s, telling=telling, least_s=shortest_s)
    if hollow is not None:
        guess = case.options.confidence.guess_probability
        # "we" and "and" are no reason, whatever was heard as them
        if unsure := [one for one in _inside(case, hollow) if one.probability < guess and plain(one) not in FUNCTION]:
            return listen(unsure, says_nothing(hollow))
        return failed(says_nothing(hollow), hollow.start_s, hollow.end_s, absent)
    return failed(what, absent=absent)


def says_nothing(part: Part) -> str:
    """What is said of a part that has the form of a reason or a value and says none, see `vmaudio.rubric.hollow`.

    Args:
        part: of the message.
    """
    empty = "is no reason to call back" if pretence([part]) else "could be said by anybody to anybody"
    return f"{quote(part.text)} at {clock(part.start_s)} {empty}"


def _inside(case: Case, part: Part) -> list[Word]:
    words = case.analysis.transcript.words
    return [word for word in words if word.start_s >= part.start_s - 0.01 and word.end_s <= part.end_s + 0.01]


def guessed_run(case: Case, n: int, by_s: float = math.inf, *, digits: bool = False) -> Sequence[Word]:
    """The first words in a row that are guesses: there something else may have been said.

    Args:
        case: the message. The limit is `ConfidenceOptions.guess_probability`.
        n: how many words in a row.
        by_s: only words that start by this second are looked at.
        digits: a number is looked for: figures count too (a digit in doubt hides neither name nor reason), and the words must
            last as long as a number does.
    """
    limit = case.options.confidence.guess_probability
    runs = _runs(case, n, by_s, digits=digits)
    return next((run for run in runs if max(word.probability for word in run) < limit), [])


def _runs(case: Case, n: int, by_s: float, *, digits: bool) -> Iterator[Sequence[Word]]:
    words = [word for word in case.analysis.transcript.words if word.start_s <= by_s]
    words = [word for word in words if digits or not re.search(r"\d", word.text)]
    least_s = case.options.confidence.number_s if digits else 0.0
    runs = (words[at : at + n] for at in range(len(words) - n + 1))
    return (run for run in runs if run[-1].end_s - run[0].start_s >= least_s)


def lost_speech(case: Case, least_s: float | None = None) -> list[tuple[float, float]]:
    """Stretches that hold speech of which no words were made out: between words, before the first and behind the last.

    Args:
        case: the message.
        least_s: the shortest that counts; by default `ConfidenceOptions.lost_speech_s`.

    Returns:
        Their first and last second, in the order of time.
    """
    prosody, words = case.analysis.prosody, case.analysis.transcript.words
    edges = [prosody.speech_start_s, *(time for word in words for time in (word.start_s, word.end_s))]
    edges.append(case.analysis.duration_s - prosody.after_speech_s)
    least_s = case.options.confidence.lost_speech_s if least_s is None else least_s
    found = []
    for start_s, end_s in zip(edges[::2], edges[1::2], strict=True):
        silent = sum(max(0.0, min(end_s, p.start_s + p.duration_s) - max(start_s, p.start_s)) for p in prosody.pauses)
        if end_s - start_s - silent >= least_s:
            found.append((start_s, end_s))
    return found


def plain(word: Word) -> str:
    """A word without its marks, in lower case.

    Args:
        word: of a transcript.
    """
    return re.sub(r"[^\w']", "", word.text.lower().replace("’", "'"))


def guessed_after(case: Case, cues: Sequence[tuple[str, ...]]) -> Sequence[Word]:
    """Words that follow a cue and are guesses: a name may stand there that was not made out.

    Args:
        case: the message. The limit is `ConfidenceOptions.guess_probability`.
        cues: phrases in lower case, word by word.

    Returns:
        The first one or two words after the first cue where one of them is a guess; empty where there is none.
    """
    words = case.analysis.transcript.words
    said = [plain(word) for word in words]
    limit = case.options.confidence.guess_probability
    for at in range(len(words)):
        for cue in cues:
            after = words[at + len(cue) : at + len(cue) + 2]
            if tuple(said[at : at + len(cue)]) == cue and after and min(word.probability for word in after) < limit:
                return after
    return ()
