"""Parts of stretches: which of the program's clauses belong together, and what they are together.

The program cuts finely, so that no border of two parts is missed; half of its cuts fall inside one labelled piece, and a scrap
like "so that you" says little by itself. A logistic regression on the words at a cut says how likely a new piece begins there,
a pipeline fitted on whole pieces judges every stretch of neighbouring clauses, and each clause gets the mean over all ways of
joining clauses, weighted by how likely they are (a semi-Markov model: Sarawagi and Cohen 2004, NIPS 17).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vmaudio.classify import cues
from vmaudio.classify.part_rows import CLAUSE_COLUMNS, CLAUSE_TEXTS, END, START
from vmaudio.classify.sequence import sharpened
from vmaudio.records import Clause

Span = tuple[int, int]  # clauses, both inclusive
Joining = Mapping[str, Any]
"""As model.json has it: ``intercept`` and ``weights`` of the cuts, ``most`` and ``least`` of `stretches`, the ``temperature``
of the stretches' probabilities, and their ``share`` beside those of the clauses alone."""

_EARLY = (1, 3, 6, 10, 16)


def cut_features(clauses: Sequence[Clause]) -> list[list[str]]:
    """What the model of cuts sees of each cut between two clauses.

    Args:
        clauses: of one message.

    Returns:
        For each of the n - 1 cuts the names of the features that hold; each counts 1.
    """
    words = [clause.model_text.split() for clause in clauses]
    flat = ["#", "#", *(word for each in words for word in each), "#", "#", "#"]
    found, at = [], 0
    for before, after, left, right in zip(clauses, clauses[1:], words, words[1:], strict=False):
        at += len(left)
        b2, b1, a0, a1, a2 = flat[at : at + 5]
        last = before.text.rstrip()[-1:]
        mark = "stop" if last in ".?!" else "comma" if last in ",;:" else "none"
        early = next((str(limit) for limit in _EARLY if at <= limit), "late")
        short = f"{min(6, len(left))} {min(6, len(right))}"
        found.append(
            [
                f"b1 {b1}", f"a0 {a0}", f"b2 {b2} {b1}", f"a1 {a0} {a1}", f"a2 {a0} {a1} {a2}", f"ba {b1} {a0}", f"n {a1}",
                f"p {b2}", f"m {mark}", f"mc {mark} {after.text.lstrip()[:1].isupper():d}", f"ma {mark} {a0}",
                f"mb {mark} {b1}", f"e {early}", f"e0 {early} {a0}", f"em {early} {mark}", f"l {short}",
                f"lb {mark} {min(6, len(left))}", f"la {mark} {min(6, len(right))}",
            ]
        )  # fmt: skip
    return found


def cut_probabilities(clauses: Sequence[Clause], intercept: float, weights: Mapping[str, float]) -> np.ndarray:
    """How likely each cut between two clauses begins a new piece.

    Args:
        clauses: of one message.
        intercept: of the logistic regression.
        weights: log-odds by feature.

    Returns:
        (n_clauses - 1,), 0 to 1.
    """
    scores = [intercept + sum(weights.get(name, 0.0) for name in names) for names in cut_features(clauses)]
    return 1 / (1 + np.exp(-np.clip(np.array(scores, dtype=float), -30, 30)))


def stretches(cuts: np.ndarray, most: int, least: float) -> list[Span]:
    """The stretches of neighbouring clauses that may be one piece; each clause alone is one of them.

    Args:
        cuts: from `cut_probabilities`.
        most: clauses in a stretch.
        least: probability that none of the cuts inside a stretch is one.

    Returns:
        First and last clause of each, in order.
    """
    found = []
    for first in range(len(cuts) + 1):
        joined = 1.0
        for last in range(first, min(len(cuts) + 1, first + most)):
            joined *= 1 - cuts[last - 1] if last > first else 1.0
            if joined < least:
                break
            found.append((first, last))
    return found


