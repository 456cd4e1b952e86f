"""What the callback model learns is what was planted, and not what goes along with it."""

from __future__ import annotations

import dataclasses
import datetime
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.callback_model import save
from vmaudio.callback.changes import CHANGEABLE, what_if
from vmaudio.callback.predict import beyond_training, feature_matrix, probability
from vmaudio.classify import Model, ModelStore
from vmaudio.errors import ModelRefused
from vmaudio.training.callback_effects import benjamini_hochberg, effects_of
from vmaudio.training.callback_fitting import fit, predicted
from vmaudio.training.callback_held import CallbackData, conditions_of, numbered
from vmaudio.training.callback_model import train_callback
from vmaudio.training.callback_robust import moderated
from vmaudio.training.callback_table import Example, FeatureValues, bends, columns_of, matrix_of
from vmaudio.training.skill import auc

START = datetime.datetime(2026, 1, 5, 8, tzinfo=datetime.UTC)
IDLE = (
    "speaking_rate_wpm", "n_words", "info_load", "pause_share", "final_fall_st", "level_sd_db", "filler_count", "you_share",
    "question_count", "number_said_s", "reason_s", "ask_s", "lead_silence_s", "tail_silence_s",
)  # fmt: skip
"""Features that a rep could change, and that do nothing here."""


def world(seed: int, n: int = 1500, shape: str = "straight", hot: bool = False) -> tuple[list[Example], np.ndarray]:
    """Messages of twelve reps in which saying the number twice helps (or a length near 28 s, "bent"), and the true log-odds
    for an average rep. "none": nothing helps. ``hot``: half of them go to a hot list, with messages 15 s shorter."""
    rng = np.random.default_rng(seed)
    level, made, truth = rng.normal(0, 0.3, 12), [], []
    for i in range(n):
        rep, warm = int(rng.integers(12)), bool(hot and rng.random() < 0.5)
        values: dict[str, Any] = {name: float(rng.normal()) for name in IDLE}
        values |= {"duration_s": float(rng.normal(28, 8)) - 15 * warm, "number_times_said": float(rng.integers(0, 4))}
        values["approach"] = str(rng.choice(["pitch", "curiosity", "offer"]))
        odds = -1.8
        if shape == "straight":
            odds += 0.5 * (values["number_times_said"] - 1.5)
        if shape == "bent":
            odds += 1.0 - 0.16 * abs(values["duration_s"] - 28)
        truth.append(odds)
        called = bool(rng.random() < 1 / (1 + math.exp(-odds - level[rep] - 1.4 * warm)))
        conditions = conditions_of("spring", {"List": "hot" if warm else "cold"} if hot else {}, START)
        sent = START + datetime.timedelta(minutes=i)
        made.append(Example(f"m{i}", values, called, f"rep{rep}", f"p{i}", sent, False, conditions))
    return made, np.array(truth)


def data_of(examples: list[Example]) -> tuple[CallbackData, list[dict[str, Any]]]:
    columns, _ = columns_of(examples)
    return CallbackData(
        matrix_of(examples, columns), np.array([one.called_back for one in examples], dtype=float),
        np.array([one.rep for one in examples]), np.array([one.prospect for one in examples]),
        numbered([one.conditions for one in examples])[0],
    ), columns  # fmt: skip


def named(examples: list[Example]) -> set[str]:
    """Features that would be named under what goes with a higher probability."""
    data, columns = data_of(examples)
    tested = effects_of(fit(data), data, columns, [*IDLE, "duration_s", "number_times_said", "approach"])
    return {name for name, found in tested.items() if found["q"] <= 0.05}


def test_what_does_nothing_is_not_named() -> None:
    """Over twelve training sets without any effect hardly one names a feature; with one, that is named and little else."""
    assert sum(bool(named(world(seed, 800, "none")[0])) for seed in range(12)) <= 2
    found = [named(world(seed, 1200)[0]) for seed in range(5)]
    assert all("number_times_said" in names for names in found)
    assert sum(len(names - {"number_times_said"}) for names in found) <= 1


