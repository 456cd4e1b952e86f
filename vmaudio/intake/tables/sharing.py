"""One mapping of columns for two tables: a column that only one of them has is no fault of the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from vmaudio.intake.tables.columns import ColumnMap, column_named
from vmaudio.intake.tables.reading import load_table


def mappings_for(paths: Sequence[str | Path], mapping: ColumnMap | None) -> list[ColumnMap]:
    """The part of a mapping that each of several tables is read with.

    Args:
        paths: the tables.
        mapping: the user's mapping.

    Returns:
        A mapping for each table. A column that none of them has stays in all, so that it is named as missing.

    Raises:
        TableError: a table cannot be read.
    """
    mapping = mapping or ColumnMap()
    if not mapping.columns or len(paths) < 2:
        return [mapping] * len(paths)
    headers = [load_table(Path(path), mapping.columns.values()).header for path in paths]
    somewhere = {ours for ours, theirs in mapping.columns.items() if any(column_named(one, theirs) for one in headers)}
    return [
        dataclasses.replace(
            mapping,
            columns={o: theirs for o, theirs in mapping.columns.items() if o not in somewhere or column_named(header, theirs)},
        )
        for header in headers
    ]
