"""Labelled messages: labels.jsonl, read and checked.

One message per line: ``id``, ``rep``, ``prospect``, optional ``file`` (audio, relative to the label file), ``sentences:
[{text, part}]`` (a piece may be shorter than a sentence: it is cut wherever the part changes), ``approach``, optional
``tone: {axis: 0 | 1}``, optional ``reason`` (what is given as the reason to call back), optional ``recognised`` (what a
recogniser wrote, to evaluate on that too), optional ``annotator`` (who labelled it; without one a message stands in one line)
or ``annotators`` (all who did, as ``labels export`` writes it). Other keys are left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vmaudio.classify import known_approaches, known_parts
from vmaudio.errors import TableError
from vmaudio.records import REASONS, TONE_AXES, parse_json

MOST_FAULTS = 20
"""A faulty file names at most this many lines."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A piece of the message with its part; ``part`` is None where nobody labelled it."""

    text: str
    part: str | None


@dataclass(frozen=True, slots=True)
class LabelledMessage:
    """One message with what people said about it. ``tone`` holds only the axes that were labelled.

    ``annotator`` is who labelled it; None where the file does not say.
    """

    id: str
    rep: str
    prospect: str
    sentences: tuple[Sentence, ...]
    approach: str | None = None
    tone: Mapping[str, int] = field(default_factory=dict)
    file: Path | None = None
    recognised: str | None = None
    annotator: str | None = None
    reason: str | None = None

    @property
    def in_part(self) -> bool:
        """Whether some of its pieces have a part, and others none."""
        return 0 < sum(sentence.part is not None for sentence in self.sentences) < len(self.sentences)

    @property
    def text(self) -> str:
        """All words of the message."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def key(self) -> str:
        """A short digest of the words, by which a model remembers what it was trained on."""
        return hashlib.sha256(" ".join(self.text.lower().split()).encode()).hexdigest()[:12]


def read_labelled_messages(paths: Sequence[Path], *, several: bool = False) -> list[LabelledMessage]:
    """Read label files; every line is checked.

    Args:
        paths: of labels.jsonl files.
        several: several annotators may have labelled one message, as in a file to import; for training each message stands
            once.

    Raises:
        TableError: a file cannot be read, or has faults: each is named with its line and the valid labels. Or a message was
            labelled by several annotators.
    """
    messages: list[LabelledMessage] = []
    for path in paths:
        messages += _read_one(Path(path))
    if not several:
        _refuse_twice(messages)
    return messages


def _refuse_twice(messages: Sequence[LabelledMessage]) -> None:
    """A message that two people labelled would be learned twice, perhaps with two answers."""
    people: dict[tuple[str, str], set[str]] = {}
    for message in messages:
        if message.annotator:
            people.setdefault((message.id, message.key), set()).add(message.annotator)
    twice = sorted(name for name, who in people.items() if len(who) > 1)
    if twice:
        who = ", ".join(sorted(people[twice[0]]))
        raise TableError(
            f"{len(twice)} messages were labelled by several people, the first is {twice[0][0][:80]!r} ({who[:200]}). Import "
            "the files (labels import), settle what they disagree on (labels adjudicate), and use labels export --labelled."
        )


def _read_one(path: Path) -> list[LabelledMessage]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise TableError(f"{path} cannot be read ({error.strerror}). Give a labels.jsonl file.") from None
    except UnicodeDecodeError:
        raise TableError(f"{path} is not UTF-8 text. Save it as UTF-8.") from None
    messages: list[LabelledMessage] = []
    faults: list[str] = []
    first_line: dict[tuple[str, str], int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = parse_json(line)
        except ValueError as error:
            faults.append(f"line {number}: not JSON ({str(error)[:200]})")
            continue
        found = list(_faults(row))
        name = (row["id"], row.get("annotator") or "") if not found else ("", "")
        if not found and name in first_line:
            found = [f"id {row['id'][:80]!r} was used in line {first_line[name]} already"]
        if found:
            faults += [f"line {number}: {fault}" for fault in found]
            continue
        first_line[name] = number
        messages.append(_message(row, path.parent))
    if faults:
        more = f"\nand {len(faults) - MOST_FAULTS} more" if len(faults) > MOST_FAULTS else ""
        raise TableError(f"{path} has faults:\n" + "\n".join(faults[:MOST_FAULTS]) + more + "\nCorrect them and try again.")
    if not messages:
        raise TableError(f"{path} holds no message. Each line is one JSON object with id, rep, prospect and sentences.")
    return messages


def _faults(row: Any) -> Iterator[str]:
    if not isinstance(row, dict):
        yield "not a JSON object"
        return
    for key in ("id", "rep", "prospect"):
        if not isinstance(row.get(key), str) or (key == "id" and not row[key]):
            yield f"{key!r} is missing or is no text"
    sentences = row.get("sentences")
    if not isinstance(sentences, list):
        yield "'sentences' is missing or is no list"
    else:
        for i, sentence in enumerate(sentences, start=1):
            if not isinstance(sentence, dict) or not isinstance(sentence.get("text"), str):
                yield f"sentence {i} has no 'text'"
            elif sentence.get("part") is not None and sentence["part"] not in known_parts():
                yield f"sentence {i} has the unknown part {str(sentence['part'])[:80]!r}; valid: {', '.join(known_parts())}"
    if row.get("approach") is not None and row["approach"] not in known_approaches():
        yield f"unknown approach {str(row['approach'])[:80]!r}; valid: {', '.join(known_approaches())}"
    if row.get("reason") is not None and row["reason"] not in REASONS:
        yield f"unknown reason {str(row['reason'])[:80]!r}; valid: {', '.join(REASONS)}"
    for key in ("recognised", "annotator"):
        if not isinstance(row.get(key) or "", str):
            yield f"{key!r} is no text"
    people = row.get("annotators") or []
    if not isinstance(people, list) or not all(isinstance(one, str) for one in people):
        yield "'annotators' is no list of names"
    tone = row.get("tone")
    if tone is not None:
        if not isinstance(tone, dict):
            yield "'tone' is no object of axes"
            return
        for axis, value in tone.items():
            if axis not in TONE_AXES:
                yield f"unknown tone axis {axis[:80]!r}; valid: {', '.join(TONE_AXES)}"
            elif value not in (0, 1, None) or isinstance(value, float):
                yield f"tone {axis} is {str(value)[:80]}; valid: 0, 1"


def _only(people: Sequence[str] | None) -> str | None:
    """Who labelled a message that one person labelled; what several settled is nobody's own."""
    return people[0] if people and len(people) == 1 else None


def _message(row: Mapping[str, Any], folder: Path) -> LabelledMessage:
    return LabelledMessage(
        id=row["id"],
        rep=row["rep"],
        prospect=row["prospect"],
        sentences=tuple(Sentence(item["text"], item.get("part")) for item in row["sentences"] if item["text"].strip()),
        approach=row.get("approach"),
        tone={axis: int(value) for axis, value in (row.get("tone") or {}).items() if value is not None},
        file=folder / row["file"] if row.get("file") else None,
        recognised=row.get("recognised"),
        annotator=row.get("annotator") or _only(row.get("annotators")),
        reason=row.get("reason"),
    )
