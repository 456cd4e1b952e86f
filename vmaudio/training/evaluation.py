"""Judging a model on labelled messages, promoted or not, and two models on the same messages.

Parts are judged on the labelled cuts; the approach is judged from the text alone, with the program's own cuts and predicted
parts. Scores are those of the forced choice; "unclear" is reported apart, as coverage and the precision of what is answered.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.classify import Model, ModelStore, approach_probabilities_of, part_path, part_probabilities_of
from vmaudio.errors import TrainingError
from vmaudio.records import APPROACHES, PARTS
from vmaudio.training import delivery, metrics, recognised, tasks
from vmaudio.training.labels import LabelledMessage, Sentence, read_labelled_messages


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows with truth and answer: what every number here is made of. ``confidence`` is that of the answer, 0 to 1."""

    truth: list[str]
    guess: list[str]
    confidence: list[float]
    groups: list[str]
    labels: Sequence[str]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good a model is on some messages. Scores are 0 to 1; ``ci`` holds 95 % intervals by rep bootstrap.

    ``recognised`` is the same on what a recogniser wrote of these messages, where the label file holds that.
    ``confusion`` is of forced answers, ``confusion_answered`` of those at the threshold or above.
    """

    name: str
    model_id: str
    n: int
    n_messages: int
    groups: int
    macro_f1: float
    balanced_accuracy: float
    accuracy: float
    majority_baseline: float
    ci: Mapping[str, Sequence[float]]
    per_class: Mapping[str, Mapping[str, float]]
    threshold: float
    coverage: float
    precision_at_coverage: float
    confusion: Mapping[str, Any]
    calibration: Mapping[str, Any]
    n_seen: int = 0
    axes: Mapping[str, Any] = field(default_factory=dict)
    recognised: Mapping[str, Any] | None = None
    notes: Sequence[str] = ()
    confusion_answered: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; NaN becomes None."""
        return {name: plain(getattr(self, name)) for name in self.__dataclass_fields__}


