"""Arms that were used at different times: their difference within the same weeks, and within reps where these are known.

Rates drift, whatever the script: a season, a list that wears out, a rep who learns. A script that replaces another one shares
no time with it, and then nothing can tell the script from the time. Where both were used in one week, messages of that week are
compared with each other only (Mantel-Haenszel over weeks within reps, or the linear model with a level for each).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from vmaudio.experiments.clusters import cells
from vmaudio.experiments.fixed_effects import FixedEffect, fixed_effect, not_estimable
from vmaudio.experiments.options import CompareOptions
from vmaudio.experiments.preparation import Row
from vmaudio.experiments.within_reps import Ready, within

_DEFAULT = CompareOptions()

FEWEST_IN_TURN = 3
"""Messages of each arm from which a week where one arm only follows the other is a change-over, not chance (2 of 20 orders)."""


def day_of(rows: Sequence[Row]) -> np.ndarray:
    """Day on which each message was sent, local time.

    Args:
        rows: messages that count.

    Returns:
        Whole numbers that grow by 1 a day (n_messages,); -1 where it is not known when the message was sent.
    """
    return np.array([row.sent.toordinal() if row.sent else -1 for row in rows], dtype=int)


def week_of(day: np.ndarray) -> np.ndarray:
    """Calendar week of days, Monday first.

    Args:
        day: days (n_messages,), as `day_of` gives them.

    Returns:
        Whole numbers that grow by 1 a week (n_messages,); -1 where not known.
    """
    return np.where(day >= 0, (day - 1) // 7, -1)


def within_weeks(
    rep: np.ndarray | None,
    week: np.ndarray,
    at: np.ndarray,
    in_a: np.ndarray,
    y: np.ndarray,
    covariates: Mapping[str, np.ndarray] | None = None,
    options: CompareOptions = _DEFAULT,
    ready: Ready = within,
    units: Mapping[str, np.ndarray] = MappingProxyType({}),
) -> FixedEffect:
    """Difference of rates within weeks, and within reps, from messages sent while both arms were in use.

    Which messages are left out follows from times and arms, never from outcomes.

    Args:
        rep: rep numbers from 0 (n_messages,), -1 where not known; None where reps are not known or are the arms themselves.
        week: weeks (n_messages,), as `week_of` gives them.
        at: when each message was sent (n_messages,), in days; NaN where not known.
        in_a: bool (n_messages,), whether the message is in arm a.
        y: 0 or 1 (n_messages,), the outcomes.
        covariates: by name, columns of shape (n_messages, n_columns) without NaN.
        options: thresholds; with less than ``least_overlap`` nothing is estimated.
        ready: as in `vmaudio.experiments.fixed_effects.fixed_effect`.
        units: likewise.

    Returns:
        The difference, its ``covariates`` beginning with "rep" (where known) and "week"; or the reason why there is none.
    """
    who = np.zeros(len(week), dtype=int) if rep is None else rep
    group = concurrent(who, week, at, in_a)
    used = group >= 0
    known = (who >= 0) & (week >= 0)
    possible = _information(who[known], in_a[known])
    if possible == 0:
        return not_estimable("not estimable: no rep used both")
    if not used.any() or _information(group[used], in_a[used]) < options.least_overlap * possible:
        return not_estimable("not estimable: the two were hardly used in the same weeks")
    found = fixed_effect(group, in_a, y, covariates, options, ready, units)
    if found.difference is None:
        return dataclasses.replace(found, reason=(found.reason or "").replace("reps who used", "weeks with"))
    return dataclasses.replace(
        found,
        method=(found.method or "").replace("within reps", "within weeks" if rep is None else "within weeks and reps"),
        covariates=(*(() if rep is None else ("rep",)), "week", *found.covariates[1:]),
        n_reps=0 if rep is None else len(np.unique(who[used])),
    )


def concurrent(who: np.ndarray, week: np.ndarray, at: np.ndarray, in_a: np.ndarray) -> np.ndarray:
    """Number the weeks of each rep in which both arms were in use side by side.

    A rep's messages count from the later of the two arms' first use to the earlier of their last; a week in which one arm only
    follows the other, as in a change-over, does not.

    Args:
        who: rep numbers from 0 (n_messages,), -1 where not known.
        week: weeks (n_messages,); -1 where not known.
        at: when each message was sent, in days (n_messages,).
        in_a: bool (n_messages,), whether the message is in arm a.

    Returns:
        A number from 0 for each week of a rep (n_messages,); -1 for messages that do not count.
    """
    group = np.full(len(who), -1, dtype=int)
    use = np.flatnonzero((who >= 0) & (week >= 0))
    if not len(use):
        return group
    start, end = _both(np.unique(who[use], return_inverse=True)[1], at[use], in_a[use])
    use = use[(at[use] >= start) & (at[use] <= end)]
    if not len(use):
        return group
    stratum = np.unique(np.stack([who[use], week[use]]), axis=1, return_inverse=True)[1].reshape(-1)
    start, end = _both(stratum, at[use], in_a[use])
    counts = cells(stratum, in_a[use], np.zeros(len(use)))[0][stratum]
    keep = (counts.min(axis=1) > 0) & ((start <= end) | (counts.min(axis=1) < FEWEST_IN_TURN))
    if keep.any():
        group[use[keep]] = np.unique(stratum[keep], return_inverse=True)[1]
    return group


def _both(group: np.ndarray, at: np.ndarray, in_a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each message the later first use and the earlier last use of the two arms in its group."""
    shape = (int(group.max()) + 1, 2)
    first, last, arm = np.full(shape, np.inf), np.full(shape, -np.inf), np.where(in_a, 0, 1)
    np.minimum.at(first, (group, arm), at)
    np.maximum.at(last, (group, arm), at)
    return first.max(axis=1)[group], last.min(axis=1)[group]


def _information(group: np.ndarray, in_a: np.ndarray) -> float:
    """Sum of the Mantel-Haenszel weights: how much the groups can tell of a difference."""
    if not len(group):
        return 0.0
    n, _ = cells(np.unique(group, return_inverse=True)[1], in_a, np.zeros(len(group)))
    return float((n[:, 0] * n[:, 1] / n.sum(axis=1)).sum())
