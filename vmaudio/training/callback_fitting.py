"""Fitting the callback model: candidates, folds by rep and prospect, calibration.

A rep's own level is taken out in two ways: every feature is moved by the difference between the rep's mean and everybody's
(shrunken for reps with few messages), and the rep's callback level is a column of its own while fitting, and that of an
average rep afterwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from vmaudio.errors import TrainingError

INNER_FOLDS = 3
PRIOR_MESSAGES = 20.0
"""A rep's callback level is shrunken as if that many messages at the base rate had been added."""

MEAN_MESSAGES = 5.0
"""Likewise for a rep's mean of a feature."""


@dataclass(frozen=True, slots=True)
class CallbackData:
    """Messages as the estimators read them.

    Attributes:
        x: (n, n_columns) features, NaN where not known.
        y: (n,) 1 for a callback, else 0.
        rep: (n,) who left the message.
        prospect: (n,) who was called.
    """

    x: np.ndarray
    y: np.ndarray
    rep: np.ndarray
    prospect: np.ndarray

    def at(self, index: np.ndarray) -> CallbackData:
        """Some of the messages.

        Args:
            index: their numbers.
        """
        return CallbackData(self.x[index], self.y[index], self.rep[index], self.prospect[index])


@dataclass(frozen=True, slots=True)
class Fitted:
    """A chosen candidate.

    Attributes:
        name: of the candidate.
        estimator: fitted.
        calibration: slope and intercept of its log-odds.
    """

    name: str
    estimator: Any
    calibration: tuple[float, float]


def candidates(seed: int) -> dict[str, Any]:
    """Unfitted estimators by name; the part before the colon is the family.

    Args:
        seed: of the boosted trees.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    made: dict[str, Any] = {}
    for c in (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0):
        made[f"logistic regression: C={c:g}"] = make_pipeline(
            SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler(), LogisticRegression(C=c, max_iter=500)
        )
    for rounds in (20, 60):
        made[f"boosted trees: {rounds} rounds"] = HistGradientBoostingClassifier(
            max_iter=rounds, learning_rate=0.05, max_leaf_nodes=4, min_samples_leaf=30, l2_regularization=5.0,
            interaction_cst="no_interactions", early_stopping=False, random_state=seed,
        )  # fmt: skip
    return made


def design(data: CallbackData) -> np.ndarray:
    """Features moved to an average rep's, and the rep's callback level as the last column.

    Args:
        data: to fit on.

    Returns:
        (n, n_columns + 1).
    """
    names, group = np.unique(data.rep, return_inverse=True)
    known = ~np.isnan(data.x)
    filled = np.where(known, data.x, 0.0)
    overall = filled.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    moved = data.x.copy()
    level = np.zeros(len(data.y))
    base = float(data.y.mean())
    for g in range(len(names)):
        own = group == g
        n = known[own].sum(axis=0)
        mean = filled[own].sum(axis=0) / np.maximum(n, 1)
        moved[own] -= n / (n + MEAN_MESSAGES) * (mean - overall)
        rate = (data.y[own].sum() + PRIOR_MESSAGES * base) / (own.sum() + PRIOR_MESSAGES)
        level[own] = math.log(rate / (1 - rate)) - math.log(base / (1 - base))
    return np.hstack([moved, level[:, None]])


def plain_design(data: CallbackData) -> np.ndarray:
    """Features as they are, for a rep of average level: what a new message looks like.

    Args:
        data: to predict.

    Returns:
        (n, n_columns + 1), the last column 0.
    """
    return np.hstack([data.x, np.zeros((len(data.x), 1))])


def folds(rep: np.ndarray, prospect: np.ndarray, n: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Folds of which each tests whole reps, and whoever they called leaves the training side.

    With fewer than two reps, prospects are split instead.

    Args:
        rep: (n,) who left each message.
        prospect: (n,) who was called.
        n: most folds.
        seed: of the order.

    Returns:
        (train, test) numbers of messages for each fold.
    """
    groups = rep if len(set(rep.tolist())) >= 2 else prospect
    names, index = np.unique(groups, return_inverse=True)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(names))
    # the largest groups first, each to the emptiest fold: folds of like size
    size = np.bincount(index)
    bins = np.zeros(min(n, len(names)))
    fold_of = np.zeros(len(names), dtype=int)
    for g in sorted(order.tolist(), key=lambda g: -size[g]):
        fold_of[g] = int(bins.argmin())
        bins[fold_of[g]] += size[g]
    made = []
    for fold in range(len(bins)):
        test = fold_of[index] == fold
        train = ~test & ~np.isin(prospect, np.unique(prospect[test]))
        made.append((np.flatnonzero(train), np.flatnonzero(test)))
    return [(train, test) for train, test in made if len(train) and len(test)]


