"""What is held equal while the callback model is fitted: rep, campaign, list, weekday, time of day and week.

A hot list with shorter messages is no reason for short messages. Each condition's own level of callbacks is fitted first
(shrunken for values with few messages); then what the conditions explain of a feature is taken out of it, with the weights of
that fit, as in a regression that has them all as columns (Frisch & Waugh 1933; Lovell 1963).
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vmaudio.intake import is_list

PRIOR_MESSAGES = 20.0
"""A value's level of callbacks is shrunken as if that many messages at the base rate had been added."""

MEAN_MESSAGES = 1.0
"""Likewise for its mean of a feature."""

MOST_LEVELS = 200
"""Values of one condition that are kept apart; the rarest count as one."""

MOST_WEEKS = 60
"""With more weeks than this, months are held equal instead."""


@dataclass(frozen=True, slots=True)
class CallbackData:
    """Messages as they are fitted.

    Attributes:
        x: (n, n_columns) features, NaN where not known.
        y: (n,) 1 for a callback, else 0.
        rep: (n,) who left the message.
        prospect: (n,) who was called.
        conditions: (n, n_conditions) numbers of what is held equal besides the rep: campaign, list, weekday and so on.
    """

    x: np.ndarray
    y: np.ndarray
    rep: np.ndarray
    prospect: np.ndarray
    conditions: np.ndarray

    def first(self, columns: int) -> CallbackData:
        """All messages with the first of their features' columns, which are not copied.

        Args:
            columns: how many.
        """
        return dataclasses.replace(self, x=self.x[:, :columns])

    def at(self, index: np.ndarray, columns: int | None = None) -> CallbackData:
        """Some of the messages.

        Args:
            index: their numbers.
            columns: so many of the features' columns, the first ones; None is all.
        """
        return CallbackData(
            self.x[index, :columns], self.y[index], self.rep[index], self.prospect[index], self.conditions[index]
        )


