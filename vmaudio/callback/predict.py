"""The callback model at work: probability with interval, reasons that add up, what would change it.

The model was fitted and calibrated on observed outcomes by `vmaudio.training`. It adds up: its log-odds are a base
(the average message, an average rep) plus one term for each feature, for the logistic regression and for the boosted trees
(which are grown without interactions). Values outside the range seen in training are taken at the edge of that range.
"""

from __future__ import annotations

import dataclasses
import logging
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from vmaudio.callback.options import CALLBACK_OPTIONS, CallbackOptions
from vmaudio.classify import Model, ModelStore
from vmaudio.errors import ModelRefused, VmaudioError
from vmaudio.records import Change, Reason, Score

log = logging.getLogger(__name__)

MODEL_NAME = "callback"
MODEL_PART = "model"
"""Name of the fitted estimator among the model's members; the others are refits on drawn reps, for the interval."""

AVERAGE = "(average message)"
OTHERS = "(all other features)"

CHANGEABLE = (
    "speaking_rate_wpm", "duration_s", "n_words", "info_load", "pause_share", "final_fall_st", "level_sd_db", "filler_count",
    "you_share", "question_count", "caller_named", "callee_named", "company_named", "number_said", "number_complete",
    "number_times_said", "number_digits_per_s", "number_said_s", "email_said", "time_said", "reason_s", "ask_s", "approach",
    "order", "heard_early", "heard_by_deletion", "lead_silence_s", "tail_silence_s",
)  # fmt: skip
"""What a rep can do otherwise in the next message; a voice's pitch or a line's noise is not among it."""

CHOSEN = {"approach": ("curiosity", "relevance_first", "identity_first", "offer", "pitch")}
"""Words that a rep can choose: a referral, an earlier talk or a buyer's inquiry cannot be made up."""


