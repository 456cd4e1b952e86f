"""What came of all messages: the funnel, campaigns and channels, and how long callbacks take."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from vmaudio.experiments.cautions import data_cautions
from vmaudio.experiments.preparation import ATTRIBUTIONS, OUTCOMES, WINDOW, Prepared, Row, cost_of, parse_moment, prepare
from vmaudio.experiments.rates import Rate, z_value
from vmaudio.experiments.results import Caution
from vmaudio.records import Observation

DAYS = (0.25, 1, 2, 3, 5, 7, 14, 30, 60, 90)
"""Days after sending at which the time-to-callback curve is printed."""


@dataclass(frozen=True, slots=True)
class Group:
    """A campaign or channel: callbacks with interval, and what one cost."""

    name: str
    rate: Rate
    cost: float | None
    cost_per_event: float | None


@dataclass(frozen=True, slots=True)
class Point:
    """Share of messages called back by then, by Kaplan and Meier; ``at_risk`` messages were still watched."""

    days: float
    share: float
    low: float
    high: float
    at_risk: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """All of it; ``rates`` by outcome, in the order of the funnel."""

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
            "attribution": {"rule": p.attribution, "means": ATTRIBUTIONS[p.attribution], "moved": p.moved},
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
    attribution: str = "last",
    now: datetime.datetime | None = None,
) -> Funnel:
    """Count what came of the messages; arguments as in `vmaudio.experiments.prepare`."""
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
    """Kaplan-Meier curve of callbacks over days, with log-log intervals; messages used; callbacks without a time.

    Args:
        prepared: without a window: messages that are young still count for the days that they were watched.
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
        end = at if row.event else (parse_moment(outcome.as_of) if outcome else None) or prepared.as_of
        if end is not None and end >= sent:
            days.append((end - sent).total_seconds() / 86400)
            events.append(row.event)
    if not any(events):
        return (), len(days), without
    return tuple(kaplan_meier(np.array(days), np.array(events, dtype=bool))), len(days), without


def kaplan_meier(days: np.ndarray, event: np.ndarray) -> list[Point]:
    """Share with the event by each of `DAYS` that somebody was watched for (Kaplan & Meier 1958; Greenwood, log-log)."""
    times = np.unique(days[event])
    at_risk = np.array([(days >= t).sum() for t in times])
    happened = np.array([((days == t) & event).sum() for t in times])
    surviving = np.cumprod(1 - happened / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(happened / (at_risk * (at_risk - happened)))
    z, points = z_value(), []
    for day in DAYS:
        if day > days.max():
            break
        k = int(np.searchsorted(times, day, side="right")) - 1
        watched = int((days >= day).sum())
        if k < 0:
            points.append(Point(day, 0.0, 0.0, 0.0, watched))
            continue
        s = float(surviving[k])
        if 0 < s < 1:
            spread = z * math.sqrt(float(greenwood[k])) / abs(math.log(s))
            low, high = 1 - s ** math.exp(-spread), 1 - s ** math.exp(spread)
        else:
            low = high = 1 - s
        points.append(Point(day, 1 - s, low, high, watched))
    return points
