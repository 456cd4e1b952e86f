"""Fitting: folds by rep, choice among candidates, calibrated probabilities, and the nested cross-validation around them."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from vmaudio.classify import ordered_columns
from vmaudio.events import Event, Listener, ignore
from vmaudio.training import metrics
from vmaudio.training.rows import Candidate, Rows, Task

OUTER_FOLDS = 5
CHOICE_FOLDS = 3
CALIBRATION_FOLDS = 3
QUICK_FOLDS = 2  # of the part models that only make rows for the approach: there are twenty-three of them
PARALLEL_FROM = 2000  # rows; below, starting processes costs more than it saves


def folds(y: np.ndarray, groups: np.ndarray, n: int, seed: int = 0) -> list[tuple[np.ndarray, np.ndarray]]:
    """Split rows into folds that keep each group whole and the classes about even; fewer folds when groups are few.

    Args:
        y: (n,) labels.
        groups: (n,) numbers of groups.
        n: most folds.
        seed: of the shuffle.

    Returns:
        (train, test) row numbers of each fold.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    n = max(2, min(n, len(set(groups.tolist()))))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")
        return list(StratifiedGroupKFold(n, shuffle=True, random_state=seed).split(np.zeros(len(y)), y, groups))


def workers(size: int) -> int:
    """How many processes pay for so many rows: two where there are two cores. Results are the same either way.

    Args:
        size: number of rows.
    """
    return 1 if size < PARALLEL_FROM else min(2, os.cpu_count() or 1)


def calibrated(candidate: Candidate, rows: Rows, seed: int = 0, jobs: int = 1, n_folds: int = CALIBRATION_FOLDS) -> Any:
    """Fit a candidate with sigmoid calibration on folds by rep; stock scikit-learn, one pipeline in the result.

    Sigmoid at every size: isotonic is not advised far below 1,000 rows, and the rare classes stay far below it.

    Args:
        candidate: to be fitted.
        rows: to fit on.
        seed: of the folds.
        jobs: processes.
        n_folds: for the calibration.
    """
    from sklearn.calibration import CalibratedClassifierCV

    split = folds(rows.y, rows.groups, n_folds, seed)
    model = CalibratedClassifierCV(made(candidate, rows), method="sigmoid", cv=split, n_jobs=jobs, ensemble=False)
    with warnings.catch_warnings():
        # a class whose rows are all of one rep is missing from the folds without that rep
        warnings.filterwarnings("ignore", message="Number of classes in training fold")
        model.fit(rows.x, rows.y)
    model.set_params(cv=None, n_jobs=None)  # the row numbers of the folds and the machine's cores are no part of the model
    slim(model)
    return model


def made(candidate: Candidate, rows: Rows) -> Any:
    """Make a candidate's pipeline, unfitted, whose vocabularies hold only words of several reps.

    A model is handed on, and what one or two reps say is a customer's name, a street, a company. It also tells nothing of
    other reps.

    Args:
        candidate: what is made.
        rows: that it will be fitted on.

    Returns:
        The pipeline.
    """
    from sklearn.base import clone

    pipeline = candidate.make()
    steps = [step for _, step in pipeline.steps if hasattr(step, "transformers")]
    blocks = [(block, place) for step in steps for _, block, place in step.transformers if hasattr(block, "vocabulary")]
    if not blocks or rows.fewest_reps <= 1:
        return pipeline
    shared = _shared_words(blocks[0][0].build_tokenizer(), [rows.x[:, place] for _, place in blocks], rows)
    for block, place in blocks:
        terms = clone(block).fit(rows.x[:, place]).vocabulary_
        if block.analyzer == "word":
            kept = {term for term in terms if shared.issuperset(term.split(" "))}
        else:  # letters in a row: those of shared words
            kept = set(terms).intersection(block.build_analyzer()(" ".join(sorted(shared))))
        block.set_params(vocabulary=sorted(kept))
    return pipeline


