"""The callback model at work: probability with interval, and reasons that add up.

The model was fitted on observed outcomes by `vmaudio.training`. It adds up: its log-odds are a base (the average message, the
average of all reps) plus one term for each feature, straight or bent once at the median. Values outside the range seen in
training are taken at the edge of that range.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from vmaudio.callback.options import CALLBACK_OPTIONS, CallbackOptions
from vmaudio.classify import Model, ModelStore
from vmaudio.errors import ModelRefused, VmaudioError
from vmaudio.records import Reason

log = logging.getLogger(__name__)

MODEL_NAME = "callback"
MODEL_PART = "model"
"""Name of the fitted estimator among the model's members."""

COVARIANCE_PART = "covariance"
"""Name of the covariance of its intercept and coefficients, on standardised columns."""

AVERAGE = "(average message)"
OTHERS = "(all other features)"


def feature_matrix(rows: Iterable[Mapping[str, Any]], columns: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """Feature values as the estimators read them.

    Args:
        rows: feature values of messages by name.
        columns: of the model: a feature each, with the range seen in training (or the upper part of it, for a bend), or with
            a ``word`` and then 1 where the feature is that word and else 0.

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


def log_odds(model: Model, rows: Iterable[Mapping[str, Any]]) -> np.ndarray:
    """Log-odds of a callback, for the average of all reps.

    Args:
        model: the callback model.
        rows: feature values of messages by name.

    Returns:
        (n_rows,).

    Raises:
        ModelRefused: the model is no callback model.
    """
    x = feature_matrix(rows, check_model(model))
    return np.asarray(model.estimator[MODEL_PART].decision_function(x), dtype=float)


def deviation(model: Model, rows: Sequence[Mapping[str, Any]], less: Mapping[str, Any] | None = None) -> np.ndarray:
    """How uncertain log-odds are: one standard deviation.

    Args:
        model: the callback model.
        rows: feature values of messages by name.
        less: a message; then of the difference from it.

    Returns:
        (n_rows,) log-odds.

    Raises:
        ModelRefused: the model is no callback model.
    """
    columns = check_model(model)
    z = np.asarray(model.estimator[MODEL_PART][:-1].transform(feature_matrix(rows, columns)))
    design = np.hstack([np.ones((len(z), 1)), z])
    if less is not None:
        design = design - np.hstack([[1.0], model.estimator[MODEL_PART][:-1].transform(feature_matrix([less], columns))[0]])
    return np.asarray(np.sqrt(np.einsum("ij,jk,ik->i", design, model.estimator[COVARIANCE_PART], design)))


def check_model(model: Model) -> list[dict[str, Any]]:
    """The model's columns.

    Args:
        model: to be used as the callback model.

    Raises:
        ModelRefused: it is no callback model, or one of an older vmaudio.
    """
    columns: list[dict[str, Any]] | None = model.meta.get("columns")
    members = model.estimator if isinstance(model.estimator, Mapping) else {}
    if model.name != MODEL_NAME or not columns or MODEL_PART not in members:
        raise ModelRefused(f"{model.model_id} is no callback model. Train one with `vmaudio models train callback`.")
    if COVARIANCE_PART not in members:
        raise ModelRefused(
            f"{model.model_id} was trained by an older vmaudio, whose intervals were too narrow. Train it again with "
            "`vmaudio models train callback`."
        )
    return columns


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


def probability(values: Mapping[str, Any], model: Model) -> tuple[float, float, float]:
    """Probability of a callback, and its 95 % interval, from the covariance of the model, on the log-odds scale.

    Args:
        values: a FeatureRow's values.
        model: the callback model.

    Returns:
        Probability, low, high; each 0 to 1.

    Raises:
        ModelRefused: the model is no callback model.
    """
    middle = float(log_odds(model, [values])[0])
    half = 1.959964 * float(deviation(model, [values])[0])
    return sigmoid(middle), sigmoid(middle - half), sigmoid(middle + half)


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
    columns = check_model(model)
    p, low, high = probability(values, model)
    reference = model.meta["reference"]
    names = list(dict.fromkeys(column["feature"] for column in columns))
    variants = [reference, *({**reference, name: values.get(name)} for name in names)]
    found = log_odds(model, variants)
    base, terms = float(found[0]), dict(zip(names, (found[1:] - found[0]).tolist(), strict=True))
    ordered = sorted(names, key=lambda name: -abs(terms[name]))
    named = [name for name in ordered[: options.most_reasons] if abs(terms[name]) >= options.least_reason]
    known, far = model.meta.get("features", {}), beyond_training(values, model)
    reasons = [Reason(AVERAGE, sigmoid(base), "0 to 1", base, f"An average message: {100 * sigmoid(base):.1f} %.")]
    for name in named:
        value, info = values.get(name), known.get(name, {})
        found_value: float | str = value if isinstance(value, (int, float, str)) else math.nan
        sentence = _sentence(name, found_value, reference.get(name), info, terms[name], name in far)
        reasons.append(Reason(name, found_value, str(info.get("unit", "")), terms[name], sentence))
    rest = math.log(p / (1 - p)) - base - sum(terms[name] for name in named)
    reasons.append(Reason(OTHERS, math.nan, "", rest, "Everything else together."))
    return p, low, high, tuple(reasons)


def _sentence(name: str, value: float | str, usual: Any, info: Mapping[str, Any], term: float, edge: bool) -> str:
    what = str(info.get("meaning") or name)
    direction = "more" if term > 0 else "fewer"
    if isinstance(value, float) and math.isnan(value):
        return f"{what}: not found, which goes with {direction} callbacks here."
    text = f"{what}: {shown(value, info)}"
    if not isinstance(value, str):
        usually = f"yes in {100 * float(usual):.0f} %" if info.get("unit") == "0/1" else f"usual {short(float(usual))}"
        text += f" ({usually})"
    text += f" goes with {direction} callbacks here."
    return text + (" It lies outside what the model has seen, and is taken at the edge of that." if edge else "")


def shown(value: float | str, info: Mapping[str, Any]) -> str:
    """A value with its unit, as a reader sees it.

    Args:
        value: a number or a word.
        info: what the model remembers of the feature.
    """
    unit = str(info.get("unit", ""))
    if unit == "0/1" and not isinstance(value, str):
        return "yes" if value >= 0.5 else "no"
    return short(value) + (f" {unit}" if unit and unit not in ("0 to 1", "word") else "")


def beyond_training(values: Mapping[str, Any], model: Model) -> list[str]:
    """Features whose value lies outside the range that the model has seen (it is taken at the edge).

    Args:
        values: a FeatureRow's values.
        model: the callback model.
    """
    return [
        column["feature"]
        for column in check_model(model)
        if "word" not in column
        and not column.get("bend")
        and isinstance(value := values.get(column["feature"]), (int, float))
        and not math.isnan(value)
        and not column["low"] <= value <= column["high"]
    ]


def short(value: float | str) -> str:
    """A number with three digits; a word with spaces.

    Args:
        value: a number or a word.
    """
    return value.replace("_", " ") if isinstance(value, str) else f"{value:.3g}"


def sigmoid(x: float) -> float:
    """Probability of log-odds.

    Args:
        x: log-odds.
    """
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
