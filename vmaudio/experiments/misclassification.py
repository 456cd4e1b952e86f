"""Correction for misclassification: arms that a classifier predicted contain messages of other classes.

The difference between such arms is smaller than the true one: 15 % symmetric errors with equal shares shrink it to 70 %. The
confusion matrix of the model card, made on messages that the model had not seen, allows a correction (the matrix method, Barron
1977): the answers give the share of each true class, these give P(true class | answer), and the rates of the true classes are
those that, mixed in this way, give the observed rates. By hand: neither scipy nor statsmodels has it.

Assumed: the model errs as often here as on the messages of its card, and its errors are independent of the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vmaudio.experiments.options import CompareOptions

_DEFAULT = CompareOptions()


@dataclass(frozen=True, slots=True)
class Corrected:
    """Rates of the true classes.

    Attributes:
        rates: rates (k,) in the order of the arms; shares that may lie a little outside 0 to 1.
        drawn: random draws of them (n_draws, k), for intervals; NaN where a draw could not be corrected.
        purity: estimated share (k,) of each arm's messages that truly belong to it, 0 to 1.
        forced: true when the card has only errors of forced answers: where the model may answer "unclear" it errs less, and the
            correction is too large.
    """

    rates: np.ndarray
    drawn: np.ndarray
    purity: np.ndarray
    forced: bool

    def difference(self, a: int, b: int) -> tuple[float, float, float]:
        """Difference of the rates of two true classes.

        The interval allows for chance in the messages, the outcomes and the confusion matrix. The spread of the draws around
        their median is put around the estimate: dividing by a noisy matrix moves the draws outward, and the estimate has been
        moved so once already.

        Args:
            a: number of the first arm.
            b: number of the second.

        Returns:
            Difference a - b with lower and upper end of its 95 % interval, as shares.
        """
        d = float(self.rates[a] - self.rates[b])
        low, middle, high = np.nanpercentile(self.drawn[:, a] - self.drawn[:, b], [2.5, 50, 97.5])
        return d, float(d + low - middle), float(d + high - middle)


def confusion_of(meta: Mapping[str, Any]) -> tuple[list[str], np.ndarray, bool] | None:
    """Confusion matrix in a model's card.

    ``confusion_answered`` (without messages that the model calls unclear, as the arms are) is preferred to ``confusion``.

    Args:
        meta: the model.json.

    Returns:
        Labels, counts (row truth, column answer), and whether answers were forced. None when no matrix can be read.
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
    names: Sequence[str],
    n: Sequence[int],
    events: Sequence[int],
    meta: Mapping[str, Any],
    options: CompareOptions = _DEFAULT,
) -> Corrected | str:
    """Estimate the rates of the true classes from arms that a classifier predicted.

    Args:
        names: names of the arms, labels of the classifier.
        n: messages of each arm.
        events: messages of each arm with the outcome.
        meta: the classifier's model.json.
        options: thresholds.

    Returns:
        The corrected rates, or the reason why there are none (part of a sentence).
    """
    found = confusion_of(meta)
    if found is None:
        return "the model's card has no confusion matrix"
    labels, counts, forced = found
    if any(name not in labels for name in names):
        return "the model's card does not know all of these classes"
    at = [labels.index(name) for name in names]
    answers = counts[np.ix_(at, at)]
    if min(n) < options.fewest_seen:
        return f"fewer than {options.fewest_seen} messages of '{names[int(np.argmin(n))]}'"
    few = [name for name, row in zip(names, answers, strict=True) if row.sum() < options.fewest_tested]
    if few:
        return f"the model was tested on fewer than {options.fewest_tested} messages of '{few[0]}'"
    total, hits = np.asarray(n, dtype=float), np.asarray(events, dtype=float)
    given_truth = (answers / answers.sum(axis=1, keepdims=True))[None]
    mixing = _mixing(given_truth, (total / total.sum())[None])
    if not np.isfinite(mixing).all() or np.linalg.cond(mixing[0]) > options.worst_condition:
        return "the classes are confused too often to correct for it"
    rates = np.linalg.solve(mixing[0], hits / total)
    return Corrected(rates, _draw(answers, total, hits, options), np.diag(mixing[0]).copy(), forced)


def _mixing(given_truth: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """P(truth | answer) (draws, answer, truth), from P(answer | truth) (draws, truth, answer) and answer shares (draws, k)."""
    share = np.linalg.solve(given_truth.transpose(0, 2, 1), seen[:, :, None])[:, :, 0]
    share = np.maximum(share, 1e-9)  # the errors of other classes alone may explain all answers of a class
    joint = (share[:, :, None] * given_truth).transpose(0, 2, 1)
    return np.asarray(joint / joint.sum(axis=2, keepdims=True))


def _draw(answers: np.ndarray, total: np.ndarray, hits: np.ndarray, options: CompareOptions) -> np.ndarray:
    """Rates of the true classes (draws, k) when confusion matrix, answers and outcomes are drawn again."""
    draws, worst = options.draws, 10 * options.worst_condition
    k = len(total)
    rng = np.random.default_rng(20260521)
    given_truth = np.stack([rng.dirichlet(row + 1 / k, draws) for row in answers], axis=1)
    seen = rng.dirichlet(total, draws)
    p = rng.beta(hits + 0.5, total - hits + 0.5, (draws, k))  # an arm without events has no zero variance
    usable = np.linalg.cond(given_truth) < worst
    drawn = np.full((draws, k), np.nan)
    mixing = _mixing(given_truth[usable], seen[usable])
    fine = np.linalg.cond(mixing) < worst
    drawn[np.flatnonzero(usable)[fine]] = np.linalg.solve(mixing[fine], p[usable][fine][:, :, None])[:, :, 0]
    return drawn
