"""Distinct texts of a column: each is read once, however many rows have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vmaudio.intake.tables.table import Cells

Lines = Sequence[tuple[int, Cells]]
"""Rows of a table: (line, cells) each."""


@dataclass(slots=True)
class Reading:
    """How one distinct text of a column was read.

    Attributes:
        value: what it was read as; None for unknown, and for what says nothing.
        count: in how many rows it stands.
        line: the first of them.
        understood: False where the text is none of the words that are known.
        fault: why it could not be read; empty where it was.
    """

    value: Any
    count: int = 0
    line: int = 0
    understood: bool = True
    fault: str = ""


def counted(rows: Lines, texts: Sequence[Any]) -> dict[Any, tuple[int, int]]:
    """Count the distinct texts of a column.

    Args:
        rows: the rows.
        texts: of each row.

    Returns:
        Text -> (how often it stands there, the first line that has it), as they come first.
    """
    first = {text: line for (line, _), text in zip(reversed(rows), reversed(texts), strict=True)}
    return {text: (n, first[text]) for text, n in Counter(texts).items()}
