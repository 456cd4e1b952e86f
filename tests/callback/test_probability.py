"""The promoted callback model in check, batch and rescore; and its absence."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import io
import json
import logging
import math
from pathlib import Path

import pytest
from rich.console import Console

from tests import makers
from tests.callback_model import messages, save
from vmaudio.analysis.scoring_pass import score_in_context
from vmaudio.callback.changes import CHOSEN
from vmaudio.callback.predict import promoted_model
from vmaudio.classify import Model, ModelStore
from vmaudio.cli.scorecard import scorecard
from vmaudio.records import Analysis, FeatureRow, Message, Outcome
from vmaudio.rubric.load import load_rubric
from vmaudio.store.outcome_rows import put_outcomes
from vmaudio.store.store import open_store

RUBRIC = load_rubric("")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> ModelStore:
    """A folder with a trained callback model that nobody has promoted yet."""
    folder = tmp_path_factory.mktemp("models")
    save(folder)
    return ModelStore(folder)


@pytest.fixture(scope="module")
def model(models: ModelStore) -> Model:
    return models.load("callback", "1")


def measured(**values: object) -> Analysis:
    made = makers.analysis()
    return dataclasses.replace(made, features=FeatureRow(made.features.schema, {**made.features.values, **values}))


def text_of(analysis: Analysis) -> str:
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(scorecard(analysis, RUBRIC))
    return console.export_text()


def test_the_score_has_everything(model: Model) -> None:
    """Probability, interval, reasons that add up to it, changes and the model's id are in the score and survive JSON."""
    analysis = score_in_context(measured(number_times_said=0.0, approach="pitch"), Message("a.wav"), RUBRIC, forecaster=model)
    score = analysis.score
    assert score is not None
    assert score.callback_probability is not None
    assert 0 < (score.callback_low or 0) < score.callback_probability < (score.callback_high or 0) < 1
    odds = math.log(score.callback_probability / (1 - score.callback_probability))
    assert sum(reason.contribution for reason in score.reasons) == pytest.approx(odds, abs=1e-9)
    assert {change.feature for change in score.changes} >= {"number_times_said"}
    assert score.model_id == "callback/1"
    assert not score.callback_simulated
    again = Analysis.from_dict(json.loads(json.dumps(analysis.to_dict(), allow_nan=False))).score
    assert again is not None
    assert again.changes == score.changes
    assert [r.contribution for r in again.reasons] == [r.contribution for r in score.reasons]


def test_only_what_a_rep_can_choose_is_proposed(model: Model) -> None:
    """A referral goes with far more callbacks, and is not proposed: it cannot be made up. Nor is another voice."""
    score = score_in_context(
        measured(number_times_said=2.0, approach="pitch"), Message("a.wav"), RUBRIC, forecaster=model
    ).score
    assert score is not None
    weights = {reason.feature: reason.contribution for reason in score.reasons}
    assert weights["approach"] < 0
    assert "referral" not in {change.then for change in score.changes}
    assert "f0_median_hz" not in {change.feature for change in score.changes}


def test_changes_stay_inside_what_was_seen(model: Model) -> None:
    """However odd the message, a proposed value lies between the tenth and the ninetieth percentile of training."""
    for duration, rate in ((3.0, 400.0), (500.0, 20.0), (28.0, 165.0)):
        score = score_in_context(
            measured(duration_s=duration, speaking_rate_wpm=rate, number_times_said=9.0), Message("a.wav"), RUBRIC,
            forecaster=model,
        ).score  # fmt: skip
        assert score is not None
        for change in score.changes:
            info = model.meta["features"][change.feature]
            if isinstance(change.then, float):
                assert info["p10"] <= change.then <= info["p90"]
            else:
                assert change.then in CHOSEN["approach"]
        far = {r.feature: r.sentence for r in score.reasons if "outside what the model has seen" in r.sentence}
        assert "number_times_said" in far


def test_a_message_without_points_has_no_probability(model: Model) -> None:
    """The model says nothing of silence."""
    silent = makers.analysis(transcript=makers.transcript(""))
    score = score_in_context(silent, Message("a.wav"), RUBRIC, forecaster=model).score
    assert score is not None
    assert score.points is None
    assert score.callback_probability is None


def test_trained_is_not_promoted(models: ModelStore, tmp_path: Path) -> None:
    """A model that was only trained is not used; promoted it is; one that cannot be read is left out and logged."""
    assert promoted_model(models) is None
    own = ModelStore(tmp_path)
    own.promote("callback", models.folder("callback", "1").path)
    found = promoted_model(own)
    assert found is not None
    assert found.model_id == "callback/1"


