"""Train the callback model: from measured messages and what came of them to calibrated probabilities, or a refusal.

Two families are compared, both of which add up: logistic regression with a ridge penalty, and boosted trees without
interactions. A rep's own level is taken out in two ways: every feature is moved by the difference between the rep's mean and
everybody's (shrunken for reps with few messages), and the rep's callback level is a column of its own while fitting, and that
of an average rep afterwards. So what is learned is which message of *one* rep does better than another of the same rep.

Evaluated by nested cross-validation: no rep and no prospect is on both sides of any split. Choice, fit and calibration happen
on the other side each time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.callback import MODEL_NAME, MODEL_PART, feature_matrix
from vmaudio.classify import ModelFolder, ModelStore, probe
from vmaudio.errors import TrainingError
from vmaudio.events import Event, Listener, ignore
from vmaudio.training import callback_card, skill
from vmaudio.training.callback_table import Example, columns_of, read_features

__all__ = ["MIN_EVENTS", "RULE", "Example", "Fitted", "fit", "folds", "read_features", "train_callback", "try_all"]

MIN_EVENTS = 100
"""Fewest messages with, and fewest without, a callback: fewer cannot even tell whether a model is calibrated
(Vergouwe et al. 2005; Collins et al. 2016)."""

REFITS = 20
"""Refits on drawn reps, for the interval of a probability."""

OUTER, INNER = 5, 3
PRIOR_MESSAGES = 20.0
"""A rep's callback level is shrunken as if that many messages at the base rate had been added."""

MEAN_MESSAGES = 5.0
"""Likewise for a rep's mean of a feature."""

RULE = (
    f"at least {MIN_EVENTS} messages with and {MIN_EVENTS} without a callback; on reps and prospects that the model has not "
    "seen, the 95 % interval of the Brier skill must lie above 0 and that of the AUC above .5"
)


@dataclass(frozen=True, slots=True)
class _Data:
    x: np.ndarray
    y: np.ndarray
    rep: np.ndarray
    prospect: np.ndarray

    def at(self, index: np.ndarray) -> _Data:
        return _Data(self.x[index], self.y[index], self.rep[index], self.prospect[index])


@dataclass(frozen=True, slots=True)
class Fitted:
    """An estimator with its calibration (slope, intercept)."""

    name: str
    estimator: Any
    calibration: tuple[float, float]


def candidates(seed: int) -> dict[str, Any]:
    """Unfitted estimators by name; the part before the colon is the family."""
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


def _design(data: _Data) -> np.ndarray:
    """Features moved to an average rep's, and the rep's callback level as the last column."""
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


def _plain(data: _Data) -> np.ndarray:
    """Features as they are, for a rep of average level: what a new message looks like."""
    return np.hstack([data.x, np.zeros((len(data.x), 1))])


