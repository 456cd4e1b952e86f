"""The messages of a comparison as arrays, and what of them is kept for the comparison of the next outcome."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.experiments import balance, time_columns, weeks
from vmaudio.experiments.arms import Arms
from vmaudio.experiments.assigned_together import units_of
from vmaudio.experiments.manifest_columns import other_columns
from vmaudio.experiments.preparation import Row, cost_of, unit_of
from vmaudio.experiments.within_reps import Ready, Within, within
from vmaudio.records import Observation

_OBSERVATION = operator.attrgetter("observation")

MOST_KEPT = 25_000_000
"""Numbers that are kept for the next outcome: 200 MB."""


class Kept:
    """What was found of messages that does not depend on their outcomes, for the comparison of the next outcome.

    Attributes:
        families: the arms; None before they were made.
        imbalances: by pair of arms.
    """

    def __init__(self) -> None:
        self.families: list[Arms] | None = None
        self.imbalances: dict[object, tuple[balance.Imbalance, ...]] = {}
        self._within: dict[object, Within | str] = {}
        self._free = MOST_KEPT

    def ready(self, key: object) -> Ready:
        """What finds the messages of a pair of arms within reps, or has found them.

        Args:
            key: the pair.
        """

        def found(rep: np.ndarray, in_a: np.ndarray, covariates: Mapping[str, np.ndarray] | None) -> Within | str:
            if key in self._within:
                return self._within[key]
            made = within(rep, in_a, covariates)
            numbers = 0 if isinstance(made, str) else len(made.group) * (4 + 2 * sum(v.shape[1] for v in made.columns.values()))
            if numbers <= self._free:
                self._within[key] = made
                self._free -= numbers
            return made

        return found


@dataclass(frozen=True, slots=True)
class _Fixed:
    """What of the messages that count does not depend on their outcomes."""

    unit: str
    covariates: dict[str, np.ndarray]
    codes: dict[str, tuple[np.ndarray, np.ndarray]]
    design: dict[str, np.ndarray]
    week: np.ndarray
    rep: np.ndarray
    has_rep: bool
    cost: np.ndarray
    others: frozenset[str]
    units: dict[str, np.ndarray]
    kept: Kept

    @classmethod
    def of(cls, rows: Sequence[Row]) -> _Fixed:
        others = other_columns([row.observation.message for row in rows])
        covariates = balance.covariates(rows) | others
        codes = {name: balance.coded(values) for name, values in covariates.items() if values.dtype == object}
        names = [row.observation.message.rep for row in rows]
        order = {name: i for i, name in enumerate(sorted({name for name in names if name}))}
        day = weeks.day_of(rows)
        week = weeks.week_of(day)
        return cls(
            unit_of(row.observation for row in rows),
            covariates,
            codes,
            balance.design(
                {k: v for k, v in covariates.items() if k not in ("rep", *balance.TIME)},
                codes,
                week,
                time_columns.clock_of(rows),
            ),
            week,
            np.array([order[name] if name else -1 for name in names], dtype=int),
            bool(order),
            _costs([row.observation for row in rows]),
            frozenset(others),
            units_of(rows, day),
            Kept(),
        )


class Columns:
    """The messages that count as arrays, in their order.

    Args:
        rows: the messages.
        like: those of another outcome. Where it has the same messages, what does not depend on the outcome is taken from it.
        how: what else was settled, such as what makes the arms: with another setting nothing is taken over.
    """

    _fixed: _Fixed
    others: frozenset[str] = frozenset()
    """Covariates that are columns of the manifest without a field of their own: see `vmaudio.experiments.manifest_columns`."""

    def __init__(self, rows: Sequence[Row], like: Columns | None = None, how: object = None) -> None:
        self.rows, self.how = rows, how
        self.y = np.array([event for _, event, _, _ in rows], dtype=float)
        taken = like is not None and how == like.how and _same_messages(rows, like.rows)
        fixed = self._fixed = like._fixed if like is not None and taken else _Fixed.of(rows)
        self.unit, self.covariates, self.codes, self.design = fixed.unit, fixed.covariates, fixed.codes, fixed.design
        self.week, self.rep, self.has_rep, self.cost, self.kept = fixed.week, fixed.rep, fixed.has_rep, fixed.cost, fixed.kept
        self.others, self.units = fixed.others, fixed.units


def _same_messages(rows: Sequence[Row], others: Sequence[Row]) -> bool:
    """Whether these are the same messages of one `Messages`: their times and what is counted there are then the same."""
    ours, theirs = (map(_OBSERVATION, of) for of in (rows, others))
    return len(rows) == len(others) and all(map(operator.is_, ours, theirs))


def _costs(seen: Sequence[Observation]) -> np.ndarray:
    """The cost of each message (n_messages,), NaN where it is not known."""
    if not any("cost" in one for one in {id(own.message.extra): own.message.extra for own in seen}.values()):
        outcomes = [one.outcome for one in seen]
        return np.array([math.nan if one is None or one.cost is None else one.cost for one in outcomes], dtype=float)
    return np.array([math.nan if (found := cost_of(one)) is None else found for one in seen], dtype=float)