def test_a_hot_list_is_no_reason_for_short_messages() -> None:
    """Messages to a hot list are shorter and bring more callbacks: length is named where the list is not known, and not
    where it is held equal."""
    hot = [world(seed, 2000, "none", hot=True)[0] for seed in range(3)]
    blind = [[dataclasses.replace(one, conditions=()) for one in examples] for examples in hot]
    assert all("duration_s" in named(examples) for examples in blind)
    assert not any("duration_s" in named(examples) for examples in hot)


def test_skill_is_what_a_message_adds_and_not_its_list() -> None:
    """On messages that trained nothing, without any effect: short ones go to the hot list, so that the coefficient of length,
    chance as it is, would tell callbacks by the list. With the list taken out it tells none; a real effect still shows."""
    for seed in range(3):
        data, columns = data_of(world(seed, 2000, "none", hot=True)[0])
        new, _ = data_of(world(50 + seed, 4000, "none", hot=True)[0])
        fitted = dataclasses.replace(fit(data), coefficients=np.zeros(data.x.shape[1]))
        fitted.coefficients[[column["feature"] for column in columns].index("duration_s")] = -0.3
        unknown = np.full_like(new.conditions, -1)
        assert auc(new.y, predicted(fitted, new.x, unknown)) > 0.57
        assert auc(new.y, predicted(fitted, new.x, new.conditions)) < 0.53
    data, _ = data_of(world(3, 2000, hot=True)[0])
    new, _ = data_of(world(53, 4000, hot=True)[0])
    assert auc(new.y, predicted(fit(data), new.x, new.conditions)) > 0.57


def test_intervals_hold_the_truth() -> None:
    """Over training sets, nine in ten intervals or more hold the true probability of a message (95 % is meant)."""
    inside = []
    for seed in range(5):
        examples, truth = world(100 + seed, 1000)
        data, columns = data_of(examples)
        fitted = fit(data)
        z = np.nan_to_num((feature_matrix([one.values for one in examples[:60]], columns) - fitted.mean) / fitted.scale)
        design = np.hstack([np.ones((60, 1)), z])
        half = 1.96 * np.sqrt(np.einsum("ij,jk,ik->i", design, fitted.covariance, design))
        inside.append(np.abs(fitted.intercept + z @ fitted.coefficients - truth[:60]) <= half)
    assert float(np.mean(inside)) >= 0.9


def test_an_interval_is_no_wider_than_it_must_be(tmp_path: Path) -> None:
    """With four times the messages an interval is narrower by about half."""
    wide, narrow = (fit(data_of(world(7, n)[0])[0]).covariance[1:, 1:] for n in (1000, 4000))
    assert 0.35 < math.sqrt(np.trace(narrow) / np.trace(wide)) < 0.75


@pytest.fixture(scope="module")
def bent(tmp_path_factory: pytest.TempPathFactory) -> Model:
    examples, _ = world(3, 1800, "bent")
    return ModelStore().open(train_callback(examples, tmp_path_factory.mktemp("models") / "callback" / "1").path)


def test_the_figures_are_those_of_what_is_saved(bent: Model) -> None:
    """Where length helps up to a point and then harms, the line that bends is chosen, saved, and its skill is what is said."""
    assert bent.meta["chosen"] == "bent"
    families = bent.meta["metrics"]["families"]
    assert bent.meta["metrics"]["brier_skill"] == families["bent"]["brier_skill"] > families["straight"]["brier_skill"]
    values = {**world(4, 1)[0][0].values, "approach": "pitch"}
    p = [probability({**values, "duration_s": seconds}, bent)[0] for seconds in (15.0, 28.0, 42.0)]
    assert p[1] > 1.5 * max(p[0], p[2])
    (change,) = what_if({**values, "duration_s": 45.0}, bent)
    assert change.feature == "duration_s"
    assert change.then == pytest.approx(28, abs=1.5)
    assert "is associated with" in change.sentence


def test_a_bend_is_no_edge(bent: Model) -> None:
    """Only what lies outside all that was seen counts as beyond training, not what lies below a bend."""
    values = {**world(4, 1)[0][0].values, "approach": "pitch", "number_times_said": 1.0}
    values |= dict.fromkeys(IDLE, -0.5)
    assert beyond_training({**values, "duration_s": 20.0}, bent) == []
    assert beyond_training({**values, "duration_s": 90.0}, bent) == ["duration_s"]


