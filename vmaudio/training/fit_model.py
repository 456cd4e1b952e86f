"""Label files in, model folder out: one path for part, approach, tone and reason."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.classify import ModelFolder, ModelStore, check_target, mixed, probe, remembered
from vmaudio.errors import TrainingError
from vmaudio.events import Event, Listener, ignore
from vmaudio.training import card, decoding, delivery, fitting, joining, metrics, pictures, recognised, tasks
from vmaudio.training.anonymous_reps import rep_digests
from vmaudio.training.answers import Answers, Evaluation, plain, summarise
from vmaudio.training.labels import read_labelled_messages
from vmaudio.training.reason_task import ReasonTask

NAMES = ("part", "approach", "tone", "reason")

PRECISION = {"part": 0.95, "approach": 0.95, "reason": 0.95}
"""What share of the answers above the abstention threshold should be right."""


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What training gives.

    Attributes:
        folder: of the model.
        evaluation: its cross-validated numbers.
        meta: the values of its model.json.
    """

    folder: ModelFolder
    evaluation: Evaluation
    meta: Mapping[str, Any]


def train_model(
    name: str,
    data: Sequence[Path],
    out: Path,
    seed: int = 0,
    listener: Listener = ignore,
    prepared: tasks.PartTask | None = None,
) -> TrainingResult:
    """Train a model and write its folder. Nothing is promoted.

    The numbers in model.json and card.md come from nested cross-validation by rep: in each of five folds the candidate is
    chosen, fitted and calibrated on the other reps only. The model itself is then fitted on all messages in the same way.
    The same data and seed give the same metrics and predictions.

    Args:
        name: "part", "approach", "tone" or "reason".
        data: labels.jsonl files; for tone also feature tables (.csv) that `vmaudio.training.delivery_table` reads.
        out: the folder to write.
        seed: of folds and noise.
        listener: called with each step.
        prepared: these data as `tasks.PartTask`, where they were read for another model already.

    Raises:
        TableError: a label file has faults.
        TrainingError: too few reps, or nothing labelled.
        ModelRefused: ``out`` exists and holds something else.
    """
    if name not in NAMES:
        raise TrainingError(f"There is no model {name!r} to train. Name one of {', '.join(NAMES)}.")
    check_target(Path(out))
    if name == "tone":
        estimator, meta, evaluation = _tone(data, seed, listener)
    elif name == "reason":
        task = ReasonTask(read_labelled_messages(data))
        listener(Event("read", name, len(task.messages), len(task.messages)))
        estimator, meta, evaluation = _reason(task, seed, listener)
    else:
        parts = prepared or tasks.PartTask(read_labelled_messages(data), seed)
        listener(Event("read", name, len(parts.messages), len(parts.messages)))
        estimator, meta, evaluation = (_part if name == "part" else _approach)(parts, seed, listener)
        meta = {**meta, "data_notes": parts.notes} if parts.notes else meta
    meta = plain({"name": name, "seed": seed, "data": [_source(Path(path)) for path in data], **meta})
    meta["metrics"] = evaluation.to_dict()
    svgs = pictures.draw_evaluation(evaluation)
    folder = ModelStore().save(Path(out), estimator, meta, card.model_card(meta, sorted(svgs)), svgs)
    listener(Event("save", str(out), 1, 1))
    return TrainingResult(folder, evaluation, meta)


