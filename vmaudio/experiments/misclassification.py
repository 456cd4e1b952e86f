"""Arms that are a classifier's answer are mixed: the difference between them is smaller than the true one.

With the confusion matrix of the model card, made on messages that the model had not seen, the mixing can be undone (the
matrix method). The share of each true class among the messages follows from the answers, from it P(true class | answer), and
the rates of the true classes are those that, so mixed, give the rates seen. 15 % symmetric errors with equal shares shrink a
difference to 70 %.

Assumed: the model errs here as often as on the messages of its card, and its errors have nothing to do with callbacks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

WORST_CONDITION = 20.0
"""Condition number of the mixing above which undoing it would only blow up noise."""

DRAWS = 2000
"""Draws of messages, callbacks and confusion matrix for the interval."""

TESTED = 10
"""Messages of a class that the model must have been tested on."""

FEWEST_SEEN = 20
"""Messages of an arm, below which how many of them are errors is a guess."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """Rates of the true classes in the order of the arms, draws of them (n_draws, k), and how sure each answer is.

    ``purity[i]`` is the estimated share of arm i's messages that truly belong to it. ``forced`` is true when the card has
    errors of forced answers only: where the model may say "unclear" it errs less, and the correction is too large.
    """

    rates: np.ndarray
    drawn: np.ndarray
    purity: np.ndarray
    forced: bool

    def difference(self, a: int, b: int) -> tuple[float, float, float]:
        """Difference of two true classes with its 95 % interval, from all three sources of chance.

        The spread of the draws around their median is laid around the estimate: dividing by a noisy matrix moves the draws
        outward, and the estimate has moved so once already.
        """
        d = float(self.rates[a] - self.rates[b])
        low, middle, high = np.nanpercentile(self.drawn[:, a] - self.drawn[:, b], [2.5, 50, 97.5])
        return d, float(d + low - middle), float(d + high - middle)


def confusion_of(meta: Mapping[str, Any]) -> tuple[list[str], np.ndarray, bool] | None:
    """Labels and counts (row truth, column answer) from a model's meta, and whether answers were forced.

    ``confusion_answered`` (without those that the model calls unclear, as the arms are) comes before ``confusion``. None when
    neither can be read.
    """
    for key, forced in (("confusion_answered", False), ("confusion", True)):
        found = meta.get(key)
        if found is None and isinstance(meta.get("metrics"), Mapping):
            found = meta["metrics"].get(key)
        read = _read(found, meta) if found else None
        if read is not None:
            return *read, forced
    return None


def _read(found: Any, meta: Mapping[str, Any]) -> tuple[list[str], np.ndarray] | None:
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


def correct_misclassification(
    names: Sequence[str], n: Sequence[int], events: Sequence[int], meta: Mapping[str, Any]
) -> Corrected | str:
    """Undo the mixing of predicted arms; a sentence when it cannot be done.

    Args:
        names, n, events: the arms seen. meta: the classifier's model.json.
    """
    found = confusion_of(meta)
    if found is None:
        return "the model's card has no confusion matrix"
    labels, counts, forced = found
    if any(name not in labels for name in names):
        return "the model's card does not know all of these classes"
    at = [labels.index(name) for name in names]
    answers = counts[np.ix_(at, at)]
    if min(n) < FEWEST_SEEN:
        return f"fewer than {FEWEST_SEEN} messages of '{names[int(np.argmin(n))]}'"
    few = [name for name, row in zip(names, answers, strict=True) if row.sum() < TESTED]
    if few:
        return f"the model was tested on fewer than {TESTED} messages of '{few[0]}'"
    total, hits = np.asarray(n, dtype=float), np.asarray(events, dtype=float)
    given_truth = (answers / answers.sum(axis=1, keepdims=True))[None]
    mixing = _mixing(given_truth, (total / total.sum())[None])
    if not np.isfinite(mixing).all() or np.linalg.cond(mixing[0]) > WORST_CONDITION:
        return "the classes are confused too often to undo it"
    rates = np.linalg.solve(mixing[0], hits / total)
    return Corrected(rates, _draw(answers, total, hits), np.diag(mixing[0]).copy(), forced)


def _mixing(given_truth: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """P(truth | answer), (draws, answer, truth), for P(answer | truth) (draws, truth, answer) and answer shares (draws, k)."""
    share = np.linalg.solve(given_truth.transpose(0, 2, 1), seen[:, :, None])[:, :, 0]
    share = np.maximum(share, 1e-9)  # a class that errors alone explain has none of its own
    joint = (share[:, :, None] * given_truth).transpose(0, 2, 1)
    return np.asarray(joint / joint.sum(axis=2, keepdims=True))


def _draw(answers: np.ndarray, total: np.ndarray, hits: np.ndarray) -> np.ndarray:
    """Rates of the true classes (DRAWS, k) when confusion matrix, answers and callbacks are drawn again."""
    k = len(total)
    rng = np.random.default_rng(20260521)
    given_truth = np.stack([rng.dirichlet(row + 1 / k, DRAWS) for row in answers], axis=1)
    seen = rng.dirichlet(total, DRAWS)
    p = rng.beta(hits + 0.5, total - hits + 0.5, (DRAWS, k))  # an arm without events has no zero variance
    usable = np.linalg.cond(given_truth) < 10 * WORST_CONDITION
    drawn = np.full((DRAWS, k), np.nan)
    mixing = _mixing(given_truth[usable], seen[usable])
    fine = np.linalg.cond(mixing) < 10 * WORST_CONDITION
    drawn[np.flatnonzero(usable)[fine]] = np.linalg.solve(mixing[fine], p[usable][fine][:, :, None])[:, :, 0]
    return drawn