def _shared_words(tokenize: Callable[[str], list[str]], texts: Sequence[np.ndarray], rows: Rows) -> set[str]:
    speakers: dict[str, set[int]] = {}
    for column in texts:
        for text, group in zip(column, rows.groups.tolist(), strict=True):
            for word in tokenize(text.lower()):
                speakers.setdefault(word, set()).add(group)
    # a fold of few reps may have fewer than must say a word: then all of them
    enough = min(rows.fewest_reps, len(set(rows.groups.tolist())))
    return {word for word, of in speakers.items() if len(of) >= enough}


def slim(model: Any) -> None:
    """Make a fitted model small to store, in place: plain integers in vocabularies, single precision in coefficients.

    skops writes each NumPy integer as a file of its own; as plain integers the same vocabulary takes a tenth of the space.

    Args:
        model: a fitted CalibratedClassifierCV.
    """
    for fitted in getattr(model, "calibrated_classifiers_", ()):
        pipeline = fitted.estimator
        for step in (step for _, step in pipeline.steps):
            for _, block, _ in getattr(step, "transformers_", ()):
                if hasattr(block, "vocabulary_"):
                    block.vocabulary = None  # the same words once more
                    block.vocabulary_ = {word: int(place) for word, place in block.vocabulary_.items()}
            if hasattr(step, "coef_"):
                step.coef_ = step.coef_.astype(np.float32)


def choose(candidates: Sequence[Candidate], rows: Rows, seed: int = 0, jobs: int = 1) -> tuple[Candidate, dict[str, float]]:
    """The candidate with the best macro F1 over inner folds by rep; ties go to the first.

    Args:
        candidates: in order of preference.
        rows: to fit and test on.
        seed: of the folds.
        jobs: processes.

    Returns:
        The candidate, and macro F1 by candidate.
    """
    if len(candidates) == 1:
        return candidates[0], {}
    labels = sorted(set(rows.y.tolist()))
    split = folds(rows.y, rows.groups, CHOICE_FOLDS, seed)
    pairs = [(candidate, train, test) for candidate in candidates for train, test in split]
    found = in_parallel(_predicted, [(rows, *pair) for pair in pairs], jobs)
    table = {}
    for i, candidate in enumerate(candidates):
        guess = np.empty(len(rows.y), dtype=object)
        for (_, test), answers in zip(split, found[i * len(split) : (i + 1) * len(split)], strict=True):
            guess[test] = answers
        table[candidate.name] = metrics.scores(metrics.confusion(rows.y.tolist(), guess.tolist(), labels))["macro_f1"]
    best = max(candidates, key=lambda c: table[c.name])
    return best, table


def _predicted(rows: Rows, candidate: Candidate, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    part = Rows(rows.x[train], rows.y[train], rows.groups[train], rows.fewest_reps)
    return np.asarray(made(candidate, part).fit(part.x, part.y).predict(rows.x[test]))


def in_parallel(work: Callable[..., Any], jobs: Sequence[tuple[Any, ...]], n: int) -> list[Any]:
    """Call a function with each of some arguments, in several processes; the answers are in order.

    Args:
        work: the function.
        jobs: the arguments of each call.
        n: processes.
    """
    if n == 1:
        return [work(*one) for one in jobs]
    from joblib import Parallel, delayed

    return list(Parallel(n_jobs=n)(delayed(work)(*one) for one in jobs))


def out_of_fold(task: Task, seed: int = 0, listener: Listener = ignore) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Nested cross-validation: every message is predicted by a model, chosen and fitted, that never met its rep.

    Args:
        task: what is learned.
        seed: of the folds.
        listener: called with each fold.

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
    rows, tested = task.split(train, test)
    candidate, _ = choose(task.candidates, rows, seed)
    model = calibrated(candidate, rows, seed)
    return candidate.name, ordered_columns(model.predict_proba(tested), model.classes_.tolist(), task.labels)
