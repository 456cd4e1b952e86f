"""Looks in the store: how often a comparison was looked at, and at how many states of the data."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, insert, select, update

from vmaudio.store.database import Database, utc_now
from vmaudio.store.tables import looks


@dataclass(frozen=True, slots=True)
class Looks:
    """How often a comparison was looked at, this look included.

    Attributes:
        times: looks.
        states: different states of the data that were seen; looking at the same data twice tells nothing new.
        expected: the different numbers of messages that ``--expect`` said, in no order.
    """

    times: int
    states: int
    expected: tuple[int, ...] = ()


def remember_look(store: Database, comparison: str, data: str, expected: int | None = None) -> Looks:
    """Count one look at a comparison.

    Args:
        store: the store.
        comparison: hash of what is compared and how.
        data: hash of what is seen.
        expected: messages expected in the end; None where not said.

    Returns:
        All looks at this comparison.

    Raises:
        StoreError: the store cannot be written to.
    """
    now, here = utc_now(), (looks.c.comparison == comparison, looks.c.data == data)
    with store.begin() as connection:
        values = {"times": looks.c.times + 1, "expected": func.coalesce(looks.c.expected, expected), "last_utc": now}
        changed = connection.execute(update(looks).where(*here).values(**values))
        if not changed.rowcount:
            row = {"comparison": comparison, "data": data, "times": 1, "expected": expected, "first_utc": now, "last_utc": now}
            connection.execute(insert(looks).values(**row))
        rows = connection.execute(select(looks.c.times, looks.c.expected).where(looks.c.comparison == comparison)).all()
    said = {row.expected for row in rows} | {expected}
    return Looks(sum(row.times for row in rows), len(rows), tuple(n for n in said if n is not None))
