"""What a database still has of rows that were deleted: pages of its files, and statistics that quote values of them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, exists, select, text
from sqlalchemy.schema import MetaData

from vmaudio.store import Store, messages


def clean(store: Store) -> None:
    """Let the database keep nothing of deleted rows that it can be told to give up.

    SQLite writes its file anew. PostgreSQL's planner keeps common and evenly spread values of every column, transcripts and
    names among them, for all who may read the table: they are taken anew from the rows that are left. ANALYZE leaves those of
    a table without rows as they were; they go when a column is given its own type again. The rows' places are given free last.

    Args:
        store: an open store.
    """
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("VACUUM"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            return
        connection.execute(text("ANALYZE"))
        for statement in list(_statistics_of_nothing(connection, messages.metadata)):
            connection.execute(text(statement))
        connection.execute(text("VACUUM"))


def _statistics_of_nothing(connection: Connection, tables: MetaData) -> Iterator[str]:
    """Statements by which the statistics of tables without rows go."""
    known: dict[str, set[str]] = {}
    query = "SELECT DISTINCT tablename, attname FROM pg_stats WHERE schemaname = current_schema()"
    for table, column in connection.execute(text(query)):
        known.setdefault(table, set()).add(column)
    quoted = connection.dialect.identifier_preparer.quote
    for table in tables.sorted_tables:
        columns = known.get(table.name)
        if not columns or connection.execute(select(exists(select(1).select_from(table)))).scalar_one():
            continue
        given = (
            f"ALTER {quoted(one.name)} TYPE {one.type.compile(connection.dialect)}"
            for one in table.columns
            if one.name in columns
        )
        yield f"ALTER TABLE {quoted(table.name)} {', '.join(given)}"
