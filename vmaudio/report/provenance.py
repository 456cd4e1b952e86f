"""Where a report comes from, in every format as far as it can carry it.

A page has it in its head and under "How this was computed", a workbook on a sheet, Parquet in the metadata of its schema. CSV
and JSON Lines have no place for it: a file beside them has it, ``FILE-metadata.json``, where readers of "CSV on the Web" look
(W3C 2015).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from vmaudio.records import Outcome
from vmaudio.report.files import write_text
from vmaudio.report.message_data import Fact
from vmaudio.store import Cell, Column, Override, Table

Made = Mapping[str, Any]
"""How something was made, as plain JSON values; `vmaudio report` and `vmaudio compare` write the same."""

BESIDE = "-metadata.json"
"""What is put behind the name of a CSV file for its metadata."""

_XSD = {"text": "string", "number": "number", "truth": "boolean"}


def data_hash(
    stored: Sequence[str], outcomes: Sequence[Outcome | None], overrides: Sequence[Mapping[str, Override]]
) -> dict[str, Any]:
    """Count and hash what a report was made of.

    Args:
        stored: hashes of what is stored of the messages.
        outcomes: what came of each.
        overrides: people's verdicts on each, by check.

    Returns:
        ``what``, ``records`` and ``sha256``; the order of the messages makes no difference.
    """
    lines = []
    for digest, outcome, own in zip(stored, outcomes, overrides, strict=True):
        given = [one.to_dict() for _, one in sorted(own.items())]
        lines.append(json.dumps([digest, repr(outcome), given], sort_keys=True))
    whole = hashlib.sha256("\n".join(sorted(lines)).encode("utf-8", "surrogatepass"))
    return {"what": "store", "records": len(lines), "sha256": whole.hexdigest()}


def provenance_facts(made: Made) -> list[Fact]:
    """The lines of "How this was computed" that say where a page comes from.

    Args:
        made: how it was made.

    Returns:
        Command, time, and each input with the first digits of its hash.
    """
    read = "; ".join(_input(one) for one in made["inputs"])
    return [Fact("command", str(made["command"])), Fact("made", str(made["created_utc"])), Fact("made from", read)]


def _input(one: Mapping[str, Any]) -> str:
    name = f"{one['what']} {one['file']}" if "file" in one else f"{one['what']}, {one['records']} records"
    return f"{name} (sha256 {str(one['sha256'])[:16]})"


def provenance_table(made: Made) -> Table:
    """How something was made, a row for each name.

    Args:
        made: how it was made.

    Returns:
        A table of two columns; what is nested is written as "settings.timezone".
    """
    columns = (Column("name", "text", "", "what", "vmaudio"), Column("value", "text", "", "its value", "vmaudio"))
    return Table(columns, tuple(_rows("", made)))


def _rows(prefix: str, value: Any) -> Iterable[tuple[Cell, ...]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _rows(f"{prefix}.{name}" if prefix else str(name), inner)
    elif isinstance(value, (list, tuple)) and value and isinstance(value[0], Mapping):
        for i, inner in enumerate(value, start=1):
            yield from _rows(f"{prefix}.{i}", inner)
    else:
        yield prefix, value if isinstance(value, str) else json.dumps(value)


def write_metadata(path: Path, made: Made, table: Table | None = None) -> None:
    """Write the file that lies beside a CSV or JSON Lines file.

    Args:
        path: the file that it is about.
        made: how that was made.
        table: its columns; None where it has none.

    Raises:
        ReportError: the file cannot be written.
    """
    data: dict[str, Any] = {"@context": "http://www.w3.org/ns/csvw", "url": path.name}
    if table is not None:
        data["tableSchema"] = {"columns": [_column(column) for column in table.columns]}
    data["notes"] = [{"provenance": made}]
    write_text(path.with_name(path.name + BESIDE), json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def _column(column: Column) -> dict[str, str]:
    made: dict[str, Any] = {"titles": column.name, "datatype": _XSD[column.kind], "dc:description": column.meaning}
    return (
        made
        | ({"dc:source": column.source} if column.source else {})
        | ({"schema:unitText": column.unit} if column.unit else {})
    )
