"""How faults of a table are told: a stranger's text bounded and quoted, every fault with its line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from vmaudio.errors import TableError

MOST_FAULTS = 20
"""Faults of a file that are listed; the rest is counted."""


def shortened(text: str, most: int = 80) -> str:
    """Quote a stranger's text in an error message: bounded in length, control characters spelled out.

    Args:
        text: the text.
        most: characters kept.

    Returns:
        The text in quotes, with an ellipsis where it was cut.
    """
    return repr(text if len(text) <= most else text[: most - 1] + "…")


def name_list(names: Iterable[str], most: int = 30) -> str:
    """Join column names for an error message, bounded in number and length.

    Args:
        names: the names.
        most: names listed; the rest is counted.

    Returns:
        The names, separated by commas.
    """
    names = list(names)
    shown = ", ".join(name if name.isprintable() and len(name) <= 80 else shortened(name) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def line_list(lines: Sequence[int], most: int = 10) -> str:
    """Line numbers for a sentence: "line 3", "lines 3, 4 and 7", "lines 1 ... and 90 more".

    Args:
        lines: the numbers.
        most: numbers listed; the rest is counted.

    Returns:
        The words.
    """
    shown = [str(line) for line in lines[:most]]
    if len(lines) > most:
        return f"lines {', '.join(shown)} and {len(lines) - most} more"
    return f"line {shown[0]}" if len(shown) == 1 else f"lines {', '.join(shown[:-1])} and {shown[-1]}"


def table_error(path: Path, found: Sequence[str], most: int = MOST_FAULTS) -> TableError:
    """Make one error that lists the faults of a file.

    Args:
        path: the file.
        found: the faults, each with its line.
        most: faults listed; the rest is counted.

    Returns:
        The error.
    """
    shown = "\n  ".join(found[:most])
    more = f"\n  ... and {len(found) - most} more" if len(found) > most else ""
    return TableError(f"{path}: {len(found)} fault{'s' if len(found) > 1 else ''}, nothing was imported:\n  {shown}{more}")