@dataclass(frozen=True, slots=True)
class Held:
    """What the conditions explain.

    Attributes:
        codes: (n, n_conditions) their values' numbers, each condition's after the one before.
        level: (n,) log-odds of a callback by the conditions alone, less its mean.
        weights: (n,) information of each message at that level.
        inverse: of the normal equations of the conditions' columns, with these weights.
        values: of each condition but the rep its values, and the place of the first of them.
    """

    codes: np.ndarray
    level: np.ndarray
    weights: np.ndarray
    inverse: np.ndarray
    values: tuple[tuple[np.ndarray, int], ...]

    def without(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Columns without what the conditions explain of them.

        Args:
            z: (n, n_columns).

        Returns:
            The same shape, as float32; and what each value of the conditions adds to each column (n_values, n_columns).
        """
        columns = _indicators(self.codes, len(self.inverse))
        left = np.empty(z.shape, dtype=np.float32)
        means = np.empty((len(self.inverse), z.shape[1]))
        for column in range(z.shape[1]):
            values = z[:, column].astype(float)
            means[:, column] = self.inverse @ (columns.T @ (self.weights * values))
            left[:, column] = values - columns @ means[:, column]
        return left, means

    def explained(self, conditions: np.ndarray, means: np.ndarray) -> np.ndarray:
        """What the conditions besides the rep explain of the columns of other messages; values not met before explain nothing.

        Args:
            conditions: (n, n_conditions) of these messages.
            means: from `without`.

        Returns:
            (n, n_columns).
        """
        found = np.tile(means[0], (len(conditions), 1))
        for (values, start), column in zip(self.values, conditions.T, strict=True):
            place = np.minimum(np.searchsorted(values, column), len(values) - 1)
            known = values[place] == column
            found[known] += means[start + place[known]]
        return found


def held_equal(data: CallbackData) -> Held:
    """Fit the level of each value of each condition, the rep among them.

    Args:
        data: to fit on.
    """
    parts = [np.unique(data.rep, return_inverse=True)[1], *data.conditions.T]
    start, codes = 1, [np.zeros(len(data.y), dtype=int)]  # the first column is the intercept, which is not shrunken
    values = []
    for part in parts:
        met, numbered = np.unique(part, return_inverse=True)
        values.append((met, start))
        codes.append(numbered + start)
        start += int(numbered.max()) + 1
    placed = np.stack(codes, axis=1)
    columns = _indicators(placed, start)
    base = float(data.y.mean())
    penalty = np.full(start, PRIOR_MESSAGES * base * (1 - base))
    penalty[0] = 1e-9
    beta = np.zeros(start)
    beta[0] = np.log(base / (1 - base))
    for _ in range(12):
        p = 1 / (1 + np.exp(-np.clip(columns @ beta, -30, 30)))
        weights = p * (1 - p)
        normal = (columns.T @ columns.multiply(weights[:, None])).toarray()
        move = np.linalg.solve(normal + np.diag(penalty), columns.T @ (data.y - p) - penalty * beta)
        beta += np.clip(move, -2, 2)
        if float(np.abs(move).max()) < 1e-5:
            break
    level = columns @ beta
    small = np.full(start, MEAN_MESSAGES * float(weights.mean()))
    small[0] = 1e-9
    return Held(placed, level - level.mean(), weights, np.linalg.inv(normal + np.diag(small)), tuple(values[1:]))


def _indicators(codes: np.ndarray, width: int) -> Any:
    """A 0/1 column for each value, sparse."""
    from scipy.sparse import csr_matrix

    n, several = codes.shape
    rows = np.arange(0, n * several + 1, several)
    return csr_matrix((np.ones(n * several), codes.ravel(), rows), shape=(n, width))


def conditions_of(
    campaign: str | None, extra: Mapping[str, str], sent: datetime.datetime | None, *, clock: bool = True
) -> tuple[str, ...]:
    """What a message's conditions are, besides its rep.

    Args:
        campaign: of the message.
        extra: other columns of the manifest, a list's name among them.
        sent: when it was sent.
        clock: whether times of day are known, and not only dates.

    Returns:
        Campaign, list, weekday, hour of the day (as `compare` holds it equal), week and month; empty where not known.
    """
    named = next((value for key, value in extra.items() if is_list(key)), "")
    if sent is None:
        return (campaign or "", named, "", "", "", "")
    hour = sent.strftime("%H") if clock else ""
    return (campaign or "", named, sent.strftime("%a"), hour, sent.strftime("%G-W%V"), sent.strftime("%Y-%m"))


CONDITIONS = ("campaign", "list", "weekday", "time of day", "week", "month")
"""Names of the columns of `conditions_of`."""


def numbered(conditions: Sequence[Sequence[str]]) -> tuple[np.ndarray, list[str]]:
    """Conditions as numbers; only those that vary, and weeks or months but not both.

    Args:
        conditions: of each message, from `conditions_of`.

    Returns:
        (n, n_kept) numbers, and the names of what is held equal.
    """
    columns, names = [], []
    weeks = 0
    for place, name in enumerate(CONDITIONS):
        values = np.array([one[place] if len(one) > place else "" for one in conditions], dtype=object).astype(str)
        levels, codes, counts = np.unique(values, return_inverse=True, return_counts=True)
        weeks = len(levels) if name == "week" else weeks
        if len(levels) < 2 or (name == "week" and weeks > MOST_WEEKS) or (name == "month" and weeks <= MOST_WEEKS):
            continue
        if len(levels) > MOST_LEVELS:
            kept = np.argsort(-counts, kind="stable")[: MOST_LEVELS - 1]
            place_of = np.full(len(levels), MOST_LEVELS - 1)
            place_of[kept] = np.arange(MOST_LEVELS - 1)
            codes = place_of[codes]
        columns.append(codes)
        names.append(name)
    return (np.stack(columns, axis=1) if columns else np.zeros((len(conditions), 0), dtype=int)), names