def stretch_rows(clauses: Sequence[Clause], spans: Sequence[Span], cuts: np.ndarray) -> np.ndarray:
    """Rows as `vmaudio.classify.part_rows` makes them, with each stretch as one clause among its likely neighbours.

    Args:
        clauses: of one message.
        spans: from `stretches`.
        cuts: from `cut_probabilities`; those of one half and more bound the neighbours.

    Returns:
        Object array (n_stretches, len(CLAUSE_COLUMNS)).
    """
    texts, n = [clause.model_text for clause in clauses], len(clauses)
    begins = [0, *(i + 1 for i, p in enumerate(cuts) if p >= 0.5), n]
    counted = np.array([cues.count_cues(text) for text in texts], dtype=float)
    held, none = np.minimum(counted, 1), np.zeros(len(cues.CUES))
    so_far = np.minimum(np.vstack([none, np.cumsum(counted, axis=0)]), 1)
    said = np.array([cues.pronouns(text) for text in texts], dtype=float)
    sums = np.vstack([np.zeros(said.shape[1]), np.cumsum(said, axis=0)])
    total = max(1.0, float(sums[-1, 4]))
    phones = np.concatenate([[0], np.cumsum([text.count("xphonex") for text in texts])])
    rows = np.empty((len(spans), len(CLAUSE_COLUMNS)), dtype=object)
    numbers = np.empty((len(spans), len(CLAUSE_COLUMNS) - CLAUSE_TEXTS))
    for row, (first, last) in enumerate(spans):
        end = last + 1
        left = begins[bisect_left(begins, first) - 1] if first else 0
        right = begins[bisect_right(begins, end)] if end < n else n
        before, after = bisect_left(begins, first), len(begins) - bisect_right(begins, end) if end < n else 0
        text = " ".join(texts[first:end])
        rows[row, 0] = text
        rows[row, 1] = " ".join(texts[left:first]) if first else START
        rows[row, 2] = " ".join(texts[end:right]) if end < n else END
        own, words = sums[end] - sums[first], max(1.0, float(sums[end, 4] - sums[first, 4]))
        numbers[row] = np.concatenate(
            [
                [min(before, 6), min(after, 6), before / max(1, before + after), sums[first, 4] / total],
                [(total - sums[end, 4]) / total, np.log1p(own[4]), first == 0, before == 1, end == n, min(phones[first], 2)],
                own[:4] / words,
                own[5:6],
                np.log1p(counted[first] if first == last else np.array(cues.count_cues(text), dtype=float)),
                held[left:first].max(axis=0) if first else none,
                held[end:right].max(axis=0) if end < n else none,
                so_far[first],
            ]
        )
    rows[:, CLAUSE_TEXTS:] = numbers
    return rows


def posteriors(spans: Sequence[Span], probabilities: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """Label probabilities of each clause: the mean over all ways of joining clauses, by the forward-backward algorithm.

    Args:
        spans: from `stretches`.
        probabilities: (n_stretches, n_labels) of the stretches.
        cuts: from `cut_probabilities`.

    Returns:
        (n_clauses, n_labels), rows sum to 1 where those of the stretches do.
    """
    n = len(cuts) + 1
    begins = np.clip(np.concatenate([[1.0], cuts, [1.0]]), 1e-4, 1)  # no clause may be out of reach
    goes_on = np.clip(1 - begins, 1e-4, 1)
    chances = [float(np.prod(goes_on[first + 1 : last + 1]) * begins[last + 1]) for first, last in spans]
    forward, backward = np.zeros(n + 1), np.zeros(n + 1)
    forward[0] = backward[n] = 1.0
    for (first, last), chance in zip(spans, chances, strict=True):
        forward[last + 1] += forward[first] * chance
    for (first, last), chance in zip(reversed(spans), reversed(chances), strict=True):
        backward[first] += chance * backward[last + 1]
    out = np.zeros((n, probabilities.shape[1]))
    for (first, last), chance, row in zip(spans, chances, probabilities, strict=True):
        out[first : last + 1] += forward[first] * chance * backward[last + 1] / forward[n] * row
    return out


def joined_probabilities(messages: Sequence[Sequence[Clause]], estimator: Any, about: Joining) -> list[np.ndarray]:
    """Label probabilities of each clause by the stretches that it may belong to, of many messages in one go.

    Args:
        messages: the clauses of each; none without clauses.
        estimator: fitted on whole pieces.
        about: how stretches are made.

    Returns:
        One array (n_clauses, n_classes) per message, in the order of the estimator's classes.
    """
    cuts = [cut_probabilities(clauses, float(about["intercept"]), about["weights"]) for clauses in messages]
    spans = [stretches(each, int(about["most"]), float(about["least"])) for each in cuts]
    rows = [stretch_rows(*one) for one in zip(messages, spans, cuts, strict=True)]
    found = sharpened(estimator.predict_proba(np.vstack(rows)), float(about["temperature"]))
    each = np.split(found, np.cumsum([len(one) for one in spans])[:-1])
    return [posteriors(*one) for one in zip(spans, each, cuts, strict=True)]


def mixed(alone: np.ndarray, joined: np.ndarray, about: Joining) -> np.ndarray:
    """The mean of what clauses say alone and in their stretches.

    Args:
        alone: (n_clauses, n_classes).
        joined: the same, from `joined_probabilities`.
        about: with the share of the second.
    """
    share = float(about["share"])
    return (1 - share) * alone + share * joined
