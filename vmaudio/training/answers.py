"""A model's answers beside the truth, and the figures made of them.

Scores are those of the forced choice; "unclear" is reported apart, as coverage and the precision of what is answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vmaudio.errors import TrainingError
from vmaudio.training import metrics


@dataclass(frozen=True, slots=True)
class Answers:
    """Rows with truth and answer: what every figure here is made of.

    Attributes:
        truth: the label of each row.
        guess: the model's answer.
        confidence: of the answer, 0 to 1.
        groups: the rep of each row.
        labels: all labels that there may be, in their order.
    """

    truth: list[str]
    guess: list[str]
    confidence: list[float]
    groups: list[str]
    labels: Sequence[str]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good a model is on some messages. Scores are 0 to 1.

    Attributes:
        name: "part", "approach", "tone", "reason", or an axis of tone.
        model_id: of the model.
        n: rows.
        n_messages: messages that they come from.
        groups: reps.
        macro_f1: mean F1 over the classes present.
        balanced_accuracy: mean recall over them.
        accuracy: share of right answers.
        majority_baseline: accuracy of always answering the most frequent class.
        ci: 95 % intervals of the scores, by drawing reps.
        per_class: precision, recall, F1 and n.
        threshold: confidence from which the model answers.
        coverage: share of rows that it answers.
        precision_at_coverage: share of those that is right.
        confusion: of forced answers.
        calibration: from `metrics.calibration`.
        n_seen: messages that were in the training data.
        axes: for tone, an evaluation of each axis.
        recognised: the same on what a recogniser wrote of these messages, where the label file holds that.
        notes: sentences worth showing.
        confusion_answered: of answers at the threshold or above.
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
    """JSON values with floats rounded to six digits and NaN as None.

    Args:
        value: mappings, sequences, arrays and numbers, however deep.
    """
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
    answers: Answers, name: str, model_id: str, threshold: float, n_messages: int, seen: int = 0, notes: Sequence[str] = ()
) -> Evaluation:
    """Turn rows with answers into an Evaluation.

    Args:
        answers: the rows.
        name: of the model.
        model_id: of the model, or "cross-validated".
        threshold: confidence from which the model answers.
        n_messages: messages that the rows come from.
        seen: of these, how many were in the training data.
        notes: sentences worth showing.

    Raises:
        TrainingError: there are no rows.
    """
    if not answers.truth:
        raise TrainingError(f"There is nothing to evaluate {model_id} on: no message carries a label for {name}.")
    labels = [label for label in answers.labels if label in set(answers.truth) | set(answers.guess)]
    _, counts = metrics.group_counts(answers.truth, answers.guess, answers.groups, labels)
    total = counts.sum(axis=0)
    values = metrics.scores(total)
    right = np.array([t == g for t, g in zip(answers.truth, answers.guess, strict=True)])
    answered = np.asarray(answers.confidence) >= threshold
    return Evaluation(
        name=name,
        model_id=model_id,
        n=len(answers.truth),
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
        calibration=metrics.calibration(answers.confidence, right.tolist()),
        n_seen=seen,
        notes=tuple(notes),
        confusion_answered=_answered(answers, labels, answered),
    )


def combine(model_id: str, axes: Mapping[str, Evaluation], keys: Sequence[str], trained_on: Sequence[str]) -> Evaluation:
    """The axes' evaluations as one: averages, with the axes under their names.

    Args:
        model_id: of the tone model, or "cross-validated".
        axes: the evaluation of each axis.
        keys: of the rows.
        trained_on: keys of the rows that trained the model.
    """
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


def _answered(answers: Answers, labels: Sequence[str], answered: np.ndarray) -> dict[str, Any]:
    """The confusion matrix without what the model would call unclear."""
    at = np.flatnonzero(answered)
    counts = metrics.confusion([answers.truth[i] for i in at], [answers.guess[i] for i in at], labels)
    return {"labels": list(labels), "matrix": counts.astype(int).tolist()}
