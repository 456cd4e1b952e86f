"""Plans in the store: which arm each prospect was assigned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, func, insert, select

from vmaudio.store.database import Database, utc_now
from vmaudio.store.tables import assignments


def put_assignments(store: Database, plan_id: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Save the assignments of a plan; a plan with the same id is replaced.

    Args:
        store: the store.
        plan_id: id of the plan.
        rows: ``prospect``, ``arm``, ``rep`` and ``position`` of each assignment, and its ``probabilities`` and ``batch`` if
            it was drawn with one.

    Returns:
        How many were saved.
    """
    saved = 0
    with store.begin() as connection:
        connection.execute(delete(assignments).where(assignments.c.plan_id == plan_id))
        for row in rows:
            connection.execute(insert(assignments).values(plan_id=plan_id, created_utc=utc_now(), **row))
            saved += 1
    return saved


def get_assignments(store: Database, plan_id: str) -> list[dict[str, Any]]:
    """The assignments of a plan.

    Args:
        store: the store.
        plan_id: id of the plan.

    Returns:
        ``prospect``, ``arm``, ``rep``, ``position``, ``probabilities`` and ``batch`` of each, in order; empty when there is no
        such plan.
    """
    names = ("prospect", "arm", "rep", "position", "probabilities", "batch")
    query = select(*(assignments.c[name] for name in names)).where(assignments.c.plan_id == plan_id)
    with store.engine.connect() as connection:
        rows = connection.execute(query.order_by(assignments.c.position)).mappings()
        return [{name: row[name] for name in names} for row in rows]


def plan_ids(store: Database) -> list[str]:
    """Ids of the saved plans.

    Args:
        store: the store.

    Returns:
        Ids, the newest first.
    """
    query = select(assignments.c.plan_id).group_by(assignments.c.plan_id).order_by(func.max(assignments.c.created_utc).desc())
    with store.engine.connect() as connection:
        return list(connection.execute(query).scalars())
