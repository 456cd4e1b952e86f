"""The part that each clause of a message plays.

One row per clause (its words, its neighbours' words, the cue phrases of `cues`, its place in the message), a scikit-learn
pipeline for the label probabilities, then the best path through a transition matrix (Viterbi). The pipeline and its numbers
come from the model's folder; this module holds the code that turns clauses into rows, which training and use share.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vmaudio.classify import cues
from vmaudio.classify.model_classes import parts_of
from vmaudio.classify.model_folder import Model
from vmaudio.classify.options import STRUCTURE_OPTIONS
from vmaudio.classify.own_classes import OwnClass
from vmaudio.classify.sequence import best_path, boosted, check_columns, ordered_columns, sharpened
from vmaudio.records import PARTS, Clause, Part

START, END = "xstartx", "xendx"
"""What the neighbour's text is before the first and after the last clause."""

_N_CUES = len(cues.CUES)
_PLACE = (
    "clauses_before", "clauses_after", "place", "words_before", "words_after", "log_words", "is_first", "is_second",
    "is_last", "phones_before",
)  # fmt: skip
SHARES = ("we_share", "you_share", "i_share", "they_share", "asks")
"""Columns of pronouns and questions, which both models read."""
CLAUSE_COLUMNS = (
    "text", "text_before", "text_after", *_PLACE, *SHARES,
    *(f"cue_{name}" for name in cues.CUES),
    *(f"before_{name}" for name in cues.CUES),
    *(f"after_{name}" for name in cues.CUES),
    *(f"so_far_{name}" for name in cues.CUES),
)  # fmt: skip
"""Columns of `clause_rows`; the first three are text, the others numbers."""
CLAUSE_TEXTS = 3
CLAUSE_CUES = CLAUSE_TEXTS + len(_PLACE) + len(SHARES)
"""Index of the first cue column."""


def clause_rows(clauses: Sequence[Clause]) -> np.ndarray:
    """Turn the clauses of one message into rows for the part model.

    Args:
        clauses: of one message.

    Returns:
        Object array (n_clauses, len(CLAUSE_COLUMNS)): three texts, then floats.
    """
    texts = [clause.model_text for clause in clauses]
    n = len(texts)
    found = np.array([cues.count_cues(text) for text in texts], dtype=float).reshape(n, _N_CUES)
    said = np.array([cues.pronouns(text) for text in texts], dtype=float).reshape(n, len(cues.PRONOUNS))
    words = said[:, 4]
    before = np.concatenate([[0.0], np.cumsum(words)])[:n]
    total = max(1.0, float(words.sum()))
    index = np.arange(n, dtype=float)
    phones = np.array([text.count("xphonex") for text in texts], dtype=float)
    place = np.column_stack(
        [
            np.minimum(index, 6),
            np.minimum(n - 1 - index, 6),
            index / max(1, n - 1),
            before / total,
            (total - before - words) / total,
            np.log1p(words),
            (index == 0).astype(float),
            (index == 1).astype(float),
            (index == n - 1).astype(float),
            np.minimum(np.concatenate([[0.0], np.cumsum(phones)])[:n], 2),
        ]
    )
    shares = np.column_stack([said[:, :4] / np.maximum(1, words)[:, None], said[:, 5]])
    any_cue = np.minimum(found, 1)
    none = np.zeros((1, _N_CUES))
    so_far = np.minimum(np.vstack([none, np.cumsum(found, axis=0)])[:n], 1)
    numbers = np.hstack(
        [place, shares, np.log1p(found), np.vstack([none, any_cue])[:n], np.vstack([any_cue, none])[1 : n + 1], so_far]
    )
    rows = np.empty((n, len(CLAUSE_COLUMNS)), dtype=object)
    for i in range(n):
        rows[i, 0] = texts[i]
        rows[i, 1] = texts[i - 1] if i else START
        rows[i, 2] = texts[i + 1] if i + 1 < n else END
    rows[:, CLAUSE_TEXTS:] = numbers
    return rows


def part_probabilities(clauses: Sequence[Clause], model: Model, cuts: str = "found") -> np.ndarray:
    """Label probabilities of each clause of a message.

    Args:
        clauses: of one message.
        model: the part model.
        cuts: "found" where the program cut the message, "given" where a person did. The program cuts finer (at pauses and
            cue phrases), so the model folder holds one pipeline for each kind of cut.

    Returns:
        (n_clauses, n_parts) in the order of `parts_of`, rows sum to 1.

    Raises:
        ModelRefused: the model was trained on other columns than this version makes.
    """
    return part_probabilities_of([clauses], model, cuts)[0]


