"""When messages were sent, as columns of a regression: weeks and hours of the day, and fewer of them where events are few.

Good hours end where they end, not where a slot of a table does: of "10 to 12" one half may be good. A rate that drifts biases
arms whose mix drifts only a little, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from vmaudio.experiments.preparation import Row

MOST_PERIODS = 20
"""Columns of time at most: weeks, or a few weeks in a row where there are more."""

LEAST_HOUR = 0.02
"""Least share of the messages in an hour of its own; one with fewer goes with a neighbour."""

FEWEST_PERIODS = 5
"""With fewer periods than this a straight line takes what drifts one way better than steps do."""

FEWEST_HOURS = 4
"""Parts of the day at least: of halves nobody can say that the time of day is held equal."""


def clock_of(rows: Sequence[Row]) -> np.ndarray:
    """Hour of the day at which each message was sent, local time.

    Args:
        rows: messages that count.

    Returns:
        Whole numbers from 0 to 23 (n_messages,); -1 where not known, and for all where there are dates only.
    """
    clock = any(row.sent and (row.sent.hour or row.sent.minute) for row in rows)  # dates alone all say midnight
    return np.array([row.sent.hour if clock and row.sent else -1 for row in rows], dtype=int)


def periods(week: np.ndarray) -> np.ndarray | None:
    """Weeks as columns.

    Args:
        week: weeks (n,), whole numbers that grow by 1 a week; -1 where not known.

    Returns:
        A 0/1 column for each week but the first, or, beyond `MOST_PERIODS` weeks, for each few weeks in a row, in the order of
        time (n, k); None where all are the same.
    """
    known = np.unique(week[week >= 0])
    wide = -(-len(known) // MOST_PERIODS)
    return _columns(np.where(week >= 0, np.searchsorted(known, week) // max(1, wide), len(known)))


def hours(clock: np.ndarray) -> np.ndarray | None:
    """Hours of the day as columns.

    Args:
        clock: hours (n,) from 0 to 23; -1 where not known.

    Returns:
        A 0/1 column for each hour but the first that has messages, in the order of time (n, k), hours with less than
        `LEAST_HOUR` of the messages together with a neighbour; None where all are the same.
    """
    counts = np.bincount(clock[clock >= 0], minlength=24)
    together, number, held = np.zeros(24, dtype=int), 0, 0
    for hour, n in enumerate(counts.tolist()):
        together[hour] = number
        held += n
        if held >= max(1, LEAST_HOUR * len(clock)):
            number, held = number + 1, 0
    together[together == number] = max(0, number - 1)  # a few late ones go with the last hour that has enough
    return _columns(np.where(clock >= 0, together[clock], 24))


def fewer(columns: Mapping[str, np.ndarray], most: int) -> dict[str, np.ndarray]:
    """Covariates with fewer columns of time, where there are too many for the events: what is wider is halved first.

    Args:
        columns: 0/1 and other columns (n, k) by name; "date" as `periods`, "hour" as `hours` gives them.
        most: columns that the events allow.

    Returns:
        The columns, with neighbouring weeks and hours together as often as needed: weeks down to a straight line, hours to
        `FEWEST_HOURS` parts of the day; still too many where that is not enough.
    """
    found = dict(columns)
    while sum(values.shape[1] for values in found.values()) > most:
        halved = {name: _halved(name, found[name], columns[name]) for name in ("date", "hour") if name in found}
        narrower = {name: values for name, values in halved.items() if values is not None}
        if not narrower:
            break
        widest = max(narrower, key=lambda name: found[name].shape[1])
        found[widest] = narrower[widest]
    return found


def _halved(name: str, columns: np.ndarray, whole: np.ndarray) -> np.ndarray | None:
    """About half as many columns, or a line of the whole ones; None where these are the fewest."""
    if columns.shape[1] < 2:  # a line, or the fewest
        return None
    halved = _columns(_places(columns) // 2)
    least = FEWEST_PERIODS if name == "date" else FEWEST_HOURS
    if halved is not None and halved.shape[1] >= least - 1:
        return halved
    return _places(whole)[:, None].astype(float) if name == "date" else None


def _places(columns: np.ndarray) -> np.ndarray:
    return np.asarray(columns @ np.arange(1, columns.shape[1] + 1)).astype(int)


def _columns(place: np.ndarray) -> np.ndarray | None:
    """A 0/1 column for each number but the lowest; None where all are the same."""
    found = (place[:, None] == np.unique(place)[None, 1:]).astype(float)
    return found if found.shape[1] else None
