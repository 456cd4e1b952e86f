"""All rows of one database into another: from a SQLite file to PostgreSQL when a team outgrows it, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Table, func, insert, select, text

from vmaudio.errors import StoreError
from vmaudio.store.database import Database
from vmaudio.store.tables import claimed, metadata

_PORTION = 200


def copy_rows(
    source: Database, target: Database, progress: Callable[[str, int], None] = lambda table, rows: None
) -> dict[str, int]:
    """Copy everything that a database holds into an empty one: all of it, or nothing.

    What runs have claimed is left out: it says who is working on what at this moment. Recordings that vmaudio keeps, and the
    settings, lie in folders and are not copied.

    Args:
        source: an open store; others may go on writing to it, and what they write meanwhile is not copied.
        target: another open store, with the same version of the tables and no rows.
        progress: is told a table and how many of its rows are copied, after each portion.

    Returns:
        Rows copied, by table.

    Raises:
        StoreError: the target has rows, or is the source.
    """
    if source.engine.url == target.engine.url:
        raise StoreError(f"{target.shown} cannot be copied into itself. Give another database.")
    copied: dict[str, int] = {}
    with _as_of_now(source) as reading, target.begin() as writing:
        tables = [table for table in metadata.sorted_tables if table is not claimed]  # those that others refer to come first
        for table in tables:
            if writing.execute(select(table).limit(1)).first() is not None:
                raise StoreError(f"{target.shown} has {table.name} already. Copy into an empty database.")
        for table in tables:
            copied[table.name] = 0
            for portion in _portions(reading, table):
                writing.execute(insert(table), portion)
                copied[table.name] += len(portion)
                progress(table.name, copied[table.name])
            if copied[table.name]:
                _count_on(writing, table)
    return copied


@contextmanager
def _as_of_now(database: Database) -> Iterator[Connection]:
    """A connection that sees the rows as they are at its beginning, whatever others write."""
    with database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            yield connection.execution_options(isolation_level="REPEATABLE READ")
        else:
            connection.exec_driver_sql("BEGIN")  # Python's driver begins none before a SELECT
            yield connection


def _portions(connection: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    rows = connection.execution_options(yield_per=_PORTION).execute(select(table).order_by(*table.primary_key.columns))
    for portion in rows.mappings().partitions():
        yield [dict(row) for row in portion]


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number the next row after the last one copied; SQLite does so by itself."""
    column = table.autoincrement_column
    if connection.dialect.name == "postgresql" and column is not None:
        last = connection.execute(select(func.max(column))).scalar_one()
        place = {"table": table.name, "column": column.name, "last": last}
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"), place)
