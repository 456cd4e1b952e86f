"""Tables and records as files: CSV, JSON Lines, Parquet, xlsx.

Spreadsheets run cells that begin like a formula, and a transcript is words spoken by a stranger: in CSV and xlsx such text
is written with an apostrophe before it. Numbers stay numbers. A file appears whole or not at all.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Any

from vmaudio.errors import ReportError
from vmaudio.intake import harmless_cell
from vmaudio.records import Analysis
from vmaudio.store import Cell, Overrides, Table

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
XLSX_CELL = 32_767
"""Most characters in one cell of a workbook (Excel's own limit)."""


def harmless(cell: Cell) -> Cell:
    """The cell as a spreadsheet may have it: text that begins like a formula gets an apostrophe before it.

    Args:
        cell: any cell.

    Returns:
        The same cell, but for such text.
    """
    return harmless_cell(cell) if isinstance(cell, str) else cell


def csv_text(table: Table) -> str:
    """The table as CSV with a head line; truth as true and false, unknown as nothing.

    Args:
        table: columns and rows.

    Returns:
        Text; lines end with a line feed.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([_plain(harmless(column.name)) for column in table.columns])
    for row in table.rows:
        writer.writerow([_plain(harmless(cell)) for cell in row])
    return stream.getvalue().replace("\x00", "")


DECIMALS = 4
"""Of numbers in CSV files and workbooks: finer than any measure here is. Parquet and JSON have them whole."""


def _plain(cell: Cell) -> Cell:
    if isinstance(cell, float):
        return round(cell, DECIMALS)
    if isinstance(cell, str):  # csv quotes a lone carriage return only from Python 3.13 on, and readers end the row there
        return cell.replace("\r\n", "\n").replace("\r", "\n")
    return str(cell).lower() if isinstance(cell, bool) else cell


def jsonl_text(analyses: Iterable[Analysis], overrides: Overrides | None = None) -> str:
    """Analyses as JSON Lines: one `Analysis.to_dict` a line.

    Args:
        analyses: the messages.
        overrides: people's verdicts, by message id and check id; then every line has a list of its own under "overrides". None
            leaves the name out.

    Returns:
        Text, one object a line.
    """
    lines = []
    for analysis in analyses:
        line = analysis.to_dict()
        if overrides is not None:
            own = overrides.get(analysis.message.message_id, {})
            line["overrides"] = [own[check].to_dict() for check in sorted(own)]
        lines.append(_json(line))
    return "".join(lines)


def table_jsonl_text(table: Table) -> str:
    """A table as JSON Lines: one object per row.

    Args:
        table: columns and rows.

    Returns:
        Text, one object a line; what is not known is null.
    """
    names = [column.name for column in table.columns]
    return "".join(_json(dict(zip(names, row, strict=True))) for row in table.rows)


def _json(line: dict[str, Any]) -> str:
    """One line; half surrogates, which a file name may hold, are escaped as JSON does it."""
    return json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace").decode() + "\n"


def whole(path: Path, write: Callable[[IO[bytes]], Any]) -> None:
    """Write a file beside ``path`` and move it there, so that readers see the old one or the new one.

    Args:
        path: the file to write; its folder must exist.
        write: writes the content to the open file that it is given.

    Raises:
        ReportError: the folder is missing or may not be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise ReportError(f"{path} cannot be written: {error.strerror}. Choose another place.") from error
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
        os.replace(name, path)  # created 0600: other people's voices and names
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ReportError(f"{path} cannot be written: {error.strerror}. Choose another place.") from error
        raise


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8; half surrogates, which a file name may hold, are written as question marks.

    Args:
        path: the file to write; its folder must exist.
        text: the content.

    Raises:
        ReportError: the file cannot be written.
    """
    whole(path, lambda stream: stream.write(text.encode("utf-8", "replace")))


def write_parquet(path: Path, table: Table, made: Mapping[str, Any] | None = None) -> None:
    """Write Parquet; unit, meaning and source of a column are in its field's metadata.

    Args:
        path: the file to write; its folder must exist.
        table: columns and rows.
        made: how it was made; it stands in the schema's metadata, as JSON under "vmaudio".

    Raises:
        ReportError: pyarrow is not installed, or the file cannot be written.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise ReportError("Parquet needs pyarrow. Install it: pip install 'vmaudio[report]'.") from None
    kinds = {"text": pyarrow.string(), "number": pyarrow.float64(), "truth": pyarrow.bool_()}
    fields = [
        pyarrow.field(c.name, kinds[c.kind], metadata={"unit": c.unit, "meaning": c.meaning, "source": c.source})
        for c in table.columns
    ]
    arrays = [
        pyarrow.array([column.typed(row[i]) for row in table.rows], type=kinds[column.kind])
        for i, column in enumerate(table.columns)
    ]
    schema = pyarrow.schema(fields, metadata={"vmaudio": json.dumps(made)} if made else None)
    whole(path, lambda stream: pyarrow.parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=schema), stream))


def write_xlsx(path: Path, sheets: dict[str, Table]) -> None:
    """Write a workbook, one sheet per table, with a frozen head line and a filter.

    Args:
        path: the file to write; its folder must exist.
        sheets: tables by the name of their sheet.

    Raises:
        ReportError: the file cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    for title, table in sheets.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "B2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
        for i, column in enumerate(table.columns, start=1):
            longest = max((len(str(row[i - 1])) for row in table.rows[:200] if row[i - 1] is not None), default=0)
            sheet.column_dimensions[get_column_letter(i)].width = min(max(longest, len(column.name)) + 2, 60)
        head = [WriteOnlyCell(sheet, value=_sheet_cell(column.name)) for column in table.columns]
        for cell in head:
            cell.font = Font(bold=True)
        sheet.append(head)
        for row in table.rows:
            sheet.append([_sheet_cell(cell) for cell in row])
    whole(path, book.save)


def _sheet_cell(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return round(cell, DECIMALS) if isinstance(cell, float) else cell
    text = str(harmless(_NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", cell)))
    return text if len(text) <= XLSX_CELL else text[: XLSX_CELL - 1] + "…"
