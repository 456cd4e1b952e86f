"""Very many new rows at once."""

from __future__ import annotations

import contextlib
import operator
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Table, func, insert, select

from vmaudio.store.database import insert_into, to_json
from vmaudio.store.tables import PathText

CACHE_KIB = 100_000
"""What SQLite may keep of a file while very many rows are added: with its usual 2 MB it writes each index page many times."""

MANY = 10_000
"""From so many new rows on, indexes are made again rather than added to: of 200,000 messages in a third of the time."""

MOST_VALUES = 500
"""Values that one statement takes to the database: SQLite's own limit was 999 for long."""


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


def insert_many(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Add rows, in the order of their primary key: an index grows fastest at its end.

    Values go to the driver as they are, JSON as text: SQLAlchemy's own way looks at every value of every row. Columns in which
    nothing stands are left out. In a SQLite
    table that has fewer rows than are added, the indexes go and are made again behind the rows: all of it in the transaction
    of the connection, so that other programs and a process that is killed leave them as they were.

    Args:
        connection: to the database, in a transaction.
        table: whose rows these are; its columns hold text, numbers, yes and no, or JSON.
        names: the columns, with the primary key among them.
        rows: values in the order of ``names``.
    """
    if not rows:
        return
    key = next(iter(table.primary_key)).name
    columns = list(zip(*sorted(rows, key=operator.itemgetter(names.index(key))), strict=True))
    kept = {
        name: _as_kept(connection, table, name, column)
        for name, column in zip(names, columns, strict=True)
        if not (column[0] is None and _empty_without(table.columns[name]) and set(column) == {None})
    }
    order = [column.name for column in table.columns if column.name in kept]
    statement = insert(table).compile(dialect=connection.dialect, column_keys=order)
    with _indexes_behind(connection, table, len(rows)):
        if statement.positiontup is None:
            made = [dict(zip(order, row, strict=True)) for row in zip(*(kept[name] for name in order), strict=True)]
            connection.exec_driver_sql(str(statement), made)
        else:
            _insert_in_lots(connection, str(statement), list(zip(*(kept[name] for name in statement.positiontup), strict=True)))


def _empty_without(column: Column[Any]) -> bool:
    """Whether a row for which nothing is said of the column has none there: a value that is given costs time, None too."""
    return bool(column.nullable) and column.default is None and column.server_default is None


def _insert_in_lots(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows, many with each statement: one for each row takes SQLite half as long again."""
    lot = max(1, MOST_VALUES // len(rows[0]))
    whole = len(rows) // lot * lot
    one = statement.rpartition("VALUES ")[2]
    lots = [tuple(chain.from_iterable(rows[start : start + lot])) for start in range(0, whole, lot)]
    if lots:
        connection.exec_driver_sql(", ".join([statement, *[one] * (lot - 1)]), lots)
    if rows[whole:]:
        connection.exec_driver_sql(statement, list(rows[whole:]))


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
    row = insert_into(connection, table)
    changed = {name: row.excluded[name] for name in rows[0] if name != key}
    connection.execute(row.on_conflict_do_update(index_elements=[key], set_=changed), list(rows))


def _as_kept(connection: Connection, table: Table, name: str, values: Sequence[Any]) -> Sequence[Any]:
    kind = table.columns[name].type
    if isinstance(kind, Boolean) and not connection.dialect.supports_native_boolean:
        return list(map({None: None, False: 0, True: 1}.__getitem__, values))  # the driver would adapt each of them
    if isinstance(kind, JSON):
        return ["{}" if value == {} else to_json(dict(value) if isinstance(value, Mapping) else value) for value in values]
    if isinstance(kind, PathText):
        return [value if value is None or value.isascii() else kind.process_bind_param(value, None) for value in values]
    return values


@contextlib.contextmanager
def _indexes_behind(connection: Connection, table: Table, n: int) -> Iterator[None]:
    """While n rows are added to a table with fewer, without its indexes, where a transaction holds that together cheaply.

    PostgreSQL would shut all readers out meanwhile.
    """
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    small = connection.dialect.name == "sqlite" and indexes and n >= MANY
    if not small or connection.execute(select(func.count()).select_from(table)).scalar_one() > n:
        yield
        return
    if not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
        # the driver begins one only before a row is changed, and an index is none
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    for index in indexes:
        index.drop(connection, checkfirst=True)
    yield
    for index in indexes:
        index.create(connection)
