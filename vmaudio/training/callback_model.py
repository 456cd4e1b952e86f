"""Train the callback model: from measured messages and what came of them to calibrated probabilities, or a refusal.

Two families are compared, both of which add up: a logistic regression in which each feature has a straight line, and one in
which a line may bend at the feature's median. Rep, campaign, list, weekday, time of day and week are held equal
(`callback_held`). So what is learned is which message does better than another of the same rep on the same list.

Evaluated by cross-validation: no rep and no prospect is on both sides of any split, and everything is fitted on the other side
each time. What is held equal is taken out of the features there too, so that no skill comes of a list that they only betray.
The figures that are printed are those of the family that is saved.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.callback import CHANGEABLE, COVARIANCE_PART, MODEL_NAME, MODEL_PART
from vmaudio.classify import ModelFolder, ModelStore, check_target, probe
from vmaudio.errors import TrainingError
from vmaudio.events import Event, Listener, ignore
from vmaudio.records import counted
from vmaudio.training import callback_card, skill
from vmaudio.training.callback_effects import effects_of
from vmaudio.training.callback_fitting import Fitted, as_pipeline, fit, folds, predicted
from vmaudio.training.callback_held import CallbackData, numbered
from vmaudio.training.callback_table import Example, bends, columns_of, matrix_of

MIN_EVENTS = 100
"""Fewest messages with, and fewest without, a callback: fewer cannot even tell whether a model is calibrated
(Vergouwe et al. 2005; Collins et al. 2016)."""

OUTER_FOLDS = 5

FAMILIES = ("straight", "bent")
"""A line for each feature, or one that may bend at its median."""

PROBED = 2000
"""From so many messages the made-up rows of the model's probe take their numbers."""

RULE = (
    f"at least {MIN_EVENTS} messages with and {MIN_EVENTS} without a callback; on reps and prospects that the model has not "
    "seen, the 95 % interval of the Brier skill must lie above 0 and that of the AUC above .5"
)


def train_callback(
    examples: Sequence[Example],
    folder: Path,
    *,
    seed: int = 0,
    family: str = "auto",
    store: ModelStore | None = None,
    listener: Listener = ignore,
) -> ModelFolder:
    """Train, evaluate and save the callback model; nothing is promoted.

    Args:
        examples: measured messages with known, final outcomes.
        folder: to write.
        seed: of folds and draws.
        family: "straight", "bent", or "auto" for the one that the messages speak for.
        store: that saves; None is the one the settings name.
        listener: called with each step.

    Raises:
        TrainingError: too few events, or no skill on reps and prospects that it has not seen; the numbers and the rule are
            in the message. Nothing is saved then.
        ModelRefused: ``folder`` exists and holds something else.
    """
    check_target(Path(folder))
    events = sum(example.called_back for example in examples)
    others = len(examples) - events
    stays = "The score stays a rubric score, without a probability."
    if events < MIN_EVENTS or others < MIN_EVENTS:
        raise TrainingError(
            f"Not trained: {counted(events, 'message')} with and {others} without a callback. The rule: {RULE}. {stays}"
        )
    families = FAMILIES if family == "auto" else (family,)
    columns, info = columns_of(examples)
    if not columns:
        raise TrainingError("Not trained: no feature of the catalogue varies in the table. Export it with vmaudio report.")
    columns = [*columns, *bends(columns, info)] if "bent" in families else columns
    conditions, held = numbered([example.conditions for example in examples])
    data = CallbackData(
        matrix_of(examples, columns),
        np.array([example.called_back for example in examples], dtype=float),
        np.array([example.rep for example in examples], dtype=object).astype(str),
        np.array([example.prospect or f"\0{example.message_id}" for example in examples], dtype=object).astype(str),
        conditions,
    )
    straight = sum(not column.get("bend") for column in columns)
    widths = {name: straight if name == "straight" else len(columns) for name in families}
    with _one_thread():
        name, fitted = _chosen(data, widths)
        columns = columns[: widths[name]]
        tested = effects_of(fitted, data.first(len(columns)), columns, [feature for feature in info if feature in CHANGEABLE])
        # as large as the messages' own columns, and of no further use
        fitted = dataclasses.replace(fitted, within=fitted.within[:0])
        metrics = _evaluated(data, widths, name, seed, listener)
    low_skill, low_auc = metrics["ci"]["brier_skill"][0], metrics["ci"]["auc"][0]
    if not (low_skill > 0 and low_auc > 0.5):
        raise TrainingError(
            f"Not trained: no skill on reps and prospects that the model has not seen. n = {len(data.y)}, {events} callbacks, "
            f"Brier skill {metrics['brier_skill']:.3f} ({callback_card.interval(metrics, 'brier_skill')}), "
            f"AUC {metrics['auc']:.3f} ({callback_card.interval(metrics, 'auc')}). The rule: {RULE}. {stays}"
        )
    members = {MODEL_PART: as_pipeline(fitted), COVARIANCE_PART: fitted.covariance}
    sent = sorted(example.sent.isoformat() for example in examples if example.sent)
    meta = {
        "name": MODEL_NAME,
        "metrics": {**metrics, "n": len(data.y), "events": events, "groups": len(set(data.rep.tolist())),
                    "prospects": len(set(data.prospect.tolist())), "base_rate": events / len(data.y)},
        "rule": RULE,
        "chosen": name,
        "held_equal": ["rep", *held],
        "columns": columns,
        "reference": {name: one["reference"] for name, one in info.items()},
        "features": {feature: {**about, **tested.get(feature, {})} for feature, about in info.items()},
        "window": [sent[0], sent[-1]] if sent else None,
        "simulated": any(example.simulated for example in examples),
        "seed": seed,
        "probe": probe(members, {MODEL_PART: data.x[:PROBED, : len(columns)].astype(float)}),
    }  # fmt: skip
    return (store or ModelStore()).save(folder, members, meta, callback_card.callback_card(meta))


