"""Messages whose arm was chosen together, all those to one prospect or all of one day: they tell less than their number says.

What comes of messages to one prospect, or of messages of one day, is alike. Where the arm changes from message to message that
falls on both arms; where all of them have one arm, it looks like an effect of the arm. The variance of the difference is then
that of sums over such units (Liang & Zeger 1986), each freed of what the level of its own stratum takes from it (as CR2 does,
Bell & McCaffrey 2002), and Student's t with as many degrees of freedom as there are units that count takes the place of the
normal distribution. Whether the arm goes together with a unit is asked of the arms alone, never of the outcomes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.experiments.options import CompareOptions
from vmaudio.experiments.preparation import Row
from vmaudio.experiments.within_reps import Within

_DEFAULT = CompareOptions()

UNITS = ("prospect", "company", "day")
"""By what messages may have got their arm together."""


@dataclass(frozen=True, slots=True)
class Together:
    """How much less messages tell because arms were chosen for several at once.

    Attributes:
        unit: one of `UNITS`.
        design_effect: by what the variance of the difference grows, 1 or more.
        df: degrees of freedom, 1 or more.
    """

    unit: str
    design_effect: float
    df: float

    def p_value(self, p: float) -> float:
        """A two-sided p-value of messages that were told one by one, with this allowed for.

        Args:
            p: from 0 to 1.

        Returns:
            The p-value, no smaller.
        """
        from scipy.special import ndtri, stdtr

        z = -float(ndtri(max(p, 1e-300) / 2)) / math.sqrt(self.design_effect)
        return max(p, float(2 * stdtr(self.df, -z)))

    def half(self, half: float, level: float) -> float:
        """Half of an interval's width, likewise.

        Args:
            half: of the normal interval.
            level: its confidence level, a share.
        """
        from scipy.special import ndtri, stdtrit

        upper = 0.5 + level / 2
        return half * math.sqrt(self.design_effect) * float(stdtrit(self.df, upper) / ndtri(upper))


def units_of(rows: Sequence[Row], day: np.ndarray) -> dict[str, np.ndarray]:
    """The prospect, the prospect's company, and the day of each message.

    Args:
        rows: messages that count.
        day: of each as a number (n_messages,), -1 where not known.

    Returns:
        By name numbers (n_messages,), -1 where it is not known; only what several messages share.
    """
    messages = [row.observation.message for row in rows]
    found = {}
    for name, values in (("prospect", [one.prospect for one in messages]), ("company", [one.company for one in messages])):
        place: dict[str | None, int] = {value: i for i, value in enumerate(dict.fromkeys(filter(None, values)))}
        if len(place) > 1:
            found[name] = np.array([place.get(value, -1) for value in values], dtype=np.int64)
    first = int(day[day >= 0].min(initial=np.iinfo(np.int64).max))
    found["day"] = np.where(day >= 0, day - first, -1)
    return {name: codes for name, codes in found.items() if 0 < codes.max(initial=0) < (codes >= 0).sum() - 1}


def together(
    found: Within, own: np.ndarray, rest: np.ndarray, units: Mapping[str, np.ndarray], options: CompareOptions = _DEFAULT
) -> Together | None:
    """By how much the variance of a difference within reps grows, as arms were chosen for several messages at once.

    Args:
        found: the messages that tell of it.
        own: what strata and covariates leave of the arm (n,).
        rest: what they leave of the outcome (n,).
        units: as `units_of` gives them, of all messages.
        options: thresholds.

    Returns:
        The unit by which it grows most; None where the arm goes together with none, or the variance does not grow.
    """
    made = [
        one
        for name, codes in units.items()
        if (one := _of_unit(name, codes[found.use], found, own, rest, options)) is not None
    ]  # fmt: skip
    return max(made, key=lambda one: one.half(1.0, 0.95), default=None)


def _of_unit(
    name: str, codes: np.ndarray, found: Within, own: np.ndarray, rest: np.ndarray, options: CompareOptions
) -> Together | None:
    known, each = codes >= 0, own**2
    squares, total = np.bincount(codes[known], weights=each[known]), float(each.sum())
    beyond = float((np.bincount(codes[known], weights=own[known]) ** 2).sum()) - float(each[known].sum())
    if beyond <= options.chosen_together * math.sqrt(2 * max(0.0, float((squares**2).sum() - (each[known] ** 2).sum()))):
        return None
    unit = np.unique(np.where(known, codes, codes.max() + 1 + np.arange(len(codes))), return_inverse=True)[1]
    weight = np.bincount(unit, weights=own) ** 2
    score = float(((own * rest) ** 2).sum())
    if score <= 0:
        return None
    # a stratum's own level takes from each unit's sum the share that the unit has in the stratum
    key = np.unique(found.group * (int(unit.max()) + 1) + unit, return_inverse=True)[1]
    share = np.bincount(key)[key] / np.bincount(found.group)[found.group]
    left = np.where(share < 1, 1 - share, 1.0)
    sums = np.bincount(unit, weights=own * rest / np.sqrt(left))
    counted = float(weight.sum()) ** 2 / float((weight**2).sum()) if weight.any() else 1.0
    fixed = 1 + _fixed_in(unit, found.columns)
    n = len(weight)
    df = max(1.0, counted * float((own**2 * left).sum()) / total - fixed)
    effect = float((sums**2).sum()) / score * n / max(1, n - fixed)
    return Together(name, effect, df) if effect > 1 else None


def _fixed_in(unit: np.ndarray, columns: Mapping[str, np.ndarray]) -> int:
    """Columns of covariates that are the same within every unit: each takes a degree of freedom from the units."""
    size = np.bincount(unit)
    n = 0
    for values in columns.values():
        for column in values.T:
            inside = column - (np.bincount(unit, weights=column) / size)[unit]
            n += float(np.abs(inside).max()) < 1e-9 * max(1.0, float(np.abs(column).max()))
    return n
