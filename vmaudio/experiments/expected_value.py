"""What messages are worth: draws of the outcomes' pooled rates, times their values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vmaudio.experiments.results import Comparison
from vmaudio.experiments.values import Values

PER = 100
"""Messages that an expected value is for."""


def comparison_of(comparisons: Sequence[Comparison], outcome: str) -> Comparison | None:
    """The comparison of an outcome.

    Args:
        comparisons: one for each outcome.
        outcome: the outcome.

    Returns:
        Its comparison; None where there is none, or where fewer than two arms have messages.
    """
    return next((one for one in comparisons if one.outcome == outcome and one.pooling is not None), None)


def value_draws(comparisons: Sequence[Comparison], values: Values) -> tuple[list[str], np.ndarray]:
    """Draws of what 100 messages of each arm are worth.

    Args:
        comparisons: one for each outcome, those with a value among them.
        values: what each outcome is worth.

    Returns:
        The arms of which every valued outcome is known, and draws of their value (n_draws, n_arms).
    """
    used = [
        (found, value) for name, value in values.values.items() if (found := comparison_of(comparisons, name)) and found.pooling
    ]
    columns = [{one.arm: i for i, one in enumerate(found.pooling.arms)} for found, _ in used if found.pooling]
    names = [name for name in columns[0] if all(name in own for own in columns)]
    count = min(len(found.pooling.rates) for found, _ in used if found.pooling)
    rng = np.random.default_rng(7)
    total = np.zeros((count, len(names)))
    for (found, value), own in zip(used, columns, strict=True):
        if found.pooling is not None:
            rows = rng.permutation(len(found.pooling.rates))[:count]  # draws of two outcomes have nothing to do with each other
            total += value * found.pooling.rates[np.ix_(rows, np.array([own[name] for name in names]))]
    pairs = [(found.pooling, own) for (found, _), own in zip(used, columns, strict=True) if found.pooling]
    fewest = [min(pooling.arms[own[name]].n for pooling, own in pairs) for name in names]
    n = np.array(fewest, dtype=float)
    together = _covariance([found for found, _ in used], [value for _, value in used])
    total += rng.standard_normal(total.shape) * np.sqrt(max(0.0, together) / n)
    return names, PER * total


def _covariance(found: Sequence[Comparison], values: Sequence[float]) -> float:
    """What the outcomes' going together adds to the variance of one message's value: a sale often comes with a callback."""
    events = [{row.observation.message.message_id: row.event for row in one.prepared.rows} for one in found]
    total = 0.0
    for i in range(len(found)):
        for j in range(i):
            both = [key for key in events[i] if key in events[j]]
            if len(both) > 1:
                x, y = (np.array([events[k][key] for key in both], dtype=float) for k in (i, j))
                total += 2 * values[i] * values[j] * float(((x - x.mean()) * (y - y.mean())).mean())
    return total
