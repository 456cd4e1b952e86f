"""One label where several people labelled: what they agree on, the majority, or what a third person decided.

Two people may cut a message in different places, so they are compared word by word. A message is exported once, whoever
labelled it: nobody's disagreement is trained on twice.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from vmaudio.classify import known_approaches, known_parts
from vmaudio.errors import TableError
from vmaudio.intake import RowWriter, harmless_cell, read_table, restore_cell, shortened, table_error
from vmaudio.records import REASONS, TONE_AXES
from vmaudio.store import Label, LabelledText, Store, all_labels, whole_texts
from vmaudio.training.labels import LabelledMessage, Sentence

COLUMNS = ("message_id", "kind", "first_word", "last_word", "text", "votes", "decision")
"""Columns of the file of conflicts; a person fills in ``decision``."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What annotators disagree on, with no majority.

    Attributes:
        message_id: the message.
        kind: "part", "approach", "reason" or "tone:<axis>".
        first: first word of the stretch, from 0; -1 for the whole message.
        last: last word of it.
        text: its words.
        votes: label by annotator.
    """

    message_id: str
    kind: str
    first: int
    last: int
    text: str
    votes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Settled:
    """A message with the labels that hold.

    Attributes:
        message: with one label for each piece; None where nobody labelled it, or where they disagree.
        annotators: who labelled it.
        conflicts: what they disagree on.
    """

    message: LabelledMessage
    annotators: tuple[str, ...]
    conflicts: tuple[Conflict, ...]

    def to_row(self) -> dict[str, Any]:
        """The message as a line of labels.jsonl."""
        one = self.message
        row: dict[str, Any] = {
            "id": one.id,
            "rep": one.rep,
            "prospect": one.prospect,
            "sentences": [{"text": sentence.text, "part": sentence.part} for sentence in one.sentences],
            "approach": one.approach,
            "tone": dict(one.tone),
            "annotators": list(self.annotators),
        }
        if one.file is not None:
            row["file"] = str(one.file)
        if one.recognised is not None:
            row["recognised"] = one.recognised
        if one.reason is not None:
            row["reason"] = one.reason
        return row


def settled_messages(store: Store, annotator: str | None = None) -> Iterator[Settled]:
    """Every labelled message once, with the labels that hold.

    Args:
        store: that keeps the labels.
        annotator: only this person's labels; None is everybody's.

    Yields:
        Messages by id. Where a message was labelled in several transcripts, the one with most labels, then the newest.
    """
    labels: dict[tuple[str, str, str], list[Label]] = defaultdict(list)
    for label in all_labels(store):
        if annotator in (None, label.annotator):
            labels[label.message_id or f"text:{label.text_key[:12]}", label.text_key, label.annotator].append(label)
    texts = {(one.message_id, one.text_key, one.annotator): one for one in whole_texts(store)}
    by_message: dict[str, dict[str, list[LabelledText]]] = defaultdict(lambda: defaultdict(list))
    for key, given in labels.items():
        by_message[key[0]][key[1]].append(texts.get(key) or _text_of(key, given))
    for message_id in sorted(by_message):
        versions = by_message[message_id].items()
        text_key, found = max(versions, key=lambda one: sum(len(labels[message_id, one[0], text.annotator]) for text in one[1]))
        yield _settle(message_id, found, {text.annotator: labels[message_id, text_key, text.annotator] for text in found})


def labelled_messages(store: Store, annotator: str | None = None) -> Iterator[dict[str, Any]]:
    """Labelled messages as rows of labels.jsonl, ready for training: each once, with the labels that hold.

    Args:
        store: that keeps the labels.
        annotator: whose labels; None means everybody's, see `settled_messages`.
    """
    for one in settled_messages(store, annotator):
        yield one.to_row()


def _text_of(key: tuple[str, str, str], given: Sequence[Label]) -> LabelledText:
    """The text as far as the labels alone tell it: those of before whole texts were kept."""
    parts = sorted((label for label in given if label.kind == "part"), key=lambda label: label.position)
    pieces = tuple(label.text for label in parts) or (given[0].text,)
    places = [label.position for label in parts]
    if places != list(range(len(places))):  # some pieces are lost; positions count those that are left
        pieces = tuple(label.text for label in parts)
    return LabelledText(key[0], key[1], key[2], pieces, given[0].rep)


def _settle(message_id: str, texts: Sequence[LabelledText], labels: Mapping[str, Sequence[Label]]) -> Settled:
    words = max((" ".join(text.pieces).split() for text in texts), key=len)
    votes: list[dict[str, tuple[str, bool]]] = [{} for _ in words]
    cuts = {0, len(words)}
    for text in texts:
        at, spans = 0, []
        for piece in text.pieces:
            spans.append((at, at + len(piece.split())))
            at = spans[-1][1]
        cuts |= {start for start, _ in spans if start < len(words)}
        own = sorted((one for one in labels[text.annotator] if one.kind == "part"), key=lambda one: one.position)
        kept = len(text.pieces) == len(own) and text.pieces == tuple(one.text for one in own)
        for n, one in enumerate(own):
            place = n if kept else one.position
            if place < len(spans):
                for word in range(*spans[place]):
                    if word < len(words):
                        votes[word][text.annotator] = (one.label, one.adjudicated)
    answers = [_answer(given) for given in votes]
    bounds = sorted(cuts | {i for i in range(1, len(words)) if answers[i] != answers[i - 1] or votes[i] != votes[i - 1]})
    sentences, conflicts = [], []
    for start, end in itertools.pairwise(bounds):
        said, (label, agreed) = " ".join(words[start:end]), answers[start]
        sentences.append(Sentence(said, label))
        if not agreed:
            given = {who: vote for who, (vote, _) in votes[start].items()}
            conflicts.append(Conflict(message_id, "part", start, end - 1, said, given))
    whole = " ".join(words)
    flat: dict[str, str | None] = {}
    for kind in ("approach", "reason", *(f"tone:{axis}" for axis in TONE_AXES)):
        given_flat = {one.annotator: (one.label, one.adjudicated) for own in labels.values() for one in own if one.kind == kind}
        flat[kind], agreed = _answer(given_flat)
        if not agreed:
            conflicts.append(Conflict(message_id, kind, -1, -1, whole, {who: vote for who, (vote, _) in given_flat.items()}))
    named = ("rep", "prospect", "file", "recognised")
    first = {name: next((value for text in texts if (value := getattr(text, name))), None) for name in named}
    message = LabelledMessage(
        message_id, first["rep"] or "", first["prospect"] or "", tuple(sentences), flat["approach"],
        {axis: int(value) for axis in TONE_AXES if (value := flat[f"tone:{axis}"]) is not None},
        Path(first["file"]) if first["file"] else None, first["recognised"], reason=flat["reason"],
    )  # fmt: skip
    return Settled(message, tuple(sorted(labels)), tuple(conflicts))


def _answer(votes: Mapping[str, tuple[str, bool]]) -> tuple[str | None, bool]:
    """The label that holds (a decision, else that of more than half), and whether there is no disagreement left."""
    decided = {label for label, adjudicated in votes.values() if adjudicated}
    if len(decided) == 1:
        return decided.pop(), True
    counts = Counter(label for label, _ in votes.values())
    if not counts:
        return None, True
    label, most = counts.most_common(1)[0]
    return (label, True) if 2 * most > len(votes) else (None, False)


def write_conflicts(found: Sequence[Conflict], stream: IO[str]) -> None:
    """Write what a third person has to decide.

    Args:
        found: the conflicts.
        stream: open for text.
    """
    writer = RowWriter(stream)
    writer.writerow(COLUMNS)
    for one in found:
        votes = "; ".join(f"{who}: {label}" for who, label in sorted(one.votes.items()))
        row = (one.message_id, one.kind, str(one.first), str(one.last), one.text, votes, "")
        writer.writerow([harmless_cell(cell) if cell != "-1" else cell for cell in row])


def read_decisions(path: Path, store: Store) -> list[LabelledMessage]:
    """Read what a person decided.

    Args:
        path: the file of conflicts, with ``decision`` filled in.
        store: that keeps the labels.

    Returns:
        Messages with the decided labels alone, to be saved as adjudicated.

    Raises:
        TableError: a decision is no label, or its message has no such words any more; each with its line.
    """
    known = {one.message.id: one.message for one in settled_messages(store)}
    parts: dict[str, dict[tuple[int, int], str]] = defaultdict(dict)
    flat: dict[str, dict[str, str]] = defaultdict(dict)
    wrong = []
    for line, row in read_table(path):
        decision, kind = row.get("decision", "").strip().lower(), row.get("kind", "")
        if not decision:
            continue
        message_id = restore_cell(row.get("message_id", ""))
        valid = _valid(kind)
        if decision not in valid:
            wrong.append(f"line {line}: {shortened(decision)} is no label; valid: {', '.join(valid)}")
            continue
        words = known[message_id].text.split() if message_id in known else []
        if kind != "part":
            flat[message_id][kind] = decision
            continue
        try:
            first, last = int(row.get("first_word", "")), int(row.get("last_word", ""))
        except ValueError:
            first = last = -1
        if not 0 <= first <= last < len(words) or " ".join(words[first : last + 1]) != restore_cell(row.get("text", "")):
            wrong.append(f"line {line}: the message {shortened(message_id)} has no such words. Write the conflicts again.")
            continue
        parts[message_id][first, last] = decision
    if wrong:
        raise table_error(path, wrong)
    if not parts and not flat:
        raise TableError(f"{path}: nothing is filled in. Write a label into the column decision.")
    return [_decided(known[message_id], parts[message_id], flat[message_id]) for message_id in {**parts, **flat}]


def _valid(kind: str) -> tuple[str, ...]:
    return {"part": known_parts(), "approach": known_approaches(), "reason": REASONS}.get(kind, ("0", "1"))


def _decided(message: LabelledMessage, parts: Mapping[tuple[int, int], str], flat: Mapping[str, str]) -> LabelledMessage:
    words = message.text.split()
    bounds = sorted({0, len(words), *(edge for first, last in parts for edge in (first, last + 1))})
    sentences = tuple(
        Sentence(" ".join(words[start:end]), parts.get((start, end - 1))) for start, end in itertools.pairwise(bounds)
    )
    tone = {kind.removeprefix("tone:"): int(label) for kind, label in flat.items() if kind.startswith("tone:")}
    return LabelledMessage(
        message.id, message.rep, message.prospect, sentences, flat.get("approach"), tone, message.file, message.recognised,
        reason=flat.get("reason"),
    )  # fmt: skip
