"""Excel workbooks (.xlsx) as lines of text cells, read as a stream: a sheet larger than a table ends the reading."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from vmaudio.errors import TableError
from vmaudio.intake.tables.table import Cells

MOST_UNPACKED_BYTES = 1_000_000_000
MOST_TIMES_PACKED, FEW_UNPACKED_BYTES = 100, 20_000_000
"""What people filled packs to a tenth or a twentieth; what packs to less than a hundredth is there to fill the memory."""
MOST_CELLS = 20_000_000
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 1000
_HEADER_AMONG = 25
_EXACT_INTEGER = 10**15
"""Excel keeps fifteen digits of a number; longer ones were rounded, and are written so that they can be told."""


def is_workbook(data: bytes) -> bool:
    """Whether bytes are an Excel file, new (a zip archive) or old (an OLE file).

    Args:
        data: the file.

    Returns:
        True for .xlsx, .xlsb, .ods and .xls.
    """
    return data[:4] == b"PK\x03\x04" or data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def workbook_lines(path: Path, data: bytes, known: Callable[[Sequence[str]], int]) -> list[tuple[int, Cells]]:
    """The filled lines of the sheet that holds the table: of several, the one whose lines name the most known columns.

    Dates come as ISO 8601, whole numbers without a fraction, yes and no as TRUE and FALSE, formulas as their last result.

    Args:
        path: the file, for errors.
        data: its bytes.
        known: how many of a line's cells are names of columns that are known.

    Returns:
        (row number, cells) of the lines that are not empty.

    Raises:
        TableError: it is no .xlsx file, is damaged, protected by a password or far too large.
    """
    cure = "Save it as an Excel workbook (.xlsx) or as CSV UTF-8."
    if data[:2] != b"PK":
        raise TableError(f"{path}: is an old Excel file (.xls), or one with a password. {cure}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            if "xl/workbook.xml" not in archive.namelist():
                raise TableError(f"{path}: is a zip archive and no Excel workbook. {cure}")
        if unpacked > min(MOST_UNPACKED_BYTES, max(FEW_UNPACKED_BYTES, MOST_TIMES_PACKED * len(data))):
            raise TableError(f"{path}: is far too large unpacked ({unpacked / 1e6:.0f} MB). Cut it into several files.")
        from openpyxl import load_workbook

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # exports lack default styles and have extensions; the cells are what counts
            return _of_best_sheet(
                path, load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False), known
            )
    except TableError:
        raise
    except Exception as error:
        raise TableError(f"{path}: cannot be read as an Excel workbook ({type(error).__name__}). {cure}") from error


def _of_best_sheet(path: Path, book: Any, known: Callable[[Sequence[str]], int]) -> list[tuple[int, Cells]]:
    try:
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        best = max(sheets, key=lambda sheet: _named(sheet, known)) if len(sheets) > 1 else sheets[0]
        return list(_lines(path, best))
    finally:
        book.close()


def _named(sheet: Any, known: Callable[[Sequence[str]], int]) -> int:
    rows = sheet.iter_rows(max_row=_HEADER_AMONG, max_col=_MOST_COLUMNS, values_only=True)
    return max((known([_text(value) for value in row]) for row in rows), default=0)


def _lines(path: Path, sheet: Any) -> Iterator[tuple[int, Cells]]:
    sheet.reset_dimensions()  # what a file says of its size may be wrong
    cells = 0
    for number, row in enumerate(sheet.iter_rows(max_row=_MOST_ROWS, values_only=True), 1):
        if len(row) > _MOST_COLUMNS and any(value is not None for value in row[_MOST_COLUMNS:]):
            raise TableError(f"{path}, line {number}: has more than {_MOST_COLUMNS} columns. Leave some out.")
        cells += len(row)
        if cells > MOST_CELLS:
            raise TableError(f"{path}: has more than {MOST_CELLS / 1e6:.0f} million cells. Cut it into several files.")
        texts = [_text(value) for value in row[:_MOST_COLUMNS]]
        if any(texts):
            yield number, texts


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        if isinstance(value, float) and not value.is_integer():
            return repr(value)
        return str(int(value)) if abs(value) < _EXACT_INTEGER else f"{value:.5E}"
    if isinstance(value, datetime.datetime):
        return _moment(value)
    if isinstance(value, datetime.timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    text = str(value).strip()
    return text[2:-1] if text[:2] == '="' and text[-1:] == '"' and len(text) > 3 else text


def _moment(value: datetime.datetime) -> str:
    """A date cell: a whole day as a bare date, and a moment to the second (a spreadsheet keeps fractions of days)."""
    value = (value + datetime.timedelta(milliseconds=500)).replace(microsecond=0)
    return value.date().isoformat() if value.time() == datetime.time(0) else value.isoformat(" ")
