"""Whether anything was written to a database since it was last asked: quicker to know than what, however much it holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from vmaudio.store.database import Database


class Writes:
    """Tells by a token whether something may have been written meanwhile, by this program or another.

    Args:
        store: the store. Of a SQLite file one connection is kept that only asks.
    """

    def __init__(self, store: Database) -> None:
        self._engine = store.engine
        self._asking: Any = None

    def token(self) -> object:
        """Something that is equal to an earlier token only where nothing was written between the two.

        Returns:
            The token; one that equals no other for a database in memory, which has one connection alone.
        """
        if self._engine.dialect.name == "postgresql":
            with self._engine.connect() as connection:  # which transactions have ended, as those that begin now see it
                return connection.execute(text("SELECT CAST(pg_current_snapshot() AS text)")).scalar_one()
        if self._engine.url.database in (None, "", ":memory:"):
            return object()
        if self._asking is None:
            self._asking = self._engine.raw_connection()
        # another number after each transaction of another connection that wrote
        cursor = self._asking.cursor()
        try:
            return cursor.execute("PRAGMA data_version").fetchone()[0]
        finally:
            cursor.close()

    def close(self) -> None:
        """Give the connection back."""
        if self._asking is not None:
            self._asking.close()
            self._asking = None
