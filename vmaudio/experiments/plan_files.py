"""Plans and lists of prospects as CSV files, and plans kept in the store."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vmaudio.errors import TableError
from vmaudio.experiments.plans import Assignment, Place
from vmaudio.intake import RowWriter, harmless_cell, person, read_fields, read_table, restore_cell, shortened, table_error
from vmaudio.records import parse_json

if TYPE_CHECKING:
    from vmaudio.store import Store

COLUMNS = ("plan_id", "position", "rep", "prospect", "arm")
DRAWN = ("probability", "batch", "probabilities")
"""Further columns of a plan whose arms were drawn with probabilities: of the arm, and of all arms as JSON."""


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
    stream, lines = io.StringIO(), list(plan)
    drawn = any(one.probabilities for one in lines)
    writer = RowWriter(stream)
    writer.writerow((*COLUMNS, *DRAWN) if drawn else COLUMNS)
    for one in lines:
        all_arms = json.dumps(dict(one.probabilities))
        more = [one.probabilities.get(one.arm, ""), one.batch, harmless_cell(all_arms)] if drawn else []
        writer.writerow([one.plan_id, one.position, *map(harmless_cell, (one.rep or "", one.prospect, one.arm)), *more])
    return stream.getvalue()


def read_plan(path: str | Path) -> list[Assignment]:
    """Read a plan that `plan_csv` wrote.

    Args:
        path: the file.

    Returns:
        The lines of the plan.

    Raises:
        TableError: it is no plan, a prospect has two arms, or a probability is none.
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
        rep = restore_cell(row.get("rep", "")) or None
        drawn = restore_cell(row.get("probabilities", "")).strip()
        probabilities = _probabilities(drawn, arm)
        if probabilities is None or not (row.get("batch", "").strip() or "1").isdecimal():
            wrong.append(f"line {line}: no probabilities or no batch: {shortened(drawn)}")
            continue
        batch = int(row.get("batch", "").strip() or 1)
        found.append(Assignment(row.get("plan_id", ""), len(found) + 1, prospect, rep, arm, probabilities, batch))
    if wrong:
        raise table_error(path, wrong)
    return found


def _probabilities(text: str, arm: str) -> dict[str, float] | None:
    """Probabilities by arm, as `plan_csv` writes them; empty for no text, None for what they cannot be."""
    if not text:
        return {}
    try:
        found = parse_json(text)
        values = {str(name): float(value) for name, value in found.items()}
    except (ValueError, AttributeError, TypeError, OverflowError):
        return None
    fits = all(0 < value <= 1 for value in values.values()) and abs(sum(values.values()) - 1) < 1e-6 and arm in values
    return values if fits else None


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
    return [
        Assignment(plan_id=named, **{**row, "batch": row["batch"] or 1, "probabilities": row["probabilities"] or {}})
        for row in rows
    ]


def save_plan(plan: Sequence[Assignment], store: Store) -> None:
    """Keep a plan in the store, where `find_plan` finds it by its id.

    Args:
        plan: the lines of one plan, at least one.
        store: the store.
    """
    from vmaudio.store import put_assignments

    put_assignments(store, plan[0].plan_id, [one.row() for one in plan])
