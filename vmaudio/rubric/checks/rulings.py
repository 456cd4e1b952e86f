"""The answer of one check, and short ways to write it."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

VERDICTS = ("pass", "fail", "n/a")

LEAST_COUNTS = 0.1
"""Least share of a weight that counts: a verdict that is shown counts for something."""


@dataclass(frozen=True)
class Ruling:
    """The answer to one question.

    Attributes:
        verdict: "pass", "fail" or "n/a".
        evidence: what it rests on, in a few words: what was heard and where, or why it is n/a.
        start_s: first second of what it is about, or None.
        end_s: last second of it, or None.
        absent: 0 to 1: how sure it is that what was not found is not there; 1 where the verdict does not rest on that. A fail
            with a low value becomes n/a (`ConfidenceOptions.sure_absent`).
        not_judged: n/a because it could not be made out, and not because the question does not apply.
        counts: the share of the weight that counts, see `counting`.
    """

    verdict: str
    evidence: str
    start_s: float | None = None
    end_s: float | None = None
    absent: float = 1.0
    not_judged: bool = False
    counts: float = 1.0


def ruling(
    passed: bool, evidence: str, start_s: float | None = None, end_s: float | None = None, absent: float = 1.0
) -> Ruling:
    """A pass or a fail.

    Args:
        passed: which of the two.
        evidence: what it rests on, in a few words.
        start_s: first second of what it is about.
        end_s: last second of it.
        absent: 0 to 1, see `Ruling`.
    """
    return Ruling("pass" if passed else "fail", evidence, start_s, end_s, absent)


def passed(evidence: str, start_s: float | None = None, end_s: float | None = None) -> Ruling:
    """A pass.

    Args:
        evidence: what was heard.
        start_s: first second of it.
        end_s: last second of it.
    """
    return ruling(True, evidence, start_s, end_s)


def failed(evidence: str, start_s: float | None = None, end_s: float | None = None, absent: float = 1.0) -> Ruling:
    """A fail.

    Args:
        evidence: what was heard instead, or what was not heard.
        start_s: first second of it.
        end_s: last second of it.
        absent: 0 to 1: how sure it is that what was not found is not there.
    """
    return ruling(False, evidence, start_s, end_s, absent)


def not_applicable(why: str) -> Ruling:
    """An n/a.

    Args:
        why: the reason, which the reader is shown.
    """
    return Ruling("n/a", why)


def cannot_judge(why: str, start_s: float | None = None, end_s: float | None = None) -> Ruling:
    """An n/a because the machine is not sure: what was said there is held against nobody.

    Args:
        why: what could not be made out, which the reader is shown.
        start_s: first second to listen to.
        end_s: last second of it.
    """
    return Ruling("n/a", why, start_s, end_s, not_judged=True)


def counting(found: Ruling, *shares: float) -> Ruling:
    """A ruling of which only a share of the weight counts.

    Args:
        found: the ruling.
        shares: from `ramp`, one for each doubt; they are multiplied with each other and with the ruling's own.
    """
    return dataclasses.replace(found, counts=max(LEAST_COUNTS, found.counts * math.prod(shares)))


def ramp(value: float, none: float, full: float) -> float:
    """How much a verdict counts by how far its value lies beyond the limit.

    Args:
        value: what was measured, or a probability.
        none: where the verdict turns.
        full: from where on it counts in full; on either side of ``none``.

    Returns:
        0 to 1, rising evenly from the one to the other.
    """
    return min(1.0, max(0.0, (value - none) / (full - none)))


def quote(text: str, words: int = 9) -> str:
    """The first words of a text in quotation marks, for the evidence.

    Args:
        text: what was said.
        words: how many words are shown.
    """
    tokens = text.split()
    return "“" + " ".join(tokens[:words]) + ("…”" if len(tokens) > words else "”")