def plain(value: Any) -> Any:
    """JSON values with floats rounded to six digits and NaN as None."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (np.floating, float)):
        return round(float(value), 6) if np.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value


def summarise(
    judged: Judged, name: str, model_id: str, threshold: float, n_messages: int, seen: int = 0, notes: Sequence[str] = ()
) -> Evaluation:
    """Turn rows with answers into an Evaluation.

    Raises:
        TrainingError: there are no rows.
    """
    if not judged.truth:
        raise TrainingError(f"There is nothing to judge {model_id} on: no message carries a label for {name}.")
    labels = [label for label in judged.labels if label in set(judged.truth) | set(judged.guess)]
    _, counts = metrics.group_counts(judged.truth, judged.guess, judged.groups, labels)
    total = counts.sum(axis=0)
    values = metrics.scores(total)
    right = np.array([t == g for t, g in zip(judged.truth, judged.guess, strict=True)])
    answered = np.asarray(judged.confidence) >= threshold
    return Evaluation(
        name=name,
        model_id=model_id,
        n=len(judged.truth),
        n_messages=n_messages,
        groups=len(counts),
        macro_f1=values["macro_f1"],
        balanced_accuracy=values["balanced_accuracy"],
        accuracy=values["accuracy"],
        majority_baseline=float(total.sum(axis=1).max() / total.sum()),
        ci=metrics.intervals(counts),
        per_class=metrics.per_class(total, labels),
        threshold=threshold,
        coverage=float(answered.mean()),
        precision_at_coverage=float(right[answered].mean()) if answered.any() else float("nan"),
        confusion={"labels": labels, "matrix": total.astype(int).tolist()},
        calibration=metrics.calibration(judged.confidence, right.tolist()),
        n_seen=seen,
        notes=tuple(notes),
        confusion_answered=_answered(judged, labels, answered),
    )


def _answered(judged: Judged, labels: Sequence[str], answered: np.ndarray) -> dict[str, Any]:
    """The confusion matrix without what the model would call unclear."""
    at = np.flatnonzero(answered)
    counts = metrics.confusion([judged.truth[i] for i in at], [judged.guess[i] for i in at], labels)
    return {"labels": list(labels), "matrix": counts.astype(int).tolist()}


def judge_parts(model: Model, messages: Sequence[LabelledMessage]) -> Judged:
    """Part labels of labelled cuts, by a model."""
    usable = [m for m in messages if m.sentences and all(s.part for s in m.sentences)]
    made = [tasks.versions(message)["given"] for message in usable]
    out = Judged([], [], [], [], PARTS)
    each = part_probabilities_of([version.clauses for version in made], model, cuts="given")
    for message, version, p in zip(usable, made, each, strict=True):
        path = part_path(p, model, cuts="given")
        out.truth.extend(version.path)
        out.guess.extend(path)
        out.confidence.extend(float(p[i, PARTS.index(label)]) for i, label in enumerate(path))
        out.groups.extend([message.rep] * len(path))
    return out


def judge_approach(model: Model, part_model: Model, messages: Sequence[LabelledMessage]) -> Judged:
    """Approaches from text alone, by a model and the part model that it leans on."""
    usable = [m for m in messages if m.approach]
    forced = approach_probabilities_of([recognised.cut(m.text) for m in usable], part_model, model)
    return Judged(
        [str(m.approach) for m in usable],
        [APPROACHES[i] for i in forced.argmax(axis=1)],
        forced.max(axis=1).tolist(),
        [m.rep for m in usable],
        APPROACHES,
    )


def judge_recognised(model: Model, part_model: Model | None, messages: Sequence[LabelledMessage]) -> Judged:
    """Parts or approaches of messages as a recogniser wrote them; those without recognised text are left out."""
    heard = [m for m in messages if m.recognised is not None]
    if model.name == "approach":
        texts = [dataclasses.replace(m, sentences=(Sentence(m.recognised or "", None),)) for m in heard]
        return judge_approach(model, part_model or ModelStore().load("part"), texts)
    out = Judged([], [], [], [], (*PARTS, recognised.MISSED))
    for message in heard:
        if message.sentences and all(s.part for s in message.sentences):
            truth, guess, confidence = recognised.judge_parts(model, message, message.recognised or "")
            out.truth.extend(truth)
            out.guess.extend(guess)
            out.confidence.extend(confidence)
            out.groups.extend([message.rep] * len(truth))
    return out


def evaluate_model(model: Model, data: Sequence[Path], part_model: Model | None = None) -> Evaluation:
    """Judge a model on label files (for tone also on a feature table, .csv).

    Args:
        model: part, approach or tone, promoted or not. data: labels.jsonl files.
        part_model: for approach only; the current part model by default.

    Raises:
        TableError: a file has faults. TrainingError: nothing in it is labelled for this model.
        ModelRefused: the model cannot be used with this vmaudio.
    """
    if model.name == "tone":
        return evaluate_tone(model, data)
    messages = read_labelled_messages(data)
    judged = _judge(model, part_model, messages)
    seen, notes = _seen(model, messages)
    threshold = float(model.meta["threshold"])
    found = summarise(judged, model.name, model.model_id, threshold, len(messages), seen, notes)
    heard = judge_recognised(model, part_model, messages)
    if not heard.truth:
        return found
    n_heard = sum(message.recognised is not None for message in messages)
    also = summarise(heard, model.name, model.model_id, threshold, n_heard, seen, notes)
    return dataclasses.replace(found, recognised=also.to_dict())


def _seen(model: Model, messages: Sequence[LabelledMessage]) -> tuple[int, list[str]]:
    """How many messages trained the model, word for word, and what to say of them and of reps that it knows."""
    known, reps = set(model.meta.get("trained_on", ())), set(model.meta.get("reps", ()))
    seen = sum(message.key in known for message in messages)
    by_known = sum(message.rep in reps and message.key not in known for message in messages)
    notes = []
    if seen:
        notes.append(f"{seen} of {len(messages)} messages were in the training data: these numbers are too good")
    if by_known:
        notes.append(f"{by_known} of {len(messages)} messages are by reps of the training data: reps it never met are harder")
    return seen, notes


def _judge(model: Model, part_model: Model | None, messages: Sequence[LabelledMessage]) -> Judged:
    if model.name == "part":
        return judge_parts(model, messages)
    if model.name == "approach":
        return judge_approach(model, part_model or ModelStore().load("part"), messages)
    raise TrainingError(f"Model {model.model_id} is none of part, approach and tone, so it cannot be judged here.")


def evaluate_tone(model: Model, data: Sequence[Path]) -> Evaluation:
    """Judge a tone model: one evaluation per axis, and their averages (accuracy and so on are means over the axes).

    Raises: as `evaluate`.
    """
    table = delivery.read_table(data)
    axes: dict[str, Evaluation] = {}
    for axis in model.meta["axes"]:
        rows = np.flatnonzero(~np.isnan(table.labels[axis]))
        if not len(rows):
            continue
        p = delivery.axis_probability(model, axis, table.x[rows])
        truth = ["high" if v else "low" for v in table.labels[axis][rows]]
        guess = ["high" if v >= 0.5 else "low" for v in p]
        judged = Judged(truth, guess, np.maximum(p, 1 - p).tolist(), [table.groups[i] for i in rows], ("low", "high"))
        axes[axis] = summarise(judged, axis, model.model_id, 0.0, len(rows))
    if not axes:
        raise TrainingError(f"There is nothing to judge {model.model_id} on: no message carries a tone label.")
    return combine(model.model_id, axes, [table.key(i) for i in range(len(table.x))], model.meta.get("trained_on", ()))


def combine(model_id: str, axes: Mapping[str, Evaluation], keys: Sequence[str], trained_on: Sequence[str]) -> Evaluation:
    """The axes' evaluations as one: averages, with the axes under their names."""
    known = set(trained_on)
    seen = sum(key in known for key in keys)

    def mean(name: str) -> float:
        return float(np.mean([getattr(one, name) for one in axes.values()]))

    return Evaluation(
        name="tone",
        model_id=model_id,
        n=max(one.n for one in axes.values()),
        n_messages=len(keys),
        groups=max(one.groups for one in axes.values()),
        macro_f1=mean("macro_f1"),
        balanced_accuracy=mean("balanced_accuracy"),
        accuracy=mean("accuracy"),
        majority_baseline=mean("majority_baseline"),
        ci={},
        per_class={
            axis: {
                **one.per_class.get("high", {}),
                "balanced_accuracy": one.balanced_accuracy,
                "majority_baseline": one.majority_baseline,
            }
            for axis, one in axes.items()
        },
        threshold=0.0,
        coverage=1.0,
        precision_at_coverage=mean("accuracy"),
        confusion={},
        calibration={},
        n_seen=seen,
        axes={axis: one.to_dict() for axis, one in axes.items()},
        notes=(f"{seen} of {len(keys)} rows were in the training data: these numbers are too good",) if seen else (),
    )


