"""The pictures of a team's report, made of analyses."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Iterable, Mapping, Sequence

from vmaudio.plots import Rate
from vmaudio.records import Analysis, Outcome
from vmaudio.report.data import Figure, Pictures
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
from vmaudio.report.glossary import Glossary
from vmaudio.report.intervals import bins_of, rate_of, spread_of
from vmaudio.report.sends import first_sends
from vmaudio.report.summary import (
    HOURS,
    WEEKDAYS,
    Called,
    callbacks_of,
    feature,
    grouped,
    points_of,
    sent_moment,
    weeks_of,
)

MOST_GROUPS = 30
"""Most rows in the picture of scores; the table has them all."""

TREND_CAPTION = "Median points in each week, with 95 % interval. Rings: too few messages for an interval."


def pictures_of(
    analyses: Sequence[Analysis], called: Called, outcomes: Mapping[str, Outcome], glossary: Glossary, by: str, pretend: str
) -> Pictures:
    """The pictures of a team's report.

    Args:
        analyses: The messages.
        called: Was a message called back? By message id, as far as that is known.
        outcomes: Outcomes by message id.
        glossary: Knows the limits of the bands.
        by: "rep", "campaign" or "approach".
        pretend: " (simulated)" or "".

    Returns:
        The figures; None where there is nothing to draw.
    """
    members = grouped(analyses, by)
    shown = sorted(members, key=lambda name: -len(members[name]))[:MOST_GROUPS]
    spreads = [spread_of(name, points_of(first_sends(group))) for name, group in members.items() if name in shown]
    always = Pictures(
        scores=scores_figure(spreads, spread_of("team", points_of(first_sends(analyses))), by, glossary),
        trend=trend_figure(weeks_of(analyses), caption=TREND_CAPTION),
        paces=_distribution(analyses, "speaking_rate_wpm", "pace", "Pace", "words/min"),
        pitches=_distribution(analyses, "f0_median_hz", "pitch", "Pitch", "Hz"),
    )
    if not called:
        return always
    rates = [callbacks_of(name, group, called) for name, group in grouped(analyses, "approach").items()]
    known = [a for a in analyses if a.message.message_id in called]
    paces = [(feature(a, "speaking_rate_wpm"), called[a.message.message_id]) for a in known]
    paces = [pair for pair in paces if math.isfinite(pair[0])]
    overall = callbacks_of("all", analyses, called)
    days, hours = times_of(known, called)
    return dataclasses.replace(
        always,
        approaches=approaches_figure(rates, overall, pretend),
        pace=pace_figure(bins_of(paces), thinned(paces), len(paces), pretend),
        calibration=_calibration(known, called, pretend),
        funnel=funnel_figure(_steps(analyses, called, outcomes), len(analyses), pretend),
        weekdays=times_figure(days, overall, pretend, name="callbacks-by-weekday", title="By weekday"),
        hours=times_figure(hours, overall, pretend, name="callbacks-by-hour", title="By time of day"),
    )


def _distribution(analyses: Sequence[Analysis], name: str, file: str, what: str, unit: str) -> Figure | None:
    analyses = first_sends(analyses)
    reps = [spread_of(rep, (feature(a, name) for a in group)) for rep, group in grouped(analyses, "rep").items()]
    return distribution_figure(
        spread_of("all messages", (feature(a, name) for a in analyses)), reps, name=file, what=what, unit=unit
    )  # fmt: skip


def _steps(analyses: Sequence[Analysis], called: Called, outcomes: Mapping[str, Outcome]) -> list[Rate]:
    """The steps of the funnel: messages, known, called back, and what else the outcome files tell."""
    total, known = len(analyses), callbacks_of("called back", analyses, called)
    steps = [Rate("messages", total, total, 1.0, 1.0)]
    if known.n:
        steps += [Rate("outcome known", known.n, total, known.n / total, known.n / total), known]
    for name in ("reply", "connect", "sale"):
        told = [getattr(outcomes[a.message.message_id], name) for a in analyses if a.message.message_id in outcomes]
        told = [value for value in told if value is not None]
        if told:
            steps.append(rate_of(name, sum(told), len(told)))
    return steps


def _calibration(known: Sequence[Analysis], called: Called, pretend: str) -> Figure | None:
    forecasts = [
        (a.score.callback_probability, called[a.message.message_id])
        for a in known
        if a.score and a.score.callback_probability is not None
    ]
    learned = any(a.score and a.score.callback_simulated for a in known)
    return calibration_figure(bins_of(forecasts), [forecast for forecast, _ in forecasts], pretend, learned=learned)


def times_of(analyses: Iterable[Analysis], called: Called) -> tuple[list[Rate], list[Rate]]:
    """Callbacks by weekday and by stretch of the day, in the time that the manifest gives.

    Args:
        analyses: The messages.
        called: As `called_back` gives it.

    Returns:
        A rate for each of `WEEKDAYS`, and for each of `HOURS`.
    """
    known = [(sent_moment(a), called[a.message.message_id]) for a in analyses if a.message.message_id in called]
    dated = [(at, back) for at, back in known if at is not None]
    days = [[back for at, back in dated if at.weekday() == i] for i in range(len(WEEKDAYS))]
    timed = [(at.hour, back) for at, back in dated if at.time() != datetime.time()]
    hours = [[back for hour, back in timed if low <= hour < high] for low, high, _ in HOURS]
    return (
        [rate_of(name, sum(backs), len(backs)) for name, backs in zip(WEEKDAYS, days, strict=True)],
        [rate_of(name, sum(backs), len(backs)) for (_, _, name), backs in zip(HOURS, hours, strict=True)],
    )
