"""Write what was joined: a manifest of the sure pairs, and a table of the others for a person to decide."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from vmaudio.errors import SettingError, TableError
from vmaudio.intake.join.calls import Call, CallTable
from vmaudio.intake.join.joining import Joined, Pairing
from vmaudio.intake.join.recordings import RecordingFacts
from vmaudio.intake.spreadsheet import RowWriter, harmless_cell, restore_cell
from vmaudio.intake.tables import read_table

DECISION = ("take", "file", "crm_line", "probability", "why")
"""First columns of the table for a person: an x in ``take`` joins that recording with that line."""

_MOST_DIGITS = 12
_YES = frozenset({"x", "1", "yes", "y", "true", "take"})


def _relative(path: Path, folder: Path) -> str:
    return os.path.relpath(path.absolute(), folder.absolute())


def manifest_text(joined: Joined, table: CallTable, folder: Path) -> str:
    """The manifest of the sure pairs. It keeps all columns of the export, so it can be imported as the outcomes too.

    Args:
        joined: the result of `join_calls`.
        table: the export.
        folder: where the manifest will be; files are written relative to it.

    Returns:
        CSV text.
    """
    fields = list(table.fields)
    own = ["file", "sent_at", *fields, "join_probability", "join_why", "crm_line"]
    used = set(table.fields.values())
    others = [name for name in (table.calls[0].cells if table.calls else ()) if name and name not in own and name not in used]
    rows = []
    for pair in joined.sure:
        when = pair.call.start if pair.call.start and pair.call.within_s < 86400 else pair.recording.start or pair.call.start
        row = {
            "file": _relative(pair.recording.path, folder),
            "sent_at": when.isoformat() if when else "",
            "join_probability": f"{pair.probability:.4f}",
            "join_why": pair.why,
            "crm_line": str(pair.call.line),
        }
        row |= {field: pair.call.cells.get(column, "") for field, column in table.fields.items()}
        rows.append(row | {name: pair.call.cells.get(name, "") for name in others})
    return _csv([*own, *others], rows)


def unsure_text(joined: Joined, table: CallTable, folder: Path) -> str:
    """What a person has to decide: every likely pair of a recording in a row of its own, and recordings without any.

    Args:
        joined: the result of `join_calls`.
        table: the export.
        folder: where the table will be; files are written relative to it.

    Returns:
        CSV text.
    """
    others = [name for name in (table.calls[0].cells if table.calls else ()) if name and name not in DECISION]

    def row(recording: RecordingFacts, pair: Pairing | None) -> dict[str, str]:
        made = {"take": "", "file": _relative(recording.path, folder), "crm_line": "", "probability": ""}
        if pair is None:
            return made | {"why": "no call of the export fits"}
        made |= {"crm_line": str(pair.call.line), "probability": f"{pair.probability:.3f}", "why": pair.why}
        return made | {name: pair.call.cells.get(name, "") for name in others}

    rows = [row(pair.recording, pair) for pairs in joined.unsure for pair in pairs]
    rows += [row(recording, None) for recording in joined.alone]
    return _csv([*DECISION, *others], rows)


def _csv(columns: list[str], rows: Iterable[Mapping[str, str]]) -> str:
    stream = io.StringIO()
    writer = RowWriter(stream)
    writer.writerow(columns)
    writer.writerows([harmless_cell(row.get(name, "")) for name in columns] for row in rows)
    return stream.getvalue()


def write_joined(joined: Joined, table: CallTable, manifest: Path, unsure: Path) -> None:
    """Write the manifest, and the table for a person where there is anything to decide.

    Args:
        joined: the result of `join_calls`.
        table: the export.
        manifest: the manifest to write.
        unsure: the table to write; one that is there already and is not needed is left alone.

    Raises:
        SettingError: a file cannot be written.
    """
    texts = {manifest: manifest_text(joined, table, manifest.parent)}
    if joined.unsure or joined.alone:
        texts[unsure] = unsure_text(joined, table, unsure.parent)
    for path, text in texts.items():
        try:
            path.write_text(text, "utf-8")
        except OSError as error:
            raise SettingError(f"{path}: cannot be written ({error.strerror}). Give another place.") from error


def read_decisions(path: str | Path, calls: Iterable[Call]) -> list[tuple[str, int]]:
    """Read what a person decided: the rows of the table with an x in ``take``.

    Args:
        path: the table, as `write_joined` wrote it.
        calls: the rows of the export, to check the lines.

    Returns:
        Pairs of a recording's path, absolute, and a line of the export.

    Raises:
        TableError: the file cannot be read, names no line of the export, or takes two lines for one recording or one for two.
    """
    path, lines = Path(path), {call.line for call in calls}
    found: list[tuple[str, int]] = []
    for number, row in read_table(path):
        if row.get("take", "").strip().lower() not in _YES:
            continue
        text = row.get("crm_line", "")
        if not text.isdecimal() or len(text) > _MOST_DIGITS or int(text) not in lines:
            raise TableError(f"{path}, line {number}: crm_line {text[:40]!r} is no line of the export. Take another row.")
        where = os.path.abspath(path.parent / restore_cell(row.get("file", "")))
        if any(where == file or int(text) == line for file, line in found):
            raise TableError(f"{path}, line {number}: its file or its crm_line is taken twice. Keep one x.")
        found.append((where, int(text)))
    return found
