"""Collecting labels: a file that a coach can fill in, read back with every fault named, and how far two people agree.

A label belongs to a text and an annotator, not to a transcript: a recording transcribed anew orphans nothing.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from vmaudio.errors import TableError
from vmaudio.intake import harmless_cell, read_table, restore_cell, shortened, table_error
from vmaudio.records import APPROACHES, PARTS, TONE_AXES, Analysis
from vmaudio.store import Label, Store, all_labels, put_labels
from vmaudio.training.labels import LabelledMessage, Sentence, read_labelled_messages as read_json_lines

COLUMNS = (
    "message_id", "rep", "prospect", "file", "position", "start_s", "text", "guess", "confidence", "part", "approach_guess",
    "approach", *TONE_AXES,
)  # fmt: skip
"""Columns of the file a coach fills in: ``part`` in every row, ``approach`` and the tone axes in a message's first row."""

ENOUGH_LABELS = 25
"""Below this many labelled examples a class is listed as missing: every fold needs some (our default)."""


def text_key(text: str) -> str:
    """Key of a text under which its labels lie: case and spacing do not matter."""
    return hashlib.sha256(" ".join(text.lower().split()).encode()).hexdigest()


def label_worklist(analyses: Iterable[Analysis]) -> list[Analysis]:
    """Messages worth labelling, the least sure first: by the least probability of a part or of the approach."""

    def sureness(analysis: Analysis) -> float:
        structure = analysis.structure
        return min(
            [max(structure.approach_probabilities.values(), default=0.0), *(part.probability for part in structure.parts)]
        )

    spoken = [analysis for analysis in analyses if analysis.transcript.status == "speech" and analysis.structure.parts]
    return sorted(spoken, key=sureness)


def write_label_csv(analyses: Sequence[Analysis], stream: IO[str]) -> int:
    """Write the file a coach fills in; return the number of clauses."""
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
            writer.writerow(row)
    return count


def write_label_json_lines(analyses: Sequence[Analysis], stream: IO[str]) -> int:
    """Write the same as JSON Lines: ``part`` and ``approach`` are null, to be filled in; return the number of clauses."""
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
        }
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return count


def read_label_file(path: Path) -> list[LabelledMessage]:
    """Read a filled-in file, CSV or JSON Lines by its ending.

    Raises:
        TableError: the file cannot be read, or labels are unknown: each fault with its line and the valid labels.
    """
    return read_json_lines([path]) if path.suffix.lower() in (".jsonl", ".json", ".ndjson") else _read_csv(path)


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
    if row.get("part") and row["part"].lower() not in PARTS:
        yield f"unknown part {shortened(row['part'])}; valid: {', '.join(PARTS)}"
    if row.get("approach") and row["approach"].lower() not in APPROACHES:
        yield f"unknown approach {shortened(row['approach'])}; valid: {', '.join(APPROACHES)}"
    for axis in TONE_AXES:
        if row.get(axis) and row[axis] not in ("0", "1"):
            yield f"{axis} is {shortened(row[axis])}; valid: 0, 1, or empty"


def _message(message_id: str, rows: list[dict[str, str]], path: Path) -> LabelledMessage:
    rows = sorted(rows, key=lambda row: int(row["position"]))
    first: dict[str, str] = {}
    for row in rows:
        for name in ("approach", "rep", "prospect", "file", *TONE_AXES):
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
    )


def save_labels(store: Store, messages: Iterable[LabelledMessage], annotator: str) -> int:
    """Store labels under an annotator's name; labelling the same clause again replaces one's own label. Returns how many."""
    labels: list[Label] = []
    for message in messages:
        key = text_key(message.text)
        common = {"text_key": key, "annotator": annotator, "message_id": message.id, "rep": message.rep}
        for position, sentence in enumerate(message.sentences):
            if sentence.part is not None:
                labels.append(Label(kind="part", position=position, text=sentence.text, label=sentence.part, **common))
        if message.approach is not None:
            labels.append(Label(kind="approach", position=-1, text=message.text, label=message.approach, **common))
        for axis, value in message.tone.items():
            labels.append(Label(kind=f"tone:{axis}", position=-1, text=message.text, label=str(value), **common))
    put_labels(store, labels)
    return len(labels)


