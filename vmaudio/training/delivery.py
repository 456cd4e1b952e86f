"""Tone: tables of measured messages, and one classifier per axis.

Rows come from label files whose messages carry ``tone`` and ``file`` (the sound is decoded and measured here), or from a
table of features (.csv) as `write_table` makes it: columns ``id``, ``rep``, ``prospect``, those of
`vmaudio.classify.DELIVERY_COLUMNS`, and the axes (0, 1 or empty).
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.audio import detect_speech, load_audio
from vmaudio.classify import (
    AXIS_COLUMNS,
    DELIVERY_COLUMNS,
    SPEAKER_COLUMNS,
    Model,
    axis_columns,
    delivery_axes,
    delivery_row,
    probe,
)
from vmaudio.errors import TableError, TrainingError
from vmaudio.events import Event, Listener, ignore
from vmaudio.prosody import measure_prosody
from vmaudio.records import TONE_AXES
from vmaudio.text import transcript_from_text
from vmaudio.training import fitting
from vmaudio.training.labels import LabelledMessage, read_labelled_messages
from vmaudio.training.tasks import Candidate, Rows, classifier, groups_of

FEWEST_OF_EACH = 10
"""An axis is learned when it has so many messages of either kind."""

NOT_VALIDATED = "not validated on real voices"

CANDIDATES = tuple(
    Candidate(f"logistic regression, C {c:g}", lambda c=c: _pipeline(c))  # type: ignore[misc]
    for c in (0.03, 0.3)
)


@dataclass(frozen=True)
class Table:
    """Measured messages: ``x`` (n, len(tone.COLUMNS)) with NaN, ``labels`` axis -> (n,) of 0, 1, NaN; ``groups`` reps."""

    ids: tuple[str, ...]
    groups: tuple[str, ...]
    prospects: tuple[str, ...]
    x: np.ndarray
    labels: Mapping[str, np.ndarray]

    def key(self, i: int) -> str:
        """A short digest of a row, by which a model remembers what it was trained on."""
        return hashlib.sha256(",".join(f"{v:.4g}" for v in self.x[i]).encode()).hexdigest()[:12]


def read_table(paths: Sequence[Path], listener: Listener = ignore) -> Table:
    """Read feature tables and label files with sound.

    Raises:
        TableError: a file cannot be read or has faults. AudioError: a message's sound cannot be used.
        TrainingError: no message carries a tone label.
    """
    ids: list[str] = []
    groups: list[str] = []
    prospects: list[str] = []
    x: list[np.ndarray] = []
    labels: dict[str, list[float]] = {axis: [] for axis in TONE_AXES}
    for path in map(Path, paths):
        if path.suffix.lower() == ".csv":
            for row in _csv_rows(path):
                ids.append(row["id"])
                groups.append(row["rep"])
                prospects.append(row.get("prospect", ""))
                x.append(np.array([_float(row[name]) for name in DELIVERY_COLUMNS]))
                for axis in TONE_AXES:
                    labels[axis].append(_float(row.get(axis, "")))
            continue
        marked = [m for m in read_labelled_messages([path]) if m.tone and m.file is not None]
        for done, message in enumerate(marked):
            listener(Event("measure", str(message.file), done, len(marked)))
            ids.append(message.id)
            groups.append(message.rep)
            prospects.append(message.prospect)
            x.append(measure_message(message))
            for axis in TONE_AXES:
                labels[axis].append(float(message.tone.get(axis, np.nan)))
    if not x:
        raise TrainingError(
            "No message carries a tone label with its sound. Give 'tone' and 'file' in labels.jsonl, or a feature table (.csv)."
        )
    arrays = {axis: np.array(values, dtype=float) for axis, values in labels.items()}
    return Table(tuple(ids), tuple(groups), tuple(prospects), np.vstack(x), arrays)


def _csv_rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.DictReader(stream)
            rows = list(reader)
            names = reader.fieldnames or []
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"{path} cannot be read ({error}). Give a feature table as `write_table` makes it.") from None
    absent = [name for name in ("id", "rep", *DELIVERY_COLUMNS) if name not in names]
    if absent:
        raise TableError(f"{path}, line 1: the column(s) {', '.join(absent)} are missing. Make the table again.")
    for number, row in enumerate(rows, start=2):
        for name in (*DELIVERY_COLUMNS, *TONE_AXES):
            try:
                _float(row.get(name) or "")
            except ValueError:
                raise TableError(f"{path}, line {number}: {name} is {row[name]!r}, and should be a number.") from None
            if name in TONE_AXES and (row.get(name) or "") not in ("", "0", "1"):
                raise TableError(f"{path}, line {number}: {name} is {row[name]!r}; valid: 0, 1, or empty.")
    return rows


def _float(text: str) -> float:
    return float(text) if text else float("nan")


def write_table(path: Path, table: Table) -> None:
    """Write a feature table, four significant digits, NaN as an empty cell."""

    def cell(value: float) -> str:
        return "" if np.isnan(value) else f"{value:.4g}"

    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["id", "rep", "prospect", *DELIVERY_COLUMNS, *TONE_AXES])
        for i, name in enumerate(table.ids):
            marks = [cell(table.labels[axis][i]) for axis in TONE_AXES]
            writer.writerow([name, table.groups[i], table.prospects[i], *map(cell, table.x[i]), *marks])


def measure_message(message: LabelledMessage) -> np.ndarray:
    """Decode and measure a labelled message with sound; its words are those of its sentences."""
    recording = load_audio(str(message.file))
    sound = measure_prosody(recording, detect_speech(recording))
    return delivery_row(sound, transcript_from_text(message.text))


def axis_probability(model: Model, axis: str, x: np.ndarray) -> np.ndarray:
    """Probability (n,) of an axis for rows of `tone.COLUMNS`."""
    return np.array([delivery_axes(row, model)[axis] for row in x])


def judge_both_models(a: Model, b: Model, data: Sequence[Path]) -> tuple[list[str], list[str], list[str], list[str]]:
    """Truth, both models' answers and reps, one row per message and labelled axis; answers read like "lively high"."""
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


def train_delivery(data: Sequence[Path], seed: int, listener: Listener) -> tuple[Any, dict[str, Any], Any]:
    """Fit one classifier per axis that has enough labels: (estimators by axis, model.json's values, evaluation).

    Raises:
        TrainingError: no axis has ten messages of either kind, or they come from fewer than three groups.
    """
    from vmaudio.training.evaluation import Judged, combine, summarise

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
        judged = Judged(
            [words[v] for v in y], [words[int(v >= 0.5)] for v in p], np.maximum(p, 1 - p).tolist(),
            [table.groups[i] for i in where], words,
        )  # fmt: skip
        evaluations[axis] = summarise(judged, axis, "cross-validated", 0.0, len(y))
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
        "reps": sorted(set(table.groups)),
        "probe": probe(estimators, {axis: axis_columns(table.x[:3], axis) for axis in estimators}),
    }
    return estimators, meta, combine("cross-validated", evaluations, keys, ())
