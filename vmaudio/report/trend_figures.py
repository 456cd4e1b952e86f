"""What changed and what did not, week by week, as pictures."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass

import numpy as np

from vmaudio.plots import Rate, Spread, Week, percent, rates_trend_picture, trend_picture
from vmaudio.records import threshold
from vmaudio.report.data import Figure
from vmaudio.report.glossary import Glossary
from vmaudio.report.intervals import rate_of
from vmaudio.report.sheet import Sheet
from vmaudio.report.tallies import spread_in


@dataclass(frozen=True, slots=True)
class TrendOptions:
    """How a week is held against the past.

    Attributes:
        fewest: messages on each side; with fewer a week says "too few".
        past_weeks: weeks before that are taken together as the past.
        shown_weeks: most weeks in a picture.
        checks: most checks whose weeks are shown.
    """

    fewest: int = threshold(6, "messages on each side; with fewer a week says too few", source="a median's interval needs six")
    past_weeks: int = threshold(8, "weeks before that are taken together as the past", source="our default")
    shown_weeks: int = threshold(26, "most weeks in a picture", source="our default")
    checks: int = threshold(4, "most checks whose weeks are shown", source="our default")


DEFAULT_TRENDS = TrendOptions()


@dataclass(frozen=True, slots=True)
class Change:
    """Something that changed, from a week on."""

    week: datetime.date
    text: str


def median_words(spread: Spread) -> str:
    """A median without decimals; a dash for none.

    Args:
        spread: values of a week.
    """
    return f"{spread.mid:.0f}" if spread.n else "–"


def trend_figures(
    sheet: Sheet,
    chosen: np.ndarray,
    monday: int,
    checks: list[str],
    glossary: Glossary,
    changes: tuple[Change, ...],
    options: TrendOptions,
) -> tuple[Figure, ...]:
    """Points, pace, callbacks and some checks, week by week.

    Args:
        sheet: all messages.
        chosen: whose.
        monday: ordinal of the last week's Monday.
        checks: ids of the checks.
        glossary: their titles.
        changes: what changed in between.
        options: thresholds.

    Returns:
        The figures; none with fewer than two weeks.
    """
    first = max(int(sheet.week[chosen].min()), monday - 7 * (options.shown_weeks - 1))
    mondays = list(range(first, monday + 1, 7))
    if len(mondays) < 2:
        return ()
    labels = [f"{date.day} {date:%b}" for date in map(datetime.date.fromordinal, mondays)]
    marks = [(mondays.index(one.week.toordinal()), one.text) for one in changes if one.week.toordinal() in mondays]
    made, once = [], sheet.sounds.once(chosen)
    for what, values, high in (("points", sheet.points, 100.0), ("pace", sheet.pace, _top(sheet.pace[chosen]))):
        weeks = [
            Week(label, spread_in("", values[once & (sheet.week == at)])) for at, label in zip(mondays, labels, strict=True)
        ]
        unit = ", words/min" if what == "pace" else ""
        svg = trend_picture(weeks, what=what + unit, high=high, marks=marks)
        rows = tuple((week.label, str(week.spread.n), median_words(week.spread), _interval(week.spread)) for week in weeks)
        heads = ("week of", "messages", "median", "95 % interval")
        made.append(Figure(f"{what}-by-week", f"Median {what} by week", svg, _CAPTION, heads, rows))
    pretend = " (simulated)" if sheet.simulated[chosen].any() else ""
    shares = [(f"called back{pretend}", "called-back", sheet.called == 1, sheet.called >= 0, chosen)]
    for check in checks:
        missed = sheet.is_mark(check, "f")
        shares.append((f"missed: {glossary.title(check)}", f"missed-{check}", missed, missed | sheet.is_mark(check, "p"), once))
    for title, name, event, known, used in shares:
        rates = [_rate_in(label, event, known, used & (sheet.week == at)) for at, label in zip(mondays, labels, strict=True)]
        if sum(rate.n for rate in rates):
            svg = rates_trend_picture(rates, what=title, marks=marks, fewest=options.fewest)
            rows = tuple((r.name, str(r.k), str(r.n), _limits(r, options.fewest)) for r in rates)
            heads = ("week of", "yes", "of", "95 % interval")
            name, title = f"{name}-by-week", f"{title[:1].upper()}{title[1:]}, by week"
            made.append(Figure(name, title, svg, _SHARES, heads, rows))
    return tuple(made)


_CAPTION = "Median of each week with its 95 % interval. Rings: too few messages for an interval."
_SHARES = "Share of each week with its 95 % interval. Rings: too few messages to say."


def _limits(rate: Rate, fewest: int) -> str:
    return f"{percent(rate.low)} to {percent(rate.high)}" if rate.n >= fewest else "too few"


def _interval(spread: Spread) -> str:
    return f"{spread.low:.0f} to {spread.high:.0f}" if math.isfinite(spread.low) else "too few"


def _rate_in(label: str, event: np.ndarray, known: np.ndarray, chosen: np.ndarray) -> Rate:
    return rate_of(label, int((event & chosen).sum()), int((known & chosen).sum()))


def _top(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(50 * math.ceil(float(known.max()) / 50)) if len(known) else 200.0
