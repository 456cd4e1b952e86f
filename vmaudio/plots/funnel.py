"""What became of the messages, step by step."""

from __future__ import annotations

from collections.abc import Sequence

from vmaudio.plots.shapes import Rate, percent
from vmaudio.plots.svg import Scale, Svg, el, label, line, picture, rect

WIDTH, ROW_PX, LEFT, RIGHT = 920.0, 34.0, 150.0, 230.0


def funnel_picture(steps: Sequence[Rate], total: int) -> Svg:
    """A bar for each step: its length is how many messages of all came so far, with the share of those where it is known.

    Args:
        steps: the steps in order: how many of how many of which it is known.
        total: all messages.

    Returns:
        An <svg> element.
    """
    x = Scale(0, max(total, 1), LEFT, WIDTH - RIGHT)
    top = 10.0
    drawn: list[Svg] = []
    for i, step in enumerate(steps):
        y = top + ROW_PX * i
        drawn.append(label(LEFT - 12, y + 17, step.name, "p-name", "end"))
        drawn.append(rect(LEFT, y + 3, x(total) - LEFT, 20, "p-pause", rx=2))
        said = f"{step.name}: {step.k} of {step.n}" + (f", {percent(step.low)} to {percent(step.high)}" if step.n else "")
        drawn.append(rect(LEFT, y + 3, max(x(step.k) - LEFT, 1.5 if step.k else 0), 20, "p-bars", el("title", said), rx=2))
        of_all = step.n == total and step.low == step.high
        text = f"{step.k:,}" if of_all else f"{step.k:,} of {step.n:,}"
        drawn.append(label(WIDTH - RIGHT + 14, y + 17, text, "p-name"))
        if step.n and not of_all:
            drawn.append(label(WIDTH, y + 17, f"{percent(step.low)} to {percent(step.high)}", "p-soft", "end"))
    bottom = top + ROW_PX * len(steps)
    drawn.append(line(LEFT, top, LEFT, bottom - 6, "p-axis"))
    drawn.append(label(WIDTH, bottom + 8, "of those where it is known; 95 % intervals", "p-small", "end"))
    title = "What became of the messages: " + "; ".join(f"{s.name} {s.k} of {s.n}" for s in steps) + "."
    return picture(WIDTH, bottom + 14, drawn, title=title)
