"""Collecting labels: a file that a coach can fill in, read back with every fault named.

A label belongs to a text and an annotator, not to a transcript: a recording transcribed anew orphans nothing.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from vmaudio.classify import known_approaches, known_parts
from vmaudio.errors import TableError
from vmaudio.intake import harmless_cell, read_table, restore_cell, shortened, table_error
from vmaudio.records import REASONS, TONE_AXES, Analysis
from vmaudio.store import Label, LabelledText, Store, put_labels
from vmaudio.training.audiofolder import is_audiofolder, read_audiofolder
from vmaudio.training.label_studio import is_label_studio, read_json, read_label_studio
from vmaudio.training.labels import LabelledMessage, Sentence, read_labelled_messages as read_json_lines

COLUMNS = (
    "message_id", "rep", "prospect", "file", "position", "start_s", "text", "guess", "confidence", "part", "approach_guess",
    "approach", *TONE_AXES, "reason_guess", "reason",
)  # fmt: skip
"""Columns of the file a coach fills in: ``part`` in every row, the others in a message's first row."""


def text_key(text: str) -> str:
    """Key of a text under which its labels lie: case and spacing do not matter.

    Args:
        text: of a message.

    Returns:
        SHA-256 as hexadecimal figures.
    """
    return hashlib.sha256(" ".join(text.lower().split()).encode()).hexdigest()


def label_worklist(analyses: Iterable[Analysis]) -> list[Analysis]:
    """Messages worth labelling, the least sure first: by the least probability of a part or of the approach.

    Args:
        analyses: of messages; those without speech or parts are left out.
    """

    def sureness(analysis: Analysis) -> float:
        structure = analysis.structure
        return min(
            [max(structure.approach_probabilities.values(), default=0.0), *(part.probability for part in structure.parts)]
        )

    spoken = [analysis for analysis in analyses if analysis.transcript.status == "speech" and analysis.structure.parts]
    return sorted(spoken, key=sureness)


def _likeliest_reason(analysis: Analysis) -> str:
    """The kind of reason that the model holds most likely; empty where there is no judgement."""
    reason = analysis.structure.reason
    return max(reason.probabilities, key=reason.probabilities.__getitem__, default="") if reason else ""


def write_label_csv(analyses: Sequence[Analysis], stream: IO[str]) -> int:
    """Write the file that a coach fills in.

    Args:
        analyses: of the messages to label.
        stream: open for text.

    Returns:
        The number of clauses.
    """
    writer = csv.DictWriter(stream, COLUMNS)
    writer.writeheader()
    count = 0
    for analysis in analyses:
        for position, part in enumerate(analysis.structure.parts):
            count += 1
            row: dict[str, Any] = {
                "message_id": harmless_cell(analysis.message.message_id),
                "rep": harmless_cell(analysis.message.rep or ""),
                "prospect": harmless_cell(analysis.message.prospect or ""),
                "file": harmless_cell(analysis.source),
                "position": position,
                "start_s": f"{part.start_s:.1f}",
                "text": harmless_cell(part.text),
                "guess": part.label,
                "confidence": f"{part.probability:.2f}",
            }
            if position == 0:
                row["approach_guess"] = analysis.structure.approach
                row["reason_guess"] = _likeliest_reason(analysis)
            writer.writerow(row)
    return count


def write_label_json_lines(analyses: Sequence[Analysis], stream: IO[str]) -> int:
    """Write the same as JSON Lines: ``part``, ``approach`` and ``reason`` are null, to be filled in.

    Args:
        analyses: of the messages to label.
        stream: open for text.

    Returns:
        The number of clauses.
    """
    count = 0
    for analysis in analyses:
        sentences = [
            {"text": part.text, "part": None, "guess": part.label, "confidence": round(part.probability, 3)}
            for part in analysis.structure.parts
        ]
        count += len(sentences)
        row = {
            "id": analysis.message.message_id,
            "rep": analysis.message.rep or "",
            "prospect": analysis.message.prospect or "",
            "file": analysis.source,
            "sentences": sentences,
            "approach": None,
            "approach_guess": analysis.structure.approach,
            "tone": dict.fromkeys(TONE_AXES),
            "reason": None,
            "reason_guess": _likeliest_reason(analysis) or None,
        }
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return count


def read_label_file(path: Path) -> list[LabelledMessage]:
    """Read a filled-in file: CSV or JSON Lines by its ending, Label Studio's JSON, or the metadata of an AudioFolder.

    Args:
        path: of the file.

    Raises:
        TableError: the file cannot be read, or labels are unknown: each fault with its line and the valid labels.
    """
    if is_audiofolder(path):
        return read_audiofolder(path)
    if path.suffix.lower() == ".json" and is_label_studio(found := read_json(path)):
        return read_label_studio(found, path)
    return read_json_lines([path], several=True) if path.suffix.lower() in (".jsonl", ".json", ".ndjson") else _read_csv(path)