def _source(path: Path) -> dict[str, str]:
    return {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def _part(task: tasks.PartTask, seed: int, listener: Listener) -> tuple[Any, dict[str, Any], Evaluation]:
    reps = [message.rep for message in task.messages]
    estimator: dict[str, Any] = {}
    sequence: dict[str, Any] = {}
    chosen = {}
    ablation: dict[str, Any] = {}
    evaluations = {}
    everything = np.arange(len(task.messages))
    for cuts in ("given", "found"):
        here = task.with_cuts(cuts)
        raw, fold_of, per_fold = fitting.out_of_fold(here, seed, listener)
        joined = None
        if cuts == "found":  # clauses are judged alone and in stretches
            way = (task.candidates[0], sequence["given"]["temperature"], seed)
            in_stretches = joining.out_of_fold(here, fold_of, *way, listener)
            joined = joining.fit_joined(here, everything, *way)
            alone, raw = raw, mixed(raw, in_stretches, joined.about)
        probabilities, temperature = decoding.sharpen_folds(here.y, raw, fold_of, here.labels)
        decoded = decoding.decode_folds(here.y, probabilities, here.row_message, fold_of, here.labels)
        guess = decoded.guess
        rows, _ = here.split(everything, everything[:0])
        cores = fitting.workers(len(rows.y))
        candidate, table = fitting.choose(here.candidates, rows, seed, cores)
        listener(Event("fit", f"part, {cuts} cuts", 0, 1))
        estimator[cuts] = fitting.calibrated(candidate, rows, seed, cores)
        if [str(c) for c in estimator[cuts].classes_] != sorted(set(here.y.tolist())):
            raise TrainingError("A part is lost between the cuts. Correct the labels and try again.")
        matrix = here.transitions(everything.tolist())
        sequence[cuts] = {
            "transitions": matrix, "weight": decoded.weight, "temperature": temperature, "boost": decoded.boost,
            "shares": decoded.shares,
        }  # fmt: skip
        chosen[cuts] = {"candidate": candidate.name, "scores": table, "per_fold": per_fold}
        ablation[cuts] = {"weight": decoded.by_weight, "boost": decoded.by_boost}
        if joined is not None:
            sequence[cuts]["joined"], estimator["joined"] = joined.about, joined.estimator
            if joined.estimator.classes_.tolist() != estimator["given"].classes_.tolist():
                raise TrainingError("A part is lost between the cuts. Correct the labels and try again.")
            apart = decoding.decode_folds(here.y, alone, here.row_message, fold_of, here.labels)
            ablation[cuts]["alone"] = summarise(in_pieces(here, apart.guess, alone.max(axis=1)), "part", "", 0.0, 1).macro_f1
        confidence = probabilities[np.arange(len(guess)), [here.labels.index(label) for label in guess]]
        answers = in_pieces(here, guess, confidence)
        right = [a == b for a, b in zip(answers.truth, answers.guess, strict=True)]
        threshold = metrics.threshold_for(answers.confidence, right, PRECISION["part"])
        evaluations[cuts] = summarise(answers, "part", "cross-validated", threshold, len(task.messages))
    ablation["given"]["no_neighbours"] = decoding.without_neighbours(task.with_cuts("given"), seed)
    ablation["found"]["no_neighbours"] = decoding.without_neighbours(task.with_cuts("found"), seed)
    meta = {
        "classes": [str(label) for label in estimator["given"].classes_],
        **remembered("part", task.own),
        "columns": list(task.columns),
        "sequence": sequence,
        "threshold": evaluations["given"].threshold,
        "precision_wanted": PRECISION["part"],
        "chosen": chosen,
        "ablation": ablation,
        "found_cuts": evaluations["found"].to_dict(),
        "trained_on": [message.key for message in task.messages],
        "reps": rep_digests(reps),
        "probe": probe(estimator, dict.fromkeys(estimator, np.vstack([version["given"].rows for version in task.versions]))),
    }
    return estimator, meta, evaluations["given"]


def in_pieces(task: tasks.PartTask, guess: np.ndarray, confidence: np.ndarray) -> Answers:
    """Answers for the labelled pieces, whatever the cuts: on its own cuts the program answers a piece by most of its words.

    Args:
        task: as it is tested.
        guess: (n_rows,) labels of its clauses.
        confidence: (n_rows,) of them.
    """
    truth: list[str] = []
    said: list[str] = []
    sure: list[float] = []
    reps: list[str] = []
    for i, where in enumerate(decoding.by_message(task.row_message)):
        version, message = task.tested(i), task.messages[i]
        found = version.answers(guess[where].tolist())
        truth += [str(sentence.part) for sentence in message.sentences]
        said += found
        sure += version.confidences(guess[where].tolist(), confidence[where].tolist(), found)
        reps += [message.rep] * len(found)
    return Answers(truth, said, sure, reps, (*task.labels, recognised.MISSED))


def _approach(parts: tasks.PartTask, seed: int, listener: Listener) -> tuple[Any, dict[str, Any], Evaluation]:
    task = tasks.ApproachTask(parts.messages, seed, parts)
    reps = [message.rep for message in task.messages]
    raw, fold_of, per_fold = fitting.out_of_fold(task, seed, listener)
    probabilities, temperature = decoding.sharpen_folds(task.y, raw, fold_of, task.labels)
    guess = np.array([task.labels[i] for i in probabilities.argmax(axis=1)])
    confidence = probabilities.max(axis=1)
    everything = np.arange(len(task.messages))
    rows, _ = task.split(everything, everything[:0])
    candidate, table = fitting.choose(task.candidates, rows, seed)
    listener(Event("fit", "approach", 0, 1))
    model = fitting.calibrated(candidate, rows, seed)
    right = (guess == task.y).tolist()
    threshold = metrics.threshold_for(confidence.tolist(), right, PRECISION["approach"])
    evaluation = summarise(
        Answers(task.y.tolist(), guess.tolist(), confidence.tolist(), reps, task.labels),
        "approach", "cross-validated", threshold, len(reps),
    )  # fmt: skip
    meta = {
        "classes": [str(label) for label in model.classes_],
        **remembered("approach", parts.own),
        "columns": list(task.columns),
        "temperature": temperature,
        "threshold": threshold,
        "precision_wanted": PRECISION["approach"],
        "precision_cross_fitted": _cross_fitted(confidence, np.array(right), fold_of, PRECISION["approach"]),
        "chosen": {"candidate": candidate.name, "scores": table, "per_fold": per_fold},
        "robocall_false_alarms": _false_alarms(task.y, guess, confidence >= threshold, [m.id for m in task.messages]),
        "trained_on": [message.key for message in task.messages],
        "reps": rep_digests(reps),
        "probe": probe(model, {"": rows.x}),
    }
    return model, meta, evaluation


def _reason(task: ReasonTask, seed: int, listener: Listener) -> tuple[Any, dict[str, Any], Evaluation]:
    reps = [message.rep for message in task.messages]
    raw, fold_of, per_fold = fitting.out_of_fold(task, seed, listener)
    probabilities, temperature = decoding.sharpen_folds(task.y, raw, fold_of, task.labels)
    guess = [task.labels[i] for i in probabilities.argmax(axis=1)]
    confidence = probabilities.max(axis=1).tolist()
    everything = np.arange(len(task.messages))
    rows, _ = task.split(everything, everything[:0])
    candidate, table = fitting.choose(task.candidates, rows, seed)
    listener(Event("fit", "reason", 0, 1))
    model = fitting.calibrated(candidate, rows, seed)
    threshold = metrics.threshold_for(confidence, (np.array(guess) == task.y).tolist(), PRECISION["reason"])
    answers = Answers(task.y.tolist(), guess, confidence, reps, task.labels)
    meta = {
        "classes": [str(label) for label in model.classes_],
        "columns": list(task.columns),
        "temperature": temperature,
        "threshold": threshold,
        "precision_wanted": PRECISION["reason"],
        "empty": task.emptiness(probabilities),
        "chosen": {"candidate": candidate.name, "scores": table, "per_fold": per_fold},
        "trained_on": [message.key for message in task.messages],
        "reps": rep_digests(reps),
        "probe": probe(model, {"": rows.x}),
    }
    return model, meta, summarise(answers, "reason", "cross-validated", threshold, len(reps))


def _false_alarms(y: np.ndarray, guess: np.ndarray, answered: np.ndarray, ids: Sequence[str]) -> dict[str, Any]:
    """How many honest messages are called robocalls, with 95 % Wilson intervals: forced to choose, and as answered.

    Args:
        y: truth. guess: the forced choice. answered: whether its confidence reaches the threshold. ids: of the messages.
    """
    honest = y != "robocall"
    called = honest & (guess == "robocall")
    n, n_called, n_answered = int(honest.sum()), int(called.sum()), int((called & answered).sum())
    return {
        "n_called": n_called, "n": n, "ci": list(metrics.wilson(n_called, n)),
        "n_answered": n_answered, "ci_answered": list(metrics.wilson(n_answered, n)),
        "ids": [name for name, one in zip(ids, called.tolist(), strict=True) if one],
    }  # fmt: skip


def _cross_fitted(confidence: np.ndarray, right: np.ndarray, fold_of: np.ndarray, precision: float) -> dict[str, float]:
    """Precision and coverage when each fold is tested with the threshold that the other folds choose."""
    answered = np.zeros(len(right), dtype=bool)
    for fold in set(fold_of.tolist()):
        here = fold_of == fold
        answered[here] = confidence[here] >= metrics.threshold_for(confidence[~here].tolist(), right[~here].tolist(), precision)
    low, high = metrics.wilson(int(right[answered].sum()), int(answered.sum()))
    share = float(right[answered].mean()) if answered.any() else float("nan")
    return {"precision": share, "low": low, "high": high, "coverage": float(answered.mean())}


def _tone(data: Sequence[Path], seed: int, listener: Listener) -> tuple[Any, dict[str, Any], Evaluation]:
    return delivery.train_delivery(data, seed, listener)
