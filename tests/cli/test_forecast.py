"""check, batch and rescore with a promoted callback model, and without one."""

from __future__ import annotations

import math

import pytest

from tests.callback_model import save
from tests.lines import write_voice
from vmaudio.classify import ModelStore


@pytest.fixture
def wav(tmp_path):
    path = tmp_path / "tom.wav"
    write_voice(path, 15.0)
    return path


@pytest.fixture
def models(tmp_path):
    """A models folder with a callback model of simulated outcomes in use."""
    save(tmp_path / "trained", simulated=True)
    ModelStore(tmp_path / "models").promote("callback", tmp_path / "trained" / "callback" / "1")
    return tmp_path / "models"


def test_check_shows_it_only_when_promoted(run, fake, wav, models, tmp_path):
    """A promoted model fills the score of ``check``, as JSON and on the scorecard; without one there is no trace."""
    score = run("--models-dir", models, "check", wav, "--json").json[0]["score"]
    p = score["callback_probability"]
    assert 0 < score["callback_low"] < p < score["callback_high"] < 1
    assert sum(reason["contribution"] for reason in score["reasons"]) == pytest.approx(math.log(p / (1 - p)))
    assert score["callback_simulated"] is True
    text = run("--models-dir", models, "check", wav).out
    assert "log-odds" in text
    assert "SIMULATED" in text
    (tmp_path / "none").mkdir()
    bare = run("--models-dir", tmp_path / "none", "check", wav, "--json").json[0]["score"]
    assert bare["callback_probability"] is None
    assert bare["reasons"] == []
    assert bare["changes"] == []
    text = run("--models-dir", tmp_path / "none", "check", wav).out
    assert "log-odds" not in text
    assert "SIMULATED" not in text


def test_batch_and_rescore(run, fake, wav, models, tmp_path):
    """``batch`` stores the probability, and ``rescore`` takes it away or brings it, by which model is in use."""
    stored = run("--models-dir", models, "batch", wav, "--jsonl", "-").json[0]["score"]
    assert stored["model_id"] == "callback/1"

    def now():
        return run("report", "--format", "jsonl").json[0]["score"]["callback_probability"]

    assert now() == pytest.approx(stored["callback_probability"])
    run("--models-dir", tmp_path / "none", "rescore")
    assert now() is None
    assert "callback/1" in run("--models-dir", models, "rescore").err
    assert now() == pytest.approx(stored["callback_probability"])
