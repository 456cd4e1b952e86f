"""`make models` and the numbers that it adds to the cards."""

from __future__ import annotations

import csv
import itertools
import json
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import external_data
from labels.train_models import TEXTS, amend, main
from tests.training.conftest import LABELS
from vmaudio.classify import ModelStore
from vmaudio.classify.delivery import DELIVERY_COLUMNS, delivery_axes
from vmaudio.training.card import model_card
from vmaudio.training.fit_model import TrainingResult


def small_table(folder: Path) -> None:
    """Every fourth row of the tone table: five voices or more, both kinds of every axis."""
    lines = (LABELS / "tone_features.csv").read_text(encoding="utf-8").splitlines()
    (folder / "tone_features.csv").write_text("\n".join([lines[0], *lines[1::4]]) + "\n", encoding="utf-8")


def test_training_is_deterministic(tmp_path: Path) -> None:
    """The same labels and seed give the same model.json, card and pictures, and only a new folder and CURRENT are written."""
    (tmp_path / "labels").mkdir()
    small_table(tmp_path / "labels")
    for out in ("one", "two"):
        assert main(["tone", "--labels", str(tmp_path / "labels"), "--models", str(tmp_path / out)]) == 0
    files = [sorted(str(p.relative_to(tmp_path / out)) for p in (tmp_path / out).rglob("*")) for out in ("one", "two")]
    assert files[0] == files[1]
    assert (tmp_path / "one" / "tone" / "CURRENT").read_text() == "1\n"
    for name in files[0]:
        one, two = tmp_path / "one" / name, tmp_path / "two" / name
        if name.endswith("model.json"):
            a, b = json.loads(one.read_text()), json.loads(two.read_text())
            a.pop("sha256"), b.pop("sha256")  # an archive holds the time at which it was made
            assert a == b
        elif one.suffix in (".md", ".svg"):
            assert one.read_bytes() == two.read_bytes(), name


def test_amend_keeps_the_estimator(part: TrainingResult, tmp_path: Path) -> None:
    """What is added to a model reaches model.json and the card; the estimator's file is not touched."""
    folder = tmp_path / "1"
    folder.mkdir()
    for path in part.folder.path.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    before = (folder / "model.skops").read_bytes()
    one = {"first": 5, "second": 6, "kappa": 0.6, "ci": [0.2, 0.9]}
    readers = {
        "n": 30, "messages": 4, "agreed": 0.9, "kappa": 0.88, "ci": [0.8, 0.95], "macro_f1": 0.87,
        "per_label": {"offer": one, "ask": {**one, "kappa": 0.95}}, "confused": [],
    }  # fmt: skip
    amend(folder, {"readers": readers})
    assert (folder / "model.skops").read_bytes() == before
    assert json.loads((folder / "model.json").read_text())["readers"] == readers
    text = (folder / "card.md").read_text(encoding="utf-8")
    assert "Cohen's kappa is 0.88 (0.80 to 0.95" in text
    assert "below a kappa of 0.9: offer 0.60." in text


def test_recall_by_campaign() -> None:
    """Two calls of one campaign count as one campaign; the interval of the mean draws campaigns."""
    found = external_data._recall({"a": [True, True, False, True], "b": [True], "c": [False]})
    assert (found["recall"], found["n"], found["campaigns"], found["campaigns_at_95"]) == (4 / 6, 6, 3, 1)
    assert found["mean_of_campaigns"] == pytest.approx((0.75 + 1 + 0) / 3)
    low, high = found["mean_ci"]
    assert low < found["mean_of_campaigns"] < high


def test_own_baseline_takes_the_speaker_out() -> None:
    """A clip is centred by the speaker's other clips, never by itself, and a speaker of one clip is left as he is."""
    rng = np.random.default_rng(0)
    level = DELIVERY_COLUMNS.index("level_mean_dbfs")
    rows = [rng.normal(0, 1, len(DELIVERY_COLUMNS)) for _ in range(5)]
    speakers = ["a", "a", "a", "a", "b"]
    model = SimpleNamespace(meta={"centres": {"level_mean_dbfs": -30.0}})
    found = external_data.own_baseline(rows, speakers, model)  # type: ignore[arg-type]
    np.testing.assert_array_equal(found[4], rows[4])
    others = np.median([row[level] for row in rows[1:4]])
    assert found[0][level] == pytest.approx(rows[0][level] + 0.8 * (-30 - others))
    untouched = [i for i, name in enumerate(DELIVERY_COLUMNS) if i != level]
    np.testing.assert_array_equal(found[0][untouched], rows[0][untouched])


def test_own_baseline_makes_a_high_voice_no_livelier() -> None:
    """A voice that is always high comes near the answer for the training median's pitch; one alone keeps its own."""
    model = ModelStore().load("tone")
    row = np.zeros(len(DELIVERY_COLUMNS))
    for name, centre in model.meta["centres"].items():
        row[DELIVERY_COLUMNS.index(name)] = centre
    high = row.copy()
    high[DELIVERY_COLUMNS.index("f0_median_st")] += 9
    known = external_data.own_baseline([high] * 3, ["a"] * 3, model)[0]
    middle, alone, taken_out = (delivery_axes(one, model)["lively"] for one in (row, high, known))
    assert abs(taken_out - middle) < abs(alone - middle)


def test_lively_is_shown_with_fresh_actors() -> None:
    """The tone card tells the acted voices that were looked at from those that were not."""
    scores = {"balanced_accuracy": 0.77, "ci": {"balanced_accuracy": [0.7, 0.84]}, "majority_baseline": 0.5, "auc": 0.85}
    one = {**scores, "n": 72, "fresh": {**scores, "balanced_accuracy": 0.76, "n": 30}}
    meta = json.loads((LABELS.parent / "models" / "tone" / "1" / "model.json").read_text(encoding="utf-8"))
    text = model_card({**meta, "outside": {"lively": {"telephone": one}}}, [])
    assert "| telephone | 0.77 | 0.70 to 0.84 | 0.50 | 0.85 | 72 | 0.76 | 0.70 to 0.84 | 30 |" in text


def test_no_message_is_there_twice() -> None:
    """No two labelled messages of all files have the same words, and ids are used once: no split can leak a copy."""
    seen, ids = defaultdict(list), []
    for name in TEXTS:
        for line in (LABELS / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            ids.append(row["id"])
            seen[" ".join(s["text"].lower() for s in row["sentences"])].append(row["id"])
    assert [found for found in seen.values() if len(found) > 1] == []
    assert len(ids) == len(set(ids)) >= 300


def test_the_tone_table_covers_the_axes() -> None:
    """Each axis of the shipped table has both kinds in every voice but for undecided rows, so that no axis is a voice."""
    with (LABELS / "tone_features.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for axis, voice in itertools.product(("lively", "confident", "urgent"), {row["rep"] for row in rows}):
        assert {row[axis] for row in rows if row["rep"] == voice} >= {"0", "1"}, (axis, voice)
