"""The recordings of the benchmark of verdicts: the samples, the development voicemails, and the labelled messages as spoken."""

from __future__ import annotations

import csv
import dataclasses
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.common import ROOT, manifest
from benchmarks.verdict_speech import NOT_SALES, RELINED, make_all, relined
from vmaudio.records import Message


@dataclass(frozen=True)
class Spoken:
    """One recording with its script: ``source`` is "samples", "voicemails" or "labels", ``half`` "tune" or "report", by rep."""

    source: str
    message: Message
    truth: Mapping[str, Any]
    half: str = ""

    @property
    def rep(self) -> str:
        return str(self.message.rep)


def recordings(data: Path) -> list[Spoken]:
    """Every sales message of the three sources; one recording sent to many counts once.

    Samples and voicemails come as they are, and through further lines; labelled messages in several takes.
    """
    found = [*_samples(), *_voicemails(data)]
    lines = [_relined(one, take) for take in range(RELINED) for one in found]
    every = [*found, *lines, *_labels()]
    part = halves({one.rep for one in every})
    return [dataclasses.replace(one, half=part[one.rep]) for one in every]


def halves(reps: Iterable[str]) -> dict[str, str]:
    """Tune or report for each rep, every other one in the order of a checksum; each rep has a voice of their own."""
    ordered = sorted(set(reps), key=lambda rep: zlib.crc32(rep.encode()))
    return {rep: ("tune", "report")[at % 2] for at, rep in enumerate(ordered)}


def _relined(one: Spoken, take: int) -> Spoken:
    source = Path(one.message.source)
    path, snr_db = relined(f"{one.source}_{source.stem}", source, one.truth["snr_db"], take)
    message = dataclasses.replace(one.message, source=str(path), message_id=f"{one.message.message_id}_{take}")
    return Spoken(one.source, message, {**one.truth, "snr_db": snr_db})


def _samples() -> list[Spoken]:
    found: dict[str, Spoken] = {}
    with (ROOT / "samples" / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            path = ROOT / "samples" / row.pop("file")
            truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
            if truth["approach"] not in NOT_SALES and path.name not in found:
                message = Message(str(path), **{key: value for key, value in row.items() if value})
                found[path.name] = Spoken("samples", message, {**truth, "prospect_name": row["prospect_name"], **_of(row)})
    return list(found.values())


def _of(row: Mapping[str, str]) -> dict[str, str | None]:
    return {key: row.get(key) or None for key in ("company", "caller_id", "notes")}


def _voicemails(data: Path) -> list[Spoken]:
    folder = data / "voicemails"
    listed = {row["file"]: row for row in manifest(folder)}
    found = []
    for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        if truth["kind"] == "message" and truth["approach"] not in NOT_SALES:
            row = listed[truth["file"]]
            message = Message(
                str(folder / truth["file"]), rep=row["rep"], prospect=row["prospect"], prospect_name=row["prospect"],
                company=row["company"] or None, notes=row["notes"] or None, campaign=row["campaign"] or None,
            )  # fmt: skip
            found.append(Spoken("voicemails", message, {**truth, "prospect_name": row["prospect"], **_of(row)}))
    return found


def _labels() -> list[Spoken]:
    return [
        Spoken(
            "labels",
            Message(
                str(path), message_id=truth["id"], rep=truth["rep"], prospect=truth["prospect_name"], notes=truth["notes"],
                prospect_name=truth["prospect_name"], company=truth["company"], caller_id=truth["caller_id"],
            ),
            truth,
        )
        for path, truth in make_all()
    ]  # fmt: skip
