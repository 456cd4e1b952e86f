"""Are new messages still like those that the callback model learned from?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.callback_model import messages, save
from vmaudio.callback.drift import check_drift
from vmaudio.classify import Model, ModelStore


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return ModelStore().open(save(tmp_path_factory.mktemp("models")))


def test_like_messages_do_not_drift(model: Model) -> None:
    """Over forty batches of new messages from the same world, hardly one has any feature that drifted."""
    alarms = sum(bool(check_drift([o.values for o in messages(100 + seed, 150)], model).drifted) for seed in range(40))
    assert alarms <= 2  # at 1 % by Holm it is .4


def test_longer_messages_drift_by_name(model: Model) -> None:
    """Messages ten seconds longer are noticed, and the length alone is named, with both medians."""
    found = check_drift([one.values for one in messages(3, 200, longer_s=10)], model)
    (one,) = found.drifted
    assert one.feature == "duration_s"
    assert one.then == pytest.approx(28, abs=1.5)
    assert one.now == pytest.approx(38, abs=1.5)
    assert "duration_s" in found.sentence
    assert "Train it again" in found.sentence
    assert found.features[0] == one


def test_what_is_no_longer_found_drifts(model: Model) -> None:
    """A feature that new messages lack, and a word that becomes rare, drift too."""
    new = [{**one.values, "number_said_s": math.nan, "approach": "curiosity"} for one in messages(4, 200)]
    assert {one.feature for one in check_drift(new, model).drifted} == {"number_said_s", "approach"}


def test_too_few_messages_say_nothing(model: Model) -> None:
    """Under fifty new messages there is no check."""
    found = check_drift([one.values for one in messages(3, 49, longer_s=30)], model)
    assert not found.enough
    assert found.features == ()
    assert found.sentence == ""


def test_the_index_is_its_formula(model: Model) -> None:
    """The population stability index is the sum of (now - then) ln(now / then), less what chance gives."""
    new = [one.values for one in messages(3, 200, longer_s=10)]
    info = model.meta["features"]["duration_s"]
    counts = np.bincount(np.searchsorted(info["cuts"], [v["duration_s"] for v in new], side="left"), minlength=10)
    counts, then = np.append(counts, 0), np.array(info["shares"])
    now, was = (counts + 0.5) / (200 + 5.5), (then * 400 + 0.5) / (400 + 5.5)
    expected = float(((now - was) * np.log(now / was)).sum()) - 9 * (1 / 200 + 1 / 400)
    found = {one.feature: one.psi for one in check_drift(new, model).features}
    assert found["duration_s"] == pytest.approx(expected)


def test_callbacks_that_do_not_come_are_noticed(model: Model) -> None:
    """Fewer callbacks than expected over the reps are said with both rates; as many as expected are not."""
    new = messages(5, 400)
    rows, reps = [one.values for one in new], [one.rep for one in new]
    fine = check_drift(rows, model, [one.called_back for one in new], reps)
    assert fine.known == 400
    assert fine.p_value is not None
    assert fine.p_value > 0.01
    gone = check_drift(rows, model, [one.called_back and i % 3 == 0 for i, one in enumerate(new)], reps)
    assert gone.p_value is not None
    assert gone.p_value < 0.01
    assert "% came" in gone.sentence
    few = check_drift(rows, model, [False] * 400, ["ann"] * 400)
    assert few.p_value is None  # the model speaks of an average rep, and one rep is none


def test_unknown_outcomes_are_not_noes(model: Model) -> None:
    """Messages whose outcome is not known are left out of the callbacks that came."""
    new = messages(6, 100)
    found = check_drift([one.values for one in new], model, [None] * 60 + [True] * 40)
    assert (found.known, found.observed) == (40, 40)