def labelled_messages(store: Store, annotator: str | None = None) -> Iterator[dict[str, Any]]:
    """Labelled messages as rows of labels.jsonl, ready for training: one per text and annotator."""
    by_text: dict[tuple[str, str], list[Label]] = defaultdict(list)
    for label in all_labels(store):
        if annotator in (None, label.annotator):
            by_text[label.text_key, label.annotator].append(label)
    for (key, who), labels in sorted(by_text.items()):
        parts = sorted((label for label in labels if label.kind == "part"), key=lambda label: label.position)
        approach = next((label for label in labels if label.kind == "approach"), None)
        sentences: list[dict[str, str | None]] = [{"text": label.text, "part": label.label} for label in parts]
        if not sentences and approach is not None:
            sentences = [{"text": approach.text, "part": None}]
        yield {
            "id": f"{labels[0].message_id or key[:12]}:{who}",
            "rep": labels[0].rep or "",
            "prospect": "",
            "sentences": sentences,
            "approach": approach.label if approach else None,
            "tone": {label.kind.removeprefix("tone:"): int(label.label) for label in labels if label.kind.startswith("tone:")},
        }


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far annotators agree on what several of them labelled. ``alpha`` is Krippendorff's (nominal), NaN without any."""

    kind: str
    items: int
    alpha: float
    kappas: Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Status:
    """Counts per kind and label, annotators, agreement, and the labels that have too few examples."""

    counts: Mapping[str, Mapping[str, int]]
    annotators: Mapping[str, int]
    agreement: tuple[Agreement, ...]
    missing: Mapping[str, Mapping[str, int]]


def label_status(store: Store) -> Status:
    """Count the labels of the store and measure agreement."""
    labels = list(all_labels(store))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    items: dict[str, dict[tuple[str, int], dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for label in labels:
        counts[label.kind][label.label] += 1
        items[label.kind][label.text_key, label.position][label.annotator] = label.label
    valid = {"part": PARTS, "approach": APPROACHES}
    missing = {
        kind: {name: counts[kind][name] for name in names if counts[kind][name] < ENOUGH_LABELS}
        for kind, names in valid.items()
    }
    return Status(
        counts={kind: dict(found.most_common()) for kind, found in sorted(counts.items())},
        annotators=dict(Counter(label.annotator for label in labels).most_common()),
        agreement=tuple(_agreement(kind, list(found.values())) for kind, found in sorted(items.items())),
        missing=missing,
    )


def _agreement(kind: str, items: Sequence[Mapping[str, str]]) -> Agreement:
    shared = [item for item in items if len(item) > 1]
    people = sorted({who for item in shared for who in item})
    kappas = {}
    for one, other in itertools.combinations(people, 2):
        both = [(item[one], item[other]) for item in shared if one in item and other in item]
        if both:
            kappas[one, other] = cohen_kappa(both)
    return Agreement(kind, len(shared), krippendorff_alpha([list(item.values()) for item in shared]), kappas)


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa of two annotators, -1 to 1; NaN when both used one and the same label throughout."""
    import warnings

    from sklearn.metrics import cohen_kappa_score

    first, second = zip(*pairs, strict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one label only: NaN says it
        return float(cohen_kappa_score(first, second))


def krippendorff_alpha(items: Sequence[Sequence[str]]) -> float:
    """Krippendorff's alpha for nominal labels, any number of annotators per item (Krippendorff 2011); NaN without pairs."""
    coincidences: dict[tuple[str, str], float] = defaultdict(float)
    for values in items:
        if len(values) > 1:
            for first, second in itertools.permutations(values, 2):
                coincidences[first, second] += 1 / (len(values) - 1)
    totals: dict[str, float] = defaultdict(float)
    for (one, _), weight in coincidences.items():
        totals[one] += weight
    n = sum(totals.values())
    expected = sum(totals[a] * totals[b] for a in totals for b in totals if a != b)
    if not expected:
        return float("nan")
    observed = sum(weight for (one, other), weight in coincidences.items() if one != other)
    return 1.0 - (n - 1) * observed / expected