def test_a_family_can_be_asked_for(tmp_path: Path) -> None:
    """``family`` saves that family, and no other is fitted."""
    folder = train_callback(world(1)[0], tmp_path / "callback" / "1", family="straight")
    meta = folder.meta()
    again = train_callback(world(1)[0], tmp_path / "callback" / "2", family="straight").meta()
    assert again["sha256"] == meta["sha256"], "the same messages and seed give the same bytes"
    assert meta["chosen"] == "straight"
    assert set(meta["metrics"]["families"]) == {"straight"}
    assert not any(column.get("bend") for column in meta["columns"])


def test_a_full_folder_is_refused_before_the_work(tmp_path: Path) -> None:
    """What cannot be written is said at once."""
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ModelRefused, match="holds no model"):
        train_callback(world(1, 400)[0], tmp_path)


def test_an_older_model_is_refused_with_its_cure(tmp_path: Path) -> None:
    """A model without a covariance says that it has to be trained again."""
    model = ModelStore().open(save(tmp_path))
    older = dataclasses.replace(model, estimator={"model": model.estimator["model"]})
    with pytest.raises(ModelRefused, match=r"older vmaudio.*Train it again"):
        probability({}, older)


def test_columns_are_those_that_a_message_is_read_with() -> None:
    """The matrix of training is, to single precision, the one that a prediction makes, from dictionaries and compact rows."""
    examples, _ = world(2, 300)
    columns, info = columns_of(examples)
    columns += bends(columns, info)
    slim = [dataclasses.replace(one, values=FeatureValues(one.values)) for one in examples]
    expected = feature_matrix([one.values for one in examples], columns)
    for given in (examples, slim):
        np.testing.assert_allclose(matrix_of(given, columns), expected, rtol=1e-6)
    assert slim[0].values["approach"] == examples[0].values["approach"]
    assert slim[0].values["email_said"] is None
    assert columns_of(slim) == columns_of(examples)


def test_conditions_are_read_and_numbered() -> None:
    """Campaign, list, weekday, hour, week and month; weeks or months, not both; what does not vary is left out."""
    one = conditions_of("spring", {"List Name": "a"}, datetime.datetime(2026, 3, 3, 9, 30, tzinfo=datetime.UTC))
    assert one == ("spring", "a", "Tue", "09", "2026-W10", "2026-03")
    assert conditions_of(None, {}, None) == ("", "", "", "", "", "")
    days = [conditions_of("x", {}, START + datetime.timedelta(days=d)) for d in range(100)]
    codes, names = numbered(days)
    assert names == ["weekday", "week"]
    assert codes.shape == (100, 2)
    assert numbered([conditions_of("x", {}, START + datetime.timedelta(days=d)) for d in range(700)])[1] == [
        "weekday", "month",
    ]  # fmt: skip


def test_false_discoveries_by_hand() -> None:
    """Benjamini and Hochberg's example: p times m over rank, never falling."""
    assert benjamini_hochberg([0.01, 0.02, 0.03, 0.5]) == pytest.approx([0.04, 0.04, 0.04, 0.5])
    assert benjamini_hochberg([]) == []


def test_variances_share_what_they_have_in_common() -> None:
    """Ratios that vary no more than chance makes them all take the common factor; one far out keeps much of its own."""
    rng = np.random.default_rng(1)
    alike, freedom = moderated(rng.chisquare(11, 200) / 11, 11)
    assert freedom > 50
    assert float(alike.max()) < 1.4
    apart = np.concatenate([rng.chisquare(11, 40) / 11, rng.chisquare(11, 20) / 11 * 9])
    wider, freedom = moderated(apart, 11)
    assert freedom < 40
    assert float(wider[40:].mean()) > 5 > 2 > float(wider[:40].mean())


def test_every_tested_feature_can_be_changed() -> None:
    """The model tests what a rep can change, so that the rate of false ones is held over just those."""
    assert set(IDLE) <= set(CHANGEABLE)
