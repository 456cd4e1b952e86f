"""What a plan lets one check, as text: missing messages by arm, the ratio of the arms, and what was really used."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vmaudio.experiments import Comparison, Planned


def show_plan(made: Planned, found: Comparison, console: Console) -> None:
    """Print the checks of a plan.

    Args:
        made: the checks.
        found: the comparison of the arms as they were assigned.
        console: where to print.
    """
    table = Table(title="as the plan assigned", title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("arm", overflow="fold", min_width=10)
    reached = "dialled in vain" if found.prepared.unit == "dial" else "with a message"
    for name in ("assigned", reached, "outcome known", "missing"):
        table.add_column(name, justify="right", overflow="fold")
    for arm in made.arms:
        gone = arm.assigned - arm.counted
        missing = f"{gone:,} ({gone / arm.assigned:.0%})"
        table.add_row(escape(arm.arm), f"{arm.assigned:,}", f"{arm.reached:,}", f"{arm.counted:,}", missing)
    console.print(table)
    if made.ratio is not None and not made.ratio.fails:
        console.print("The arms come in the ratio that was assigned, as far as can be seen (checked at every look, .001).")
    if made.as_treated is None:
        return
    if found.adaptive:
        console.print(
            "Some prospects got another arm than the one drawn for them. What was really used is not compared: no known"
        )
        console.print("probabilities chose it.")
        return
    # pairs of the other comparison may be the other way round
    used = {(pair["a"], pair["b"]): (pair["adjusted"], 1) for pair in made.as_treated["pairs"]}
    used |= {(b, a): (one, -1) for (a, b), (one, _) in list(used.items())}
    for pair in found.pairs:
        if (pair.a, pair.b) not in used:
            continue
        (other, sign), own = used[pair.a, pair.b], pair.adjusted
        console.print(
            f"  {escape(pair.a)} - {escape(pair.b)}, within reps: as assigned {_points(own.difference, own.low, own.high)}; as "
            f"really used {_points(other['difference'], other['low'], other['high'], sign)}. The first is the fair one."
        )


def _points(middle: float | None, low: float | None, high: float | None, sign: int = 1) -> str:
    if middle is None or low is None or high is None:
        return "not estimable"
    low, high = sorted((sign * low, sign * high))
    return f"{100 * sign * middle:+.1f} ({100 * low:+.1f} to {100 * high:+.1f}) points"
