"""Fitting the callback model: folds, what is held equal, and a regression that knows how sure it is.

Rep, campaign, list, weekday, time of day and week are *held equal*: each feature is moved by what they explain of it, and their
own level is taken out of the callbacks. What is left is a logistic regression whose coefficients have a normal prior. How wide
the prior is, is not known: several widths are fitted, and averaged by their marginal likelihood (MacKay 1992; Laplace's
approximation). The covariance of that average is what the interval of a probability rests on: it holds what the prior pulls
towards zero as well as what chance does to a sample (Nychka 1988), where refits on drawn reps hold the second alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from vmaudio.training.callback_held import CallbackData, Held, held_equal
from vmaudio.training.callback_robust import one_step, probabilities, sigmoid, times

WIDTHS = (0.04, 0.08, 0.16, 0.32)
"""Standard deviations of the prior that are tried, in log-odds for one standard deviation of a feature."""

LARGE, LARGE_WIDTH = 0.15, 0.5
"""So many of the coefficients are taken for large beforehand, with this standard deviation, whatever that of the others is:
where few features matter, one width for all would pull those few towards zero (spike and slab; George & McCulloch 1993)."""

ROUNDS = 4
"""Rounds of telling large coefficients from small ones (expectation maximisation)."""

STEPS = 30
"""Most Newton steps of a fit; five or six are usual."""

_CHUNK = 16384


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted regression on standardised columns.

    Attributes:
        mean: (n_columns,) of each column; what is not known is taken there.
        scale: (n_columns,) its standard deviation.
        intercept: log-odds at the mean, for the average of all reps.
        coefficients: (n_columns,) log-odds for one standard deviation.
        covariance: (n_columns + 1, n_columns + 1), the intercept first.
        evidence: log marginal likelihood, to compare fits on the same messages.
        width: mean standard deviation of the prior.
        within: (n, n_columns) float32: the standardised columns with the conditions taken out, for tests of each feature.
        held: what was taken out.
        means: what each value of the conditions adds to each standardised column, for `Held.explained`.
    """

    mean: np.ndarray
    scale: np.ndarray
    intercept: float
    coefficients: np.ndarray
    covariance: np.ndarray
    evidence: float
    width: float
    within: np.ndarray
    held: Held
    means: np.ndarray


def fit(data: CallbackData, columns: int | None = None, train: np.ndarray | None = None) -> Fitted:
    """Fit the regression.

    Args:
        data: messages with callbacks and without.
        columns: so many of their columns, the first ones; None is all.
        train: numbers of the messages to fit on; None is all. Their columns are read where they lie: of 200,000 messages a
            copy has a hundred megabytes.
    """
    mean, scale, z = standardised(data.x[:, :columns], train)
    data = data if train is None else data.at(train, 0)
    held = held_equal(data)
    within, means = held.without(z)
    coefficients, covariance, evidence, width = _averaged(within, data.y, held.level)
    with_level, average = probabilities(times(within, coefficients) + held.level, data.y)
    covariance *= max(1.0, float(one_step(within, data.y, with_level, coefficients, data.rep).wider.mean()))
    p, intercept = probabilities(times(z, coefficients), data.y)
    whole = np.zeros((len(coefficients) + 1,) * 2)
    whole[1:, 1:] = covariance
    # the average of reps' log-odds is a little below the log-odds of their average: the interval holds both
    whole[0, 0] = _intercept_variance(data, p) + (intercept - average) ** 2
    return Fitted(mean, scale, intercept, coefficients, whole, evidence, width, within, held, means)


def predicted(fitted: Fitted, x: np.ndarray, conditions: np.ndarray) -> np.ndarray:
    """Probabilities of a callback by what a message adds, for the average of all reps, lists and so on.

    What the conditions explain of the features is taken out: where a list that is called back more has shorter messages, short
    messages would else seem to foretell callbacks.

    Args:
        fitted: from `fit`.
        x: (n, n_columns) of messages, NaN where not known; further columns are not used.
        conditions: (n, n_conditions) of the same messages.

    Returns:
        (n,), 0 to 1.
    """
    linear = [np.empty(0)]
    for start in range(0, len(x), _CHUNK):
        z = (x[start : start + _CHUNK, : len(fitted.mean)] - fitted.mean) / fitted.scale
        within = np.nan_to_num(z) - fitted.held.explained(conditions[start : start + _CHUNK], fitted.means)
        linear.append(within @ fitted.coefficients)
    return sigmoid(fitted.intercept + np.concatenate(linear))


def as_pipeline(fitted: Fitted) -> Any:
    """The fit as a stock scikit-learn pipeline, of types that the model store trusts.

    Args:
        fitted: from `fit`.
    """
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    # two messages, one below and one above each mean by a standard deviation: their mean and deviation are those of the fit
    two = np.stack([fitted.mean - fitted.scale, fitted.mean + fitted.scale])
    made = make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler(), LogisticRegression())
    made.fit(two, [0, 1])
    made[-1].coef_ = fitted.coefficients[None, :].astype(float)
    made[-1].intercept_ = np.array([fitted.intercept])
    made[-1].n_iter_ = np.array([0])
    return made