def compare_models(a: Model, b: Model, data: Sequence[Path], part_model: Model | None = None) -> dict[str, Any]:
    """Is the difference between two models real? Both judge the same messages; reps are drawn in pairs.

    Returns:
        ``{"a", "b": model ids, "n", "groups", "n_seen", "notes", "scores": {score: {a, b, difference, ci, p, real}}}``.

    Raises:
        TrainingError: the models are of different kinds, or fewer than two reps are in the data. Else as `evaluate`.
    """
    if a.name != b.name:
        raise TrainingError(f"{a.model_id} and {b.model_id} are models of different things. Compare two {a.name} models.")
    messages = [] if a.name == "tone" else read_labelled_messages(data)
    if a.name == "tone":
        pairs = delivery.judge_both_models(a, b, data)
    else:
        one, two = _judge(a, part_model, messages), _judge(b, part_model, messages)
        pairs = (list(one.truth), list(one.guess), list(two.guess), list(one.groups))
    truth, guess_a, guess_b, groups = pairs
    labels = sorted(set(truth) | set(guess_a) | set(guess_b))
    names, counts_a = metrics.group_counts(truth, guess_a, groups, labels)
    _, counts_b = metrics.group_counts(truth, guess_b, groups, labels)
    if len(names) < 2:
        raise TrainingError(f"The data hold {len(names)} rep(s); a difference needs at least two to be judged.")
    told = [] if a.name == "tone" else [(model.model_id, *_seen(model, messages)) for model in (a, b)]
    return plain(
        {
            "a": a.model_id, "b": b.model_id, "n": len(truth), "groups": len(names),
            "n_seen": max((seen for _, seen, _ in told), default=0),
            "notes": [f"{model_id}: {note}" for model_id, _, notes in told for note in notes],
            "scores": metrics.paired(counts_a, counts_b),
        }
    )  # fmt: skip
