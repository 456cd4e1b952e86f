"""From out-of-fold probabilities of parts to labels: temperature, weight of the sequence, boost of rare labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.classify import CLAUSE_COLUMNS, best_path, boosted, sharpened, transition_matrix
from vmaudio.training import metrics
from vmaudio.training.fitting import OUTER_FOLDS, folds
from vmaudio.training.pipelines import part_pipeline
from vmaudio.training.rows import Task

DEFAULT_WEIGHT = 0.15
DEFAULT_BOOST = 0.5
"""How parts are decoded for the approach's training rows: near what is chosen for the part model."""
WEIGHTS = (0.0, 0.15, 0.3)
"""Exponents on the transition matrix among which the out-of-fold predictions choose; 0 is no sequence at all."""
BOOSTS = (0.0, 0.25, 0.5)
"""How far rare labels may be lifted (`vmaudio.classify.boosted`); chosen with the weight."""
SAME = 0.005
"""Ways of decoding so near to the best in macro F1 count as equal, and the least weight wins: with more of it one word's change
moves more labels."""


def sharpen_folds(
    y: np.ndarray, probabilities: np.ndarray, fold_of: np.ndarray, labels: Sequence[str]
) -> tuple[np.ndarray, float]:
    """Sharpen out-of-fold probabilities, each fold by the temperature of the others.

    Args:
        y: (n,) labels.
        probabilities: (n, len(labels)), out of fold.
        fold_of: (n,) the fold of each row.
        labels: of the columns.

    Returns:
        (n, len(labels)), and the temperature that all rows together choose.
    """
    right = np.array([labels.index(label) for label in y])
    out = np.empty_like(probabilities)
    for fold in sorted(set(fold_of.tolist())):
        here = fold_of == fold
        out[here] = sharpened(probabilities[here], temperature(probabilities[~here], right[~here]))
    return out, temperature(probabilities, right)


def temperature(probabilities: np.ndarray, right: np.ndarray) -> float:
    """The temperature with the best mean log-probability of the right columns, among 0.30, 0.35 ... 2.00.

    Args:
        probabilities: (n, n_labels).
        right: (n,) number of the right column.
    """

    def loss(t: float) -> float:
        p = sharpened(probabilities, t)[np.arange(len(right)), right]
        return float(-np.log(np.clip(p, 1e-6, 1)).mean())

    return min((round(0.3 + 0.05 * i, 2) for i in range(35)), key=loss)


def paths(
    probabilities: np.ndarray, row_message: np.ndarray, matrix: np.ndarray, weight: float, labels: Sequence[str]
) -> np.ndarray:
    """Decode each message's rows.

    Args:
        probabilities: (n_rows, len(labels)).
        row_message: (n_rows,) number of each row's message.
        matrix: from `vmaudio.classify.transition_matrix`.
        weight: exponent on the matrix.
        labels: of the columns.

    Returns:
        (n_rows,) labels.
    """
    out = np.empty(len(probabilities), dtype=object)
    for where in by_message(row_message):
        out[where] = best_path(probabilities[where], matrix, weight, labels)
    return out


def by_message(row_message: np.ndarray) -> Iterator[np.ndarray]:
    """Row numbers of each message, in order.

    Args:
        row_message: (n_rows,) number of each row's message.
    """
    for message in dict.fromkeys(row_message.tolist()):
        yield np.flatnonzero(row_message == message)


@dataclass(frozen=True)
class Decoding:
    """How out-of-fold part probabilities become labels.

    Attributes:
        guess: (n_rows,) labels.
        weight: exponent on the transition matrix that all folds together choose.
        boost: of rare labels, likewise.
        by_weight: macro F1 by weight at that boost.
        by_boost: macro F1 by boost at that weight.
        shares: each label's share of the rows.
    """

    guess: np.ndarray
    weight: float
    boost: float
    by_weight: Mapping[str, float]
    by_boost: Mapping[str, float]
    shares: np.ndarray


