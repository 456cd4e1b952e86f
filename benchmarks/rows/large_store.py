"""A store of 100,000 messages: what a page asks of SQLite and of PostgreSQL, and whole pages of the web app."""

from __future__ import annotations

from pathlib import Path

from benchmarks import big_database, web_table
from benchmarks.common import Table

MESSAGES = 100_000


def run(data: Path) -> list[Table]:
    """Both databases, then the app's pages. It needs Debian's postgresql and 8 GB of disk."""
    return [big_database.run(MESSAGES), web_table.pages(MESSAGES)]
