"""Balance of two arms: standardised differences of rep, campaign, list, weekday, hour, channel, earlier touches,
date and week.

By hand: neither scipy nor statsmodels has standardised differences.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from vmaudio.experiments.manifest_columns import list_column
from vmaudio.experiments.options import CompareOptions
from vmaudio.experiments.preparation import Row
from vmaudio.experiments.time_columns import hours, periods

_DEFAULT = CompareOptions()

MOST_LEVELS = 100
"""Values of one covariate that are kept apart; the rarest are counted as one. It bounds the work."""

CAP = 10.0
"""Standardised differences are cut off here: arms that share no value would have an infinite one."""

TIME = ("date", "week")
"""Covariates that say when a message was sent: on average, and in which weeks."""

SLOTS = ((10, "before 10"), (12, "10 to 12"), (14, "12 to 14"), (16, "14 to 16"), (25, "after 16"))
_SLOT_OF = tuple(next(name for end, name in SLOTS if hour < end) for hour in range(24))
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Imbalance:
    """How much two arms differ in one covariate.

    Attributes:
        covariate: its name.
        smd: standardised difference, 0 (none) to `CAP`, less what chance gives on average (categories: Yang & Dalton 2012).
        p_value: how often chance alone makes a difference as large.
        flagged: whether it is large and not by chance.
        most: for categories, the value in which the arms differ most.
        share_a: its share in arm a, 0 to 1.
        share_b: its share in arm b.
    """

    covariate: str
    smd: float
    p_value: float
    flagged: bool
    most: str = ""
    share_a: float | None = None
    share_b: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def covariates(rows: Sequence[Row]) -> dict[str, np.ndarray]:
    """Covariates of the messages; only those that are known and vary.

    Args:
        rows: messages that count.

    Returns:
        Columns (n,) by name: text for categories ("" unknown), float for touches and for the date in days (NaN unknown).
    """
    message, sent = [row.observation.message for row in rows], [row.sent for row in rows]
    found: dict[str, np.ndarray] = {
        name: np.array([getattr(m, name) or "" for m in message], dtype=object) for name in ("rep", "campaign", "channel")
    }
    days = [at.date() if at else None for at in sent]
    labels = {day: (DAYS[day.weekday()], day.strftime("%G-W%V")) if day else ("", "") for day in set(days)}
    lists = list_column(message)
    if lists is not None:
        found["list"] = lists
    found["weekday"] = np.array([labels[day][0] for day in days], dtype=object)
    found["week"] = np.array([labels[day][1] for day in days], dtype=object)
    clock = any(at and (at.hour or at.minute) for at in sent)  # dates alone all say midnight
    found["hour"] = np.array([_SLOT_OF[at.hour] if clock and at else "" for at in sent], dtype=object)
    found["touches"] = np.array([math.nan if row.touches is None else float(row.touches) for row in rows])
    found["date"] = np.array([at.timestamp() / 86400 if at else math.nan for at in sent])
    return {name: values for name, values in found.items() if _varies(values)}


def coded(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A covariate of categories as numbers.

    Args:
        values: text (n,).

    Returns:
        Its values in order, and each message's number among them (n,): as ``np.unique`` gives them, without sorting all.
    """
    told = values.tolist()
    levels = sorted(set(told))
    place = {level: i for i, level in enumerate(levels)}
    return np.array(levels, dtype=str), np.array([place[one] for one in told], dtype=int)


def _varies(values: np.ndarray) -> bool:
    if values.dtype == object:
        return len(set(values.tolist())) > 1
    known = values[~np.isnan(values)]
    return len(known) > 0 and float(np.ptp(known)) > 0


def imbalance(name: str, a: np.ndarray, b: np.ndarray, options: CompareOptions = _DEFAULT) -> Imbalance | None:
    """Compare one covariate between two arms.

    Args:
        name: the covariate.
        a: its values in arm a (n_a,): text, or float with NaN for unknown.
        b: its values in arm b (n_b,).
        options: thresholds.

    Returns:
        The imbalance; None when the covariate is the same everywhere or not known.
    """
    if a.dtype == object:
        levels, codes = np.unique(np.concatenate([a, b]).astype(str), return_inverse=True)
        return categories(name, levels, codes[: len(a)], codes[len(a) :], options)
    a, b = a[~np.isnan(a)], b[~np.isnan(b)]
    if len(a) < 2 or len(b) < 2 or float(np.ptp(np.concatenate([a, b]))) == 0:
        return None
    spread = math.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    raw = abs(float(a.mean() - b.mean())) / spread if spread > 0 else CAP
    smd = _less_chance(raw, 1, len(a), len(b))
    p = _welch(a, b) if spread > 0 else 0.0
    return Imbalance(name, smd, p, _flagged(smd, p, options))


