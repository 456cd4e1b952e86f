"""How a measure is spread over a team's messages, and where each rep lies in it."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections.abc import Sequence

from vmaudio.plots.shapes import Spread
from vmaudio.plots.svg import Scale, Svg, el, label, line, picture, rect, shorten, ticks, width_of

WIDTH, HEIGHT_PX, LANE_PX = 450.0, 92.0, 17.0
MOST_DOTS = 12
"""Most reps in the picture; its table has them all."""

_BARS = 24


def distribution_picture(team: Spread, reps: Sequence[Spread], *, what: str, unit: str, me: str = "") -> Svg:
    """A histogram of the team's messages, the middle half of them marked, and each rep's median as a dot under it.

    Args:
        team: the measure in all messages.
        reps: the measure by rep.
        what: what was measured, in words.
        unit: its unit, in words.
        me: name of the rep whose dot stands out; "" for none.

    Returns:
        An <svg> element.
    """
    known = [rep for rep in reps if math.isfinite(rep.mid)]
    shown = sorted(sorted(known, key=lambda rep: (rep.name != me, -rep.n))[:MOST_DOTS], key=lambda rep: rep.mid)
    low, high = _ends(team.values)
    left, right, top = 12.0, 12.0, 26.0  # room for half a number under either end
    x, bottom = Scale(low, high, left, WIDTH - right), top + HEIGHT_PX
    counts = _counts(team.values, low, high)
    tallest, step = max(counts, default=0) or 1, (high - low) / _BARS
    drawn: list[Svg] = [label(left, 12, f"{what}, {unit}", "p-small p-strong")]
    if team.n >= 4:
        first, third = team.values[team.n // 4], team.values[(3 * team.n) // 4]
        drawn.append(rect(x.inside(first), top, x.inside(third) - x.inside(first), HEIGHT_PX, "p-ribbon"))
        drawn.append(label(WIDTH - right, 12, f"middle half {first:.0f} to {third:.0f}; n = {team.n}", "p-small", "end"))
    for i, count in enumerate(counts):
        if count:
            high_px = count / tallest * HEIGHT_PX
            drawn.append(rect(x(low + i * step) + 0.5, bottom - high_px, x(step) - x(0) - 1, high_px, "p-behind-dark"))
    drawn.append(line(left, bottom, WIDTH - right, bottom, "p-axis"))
    drawn += [label(x(t), bottom + 13, f"{t:g}", "p-small", "middle") for t in ticks(low, high, 7)]
    base, lanes = bottom + 32, [-99.0]
    for rep in shown:
        name, dot = shorten(rep.name, 130, 11), x.inside(rep.mid)
        wide = width_of(name, 11) + 12
        starts = dot if dot + wide < WIDTH - right else dot - wide
        lane = next((i for i, end in enumerate(lanes) if starts > end + 6), len(lanes))
        if lane == len(lanes):
            lanes.append(-99.0)
        lanes[lane] = max(starts + wide, dot)
        y = base + lane * LANE_PX
        said = f"{rep.name}: median {rep.mid:.0f} {unit}, n = {rep.n}"
        own = rep.name == me
        drawn.append(
            el(
                "circle",
                el("title", said),
                cx=dot,
                cy=y - 4,
                r=5 if own else 4,
                class_="p-point" if own or not me else "p-ring",
            )
        )
        to_left = starts < dot
        drawn.append(label(dot - 9 if to_left else dot + 9, y, name, "p-strong" if own else "", "end" if to_left else "start"))
    title = f"{what} of {team.n} messages, {unit}; medians by rep: " + "; ".join(f"{r.name} {r.mid:.0f}" for r in shown) + "."
    return picture(WIDTH, base + len(lanes) * LANE_PX - 8, drawn, title=title)


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """The range that is drawn: all but the outermost hundredth on either side, rounded to tens."""
    if not values:
        return 0.0, 100.0
    edge = len(values) // 100
    low = math.floor(values[edge] / 10) * 10
    high = math.ceil(values[len(values) - 1 - edge] / 10) * 10
    return float(low), float(max(high, low + 20))


def _counts(values: Sequence[float], low: float, high: float) -> list[int]:
    ordered = sorted(values)
    borders = [0, *(bisect_left(ordered, low + i * (high - low) / _BARS) for i in range(1, _BARS)), len(ordered)]
    return [end - begin for begin, end in itertools.pairwise(borders)]
