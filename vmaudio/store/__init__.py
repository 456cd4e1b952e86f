"""What vmaudio remembers: SQLite in one file by default, PostgreSQL by URL.

One writer, short transactions; every result is saved on its own as it arrives, so a killed run loses nothing finished.
"""

from __future__ import annotations

from vmaudio.store.overrides import Override, OverrideEntry
from vmaudio.store.search import Facets, Page, Row, Search
from vmaudio.store.store import Filter, Store, default_path, open_store

__all__ = [
    "Facets", "Filter", "Override", "OverrideEntry", "Page", "Row", "Search", "Store", "default_path", "open_store",
]  # fmt: skip
