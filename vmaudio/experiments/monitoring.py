"""Monitoring a comparison: the difference of two arms within reps and lists, in a form that is valid at every look.

Blocks of `vmaudio.experiments.sequential` take messages of one rep, campaign and channel that were sent within a week of each
other: what differs between those cannot be taken for the arms. A lasting difference in anything else (weekday, hour, earlier
touches) is not held equal, and there is no verdict then.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from vmaudio.experiments.balance import TIME
from vmaudio.experiments.options import CompareOptions, MonitorOptions
from vmaudio.experiments.sequential import Monitored, monitor_difference

HELD = ("rep", "campaign", "channel")
"""Covariates that every block holds equal, besides the time."""

MOST_VALUES = 8
"""Most frequent values of a list or channel that are strata of their own; the others are one, as in `balance.design`."""


def tuned(options: MonitorOptions, n_pairs: int, expect: int | None, n_arms: int) -> MonitorOptions:
    """The options for one pair of a comparison: its share of the level, and bets tuned to the messages that are expected.

    Args:
        options: thresholds of the comparison as a whole.
        n_pairs: pairs in the comparison, at least 1.
        expect: messages expected in the end, in all arms; None where not known.
        n_arms: arms.

    Returns:
        The thresholds.
    """
    blocks = max(1, round(expect / n_arms)) if expect else 0
    return dataclasses.replace(options, alpha=options.alpha / n_pairs, expected_blocks=blocks)


def strata(covariates: Mapping[str, np.ndarray], skip: tuple[str, ...] = ()) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """Number the messages by rep, campaign and channel.

    Args:
        covariates: columns (n_messages,) by name, as `balance.covariates` gives them.
        skip: covariates that are the arms themselves.

    Returns:
        Numbers from 0 (n_messages,), -1 where some reps are known and the message's is not; None where nothing is known. And
        which covariates are equal within a stratum.
    """
    held = tuple(name for name in HELD if name in covariates and name not in skip)
    if not held:
        return None, ()
    number = np.zeros(len(covariates[held[0]]), dtype=int)
    for name in held:
        values, code = np.unique(covariates[name].astype(str), return_inverse=True)
        if name != "rep" and len(values) > MOST_VALUES:
            common = np.argsort(-np.bincount(code), kind="stable")[:MOST_VALUES]
            place = np.full(len(values), MOST_VALUES)
            place[common] = np.arange(MOST_VALUES)
            code = place[code]
        number = np.unique(number * (int(code.max()) + 1) + code, return_inverse=True)[1]
    if "rep" in held:
        number = np.where(covariates["rep"].astype(str) == "", -1, number)
    return number, held


def monitored(
    covariates: Mapping[str, np.ndarray],
    in_a: np.ndarray,
    y: np.ndarray,
    options: MonitorOptions,
    skip: tuple[str, ...] = (),
    least_overlap: float = CompareOptions().least_overlap,
) -> Monitored:
    """The difference of two arms so far, valid at every look.

    Args:
        covariates: columns (n,) of the messages of both arms by name, in the order of sending.
        in_a: bool (n,), whether the message is in arm a.
        y: 0 or 1 (n,), the outcomes.
        options: thresholds.
        skip: covariates that are the arms themselves.
        least_overlap: least share of the rarer arm's messages in blocks; below it ``held`` is empty, as the arms share too
            little.

    Returns:
        The difference, and which covariates are equal within blocks.
    """
    stratum, held = strata(covariates, skip)
    at = covariates.get("date")
    if at is None or np.isnan(at).any():  # files are often sorted by arm: the first of each arm together, then the second ...
        at = None
        rank = np.where(in_a, np.cumsum(in_a), np.cumsum(~in_a))
        order = np.argsort(rank, kind="stable")
        in_a, y, stratum = in_a[order], y[order], None if stratum is None else stratum[order]
        options = dataclasses.replace(options, most_waiting=max(len(y), 1))
    else:
        held = (*held, *TIME)
    found = monitor_difference(in_a, y, options, stratum, at)
    used = len(in_a) - found.waiting
    rarer = min(int(in_a.sum()), int((~in_a).sum()))
    # a block has one message of the rarer arm; with strata in which the other is rarer this only counts too many
    enough = rarer > 0 and min(found.blocks, used) >= least_overlap * rarer
    return dataclasses.replace(found, held=held if enough else ())