def _one_thread() -> AbstractContextManager[Any]:
    """Dozens of small fits: threads would wait for each other more than they work."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    limited: AbstractContextManager[Any] = threadpool_limits(limits=1)
    return limited


def _chosen(data: CallbackData, widths: Mapping[str, int]) -> tuple[str, Fitted]:
    """The family with the greatest marginal likelihood, fitted on all messages."""
    found = ((name, fit(data, width)) for name, width in widths.items())
    return max(found, key=lambda one: one[1].evidence)


def _evaluated(data: CallbackData, widths: Mapping[str, int], saved: str, seed: int, listener: Listener) -> dict[str, Any]:
    """Figures of the family that is saved, on reps and prospects that it has not met; and those of the other beside them."""
    outer = folds(data.rep, data.prospect, OUTER_FOLDS, seed + 1)
    p = {name: np.full(len(data.y), np.nan) for name in widths}
    base = np.full(len(data.y), np.nan)
    for done, (train, test) in enumerate(outer):
        listener(Event("train", f"fold {done + 1}", done, len(outer)))
        if len(set(data.y[train].tolist())) < 2:
            continue
        base[test] = data.y[train].mean()
        for name, width in widths.items():
            p[name][test] = predicted(fit(data, width, train), data.x[test], data.conditions[test])
    seen = ~np.isnan(base)
    if not seen.any():
        raise TrainingError("The callbacks are too unevenly spread over reps to hold some out. More messages are needed.")
    reps, prospects = data.rep[seen].tolist(), data.prospect[seen].tolist()
    made = {
        name: skill.probability_figures(data.y[seen], found[seen], base[seen], reps, prospects, seed)
        for name, found in p.items()
    }
    return {
        **made[saved],
        "families": {name: {key: one[key] for key in ("brier", "brier_skill", "auc", "ci")} for name, one in made.items()},
        "grouped_by": "rep and prospect" if len(set(data.rep.tolist())) > 1 else "prospect (there is one rep only)",
    }
