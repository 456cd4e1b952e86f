"""Shares week by week, and marks where something changed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from vmaudio.plots.shapes import Rate, percent
from vmaudio.plots.svg import Scale, Svg, el, label, line, path, picture, shorten, ticks

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 450.0, 44.0, 8.0, 30.0, 190.0


def change_marks(
    marks: Sequence[tuple[int, str]], left: float, step: float, rows: tuple[float, float], width: float
) -> list[Svg]:
    """A dotted line before each week from which something changed, with its words above the weeks, where no point can be.

    Args:
        marks: pairs of a week's place and words.
        left: left edge of the first week, in px.
        step: width of a week, in px.
        rows: upper and lower end of the weeks, in px; above them is the `room_for` the words.
        width: of the picture, in px.
    """
    drawn: list[Svg] = []
    lines = min(len(marks), _LINES)
    for i, (at, text) in enumerate(marks):
        x, y = left + step * at, rows[0] - _HIGH * (lines - i % _LINES)
        drawn.append(line(x, y - 8, x, rows[1], "p-limit"))
        to_left = x > width * 0.6
        name = shorten(text, max(x - left if to_left else width - x, 60) - 8, 10)
        drawn.append(label(x - 4 if to_left else x + 4, y, name, "p-small p-strong p-mark", "end" if to_left else "start"))
    return drawn


def room_for(marks: Sequence[tuple[int, str]]) -> float:
    """Height of the words of `change_marks`, in px; 0 without any.

    Args:
        marks: pairs of a week's place and words.
    """
    return _HIGH * min(len(marks), _LINES)


_LINES, _HIGH = 3, 12.0


def rates_trend_picture(weeks: Sequence[Rate], *, what: str, marks: Sequence[tuple[int, str]] = (), fewest: int = 6) -> Svg:
    """A share week by week with its interval; weeks with too few messages are rings without a line.

    Args:
        weeks: in order, each named as it is written under the axis.
        what: what is counted, in words.
        marks: what changed, as pairs of a week's place and words.
        fewest: messages from which a week has an interval.

    Returns:
        An <svg> element.
    """
    step = (WIDTH - RIGHT - LEFT) / max(len(weeks), 1)
    sure = [rate for rate in weeks if rate.n >= fewest]
    most = max([rate.high for rate in sure] + [rate.rate for rate in weeks if rate.n] + [0.1])
    highest = next(limit for limit in (0.1, 0.2, 0.4, 0.6, 0.8, 1.0) if most <= limit or limit == 1.0)
    top, bottom = TOP + room_for(marks), BOTTOM + room_for(marks)
    y = Scale(0, highest, bottom, top)
    drawn: list[Svg] = []
    for tick in ticks(0, y.high, 5):
        drawn += [
            line(LEFT, y(tick), WIDTH - RIGHT, y(tick), "p-grid"),
            label(LEFT - 6, y(tick) + 3.5, percent(tick), "p-small", "end"),
        ]
    drawn.append(label(0, TOP - 16, shorten(what, WIDTH - 10, 10), "p-small p-strong"))
    places = [(LEFT + step * (i + 0.5), rate) for i, rate in enumerate(weeks)]
    drawn.append(path([[(x, y(rate.rate)) for x, rate in places if rate.n]], "p-line"))
    every = max(1, math.ceil(48 / step))
    for i, (x, rate) in enumerate(places):
        if i % every == 0:
            drawn += [
                label(x, bottom + 15, rate.name, "p-small", "middle"),
                label(x, bottom + 29, f"n = {rate.n}", "p-small", "middle"),
            ]
        if not rate.n:
            continue
        said = f"week of {rate.name}: {rate.k} of {rate.n}"
        if rate.n >= fewest:
            drawn.append(line(x, y(rate.low), x, y(rate.high), "p-interval"))
            said += f", {percent(rate.low)} to {percent(rate.high)}"
        drawn.append(
            el("circle", el("title", said), cx=x, cy=y(rate.rate), r=4, class_="p-point" if rate.n >= fewest else "p-ring")
        )
    drawn.append(line(LEFT, bottom, WIDTH - RIGHT, bottom, "p-axis"))
    drawn += change_marks(marks, LEFT, step, (top, bottom), WIDTH)
    title = f"{what} by week: " + "; ".join(f"{r.name}, {r.k} of {r.n}" for r in weeks) + "."
    return picture(WIDTH, bottom + 36, drawn, title=title)