def _read_csv(path: Path) -> list[LabelledMessage]:
    rows = read_table(path)
    lacking = [name for name in ("message_id", "position", "text", "part") if rows and name not in rows[0][1]]
    if lacking:
        raise TableError(f"{path}, line 1: there is no column {lacking[0]!r}. Export the file again with labels export.")
    wrong: list[str] = []
    grouped: dict[str, list[tuple[int, dict[str, str]]]] = defaultdict(list)
    for line, row in rows:
        wrong += [f"line {line}: {fault}" for fault in _row_faults(row)]
        grouped[restore_cell(row.get("message_id", ""))].append((line, row))
    if wrong:
        raise table_error(path, wrong)
    return [_message(message_id, [row for _, row in group], path) for message_id, group in grouped.items()]


def _row_faults(row: Mapping[str, str]) -> Iterator[str]:
    if not row.get("message_id"):
        yield "no message_id"
    if not re.fullmatch(r"\d{1,6}", row.get("position", "")):
        yield f"position {shortened(row.get('position', ''))} is no whole number from 0 to 999999"
    if not row.get("text"):
        yield "no text"
    if row.get("part") and row["part"].lower() not in known_parts():
        yield f"unknown part {shortened(row['part'])}; valid: {', '.join(known_parts())}"
    if row.get("approach") and row["approach"].lower() not in known_approaches():
        yield f"unknown approach {shortened(row['approach'])}; valid: {', '.join(known_approaches())}"
    if row.get("reason") and row["reason"].lower() not in REASONS:
        yield f"unknown reason {shortened(row['reason'])}; valid: {', '.join(REASONS)}"
    for axis in TONE_AXES:
        if row.get(axis) and row[axis] not in ("0", "1"):
            yield f"{axis} is {shortened(row[axis])}; valid: 0, 1, or empty"


def _message(message_id: str, rows: list[dict[str, str]], path: Path) -> LabelledMessage:
    rows = sorted(rows, key=lambda row: int(row["position"]))
    first: dict[str, str] = {}
    for row in rows:
        for name in ("approach", "reason", "rep", "prospect", "file", *TONE_AXES):
            if row.get(name):
                first.setdefault(name, row[name])
    return LabelledMessage(
        id=message_id,
        rep=restore_cell(first.get("rep", "")),
        prospect=restore_cell(first.get("prospect", "")),
        sentences=tuple(Sentence(restore_cell(row["text"]), (row.get("part") or "").lower() or None) for row in rows),
        approach=first["approach"].lower() if "approach" in first else None,
        tone={axis: int(first[axis]) for axis in TONE_AXES if axis in first},
        file=path.parent / restore_cell(first["file"]) if "file" in first else None,
        reason=first["reason"].lower() if "reason" in first else None,
    )


def save_labels(store: Store, messages: Iterable[LabelledMessage], annotator: str, *, adjudicated: bool = False) -> int:
    """Store labels under an annotator's name; labelling the same clause again replaces one's own label.

    The whole text is kept with them, also where only a part of it is labelled.

    Args:
        store: that keeps them.
        messages: with their labels; one that has an annotator of its own is stored under that name.
        annotator: the annotator's name, for the others.
        adjudicated: these decide between annotators who disagreed.

    Returns:
        How many labels there were.
    """
    labels: list[Label] = []
    whole: list[LabelledText] = []
    for message in messages:
        key, who = text_key(message.text), message.annotator or annotator
        common: dict[str, Any] = {"text_key": key, "annotator": who, "message_id": message.id, "rep": message.rep}
        common["adjudicated"] = adjudicated
        whole.append(
            LabelledText(
                message.id, key, who, tuple(sentence.text for sentence in message.sentences), message.rep or None,
                message.prospect or None, os.path.abspath(message.file) if message.file else None, message.recognised,
            )
        )  # fmt: skip
        for position, sentence in enumerate(message.sentences):
            if sentence.part is not None:
                labels.append(Label(kind="part", position=position, text=sentence.text, label=sentence.part, **common))
        if message.approach is not None:
            labels.append(Label(kind="approach", position=-1, text=message.text, label=message.approach, **common))
        if message.reason is not None:
            labels.append(Label(kind="reason", position=-1, text=message.text, label=message.reason, **common))
        for axis, value in message.tone.items():
            labels.append(Label(kind=f"tone:{axis}", position=-1, text=message.text, label=str(value), **common))
    put_labels(store, labels, whole)
    return len(labels)


def count_labels(messages: Iterable[LabelledMessage]) -> int:
    """How many labels a file has; none where nobody filled it in.

    Args:
        messages: of the file.

    Returns:
        Parts, approaches, reasons and tone axes that are labelled.
    """
    return sum(
        sum(sentence.part is not None for sentence in message.sentences)
        + (message.approach is not None)
        + (message.reason is not None)
        + len(message.tone)
        for message in messages
    )
