"""The pictures of a report: each with its caption and with its numbers as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

from vmaudio.plots import (
    Bin,
    Rate,
    Spread,
    Week,
    approaches_picture,
    calibration_picture,
    distribution_picture,
    funnel_picture,
    pace_picture,
    percent,
    scores_picture,
    trend_picture,
)
from vmaudio.report.data import Figure
from vmaudio.report.glossary import Glossary

MOST_TICKS = 300
"""Most messages that are drawn as ticks of their own under an axis."""

_T = TypeVar("_T")
_SPREAD_HEADS = ("", "messages", "median", "95 % interval")
_RATE_HEADS = ("", "called back", "known", "share", "95 % interval")


def scores_figure(groups: Sequence[Spread], team: Spread, by: str, glossary: Glossary) -> Figure | None:
    """Points by group, the whole team behind each.

    Args:
        groups: points by group, in the order of the rows.
        team: points of all messages.
        by: "rep", "campaign" or "approach".
        glossary: knows the limits of the bands.

    Returns:
        The figure; None without points.
    """
    if not team.n:
        return None
    svg = scores_picture(groups, team, what=by, fair=glossary.fair, strong=glossary.strong)
    caption = f"Points by {by}. The dot is the median, the line its 95 % interval."
    return Figure(f"points-by-{by}", f"Points by {by}", svg, caption, _SPREAD_HEADS, tuple(map(_spread, groups)))


def approaches_figure(rates: Sequence[Rate], overall: Rate, pretend: str) -> Figure:
    """Callbacks by approach, with intervals, as a forest plot.

    Args:
        rates: by approach.
        overall: of all messages.
        pretend: " (simulated)" or "".

    Returns:
        The figure.
    """
    svg = approaches_picture(rates, overall, what="called back" + pretend)
    caption = (
        f"Called back{pretend} by approach, as the model classifies it. Where the intervals overlap widely, there are not "
        "enough messages yet."
    )
    return Figure("callbacks-by-approach", "Callbacks by approach", svg, caption, _RATE_HEADS, tuple(map(_rate, rates)))


def times_figure(rates: Sequence[Rate], overall: Rate, pretend: str, *, name: str, title: str) -> Figure | None:
    """Callbacks by weekday or time of day.

    Args:
        rates: by weekday, or by stretch of the day.
        overall: of all messages whose time is known.
        pretend: " (simulated)" or "".
        name: of its file.
        title: of the figure.

    Returns:
        The figure; None where fewer than two have a known outcome.
    """
    known = [rate for rate in rates if rate.n]
    if len(known) < 2:
        return None
    svg = approaches_picture(known, overall, what="called back" + pretend, width=450.0)
    caption = (
        f"Called back{pretend}, {title.lower()}. Nobody drew lots for the time: who was called when may explain a difference."
    )
    return Figure(name, f"Callbacks {title.lower()}", svg, caption, _RATE_HEADS, tuple(map(_rate, known)))


def pace_figure(bins: Sequence[Bin], ticks: Sequence[tuple[float, bool]], n: int, pretend: str) -> Figure | None:
    """Callbacks by pace.

    Args:
        bins: bins of pace.
        ticks: pace of each message that is drawn, and whether it was called back.
        n: messages in the bins.
        pretend: " (simulated)" or "".

    Returns:
        The figure; None without bins.
    """
    if not bins:
        return None
    svg = pace_picture(bins, ticks, what="called back" + pretend)
    each = "Each tick is a message" if len(ticks) == n else f"The ticks are {len(ticks)} of {n:,} messages"
    caption = (
        f"Pace and callbacks{pretend}. Each block holds about the same number of messages; its height is the 95 % interval. "
        f"{each}; the blue ones were called back."
    )
    heads, rows = ("words/min", *_RATE_HEADS[1:]), [(f"{b.low:.0f} to {b.high:.0f}", *_rate(b.rate)[1:]) for b in bins]
    return Figure("callbacks-by-pace", "Pace and callbacks", svg, caption, heads, tuple(rows))


def thinned(values: Sequence[_T], most: int = MOST_TICKS) -> Sequence[_T]:
    """At most so many of the values, evenly spread over them.

    Args:
        values: in any order.
        most: most values.

    Returns:
        The values themselves where they are few enough.
    """
    step = max(1, math.ceil(len(values) / most))
    return values[::step]


def trend_figure(
    weeks: Sequence[Week], *, caption: str, what: str = "points", high: float = 100.0, width: float = 450.0
) -> Figure | None:
    """A measure week by week.

    Args:
        weeks: in order.
        caption: under the picture.
        what: what was measured.
        high: upper end of the axis.
        width: in px.

    Returns:
        The figure; None with fewer than two weeks.
    """
    if len(weeks) < 2:
        return None
    svg = trend_picture(weeks, what=what, high=high, width=width)
    rows = tuple((week.label, *_spread(week.spread)[1:]) for week in weeks)
    return Figure(f"{what}-by-week", f"Median {what} by week", svg, caption, ("week of", *_SPREAD_HEADS[1:]), rows)


def calibration_figure(bins: Sequence[Bin], forecasts: Sequence[float], pretend: str, *, learned: bool) -> Figure | None:
    """Forecast and observed callbacks.

    Args:
        bins: bins of the forecasts.
        forecasts: all forecasts, 0 to 1.
        pretend: " (simulated)" or "".
        learned: the model that made the forecasts learned from invented outcomes.

    Returns:
        The figure; None without bins.
    """
    if not bins:
        return None
    what = "observed" + pretend + (", forecast by a model trained on SIMULATED outcomes" if learned else "")
    caption = (
        f"Forecast and observed callbacks{pretend}. On the dashed line, of the messages with a forecast of 10 %, 10 % are "
        "called back."
    )
    rows = tuple((f"{percent(b.low)} to {percent(b.high)}", *_rate(b.rate)[1:]) for b in bins)
    svg = calibration_picture(bins, thinned(forecasts), what=what)
    return Figure("calibration", "Forecast and observed", svg, caption, ("forecast", *_RATE_HEADS[1:]), rows)


def distribution_figure(
    team: Spread, reps: Sequence[Spread], *, name: str, what: str, unit: str, me: str = ""
) -> Figure | None:
    """How a measure is spread over the team, with each rep's median.

    Args:
        team: the measure in all messages.
        reps: the measure by rep.
        name: of its file.
        what: what was measured, in words.
        unit: its unit, in words.
        me: the rep whose dot stands out; "" for none.

    Returns:
        The figure; None where fewer than ten messages have it.
    """
    if team.n < 10:
        return None
    svg = distribution_picture(team, reps, what=what, unit=unit, me=me)
    caption = f"{what} of all messages, and each rep’s median as a dot. The shaded band holds the middle half of the messages."
    if me:
        caption = f"{what} of all messages of the team, and {me}’s median. The shaded band holds the middle half."
    return Figure(
        name, what, svg, caption, ("", "messages", f"median ({unit})", "95 % interval"), tuple(map(_spread, [team, *reps]))
    )


def funnel_figure(steps: Sequence[Rate], total: int, pretend: str) -> Figure | None:
    """What became of the messages.

    Args:
        steps: the steps: how many of how many.
        total: all messages.
        pretend: " (simulated)" or "".

    Returns:
        The figure; None where no outcome is known.
    """
    if len(steps) < 3:
        return None
    caption = f"What became of the messages{pretend}. Each share is of the messages of which that is known."
    rows = tuple((s.name, str(s.k), str(s.n), percent(s.rate) if s.n else "–") for s in steps)
    return Figure(
        "funnel", "What became of the messages", funnel_picture(steps, total), caption, ("", "messages", "of", "share"), rows
    )


def _spread(spread: Spread) -> tuple[str, ...]:
    mid = f"{spread.mid:.0f}" if math.isfinite(spread.mid) else "–"
    sure = math.isfinite(spread.low) and math.isfinite(spread.high)
    return spread.name, str(spread.n), mid, f"{spread.low:.0f} to {spread.high:.0f}" if sure else "too few"


def _rate(rate: Rate) -> tuple[str, ...]:
    if not rate.n:
        return rate.name, "–", "0", "–", "–"
    return rate.name, str(rate.k), str(rate.n), percent(rate.rate), f"{percent(rate.low)} to {percent(rate.high)}"
