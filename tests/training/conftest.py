"""Small sets of labelled messages, and models trained on them once for the whole session."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from pathlib import Path

import pytest

from vmaudio.events import Event
from vmaudio.training.fit_model import TrainingResult, train_model

LABELS = Path(__file__).resolve().parents[2] / "labels"


def rows(file: str = "messages_a.jsonl") -> list[dict]:
    return [json.loads(line) for line in (LABELS / file).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """36 messages of 9 reps: four of each, so that most parts and approaches are there."""
    by_rep = defaultdict(list)
    for row in rows():
        by_rep[row["rep"]].append(row)
    chosen = list(itertools.chain.from_iterable(found[:4] for found in list(by_rep.values())[:9]))
    path = tmp_path_factory.mktemp("labels") / "small.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in chosen), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def part(small: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainingResult:
    return train_model("part", [small], tmp_path_factory.mktemp("models") / "part" / "1")


@pytest.fixture(scope="session")
def heard() -> list[Event]:
    """What a listener heard while the session's approach model was trained (empty until then)."""
    return []


@pytest.fixture(scope="session")
def approach(small: Path, heard: list[Event], tmp_path_factory: pytest.TempPathFactory) -> TrainingResult:
    return train_model("approach", [small], tmp_path_factory.mktemp("models") / "approach" / "1", listener=heard.append)
