"""Text that a spreadsheet program does not run.

A transcript is words spoken by a stranger, and a cell that begins like a formula is run when somebody opens the file (OWASP,
CSV injection). `harmless_cell` puts an apostrophe before such text, which says "this is text" to a spreadsheet; `restore_cell`
takes it off.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import IO, Any

_FORMULA = re.compile(r"'*\s*[=+\-@\t\r\n＝＋－＠]")
"""How a text begins that a spreadsheet may take for a formula (full-width signs included). Apostrophes before it count too, so
that `restore_cell` gives back exactly what was written."""


_TELEPHONE = re.compile(r"\+[0-9]{6,15}")
"""A telephone number in full: digits alone run nothing, and programs that read the file want it as it is."""


def harmless_cell(text: str) -> str:
    """Make text safe for a spreadsheet program, which may run a cell that begins like a formula.

    Args:
        text: the text.

    Returns:
        The text, with an apostrophe before it where it begins like a formula; a telephone number such as +12185550134 stays.
    """
    return "'" + text if _FORMULA.match(text) and not _TELEPHONE.fullmatch(text) else text


def restore_cell(text: str) -> str:
    """Undo `harmless_cell`.

    Args:
        text: a cell.

    Returns:
        The text as it was.
    """
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text


class RowWriter:
    """Writes CSV with line feeds. A row with a carriage return in it is quoted as a whole: Python's csv quotes one alone only
    from 3.13 on, readers end the row there, and what follows would begin a cell.

    Args:
        stream: open for text.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._plain = csv.writer(stream, lineterminator="\n")
        self._quoted = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)

    def writerow(self, row: Sequence[Any]) -> None:
        """Write one row.

        Args:
            row: its cells.
        """
        broken = any(isinstance(cell, str) and "\r" in cell for cell in row)
        (self._quoted if broken else self._plain).writerow(row)

    def writerows(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows.

        Args:
            rows: the cells of each.
        """
        for row in rows:
            self.writerow(row)
