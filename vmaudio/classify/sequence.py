"""Label probabilities and the order of labels: what parts and approach share, in training and in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vmaudio.classify.model_folder import Model
from vmaudio.errors import ModelRefused
from vmaudio.records import PARTS


def ordered_columns(probabilities: np.ndarray, classes: Sequence[str], wanted: Sequence[str]) -> np.ndarray:
    """Put the columns of ``predict_proba`` into another order.

    Args:
        probabilities: (n, len(classes)).
        classes: their labels.
        wanted: the labels in the order wanted.

    Returns:
        (n, len(wanted)), rows sum to 1; a label that was never trained gets 0.
    """
    out = np.zeros((len(probabilities), len(wanted)))
    for column, name in enumerate(classes):
        if name in wanted:
            out[:, wanted.index(name)] = probabilities[:, column]
    total = out.sum(axis=1, keepdims=True)
    return np.where(total > 0, out / np.where(total > 0, total, 1), 1 / len(wanted))


def sharpened(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Raise probabilities to the power 1 / temperature, rows to sum 1: below 1 they become surer, above 1 less sure.

    One sigmoid per class, normalised, is too modest where there are many classes; one number fitted on out-of-fold
    predictions corrects that (temperature scaling: Guo et al. 2017, ICML).

    Args:
        probabilities: (n, n_labels).
        temperature: above 0; 1 changes nothing.

    Returns:
        (n, n_labels), rows sum to 1.
    """
    powered = probabilities ** (1 / temperature)
    return powered / powered.sum(axis=1, keepdims=True)


def transition_matrix(paths: Sequence[Sequence[str]], smoothing: float = 0.5, labels: Sequence[str] = PARTS) -> np.ndarray:
    """Estimate how labels follow one another.

    Args:
        paths: labels of the clauses of each message, in order.
        smoothing: added to each count.
        labels: all that there are, in their order.

    Returns:
        Array (len(labels) + 1, len(labels) + 1) of probabilities, rows sum to 1; the last row is the start of a message,
        the last column its end.
    """
    size, place = len(labels), {label: i for i, label in enumerate(labels)}
    counts = np.full((size + 1, size + 1), max(smoothing, 1e-9))  # a label never seen must not divide by 0
    for path in paths:
        before = size
        for label in path:
            counts[before, place[label]] += 1
            before = place[label]
        counts[before, size] += 1
    return counts / counts.sum(axis=1, keepdims=True)


def best_path(probabilities: np.ndarray, matrix: np.ndarray, weight: float, labels: Sequence[str] = PARTS) -> list[str]:
    """Choose the best path of labels (Viterbi).

    ``number_repeat`` is only allowed once a ``number`` has been; the search therefore carries one bit besides the label.

    Args:
        probabilities: (n_clauses, len(labels)), each row sums to 1.
        matrix: from `transition_matrix`.
        weight: exponent on the transition probabilities; 0 ignores them (and keeps the rule for ``number_repeat``).
        labels: of the columns.

    Returns:
        One label per clause.
    """
    n, size = probabilities.shape
    if n == 0:
        return []
    emit = np.log(np.clip(probabilities, 1e-6, 1))
    move = weight * np.log(matrix)
    number, repeat = labels.index("number"), labels.index("number_repeat")
    # states 0..size-1: no number yet; size..2*size-1: a number has been said
    step = np.full((2 * size, 2 * size), -np.inf)
    step[:size, :size] = move[:size, :size]
    step[size:, size:] = move[:size, :size]
    step[:size, size + number] = move[:size, number]
    step[:, [number, repeat]] = -np.inf  # a number sets the bit; no repeat without it
    best = np.full(2 * size, -np.inf)
    best[:size] = move[size, :size] + emit[0]
    best[size + number] = best[number]
    best[[number, repeat]] = -np.inf
    back = np.zeros((n, 2 * size), dtype=int)
    for i in range(1, n):
        scores = best[:, None] + step
        back[i] = scores.argmax(axis=0)
        best = scores.max(axis=0) + np.tile(emit[i], 2)
    state = int((best + np.tile(move[:size, size], 2)).argmax())
    path = [state]
    for i in range(n - 1, 0, -1):
        state = int(back[i, state])
        path.append(state)
    return [labels[state % size] for state in reversed(path)]


def boosted(probabilities: np.ndarray, shares: np.ndarray, boost: float) -> np.ndarray:
    """Lift rare labels: divide by their share of all clauses to the power ``boost`` (0 to 1), rows to sum 1.

    Calibrated probabilities favour frequent labels as often as these are frequent; a macro average counts all labels alike
    (decision by balanced posteriors: Saerens et al. 2002, Neural Computation 14:21).

    Args:
        probabilities: (n, n_labels).
        shares: (n_labels,) share of all clauses that have each label.
        boost: 0 changes nothing, 1 takes all of the frequency out.

    Returns:
        (n, n_labels), rows sum to 1.
    """
    lifted = probabilities * np.maximum(shares, 1e-4) ** -boost
    return lifted / lifted.sum(axis=1, keepdims=True)


def check_columns(model: Model, name: str, columns: Sequence[str]) -> None:
    """Refuse a model that another version of the code made, or of another kind.

    Args:
        model: to be used.
        name: of the kind wanted.
        columns: that this version makes.

    Raises:
        ModelRefused: the model is of another kind, or was trained on other columns.
    """
    meta: Mapping[str, Any] = model.meta
    if model.name != name:
        raise ModelRefused(f"Model {model.model_id} is no {name} model. Name one, as `vmaudio models list` shows them.")
    if list(meta.get("columns", ())) != list(columns):
        raise ModelRefused(
            f"Model {model.model_id} was trained on other columns than this vmaudio makes. "
            f"Train it again with `vmaudio models train {name}`."
        )


def model_probabilities(rows: np.ndarray, model: Model, name: str, columns: Sequence[str], labels: Sequence[str]) -> np.ndarray:
    """A model's probabilities for rows, calibrated by its temperature.

    Args:
        rows: (n, len(columns)).
        model: whose pipeline reads the rows.
        name: of the kind of model wanted.
        columns: that this version makes.
        labels: classes in the order wanted.

    Returns:
        (n, len(labels)), in that order; rows sum to 1.

    Raises:
        ModelRefused: as `check_columns`.
    """
    check_columns(model, name, columns)
    in_order = ordered_columns(model.estimator.predict_proba(rows), list(model.meta["classes"]), labels)
    return sharpened(in_order, float(model.meta.get("temperature", 1.0)))
