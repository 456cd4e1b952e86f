"""The callback model at work: probability with interval, reasons that add up, what would change it, drift.

The model was fitted and calibrated on observed outcomes by `vmaudio.training.callback`. It adds up: its log-odds are a base
(the average message, an average rep) plus one term for each feature, for the logistic regression and for the boosted trees
(which are grown without interactions). Values outside the range seen in training are taken at the edge of that range.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vmaudio.errors import ModelRefused
from vmaudio.modelstore import Model
from vmaudio.records import Reason

NAME = "callback"
MAIN = "model"
"""Name of the fitted estimator among the model's members; the others are refits on drawn reps, for the interval."""

MOST_REASONS = 8
"""So many features are named; the rest is one term, so that all terms add up."""

AVERAGE = "(average message)"
OTHERS = "(all other features)"

CHANGEABLE = (
    "speaking_rate_wpm", "duration_s", "n_words", "info_load", "pause_share", "final_fall_st", "level_sd_db", "filler_count",
    "you_share", "question_count", "caller_named", "callee_named", "company_named", "number_said", "number_complete",
    "number_times_said", "number_digits_per_s", "number_said_s", "email_said", "time_said", "reason_s", "ask_s", "approach",
    "order", "heard_early", "heard_by_deletion", "lead_silence_s", "tail_silence_s",
)  # fmt: skip
"""What a rep can do otherwise in the next message; a voice's pitch or a line's noise is not among it."""

AGREEMENT = 0.9
"""Share of the refits that must agree on a change's direction before it is named."""

DRIFTED = 0.25
"""Population stability index from which a feature counts as drifted (a usual rule: under .1 none, over .25 large)."""

FEWEST_FOR_DRIFT = 50


@dataclass(frozen=True, slots=True)
class Change:
    """One thing done otherwise, alone: the probability it would give. Association, not proof of cause."""

    feature: str
    now: float | str
    then: float | str
    unit: str
    probability: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Drift:
    """How far new messages are from those of the training window, for one feature."""

    feature: str
    psi: float
    median_then: float | None
    median_now: float | None