def feature_matrix(rows: Iterable[Mapping[str, Any]], columns: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """Feature values as the estimators read them.

    Args:
        rows: feature values of messages by name.
        columns: of the model: a feature each, with the range seen in training, or with a ``word`` and then 1 where the
            feature is that word and else 0.

    Returns:
        (n_rows, n_columns), NaN where absent, cut to the range seen.
    """
    made = []
    for values in rows:
        line = []
        for column in columns:
            value = values.get(column["feature"])
            if "word" in column:
                line.append(float(value == column["word"]))
                continue
            number = float(value) if isinstance(value, (int, float)) else math.nan
            line.append(min(max(number, column.get("low", -math.inf)), column.get("high", math.inf)))
        made.append(line)
    return np.array(made, dtype=float).reshape(len(made), len(columns))


def log_odds(estimator: Any, x: np.ndarray, calibration: Sequence[float]) -> np.ndarray:
    """Calibrated log-odds for a rep of average level.

    Args:
        estimator: fitted.
        x: (n_rows, n_columns) from `feature_matrix`.
        calibration: slope and intercept.

    Returns:
        (n_rows,).
    """
    full = np.hstack([x, np.zeros((len(x), 1))])  # the last column is the rep's level, 0 for the average
    slope, intercept = calibration
    return np.asarray(slope * estimator.decision_function(full) + intercept, dtype=float)


def check_model(model: Model) -> tuple[list[dict[str, Any]], Sequence[float]]:
    """The model's columns and calibration.

    Args:
        model: to be used as the callback model.

    Raises:
        ModelRefused: it is no callback model.
    """
    columns, calibration = model.meta.get("columns"), model.meta.get("calibration")
    members = model.estimator if isinstance(model.estimator, Mapping) else {}
    if model.name != MODEL_NAME or not columns or not calibration or MODEL_PART not in members:
        raise ModelRefused(f"{model.model_id} is no callback model. Train one with `vmaudio models train callback`.")
    return columns, calibration


def promoted_model(models: ModelStore) -> Model | None:
    """The callback model that somebody promoted; None when there is none, or when it cannot be used, which is logged.

    A message is scored by the rubric all the same.

    Args:
        models: where it is looked for.
    """
    if not models.promoted(MODEL_NAME):
        return None
    try:
        model = models.load(MODEL_NAME)
        check_model(model)
    except VmaudioError as error:
        log.warning("%s Scores stay without a callback probability.", error)
        return None
    return model


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


def probability(values: Mapping[str, Any], model: Model) -> tuple[float, float, float]:
    """Probability of a callback, and its 95 % interval: the spread of the refits on drawn reps, on the log-odds scale.

    Args:
        values: a FeatureRow's values.
        model: the callback model.

    Returns:
        Probability, low, high; each 0 to 1.

    Raises:
        ModelRefused: the model is no callback model.
    """
    columns, calibration = check_model(model)
    x = feature_matrix([values], columns)
    middle = float(log_odds(model.estimator[MODEL_PART], x, calibration)[0])
    drawn = [float(log_odds(e, x, calibration)[0]) for name, e in model.estimator.items() if name != MODEL_PART]
    half = 1.959964 * float(np.std(drawn, ddof=1)) if len(drawn) > 1 else math.inf
    low, high = middle - half, middle + half
    return _sigmoid(middle), _sigmoid(low), _sigmoid(high)


def predict(
    values: Mapping[str, Any], model: Model, options: CallbackOptions = CALLBACK_OPTIONS
) -> tuple[float, float, float, tuple[Reason, ...]]:
    """Probability of a callback, its interval, and the reasons.

    Args:
        values: a FeatureRow's values.
        model: as `ModelStore.load("callback")` gives it.
        options: how many reasons are named.

    Returns:
        Probability, low, high (0 to 1), and reasons whose contributions sum to the log-odds of the probability: first the
        average message, then the features that weigh most, last the sum of all others.

    Raises:
        ModelRefused: the model is no callback model.
    """
    columns, calibration = check_model(model)
    p, low, high = probability(values, model)
    reference = model.meta["reference"]
    names = list(dict.fromkeys(column["feature"] for column in columns))
    variants = [reference, *({**reference, name: values.get(name)} for name in names)]
    found = log_odds(model.estimator[MODEL_PART], feature_matrix(variants, columns), calibration)
    base, terms = float(found[0]), dict(zip(names, (found[1:] - found[0]).tolist(), strict=True))
    ordered = sorted(names, key=lambda name: -abs(terms[name]))
    named = [name for name in ordered[: options.most_reasons] if abs(terms[name]) >= options.least_reason]
    known, far = model.meta.get("features", {}), beyond_training(values, model)
    reasons = [Reason(AVERAGE, _sigmoid(base), "0 to 1", base, f"An average message: {100 * _sigmoid(base):.1f} %.")]
    for name in named:
        value, info = values.get(name), known.get(name, {})
        shown: float | str = value if isinstance(value, (int, float, str)) else math.nan
        sentence = _sentence(name, shown, reference.get(name), info, terms[name], name in far)
        reasons.append(Reason(name, shown, str(info.get("unit", "")), terms[name], sentence))
    rest = math.log(p / (1 - p)) - base - sum(terms[name] for name in named)
    reasons.append(Reason(OTHERS, math.nan, "", rest, "Everything else together."))
    return p, low, high, tuple(reasons)


def _sentence(name: str, value: float | str, usual: Any, info: Mapping[str, Any], term: float, edge: bool) -> str:
    what = str(info.get("meaning") or name)
    direction = "more" if term > 0 else "fewer"
    if isinstance(value, float) and math.isnan(value):
        return f"{what}: not found, which goes with {direction} callbacks here."
    text = f"{what}: {_shown(value, info)}"
    if not isinstance(value, str):
        usually = f"yes in {100 * float(usual):.0f} %" if info.get("unit") == "0/1" else f"usual {_short(float(usual))}"
        text += f" ({usually})"
    text += f" goes with {direction} callbacks here."
    return text + (" It lies outside what the model has seen, and is taken at the edge of that." if edge else "")


def _shown(value: float | str, info: Mapping[str, Any]) -> str:
    unit = str(info.get("unit", ""))
    if unit == "0/1" and not isinstance(value, str):
        return "yes" if value >= 0.5 else "no"
    return _short(value) + (f" {unit}" if unit and unit not in ("0 to 1", "word") else "")


def what_if(values: Mapping[str, Any], model: Model, options: CallbackOptions = CALLBACK_OPTIONS) -> list[Change]:
    """The changes that would raise the probability most: only of what a rep can change, only to values that were common.

    Numbers move to the tenth or ninetieth percentile of training at most. A change is named when nine in ten of the refits
    agree that it helps. It is what went with callbacks in the data, not a promise.

    Args:
        values: a FeatureRow's values.
        model: the callback model.
        options: how many changes are named, and when.

    Returns:
        The changes, those that raise the probability most first.
    """
    columns, calibration = check_model(model)
    others = list(_options(values, model.meta.get("features", {})))
    x = feature_matrix([values, *({**values, name: option} for name, option in others)], columns)
    steps = {key: log_odds(estimator, x, calibration) for key, estimator in model.estimator.items()}
    refits = [found for key, found in steps.items() if key != MODEL_PART]
    best: dict[str, tuple[float, float | str]] = {}
    for row, (name, option) in enumerate(others, 1):
        then = float(steps[MODEL_PART][row])
        if then <= float(steps[MODEL_PART][0]) + options.least_change or then <= best.get(name, (-math.inf, ""))[0]:
            continue
        if refits and sum(found[row] > found[0] for found in refits) < options.agreement * len(refits):
            continue
        best[name] = (then, option)
    made = []
    for name, (then, option) in sorted(best.items(), key=lambda item: -item[1][0])[: options.most_changes]:
        info, have, p = model.meta["features"][name], values[name], _sigmoid(then)
        text = f"{info.get('meaning') or name}: {_shown(option, info)} instead of {_shown(have, info)}: {100 * p:.1f} %."
        made.append(Change(name, have, option, str(info.get("unit", "")), p, text))
    return made


def _options(values: Mapping[str, Any], features: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, float | str]]:
    """Other values that were common in training, of each feature that a rep can change and that this message has."""
    for name, info in features.items():
        have = values.get(name)
        if name not in CHANGEABLE or have is None or (isinstance(have, float) and math.isnan(have)):
            continue
        for option in info.get("words") or (info.get("p10"), info.get("p90")):
            if option is None or option == have or isinstance(have, str) != isinstance(option, str):
                continue
            if option in CHOSEN.get(name, (option,)):
                yield name, option


def beyond_training(values: Mapping[str, Any], model: Model) -> list[str]:
    """Features whose value lies outside the range that the model has seen (it is taken at the edge).

    Args:
        values: a FeatureRow's values.
        model: the callback model.
    """
    columns, _ = check_model(model)
    return [
        column["feature"]
        for column in columns
        if "word" not in column
        and isinstance(value := values.get(column["feature"]), (int, float))
        and not math.isnan(value)
        and not column["low"] <= value <= column["high"]
    ]


def _short(value: float | str) -> str:
    return value.replace("_", " ") if isinstance(value, str) else f"{value:.3g}"


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
