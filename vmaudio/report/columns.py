"""A team's report counted in columns: the same `ReportData` as `build_report` makes, quick for any number of messages.

What takes long for many messages stands apart: `slow_parts` compares approaches and looks for repeated messages.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

import vmaudio
from vmaudio.collector import collector_paused
from vmaudio.duplicates import duplicate_items, repeats_among
from vmaudio.experiments import Messages, prepare
from vmaudio.records import counted
from vmaudio.report.data import FailureRow, Finding, FlagGroup, Pictures, RepeatRow, ReportData
from vmaudio.report.figures import (
    approaches_figure,
    calibration_figure,
    distribution_figure,
    funnel_figure,
    pace_figure,
    scores_figure,
    thinned,
    times_figure,
    trend_figure,
)
from vmaudio.report.findings import findings, headline
from vmaudio.report.glossary import Glossary
from vmaudio.report.intervals import bins_in
from vmaudio.report.message_data import Fact
from vmaudio.report.repeats import rows_of_groups
from vmaudio.report.sheet import NEVER, Sheet
from vmaudio.report.summary import day
from vmaudio.report.tallies import (
    callbacks_in,
    checks_in,
    column_of,
    funnel_in,
    groups_in,
    members_of,
    pairs_in,
    shown_name,
    spread_in,
    times_in,
    weeks_in,
)
from vmaudio.report.team import groups_note
from vmaudio.report.team_pictures import MOST_GROUPS, TREND_CAPTION
from vmaudio.report.wording import PRAISE, flag_name
from vmaudio.store import Store

MOST_REPEATED = 20_000
"""Most messages in which repeated ones are looked for while somebody waits for a page; `vmaudio repeats` has no limit."""


def build_columns_report(
    sheet: Sheet, chosen: np.ndarray, glossary: Glossary, *, by: str = "rep", failures: tuple[FailureRow, ...] = ()
) -> ReportData:
    """Sum up a team's messages, without what takes long (see `slow_parts`) and without any message in full.

    Args:
        sheet: all messages.
        chosen: which of them (n_messages,).
        glossary: titles and tips of the checks.
        by: "rep", "campaign" or "approach".
        failures: files that could not be analysed.

    Returns:
        The report; nothing is "known" in it yet.
    """
    n, reps = int(chosen.sum()), np.flatnonzero(np.bincount(sheet.rep.codes[chosen]))
    once = sheet.sounds.once(chosen)
    points, checks = spread_in("", sheet.points[once]), checks_in(sheet, chosen, glossary)
    overall = callbacks_in("all", sheet, chosen)
    simulated = bool(sheet.simulated[chosen].any())
    named = sum(bool(sheet.rep.names[code]) for code in reps)
    groups = groups_in(sheet, chosen, glossary, by)
    return ReportData(
        headline=headline(n, named, points, overall, checks, simulated=simulated),
        by=by,
        n=n,
        n_reps=named,
        period=_period(sheet, chosen),
        made_on=day(datetime.datetime.now(datetime.UTC).date()),
        version=vmaudio.__version__,
        simulated=simulated,
        known=(),
        unknown=(),
        groups=tuple(groups),
        groups_note=groups_note(groups, by),
        overall=overall,
        checks=tuple(checks),
        pictures=_pictures(sheet, chosen, glossary, by, " (simulated)" if simulated else ""),
        instructive=(),
        repeats=(),
        flags=tuple(_flags(sheet, chosen)),
        failures=failures,
        messages=(),
        computed=_computed(sheet, chosen),
        attribution=sheet.counting.note,
        overall_points=points,
        weak=int((once & sheet.band.is_("weak")).sum()),
        drops=sheet.sounds.drops(chosen),
    )


def _period(sheet: Sheet, chosen: np.ndarray) -> str:
    known = sheet.sent[chosen & (sheet.week != NEVER)]
    if not len(known):
        return ""
    first, last = (datetime.date.fromisoformat(str(text)[:10]) for text in (known[0], known[-1]))
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def _pictures(sheet: Sheet, chosen: np.ndarray, glossary: Glossary, by: str, pretend: str) -> Pictures:
    column, overall = column_of(sheet, by), callbacks_in("all", sheet, chosen)
    groups = [(shown_name(by, column.names[code], sheet), places) for code, places in members_of(column, chosen)]
    groups.sort(key=lambda one: -len(one[1]))
    spreads = sorted(
        (spread_in(name, sheet.points[sheet.sounds.once_at(places)]) for name, places in groups[:MOST_GROUPS]),
        key=lambda one: one.name.casefold(),
    )
    once = sheet.sounds.once(chosen)
    reps = [(shown_name("rep", sheet.rep.names[code], sheet), places) for code, places in members_of(sheet.rep, once)]
    paces = pairs_in(sheet.pace, sheet, chosen)
    forecasts = pairs_in(sheet.forecast, sheet, chosen)
    ticks = list(zip(thinned(paces[0].tolist()), thinned(paces[1].tolist()), strict=True))
    learned = len(forecasts[0]) > 0 and any(
        sheet.rows[i].forecast_simulated for i in np.flatnonzero(chosen & np.isfinite(sheet.forecast)).tolist()
    )
    days, hours = times_in(sheet, chosen)
    called = [shown_name("approach", name, sheet) for name in sheet.approach.names]
    approaches = [
        callbacks_in(name, sheet, chosen & sheet.approach.is_(label))
        for name, label in zip(called, sheet.approach.names, strict=True)
    ]
    seen = {called[code] for code in np.flatnonzero(np.bincount(sheet.approach.codes[chosen]))}
    known = overall.n > 0
    return Pictures(
        scores=scores_figure(spreads, spread_in("team", sheet.points[once]), by, glossary),
        approaches=approaches_figure([rate for rate in approaches if rate.name in seen], overall, pretend) if known else None,
        pace=pace_figure(bins_in(*paces), ticks, len(paces[0]), pretend),
        trend=trend_figure([week for _, week in weeks_in(sheet, chosen, sheet.points)], caption=TREND_CAPTION),
        calibration=calibration_figure(bins_in(*forecasts), forecasts[0].tolist(), pretend, learned=learned),
        paces=distribution_figure(
            spread_in("all messages", sheet.pace[once]), [spread_in(name, sheet.pace[places]) for name, places in reps],
            name="pace", what="Pace", unit="words/min",
        ),
        pitches=distribution_figure(
            spread_in("all messages", sheet.pitch[once]), [spread_in(name, sheet.pitch[places]) for name, places in reps],
            name="pitch", what="Pitch", unit="Hz",
        ),
        funnel=funnel_figure(funnel_in(sheet, chosen), int(chosen.sum()), pretend) if known else None,
        weekdays=times_figure(days, overall, pretend, name="callbacks-by-weekday", title="By weekday"),
        hours=times_figure(hours, overall, pretend, name="callbacks-by-hour", title="By time of day"),
    )  # fmt: skip


def _flags(sheet: Sheet, chosen: np.ndarray) -> list[FlagGroup]:
    found: list[tuple[int, str]] = []
    for kind in {kind for text in sheet.flags.names for kind in text.split()} - set(PRAISE):
        flagged = np.array([kind in text.split() for text in sheet.flags.names])
        places = np.flatnonzero(chosen & flagged[sheet.flags.codes])
        if places.size:
            found.append((len(sheet.sounds.once_at(places)), kind))
    found.sort(reverse=True)
    return [FlagGroup(kind, flag_name(kind), n, ()) for n, kind in found]


def _computed(sheet: Sheet, chosen: np.ndarray) -> tuple[Fact, ...]:
    codes, counts = np.unique(sheet.rubric.codes[chosen], return_counts=True)
    names = [(sheet.rubric.names[code], int(n)) for code, n in zip(codes, counts, strict=True)]
    if len(names) == 1:
        return (Fact("rubric", names[0][0]),)
    return (Fact("rubrics", "; ".join(f"{name} ({counted(n, 'message')})" for name, n in names)),) if names else ()


@dataclass(frozen=True, slots=True)
class SlowParts:
    """What takes long for many messages.

    Attributes:
        known: sentences of what is known.
        unknown: sentences of what is not yet known.
        repeats: messages said again; None where there are too many messages to look.
    """

    known: tuple[Finding, ...]
    unknown: tuple[Finding, ...]
    repeats: tuple[RepeatRow, ...] | None


def slow_parts(store: Store, sheet: Sheet, chosen: np.ndarray, data: ReportData) -> SlowParts:
    """Compare approaches, and look for repeated messages.

    Args:
        store: the store, for the words.
        sheet: all messages.
        chosen: which of them.
        data: the report of the same messages.

    Returns:
        The sentences and the repeats.
    """
    with collector_paused():  # which would look through all that a server keeps again and again
        observations = Messages.of(sheet.observations(chosen))  # whose times and prospects are read once for all comparisons
        known, unknown = findings(
            observations, prepare(observations, "callback"), data.groups, data.overall,
            spread_in("", sheet.points[sheet.sounds.once(chosen)]),
            data.checks, by=data.by, titles=sheet.titles,
        )  # fmt: skip
    if data.n > MOST_REPEATED:
        return SlowParts(tuple(known), tuple(unknown), None)
    wanted = {sheet.rows[i].message_id for i in np.flatnonzero(chosen).tolist()}
    items = [one for one in duplicate_items(store) if one.message_id in wanted]
    groups = repeats_among(store, items)
    return SlowParts(tuple(known), tuple(unknown), tuple(rows_of_groups(groups)))
