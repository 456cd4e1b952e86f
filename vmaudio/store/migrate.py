"""Create the tables and bring older ones up to date, with Alembic."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from vmaudio.store.tables import HEAD

_UPGRADING = 7_365_123_904
"""A number for PostgreSQL's advisory locks; any will do that no other program takes."""


def revision(connection: Connection) -> str | None:
    """Revision of the database's tables.

    Args:
        connection: a connection to it.

    Returns:
        The revision; None for a database without vmaudio's tables.
    """
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(connection: Connection, target: str = HEAD) -> None:
    """Run the migrations; data is kept, running them again changes nothing, and one that fails leaves no trace.

    Args:
        connection: a connection in a transaction.
        target: revision to upgrade to.
    """
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "sqlite":
        # Python's driver begins a transaction before INSERT and UPDATE alone, and a CREATE TABLE would stay without its rows;
        # IMMEDIATE: of two programs that upgrade at once the second waits, and then finds nothing to do
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADING})  # as for SQLite: the second waits
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def known_revisions() -> list[str]:
    """Revisions that this version of vmaudio knows, oldest first."""
    return sorted(path.name.split("_")[0] for path in (Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py"))
