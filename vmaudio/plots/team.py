"""Pictures of a team: scores by rep, pace against callbacks, approaches, weeks, calibration. Each shows n and uncertainty."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections.abc import Sequence

from vmaudio.plots.shapes import Bin, Rate, Spread, Week, percent
from vmaudio.plots.svg import Scale, Svg, el, label, line, path, picture, rect, shorten, ticks, width_of
from vmaudio.plots.weeks import change_marks, room_for

WIDTH = 920.0
HALF = 450.0
"""Width of pictures that stand side by side."""

_BIN_POINTS = 5.0
"""Width of a bar of the score distribution, in points."""


def _shares(values: Sequence[float]) -> list[float]:
    n, ordered = int(100 / _BIN_POINTS), sorted(values)
    borders = [0, *(bisect_left(ordered, i * _BIN_POINTS) for i in range(1, n)), len(ordered)]
    return [(end - begin) / max(len(ordered), 1) for begin, end in itertools.pairwise(borders)]


def scores_picture(
    groups: Sequence[Spread], team: Spread, *, what: str = "rep", fair: float | None = None, strong: float | None = None
) -> Svg:
    """Distribution of points, 0 to 100, one row per group with the whole team behind it. The dot is the group's median, the
    line its interval.

    Args:
        groups: Points by group, in the order of the rows.
        team: Points of all messages.
        what: What a group is: "rep", "campaign" or "approach".
        fair: Lowest points of the band "fair"; None when it is not known.
        strong: The same for "strong".

    Returns:
        An <svg> element.
    """
    row, left, right, top = 46.0 if len(groups) <= 8 else 36.0, 150.0, 132.0, 22.0
    x = Scale(0, 100, left, WIDTH - right)
    bottom = top + row * max(len(groups), 1)
    drawn = []
    for limit, name in ((fair, "fair"), (strong, "strong")):
        if limit is not None:
            drawn += [line(x(limit), top - 6, x(limit), bottom, "p-grid")]
            drawn += [label(x(limit) + 3, top - 9, f"{name} from {limit:g}", "p-small")]
    behind = _shares(team.values)
    tallest = max([*behind, *(share for spread in groups for share in _shares(spread.values))], default=0) or 1
    for i, spread in enumerate(groups):
        base = top + row * (i + 1) - 14
        drawn += _bars(behind, tallest, x, base, row - 18, "p-behind", 0.0)
        drawn += _bars(_shares(spread.values), tallest, x, base, row - 18, "p-bars", 2.5)
        drawn += [line(left, base, WIDTH - right, base, "p-axis")]
        drawn += [label(left - 12, base - 4, shorten(spread.name, left - 16, 12), "p-name", "end")]
        drawn += _whisker(spread, x, base + 6)
        text = f"median {spread.mid:.0f}" if math.isfinite(spread.mid) else "no points"
        drawn += [
            label(WIDTH - right + 12, base - 4, text, "p-name"),
            label(WIDTH, base - 4, f"n = {spread.n}", "p-small", "end"),
        ]
    drawn += [label(x(t), bottom + 14, f"{t:g}", "p-small", "middle") for t in (0, 25, 50, 75, 100)]
    drawn += [label(WIDTH - right, bottom + 28, f"points; grey: the whole team (n = {team.n})", "p-small", "end")]
    title = "Points by " + what + ": " + "; ".join(f"{s.name}, median {s.mid:.0f}, n = {s.n}" for s in groups) + "."
    return picture(WIDTH, bottom + 34, drawn, title=title)


def _bars(
    shares: Sequence[float], tallest: float, x: Scale, base: float, height: float, class_: str, inset: float
) -> list[Svg]:
    drawn = []
    for i, share in enumerate(shares):
        if share:
            left, right = x(i * _BIN_POINTS) + inset + 0.5, x((i + 1) * _BIN_POINTS) - inset - 0.5
            high = share / tallest * height
            drawn.append(rect(left, base - high, right - left, high, class_))
    return drawn


def _whisker(spread: Spread, x: Scale, y: float) -> list[Svg]:
    if not math.isfinite(spread.mid):
        return []
    drawn, interval = [], "too few messages for an interval"
    if math.isfinite(spread.low) and math.isfinite(spread.high):
        drawn.append(line(x(spread.low), y, x(spread.high), y, "p-interval"))
        interval = f"95 % interval {spread.low:.0f} to {spread.high:.0f}"
    tip = el("title", f"{spread.name}: median {spread.mid:.0f}, {interval}, n = {spread.n}")
    return [*drawn, el("circle", tip, cx=x(spread.mid), cy=y, r=4, class_="p-point")]


def _ceiling(rates: Sequence[Rate]) -> float:
    """Top of a rate axis: a round share that holds every interval."""
    highest = max((rate.high for rate in rates if rate.n), default=0.1)
    return next(top for top in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0) if highest <= top or top == 1.0)


def _rate_axis(y: Scale, left: float, right: float, name: str) -> list[Svg]:
    drawn: list[Svg] = []
    for tick in ticks(0, y.high, 5):
        drawn += [
            line(left, y(tick), right, y(tick), "p-grid"),
            label(left - 6, y(tick) + 3.5, percent(tick), "p-small", "end"),
        ]
    return [*drawn, label(0, y(y.high) - 10, name, "p-small p-strong")]


def approaches_picture(rates: Sequence[Rate], overall: Rate, *, what: str = "called back", width: float = WIDTH) -> Svg:
    """Rates with intervals, one row each; the dashed line is the rate of all.

    Args:
        rates: In the order of the rows.
        overall: The rate of all messages.
        what: What is counted, in words.
        width: In px; `HALF` where two stand side by side.

    Returns:
        An <svg> element.
    """
    row, top = 28.0, 24.0
    counts = [f"{rate.k} of {rate.n}" for rate in rates if rate.n]
    spans = [f"{percent(rate.low)} to {percent(rate.high)}" for rate in rates if rate.n]
    side_by_side = 14 + max(map(width_of, counts), default=0.0) + 10 + max(map(width_of, spans), default=0.0)
    left, right = (150.0, max(190.0, side_by_side)) if width == WIDTH else (84.0, max(132.0, side_by_side))
    x = Scale(0, _ceiling([*rates, overall]), left, width - right)
    bottom = top + row * max(len(rates), 1)
    drawn: list[Svg] = []
    for tick in ticks(0, x.high, 8 if width == WIDTH else 5):
        drawn += [
            line(x(tick), top, x(tick), bottom, "p-grid"),
            label(x(tick), bottom + 14, percent(tick), "p-small", "middle"),
        ]
    if overall.n:
        drawn += [line(x(overall.rate), top - 8, x(overall.rate), bottom, "p-mean")]
        drawn += [label(x(overall.rate), top - 12, f"all: {percent(overall.rate)}", "p-small", "middle")]
    for i, rate in enumerate(rates):
        y = top + row * (i + 0.5)
        drawn.append(label(left - 12, y + 4, shorten(rate.name, left - 16, 12), "p-name", "end"))
        if rate.n:
            said = (
                f"{rate.name}: {rate.k} of {rate.n} {what}, {percent(rate.rate)} ({percent(rate.low)} to {percent(rate.high)})"
            )
            drawn += [line(x(rate.low), y, x(rate.high), y, "p-interval")]
            drawn += [el("circle", el("title", said), cx=x(rate.rate), cy=y, r=4.5, class_="p-point")]
            drawn += [label(width - right + 14, y + 4, f"{rate.k} of {rate.n}", "p-soft")]
            drawn += [label(width, y + 4, f"{percent(rate.low)} to {percent(rate.high)}", "p-soft", "end")]
        else:
            drawn += [label(width - right + 14, y + 4, "no outcome known", "p-soft")]
    drawn += [label(width - right, bottom + 28, f"share {what}; lines: 95 % intervals", "p-small", "end")]
    title = f"Share {what}: " + "; ".join(f"{r.name} {r.k} of {r.n}" for r in rates) + "."
    return picture(width, bottom + 34, drawn, title=title)


def pace_picture(
    bins: Sequence[Bin], messages: Sequence[tuple[float, bool]], *, unit: str = "words per minute", what: str = "called back"
) -> Svg:
    """The share called back by pace: a rate with its interval per bin, and a tick per message under the axis.

    Args:
        bins: Bins of pace, in order.
        messages: Pairs of pace and whether it was called back; called-back ones stand in the upper row of ticks.
        unit: Unit of the pace, in words.
        what: What is counted, in words.

    Returns:
        An <svg> element.
    """
    left, right, top, bottom = 44.0, 8.0, 30.0, 190.0
    low, high = (bins[0].low, bins[-1].high) if bins else (100.0, 200.0)
    x = Scale(low, high, left, HALF - right)
    y = Scale(0, _ceiling([b.rate for b in bins]), bottom, top)
    drawn = _rate_axis(y, left, HALF - right, what)
    taken = -99.0
    for stretch in bins:
        if not stretch.rate.n:
            continue
        rate, mid = stretch.rate, x(stretch.mid)
        said = (
            f"{stretch.low:.0f} to {stretch.high:.0f} {unit}: {rate.k} of {rate.n}, {percent(rate.low)} to {percent(rate.high)}"
        )
        drawn += [
            rect(x(stretch.low) + 1, y(rate.high), x(stretch.high) - x(stretch.low) - 2, y(rate.low) - y(rate.high), "p-ribbon")
        ]
        drawn += [line(x(stretch.low) + 1, y(rate.rate), x(stretch.high) - 1, y(rate.rate), "p-interval")]
        drawn += [el("circle", el("title", said), cx=mid, cy=y(rate.rate), r=4, class_="p-point")]
        raised = mid - taken < 44  # labels of narrow stretches stand in two rows
        drawn += [label(mid, top - (17 if raised else 6), f"n = {rate.n}", "p-small", "middle")]
        taken = -99.0 if raised else mid
    for pace, back in messages:
        if low <= pace <= high:
            drawn.append(
                line(
                    x(pace),
                    bottom + (3 if back else 10),
                    x(pace),
                    bottom + (9 if back else 16),
                    "p-rug-yes" if back else "p-rug",
                )
            )
    drawn += [line(left, bottom, HALF - right, bottom, "p-axis")]
    drawn += [label(x(t), bottom + 30, f"{t:g}", "p-small", "middle") for t in ticks(low, high, 6)]
    drawn += [label(HALF - right, bottom + 44, unit, "p-small", "end")]
    title = f"Share {what} by pace: " + "; ".join(
        f"{b.low:.0f} to {b.high:.0f} {unit}, {b.rate.k} of {b.rate.n}" for b in bins
    ) + "."  # fmt: skip
    return picture(HALF, bottom + 50, drawn, title=title)


def trend_picture(
    weeks: Sequence[Week],
    *,
    what: str = "points",
    low: float = 0.0,
    high: float = 100.0,
    width: float = HALF,
    marks: Sequence[tuple[int, str]] = (),
) -> Svg:
    """The median week by week with its interval; weeks with too few messages for an interval are rings without a line.

    Args:
        weeks: In order.
        what: What was measured, in words.
        low: Lower end of the axis.
        high: Upper end of the axis.
        width: In px.
        marks: What changed, as pairs of a week's place and words.

    Returns:
        An <svg> element.
    """
    left, right, top, bottom = 44.0, 8.0, 30.0 + room_for(marks), 190.0 + room_for(marks)
    step = (width - right - left) / max(len(weeks), 1)
    y = Scale(low, high, bottom, top)
    drawn: list[Svg] = []
    for tick in ticks(low, high, 5):
        drawn += [
            line(left, y(tick), width - right, y(tick), "p-grid"),
            label(left - 6, y(tick) + 3.5, f"{tick:g}", "p-small", "end"),
        ]
    drawn.append(label(0, 18, what, "p-small p-strong"))
    known = [(left + step * (i + 0.5), week) for i, week in enumerate(weeks) if math.isfinite(week.spread.mid)]
    drawn.append(path([[(x, y.inside(week.spread.mid)) for x, week in known]], "p-line"))
    every = max(1, math.ceil(48 / step))
    for i, week in enumerate(weeks):
        x = left + step * (i + 0.5)
        spread = week.spread
        if i % every == 0:
            drawn += [label(x, bottom + 15, week.label, "p-small", "middle")]
            drawn += [label(x, bottom + 29, f"n = {spread.n}", "p-small", "middle")]
        if not math.isfinite(spread.mid):
            continue
        if spread.n <= 12:
            drawn += [el("circle", cx=x, cy=y.inside(value), r=2, class_="p-dot") for value in spread.values]
        sure = math.isfinite(spread.low) and math.isfinite(spread.high)
        if sure:
            drawn += [line(x, y.inside(spread.low), x, y.inside(spread.high), "p-interval")]
        said = (
            f"week of {week.label}: median {spread.mid:.0f}"
            + (f", {spread.low:.0f} to {spread.high:.0f}" if sure else "")
            + f", n = {spread.n}"
        )
        drawn += [el("circle", el("title", said), cx=x, cy=y.inside(spread.mid), r=4, class_="p-point" if sure else "p-ring")]
    drawn.append(line(left, bottom, width - right, bottom, "p-axis"))
    drawn += change_marks(marks, left, step, (top, bottom), width)
    title = f"Median {what} by week: " + "; ".join(f"{w.label}, {w.spread.mid:.0f}, n = {w.spread.n}" for w in weeks) + "."
    return picture(width, bottom + 36, drawn, title=title)


def calibration_picture(bins: Sequence[Bin], forecasts: Sequence[float], *, what: str = "observed") -> Svg:
    """Forecast and observed share, with intervals. On the dashed line both are equal.

    Args:
        bins: Bins of the forecasts, in order.
        forecasts: All forecasts, 0 to 1, drawn as ticks under the axis.
        what: What was observed, in words.

    Returns:
        An <svg> element.
    """
    left, right, top, bottom = 44.0, 8.0, 30.0, 250.0
    highest = _ceiling([Rate("", 0, 1, 0, max((b.high for b in bins), default=0.1)), *(b.rate for b in bins)])
    x, y = Scale(0, highest, left, HALF - right), Scale(0, highest, bottom, top)
    drawn = _rate_axis(y, left, HALF - right, what)
    drawn.append(line(x(0), y(0), x(highest), y(highest), "p-mean"))
    for stretch in bins:
        rate = stretch.rate
        if rate.n:
            said = f"forecast {percent(stretch.mid)}: {rate.k} of {rate.n}, {percent(rate.low)} to {percent(rate.high)}"
            drawn += [line(x(stretch.mid), y(rate.low), x(stretch.mid), y(rate.high), "p-interval")]
            drawn += [el("circle", el("title", said), cx=x(stretch.mid), cy=y(rate.rate), r=4, class_="p-point")]
    drawn += [line(x.inside(f), bottom + 3, x.inside(f), bottom + 9, "p-rug") for f in forecasts]
    drawn += [line(left, bottom, HALF - right, bottom, "p-axis")]
    drawn += [label(x(t), bottom + 23, percent(t), "p-small", "middle") for t in ticks(0, highest, 5)]
    drawn += [label(HALF - right, bottom + 37, "forecast", "p-small", "end")]
    title = f"Forecast and {what}: " + "; ".join(f"{percent(b.mid)}: {b.rate.k} of {b.rate.n}" for b in bins) + "."
    return picture(HALF, bottom + 43, drawn, title=title)
