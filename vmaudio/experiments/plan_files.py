"""Plans and lists of prospects as CSV files, and plans kept in the store."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vmaudio.errors import TableError
from vmaudio.experiments.plans import Assignment, Place
from vmaudio.intake import harmless_cell, person, read_fields, read_table, restore_cell, shortened, table_error

if TYPE_CHECKING:
    from vmaudio.store import Store

COLUMNS = ("plan_id", "position", "rep", "prospect", "arm")


def read_prospects(path: str | Path) -> list[Place]:
    """Read prospects from a table with a column ``prospect``, and ``rep`` if there is one, or what a CRM calls them.

    Args:
        path: the file.

    Returns:
        Prospects in the order of the file.

    Raises:
        TableError: it cannot be read, a line has no prospect, or a prospect is listed twice.
    """
    path = Path(path)
    rows = read_fields(path, ("prospect", "rep"))
    wrong: list[str] = []
    seen: dict[str, int] = {}
    found: list[Place] = []
    for line, row in rows:
        prospect = row["prospect"]
        who = person(prospect)
        if who is None:
            wrong.append(f"line {line}: no prospect")
            continue
        if who in seen:
            wrong.append(f"line {line}: {shortened(prospect)} is already on line {seen[who]}")
        seen[who] = line
        found.append(Place(prospect, row.get("rep") or None))
    if wrong:
        raise table_error(path, wrong)
    if not found:
        raise TableError(f"{path}: lists no prospects.")
    return found


def plan_csv(plan: Iterable[Assignment]) -> str:
    """The plan as CSV text; cells that a spreadsheet program would run begin with an apostrophe.

    Args:
        plan: the lines.

    Returns:
        Text with a header line.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in plan:
        writer.writerow([one.plan_id, one.position, *map(harmless_cell, (one.rep or "", one.prospect, one.arm))])
    return stream.getvalue()


def read_plan(path: str | Path) -> list[Assignment]:
    """Read a plan that `plan_csv` wrote.

    Args:
        path: the file.

    Returns:
        The lines of the plan.

    Raises:
        TableError: it is no plan, or a prospect has two arms.
    """
    path = Path(path)
    rows = read_table(path)
    if not rows or not {"prospect", "arm"} <= set(rows[0][1]):
        raise TableError(
            f"{path}: is not a plan: the columns prospect and arm are needed. Make one with `vmaudio compare plan`."
        )
    wrong: list[str] = []
    seen: dict[str, int] = {}
    found: list[Assignment] = []
    for line, row in rows:
        prospect, arm = restore_cell(row.get("prospect", "")), restore_cell(row.get("arm", ""))
        if not prospect or not arm:
            wrong.append(f"line {line}: no prospect or no arm")
            continue
        if prospect in seen:
            wrong.append(f"line {line}: {shortened(prospect)} is already on line {seen[prospect]}")
        seen[prospect] = line
        found.append(
            Assignment(row.get("plan_id", ""), len(found) + 1, prospect, restore_cell(row.get("rep", "")) or None, arm)
        )
    if wrong:
        raise table_error(path, wrong)
    return found


def find_plan(named: str, store: Store | None = None) -> list[Assignment]:
    """Read a plan from its file, or from the store by its id.

    Args:
        named: path of the file, or id of a plan that `save_plan` kept.
        store: where to look for the id; None when there is no store.

    Returns:
        The lines of the plan.

    Raises:
        TableError: there is no such file and no such id, or the file is no plan.
    """
    if Path(named).exists():
        return read_plan(named)
    from vmaudio.store import get_assignments, plan_ids

    rows = get_assignments(store, named) if store else []
    if not rows:
        known = ", ".join(plan_ids(store)) if store else ""
        raise TableError(
            f"--plan {named}: there is no such file, and no plan with this id is saved (saved: {known or 'none'}). "
            "Make one with `vmaudio compare plan --save`."
        )
    return [Assignment(plan_id=named, **row) for row in rows]


def save_plan(plan: Sequence[Assignment], store: Store) -> None:
    """Keep a plan in the store, where `find_plan` finds it by its id.

    Args:
        plan: the lines of one plan, at least one.
        store: the store.
    """
    from vmaudio.store import put_assignments

    put_assignments(store, plan[0].plan_id, [one.row() for one in plan])
