"""The callback model: recovered, refused, explained."""

from __future__ import annotations

import csv
import datetime
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vmaudio.callback.changes import CHANGEABLE, what_if
from vmaudio.callback.predict import AVERAGE, beyond_training, predict, probability
from vmaudio.classify import Model, ModelStore
from vmaudio.errors import ModelRefused, TableError, TrainingError
from vmaudio.training.callback_fitting import folds
from vmaudio.training.callback_model import MIN_EVENTS, train_callback
from vmaudio.training.callback_table import Example, read_features
from vmaudio.training.skill import auc, probability_figures, slope_and_intercept

START = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)


def world(seed: int, n: int = 900, kind: str = "planted") -> list[Example]:
    """Ten reps who differ. "planted": curiosity and saying the number twice help; "merit": good reps speak fast, pace does
    nothing; "nothing": nothing helps."""
    rng = np.random.default_rng(seed)
    level = rng.normal(0, 0.6, 10)
    pace = 25 * level if kind == "merit" else rng.normal(0, 10, 10)
    made = []
    for i in range(n):
        rep = int(rng.integers(10))
        values: dict[str, Any] = {
            "speaking_rate_wpm": 160 + pace[rep] + float(rng.normal(0, 12)),
            "number_times_said": float(rng.integers(0, 3)),
            "duration_s": float(rng.normal(28, 8)),
            "number_said_s": float(rng.normal(18, 4)) if rng.random() < 0.8 else math.nan,
            "approach": str(rng.choice(["pitch", "curiosity"])),
        }
        logit = -1.4 + level[rep]
        if kind == "planted":
            logit += 0.8 * (values["number_times_said"] - 1) + 1.0 * (values["approach"] == "curiosity") - 0.5
        made.append(
            Example(
                f"m{i}", values, bool(rng.random() < 1 / (1 + math.exp(-logit))), f"rep{rep}", f"p{rng.integers(n)}",
                START + datetime.timedelta(hours=i),
            )
        )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = train_callback(world(1), tmp_path_factory.mktemp("models") / "callback" / "1")
    return ModelStore().open(folder.path)


def test_a_planted_effect_is_learned(model: Model) -> None:
    """Skill, discrimination and calibration are there, on reps that were not seen, with their intervals."""
    m = model.meta["metrics"]
    assert m["ci"]["brier_skill"][0] > 0
    assert m["ci"]["auc"][0] > 0.5
    assert m["ci"]["calibration_slope"][0] < 1 < m["ci"]["calibration_slope"][1]
    assert m["ece"] < 2 * m["ece_null"][2]
    assert m["groups"] == 10
    assert set(m["families"]) == {"straight", "bent"}
    assert model.meta["window"][0] == START.isoformat()


def test_probabilities_follow_the_planted_effect(model: Model) -> None:
    """The message with what helps has a higher probability, and the interval holds it."""
    plain = {"speaking_rate_wpm": 160.0, "number_times_said": 0.0, "duration_s": 28.0, "approach": "pitch"}
    better = {**plain, "number_times_said": 2.0, "approach": "curiosity"}
    p, low, high, _ = predict(plain, model)
    q = predict(better, model)[0]
    assert 0 < low < p < high < 1
    assert q > 2 * p


def test_reasons_add_up(model: Model) -> None:
    """The contributions sum to the log-odds of the probability, for every message."""
    for example in world(2, 30):
        p, _, _, reasons = predict(example.values, model)
        assert sum(reason.contribution for reason in reasons) == pytest.approx(math.log(p / (1 - p)), abs=1e-9)
        assert reasons[0].feature == AVERAGE
        assert all(reason.sentence for reason in reasons)


def test_the_right_reason_weighs_most(model: Model) -> None:
    """The planted features weigh more than pace, which does nothing."""
    values = {"speaking_rate_wpm": 180.0, "number_times_said": 2.0, "duration_s": 35.0, "approach": "curiosity"}
    weights = {reason.feature: abs(reason.contribution) for reason in predict(values, model)[3]}
    assert weights["approach"] > weights.get("speaking_rate_wpm", 0)
    assert weights["number_times_said"] > weights.get("speaking_rate_wpm", 0)


def test_it_never_extrapolates(model: Model) -> None:
    """A value beyond what was seen counts as the edge of what was seen, and is named."""
    inside = {"speaking_rate_wpm": 160.0, "number_times_said": 2.0, "duration_s": 28.0, "approach": "pitch"}
    far = {**inside, "number_times_said": 50.0}
    assert probability(far, model) == probability(inside, model)
    assert beyond_training(far, model) == ["number_times_said"]
    assert beyond_training(inside, model) == []


