"""Compare two arms in every way: differences, tests, intervals by rep and within reps, at one look and at every look."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from vmaudio.experiments import balance, clusters, fixed_effects, monitoring, rates, sample_sizes, verdict, weeks
from vmaudio.experiments.arms import Arms
from vmaudio.experiments.compared_columns import Columns
from vmaudio.experiments.options import CompareOptions, MonitorOptions
from vmaudio.experiments.preparation import LOWER_IS_BETTER
from vmaudio.experiments.results import Pair
from vmaudio.experiments.within_reps import Ready, within

SAME_THING = {"rep": ("rep",), "campaign": ("campaign",), "channel": ("channel",)}
"""Arms that are a covariate themselves are not checked for balance of that covariate."""


def compare_pair(
    family: Arms,
    table: Columns,
    i: int,
    j: int,
    outcome: str,
    options: CompareOptions,
    n_pairs: int,
) -> Pair:
    """Compare two arms of a family, without a correction for many pairs and without a verdict.

    Args:
        family: the arms.
        table: the messages that count.
        i: number of the first arm.
        j: number of the second.
        outcome: what is compared.
        options: thresholds.
        n_pairs: pairs in the comparison.

    Returns:
        The pair.
    """
    inside = (family.index == i) | (family.index == j)
    in_a, y, rep = family.index[inside] == i, table.y[inside], table.rep[inside]
    n_a, n_b = int(in_a.sum()), int((~in_a).sum())
    x_a, x_b = int(y[in_a].sum()), int(y[~in_a].sum())
    low, high = rates.newcombe(x_a, n_a, x_b, n_b)
    p_value, test = rates.difference_test(x_a, n_a, x_b, n_b, options)
    few = min(n_a, n_b) < options.fewest_for_chance or x_a + x_b == 0  # then the prior decides
    higher = math.nan if few else rates.prob_higher(x_a, n_a, x_b, n_b)
    own = SAME_THING.get(family.by, ())
    if "rep" in own:
        by_rep = clusters.Clustered(None, None, None, None, 2, reason=clusters.ARMS_ARE_REPS)
    else:
        by_rep = clusters.clustered(rep, in_a, y)
    key = (family.by, i, j)
    if key not in table.kept.imbalances:
        table.kept.imbalances[key] = _imbalance(family, table, i, j, options)
    imbalance = table.kept.imbalances[key]
    inner = _adjusted(family, table, i, inside, imbalance, options, table.kept.ready(key))
    if inner.difference is None and _by_messages(by_rep):
        alone = _alone(family, table, i, inside)
        if alone.together and alone.p_value is not None and alone.low is not None and alone.high is not None:
            p_value, low, high = max(p_value, alone.p_value), min(low, alone.low), max(high, alone.high)
            inner = dataclasses.replace(inner, together=alone.together, design_effect=alone.design_effect)
    rate_a, rate_b, level = x_a / n_a, x_b / n_b, 1 - options.alpha / n_pairs
    inflation = by_rep.design_effect
    return Pair(
        a=family.names[i], b=family.names[j], n=(n_a, n_b), unit=table.unit,
        difference=rate_a - rate_b, low=low, high=high,
        p_value=p_value, p_adjusted=p_value,
        prob_a_better=None if math.isnan(higher) else 1 - higher if outcome in LOWER_IS_BETTER else higher,
        n_more_per_arm=sample_sizes.further_messages(rate_a, n_a, rate_b, n_b, level=level, options=options),
        test=test,
        risk_ratio=rates.risk_ratio(x_a, n_a, x_b, n_b),
        clustered=by_rep, adjusted=inner,
        n_more_by_rep=sample_sizes.further_messages(
            rate_a, n_a, rate_b, n_b, level=level, inflation=inflation, options=options
        ) if inflation else None,
        imbalance=imbalance,
    )  # fmt: skip


def _imbalance(family: Arms, table: Columns, i: int, j: int, options: CompareOptions) -> tuple[balance.Imbalance, ...]:
    in_a, in_b, own = family.index == i, family.index == j, _not_checked(family, table, i, j)
    found = [
        balance.categories(name, table.codes[name][0], table.codes[name][1][in_a], table.codes[name][1][in_b], options)
        if name in table.codes
        else balance.imbalance(name, column[in_a], column[in_b], options)
        for name, column in table.covariates.items()
        if name not in own
    ]
    return tuple(one for one in found if one is not None)


def _not_checked(family: Arms, table: Columns, i: int, j: int) -> tuple[str, ...]:
    """Covariates that are no difference between two arms but the arms themselves, under that or another name.

    Of columns that nobody explained these are all, unless arms are scripts or the like and were not drawn by a plan; and those
    of which every value goes with one arm only: most often the arm's other name.
    """
    own = SAME_THING.get(family.by, ())
    if family.kind != "column":
        return (*own, *table.others)
    in_a, in_b = family.index == i, family.index == j
    same = [name for name in table.others if not set(table.covariates[name][in_a]) & set(table.covariates[name][in_b])]
    return (*own, family.by.lower(), *same)


class _Taken(Mapping[str, np.ndarray]):
    """Columns of some messages, taken from those of all where they are asked for: for the next outcome nobody does."""

    def __init__(self, columns: Mapping[str, np.ndarray], use: np.ndarray, names: Sequence[str]) -> None:
        self._columns, self._use, self._names = columns, use, names

    def __getitem__(self, name: str) -> np.ndarray:
        return self._columns[name][self._use]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _adjusted(
    family: Arms, table: Columns, i: int, use: np.ndarray, imbalance: Sequence[balance.Imbalance], options: CompareOptions,
    ready: Ready = within,
) -> fixed_effects.FixedEffect:  # fmt: skip
    """The difference of arm i and another within reps, and within weeks where the two were used at different times."""
    own = SAME_THING.get(family.by, ())
    rep, in_a, y = table.rep[use], family.index[use] == i, table.y[use]
    flagged = {found.covariate for found in imbalance if found.flagged}
    units = {name: codes[use] for name, codes in table.units.items()}
    held = _Taken(table.design, use, [k for k in table.design if k not in own and (k not in table.others or k in flagged)])
    if any(found.flagged and found.covariate in balance.TIME for found in imbalance):
        known_reps = rep if "rep" not in own and (rep >= 0).any() else None
        held = _Taken(table.design, use, [name for name in held if name != "date"])
        week, date = table.week[use], table.covariates["date"][use]
        return weeks.within_weeks(known_reps, week, date, in_a, y, held, options, ready, units)
    if "rep" in own:
        return fixed_effects.not_estimable("not estimable: the arms are the reps")
    return fixed_effects.fixed_effect(rep, in_a, y, held, options, ready, units)


def _by_messages(by_rep: clusters.Clustered) -> bool:
    """Whether single messages decide where nothing is estimated within reps: reps are not known, or are the arms."""
    return not by_rep.n_reps or by_rep.reason == clusters.ARMS_ARE_REPS


def _alone(family: Arms, table: Columns, i: int, use: np.ndarray) -> fixed_effects.FixedEffect:
    """The difference of arm i and another with nothing held equal."""
    units = {name: codes[use] for name, codes in table.units.items()}
    return fixed_effects.fixed_effect(np.zeros(int(use.sum()), dtype=int), family.index[use] == i, table.y[use], units=units)


def watched(
    pair: Pair, family: Arms, table: Columns, i: int, j: int, options: CompareOptions, monitor: MonitorOptions,
    progress: monitoring.Progress,
) -> Pair:  # fmt: skip
    """A pair with the sequence of the comparison that decides it, which holds at every look.

    Args:
        pair: the pair, as `compare_pair` gives it.
        family: the arms.
        table: the messages that count.
        i: number of the first arm.
        j: number of the second.
        options: thresholds.
        monitor: thresholds of the sequence, at the pair's own level.
        progress: how many messages are expected.

    Returns:
        The pair.
    """
    inside = (family.index == i) | (family.index == j)
    plain = verdict.deciding(pair)[0] == "messages"

    def decides(use: np.ndarray) -> fixed_effects.FixedEffect:
        if not plain:
            return pair.adjusted if use is inside else _adjusted(family, table, i, use, pair.imbalance, options)
        return dataclasses.replace(_alone(family, table, i, use), covariates=())

    a, b = table.y[family.index == i], table.y[family.index == j]
    counts = (int(a.sum()), len(a), int(b.sum()), len(b))
    return dataclasses.replace(pair, anytime=monitoring.monitored(decides, inside, counts, monitor, progress))


def corrected_pairs(pairs: list[Pair], options: CompareOptions) -> list[Pair]:
    """P-values corrected over all pairs by Holm, those of the messages and those that decide, and then each pair's verdict.

    Args:
        pairs: all pairs of a comparison.
        options: thresholds.

    Returns:
        The pairs with verdicts.
    """
    corrected = rates.holm([pair.p_value for pair in pairs])
    decided = [verdict.deciding(pair) for pair in pairs]
    all_q = rates.holm([q for _, q in decided])
    if any(pair.anytime is not None for pair in pairs):  # as the intervals are: each pair has its share of the level
        all_q = [min(1.0, q * len(pairs)) for _, q in decided]
    done = []
    for pair, p, (by, q), q_all in zip(pairs, corrected, decided, all_q, strict=True):
        pair = dataclasses.replace(pair, p_adjusted=p, deciding=by, p_deciding=q, p_deciding_adjusted=q_all)
        if by.startswith("within") and (pair.test != "Fisher exact" or q > pair.p_value):  # else Fisher's exact power says it
            more = sample_sizes.further_for(q, pair.adjusted.n, level=1 - options.alpha / len(pairs))
            pair = dataclasses.replace(pair, n_more_deciding=more)
        pair = dataclasses.replace(pair, why_no_count=verdict.why_no_count(pair, options))
        done.append(dataclasses.replace(pair, verdict=verdict.pair_verdict(pair, options)))
    return done
