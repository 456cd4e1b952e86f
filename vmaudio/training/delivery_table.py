"""Tables of measured messages with tone labels, from which the classifiers of delivery learn.

Rows come from label files whose messages carry ``tone`` and ``file`` (the sound is decoded and measured here), or from a
table of features (.csv) as `write_table` makes it: columns ``id``, ``rep``, ``prospect``, those of
`vmaudio.classify.DELIVERY_COLUMNS`, and the axes (0, 1 or empty).
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vmaudio.audio import detect_speech, load_audio
from vmaudio.classify import DELIVERY_COLUMNS, delivery_row
from vmaudio.errors import TableError, TrainingError
from vmaudio.events import Event, Listener, ignore
from vmaudio.intake import RowWriter, harmless_cell, restore_cell, shortened
from vmaudio.prosody import measure_prosody
from vmaudio.records import TONE_AXES
from vmaudio.text import transcript_from_text
from vmaudio.training.labels import LabelledMessage, read_labelled_messages


@dataclass(frozen=True)
class Table:
    """Measured messages with tone labels.

    Attributes:
        ids: of the messages.
        groups: their reps.
        prospects: whom they called.
        x: (n, len(DELIVERY_COLUMNS)), NaN where something cannot be measured.
        labels: axis to (n,) of 0, 1, and NaN where nobody labelled it.
    """

    ids: tuple[str, ...]
    groups: tuple[str, ...]
    prospects: tuple[str, ...]
    x: np.ndarray
    labels: Mapping[str, np.ndarray]

    def key(self, i: int) -> str:
        """A short digest of a row, by which a model remembers what it was trained on.

        Args:
            i: number of the row.
        """
        return hashlib.sha256(",".join(f"{v:.4g}" for v in self.x[i]).encode()).hexdigest()[:12]


def read_table(paths: Sequence[Path], listener: Listener = ignore) -> Table:
    """Read feature tables, and measure the messages of label files with sound.

    Args:
        paths: of tables (.csv) and label files (.jsonl).
        listener: called with each message measured.

    Raises:
        TableError: a file cannot be read or has faults.
        AudioError: a message's sound cannot be used.
        TrainingError: no message carries a tone label.
    """
    ids: list[str] = []
    groups: list[str] = []
    prospects: list[str] = []
    x: list[np.ndarray] = []
    labels: dict[str, list[float]] = {axis: [] for axis in TONE_AXES}
    for path in map(Path, paths):
        if path.suffix.lower() == ".csv":
            for row in _csv_rows(path):
                ids.append(restore_cell(row["id"]))
                groups.append(restore_cell(row["rep"]))
                prospects.append(restore_cell(row.get("prospect", "")))
                x.append(np.array([_float(row[name]) for name in DELIVERY_COLUMNS]))
                for axis in TONE_AXES:
                    labels[axis].append(_float(row.get(axis, "")))
            continue
        marked = [m for m in read_labelled_messages([path]) if m.tone and m.file is not None]
        for done, message in enumerate(marked):
            listener(Event("measure", str(message.file), done, len(marked)))
            ids.append(message.id)
            groups.append(message.rep)
            prospects.append(message.prospect)
            x.append(measure_message(message))
            for axis in TONE_AXES:
                labels[axis].append(float(message.tone.get(axis, np.nan)))
    if not x:
        raise TrainingError(
            "No message carries a tone label with its sound. Give 'tone' and 'file' in labels.jsonl, or a feature table (.csv)."
        )
    arrays = {axis: np.array(values, dtype=float) for axis, values in labels.items()}
    return Table(tuple(ids), tuple(groups), tuple(prospects), np.vstack(x), arrays)


def write_table(path: Path, table: Table) -> None:
    """Write a feature table, four significant digits, NaN as an empty cell.

    Args:
        path: of the CSV file.
        table: what is written.
    """

    def cell(value: float) -> str:
        return "" if np.isnan(value) else f"{value:.4g}"

    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = RowWriter(stream)
        writer.writerow(["id", "rep", "prospect", *DELIVERY_COLUMNS, *TONE_AXES])
        for i, name in enumerate(table.ids):
            marks = [cell(table.labels[axis][i]) for axis in TONE_AXES]
            who = map(harmless_cell, (name, table.groups[i], table.prospects[i]))
            writer.writerow([*who, *map(cell, table.x[i]), *marks])


def measure_message(message: LabelledMessage) -> np.ndarray:
    """Decode and measure a labelled message with sound; its words are those of its sentences.

    Args:
        message: whose ``file`` is there.

    Returns:
        (len(DELIVERY_COLUMNS),).

    Raises:
        AudioError: its sound cannot be used.
    """
    recording = load_audio(str(message.file))
    sound = measure_prosody(recording, detect_speech(recording))
    return delivery_row(sound, transcript_from_text(message.text))


def _csv_rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.DictReader(stream)
            rows = list(reader)
            names = reader.fieldnames or []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{path} cannot be read ({error}). Give a feature table as `write_table` makes it.") from None
    absent = [name for name in ("id", "rep", *DELIVERY_COLUMNS) if name not in names]
    if absent:
        raise TableError(f"{path}, line 1: the column(s) {', '.join(absent)} are missing. Make the table again.")
    for number, row in enumerate(rows, start=2):
        for name in (*DELIVERY_COLUMNS, *TONE_AXES):
            try:
                _float(row.get(name) or "")
            except ValueError:
                raise TableError(f"{path}, line {number}: {name} is {shortened(row[name])}, and should be a number.") from None
            if name in TONE_AXES and (row.get(name) or "") not in ("", "0", "1"):
                raise TableError(f"{path}, line {number}: {name} is {shortened(row[name])}; valid: 0, 1, or empty.")
    return rows


def _float(text: str) -> float:
    return float(text) if text else float("nan")
