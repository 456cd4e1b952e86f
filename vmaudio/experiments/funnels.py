"""Funnel of outcomes over all messages: rates, campaigns and channels, and the time to a callback."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from vmaudio.experiments.attribution import DEFAULT_ATTRIBUTION
from vmaudio.experiments.cautions import data_cautions
from vmaudio.experiments.moments import parse_moment
from vmaudio.experiments.preparation import OUTCOMES, WINDOW, Prepared, Row, cost_of, prepare
from vmaudio.experiments.rates import LEVEL, Rate
from vmaudio.experiments.results import Caution, attribution_dict
from vmaudio.records import Observation

DAYS = (0.25, 1, 2, 3, 5, 7, 14, 30, 60, 90)
"""Days after sending at which the time-to-callback curve is given."""


TAIL = (1 - LEVEL) / 2
"""Chance left out on each side of an interval."""


@dataclass(frozen=True, slots=True)
class Group:
    """A campaign or channel: its callback rate, and what a callback cost.

    Attributes:
        name: name of the campaign or channel.
        rate: callback rate with its interval.
        cost: total cost of the messages whose cost is known; None when none is.
        cost_per_event: ``cost`` divided by their callbacks; None without a callback.
    """

    name: str
    rate: Rate
    cost: float | None
    cost_per_event: float | None


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the time-to-callback curve.

    Attributes:
        days: days after sending.
        share: share of messages called back by then, 0 to 1 (Kaplan & Meier 1958).
        low: lower end of its 95 % interval.
        high: upper end.
        at_risk: messages that were watched at least so long.
    """

    days: float
    share: float
    low: float
    high: float
    at_risk: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """Everything that `funnel` counts.

    Attributes:
        messages: all messages.
        with_outcome: messages with an outcome of any kind.
        rates: rate of each outcome, in the order of the funnel.
        unknown: messages whose outcome is not known, by outcome.
        groups: callbacks by "campaign" and by "channel".
        curve: time to callback; empty where callbacks came and none has a time.
        curve_n: messages in the curve.
        without_time: callbacks without a time, which the curve lacks.
        prepared: the messages that count for the callback rate, and what was left out.
        warnings: what to know about the data.
    """

    messages: int
    with_outcome: int
    rates: dict[str, Rate]
    unknown: dict[str, int]
    groups: dict[str, tuple[Group, ...]]
    curve: tuple[Point, ...]
    curve_n: int
    without_time: int
    prepared: Prepared
    warnings: tuple[Caution, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        p = self.prepared
        return {
            "messages": self.messages,
            "with_outcome": self.with_outcome,
            "outcomes": {name: {**asdict(rate), "unknown": self.unknown[name]} for name, rate in self.rates.items()},
            **{
                f"by_{kind}": [
                    {kind: g.name, **asdict(g.rate), "cost": g.cost, "cost_per_event": g.cost_per_event} for g in groups
                ]
                for kind, groups in self.groups.items()
            },
            "time_to_callback": [asdict(point) for point in self.curve],
            "time_to_callback_n": self.curve_n,
            "callbacks_without_time": self.without_time,
            "attribution": attribution_dict(p),
            "window_days": p.window.total_seconds() / 86400 if p.window else None,
            "young": p.young,
            "as_of": p.as_of.isoformat() if p.as_of else None,
            "simulated": p.simulated > 0,
            "warnings": [warned.to_dict() for warned in self.warnings],
        }


def funnel(
    observations: Iterable[Observation],
    *,
    window: datetime.timedelta | None = WINDOW,
    as_of: datetime.datetime | None = None,
    missing_is: bool | None = None,
    attribution: str = DEFAULT_ATTRIBUTION,
    now: datetime.datetime | None = None,
) -> Funnel:
    """Count the outcomes of messages.

    Args:
        observations: messages with their outcomes, from files or from a store.
        window: how long after sending an outcome counts; None for any time.
        as_of: when the outcomes were exported; see `prepare`.
        missing_is: what a missing outcome means: None unknown, False no.
        attribution: to which of a prospect's messages a callback belongs, one of `ATTRIBUTIONS`.
        now: this moment, for tests.

    Returns:
        The funnel.

    Raises:
        SettingError: no such attribution.
    """
    seen = list(observations)

    def ready(outcome: str, within: datetime.timedelta | None = window) -> Prepared:
        return prepare(seen, outcome, window=within, as_of=as_of, missing_is=missing_is, attribution=attribution, now=now)

    prepared = {name: ready(name) for name in OUTCOMES}
    callback = prepared["callback"]
    curve, n, without = time_to_callback(ready("callback", None))
    return Funnel(
        messages=len(seen),
        with_outcome=sum(observation.outcome is not None for observation in seen),
        rates={name: _rate(p.rows) for name, p in prepared.items()},
        unknown={name: p.unknown for name, p in prepared.items()},
        groups={
            "campaign": _groups(callback.rows, lambda row: row.observation.message.campaign),
            "channel": _groups(callback.rows, lambda row: row.observation.message.channel),
        },
        curve=curve,
        curve_n=n,
        without_time=without,
        prepared=callback,
        warnings=tuple(data_cautions(callback)),
    )


def _rate(rows: Sequence[Row]) -> Rate:
    return Rate.of(sum(row.event for row in rows), len(rows))


def _groups(rows: Sequence[Row], read: Callable[[Row], str | None]) -> tuple[Group, ...]:
    names = sorted({name for row in rows if (name := read(row))})
    made = []
    for name in names:
        members = [row for row in rows if read(row) == name]
        priced = [(found, row.event) for row in members if (found := cost_of(row.observation)) is not None]
        cost = sum(found for found, _ in priced) if priced else None
        hits = sum(event for _, event in priced)
        made.append(Group(name, _rate(members), cost, cost / hits if cost is not None and hits else None))
    return tuple(made)


def time_to_callback(prepared: Prepared) -> tuple[tuple[Point, ...], int, int]:
    """Time from sending to callback.

    Args:
        prepared: messages prepared *without* a window: young ones count for the days that they were watched.

    Returns:
        The Kaplan-Meier curve, the messages in it, and the callbacks that have no time and are not in it.
    """
    days, events, without = [], [], 0
    for row in prepared.rows:
        outcome, sent = row.observation.outcome, row.sent
        if sent is None:
            continue
        at = parse_moment(outcome.callback_at) if outcome else None
        if row.event and at is None:
            without += 1
            continue
        watched = [until for until in (parse_moment(outcome.as_of) if outcome else None, prepared.as_of) if until]
        end = at if row.event else min(watched, default=None)
        if end is not None and end >= sent:
            days.append((end - sent).total_seconds() / 86400)
            events.append(row.event)
    if not days or (without and not any(events)):
        return (), len(days), without
    return tuple(kaplan_meier(np.array(days), np.array(events, dtype=bool))), len(days), without


def kaplan_meier(days: np.ndarray, event: np.ndarray) -> list[Point]:
    """Share with the event by each of `DAYS`, by the Kaplan-Meier estimator (``scipy.stats.ecdf`` of censored data).

    Args:
        days: days each message was watched (n,): to the event, or to the end of observation.
        event: bool (n,), whether the event came.

    Returns:
        A point for each of `DAYS` that some message was watched for; 95 % intervals by Greenwood's formula on the log-log
        scale. Where no message, or every message, had the event: the exact binomial limits (Clopper & Pearson 1934) of the
        messages that were watched so long, or had the event by then.
    """
    from scipy.stats import CensoredData, ecdf

    surviving = ecdf(CensoredData(uncensored=days[event], right=days[~event])).sf
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # where nobody is left, the interval has no width
        ends = surviving.confidence_interval(LEVEL, method="log-log")
    points = []
    for day in DAYS:
        if day > days.max():
            break
        share = 1 - float(surviving.evaluate(day))
        low, high = 1 - float(ends.high.evaluate(day)), 1 - float(ends.low.evaluate(day))
        at_risk, come = int((days >= day).sum()), int((event & (days <= day)).sum())
        if share <= 0:  # Greenwood's variance is 0 or not defined at either end: the exact limits of 0 and of all
            low, high = 0.0, 1 - TAIL ** (1 / at_risk)
        elif share >= 1:
            low, high = TAIL ** (1 / come), 1.0
        points.append(Point(day, share, low, high, at_risk))
    return points
