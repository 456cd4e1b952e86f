"""Honest numbers: scores on the forced choice, intervals by rep, calibration with its null band.

Everything takes plain arrays of true and predicted labels, and knows nothing of models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

DRAWS = 1000
"""Bootstrap draws."""

Scores = Mapping[str, float]


def confusion(truth: Sequence[str], guess: Sequence[str], labels: Sequence[str]) -> np.ndarray:
    """Counts of truth and answer.

    Args:
        truth: label of each row.
        guess: answer for each row.
        labels: in the order of the matrix.

    Returns:
        (n_labels, n_labels): row = truth, column = guess.
    """
    index = {label: i for i, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)))
    for t, g in zip(truth, guess, strict=True):
        counts[index[t], index[g]] += 1
    return counts


def scores(counts: np.ndarray) -> dict[str, float]:
    """Accuracy, macro F1 and balanced accuracy of a confusion matrix, averaged over the classes present in the truth.

    Args:
        counts: (n_labels, n_labels): row = truth, column = guess.

    Returns:
        Score to value, 0 to 1.
    """
    support, guessed, right = counts.sum(axis=1), counts.sum(axis=0), np.diag(counts)
    present = support > 0
    if not present.any():
        return {"accuracy": float("nan"), "macro_f1": float("nan"), "balanced_accuracy": float("nan")}
    f1 = 2 * right[present] / (support[present] + guessed[present])
    recall = right[present] / support[present]
    return {
        "accuracy": float(right.sum() / support.sum()),
        "macro_f1": float(f1.mean()),
        "balanced_accuracy": float(recall.mean()),
    }


def per_class(counts: np.ndarray, labels: Sequence[str]) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and n for each class that is present in the truth. Precision without a guess is 0.

    Args:
        counts: (n_labels, n_labels): row = truth, column = guess.
        labels: in the order of the matrix.
    """
    support, guessed, right = counts.sum(axis=1), counts.sum(axis=0), np.diag(counts)
    return {
        label: {
            "precision": float(right[i] / guessed[i]) if guessed[i] else 0.0,
            "recall": float(right[i] / support[i]),
            "f1": float(2 * right[i] / (support[i] + guessed[i])),
            "n": int(support[i]),
        }
        for i, label in enumerate(labels)
        if support[i]
    }


def group_counts(
    truth: Sequence[str], guess: Sequence[str], groups: Sequence[str], labels: Sequence[str]
) -> tuple[list[str], np.ndarray]:
    """One confusion matrix per group.

    Args:
        truth: label of each row.
        guess: answer for each row.
        groups: the rep of each row.
        labels: in the order of the matrix.

    Returns:
        The groups' names, sorted, and counts (n_groups, n_labels, n_labels).
    """
    names = sorted(set(groups))
    index = {name: i for i, name in enumerate(names)}
    label_index = {label: i for i, label in enumerate(labels)}
    counts = np.zeros((len(names), len(labels), len(labels)))
    for t, g, group in zip(truth, guess, groups, strict=True):
        counts[index[group], label_index[t], label_index[g]] += 1
    return names, counts


def intervals(
    counts: np.ndarray, seed: int = 0, draws: int = DRAWS, statistic: Callable[[np.ndarray], Scores] = scores
) -> dict[str, list[float]]:
    """95 % percentile bootstrap of the scores, drawing whole groups (reps): (n_groups, k, k) -> {score: [low, high]}.

    With fewer than two groups no interval can be had; the dictionary is then empty.

    Args:
        counts: (n_groups, n_labels, n_labels).
        seed: of the draws.
        draws: how many.
        statistic: makes scores of a confusion matrix.
    """
    if len(counts) < 2:
        return {}
    rng = np.random.default_rng(seed)
    drawn = [statistic(counts[rng.integers(len(counts), size=len(counts))].sum(axis=0)) for _ in range(draws)]
    return {name: [float(v) for v in np.nanpercentile([one[name] for one in drawn], [2.5, 97.5])] for name in sorted(drawn[0])}


