"""The arms of a comparison as a table that a narrow terminal does not cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from vmaudio.experiments import Arm, Comparison, rank_words

BAR = 20
ARM = 10
"""Characters that the names of arms have at least; longer ones are wrapped where others need the room."""
BETWEEN = 3
"""Characters between two columns of a table, and about both edges together."""
LEFT_OUT_FIRST = ("", "95 % interval", "rank", "pooled", "cost/event", "corrected")
"""Columns of the arms that a narrow terminal does without, in this order; "" is the drawn interval. The interval of one look
goes only where one that holds at every look stands beside it."""


def arms_table(found: Comparison, width: int) -> Table:
    """A line for each arm: how many messages, the rate and its intervals, and what else is known.

    Args:
        found: the comparison.
        width: characters that fit; where there are too few, columns of less importance are left out.

    Returns:
        The table.
    """
    top = max((a.high or 0.0 for a in found.arms), default=1.0) or 1.0
    # bins stay in order; other arms by rate
    ordered = found.trend is None and not any(arm.arm.startswith("<= ") for arm in found.arms)
    arms = sorted(found.arms, key=lambda a: -(a.rate or 0.0)) if ordered else list(found.arms)
    columns = {
        "n": [f"{arm.n:,}" for arm in arms],
        "events": [f"{arm.events:,}" for arm in arms],
        "rate": [percent(arm.rate) for arm in arms],
        "95 % interval": [_between(arm.low, arm.high) if arm.n else "" for arm in arms],
    }
    if found.pooling:
        pooled = [found.pooling.arm(arm.arm) for arm in arms]
        columns["pooled"] = [percent(one.rate) if one else "" for one in pooled]
        columns["rank"] = [rank_words(one) if one else "" for one in pooled]
    anytime = any(arm.anytime for arm in arms)
    if anytime:
        columns["sequential"] = [_between(*arm.anytime) if arm.anytime else "" for arm in arms]
    if any(arm.purity is not None for arm in arms):
        columns["corrected"] = [percent(arm.corrected) for arm in arms]
    if any(arm.cost is not None for arm in arms):
        columns["cost/event"] = ["" if arm.cost_per_event is None else f"{arm.cost_per_event:,.2f}" for arm in arms]
    columns[""] = [_bar(arm, top) for arm in arms]
    left_out = []
    for name in LEFT_OUT_FIRST:
        if name in columns and (anytime or name != "95 % interval") and _width(columns) > width:
            del columns[name]
            left_out += [name] if name else []
    table = plain_table(f"{found.outcome} by {found.by}")
    table.add_column("arm", overflow="fold", min_width=ARM)
    for name in columns:  # never cut: a number of which an end is missing is another number
        table.add_column(name, justify="right" if name else "left", overflow="fold")
    for i, arm in enumerate(arms):
        table.add_row(escape(arm.arm), *(cells[i] for cells in columns.values()))
    if left_out:
        table.caption = f"without {', '.join(left_out)}: a wider window or --json has all"
        table.caption_justify = "left"
    return table


def _width(columns: Mapping[str, Sequence[str]]) -> int:
    """Characters that a table of the arms needs with these columns, long names of arms wrapped."""
    return ARM + BETWEEN + sum(BETWEEN + max(map(len, (name, *cells))) for name, cells in columns.items())


def plain_table(title: str) -> Table:
    """A table with a title and a line under its head, as all of a comparison's are.

    Args:
        title: the title.

    Returns:
        The table, without columns.
    """
    return Table(title=escape(title), title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)


def percent(share: float | None) -> str:
    """A share as it is written: "12.5 %".

    Args:
        share: 0 to 1; None where it is not known.

    Returns:
        The text; empty for None.
    """
    return "" if share is None else f"{100 * share:.1f} %"


def _between(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{100 * low:.1f}-{100 * high:.1f} %"


def _bar(arm: Arm, top: float) -> str:
    """The interval as a line, the rate as a dot."""
    if arm.rate is None or arm.low is None or arm.high is None:
        return ""
    low, at, high = (round(share / top * (BAR - 1)) for share in (arm.low, arm.rate, arm.high))
    return "".join("●" if i == at else "─" if low <= i <= high else " " for i in range(BAR))
