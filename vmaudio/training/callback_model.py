"""Train the callback model: from measured messages and what came of them to calibrated probabilities, or a refusal.

Two families are compared, both of which add up: logistic regression with a ridge penalty, and boosted trees without
interactions. A rep's own level is taken out in two ways: every feature is moved by the difference between the rep's mean and
everybody's (shrunken for reps with few messages), and the rep's callback level is a column of its own while fitting, and that
of an average rep afterwards. So what is learned is which message of *one* rep does better than another of the same rep.

Evaluated by nested cross-validation: no rep and no prospect is on both sides of any split. Choice, fit and calibration happen
on the other side each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.callback import MODEL_NAME, MODEL_PART, feature_matrix
from vmaudio.classify import ModelFolder, ModelStore, probe
from vmaudio.errors import TrainingError
from vmaudio.events import Event, Listener, ignore
from vmaudio.training import callback_card, skill
from vmaudio.training.callback_fitting import CallbackData, Fitted, design, fit, folds, plain_design, predicted, try_all
from vmaudio.training.callback_table import Example, columns_of

MIN_EVENTS = 100
"""Fewest messages with, and fewest without, a callback: fewer cannot even tell whether a model is calibrated
(Vergouwe et al. 2005; Collins et al. 2016)."""

REFITS = 20
"""Refits on drawn reps, for the interval of a probability."""

OUTER_FOLDS = 5

RULE = (
    f"at least {MIN_EVENTS} messages with and {MIN_EVENTS} without a callback; on reps and prospects that the model has not "
    "seen, the 95 % interval of the Brier skill must lie above 0 and that of the AUC above .5"
)


def train_callback(
    examples: Sequence[Example], folder: Path, *, seed: int = 0, store: ModelStore | None = None, listener: Listener = ignore
) -> ModelFolder:
    """Train, evaluate and save the callback model; nothing is promoted.

    Args:
        examples: measured messages with known, final outcomes.
        folder: to write.
        seed: of folds, trees and draws.
        store: that saves; None is the one the settings name.
        listener: called with each step.

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
    data = CallbackData(
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
        "probe": probe(members, {MODEL_PART: plain_design(data)}),
    }  # fmt: skip
    return (store or ModelStore()).save(folder, members, meta, callback_card.callback_card(meta))


def _one_thread() -> AbstractContextManager[Any]:
    """Hundreds of small fits: threads would wait for each other more than they work."""
    import sklearn.ensemble  # noqa: F401 - its thread pool must be there to be limited
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    limited: AbstractContextManager[Any] = threadpool_limits(limits=1)
    return limited


def _nested(data: CallbackData, seed: int, listener: Listener) -> tuple[dict[str, Any], list[str]]:
    outer = folds(data.rep, data.prospect, OUTER_FOLDS, seed + 1)
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
            p[family][test] = predicted(fitted, data.at(test))
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


def _refits(fitted: Fitted, data: CallbackData, seed: int, listener: Listener) -> dict[str, Any]:
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
            made[f"refit_{len(made):02d}"] = clone(fitted.estimator).fit(design(drawn), drawn.y)
    return made