def test_what_would_change_it(model: Model) -> None:
    """What is named helps, can be done by a rep, and stays inside what was seen."""
    values = {"speaking_rate_wpm": 160.0, "number_times_said": 0.0, "duration_s": 28.0, "approach": "pitch"}
    p = probability(values, model)[0]
    changes = what_if(values, model)
    assert {"approach", "number_times_said"} <= {change.feature for change in changes}
    for change in changes:
        assert change.feature in CHANGEABLE
        assert change.probability > p
        if isinstance(change.then, float):
            assert change.then <= model.meta["features"][change.feature]["p90"]


def test_too_few_events_are_refused(tmp_path: Path) -> None:
    """Under a hundred callbacks there is no model, and the numbers and the rule are said."""
    with pytest.raises(TrainingError, match=rf"Not trained: \d+ messages with .* at least {MIN_EVENTS}"):
        train_callback(world(1, 150), tmp_path / "callback" / "1")
    assert not (tmp_path / "callback").exists()


@pytest.mark.parametrize("kind", ["nothing", "merit"])
def test_no_skill_is_refused(kind: str, tmp_path: Path) -> None:
    """Where nothing helps, or only the reps differ, nothing is saved: a strong rep's pace is not the message's merit."""
    with pytest.raises(TrainingError, match="no skill on reps and prospects"):
        train_callback(world(3, 900, kind), tmp_path / "callback" / "1")
    assert not (tmp_path / "callback" / "1").exists()


def test_no_rep_and_no_prospect_on_both_sides() -> None:
    """Every split keeps reps and prospects apart, and tests every message once."""
    rng = np.random.default_rng(1)
    rep, prospect = rng.integers(7, size=300).astype(str), rng.integers(100, size=300).astype(str)
    tested = []
    for train, test in folds(rep, prospect, 5, 0):
        assert not set(rep[train]) & set(rep[test])
        assert not set(prospect[train]) & set(prospect[test])
        tested += test.tolist()
    assert sorted(tested) == list(range(300))


def test_one_rep_is_split_by_prospect() -> None:
    """A team of one is split by prospects."""
    prospect = (np.arange(60) % 20).astype(str)
    for train, test in folds(np.full(60, "ann"), prospect, 5, 0):
        assert not set(prospect[train]) & set(prospect[test])


def test_skill_figures_are_scikit_learns() -> None:
    """AUC and Brier score are scikit-learn's; a perfect calibration has slope 1 and intercept 0."""
    from sklearn.metrics import brier_score_loss, roc_auc_score

    rng = np.random.default_rng(2)
    p = rng.beta(2, 10, 20000)
    y = (rng.random(20000) < p).astype(float)
    found = probability_figures(y[:2000], p[:2000], np.full(2000, y.mean()), ["r"] * 2000, [str(i) for i in range(2000)])
    assert found["auc"] == pytest.approx(roc_auc_score(y[:2000], p[:2000]))
    assert found["brier"] == pytest.approx(brier_score_loss(y[:2000], p[:2000]))
    slope, intercept = slope_and_intercept(y, p)
    assert slope == pytest.approx(1, abs=0.06)
    assert intercept == pytest.approx(0, abs=0.06)
    assert auc(np.array([0, 1, 0, 1]), np.array([0.5, 0.5, 0.5, 0.5])) == 0.5


def test_brier_of_the_evidence() -> None:
    """A constant forecast of 8 % where 8 % happens has a Brier score of .0736, and no skill."""
    y = np.zeros(1000)
    y[:80] = 1
    found = probability_figures(y, np.full(1000, 0.08), np.full(1000, 0.08), ["r"] * 1000, [str(i) for i in range(1000)])
    assert found["brier"] == pytest.approx(0.0736)
    assert found["brier_skill"] == 0


def test_another_model_is_refused() -> None:
    """A model of another kind gives no callback probability."""
    with pytest.raises(ModelRefused, match="no callback model"):
        predict({}, Model("part", "1", "part/1", {}, {}))


def test_flat_tables_are_read(tmp_path: Path) -> None:
    """CSV and Parquet tables read alike; a feature that is no number is an error with its line."""
    rows = [
        {"file": "a.wav", "duration_s": 12.5, "approach": "pitch"},
        {"file": "b.wav", "duration_s": None, "approach": "offer"},
    ]
    path = tmp_path / "t.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    expected = [{"file": "a.wav", "duration_s": 12.5, "approach": "pitch"}, {"file": "b.wav", "approach": "offer"}]
    assert read_features(path) == expected
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow

    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "t.parquet")
    assert read_features(tmp_path / "t.parquet") == expected
    path.write_text("file,duration_s\na.wav,long\n", "utf-8")
    with pytest.raises(TableError, match="line 2: duration_s 'long'"):
        read_features(path)
