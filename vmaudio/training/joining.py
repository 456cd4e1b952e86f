"""Fitting what joins the program's clauses into stretches: see `vmaudio.classify.stretches`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from vmaudio.classify import cut_features, joined_probabilities, ordered_columns
from vmaudio.events import Event, Listener, ignore
from vmaudio.training import fitting
from vmaudio.training.rows import Candidate
from vmaudio.training.text_variants import Version

LEARNS_CUTS = ("found", "found_noisy", "heard")
"""The versions of a message whose cuts are learned from."""
FEWEST_GROUPS_OF_A_FEATURE = 3
"""What fewer reps say at a cut may be a customer's name, and tells nothing of other reps."""
SHARE = 0.6
MOST = 4
LEAST = 0.1
"""Share of the stretches beside the clauses alone, most clauses in one, least probability of one. With six clauses and .01 the
scores are the same; with a share of 1 macro F1 is .01 lower on text as written and .015 on recognised text, and with one
pipeline for clauses and pieces .02 lower (nested by rep, on the messages that train)."""


class PartMessages(Protocol):
    """What joining needs to know of the part task."""

    versions: list[dict[str, Version]]
    groups: np.ndarray
    labels: tuple[str, ...]
    row_message: np.ndarray

    def with_cuts(self, cuts: str) -> Any:
        """The same messages with other cuts.

        Args:
            cuts: which.
        """

    def tested(self, i: int) -> Version:
        """A message as it is tested.

        Args:
            i: number of the message.
        """


@dataclass(frozen=True)
class Joined:
    """Fitted.

    Attributes:
        estimator: judges stretches.
        about: how they are made, for model.json.
    """

    estimator: Any
    about: dict[str, Any]


def fit_joined(
    task: PartMessages, train: np.ndarray, candidate: Candidate, temperature: float = 1.0, seed: int = 0, n_folds: int = 3
) -> Joined:
    """Fit the pipeline of whole pieces, and the model of the cuts.

    Args:
        task: of the parts.
        train: numbers of the messages to learn from.
        candidate: the pipeline.
        temperature: of its probabilities.
        seed: of the folds.
        n_folds: for the calibration.
    """
    rows, _ = task.with_cuts("joined").split(train, train[:0])
    estimator = fitting.calibrated(candidate, rows, seed, n_folds=n_folds)
    intercept, weights = fit_cuts(task, train)
    about = {
        "intercept": intercept, "weights": weights, "most": MOST, "least": LEAST, "temperature": temperature, "share": SHARE,
    }  # fmt: skip
    return Joined(estimator, about)


def fit_cuts(task: PartMessages, train: np.ndarray) -> tuple[float, dict[str, float]]:
    """How likely the program's cuts begin a piece: a logistic regression that keeps few features (an L1 penalty).

    Args:
        task: of the parts.
        train: numbers of the messages to learn from.

    Returns:
        Intercept, and log-odds by feature.
    """
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    found: list[list[str]] = []
    truth: list[int] = []
    speakers: dict[str, set[int]] = defaultdict(set)
    for i in train.tolist():
        for version in (task.versions[i][kind] for kind in LEARNS_CUTS if kind in task.versions[i]):
            names = cut_features(version.clauses)
            found += names
            truth += version.begins()
            for name in {name for each in names for name in each}:
                speakers[name].add(int(task.groups[i]))
    enough = min(FEWEST_GROUPS_OF_A_FEATURE, len(set(task.groups[train].tolist())))
    if len(Counter(truth)) < 2:
        return (30.0 if truth[:1] == [1] else -30.0), {}
    table = DictVectorizer()
    x = table.fit_transform([{name: 1.0 for name in names if len(speakers[name]) >= enough} for names in found])
    x.indices, x.indptr = x.indices.astype("int32"), x.indptr.astype("int32")  # what liblinear reads
    model = LogisticRegression(C=0.3, l1_ratio=1.0, solver="liblinear", random_state=0, max_iter=300).fit(x, truth)
    weights = {
        str(name): round(float(weight), 3)
        for name, weight in zip(table.feature_names_, model.coef_[0], strict=True)
        if abs(weight) >= 0.01
    }
    return round(float(model.intercept_[0]), 3), weights


def probabilities(several: Sequence[Version], joined: Joined, labels: Sequence[str]) -> np.ndarray:
    """Label probabilities of each clause by its stretches.

    Args:
        several: messages with their clauses.
        joined: from `fit_joined`.
        labels: of the columns wanted.

    Returns:
        (n_clauses of all, len(labels)).
    """
    found = joined_probabilities([version.clauses for version in several], joined.estimator, joined.about)
    return ordered_columns(np.vstack(found), joined.estimator.classes_.tolist(), labels)


def out_of_fold(
    task: PartMessages,
    fold_of: np.ndarray,
    candidate: Candidate,
    temperature: float,
    seed: int = 0,
    listener: Listener = ignore,
) -> np.ndarray:
    """What stretches say of each clause, by models that never met its rep.

    Args:
        task: of the parts, with found cuts.
        fold_of: (n_rows,) the fold of each clause, as `vmaudio.training.fitting.out_of_fold` gives it.
        candidate: the pipeline.
        temperature: of its probabilities.
        seed: of the folds.
        listener: called with each fold.

    Returns:
        (n_rows, len(task.labels)).
    """
    out = np.zeros((len(fold_of), len(task.labels)))
    folds = sorted(set(fold_of.tolist()))
    tests = [np.unique(task.row_message[fold_of == fold]) for fold in folds]
    everything = np.arange(len(task.groups))
    jobs = [(task, np.setdiff1d(everything, test), test, candidate, temperature, seed) for test in tests]
    each = fitting.in_parallel(_fold, jobs, fitting.workers(len(fold_of)))
    for number, (test, found) in enumerate(zip(tests, each, strict=True)):
        out[np.concatenate([np.flatnonzero(task.row_message == i) for i in test])] = found
        listener(Event("cross-validate", "part, joined", number + 1, len(folds)))
    return out


def _fold(
    task: PartMessages, train: np.ndarray, test: np.ndarray, candidate: Candidate, temperature: float, seed: int
) -> np.ndarray:
    joined = fit_joined(task, train, candidate, temperature, seed)
    return probabilities([task.tested(i) for i in test.tolist()], joined, task.labels)
