"""How far two readers of the same messages agree: the ceiling for any model that learns from one of them.

    python -m labels.agreement labels/second_reader.jsonl labels/messages_*.jsonl

The second reader was given the label guide and the clauses, never the first labels. Cohen's kappa is agreement beyond chance
(Cohen 1960, Educ Psychol Meas 20:37), over all labels and for each label against the rest; the intervals draw whole messages.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.errors import TableError, VmaudioError
from vmaudio.records import APPROACHES, PARTS
from vmaudio.training.labels import LabelledMessage, read_labelled_messages

DRAWS = 1000
"""Bootstrap draws of messages."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a second reader said of one message: a part for each clause of the first reader's cuts, and the approach."""

    id: str
    parts: tuple[str, ...]
    approach: str | None


def read_second(path: Path) -> list[Reading]:
    """Read a second reader's file: one JSON object per line with ``id``, ``parts`` (in order) and ``approach``.

    Raises:
        TableError: the file cannot be read, or a line is no such object or holds an unknown label.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"{path} cannot be read ({error}). Give a JSON Lines file with id, parts and approach.") from None
    out = []
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            reading = Reading(str(row["id"]), tuple(row["parts"]), row.get("approach"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise TableError(f"{path}, line {number}: no object with 'id' and 'parts' ({error}). Correct it.") from None
        unknown = [label for label in reading.parts if label not in PARTS]
        unknown += [reading.approach] if reading.approach is not None and reading.approach not in APPROACHES else []
        if unknown:
            raise TableError(f"{path}, line {number}: unknown label {unknown[0]!r}. The label guide names the valid ones.")
        out.append(reading)
    return out


def agreement(first: Sequence[LabelledMessage], second: Sequence[Reading], seed: int = 0) -> dict[str, Any]:
    """Agreement on the messages that both readers labelled.

    Returns:
        Under "part" and "approach": ``n`` items, ``messages``, ``agreed`` (share of equal labels), ``kappa``, ``ci`` (95 %,
        drawing messages), ``macro_f1`` of the second reader with the first as truth (comparable with a model's),
        ``per_label`` with ``first`` and ``second`` (counts), ``kappa`` and ``ci`` of each label against the rest,
        and ``confused``: the pairs of labels that differ, most frequent first.

    Raises:
        TableError: a message of the second reader is missing, or its clauses are not as many as the first reader's.
    """
    by_id = {message.id: message for message in first}
    parts: list[tuple[list[str], list[str]]] = []
    approaches: list[tuple[list[str], list[str]]] = []
    for reading in second:
        if reading.id not in by_id:
            raise TableError(f"The first reader's files hold no message {reading.id!r}. Name the files that the second saw.")
        message = by_id[reading.id]
        own = [str(sentence.part) for sentence in message.sentences]
        if len(own) != len(reading.parts):
            raise TableError(f"Message {reading.id!r} has {len(own)} clauses and {len(reading.parts)} labels by the second.")
        parts.append((own, list(reading.parts)))
        if message.approach is not None and reading.approach is not None:
            approaches.append(([message.approach], [reading.approach]))
    return {"part": _compare(parts, PARTS, seed), "approach": _compare(approaches, APPROACHES, seed)}


def _compare(pairs: Sequence[tuple[list[str], list[str]]], labels: Sequence[str], seed: int) -> dict[str, Any]:
    from sklearn.metrics import f1_score

    a, b, of = _flat(pairs, range(len(pairs)))
    present = [label for label in labels if label in set(a) | set(b)]
    rng = np.random.default_rng(seed)
    draws = [_flat(pairs, rng.integers(len(pairs), size=len(pairs))) for _ in range(DRAWS)]
    truth = [label for label in labels if label in set(a)]
    return {
        "n": len(a),
        "messages": len(set(of)),
        "agreed": float(np.mean(np.array(a) == np.array(b))),
        "kappa": kappa(a, b),
        "ci": _interval(draws, lambda x, y: kappa(x, y)),
        "macro_f1": float(f1_score(a, b, labels=truth, average="macro", zero_division=0)),
        "per_label": {label: _one_label(label, a, b, draws) for label in present},
        "confused": [[*pair, n] for pair, n in Counter((x, y) for x, y in zip(a, b, strict=True) if x != y).most_common()],
    }


def _flat(pairs: Sequence[tuple[list[str], list[str]]], chosen: Any) -> tuple[list[str], list[str], list[int]]:
    a = [label for i in chosen for label in pairs[i][0]]
    b = [label for i in chosen for label in pairs[i][1]]
    return a, b, [int(i) for i in chosen for _ in pairs[i][0]]


def _one_label(label: str, a: Sequence[str], b: Sequence[str], draws: Sequence[Any]) -> dict[str, Any]:
    def against_rest(x: Sequence[str], y: Sequence[str]) -> float:
        return kappa([one == label for one in x], [one == label for one in y])

    return {
        "first": list(a).count(label),
        "second": list(b).count(label),
        "kappa": against_rest(a, b),
        "ci": _interval(draws, against_rest),
    }


def _interval(draws: Sequence[Any], statistic: Callable[[Any, Any], float]) -> list[float]:
    values = np.array([statistic(a, b) for a, b, _ in draws])
    if np.isnan(values).all():
        return [float("nan"), float("nan")]
    return [float(v) for v in np.nanpercentile(values, [2.5, 97.5])]


def kappa(a: Sequence[Any], b: Sequence[Any]) -> float:
    """Cohen's kappa, -1 to 1; NaN where both readers use one and the same label throughout. As scikit-learn's, but quick."""
    codes = {label: i for i, label in enumerate(dict.fromkeys([*a, *b]))}
    if len(codes) < 2:
        return float("nan")
    counts = np.zeros((len(codes), len(codes)))
    np.add.at(counts, ([codes[x] for x in a], [codes[y] for y in b]), 1)
    chance = float(counts.sum(axis=1) @ counts.sum(axis=0)) / counts.sum() ** 2
    return float((np.trace(counts) / counts.sum() - chance) / (1 - chance))


def table(found: Mapping[str, Any]) -> str:
    """The agreement of one kind of label as a Markdown table."""

    def cells(one: Mapping[str, Any]) -> str:
        low, high = (float("nan") if value is None else value for value in one["ci"])
        value = float("nan") if one["kappa"] is None else one["kappa"]
        return f"{value:.2f} | {low:.2f} to {high:.2f}" if not np.isnan(value) else "n/a | "

    lines = ["| label | first reader | second reader | kappa | 95 % interval |", "| --- | --- | --- | --- | --- |"]
    lines.append(f"| all | {found['n']} | {found['n']} | {cells(found)} |")
    lines += [f"| {label} | {one['first']} | {one['second']} | {cells(one)} |" for label, one in found["per_label"].items()]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the agreement of a second reader's file with the first labels."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("second", type=Path, help="JSON Lines: id, parts, approach")
    parser.add_argument("first", type=Path, nargs="+", help="labels.jsonl files")
    options = parser.parse_args(argv)
    try:
        found = agreement(read_labelled_messages(options.first), read_second(options.second))
    except VmaudioError as error:
        print(error, file=sys.stderr)
        return 1
    for kind, one in found.items():
        print(f"{kind}: kappa {one['kappa']:.3f} ({one['ci'][0]:.3f} to {one['ci'][1]:.3f}), {one['agreed']:.1%} equal of")
        print(
            f"{one['n']} in {one['messages']} messages; the second reader's macro F1 judged by the first {one['macro_f1']:.3f}"
        )
        print(table(one))
        for a, b, n in one["confused"]:
            print(f"  {n} x first {a}, second {b}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
