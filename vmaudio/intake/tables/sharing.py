"""One mapping of columns for several tables, and a few columns of one table by our names."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from vmaudio.errors import TableError
from vmaudio.intake.tables.columns import ColumnMap, column_named, find_columns
from vmaudio.intake.tables.faults import name_list
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


def read_fields(path: Path, fields: Sequence[str], mapping: ColumnMap | None = None) -> list[tuple[int, dict[str, str]]]:
    """Read the columns of some fields, under our names whatever the table calls them.

    Args:
        path: the table.
        fields: such as "prospect" and "rep".
        mapping: which columns are which, where their names are not known ones.

    Returns:
        (line, cells by field) of each row; fields without a column are left out.

    Raises:
        TableError: as `read_table`, or the first of the fields has no column.
    """
    mapping = mapping or ColumnMap()
    table = load_table(path, mapping.columns.values())
    columns = find_columns(table, fields, mapping)
    if fields[0] not in columns:
        raise TableError(
            f"{path}, line {table.header_line}: there is no column {fields[0]!r}. Columns: {name_list(table.header)}."
        )
    at = {ours: table.header.index(theirs) for ours, theirs in columns.items()}
    return [(line, {ours: cells[i] for ours, i in at.items()}) for line, cells in table.rows]
