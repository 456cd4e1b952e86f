"""What goes with more callbacks than a message has: only what a rep can change, and only what is more than chance.

A feature is named only if its tests hold the false discovery rate over all features that a rep can change
(`vmaudio.training.callback_effects`), and a value of it only if the model is sure enough that it is better than the present
one. It is what went with callbacks, other things held equal; only a plan by chance tells what they come from.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from typing import Any

from vmaudio.callback.options import CALLBACK_OPTIONS, CallbackOptions
from vmaudio.callback.predict import check_model, deviation, log_odds, predict, shown, sigmoid
from vmaudio.classify import Model
from vmaudio.records import Change, Score

CHANGEABLE = (
    "speaking_rate_wpm", "duration_s", "n_words", "info_load", "pause_share", "final_fall_st", "level_sd_db", "filler_count",
    "you_share", "question_count", "caller_named", "callee_named", "company_named", "number_said", "number_complete",
    "number_times_said", "number_digits_per_s", "number_said_s", "email_said", "time_said", "reason_s", "ask_s", "approach",
    "order", "heard_early", "heard_by_deletion", "lead_silence_s", "tail_silence_s",
)  # fmt: skip
"""What a rep can do otherwise in the next message; a voice's pitch or a line's noise is not among it."""

CAUTION = "Associated with callbacks in your data, other things held equal; only a plan by chance tells more."
"""What stands beside the changes, wherever they are shown."""

CHOSEN = {"approach": ("curiosity", "relevance_first", "identity_first", "offer", "pitch")}
"""Words that a rep can choose: a referral, an earlier talk or a buyer's inquiry cannot be made up."""


def add_probability(
    score: Score, values: Mapping[str, Any], model: Model | None, options: CallbackOptions = CALLBACK_OPTIONS
) -> Score:
    """The score with the probability of a callback, its reasons, and what would change it.

    Unchanged without a model, and for a message that has no points: the model speaks of sales messages with speech.

    Args:
        score: by the rubric.
        values: a FeatureRow's values.
        model: the callback model, or None.
        options: how many reasons and changes are named.
    """
    if model is None or score.points is None:
        return score
    p, low, high, reasons = predict(values, model, options)
    return dataclasses.replace(
        score,
        callback_probability=p,
        callback_low=low,
        callback_high=high,
        reasons=reasons,
        changes=tuple(what_if(values, model, options)),
        callback_simulated=bool(model.meta.get("simulated")),
        model_id=model.model_id,
    )


def what_if(values: Mapping[str, Any], model: Model, options: CallbackOptions = CALLBACK_OPTIONS) -> list[Change]:
    """The changes that go with the largest rise: only of what a rep can change, only to values that were common.

    Numbers move to the tenth or ninetieth percentile of training at most. Nothing is named of a feature whose effect may be
    chance, with the share of false ones among those named held at ``options.false_discoveries``.

    Args:
        values: a FeatureRow's values.
        model: the callback model.
        options: how many changes are named, and when.

    Returns:
        The changes, those that raise the probability most first.

    Raises:
        ModelRefused: the model is no callback model.
    """
    check_model(model)
    known = {
        name: info
        for name, info in model.meta.get("features", {}).items()
        if info.get("q", 1.0) <= options.false_discoveries and name in CHANGEABLE
    }
    others = list(_options(values, known))
    if not others:
        return []
    rows = [{**values, name: option} for name, option in others]
    now, *then = log_odds(model, [values, *rows]).tolist()
    spread = deviation(model, rows, less=values).tolist()
    best: dict[str, tuple[float, float | str]] = {}
    for (name, option), after, sd in zip(others, then, spread, strict=True):
        sure = after - now > options.sure * sd and after - now > options.least_change
        if sure and after > best.get(name, (-math.inf, ""))[0]:
            best[name] = (after, option)
    made = []
    for name, (after, option) in sorted(best.items(), key=lambda item: -item[1][0])[: options.most_changes]:
        info, have, p = known[name], values[name], sigmoid(after)
        what = f"{info.get('meaning') or name}: {shown(option, info)} instead of {shown(have, info)}"
        made.append(Change(name, have, option, str(info.get("unit", "")), p, f"{what} is associated with {100 * p:.1f} %."))
    return made


def _options(values: Mapping[str, Any], features: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, float | str]]:
    """Other values that were common in training, of each of these features that the message has."""
    for name, info in features.items():
        have = values.get(name)
        if have is None or (isinstance(have, float) and math.isnan(have)):
            continue
        for option in info.get("words") or (info.get("p10"), info.get("median"), info.get("p90")):
            if option is None or option == have or isinstance(have, str) != isinstance(option, str):
                continue
            if option in CHOSEN.get(name, (option,)):
                yield name, option
