"""Outcomes that are known of one arm more than of another: what is left of the two is no fair comparison.

A CRM that keeps every "no" of the old script and every second one of the new script makes the new one look better, whatever it
does. A plan is checked for that by its sample ratio; without a plan the shares of unknown outcomes are compared.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence

import numpy as np

from vmaudio.experiments import arms as arms_of, balance
from vmaudio.experiments.options import CompareOptions
from vmaudio.experiments.preparation import Prepared
from vmaudio.experiments.results import MISSING_OPTION, Pair, Verdict
from vmaudio.records import Observation

_DEFAULT = CompareOptions()
_LEVELS = np.array(["known", "unknown"])


def fairly_known(
    pairs: Sequence[Pair], observations: Sequence[Observation], sent: Sequence[datetime.datetime | None], prepared: Prepared,
    by: str, bins: str | None = None, options: CompareOptions = _DEFAULT,
) -> list[Pair]:  # fmt: skip
    """Pairs with their verdicts; none names a winner where the outcomes of one arm are missing much more often.

    Args:
        pairs: the pairs with their verdicts.
        observations: all messages with their outcomes.
        sent: when each was sent; None where not known.
        prepared: those that count.
        by: what makes the arms.
        bins: bins of a number.
        options: thresholds, those of an imbalance.

    Returns:
        The pairs.
    """
    if not prepared.unknown or by == "checks":
        return list(pairs)
    family = arms_of.choose(observations, by, bins, options)
    place = {name: i for i, name in enumerate(family.names)}
    gone = np.array([one.outcome is None or getattr(one.outcome, prepared.outcome) is None for one in observations], dtype=int)
    end, window = prepared.as_of, prepared.window or datetime.timedelta(0)
    over = np.array([at is None or end is None or at + window <= end for at in sent])  # a young message has none yet
    made = []
    for pair in pairs:
        if pair.a in place and pair.b in place:
            a, b = (gone[over & (family.index == place[name])] for name in (pair.a, pair.b))
            found = balance.categories("unknown", _LEVELS, a, b, options)
            if found is not None and found.flagged:
                shares = f"{100 * a.mean():.0f} % of '{pair.a}' and {100 * b.mean():.0f} % of '{pair.b}'"
                pair = dataclasses.replace(pair, verdict=_none(shares, prepared.outcome))
        made.append(pair)
    return made


def _none(shares: str, outcome: str) -> Verdict:
    return Verdict(
        "confounded",
        f"No verdict: the outcome ({outcome}) is not known of {shares}, so those that are known are no fair comparison. Export "
        f"the outcome of every message{MISSING_OPTION}.",
    )
