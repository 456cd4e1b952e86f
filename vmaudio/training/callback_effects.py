"""Which features go with callbacks beyond chance, over all that a rep could change: with the false discovery rate held.

Each feature is tested with all other features, the rep and the conditions held equal: one unpenalised Newton step from the
fitted model (so that the prior pulls nothing towards zero), with a variance that does not trust the model (HC3) and that is
widened where messages of one rep vary together. Benjamini & Hochberg (1995) then hold the share of false ones among those
that are named.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vmaudio.training.callback_fitting import Fitted
from vmaudio.training.callback_held import CallbackData
from vmaudio.training.callback_robust import Robust, one_step, probabilities, times


def effects_of(
    fitted: Fitted, data: CallbackData, columns: Sequence[Mapping[str, Any]], names: Sequence[str]
) -> dict[str, dict[str, float]]:
    """p-values of features, and the rate of false ones at which each would be named.

    Args:
        fitted: the model.
        data: that it was fitted on.
        columns: of the matrix; a feature may have several.
        names: features to test.

    Returns:
        For each feature ``p``, and ``q``: its p-value by Benjamini and Hochberg over the features tested.
    """
    kept = _kept(columns, data.x)
    p, _ = probabilities(times(fitted.within, fitted.coefficients) + fitted.held.level, data.y)
    found = one_step(fitted.within[:, kept], data.y, p, fitted.coefficients[kept], data.rep)
    p_values = {}
    for name in names:
        places = [i for i, column in enumerate(kept) if columns[column]["feature"] == name]
        if places:
            p_values[name] = _p_value(found, places)
    q_values = benjamini_hochberg(list(p_values.values()))
    return {name: {"p": p, "q": q} for (name, p), q in zip(p_values.items(), q_values, strict=True)}


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Smallest rate of false discoveries at which each hypothesis is rejected.

    Args:
        p_values: of the hypotheses.

    Returns:
        One value for each, 0 to 1.
    """
    if not p_values:
        return []
    from scipy.stats import false_discovery_control

    return [float(q) for q in false_discovery_control(np.clip(p_values, 0, 1))]


def _kept(columns: Sequence[Mapping[str, Any]], x: np.ndarray) -> list[int]:
    """Columns for the test: of a feature with words, its commonest word is left out, as the others are held against it."""
    words: dict[str, list[int]] = {}
    for i, column in enumerate(columns):
        if "word" in column:
            words.setdefault(str(column["feature"]), []).append(i)
    left_out = {max(places, key=lambda i: float(x[:, i].sum())) for places in words.values()}
    return [i for i in range(len(columns)) if i not in left_out]


def _p_value(found: Robust, places: Sequence[int]) -> float:
    """Wald's test of one feature, all of its columns together."""
    from scipy.stats import chi2, f

    k, estimate = len(places), found.estimate[places]
    covariance = found.covariance[np.ix_(places, places)] * float(found.wider[places].mean())
    statistic = float(estimate @ np.linalg.pinv(covariance, hermitian=True) @ estimate)
    return float(f.sf(statistic / k, k, found.freedom)) if math.isfinite(found.freedom) else float(chi2.sf(statistic, k))