def shares_of(y: np.ndarray, labels: Sequence[str]) -> np.ndarray:
    """Each part's share of the labels.

    Args:
        y: (n,) labels.
        labels: all that there are, in their order.

    Returns:
        (len(labels),), sums to 1.
    """
    return np.array([(y == label).mean() for label in labels])


def decode_folds(
    y: np.ndarray, probabilities: np.ndarray, row_message: np.ndarray, fold_of: np.ndarray, labels: Sequence[str]
) -> Decoding:
    """Decode out-of-fold part probabilities with what the other folds say: transitions, their weight, shares and boost.

    Args:
        y: (n_rows,) labels.
        probabilities: (n_rows, len(labels)), out of fold.
        row_message: (n_rows,) number of each row's message.
        fold_of: (n_rows,) the fold of each row.
        labels: of the columns.
    """
    guess = np.empty(len(y), dtype=object)
    ways = [(weight, boost) for weight in WEIGHTS for boost in BOOSTS]
    table: dict[tuple[float, float], np.ndarray] = {way: np.empty(len(y), dtype=object) for way in ways}
    each = sorted(set(fold_of.tolist()))
    for fold in each:
        others = [list(y[where]) for where in by_message(row_message) if fold_of[where[0]] != fold]
        matrix, shares = transition_matrix(others, labels=labels), shares_of(y[fold_of != fold], labels)
        here = np.flatnonzero(fold_of == fold)
        for (weight, boost), guesses in table.items():
            lifted = boosted(probabilities[here], shares, boost)
            guesses[here] = paths(lifted, row_message[here], matrix, weight, labels)

    def score(guesses: np.ndarray, where: np.ndarray) -> float:
        return metrics.scores(metrics.confusion(y[where].tolist(), guesses[where].tolist(), labels))["macro_f1"]

    def best(where: np.ndarray) -> tuple[float, float]:
        found = {way: score(table[way], where) for way in ways}
        enough = max(found.values()) - SAME
        weight = min(weight for weight, boost in ways if found[weight, boost] >= enough)
        return max((way for way in ways if way[0] == weight), key=lambda way: found[way])

    everywhere = np.arange(len(y))
    for fold in each:
        elsewhere, here = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        guess[here] = table[best(elsewhere)][here]
    overall = {way: score(table[way], everywhere) for way in ways}
    weight, boost = best(everywhere)
    by_weight = {f"{w:g}": overall[w, boost] for w in WEIGHTS}
    by_boost = {f"{b:g}": overall[weight, b] for b in BOOSTS}
    return Decoding(guess, weight, boost, by_weight, by_boost, shares_of(y, labels))


def without_neighbours(task: Task, seed: int = 0) -> float:
    """Macro F1 by rep of the part model when a clause is tested alone: neither neighbours' words nor what they hold.

    The plain, uncalibrated first candidate; for the table of what the sequence is worth.

    Args:
        task: the part task.
        seed: of the folds.
    """
    hidden = [
        i
        for i, name in enumerate(CLAUSE_COLUMNS)
        if name.startswith(("before_", "after_", "so_far_")) or name == "phones_before"
    ]
    guess = np.empty(len(task.y), dtype=object)
    message_y = np.array([task.y[where[0]] for where in by_message(task.row_message)])
    split = folds(message_y, task.groups, OUTER_FOLDS, seed)
    for train, test in split:
        answers = _alone(task, train, test, hidden)
        where = np.concatenate([np.flatnonzero(task.row_message == i) for i in test])
        guess[where] = answers
    return metrics.scores(metrics.confusion(task.y.tolist(), guess.tolist(), task.labels))["macro_f1"]


def _alone(task: Task, train: np.ndarray, test: np.ndarray, hidden: Sequence[int]) -> np.ndarray:
    """Labels of the test messages' clauses by a pipeline that sees nothing of their neighbours."""
    rows, tested = task.split(train, test)
    x, tested = rows.x.copy(), tested.copy()
    x[:, hidden] = 0.0
    tested[:, hidden] = 0.0
    return np.asarray(part_pipeline("svm", 0.1, neighbours=0).fit(x, rows.y).predict(tested))
