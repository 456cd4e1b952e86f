"""Fitting: folds by rep, choice among candidates, calibrated probabilities, and the nested cross-validation around them."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vmaudio.classify import CLAUSE_COLUMNS, best_path, boosted, ordered_columns, sharpened, transition_matrix
from vmaudio.events import Event, Listener, ignore
from vmaudio.records import PARTS
from vmaudio.training import metrics
from vmaudio.training.tasks import Candidate, Rows, Task

OUTER_FOLDS = 5
CHOICE_FOLDS = 3
CALIBRATION_FOLDS = 3
QUICK_FOLDS = 2  # of the part models that only make rows for the approach: there are twenty-three of them
PARALLEL_FROM = 2000  # rows; below, starting processes costs more than it saves
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


def folds(y: np.ndarray, groups: np.ndarray, n: int, seed: int = 0) -> list[tuple[np.ndarray, np.ndarray]]:
    """Split rows into folds that keep each group whole and the classes about even; fewer folds when groups are few."""
    from sklearn.model_selection import StratifiedGroupKFold

    n = max(2, min(n, len(set(groups.tolist()))))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")
        return list(StratifiedGroupKFold(n, shuffle=True, random_state=seed).split(np.zeros(len(y)), y, groups))


def workers(size: int) -> int:
    """How many processes pay for so many rows: two where there are two cores. Results are the same either way."""
    return 1 if size < PARALLEL_FROM else min(2, os.cpu_count() or 1)


def calibrated(candidate: Candidate, rows: Rows, seed: int = 0, jobs: int = 1, n_folds: int = CALIBRATION_FOLDS) -> Any:
    """Fit a candidate with sigmoid calibration on folds by rep; stock scikit-learn, one pipeline in the result.

    Sigmoid at every size: isotonic is not advised far below 1,000 rows, and the rare classes stay far below it.
    """
    from sklearn.calibration import CalibratedClassifierCV

    split = folds(rows.y, rows.groups, n_folds, seed)
    model = CalibratedClassifierCV(candidate.make(), method="sigmoid", cv=split, n_jobs=jobs, ensemble=False)
    with warnings.catch_warnings():
        # a class whose rows are all of one rep is missing from the folds without that rep
        warnings.filterwarnings("ignore", message="Number of classes in training fold")
        model.fit(rows.x, rows.y)
    model.set_params(cv=None, n_jobs=None)  # the row numbers of the folds and the machine's cores are no part of the model
    slim(model)
    return model


def slim(model: Any) -> None:
    """Make a fitted model small to store, in place: plain integers in vocabularies, single precision in coefficients.

    skops writes each NumPy integer as a file of its own; as plain integers the same vocabulary takes a tenth of the space.
    """
    for fitted in getattr(model, "calibrated_classifiers_", ()):
        pipeline = fitted.estimator
        for step in (step for _, step in pipeline.steps):
            for _, block, _ in getattr(step, "transformers_", ()):
                if hasattr(block, "vocabulary_"):
                    block.vocabulary_ = {word: int(place) for word, place in block.vocabulary_.items()}
            if hasattr(step, "coef_"):
                step.coef_ = step.coef_.astype(np.float32)


def choose(candidates: Sequence[Candidate], rows: Rows, seed: int = 0, jobs: int = 1) -> tuple[Candidate, dict[str, float]]:
    """The candidate with the best macro F1 over inner folds by rep; ties go to the first. Also the table of all scores."""
    if len(candidates) == 1:
        return candidates[0], {}
    labels = sorted(set(rows.y.tolist()))
    split = folds(rows.y, rows.groups, CHOICE_FOLDS, seed)
    pairs = [(candidate, train, test) for candidate in candidates for train, test in split]
    found = _in_parallel(_predicted, [(rows, *pair) for pair in pairs], jobs)
    table = {}
    for i, candidate in enumerate(candidates):
        guess = np.empty(len(rows.y), dtype=object)
        for (_, test), answers in zip(split, found[i * len(split) : (i + 1) * len(split)], strict=True):
            guess[test] = answers
        table[candidate.name] = metrics.scores(metrics.confusion(rows.y.tolist(), guess.tolist(), labels))["macro_f1"]
    best = max(candidates, key=lambda c: table[c.name])
    return best, table


def _predicted(rows: Rows, candidate: Candidate, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    return np.asarray(candidate.make().fit(rows.x[train], rows.y[train]).predict(rows.x[test]))


def _in_parallel(work: Callable[..., Any], jobs: Sequence[tuple[Any, ...]], n: int) -> list[Any]:
    """Call a function with each of some arguments, in ``n`` processes; the answers are in order."""
    if n == 1:
        return [work(*one) for one in jobs]
    from joblib import Parallel, delayed

    return list(Parallel(n_jobs=n)(delayed(work)(*one) for one in jobs))


def out_of_fold(task: Task, seed: int = 0, listener: Listener = ignore) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Nested cross-validation: every message is predicted by a model, chosen and fitted, that never met its rep.

    Returns:
        Probabilities (n_rows, n_labels) in the order of ``task.labels``; the fold of each row; the candidates chosen.
    """
    first_row = np.array([np.flatnonzero(task.row_message == i)[0] for i in range(len(task.groups))])
    if task.name == "part":  # folds even in the rarest part of each message, not in its first one
        rarity = {label: int((task.y == label).sum()) for label in set(task.y.tolist())}
        message_y = np.array(
            [min(task.y[task.row_message == i].tolist(), key=lambda label: rarity[label]) for i in range(len(task.groups))]
        )
    else:
        message_y = task.y[first_row]
    probabilities = np.zeros((len(task.y), len(task.labels)))
    fold_of = np.zeros(len(task.y), dtype=int)
    split = folds(message_y, task.groups, OUTER_FOLDS, seed)
    chosen = []
    for number, (name, found) in enumerate(_each(task, split, seed)):
        chosen.append(name)
        where = np.concatenate([np.flatnonzero(task.row_message == i) for i in split[number][1]])
        probabilities[where] = found
        fold_of[where] = number
        listener(Event("cross-validate", task.name, number + 1, len(split)))
    return probabilities, fold_of, chosen


