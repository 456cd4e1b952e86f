"""Training and evaluating the reason model on label files."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from pathlib import Path

import pytest

from tests.training.conftest import rows
from vmaudio.classify import ModelStore
from vmaudio.errors import TableError, TrainingError
from vmaudio.records import REASONS
from vmaudio.training.evaluation import compare_models, evaluate_model
from vmaudio.training.fit_model import train_model


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first message of each of four kinds by each of eight reps."""
    first: dict[str, dict[str, dict]] = defaultdict(dict)
    for row in rows("reasons.jsonl"):
        if row["id"].startswith("x") and row["reason"] != "bare":
            first[row["rep"]].setdefault(row["reason"], row)
    whole = [list(found.values()) for found in first.values() if len(found) == 4]
    chosen = itertools.chain.from_iterable(whole[:8])
    path = tmp_path_factory.mktemp("reasons") / "few.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in chosen), encoding="utf-8")
    return path


def test_training_and_evaluating(few: Path, tmp_path: Path) -> None:
    """A folder with card and figures; it is evaluated as written and as recognised, and compared with the one that ships."""
    made = train_model("reason", [few], tmp_path / "reason" / "1")
    n = len(few.read_text("utf-8").splitlines())
    assert made.evaluation.n == n
    assert set(made.evaluation.per_class) <= set(REASONS)
    card = (made.folder.path / "card.md").read_text("utf-8")
    assert "# Model card: reason" in card
    assert "`none` and `pressure` together" in card
    store = ModelStore(tmp_path, tmp_path / "none")
    model = store.load("reason")
    found = evaluate_model(model, [few])
    assert found.n == found.n_seen == n
    assert found.recognised is not None
    assert found.macro_f1 > 0.9  # of what it has learned
    same = compare_models(model, ModelStore().load("reason"), [few])
    assert same["n"] == same["n_seen"] == n


def test_nothing_to_learn_from(few: Path, small: Path, tmp_path: Path) -> None:
    """Messages without a reason train nothing, and an unknown one is named with its line."""
    with pytest.raises(TrainingError, match="No message has a reason"):
        train_model("reason", [small], tmp_path / "out")
    odd = tmp_path / "odd.jsonl"
    odd.write_text(few.read_text("utf-8").replace('"reason": "none"', '"reason": "nothing"'), encoding="utf-8")
    with pytest.raises(TableError, match="line 1: unknown reason 'nothing'; valid: own, general, bare, none, pressure"):
        train_model("reason", [odd], tmp_path / "out")


def test_the_test_messages_trained_nothing() -> None:
    """No message of the report half, and none of the fresh ones, is among the labels."""
    from benchmarks.rows.clauses import half

    known = {row["id"] for row in rows("reasons.jsonl")}
    words = {" ".join(row["sentences"][0]["text"].split()) for row in rows("reasons.jsonl")}
    held = [row for row in rows("quality.jsonl") if half(row["rep"]) == "report"] + rows("quality_fresh.jsonl")
    assert not known & {row["id"] for row in held}
    assert not words & {" ".join(row["text"].split()) for row in held}