def standardised(x: np.ndarray, rows: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Columns of mean 0 and standard deviation 1, what is not known at 0.

    Args:
        x: (n, n_columns), NaN where not known.
        rows: numbers of the rows that are taken; None is all.

    Returns:
        Means, standard deviations (1 where a column does not vary), and the columns as float32.
    """
    n, width = len(x) if rows is None else len(rows), x.shape[1]
    mean, scale, z = np.zeros(width), np.ones(width), np.zeros((n, width), dtype=np.float32)
    for column in range(width):  # one at a time: a whole copy of a large table is what memory runs out on
        values = np.asarray(x[:, column] if rows is None else x[rows, column], dtype=float)
        known = ~np.isnan(values)
        if known.any():
            mean[column] = float(values[known].mean())
            filled = np.where(known, values - mean[column], 0.0)
            deviation = float(filled.std())
            scale[column] = deviation if deviation > 1e-9 else 1.0
            z[:, column] = filled / scale[column]
    return mean, scale, z


def _averaged(z: np.ndarray, y: np.ndarray, level: np.ndarray) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Coefficients and covariance averaged over the prior's widths, by marginal likelihood."""
    beta, k = np.zeros(z.shape[1] + 1), z.shape[1]
    large = np.full(k, LARGE)
    found = []
    for width in WIDTHS:
        for _ in range(ROUNDS):
            penalty = np.concatenate([[0.0], large / LARGE_WIDTH**2 + (1 - large) / width**2])
            beta, hessian, log_likelihood = newton(z, y, level, penalty, beta)
            inverse = np.linalg.inv(hessian + np.diag(penalty))
            large = _large(beta[1:] ** 2 + np.diag(inverse)[1:], width)
        _, log_det = np.linalg.slogdet(hessian + np.diag(penalty))
        prior = np.logaddexp(
            np.log(LARGE) + _log_normal(beta[1:] ** 2, LARGE_WIDTH), np.log(1 - LARGE) + _log_normal(beta[1:] ** 2, width)
        )
        evidence = log_likelihood + float(prior.sum()) - 0.5 * log_det
        found.append((evidence, beta[1:].copy(), inverse[1:, 1:], width))
    best = max(evidence for evidence, *_ in found)
    weights = np.array([math.exp(evidence - best) for evidence, *_ in found])
    total = best + math.log(float(weights.mean()))
    weights /= weights.sum()
    mean = np.asarray(sum(w * one[1] for w, one in zip(weights, found, strict=True)))
    covariance = np.asarray(
        sum(w * (one[2] + np.outer(one[1] - mean, one[1] - mean)) for w, one in zip(weights, found, strict=True))
    )
    return mean, covariance, total, float(weights @ np.array(WIDTHS))


def _large(squares: np.ndarray, width: float) -> np.ndarray:
    """How likely each coefficient is one of the large ones, given its expected square."""
    odds = np.log(LARGE / (1 - LARGE)) + _log_normal(squares, LARGE_WIDTH) - _log_normal(squares, width)
    return sigmoid(odds)


def _log_normal(squares: np.ndarray, deviation: float) -> np.ndarray:
    return np.asarray(-0.5 * squares / deviation**2 - math.log(deviation))


def newton(
    z: np.ndarray, y: np.ndarray, level: np.ndarray, penalty: np.ndarray, start: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Penalised logistic regression with an offset, by Newton's method with halved steps.

    Args:
        z: (n, n_columns).
        y: (n,) 0 or 1.
        level: (n,) log-odds that are given.
        penalty: (n_columns + 1,) precision of each coefficient's prior, the intercept's first.
        start: (n_columns + 1,), the intercept first.

    Returns:
        Coefficients, the information of the data alone, and the log likelihood.
    """
    beta = start.copy()
    target, gradient, hessian, log_likelihood = _penalised(z, y, level, penalty, beta)
    for _ in range(STEPS):
        move = np.linalg.solve(hessian + np.diag(penalty + 1e-9), gradient)
        size, close = 1.0, 1e-5 + 1e-7 * abs(target)
        while True:
            tried = _penalised(z, y, level, penalty, beta + size * move)
            if tried[0] >= target - close or size < 1e-3:
                break
            size /= 2
        done = abs(tried[0] - target) < close or size < 1e-3
        beta = beta + size * move
        target, gradient, hessian, log_likelihood = tried
        if done:
            break
    return beta, hessian, log_likelihood


def _penalised(
    z: np.ndarray, y: np.ndarray, level: np.ndarray, penalty: np.ndarray, beta: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray, float]:
    gradient, hessian, log_likelihood = np.zeros(len(beta)), np.zeros((len(beta),) * 2), 0.0
    for start in range(0, len(y), _CHUNK):
        part = slice(start, start + _CHUNK)
        x = z[part]
        eta = level[part] + beta[0] + x @ beta[1:].astype(x.dtype)
        p = sigmoid(eta)
        log_likelihood += float((y[part] * eta - np.logaddexp(0, eta)).sum())
        residual, weights = y[part] - p, p * (1 - p)
        single = weights.astype(x.dtype)  # products of a portion in single precision, sums of portions in double: twice as fast
        gradient[0] += float(residual.sum())
        gradient[1:] += x.T @ residual.astype(x.dtype)
        hessian[0, 0] += float(weights.sum())
        hessian[0, 1:] += x.T @ single
        hessian[1:, 1:] += x.T @ (x * single[:, None])
    hessian[1:, 0] = hessian[0, 1:]
    return log_likelihood - 0.5 * float(penalty @ beta**2), gradient - penalty * beta, hessian, log_likelihood


def _intercept_variance(data: CallbackData, p: np.ndarray) -> float:
    """Variance of the average rep's level: reps differ, and only so many were seen (clustered, with t instead of z)."""
    from scipy.stats import t

    information = float((p * (1 - p)).sum())
    reps = np.unique(data.rep, return_inverse=True)[1]
    sums = np.bincount(reps, weights=data.y - p)
    if len(sums) < 2:
        return 1 / information
    clustered = float((sums**2).sum()) * len(sums) / (len(sums) - 1) / information**2
    wider = float(t.ppf(0.975, len(sums) - 1) / 1.959964) ** 2
    return max(1 / information, clustered * wider)


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