def _log_loss(y: np.ndarray, logit: np.ndarray) -> float:
    return float((np.logaddexp(0, logit) - y * logit).mean())


def _calibrate(y: np.ndarray, logit: np.ndarray) -> tuple[float, float]:
    """Platt's slope and intercept on out-of-fold log-odds (sigmoid: isotonic needs 1,000 samples or more)."""
    from sklearn.linear_model import LogisticRegression

    if float(np.ptp(logit)) < 1e-9:
        rate = float(np.clip(y.mean(), 1e-4, 1 - 1e-4))
        return 0.0, math.log(rate / (1 - rate))
    fitted = LogisticRegression(C=1e6, max_iter=500).fit(logit[:, None], y)
    slope = float(fitted.coef_[0, 0])
    if slope <= 0:  # what was learned does not carry over: say the base rate
        rate = float(np.clip(y.mean(), 1e-4, 1 - 1e-4))
        return 0.0, math.log(rate / (1 - rate))
    return min(slope, 1.5), float(fitted.intercept_[0])


@dataclass(frozen=True, slots=True)
class Tried:
    """Inner cross-validation of all candidates.

    Attributes:
        estimators: unfitted, by name.
        logits: out-of-fold log-odds (n,) by name; NaN where none was made.
        seen: (n,) whether there are any.
    """

    estimators: dict[str, Any]
    logits: dict[str, np.ndarray]
    seen: np.ndarray


def try_all(data: CallbackData, seed: int) -> Tried:
    """Inner cross-validation of all candidates.

    Args:
        data: to fit on.
        seed: of folds and trees.

    Raises:
        TrainingError: no split leaves callbacks on the training side.
    """
    from sklearn.base import clone

    tried = candidates(seed)
    logits = {name: np.full(len(data.y), np.nan) for name in tried}
    for train, test in folds(data.rep, data.prospect, INNER_FOLDS, seed):
        inner = data.at(train)
        if len(set(inner.y.tolist())) < 2:
            continue
        x, plain = design(inner), plain_design(data.at(test))
        for name, made in tried.items():
            logits[name][test] = clone(made).fit(x, inner.y).decision_function(plain)
    seen = ~np.isnan(next(iter(logits.values())))
    if not seen.any():
        raise TrainingError("The callbacks are too unevenly spread over reps to hold some out. More messages are needed.")
    return Tried(tried, logits, seen)


def fit(data: CallbackData, tried: Tried, family: str = "") -> Fitted:
    """Choose the candidate (of one family) with the least log loss out of fold, calibrate it there, fit it on all.

    Args:
        data: to fit on.
        tried: all candidates on these data.
        family: beginning of the names to choose among; empty means all.
    """
    from sklearn.base import clone

    y = data.y[tried.seen]
    loss = {name: _log_loss(y, logit[tried.seen]) for name, logit in tried.logits.items() if name.startswith(family)}
    best = min(loss, key=lambda name: loss[name])
    estimator = clone(tried.estimators[best]).fit(design(data), data.y)
    return Fitted(best, estimator, _calibrate(y, tried.logits[best][tried.seen]))


def predicted(fitted: Fitted, data: CallbackData) -> np.ndarray:
    """Calibrated probabilities of a callback.

    Args:
        fitted: from `fit`.
        data: to predict.

    Returns:
        (n,), 0 to 1.
    """
    slope, intercept = fitted.calibration
    logit = slope * fitted.estimator.decision_function(plain_design(data)) + intercept
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
