"""A table file as it lies there: text with any usual separator, or an Excel workbook, made into a header and rows.

Exports carry more than their table: a ``sep=;`` line for Excel, a report's title and filters above the header, totals and a
copyright below. What is no row is set aside, and can be named.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from vmaudio.errors import TableError
from vmaudio.intake.tables.aliases import is_known, key_of
from vmaudio.intake.tables.faults import name_list, shortened
from vmaudio.intake.tables.table import Cells, Table
from vmaudio.intake.tables.workbook import is_workbook, workbook_lines

MOST_BYTES = 200_000_000
MOST_COLUMNS = 1000
"""A larger table is no manifest and no export of a CRM: it is refused before it fills the memory."""

_SEPARATORS = ",;\t|"
_SEP_LINE = re.compile(r'"?sep=(.)"?[,;\t|"]*\r?\n', re.IGNORECASE)
_SPACE = re.compile(r"[^\S\r\n]")
"""A space of any kind but the end of a line."""
_HEADER_AMONG = 25
"""A header stands within so many filled lines."""
_SNIFFED_CHARACTERS = 20_000

_FOOTER = re.compile(
    r"copyright|\(c\) ?\d{4}|©|all rights reserved|confidential|generated (by|on|at)|exported (by|on|at|from)|powered by"
    r"|end of (report|file|export)|(\d[\d,]*|total|number of) (rows|records|calls|results|entries)\b|filtered by|as of \S",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"((sub|grand)[ -]?)?(totals?|count|sum|average|avg)\s*(\([\w ,.]*\))?:?|(record|row) count:?", re.IGNORECASE
)
_TOTAL_STARTS = tuple("tsgcar")


def read_table(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Read a table with a header: CSV separated by comma, semicolon, tab or pipe, in UTF-8 or UTF-16, or an Excel workbook.

    Args:
        path: the file.

    Returns:
        (line number, row) pairs; a row maps column names (lower case, stripped) to stripped cells. Empty lines are left
            out.

    Raises:
        TableError: it cannot be read, is not text, has no header, is far too large, or two columns have one name.
    """
    table = load_table(path)
    return [(line, dict(zip(table.header, cells, strict=False))) for line, cells in table.rows]


def load_table(path: Path, also_known: Collection[str] = ()) -> Table:
    """Read a table file.

    Args:
        path: the file.
        also_known: names of columns that the user gave (``--map``): they too tell where the header is.

    Returns:
        The table.

    Raises:
        TableError: as `read_table`.
    """
    data = _bytes_of(path)
    known = {key_of(name) for name in also_known}
    if is_workbook(data):
        lines = workbook_lines(path, data, lambda header: sum(is_known(cell, known) for cell in header))
    else:
        lines = _text_lines(path, _decoded(path, data), known)
    return _table(path, lines, known)


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror}). Give the path of a CSV or .xlsx file.") from error
    if len(data) > MOST_BYTES:
        raise TableError(f"{path}: has more than {MOST_BYTES / 1e6:.0f} MB. Cut it into several files.")
    return data


def _decoded(path: Path, data: bytes) -> str:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")  # "Unicode text", as Excel saves it
    try:
        text = io.TextIOWrapper(io.BytesIO(data), "utf-16" if wide else "utf-8-sig").read()
    except UnicodeError as error:
        raise TableError(f"{path}: is not UTF-8 text. Save it as CSV UTF-8.") from error
    if "\0" in text:
        raise TableError(f"{path}: has NUL bytes and is not CSV text. Save it as CSV UTF-8.")
    return text


def _text_lines(path: Path, text: str, known: Collection[str]) -> list[tuple[int, Cells]]:
    """Lines of a text, cut into cells; empty lines are left out."""
    before = 0
    said = _SEP_LINE.match(text)
    if said:
        text, before = text[said.end() :], 1
    separator = said[1] if said else _separator(text, known)
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    wrapped = '="' in text  # ="c1": how exports keep Excel from making a number of an id
    spaced = '"' in text or _SPACE.search(text)  # without any, very many cells are not looked at one by one
    found = []
    try:
        for cells in reader:
            stripped = list(map(str.strip, cells)) if spaced else cells
            if not any(stripped):
                continue
            if len(cells) > MOST_COLUMNS and any(stripped[MOST_COLUMNS:]):
                raise TableError(
                    f"{path}, line {before + reader.line_num}: has {len(cells)} columns and {MOST_COLUMNS} are allowed. "
                    "Leave some out."
                )
            found.append((before + reader.line_num, [_unwrapped(cell) for cell in stripped] if wrapped else stripped))
    except csv.Error as error:
        raise TableError(f"{path}, line {before + reader.line_num}: {error}. Correct that line.") from error
    return found