def _welch(a: np.ndarray, b: np.ndarray) -> float:
    """P-value of Welch's test of two means, of which one at least varies.

    By hand: the number of scipy's ``ttest_ind_from_stats``, without ``scipy.stats``, whose import takes half a second.
    """
    from scipy.special import stdtr

    of_a, of_b = np.square(a.std(ddof=1)) / len(a), np.square(b.std(ddof=1)) / len(b)
    freedom = np.square(of_a + of_b) / (np.square(of_a) / (len(a) - 1) + np.square(of_b) / (len(b) - 1))
    return float(2 * stdtr(freedom, -abs((a.mean() - b.mean()) / math.sqrt(of_a + of_b))))


def categories(
    name: str, levels: np.ndarray, a: np.ndarray, b: np.ndarray, options: CompareOptions = _DEFAULT
) -> Imbalance | None:
    """Compare a covariate of categories between two arms, as `imbalance` does.

    Args:
        name: the covariate.
        levels: its values in order; of those that neither arm has nothing is said.
        a: numbers of the values in arm a (n_a,).
        b: numbers of the values in arm b (n_b,).
        options: thresholds.

    Returns:
        The imbalance; None when the covariate is the same everywhere.
    """
    counts_a, counts_b = np.bincount(a, minlength=len(levels)), np.bincount(b, minlength=len(levels))
    there = counts_a + counts_b > 0
    levels, counts_a, counts_b = levels[there], counts_a[there], counts_b[there]
    if len(levels) > MOST_LEVELS:  # rare values say nothing by themselves, and thousands take their time
        common = np.sort(np.argsort(-(counts_a + counts_b), kind="stable")[: MOST_LEVELS - 1])
        counts_a, counts_b = (np.append(n[common], n.sum() - n[common].sum()) for n in (counts_a, counts_b))
        levels = np.append(levels[common], "all others")
    if len(levels) < 2 or not len(a) or not len(b):
        return None
    share_a, share_b = counts_a / len(a), counts_b / len(b)
    d, pooled = (share_a - share_b)[1:], (_covariance(share_a) + _covariance(share_b)) / 2
    solved = np.linalg.pinv(pooled, rcond=1e-9) @ d
    left = float(np.abs(pooled @ solved - d).max())  # a difference in a value that one arm always or never has
    raw = CAP if left > 1e-6 else math.sqrt(max(0.0, float(d @ solved)))
    smd = _less_chance(raw, len(levels) - 1, len(a), len(b))
    p = _chi_square(np.stack([counts_a, counts_b]))
    k = int(np.abs(share_a - share_b).argmax())
    most = str(levels[k]) or "not known"
    return Imbalance(name, smd, p, _flagged(smd, p, options), most, float(share_a[k]), float(share_b[k]))


def _chi_square(table: np.ndarray) -> float:
    """Pearson's test without correction; scipy's ``chi2_contingency`` gives the same and takes 1 ms for each of many pairs."""
    from scipy.special import chdtrc

    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    return float(chdtrc(table.shape[1] - 1, ((table - expected) ** 2 / expected).sum()))


def _flagged(smd: float, p: float, options: CompareOptions) -> bool:
    return smd >= options.large_imbalance and p < options.imbalance_alpha


def _covariance(share: np.ndarray) -> np.ndarray:
    return np.diag(share[1:]) - np.outer(share[1:], share[1:])


def _less_chance(smd: float, degrees: int, n_a: int, n_b: int) -> float:
    """Subtract what random assignment alone gives on average: smd squared has the mean degrees x (1/n_a + 1/n_b)."""
    return min(CAP, math.sqrt(max(0.0, smd**2 - degrees * (1 / n_a + 1 / n_b))))


def design(
    values: dict[str, np.ndarray],
    codes: Mapping[str, tuple[np.ndarray, np.ndarray]] = MappingProxyType({}),
    week: np.ndarray | None = None,
    clock: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """Covariates as columns for a regression.

    Categories become 0/1 columns of their eight most frequent values, the rest being the base; touches become log(1 + touches).
    Unknown numbers take the mean, with a column that marks them.

    Args:
        values: columns (n,) by name, as `covariates` gives them.
        codes: of those of categories, as `coded` gives them, where they were found already.
        week: weeks (n,), whose `periods` become the columns "date"; None for none.
        clock: hours of the day (n,), whose columns take the place of the coarser covariate "hour"; None for that one.

    Returns:
        Float columns (n, k) by name, without NaN.
    """
    columns = {}
    for name, column in values.items():
        if column.dtype == object:
            levels, place = codes.get(name) or coded(column)
            kept = np.argsort(-np.bincount(place, minlength=len(levels)), kind="stable")[:8]
            columns[name] = (place[:, None] == kept[None, 1:]).astype(float)
        else:
            scaled = np.log1p(np.maximum(column, 0)) if name == "touches" else column
            gone = np.isnan(scaled)
            filled = np.where(gone, np.nanmean(scaled), scaled)[:, None]
            columns[name] = np.hstack([filled, gone[:, None].astype(float)]) if gone.any() else filled
    fine = {"hour": None if clock is None else hours(clock), "date": None if week is None else periods(week)}
    return columns | {name: values for name, values in fine.items() if values is not None}