def test_a_broken_model_costs_the_probability_only(
    models: ModelStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Scores go on without a probability when the promoted model cannot be used, and why is logged."""
    own = ModelStore(tmp_path)
    folder = own.promote("callback", models.folder("callback", "1").path)
    (folder.path / "model.skops").write_bytes(b"broken")
    with caplog.at_level(logging.WARNING):
        assert promoted_model(own) is None
    assert "without a callback probability" in caplog.text


def test_the_scorecard_shows_it(model: Model) -> None:
    """The terminal scorecard has the probability with its interval, signed reasons, and what would change it."""
    text = text_of(
        score_in_context(measured(number_times_said=0.0, approach="pitch"), Message("a.wav"), RUBRIC, forecaster=model)
    )
    assert "Why" in text
    assert "callback/1" in text
    assert "= log-odds of" in text
    assert "What goes with a higher probability" in " ".join(text.split())
    assert "SIMULATED" not in text


def test_without_a_model_nothing_shows() -> None:
    """No word of a probability without a promoted model."""
    text = text_of(score_in_context(measured(), Message("a.wav"), RUBRIC))
    assert "callback " not in text
    assert "log-odds" not in text


def test_simulated_training_says_so_everywhere(tmp_path: Path) -> None:
    """A model of invented outcomes is marked in the terminal, on the page and in the table."""
    from vmaudio.features import CATALOGUE
    from vmaudio.report.glossary import Glossary
    from vmaudio.report.pages import write_messages
    from vmaudio.store.flat import messages_table

    save(tmp_path, simulated=True)
    pretend = ModelStore(tmp_path).load("callback", "1")
    analysis = score_in_context(measured(number_times_said=0.0), Message("a.wav"), RUBRIC, forecaster=pretend)
    assert analysis.score is not None
    assert analysis.score.callback_simulated
    assert "SIMULATED" in text_of(analysis)
    write_messages([analysis], RUBRIC, tmp_path / "m.html")
    page = (tmp_path / "m.html").read_text("utf-8")
    assert "SIMULATED: the model was trained on invented outcomes" in page
    assert "If only this were otherwise" in page
    table = messages_table([analysis], {}, Glossary.of(RUBRIC, CATALOGUE.values()))
    cells = table.rows[0]
    assert cells[[c.name for c in table.columns].index("callback_simulated")] is True


def test_rescore_brings_it_into_the_store(model: Model, tmp_path: Path) -> None:
    """Rescoring with a promoted model gives stored messages a probability, and without one takes it away again."""
    from vmaudio.analysis.rescoring import rescore

    store = open_store(str(tmp_path / "vm.sqlite"))
    store.save(score_in_context(measured(number_times_said=0.0), Message("a.wav", "m1"), RUBRIC))
    assert [
        new.score and new.score.callback_probability is not None for _, new in rescore(store, RUBRIC, forecaster=model)
    ] == [True]
    (kept,) = store.analyses()
    assert kept.score is not None
    assert kept.score.model_id == "callback/1"
    assert kept.score.changes
    list(rescore(store, RUBRIC))
    (bare,) = store.analyses()
    assert bare.score is not None
    assert bare.score.callback_probability is None
    assert bare.score.reasons == ()
    store.close()


@pytest.fixture
def team(tmp_path: Path, models: ModelStore) -> tuple[Path, Path]:
    """A store of 120 messages after the training window, ten seconds longer than then, and a folder with the model in use."""
    own = ModelStore(tmp_path / "models")
    own.promote("callback", models.folder("callback", "1").path)
    store = open_store(str(tmp_path / "vm.sqlite"))
    outcomes = []
    for i, one in enumerate(messages(8, 120, longer_s=10)):
        sent = one.sent + datetime.timedelta(days=90) if one.sent else None
        message = Message(f"{i}.wav", f"m{i}", rep=one.rep, prospect=one.prospect, sent_at=sent.isoformat() if sent else None)
        analysis = dataclasses.replace(measured(**one.values), recording_id=f"{i:064d}", message=message)
        store.save(score_in_context(analysis, message, RUBRIC))
        outcomes.append(Outcome(message.message_id, callback=one.called_back))
    put_outcomes(store, outcomes)
    store.close()
    return tmp_path / "vm.sqlite", tmp_path / "models"


def test_drift_on_the_command_line(team: tuple[Path, Path]) -> None:
    """``models drift`` names what drifted, as text and as JSON; ``outcomes status`` warns of it; --since narrows it."""
    from click.testing import CliRunner

    from vmaudio.cli.root import cli

    def run(*args: str) -> str:
        done = CliRunner().invoke(cli, ["--db", str(team[0]), "--models-dir", str(team[1]), *args], catch_exceptions=False)
        assert done.exit_code == 0
        return done.stdout

    found = json.loads(run("models", "drift", "--json"))
    assert (found["n"], found["known"], found["enough"]) == (120, 120, True)
    assert {one["feature"] for one in found["features"] if one["drifted"]} >= {"duration_s"}
    text = run("models", "drift")
    for words in ("120 new messages against callback/1", "duration_s", "drifted", "Expected callbacks"):
        assert words in text
    assert "Too few" in run("models", "drift", "--since", "2026-04-08")
    assert "duration_s" in json.loads(run("outcomes", "status", "--json"))["drift"]


def test_probabilities_in_the_exported_table(team: tuple[Path, Path], tmp_path: Path) -> None:
    """After ``rescore`` the CSV has probability, model, reasons and changes for every message."""
    from click.testing import CliRunner

    from vmaudio.cli.root import cli

    db = ["--db", str(team[0]), "--models-dir", str(team[1])]
    done = CliRunner().invoke(cli, [*db, "rescore"], catch_exceptions=False)
    assert "callback/1" in done.stderr
    CliRunner().invoke(cli, [*db, "report", "-o", str(tmp_path / "t.csv")], catch_exceptions=False)
    with (tmp_path / "t.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 120
    for row in rows:
        assert 0 < float(row["callback_low"]) < float(row["callback_probability"]) < float(row["callback_high"]) < 1
        assert row["callback_model"] == "callback/1"
        total = sum(float(part.rsplit(" ", 1)[1]) for part in row["callback_reasons"].split("; "))
        p = float(row["callback_probability"])
        assert total == pytest.approx(math.log(p / (1 - p)), abs=0.01)
