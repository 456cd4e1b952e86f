"""A team's report as plain JSON values: what the web app's ``/report.json`` and the MCP server answer with."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from vmaudio.experiments import Corrected
from vmaudio.plots import Rate, Spread
from vmaudio.report.coaching import Coaching, Thing
from vmaudio.report.columns import SlowParts
from vmaudio.report.data import ReportData
from vmaudio.report.sheet import Sheet
from vmaudio.report.tallies import weeks_in


def report_dict(
    data: ReportData,
    slow: SlowParts,
    coaching: Coaching,
    sheet: Sheet,
    chosen: np.ndarray,
    *,
    copies: int,
    corrected: Mapping[str, Corrected] | None = None,
    coaches_simulated: bool = False,
) -> dict[str, Any]:
    """A report as JSON values; what is not known is None.

    Args:
        data: the report.
        slow: its sentences and repeats.
        coaching: what to coach.
        sheet: the messages that it was made of.
        chosen: which of them (n_messages,).
        copies: files that are copies of another message and were left out.
        corrected: by check what share of the messages misses it as coaches say who scored blind.
        coaches_simulated: some of these coaches are invented.

    Returns:
        Plain values, by the names of ``/report.json``.
    """
    fixed = corrected or {}
    weeks = weeks_in(sheet, chosen, sheet.points)
    return {
        "headline": data.headline, "messages": data.n, "reps": data.n_reps, "period": data.period,
        "simulated": data.simulated, "by": data.by, "callbacks": _rate(data.overall),
        "known": [{"text": one.text, "detail": one.detail} for one in slow.known],
        "unknown": [{"text": one.text, "detail": one.detail} for one in slow.unknown],
        "groups": [
            {
                "name": row.name, "messages": row.n, **_spread(row.points), "pace_wpm": _finite(row.pace_wpm),
                "top_missed": row.top_missed.id if row.top_missed else None, "callbacks": _rate(row.callbacks),
                "apart": list(row.apart),
            }
            for row in data.groups
        ],
        "checks": [
            {"id": row.id, "title": row.title, "missed": _rate(row.missed), "not_judged": row.not_judged,
             "disputed": row.disputed, "missed_corrected": dataclasses.asdict(fixed[row.id]) if row.id in fixed else None}
            for row in data.checks
        ],
        "weeks": [{"monday": date.isoformat(), "messages": one.spread.n, **_spread(one.spread)} for date, one in weeks],
        "coaching_week": coaching.week.isoformat() if coaching.week else None,
        "coaching": [_thing(thing) for things in coaching.things.values() for thing in things],
        "flags": {group.kind: group.n for group in data.flags},
        "repeats": None if slow.repeats is None else [
            {"kind": row.kind, "n": row.n, "who": row.who, "when": row.when, "words": row.words} for row in slow.repeats
        ],
        "copies": copies, "drops": dataclasses.asdict(data.drops), "coaches_simulated": coaches_simulated,
    }  # fmt: skip


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _rate(rate: Rate) -> dict[str, Any]:
    return {"k": rate.k, "n": rate.n, "low": rate.low if rate.n else None, "high": rate.high if rate.n else None}


def _spread(spread: Spread) -> dict[str, float | None]:
    low, mid, high = _finite(spread.low), _finite(spread.mid), _finite(spread.high)
    return {"points_median": mid, "points_low": low, "points_high": high}


def _thing(thing: Thing) -> dict[str, Any]:
    return {
        "rep": thing.rep, "check": thing.check.id, "title": thing.check.title, "missed": thing.missed, "judged": thing.judged,
        "since": thing.since.isoformat(), "until": thing.until.isoformat(), "points_a_message": thing.cost,
        "right": thing.right[0] if thing.right else None, "right_of": thing.right[1] if thing.right else None,
        "recordings": [
            {"message_id": one.message_id, "title": one.title, "evidence": one.evidence, "start_s": one.start_s}
            for one in thing.recordings
        ],
        "note": thing.note.note if thing.note else "", "done": bool(thing.note and thing.note.done),
    }  # fmt: skip