def _unwrapped(text: str) -> str:
    return text[2:-1].strip() if text[:2] == '="' and text[-1] == '"' and len(text) > 3 else text


def _separator(text: str, known: Collection[str]) -> str:
    """The separator by which some line reads as the most known columns; where none is known, what the first line has most."""
    head = [line[:_SNIFFED_CHARACTERS] for line in text[: _SNIFFED_CHARACTERS * 3].splitlines() if line.strip()][:_HEADER_AMONG]
    if not head:
        return ","
    named = {separator: max(_known_cells(line, separator, known) for line in head) for separator in _SEPARATORS}
    most = max(named.values())
    return max((separator for separator in _SEPARATORS if named[separator] == most), key=head[0].count)


def _known_cells(line: str, separator: str, known: Collection[str]) -> int:
    if separator not in line:
        return 0
    try:
        cells = next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return 0
    return sum(is_known(cell, known) for cell in cells[:MOST_COLUMNS])


def _table(path: Path, lines: Sequence[tuple[int, Cells]], known: Collection[str]) -> Table:
    if not lines:
        raise TableError(f"{path}: is empty. A header line with column names is needed.")
    at = _header_index(lines, known)
    line, cells = lines[at]
    header = [cell.lower() for cell in cells]
    while header and not header[-1]:
        header.pop()
    twice = sorted(name for name, n in Counter(header).items() if name and n > 1)
    if twice:
        raise TableError(f"{path}, line {line}: the column {shortened(twice[0])} is there twice.")
    rows, below = _without_footer(lines[at + 1 :], len([name for name in header if name]), len(header))
    width = len(header)
    for number, row in [line for line in rows if len(line[1]) != width]:
        if len(row) > width:
            if any(row[width:]):
                raise TableError(
                    f"{path}, line {number}: more cells than the header has columns. Quote cells with commas. "
                    f"Columns: {name_list(header)}."
                )
            del row[width:]
        else:
            row += [""] * (width - len(row))
    aside = [(number, " ".join(filter(None, row))[:200]) for number, row in (*lines[:at], *below)]
    return Table(path, tuple(header), line, rows, tuple(aside))


def _header_index(lines: Sequence[tuple[int, Cells]], known: Collection[str]) -> int:
    """The line that names the columns: the first, unless one below it is wider and names more that are known.

    A title is narrower than the table below it; a row of data is not, or names less.
    """
    counts = [
        (sum(map(bool, cells)), sum(is_known(cell, known) for cell in cells if cell)) for _, cells in lines[:_HEADER_AMONG]
    ]
    width, named = counts[0]
    if named > 1 or named == width:
        return 0
    wider = [i for i, (n, _) in enumerate(counts) if n > width]
    best = max((counts[i][1] for i in wider), default=0)
    if best > max(1, named):
        return next(i for i in wider if counts[i][1] == best)
    return wider[0] if width == 1 and not named and wider else 0


def _without_footer(
    lines: Sequence[tuple[int, Cells]], named: int, width: int
) -> tuple[list[tuple[int, Cells]], list[tuple[int, Cells]]]:
    """Rows, and what is none: totals, and notes under the table, which fill one cell where the table has several."""
    rows = list(lines)
    end = len(rows)
    if named > 1:
        while end and sum(map(bool, rows[end - 1][1])) == 1 and rows[end - 1][1][0]:
            end -= 1
        # a last row may fill its first cell only: it is a note if it reads like one, or stands below a note or a gap
        notes = rows[end:]
        start = next((i for i, (_, cells) in enumerate(notes) if _FOOTER.search(cells[0]) or _TOTAL.fullmatch(cells[0])), None)
        if start is None:
            end = len(rows)
        else:
            while start and _is_gap(rows, end + start - 1):
                start -= 1
            end += start
    below = rows[end:]
    filled = max(2, width // 2)
    totals = [line for line in rows[:end] if len(line[1]) - line[1].count("") <= filled and _is_total(line[1])]
    if totals:
        numbers = {number for number, _ in totals}
        return [line for line in rows[:end] if line[0] not in numbers], [*totals, *below]
    return rows[:end], below


def _is_gap(rows: Sequence[tuple[int, Cells]], i: int) -> bool:
    """Whether this note belongs to the footer that follows it: an empty line stands before it or before one above it."""
    while i > 0 and sum(map(bool, rows[i][1])) == 1:
        if rows[i][0] - rows[i - 1][0] > 1:
            return True
        i -= 1
    return False


def _is_total(cells: Cells) -> bool:
    first = next((cell for cell in cells if cell), "")
    return first[:1].lower() in _TOTAL_STARTS and len(first) < 60 and bool(_TOTAL.fullmatch(first))