def paired(counts_a: np.ndarray, counts_b: np.ndarray, seed: int = 0, draws: int = 2000) -> dict[str, dict[str, Any]]:
    """Difference B - A of each score with its 95 % interval, both on the same draws of groups.

    ``p`` is the two-sided bootstrap p-value: twice the smaller share of draws on one side of zero.

    Args:
        counts_a: (n_groups, n_labels, n_labels) of the first model.
        counts_b: of the second, with the same groups.
        seed: of the draws.
        draws: how many.
    """
    rng = np.random.default_rng(seed)
    base_a, base_b = scores(counts_a.sum(axis=0)), scores(counts_b.sum(axis=0))
    differences: dict[str, list[float]] = {name: [] for name in base_a}
    for _ in range(draws):
        chosen = rng.integers(len(counts_a), size=len(counts_a))
        a, b = scores(counts_a[chosen].sum(axis=0)), scores(counts_b[chosen].sum(axis=0))
        for name, values in differences.items():
            values.append(b[name] - a[name])
    out = {}
    for name, values in differences.items():
        array = np.array(values)
        low, high = np.nanpercentile(array, [2.5, 97.5])
        p = 2 * min((array <= 0).mean(), (array >= 0).mean())
        out[name] = {
            "a": base_a[name], "b": base_b[name], "difference": base_b[name] - base_a[name],
            "ci": [float(low), float(high)], "p": float(min(1.0, max(p, 1 / draws))),
            "real": bool(low > 0 or high < 0),
        }  # fmt: skip
    return out


def calibration(confidence: Sequence[float], right: Sequence[bool], seed: int = 0, bins: int = 10) -> dict[str, Any]:
    """Expected calibration error over equal bins of confidence, with its band under perfect calibration.

    A perfectly calibrated model shows an ECE well above 0 on few rows; ``ece_null`` is the 5th, 50th and 95th percentile
    of the ECE when outcomes are drawn from the confidences themselves (evidence: .068 at n = 100, .030 at n = 500).

    Args:
        confidence: of each answer, 0 to 1.
        right: whether each answer is right.
        seed: of the draws.
        bins: of equal width.
    """
    p, hit = np.asarray(confidence, dtype=float), np.asarray(right, dtype=float)
    if not len(p):
        return {"bins": [], "ece": float("nan"), "ece_null": []}
    which = np.minimum((p * bins).astype(int), bins - 1)
    onehot = np.zeros((len(p), bins))
    onehot[np.arange(len(p)), which] = 1
    mean_p, n = p @ onehot, onehot.sum(axis=0)
    rng = np.random.default_rng(seed)
    # draw by draw: 400 draws of 200,000 answers at once have more than a gigabyte
    drawn = np.stack([np.bincount(which, weights=rng.random(len(p)) < p, minlength=bins) for _ in range(400)])
    null = np.abs(drawn - mean_p).sum(axis=1) / len(p)
    table = [
        {
            "low": b / bins, "high": (b + 1) / bins, "n": int(n[b]), "confidence": float(mean_p[b] / n[b]),
            "right": float((hit @ onehot)[b] / n[b]),
            "null": [float(v) for v in np.percentile(drawn[:, b] / n[b], [2.5, 97.5])],
        }
        for b in range(bins) if n[b]
    ]  # fmt: skip
    return {
        "bins": table,
        "ece": float(np.abs(hit @ onehot - mean_p).sum() / len(p)),
        "ece_null": [float(v) for v in np.percentile(null, [5, 50, 95])],
    }


def threshold_for(confidence: Sequence[float], right: Sequence[bool], precision: float) -> float:
    """The lowest confidence from which answers are right at least so often; 0 when all answers together are.

    Chosen on out-of-fold predictions. When no threshold reaches the precision, the one with the best is returned.

    Args:
        confidence: of each answer, 0 to 1.
        right: whether each answer is right.
        precision: share of right answers wanted.
    """
    order = np.argsort(-np.asarray(confidence, dtype=float), kind="stable")
    p, hit = np.asarray(confidence, dtype=float)[order], np.asarray(right, dtype=float)[order]
    reached = np.cumsum(hit) / np.arange(1, len(hit) + 1)
    least = max(10, len(hit) // 20)  # fewer answers say nothing about a precision
    allowed = np.flatnonzero((reached >= precision) & (np.arange(1, len(hit) + 1) >= least))
    if len(allowed):
        last = int(allowed[-1])
        return 0.0 if last == len(hit) - 1 else float((p[last] + p[last + 1]) / 2)
    best = least - 1 + int(reached[least - 1 :].argmax()) if len(hit) >= least else len(hit) - 1
    return float(p[best])


def wilson(successes: int, n: int) -> tuple[float, float]:
    """95 % Wilson interval of a rate; (0, 1) for n = 0.

    Args:
        successes: how many.
        n: of how many.

    Returns:
        Lower and upper end.
    """
    if n == 0:
        return 0.0, 1.0
    z, p = 1.959964, successes / n
    centre, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return float(max(0, (centre - half) / (1 + z * z / n))), float(min(1, (centre + half) / (1 + z * z / n)))