def matrix(rows: Iterable[Mapping[str, Any]], columns: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """Feature values as the estimators read them: (n_rows, n_columns), NaN where absent, cut to the range seen.

    A column with a ``word`` is 1 where the feature is that word and else 0.
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
    """Calibrated log-odds (n_rows,) for rows of `matrix`, for a rep of average level."""
    full = np.hstack([x, np.zeros((len(x), 1))])  # the last column is the rep's level, 0 for the average
    slope, intercept = calibration
    return np.asarray(slope * estimator.decision_function(full) + intercept, dtype=float)


def _checked(model: Model) -> tuple[list[dict[str, Any]], Sequence[float]]:
    columns, calibration = model.meta.get("columns"), model.meta.get("calibration")
    members = model.estimator if isinstance(model.estimator, Mapping) else {}
    if model.name != NAME or not columns or not calibration or MAIN not in members:
        raise ModelRefused(f"{model.model_id} is no callback model. Train one with `vmaudio models train callback`.")
    return columns, calibration


def probability(values: Mapping[str, Any], model: Model) -> tuple[float, float, float]:
    """Probability of a callback, and its 95 % interval: the spread of the refits on drawn reps, on the log-odds scale."""
    columns, calibration = _checked(model)
    x = matrix([values], columns)
    middle = float(log_odds(model.estimator[MAIN], x, calibration)[0])
    drawn = [float(log_odds(e, x, calibration)[0]) for name, e in model.estimator.items() if name != MAIN]
    half = 1.959964 * float(np.std(drawn, ddof=1)) if len(drawn) > 1 else math.inf
    low, high = middle - half, middle + half
    return _sigmoid(middle), _sigmoid(low), _sigmoid(high)


def predict(values: Mapping[str, Any], model: Model) -> tuple[float, float, float, tuple[Reason, ...]]:
    """Probability of a callback, its interval, and the reasons.

    Args:
        values: a FeatureRow's values. model: as `ModelStore.load("callback")` gives it.

    Returns:
        Probability, low, high (0 to 1), and reasons whose contributions sum to the log-odds of the probability: first the
        average message, then the features that weigh most, last the sum of all others.

    Raises:
        ModelRefused: the model is no callback model.
    """
    columns, calibration = _checked(model)
    p, low, high = probability(values, model)
    reference = model.meta["reference"]
    names = list(dict.fromkeys(column["feature"] for column in columns))
    variants = [reference, *({**reference, name: values.get(name)} for name in names)]
    found = log_odds(model.estimator[MAIN], matrix(variants, columns), calibration)
    base, terms = float(found[0]), dict(zip(names, (found[1:] - found[0]).tolist(), strict=True))
    ordered = sorted(names, key=lambda name: -abs(terms[name]))
    named = [name for name in ordered[:MOST_REASONS] if abs(terms[name]) >= 0.005]
    known = model.meta.get("features", {})
    reasons = [Reason(AVERAGE, _sigmoid(base), "0 to 1", base, f"An average message: {100 * _sigmoid(base):.1f} %.")]
    for name in named:
        value, info = values.get(name), known.get(name, {})
        shown: float | str = value if isinstance(value, (int, float, str)) else math.nan
        sentence = _sentence(name, shown, reference.get(name), info, terms[name])
        reasons.append(Reason(name, shown, str(info.get("unit", "")), terms[name], sentence))
    rest = math.log(p / (1 - p)) - base - sum(terms[name] for name in named)
    reasons.append(Reason(OTHERS, math.nan, "", rest, "Everything else together."))
    return p, low, high, tuple(reasons)


def _sentence(name: str, value: float | str, usual: Any, info: Mapping[str, Any], term: float) -> str:
    what = str(info.get("meaning") or name)
    direction = "more" if term > 0 else "fewer"
    if isinstance(value, str):
        return f"{what}: {value} goes with {direction} callbacks here."
    if math.isnan(value):
        return f"{what}: not found, which goes with {direction} callbacks here."
    unit = f" {info['unit']}" if info.get("unit") and info["unit"] not in ("0/1", "0 to 1") else ""
    return f"{what}: {value:.3g}{unit} (usual {float(usual):.3g}) goes with {direction} callbacks here."


def what_if(values: Mapping[str, Any], model: Model, most: int = 3) -> list[Change]:
    """What, done otherwise, would raise the probability most; only what a rep can change, only to values that were common.

    Numbers move to the tenth or ninetieth percentile of training at most. A change is named when nine in ten of the refits
    agree that it helps. It is what went with callbacks in the data, not a promise.
    """
    columns, calibration = _checked(model)
    now = float(log_odds(model.estimator[MAIN], matrix([values], columns), calibration)[0])
    refits = [e for name, e in model.estimator.items() if name != MAIN]
    found = []
    for name, info in model.meta.get("features", {}).items():
        if name not in CHANGEABLE:
            continue
        have = values.get(name)
        if have is None or (isinstance(have, float) and math.isnan(have)):
            continue
        options = info.get("words") or [info.get("p10"), info.get("p90")]
        for option in options:
            if option is None or option == have or (isinstance(have, str) != isinstance(option, str)):
                continue
            pair = matrix([values, {**values, name: option}], columns)
            then = float(log_odds(model.estimator[MAIN], pair, calibration)[1])
            if then <= now + 0.02:
                continue
            steps = [float(np.diff(log_odds(estimator, pair, calibration))[0]) for estimator in refits]
            if steps and float(np.mean([step > 0 for step in steps])) < AGREEMENT:
                continue
            unit = str(info.get("unit", ""))
            text = f"{info.get('meaning') or name}: {_short(option)} instead of {_short(have)}"
            text += f" {unit}" if unit and unit not in ("0/1", "0 to 1", "word") else ""
            found.append(Change(name, have, option, unit, _sigmoid(then), f"{text}: {100 * _sigmoid(then):.1f} %."))
    found.sort(key=lambda change: -change.probability)
    best: dict[str, Change] = {}
    for change in found:
        best.setdefault(change.feature, change)
    return list(best.values())[:most]


def outside(values: Mapping[str, Any], model: Model) -> list[str]:
    """Features whose value lies outside the range that the model has seen (it is taken at the edge)."""
    columns, _ = _checked(model)
    return [
        column["feature"]
        for column in columns
        if "word" not in column
        and isinstance(value := values.get(column["feature"]), (int, float))
        and not math.isnan(value)
        and not column["low"] <= value <= column["high"]
    ]


def drift(rows: Sequence[Mapping[str, Any]], model: Model) -> list[Drift]:
    """Features whose distribution in new messages differs from the training window's, the worst first.

    The population stability index over the training deciles (a feature with few values: over these), what chance gives
    taken off. Empty when nothing drifted, or for fewer than 50 messages.
    """
    _checked(model)
    if len(rows) < FEWEST_FOR_DRIFT:
        return []
    found = []
    n_then = int(model.meta["metrics"]["n"])
    for name, info in model.meta.get("features", {}).items():
        cuts, then = info.get("cuts"), info.get("shares")
        if cuts is None or then is None:
            continue
        values = np.array([_number(row.get(name)) for row in rows])
        values = values[~np.isnan(values)]
        if len(values) < FEWEST_FOR_DRIFT:
            continue
        counts = np.bincount(np.searchsorted(np.array(cuts), values, side="left"), minlength=len(cuts) + 1)
        a, b = (counts + 0.5) / (counts.sum() + 0.5 * len(counts)), np.array(then)
        psi = float(((a - b) * np.log(a / b)).sum()) - len(cuts) * (1 / len(values) + 1 / n_then)
        if psi >= DRIFTED:
            found.append(Drift(name, psi, info.get("median"), float(np.median(values))))
    return sorted(found, key=lambda one: -one.psi)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.3g}"


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