def _each(task: Task, split: Sequence[tuple[np.ndarray, np.ndarray]], seed: int) -> Iterator[tuple[str, np.ndarray]]:
    """Do the outer folds, two at a time where that pays; the results are the same either way, and in order."""
    cores = workers(task.size)
    if cores == 1:
        yield from (_fold(task, train, test, seed) for train, test in split)
        return
    from joblib import Parallel, delayed

    yield from Parallel(n_jobs=cores, return_as="generator")(delayed(_fold)(task, *one, seed) for one in split)


def _fold(task: Task, train: np.ndarray, test: np.ndarray, seed: int) -> tuple[str, np.ndarray]:
    rows, judged = task.split(train, test)
    candidate, _ = choose(task.candidates, rows, seed)
    model = calibrated(candidate, rows, seed)
    return candidate.name, ordered_columns(model.predict_proba(judged), model.classes_.tolist(), task.labels)


def sharpen_folds(
    y: np.ndarray, probabilities: np.ndarray, fold_of: np.ndarray, labels: Sequence[str]
) -> tuple[np.ndarray, float]:
    """Sharpen out-of-fold probabilities, each fold by the temperature of the others; also the temperature of all."""
    right = np.array([labels.index(label) for label in y])
    out = np.empty_like(probabilities)
    for fold in sorted(set(fold_of.tolist())):
        here = fold_of == fold
        out[here] = sharpened(probabilities[here], temperature(probabilities[~here], right[~here]))
    return out, temperature(probabilities, right)


def temperature(probabilities: np.ndarray, right: np.ndarray) -> float:
    """The temperature with the best mean log-probability of the right columns, among 0.30, 0.35 ... 2.00."""

    def loss(t: float) -> float:
        p = sharpened(probabilities, t)[np.arange(len(right)), right]
        return float(-np.log(np.clip(p, 1e-6, 1)).mean())

    return min((round(0.3 + 0.05 * i, 2) for i in range(35)), key=loss)


def paths(probabilities: np.ndarray, row_message: np.ndarray, matrix: np.ndarray, weight: float) -> np.ndarray:
    """Decode each message's rows; returns the labels (n_rows,)."""
    out = np.empty(len(probabilities), dtype=object)
    for where in by_message(row_message):
        out[where] = best_path(probabilities[where], matrix, weight)
    return out


def by_message(row_message: np.ndarray) -> Iterator[np.ndarray]:
    """Row numbers of each message, in order."""
    for message in dict.fromkeys(row_message.tolist()):
        yield np.flatnonzero(row_message == message)


@dataclass(frozen=True)
class Decoding:
    """How out-of-fold part probabilities become labels: ``guess`` (n_rows,), the weight and boost that all folds together
    choose, macro F1 by weight at that boost and by boost at that weight, and each label's share of the rows.
    """

    guess: np.ndarray
    weight: float
    boost: float
    by_weight: Mapping[str, float]
    by_boost: Mapping[str, float]
    shares: np.ndarray


def shares_of(y: np.ndarray) -> np.ndarray:
    """Each part's share of the labels, (len(PARTS),)."""
    return np.array([(y == label).mean() for label in PARTS])


def decode_folds(y: np.ndarray, probabilities: np.ndarray, row_message: np.ndarray, fold_of: np.ndarray) -> Decoding:
    """Decode out-of-fold part probabilities with what the other folds say: transitions, their weight, shares and boost."""
    guess = np.empty(len(y), dtype=object)
    ways = [(weight, boost) for weight in WEIGHTS for boost in BOOSTS]
    table: dict[tuple[float, float], np.ndarray] = {way: np.empty(len(y), dtype=object) for way in ways}
    each = sorted(set(fold_of.tolist()))
    for fold in each:
        others = [list(y[where]) for where in by_message(row_message) if fold_of[where[0]] != fold]
        matrix, shares = transition_matrix(others), shares_of(y[fold_of != fold])
        here = np.flatnonzero(fold_of == fold)
        for (weight, boost), labels in table.items():
            lifted = boosted(probabilities[here], shares, boost)
            labels[here] = paths(lifted, row_message[here], matrix, weight)

    def score(labels: np.ndarray, where: np.ndarray) -> float:
        return metrics.scores(metrics.confusion(y[where].tolist(), labels[where].tolist(), PARTS))["macro_f1"]

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
    return Decoding(guess, weight, boost, by_weight, by_boost, shares_of(y))


def without_neighbours(task: Any, seed: int = 0) -> float:
    """Macro F1 by rep of the part model when a clause is judged alone: neither neighbours' words nor what they hold.

    The plain, uncalibrated first candidate; for the table of what the sequence buys.
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
    return metrics.scores(metrics.confusion(task.y.tolist(), guess.tolist(), PARTS))["macro_f1"]


def _alone(task: Any, train: np.ndarray, test: np.ndarray, hidden: Sequence[int]) -> np.ndarray:
    """Labels of the test messages' clauses by a pipeline that sees nothing of their neighbours."""
    from vmaudio.training.tasks import part_pipeline

    rows, judged = task.split(train, test)
    x, judged = rows.x.copy(), judged.copy()
    x[:, hidden] = 0.0
    judged[:, hidden] = 0.0
    return np.asarray(part_pipeline("svm", 0.1, neighbours=0).fit(x, rows.y).predict(judged))
