"""Clause borders: are the labelled cuts found, with marks, without marks, and without marks and capitals?"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.common import ROOT, Table, bootstrap
from vmaudio.text.clauses.split import split_clauses, transcript_from_text
from vmaudio.text.entities.find import find_entities

FORMS = ("as written", "without marks", "without marks and capitals")
_MARK = re.compile(r"(?<![0-9])[.,!?;:\"…]+|[.,!?;:\"…]+(?![0-9])|^[-–—]+|[-–—]+$")


@dataclass(frozen=True)
class Labelled:
    """A labelled message: its pieces in order, their parts, and the named entities."""

    rep: str
    pieces: tuple[str, ...]
    parts: tuple[str, ...]
    entities: dict[str, Any]
    row: dict[str, Any]


def labelled(data: Path) -> list[Labelled]:
    """The repository's labelled messages and the development voicemails."""
    messages = []
    for path in sorted((ROOT / "labels").glob("messages_*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            cut = [(one["text"], one["part"]) for one in row.get("sentences", ()) if one["text"].split()]
            if cut:
                messages.append(
                    Labelled(row["rep"], *(tuple(one) for one in zip(*cut, strict=True)), row.get("entities") or {}, row)
                )
    for line in (data / "voicemails" / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("parts"):
            cut = [(one["text"], one["label"]) for one in row["parts"]]
            messages.append(
                Labelled(row["rep"] or "robot", *(tuple(one) for one in zip(*cut, strict=True)), row.get("entities") or {}, row)
            )
    return messages


def half(rep: str) -> str:
    """Tune or report, by rep."""
    return "report" if hashlib.sha256(rep.encode()).digest()[0] % 2 else "tune"


def form_of(piece: str, form: str) -> str:
    """The piece with marks (and capitals) taken away; the number of words stays."""
    if form == "as written":
        return piece
    words = [_MARK.sub("", word) or "x" for word in piece.split()]
    return " ".join(words).lower() if form.endswith("capitals") else " ".join(words)


def borders(message: Labelled, form: str) -> tuple[set[int], set[int], set[int]]:
    """True borders, those of them where the label changes, and the borders found, as word indices."""
    pieces = [form_of(piece, form) for piece in message.pieces]
    transcript = transcript_from_text(" ".join(pieces))
    found = {clause.first_word for clause in split_clauses(transcript, find_entities(transcript))[1:]}
    true, change, total = set(), set(), 0
    for piece, here, after in zip(pieces[:-1], message.parts[:-1], message.parts[1:], strict=False):
        total += len(piece.split())
        true.add(total)
        if here != after:
            change.add(total)
    return true, change, found


def marks_only(message: Labelled, form: str) -> set[int]:
    """The named alternative: a clause ends at each mark."""
    words = " ".join(form_of(piece, form) for piece in message.pieces).split()
    return {index + 1 for index, word in enumerate(words[:-1]) if word[-1] in ".,!?;:"}


def run(data: Path) -> list[Table]:
    """One table."""
    messages = [message for message in labelled(data) if half(message.rep) == "report"]
    lines = []
    for form in FORMS:
        rows = [borders(message, form) for message in messages]
        recall = [(len(true & found), len(true)) for true, _, found in rows]
        plain = [marks_only(message, form) for message in messages]
        low, high = bootstrap([hit / max(n, 1) for hit, n in recall], groups=[message.rep for message in messages])
        share = [sum(part) for part in zip(*recall, strict=True)]
        changes = sum(len(change & found) for _, change, found in rows) / max(1, sum(len(change) for _, change, _ in rows))
        precision = share[0] / max(1, sum(len(found) for _, _, found in rows))
        plain_hits = sum(len(row[0] & other) for row, other in zip(rows, plain, strict=True))
        count = sum(len(other) for other in plain)
        lines.append(
            (
                form,
                len(messages),
                share[1],
                share[0] / share[1],
                f"{low:.2f}-{high:.2f}",
                changes,
                precision,
                plain_hits / share[1],
                plain_hits / count if count else None,
            )
        )
    columns = (
        "text",
        "messages",
        "true cuts",
        "recall",
        "95 %",
        "recall where the label changes",
        "precision",
        "marks alone: recall",
        "precision ",
    )
    notes = (
        "True text, made-up times (no pauses to go by). Report half of the reps; cue phrases and learned borders come from the "
        "other half. Interval: whole reps drawn, of the mean over messages."
    )
    return [Table("Clause borders against labelled cuts", columns, lines, notes)]
