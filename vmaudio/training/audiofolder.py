"""Labels to and from Hugging Face's AudioFolder: recordings in a folder, and metadata.csv or metadata.jsonl beside them."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vmaudio.classify import known_approaches, known_parts
from vmaudio.errors import SettingError, TableError
from vmaudio.intake import RowWriter, harmless_cell, read_table, restore_cell, shortened, table_error
from vmaudio.records import REASONS, TONE_AXES
from vmaudio.training.labels import LabelledMessage, Sentence

COLUMNS = (
    "file_name", "message_id", "rep", "prospect", "annotator", "text", "approach", "sentences", *TONE_AXES, "recognised",
    "reason",
)  # fmt: skip
"""Columns of the metadata. ``sentences`` is a list of {text, part}; in CSV it is written as JSON."""


def write_audiofolder(messages: Iterable[LabelledMessage], folder: Path, *, form: str = "csv") -> tuple[int, int]:
    """Write labelled messages as an AudioFolder. Recordings are copied: the format wants them below its folder.

    Args:
        messages: with their labels; those without a recording that can be read are left out, as the format has no place for
            them.
        folder: to write to; made where it is not there.
        form: "csv" or "jsonl".

    Returns:
        How many were written, and how many left out.

    Raises:
        SettingError: the folder cannot be written.
    """
    rows: list[dict[str, Any]] = []
    left_out = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken: dict[str, Path] = {}
        for message in messages:
            if message.file is None or not message.file.is_file():
                left_out += 1
                continue
            name = _name(message, taken)
            if not (folder / name).exists():
                shutil.copyfile(message.file, folder / name)
            rows.append(_row(message, name))
        text = _csv_text(rows) if form == "csv" else "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"metadata.{form}").write_text(text, "utf-8")
    except OSError as error:
        raise SettingError(f"{folder}: cannot be written ({error.strerror}). Give another folder.") from error
    return len(rows), left_out


def _name(message: LabelledMessage, taken: dict[str, Path]) -> str:
    """A name for the copy: the message's id, made safe for a file; one file for all labels of one recording."""
    assert message.file is not None  # noqa: S101 - the caller looked
    plain = re.sub(r"[^\w.-]+", "_", message.id).strip("._") or "message"
    name, n = f"{plain[:80]}{message.file.suffix.lower()}", 1
    while taken.get(name, message.file) != message.file:
        n += 1
        name = f"{plain[:80]}-{n}{message.file.suffix.lower()}"
    taken[name] = message.file
    return name


def _row(message: LabelledMessage, name: str) -> dict[str, Any]:
    return {
        "file_name": name,
        "message_id": message.id,
        "rep": message.rep,
        "prospect": message.prospect,
        "annotator": message.annotator or "",
        "text": message.text,
        "approach": message.approach,
        "sentences": [{"text": sentence.text, "part": sentence.part} for sentence in message.sentences],
        **{axis: message.tone.get(axis) for axis in TONE_AXES},
        "recognised": message.recognised,
        "reason": message.reason,
    }


def _csv_text(rows: Sequence[Mapping[str, Any]]) -> str:
    stream = io.StringIO()
    writer = RowWriter(stream)
    writer.writerow(COLUMNS)
    for row in rows:
        cells = {name: "" if value is None else value for name, value in row.items()}
        cells["sentences"] = json.dumps(row["sentences"], ensure_ascii=False)
        found = [cells.get(name, "") for name in COLUMNS]
        writer.writerow([harmless_cell(value) if isinstance(value, str) else value for value in found])
    return stream.getvalue()


def is_audiofolder(path: Path) -> bool:
    """Whether a file is the metadata of an AudioFolder, by its name.

    Args:
        path: the file.
    """
    return path.name.lower() in ("metadata.csv", "metadata.jsonl")


def read_audiofolder(path: Path) -> list[LabelledMessage]:
    """Read the metadata of an AudioFolder, ours or another's with ``file_name`` and ``text`` or ``transcription``.

    Args:
        path: metadata.csv or metadata.jsonl.

    Returns:
        The messages, with their recordings.

    Raises:
        TableError: the file cannot be read or has faults, each with its line and the valid labels.
    """
    found: list[LabelledMessage] = []
    wrong: list[str] = []
    for line, row in _rows(path):
        try:
            found.append(_message(row, path.parent))
        except ValueError as error:
            wrong.append(f"line {line}: {error}")
    if wrong:
        raise table_error(path, wrong)
    if not found:
        raise TableError(f"{path} holds no message. Each row has file_name and sentences or text.")
    return found


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if path.suffix.lower() == ".csv":
        for line, row in read_table(path):
            cells: dict[str, Any] = {name: restore_cell(cell) for name, cell in row.items()}
            if cells.get("sentences"):
                try:
                    cells["sentences"] = json.loads(cells["sentences"])
                except (ValueError, RecursionError):
                    raise TableError(f"{path}, line {line}: sentences is not JSON. Write [{{text, part}}, ...].") from None
            yield line, cells
        return
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"{path} cannot be read ({error}). Give a metadata.jsonl in UTF-8.") from None
    for line, content in enumerate(text.splitlines(), start=1):
        if content.strip():
            try:
                row = json.loads(content)
            except (ValueError, RecursionError):
                raise TableError(f"{path}, line {line}: is not JSON. Each line is one JSON object.") from None
            yield line, row if isinstance(row, dict) else {}


def _message(row: Mapping[str, Any], folder: Path) -> LabelledMessage:
    """One row. Raises ValueError: what is wrong with it."""
    name = str(row.get("file_name") or "")
    if not name:
        raise ValueError("no file_name")
    place = folder / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise ValueError(f"file_name {shortened(name)} leads out of the folder")
    pieces = row.get("sentences") or [{"text": str(row.get("text") or row.get("transcription") or ""), "part": None}]
    if not isinstance(pieces, list) or not all(isinstance(one, dict) and isinstance(one.get("text"), str) for one in pieces):
        raise ValueError("sentences is no list of {text, part}")
    sentences = tuple(Sentence(one["text"], one.get("part") or None) for one in pieces if one["text"].strip())
    if not sentences:
        raise ValueError("no text")
    for sentence in sentences:
        if sentence.part is not None and sentence.part not in known_parts():
            raise ValueError(f"unknown part {shortened(str(sentence.part))}; valid: {', '.join(known_parts())}")
    approach = row.get("approach") or None
    if approach is not None and approach not in known_approaches():
        raise ValueError(f"unknown approach {shortened(str(approach))}; valid: {', '.join(known_approaches())}")
    reason = row.get("reason") or None
    if reason is not None and reason not in REASONS:
        raise ValueError(f"unknown reason {shortened(str(reason))}; valid: {', '.join(REASONS)}")
    tone = {axis: str(row[axis]) for axis in TONE_AXES if row.get(axis) not in (None, "")}
    for axis, value in tone.items():
        if value not in ("0", "1"):
            raise ValueError(f"{axis} is {shortened(value)}; valid: 0, 1, or empty")
    return LabelledMessage(
        id=str(row.get("message_id") or Path(name).stem),
        rep=str(row.get("rep") or ""),
        prospect=str(row.get("prospect") or ""),
        sentences=sentences,
        approach=approach,
        tone={axis: int(value) for axis, value in tone.items()},
        file=place,
        recognised=str(row["recognised"]) if row.get("recognised") else None,
        annotator=str(row["annotator"]) if row.get("annotator") else None,
        reason=reason,
    )
