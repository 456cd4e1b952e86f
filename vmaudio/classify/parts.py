"""The part that each clause of a message plays.

One row per clause (its words, its neighbours' words, the cue phrases of `cues`, its place in the message), a scikit-learn
pipeline for the label probabilities, for clauses that the program cut a second one that judges stretches of them
(`stretches`), then the best path through a transition matrix (Viterbi). The pipelines and their numbers come from the model's
folder; the code that turns clauses into rows is shared by training and use.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vmaudio.classify.model_classes import parts_of
from vmaudio.classify.model_folder import Model
from vmaudio.classify.options import STRUCTURE_OPTIONS
from vmaudio.classify.own_classes import OwnClass
from vmaudio.classify.part_rows import CLAUSE_COLUMNS, clause_rows
from vmaudio.classify.sequence import best_path, boosted, check_columns, ordered_columns, sharpened
from vmaudio.classify.stretches import joined_probabilities, mixed
from vmaudio.records import PARTS, Clause, Part


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
    return [probabilities for probabilities, _ in part_views_of(messages, model, cuts)]


def part_views_of(
    messages: Sequence[Sequence[Clause]], model: Model, cuts: str = "found"
) -> list[tuple[np.ndarray, np.ndarray]]:
    """What `part_probabilities_of` gives, and beside it the highest chance of each label, alone or in stretches.

    In stretches neighbouring clauses get much the same answer, and what one of them by itself might be is no longer seen in the
    mean: whether a part is surely absent is judged by the highest.

    Args:
        messages: the clauses of each.
        model: the part model.
        cuts: "found" or "given", as in `part_probabilities`.

    Returns:
        Two arrays (n_clauses, n_parts) per message, in the order of `parts_of`; rows of the first sum to 1.

    Raises:
        ModelRefused: the model was trained on other columns than this version makes.
    """
    check_columns(model, "part", CLAUSE_COLUMNS)
    lengths, labels = [len(clauses) for clauses in messages], parts_of(model)
    if not sum(lengths):
        return [(np.zeros((0, len(labels))),) * 2 for _ in messages]
    rows, about = np.vstack([clause_rows(clauses) for clauses in messages]), model.meta["sequence"][cuts]
    alone = model.estimator[cuts].predict_proba(rows)
    views = [alone]
    if "joined" in about:
        each = joined_probabilities([clauses for clauses in messages if clauses], model.estimator["joined"], about["joined"])
        joined = np.vstack(each)
        views = [mixed(alone, joined, about["joined"]), alone, joined]
    classes, temperature = list(model.meta["classes"]), float(about.get("temperature", 1.0))
    views = [sharpened(ordered_columns(view, classes, labels), temperature) for view in views]
    ends = np.cumsum(lengths)[:-1]
    return list(zip(np.split(views[0], ends), np.split(np.max(views, axis=0), ends), strict=True))


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
    highest: np.ndarray | None = None,
) -> tuple[Part, ...]:
    """Join neighbouring clauses of equal label.

    Args:
        clauses: of one message.
        path: the label of each.
        probabilities: (n_clauses, len(PARTS) + len(own)).
        may_be: least probability of a label that a part keeps besides its own.
        own: parts of a team's own, which the last columns are of. Each one's probability counts for its role too.
        highest: chances of the labels that a part keeps, from `part_views_of`; the probabilities by default.

    Returns:
        The parts in the order of time; a part's probability is the mean over its clauses, weighted by their words.
    """
    labels, about = (*PARTS, *(one.name for one in own)), {one.name: one for one in own}
    chances = probabilities if highest is None else highest
    if any(one.role for one in own):
        chances = chances.copy()
        for column, one in enumerate(own, start=len(PARTS)):
            if one.role:
                chances[:, PARTS.index(one.role)] += chances[:, column]
        chances = np.minimum(chances, 1)
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
