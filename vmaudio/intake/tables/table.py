"""A table that was read, before anybody asks what its columns mean."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

Cells = list[str]

MOST_ID = 200
"""Most characters of a message_id, as the database keeps them."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read.

    Attributes:
        path: the file.
        header: names of the columns, lower case and stripped.
        header_line: the line that they stand on, from 1.
        rows: (line, cells) of each row; as many as the header has, stripped.
        set_aside: (line, text) of what is no row: titles above the header, totals and notes below.
    """

    path: Path
    header: tuple[str, ...]
    header_line: int
    rows: list[tuple[int, Cells]]
    set_aside: tuple[tuple[int, str], ...] = ()


def texts_of(table: Table, column: str) -> list[str]:
    """The cells of a column.

    Args:
        table: the table.
        column: its name, as in the header.

    Returns:
        The cells.
    """
    at = table.header.index(column)
    return [cells[at] for _, cells in table.rows]