def folds(rep: np.ndarray, prospect: np.ndarray, n: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """(train, test) indices: whole reps are tested, and whoever they called leaves the training side.

    With fewer than two reps, prospects are split instead.
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
    """Out-of-fold log-odds (n,) of every candidate; NaN where none was made."""

    estimators: dict[str, Any]
    logits: dict[str, np.ndarray]
    seen: np.ndarray


def try_all(data: _Data, seed: int) -> Tried:
    """Inner cross-validation of all candidates.

    Raises:
        TrainingError: no split leaves callbacks on the training side.
    """
    from sklearn.base import clone

    tried = candidates(seed)
    logits = {name: np.full(len(data.y), np.nan) for name in tried}
    for train, test in folds(data.rep, data.prospect, INNER, seed):
        inner = data.at(train)
        if len(set(inner.y.tolist())) < 2:
            continue
        x, plain = _design(inner), _plain(data.at(test))
        for name, made in tried.items():
            logits[name][test] = clone(made).fit(x, inner.y).decision_function(plain)
    seen = ~np.isnan(next(iter(logits.values())))
    if not seen.any():
        raise TrainingError("The callbacks are too unevenly spread over reps to hold some out. More messages are needed.")
    return Tried(tried, logits, seen)


def fit(data: _Data, tried: Tried, family: str = "") -> Fitted:
    """Choose the candidate (of one family) with the least log loss out of fold, calibrate it there, fit it on all."""
    from sklearn.base import clone

    y = data.y[tried.seen]
    loss = {name: _log_loss(y, logit[tried.seen]) for name, logit in tried.logits.items() if name.startswith(family)}
    best = min(loss, key=lambda name: loss[name])
    estimator = clone(tried.estimators[best]).fit(_design(data), data.y)
    return Fitted(best, estimator, _calibrate(y, tried.logits[best][tried.seen]))


def _predicted(fitted: Fitted, data: _Data) -> np.ndarray:
    slope, intercept = fitted.calibration
    logit = slope * fitted.estimator.decision_function(_plain(data)) + intercept
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -30, 30))))


def train_callback(
    examples: Sequence[Example], folder: Path, *, seed: int = 0, store: ModelStore | None = None, listener: Listener = ignore
) -> ModelFolder:
    """Train, evaluate and save the callback model; nothing is promoted.

    Raises:
        TrainingError: too few events, or no skill on reps and prospects that it has not seen; the numbers and the rule are
            in the message. Nothing is saved then.
    """
    events = sum(example.called_back for example in examples)
    others = len(examples) - events
    stays = "The score stays a rubric score, without a probability."
    if events < MIN_EVENTS or others < MIN_EVENTS:
        raise TrainingError(f"Not trained: {events} messages with and {others} without a callback. The rule: {RULE}. {stays}")
    columns, info = columns_of(examples)
    if not columns:
        raise TrainingError("Not trained: no feature of the catalogue varies in the table. Export it with vmaudio report.")
    data = _Data(
        feature_matrix([example.values for example in examples], columns),
        np.array([example.called_back for example in examples], dtype=float),
        np.array([example.rep for example in examples], dtype=object).astype(str),
        np.array([example.prospect or f"\0{example.message_id}" for example in examples], dtype=object).astype(str),
    )
    with _one_thread():
        metrics, chosen = _nested(data, seed, listener)
    low_skill, low_auc = metrics["ci"]["brier_skill"][0], metrics["ci"]["auc"][0]
    if not (low_skill > 0 and low_auc > 0.5):
        raise TrainingError(
            f"Not trained: no skill on reps and prospects that the model has not seen. n = {len(data.y)}, {events} callbacks, "
            f"Brier skill {metrics['brier_skill']:.3f} ({callback_card.interval(metrics, 'brier_skill')}), "
            f"AUC {metrics['auc']:.3f} ({callback_card.interval(metrics, 'auc')}). The rule: {RULE}. {stays}"
        )
    with _one_thread():
        fitted = fit(data, try_all(data, seed))
        members = {MODEL_PART: fitted.estimator, **_refits(fitted, data, seed, listener)}
    sent = sorted(example.sent.isoformat() for example in examples if example.sent)
    meta = {
        "name": MODEL_NAME,
        "metrics": {**metrics, "n": len(data.y), "events": events, "groups": len(set(data.rep.tolist())),
                    "prospects": len(set(data.prospect.tolist())), "base_rate": events / len(data.y)},
        "rule": RULE,
        "chosen": fitted.name,
        "chosen_in_folds": chosen,
        "calibration": list(fitted.calibration),
        "columns": columns,
        "reference": {name: one["reference"] for name, one in info.items()},
        "features": info,
        "window": [sent[0], sent[-1]] if sent else None,
        "simulated": any(example.simulated for example in examples),
        "seed": seed,
        "probe": probe(members, {MODEL_PART: _plain(data.at(np.arange(min(3, len(data.y)))))}),
    }  # fmt: skip
    return (store or ModelStore()).save(folder, members, meta, callback_card.callback_card(meta))


def _one_thread() -> AbstractContextManager[Any]:
    """Hundreds of small fits: threads would wait for each other more than they work."""
    import sklearn.ensemble  # noqa: F401 - its thread pool must be there to be limited
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    limited: AbstractContextManager[Any] = threadpool_limits(limits=1)
    return limited


def _nested(data: _Data, seed: int, listener: Listener) -> tuple[dict[str, Any], list[str]]:
    outer = folds(data.rep, data.prospect, OUTER, seed + 1)
    families = ("logistic regression", "boosted trees", "")
    p = {family: np.full(len(data.y), np.nan) for family in families}
    base, chosen = np.full(len(data.y), np.nan), []
    for done, (train, test) in enumerate(outer):
        listener(Event("train", f"fold {done + 1}", done, len(outer)))
        part = data.at(train)
        base[test] = part.y.mean()
        tried = try_all(part, seed)
        for family in families:
            fitted = fit(part, tried, family)
            p[family][test] = _predicted(fitted, data.at(test))
            if not family:
                chosen.append(fitted.name)
    seen = ~np.isnan(base)
    reps, prospects = data.rep[seen].tolist(), data.prospect[seen].tolist()
    made = {
        name: skill.probability_figures(data.y[seen], p[name][seen], base[seen], reps, prospects, seed) for name in families
    }
    best = made[""]
    best["families"] = {
        name: {key: made[name][key] for key in ("brier", "brier_skill", "auc", "ci")} for name in families if name
    }
    best["grouped_by"] = "rep and prospect" if len(set(data.rep.tolist())) > 1 else "prospect (there is one rep only)"
    return best, chosen


def _refits(fitted: Fitted, data: _Data, seed: int, listener: Listener) -> dict[str, Any]:
    """The chosen estimator, fitted again on drawn reps (prospects, when there are few reps)."""
    from sklearn.base import clone

    few = len(set(data.rep.tolist())) < skill.FEWEST_GROUPS
    index = np.unique(data.prospect if few else data.rep, return_inverse=True)[1]
    members = [np.flatnonzero(index == g) for g in range(int(index.max()) + 1)]
    rng = np.random.default_rng(seed + 2)
    made: dict[str, Any] = {}
    while len(made) < REFITS:
        drawn = data.at(np.concatenate([members[g] for g in rng.integers(len(members), size=len(members))]))
        if len(set(drawn.y.tolist())) == 2:
            listener(Event("train", "interval", len(made), REFITS))
            made[f"refit_{len(made):02d}"] = clone(fitted.estimator).fit(_design(drawn), drawn.y)
    return made
