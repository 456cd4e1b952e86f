"""Very many new rows at once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Connection, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

from vmaudio.store.database import to_json

CACHE_KIB = 100_000
"""What SQLite may keep of a file while very many rows are added: with its usual 2 MB it writes each index page many times."""


@contextlib.contextmanager
def much_cached(connection: Connection) -> Iterator[None]:
    """While rows are added, more of a SQLite file in memory. Other databases have settings of their own.

    Args:
        connection: to the database.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    usual = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KIB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size={int(usual)}")


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows, in the order of their primary key: an index grows fastest at its end.

    Values go to the driver as they are, JSON as text: SQLAlchemy's own way looks at every value of every row.

    Args:
        connection: to the database.
        table: whose rows these are; its columns hold text, numbers, yes and no, or JSON.
        rows: values by name of the column, all of the same columns.
    """
    if not rows:
        return
    key = next(iter(table.primary_key)).name
    names = [name for name in rows[0] if name in table.c]
    texts = [name for name in names if isinstance(table.c[name].type, JSON)]
    statement = insert(table).compile(dialect=connection.dialect, column_keys=names)
    made = [{**row, **{name: to_json(row[name]) for name in texts}} for row in sorted(rows, key=lambda row: row[key])]
    order = statement.positiontup
    given: Any = made if order is None else [tuple([row[name] for name in order]) for row in made]
    connection.exec_driver_sql(str(statement), given)


def put_many(connection: Connection, table: Any, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert or update rows, each as `vmaudio.store.database.put` does it.

    Args:
        connection: in a transaction.
        table: the table.
        key: its primary key.
        rows: values by name of the column, the key among them, all of the same columns.
    """
    if not rows:
        return
    made: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[connection.dialect.name]
    row = made(table)
    changed = {name: row.excluded[name] for name in rows[0] if name != key}
    connection.execute(row.on_conflict_do_update(index_elements=[key], set_=changed), list(rows))