def part_probabilities_of(messages: Sequence[Sequence[Clause]], model: Model, cuts: str = "found") -> list[np.ndarray]:
    """`part_probabilities` of many messages in one go: most of the time of a single one goes into calling the pipeline.

    Args:
        messages: the clauses of each.
        model: the part model.
        cuts: "found" or "given", as in `part_probabilities`.

    Returns:
        One array (n_clauses, n_parts) per message, in the order of `parts_of`.

    Raises:
        ModelRefused: the model was trained on other columns than this version makes.
    """
    check_columns(model, "part", CLAUSE_COLUMNS)
    lengths, labels = [len(clauses) for clauses in messages], parts_of(model)
    if not sum(lengths):
        return [np.zeros((0, len(labels))) for _ in messages]
    rows = np.vstack([clause_rows(clauses) for clauses in messages])
    in_order = ordered_columns(model.estimator[cuts].predict_proba(rows), list(model.meta["classes"]), labels)
    probabilities = sharpened(in_order, float(model.meta["sequence"][cuts].get("temperature", 1.0)))
    return np.split(probabilities, np.cumsum(lengths)[:-1])


def part_path(probabilities: np.ndarray, model: Model, cuts: str = "found") -> list[str]:
    """The label of each clause, given their probabilities and the model's transition matrix for this kind of cut.

    Args:
        probabilities: (n_clauses, n_parts) from `part_probabilities`.
        model: the part model.
        cuts: "found" or "given", as in `part_probabilities`.
    """
    sequence, labels = model.meta["sequence"][cuts], parts_of(model)
    lifted = boosted(probabilities, np.array(sequence.get("shares", [1.0] * len(labels))), float(sequence.get("boost", 0.0)))
    return best_path(lifted, np.array(sequence["transitions"]), float(sequence["weight"]), labels)


def join_parts(
    clauses: Sequence[Clause],
    path: Sequence[str],
    probabilities: np.ndarray,
    may_be: float = STRUCTURE_OPTIONS.may_be,
    own: Sequence[OwnClass] = (),
) -> tuple[Part, ...]:
    """Join neighbouring clauses of equal label.

    Args:
        clauses: of one message.
        path: the label of each.
        probabilities: (n_clauses, len(PARTS) + len(own)).
        may_be: least probability of a label that a part keeps besides its own.
        own: parts of a team's own, which the last columns are of. Each one's probability counts for its role too.

    Returns:
        The parts in the order of time; a part's probability is the mean over its clauses, weighted by their words.
    """
    labels, about = (*PARTS, *(one.name for one in own)), {one.name: one for one in own}
    chances = probabilities
    if any(one.role for one in own):
        chances = probabilities.copy()
        for column, one in enumerate(own, start=len(PARTS)):
            if one.role:
                chances[:, PARTS.index(one.role)] += probabilities[:, column]
    parts: list[Part] = []
    i = 0
    while i < len(path):
        j = i
        while j + 1 < len(path) and path[j + 1] == path[i]:
            j += 1
        weights = [max(1, len(clause.text.split())) for clause in clauses[i : j + 1]]
        p = probabilities[i : j + 1, labels.index(path[i])]
        text = " ".join(clause.text.strip() for clause in clauses[i : j + 1])
        most = chances[i : j + 1].max(axis=0)  # one clause of several may be something else: the mean would hide it
        maybe = {label: round(float(most[k]), 3) for k, label in enumerate(labels) if most[k] >= may_be}
        role, title = (about[path[i]].role, about[path[i]].title) if path[i] in about else ("", "")
        probability = float(np.average(p, weights=weights))
        parts.append(Part(path[i], clauses[i].start_s, clauses[j].end_s, text, probability, maybe, role, title))
        i = j + 1
    return tuple(parts)


def number_parts(clauses: Sequence[Clause]) -> tuple[Part, ...]:
    """The telephone numbers alone, which are the same in every language.

    Args:
        clauses: of one message.

    Returns:
        A part for each clause with a number: "number", then "number_repeat".
    """
    parts: list[Part] = []
    for clause in clauses:
        if "xphonex" in clause.model_text:
            name = "number_repeat" if parts else "number"
            parts.append(Part(name, clause.start_s, clause.end_s, clause.text.strip(), 1.0))
    return tuple(parts)
