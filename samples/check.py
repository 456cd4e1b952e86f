"""Verify the folder of samples: tables, truth and sound must agree. Decodes with vmaudio itself; synthesises nothing."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

SOUND = {".wav", ".mp3", ".m4a", ".ogg", ".flac", ".amr", ".gsm"}
MOST_BYTES = 6_000_000
TOLERANCE_S = 0.08  # decoders differ by a codec frame or two at the edges


def check(folder: Path) -> list[str]:
    """Return one sentence for each fault found in ``folder``; an empty list means that all is well."""
    return list(_faults(folder))


def _faults(folder: Path) -> Iterator[str]:
    sounds = sorted(p for p in folder.iterdir() if p.suffix in SOUND)
    truths = {p.stem: json.loads(p.read_text(encoding="utf-8")) for p in folder.glob("[0-9]*.json")}
    manifest, outcomes = _table(folder / "manifest.csv"), _table(folder / "outcomes.csv")
    if not sounds:
        yield f"{folder.name} holds no recording."
    for path in sounds:
        if path.stem not in truths:
            yield f"{path.name} has no truth file beside it."
            continue
        truth = truths[path.stem]
        if path.name != truth["file"]:
            yield f"{path.stem}.json speaks of {truth['file']}."
        if hashlib.sha256(path.read_bytes()).hexdigest() != truth["sha256"]:
            yield f"{path.name} is not the file that its truth was written for (SHA-256 differs)."
        yield from _sound(path, truth)
        yield from _times(truth)
    names = {p.name for p in sounds}
    for stem in sorted(set(truths) - {p.stem for p in sounds}):
        yield f"{stem}.json has no recording."
    yield from _tables(names, manifest, outcomes)
    yield from _labels(folder / "labels.jsonl", names)
    total = sum(p.stat().st_size for p in folder.iterdir() if p.is_file())
    if total > MOST_BYTES:
        yield f"The folder has {total / 1e6:.2f} MB; it must stay under {MOST_BYTES / 1e6:.0f} MB."


def _sound(path: Path, truth: dict[str, Any]) -> Iterator[str]:
    from vmaudio.audio.decode import load_audio
    from vmaudio.errors import AudioError

    try:
        recording = load_audio(path)
    except AudioError as error:
        yield f"{path.name} does not decode: {error}"
        return
    if abs(recording.duration_s - truth["duration_s"]) > TOLERANCE_S:
        yield f"{path.name} lasts {recording.duration_s:.3f} s; its truth says {truth['duration_s']:.3f} s."
    if recording.truncated:
        yield f"{path.name} decodes only in part."


def _times(truth: dict[str, Any]) -> Iterator[str]:
    name, at = truth["file"], 0.0
    for part in truth["parts"]:
        if not at - 1e-6 <= part["start_s"] < part["end_s"] <= truth["duration_s"]:
            yield f"{name}: the part {part['text']!r} lies at {part['start_s']}-{part['end_s']} s, out of order or outside."
        at = part["end_s"]
    if truth["parts"] and " ".join(p["text"] for p in truth["parts"]) != truth["text"]:
        yield f"{name}: the parts do not add up to the text."


def _tables(names: set[str], manifest: list[dict[str, str]], outcomes: list[dict[str, str]]) -> Iterator[str]:
    ids = [row["message_id"] for row in manifest]
    if len(ids) != len(set(ids)):
        yield "manifest.csv gives one message_id twice."
    for row in manifest:
        if row["file"] not in names:
            yield f"manifest.csv names {row['file']}, which is not there."
        if datetime.fromisoformat(row["sent_at"]).tzinfo is None:
            yield f"manifest.csv: {row['message_id']} has a sent_at without a zone."
    for name in sorted(names - {row["file"] for row in manifest}):
        yield f"{name} is not in manifest.csv."
    for row in outcomes:
        if row["message_id"] not in ids:
            yield f"outcomes.csv: no message has the id {row['message_id']}."
        if row["simulated"] != "yes":
            yield f"outcomes.csv: {row['message_id']} is not marked as simulated."


def _labels(path: Path, names: set[str]) -> Iterator[str]:
    from vmaudio.records import APPROACHES, PARTS, TONE_AXES

    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["file"] not in names:
            yield f"labels.jsonl: {row['id']} names {row['file']}, which is not there."
        if row["approach"] not in APPROACHES:
            yield f"labels.jsonl: {row['id']} has the unknown approach {row['approach']!r}."
        for word in {s["part"] for s in row["sentences"]} - set(PARTS):
            yield f"labels.jsonl: {row['id']} has the unknown part {word!r}."
        for word in set(row.get("tone", {})) - set(TONE_AXES):
            yield f"labels.jsonl: {row['id']} has the unknown tone axis {word!r}."


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
