"""Training the classifiers of delivery: one per axis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.classify import (
    AXIS_COLUMNS,
    DELIVERY_COLUMNS,
    SPEAKER_COLUMNS,
    Model,
    axis_columns,
    delivery_axes,
    probe,
)
from vmaudio.errors import TrainingError
from vmaudio.events import Event, Listener
from vmaudio.records import TONE_AXES
from vmaudio.training import fitting
from vmaudio.training.anonymous_reps import rep_digests
from vmaudio.training.answers import Answers, combine, summarise
from vmaudio.training.delivery_table import read_table
from vmaudio.training.labels import LabelledMessage
from vmaudio.training.pipelines import classifier
from vmaudio.training.rows import Candidate, Rows, groups_of

FEWEST_OF_EACH = 10
"""An axis is learned when it has so many messages of either kind."""

NOT_VALIDATED = "not validated on real voices"

CANDIDATES = tuple(
    Candidate(f"logistic regression, C {c:g}", lambda c=c: _pipeline(c))  # type: ignore[misc]
    for c in (0.03, 0.3)
)


def train_delivery(data: Sequence[Path], seed: int, listener: Listener) -> tuple[Any, dict[str, Any], Any]:
    """Fit one classifier per axis that has enough labels.

    Args:
        data: label files with sound, or feature tables (.csv).
        seed: of the folds.
        listener: called with each step.

    Returns:
        Estimators by axis, model.json's values, and the cross-validated evaluation.

    Raises:
        TrainingError: no axis has ten messages of either kind, or they come from fewer than three groups.
    """
    table = read_table(data, listener)
    numbers = groups_of(
        [LabelledMessage(i, g, p, ()) for i, g, p in zip(table.ids, table.groups, table.prospects, strict=True)]
    )
    estimators: dict[str, Any] = {}
    evaluations: dict[str, Any] = {}
    chosen: dict[str, Any] = {}
    for axis in TONE_AXES:
        where = np.flatnonzero(~np.isnan(table.labels[axis]))
        y = table.labels[axis][where].astype(int)
        if min((y == 0).sum(), (y == 1).sum()) < FEWEST_OF_EACH or len(set(numbers[where].tolist())) < 3:
            continue
        listener(Event("fit", f"tone, {axis}", len(estimators), len(TONE_AXES)))
        rows = Rows(axis_columns(table.x[where], axis), y, numbers[where])
        p = np.zeros(len(y))
        for train_rows, test_rows in fitting.folds(y, rows.groups, fitting.OUTER_FOLDS, seed):
            part = Rows(rows.x[train_rows], y[train_rows], rows.groups[train_rows])
            candidate, _ = fitting.choose(CANDIDATES, part, seed)
            p[test_rows] = fitting.calibrated(candidate, part, seed).predict_proba(rows.x[test_rows])[:, 1]
        candidate, scores = fitting.choose(CANDIDATES, rows, seed)
        estimators[axis] = fitting.calibrated(candidate, rows, seed)
        chosen[axis] = {"candidate": candidate.name, "scores": scores}
        words = ("low", "high")
        answers = Answers(
            [words[v] for v in y], [words[int(v >= 0.5)] for v in p], np.maximum(p, 1 - p).tolist(),
            [table.groups[i] for i in where], words,
        )  # fmt: skip
        evaluations[axis] = summarise(answers, axis, "cross-validated", 0.0, len(y))
    if not estimators:
        raise TrainingError(
            f"No axis has {FEWEST_OF_EACH} messages of either kind from at least 3 reps. Label more messages with 'tone'."
        )
    keys = [table.key(i) for i in range(len(table.ids))]
    meta = {
        "axes": list(estimators),
        "columns": list(DELIVERY_COLUMNS),
        "axis_columns": {axis: list(names) for axis, names in AXIS_COLUMNS.items()},
        "centres": {name: float(np.nanmedian(table.x[:, DELIVERY_COLUMNS.index(name)])) for name in SPEAKER_COLUMNS},
        "validation": dict.fromkeys(TONE_AXES, NOT_VALIDATED),
        "chosen": chosen,
        "trained_on": keys,
        "reps": rep_digests(table.groups),
        "probe": probe(estimators, {axis: axis_columns(table.x, axis) for axis in estimators}),
    }
    return estimators, meta, combine("cross-validated", evaluations, keys, ())


def axis_probability(model: Model, axis: str, x: np.ndarray) -> np.ndarray:
    """Probability of an axis for measured messages.

    Args:
        model: the tone model.
        axis: one of `vmaudio.records.TONE_AXES`.
        x: (n, len(DELIVERY_COLUMNS)).

    Returns:
        (n,), 0 to 1.
    """
    return np.array([delivery_axes(row, model)[axis] for row in x])


def answers_of_both(a: Model, b: Model, data: Sequence[Path]) -> tuple[list[str], list[str], list[str], list[str]]:
    """What two tone models say of the same messages, one row per message and labelled axis.

    Args:
        a: one tone model.
        b: another.
        data: label files with sound, or feature tables (.csv).

    Returns:
        Truth, answers of both (like "lively high"), and reps.
    """
    table = read_table(data)
    truth: list[str] = []
    answers: tuple[list[str], list[str]] = ([], [])
    groups: list[str] = []
    for i, row in enumerate(table.x):
        found = [delivery_axes(row, model) for model in (a, b)]
        for axis in TONE_AXES:
            value = table.labels[axis][i]
            if np.isnan(value):
                continue
            truth.append(f"{axis} {'high' if value else 'low'}")
            groups.append(table.groups[i])
            for answer, one in zip(answers, found, strict=True):
                answer.append(f"{axis} {'high' if one[axis] >= 0.5 else 'low'}")
    return truth, *answers, groups


def _pipeline(c: float) -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler(), classifier("logistic", c)
    )
