"""MLflow and DVC by their conventions; runs with MLflow where it is installed, and with a stand-in of what is called of it."""

from __future__ import annotations

import contextlib
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from tests.callback_model import save
from vmaudio.classify import ModelFolder, ModelStore
from vmaudio.classify.model_folder import open_folder
from vmaudio.cli.root import cli
from vmaudio.errors import SettingError
from vmaudio.training.tracking import check_mlflow, log_to_mlflow, run_metrics, run_parameters

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "tracking.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> ModelFolder:
    return open_folder(save(tmp_path / "models"))


class StandIn(types.ModuleType):
    """What vmaudio calls of MLflow, written down instead of stored."""

    def __init__(self) -> None:
        super().__init__("mlflow")
        self.logged: dict[str, Any] = {}
        self.exceptions = types.SimpleNamespace(MlflowException=RuntimeError)

    def set_experiment(self, name: str) -> None:
        self.logged["experiment"] = name

    @contextlib.contextmanager
    def start_run(self, run_name: str) -> Iterator[Any]:
        self.logged["run"] = run_name
        yield types.SimpleNamespace(info=types.SimpleNamespace(run_id="r1"))

    def get_tracking_uri(self) -> str:
        return "sqlite:///ml.db"

    def __getattr__(self, name: str) -> Any:
        if not name.startswith(("log_", "set_tags")):
            raise AttributeError(name)
        return lambda *args: self.logged.__setitem__(name, args)


def test_a_run_has_figures_card_and_model(folder: ModelFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """One run: parameters, metrics, tags and the folder's files; usage reports are off before MLflow is imported."""
    fake = StandIn()
    monkeypatch.setitem(sys.modules, "mlflow", fake)
    monkeypatch.delenv("MLFLOW_EXPERIMENT_NAME", raising=False)
    monkeypatch.delenv("MLFLOW_DISABLE_TELEMETRY", raising=False)
    assert log_to_mlflow(folder) == "r1"
    assert (fake.logged["experiment"], fake.logged["run"]) == ("vmaudio", "callback seed 0")
    assert fake.logged["log_artifacts"] == (str(folder.path), "model")
    assert fake.logged["log_metrics"][0]["n"] == 400
    assert fake.logged["set_tags"][0]["vmaudio.sha256"] == folder.meta()["sha256"]
    import os

    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"


def test_a_store_that_cannot_be_written_is_named(folder: ModelFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says where the model is and which store failed."""
    fake = StandIn()

    def refuse(name: str) -> None:
        raise RuntimeError("no such server")

    monkeypatch.setattr(fake, "set_experiment", refuse)
    monkeypatch.setitem(sys.modules, "mlflow", fake)
    with pytest.raises(SettingError, match=r"sqlite:///ml.db cannot be written .no such server"):
        log_to_mlflow(folder)


def test_without_mlflow_nothing_is_trained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The cure is said before minutes of training."""
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(SettingError, match=r"pip install .vmaudio\[mlflow\]"):
        check_mlflow()
    done = CliRunner().invoke(
        cli, ["models", "train", "part", "--data", "none.jsonl", "--out", str(tmp_path / "m"), "--log", "mlflow"]
    )
    assert isinstance(done.exception, SettingError)
    assert not (tmp_path / "m").exists()


@pytest.mark.filterwarnings("ignore")  # its own and those of what it uses
def test_in_mlflow_itself(folder: ModelFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A local SQLite store holds the run, and the model comes back from it and loads."""
    mlflow = pytest.importorskip("mlflow")
    monkeypatch.chdir(tmp_path)
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/ml.db")
    run = mlflow.get_run(log_to_mlflow(folder))
    assert run.data.metrics["n"] == 400
    back = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="model", dst_path=str(tmp_path / "back"))
    assert ModelStore(tmp_path).open(Path(back)).name == "callback"


def test_figures_have_flat_names() -> None:
    """Intervals and classes are figures of their own; what is no number is left out."""
    found = dict(
        run_metrics(
            {"macro_f1": 0.8, "n": 12, "ci": {"macro_f1": [0.7, 0.9], "auc": [None, None]}, "notes": ["x"], "flag": True,
             "per_class": {"offer": {"f1": 0.5, "n": 4}}}
        )
    )  # fmt: skip
    assert found == {
        "macro_f1": 0.8, "n": 12, "macro_f1.low": 0.7, "macro_f1.high": 0.9, "class.offer.f1": 0.5, "class.offer.n": 4,
    }  # fmt: skip


def test_parameters_say_what_went_in() -> None:
    """Data by digest, and what was chosen, for models of labels and of outcomes alike."""
    labelled = {"seed": 3, "data": [{"file": "a.jsonl", "sha256": "ab"}], "chosen": {"candidate": "svm", "scores": {}}}
    assert run_parameters(labelled) == {"seed": "3", "data.a.jsonl": "ab", "chosen": "svm"}
    parts = {"chosen": {"given": {"candidate": "one"}, "found": {"candidate": "two"}}}
    assert run_parameters(parts) == {"seed": "0", "chosen.given": "one", "chosen.found": "two"}
    assert run_parameters({"chosen": "bent"})["chosen"] == "bent"


def test_the_stages_of_the_page_are_commands() -> None:
    """Each command of the page's dvc.yaml is understood, with its options, and what it leaves are the files named there."""
    commands = re.findall(r"cmd: vmaudio (.+)", PAGE)
    assert len(commands) == 2
    for line in commands:
        group, name, *rest = line.split(" > ")[0].split()
        found: Any = cli
        with click.Context(cli, **cli.context_settings) as context:  # a command keeps the help option of its first context
            for word in (group, name):
                found = found.get_command(context, word)
                assert found is not None, line
            found.make_context(name, list(rest), parent=context)


def test_a_score_that_is_too_low_ends_with_one(part: Any, small: Path) -> None:
    """``--at-least`` prints the figures and then refuses; a score that there is not is wrong usage."""
    args = ["models", "evaluate", str(part.folder.path), "--data", str(small), "--json"]
    done = CliRunner().invoke(cli, [*args, "--at-least", "accuracy=1.01"])
    assert done.exit_code == 1
    assert '"accuracy"' in done.stdout
    assert "accuracy is" in str(done.exception)
    assert "not good enough" in str(done.exception)
    assert CliRunner().invoke(cli, [*args, "--at-least", "accuracy=0.01"]).exit_code == 0
    for wrong in ("beauty=1", "accuracy", "accuracy=high"):
        assert CliRunner().invoke(cli, [*args, "--at-least", wrong]).exit_code == 2
