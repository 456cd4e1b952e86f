"""Arms that are a classifier's answer are mixed: the difference between them is smaller than the true one.

With the confusion matrix of the model card the mixing can be undone. The share of each true class among the messages is
estimated from the answers (expectation maximisation on the confusion matrix), from it P(true class | answer) follows, and
the rates of the true classes are those that, so mixed, give the rates seen. 15 % symmetric errors with equal shares shrink
a difference to 70 %.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vmaudio.evidence.rates import z_value

WORST_CONDITION = 20.0
"""Condition number of the mixing above which undoing it would only blow up noise."""


@dataclass(frozen=True, slots=True)
class Undiluted:
    """Rates of the true classes in the order of the arms, with their covariance (k, k), and how sure each answer is.

    ``purity[i]`` is the estimated share of arm i's messages that truly belong to it.
    """

    rates: np.ndarray
    covariance: np.ndarray
    purity: np.ndarray

    def difference(self, a: int, b: int) -> tuple[float, float, float]:
        """Difference of two true classes with its 95 % interval (delta method; the confusion matrix taken as known)."""
        d = float(self.rates[a] - self.rates[b])
        variance = float(self.covariance[a, a] + self.covariance[b, b] - 2 * self.covariance[a, b])
        half = z_value() * max(0.0, variance) ** 0.5
        return d, d - half, d + half


def confusion_of(meta: Mapping[str, Any]) -> tuple[list[str], np.ndarray] | None:
    """Labels and counts (row truth, column answer) from a model's meta; None when it has none that can be read."""
    found = meta.get("confusion")
    if found is None and isinstance(meta.get("metrics"), Mapping):
        found = meta["metrics"].get("confusion")
    if isinstance(found, Mapping) and "labels" in found:
        labels, matrix = found["labels"], found.get("matrix") or found.get("counts")
    elif isinstance(found, Mapping) and found and all(isinstance(row, Mapping) for row in found.values()):
        labels = list(found)
        matrix = [[found[truth].get(answer, 0) for answer in labels] for truth in labels]
    else:
        labels, matrix = meta.get("labels") or meta.get("classes"), found
    try:
        counts = np.asarray(matrix, dtype=float)
    except (TypeError, ValueError):
        return None
    if not isinstance(labels, Sequence) or counts.ndim != 2 or counts.shape[0] != len(labels) or counts.shape[1] < len(labels):
        return None
    return [str(label) for label in labels], counts[:, : len(labels)]


def undilute(names: Sequence[str], n: Sequence[int], events: Sequence[int], meta: Mapping[str, Any]) -> Undiluted | str:
    """Undo the mixing of predicted arms; a sentence when it cannot be done.

    Args:
        names, n, events: the arms seen. meta: the classifier's model.json.
    """
    found = confusion_of(meta)
    if found is None:
        return "the model's card has no confusion matrix"
    labels, counts = found
    if any(name not in labels for name in names):
        return "the model's card does not know all of these classes"
    at = [labels.index(name) for name in names]
    answers = counts[np.ix_(at, at)]
    if (answers.sum(axis=1) == 0).any():
        return "the model was not tested on all of these classes"
    given_truth = answers / answers.sum(axis=1, keepdims=True)
    seen = np.asarray(n, dtype=float) / sum(n)
    share = seen.copy()
    for _ in range(2000):
        joint = share[:, None] * given_truth
        below = joint.sum(axis=0)
        posterior = np.divide(joint, below, out=np.zeros_like(joint), where=below > 0)
        updated = posterior @ seen
        if np.abs(updated - share).max() < 1e-10:
            break
        share = updated
    mixing = posterior.T  # row answer, column truth
    if np.linalg.cond(mixing) > WORST_CONDITION:
        return "the classes are confused too often to undo it"
    inverse = np.linalg.inv(mixing)
    total, hits = np.asarray(n, dtype=float), np.asarray(events, dtype=float)
    smooth = (hits + 0.5) / (total + 1)  # an arm without events has no zero variance
    spread = inverse @ np.diag(smooth * (1 - smooth) / total) @ inverse.T
    return Undiluted(inverse @ (hits / total), spread, np.diag(mixing).copy())
