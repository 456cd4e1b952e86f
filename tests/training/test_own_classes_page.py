"""The page on own classes, walked on its Spanish samples; then what the trained models show, and what they leave alone."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import re
import shlex
import shutil
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from tests.web import fakes
from vmaudio import load_rubric
from vmaudio.classify import ModelStore, language_of, own_of, parts_of
from vmaudio.classify.model_folder import Model
from vmaudio.classify.own_classes import classes_of, declared_classes
from vmaudio.classify.structure import label_structure
from vmaudio.cli.root import cli, main
from vmaudio.errors import ModelRefused
from vmaudio.records import PARTS, Analysis, Structure, Transcript
from vmaudio.rubric import score
from vmaudio.rubric.load import parse_rubric
from vmaudio.store import open_store
from vmaudio.testing import FakeTranscriber
from vmaudio.training import decoding, evaluate_model, fitting, tasks
from vmaudio.training.recognised import cut
from vmaudio.web.app import create_app
from vmaudio.web.config import Config
from vmaudio.web.worker import Inline

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "own-classes.md"
SPANISH = (
    "Buenos días, Marta. Soy Inés, de Toldos Segura. Tenemos una charla gratis este jueves y le guardo un sitio. "
    "Cuesta treinta euros al mes. Puedo pasar el jueves por la mañana. Llámeme cuando pueda al 91 555 01 62. Muchas gracias."
)
REASON = (
    "Hola, Luis. Vi que abrieron una segunda tienda. Soy Inés, de Toldos Segura. Llámeme cuando pueda al 91 555 01 62. Gracias."
)
ENGLISH = "Hi Dana, this is Tom Becker from Acme. I saw that you opened a second shop. Call me at 303-555-0126. Thanks."
SAID = {"01_relevance_first_maren.wav": SPANISH, "02_relevance_first_nadia.wav": REASON, "14_curiosity_owen.wav": ENGLISH}


class Polyglot(FakeTranscriber):
    """Knows the words and that those of Inés are Spanish."""

    def _one(self, sound, active):
        found = super()._one(sound, active)
        return dataclasses.replace(found, language="es") if "Inés" in found.text else found


@dataclasses.dataclass(frozen=True)
class Walked:
    """What the page's commands left: the folder, and what each command printed."""

    folder: Path
    said: dict[str, str]

    def model(self, name: str) -> Model:
        """A trained model."""
        return ModelStore(self.folder / "none").open(self.folder / "my-models" / name)

    def analysis(self, start: str) -> Analysis:
        """The stored message that begins so."""
        with open_store(str(self.folder / "work.sqlite")) as store:
            return next(one for one in store.analyses() if one.transcript.text.startswith(start))


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """Run the commands of the page. To be quick, one candidate is fitted, and two folds judge it."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(ROOT / "samples" / "own_classes", folder / "samples" / "own_classes")
    (folder / "recordings").mkdir()
    texts = {}
    for name, words in SAID.items():
        shutil.copy(ROOT / "samples" / name, folder / "recordings")
        texts[hashlib.sha256((folder / "recordings" / name).read_bytes()).hexdigest()] = words
    fence = re.search(r"^```\n(export.*?)^```", PAGE.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    said = {}
    with pytest.MonkeyPatch.context() as patch:
        for module in (fitting, decoding):
            patch.setattr(module, "OUTER_FOLDS", 2)
        patch.setattr(fitting, "PARALLEL_FROM", 1_000_000)  # starting processes would take longer
        for task in (tasks.PartTask, tasks.ApproachTask):
            patch.setattr(task, "candidates", task.candidates[:1])
        patch.setattr("vmaudio.analysis.analyzer.get_transcriber", lambda name, **options: Polyglot(texts))
        patch.setenv("VMAUDIO_DB", str(folder / "work.sqlite"))
        patch.setenv("VMAUDIO_MODELS_DIR", str(folder / "models"))
        (folder / "models").mkdir()
        patch.chdir(folder)
        for line in fence[1].splitlines():
            words = shlex.split(line)
            if words[0] == "export":
                patch.setenv(*words[1].split("=", 1))
                continue
            done = CliRunner().invoke(cli, words[1:], catch_exceptions=False)
            assert done.exit_code == 0, f"{line}\n{done.output}"
            said[" ".join(words[1:4])] = done.output
    return Walked(folder, said)


@pytest.fixture
def here(walked: Walked, monkeypatch: pytest.MonkeyPatch) -> Walked:
    """The same, to go on with, without the file of classes: the models remember."""
    monkeypatch.setenv("VMAUDIO_DB", str(walked.folder / "work.sqlite"))
    monkeypatch.setenv("VMAUDIO_MODELS_DIR", str(walked.folder / "models"))
    monkeypatch.chdir(walked.folder)
    return walked


def test_trained_and_judged(walked: Walked) -> None:
    """Scores of reps held out, with intervals, above the majority baseline beside them; the card and the guide explain."""
    for command in ("models train part", "models train approach", "models evaluate my-models/approach"):
        printed = walked.said[command]
        macro, low = map(float, re.search(r"macro f1\s+([\d.]+)\s+\(95 % by rep ([\d.]+) to", printed).groups())
        baseline = float(re.search(r"majority baseline\s+([\d.]+)", printed)[1])
        assert low <= macro
        assert macro > baseline
    assert "motivo" in walked.said["models train part"]
    assert re.search(r"vecino .*n 6", walked.said["models evaluate my-models/approach"])
    part = walked.model("part")
    assert parts_of(part) == (*PARTS, "motivo", "cita", "precio")
    assert [(one.role, one.title) for one in own_of(part).parts][:2] == [
        ("reason", "motivo"), ("next_step", "cita propuesta")
    ]  # fmt: skip
    assert language_of(part) == language_of(walked.model("approach")) == "es"
    card = (walked.folder / "my-models" / "part" / "card.md").read_text("utf-8")
    assert "### Your own class `cita`, “cita propuesta”" in card
    assert "Counts as `reason`" in card
    assert "that of its texts (es)" in card
    assert "| `evento` | invitación a un evento |" in (walked.folder / "guide.md").read_text("utf-8")


def test_the_page_shows_a_part_of_the_sample() -> None:
    """What the page declares is right, and stands so in the sample."""
    shown = re.search(r"^```toml\n(.*?)^```", PAGE.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)[1]
    made, faults = classes_of(tomllib.loads(shown))
    whole = declared_classes(str(ROOT / "samples" / "own_classes" / "classes.toml"))
    assert faults == []
    assert made.language == whole.language
    assert set(made.parts) < set(whole.parts)
    assert set(made.approaches) < set(whole.approaches)


def test_the_message_has_them(walked: Walked) -> None:
    """Names, titles and roles in the record and its JSON, which fits the schema; nothing of theirs for a class of ours."""
    found = walked.analysis("Buenos").structure
    own = {part.label: part for part in found.parts if part.title}
    assert {"cita": "cita propuesta", "precio": "precio"}.items() <= {label: part.title for label, part in own.items()}.items()
    assert own["cita"].plays == "next_step"
    assert own["cita"].probabilities["next_step"] >= own["cita"].probabilities["cita"]
    assert own["precio"].role == ""
    assert (found.approach, found.approach_title, found.counts_as, found.language) == (
        "evento", "invitación a un evento", "offer", "es"
    )  # fmt: skip
    assert found.chances["offer"] >= found.approach_probabilities["evento"]
    assert "evento" not in found.chances
    whole = walked.analysis("Buenos")
    assert Analysis.from_dict(json.loads(json.dumps(whole.to_dict()))) == whole
    schema = json.loads((ROOT / "docs" / "schemas" / "batch-jsonl.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(whole.to_dict())
    greeting = next(part for part in found.parts if part.label == "greeting").to_dict()
    assert not {"title", "role"} & set(greeting)


def test_a_role_counts(walked: Walked) -> None:
    """A `motivo` is a reason: for what is missing, for the measures, and for checks that any language has; others are n/a."""
    found = walked.analysis("Hola")
    assert "motivo" in found.structure.order
    assert "reason" not in found.structure.missing
    assert found.features.values["reason_s"] > 0
    text = '[[check]]\nid = "{0}"\ntest = "{0}"\nparts = ["reason"]\nweight = 1\ntip = "t"\n'
    any_language, english = text.format("part_present"), text.format("gives_reason")
    judged = score(found, parse_rubric(any_language, "r.toml"))
    assert (judged.points, judged.checks[0].verdict) == (100.0, "pass")
    judged = score(found, parse_rubric(any_language + english, "r.toml"))
    assert (judged.points, judged.checks[0].verdict, judged.checks[1].verdict) == (None, "pass", "n/a")
    assert "another language than English (es)" in judged.checks[1].evidence
    usual = score(found, load_rubric())
    assert usual.points is None
    assert {check.verdict for check in usual.checks if check.id == "gives_reason"} == {"n/a"}


def test_other_languages_are_left_alone(walked: Walked, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Spanish model does not judge English, ours do not judge Spanish, and an approach needs both of its models."""
    english = walked.analysis("Hi Dana").structure
    assert set(english.order) <= {"number", "number_repeat"}
    assert (english.approach, english.approach_title, english.language) == ("unclear", "", "")

    def spanish(part: Model, approach: Model) -> Structure:
        return label_structure(cut(REASON), Transcript("speech", "es-MX", REASON, (), "fake:words"), part, approach)

    shipped = ModelStore(walked.folder / "none")
    own, ours = (walked.model("part"), walked.model("approach")), (shipped.load("part"), shipped.load("approach"))
    alone = spanish(*ours)
    assert set(alone.order) <= {"number", "number_repeat"}
    assert alone.approach == "unclear"
    mixed = spanish(own[0], ours[1])
    assert "motivo" in mixed.order
    assert (mixed.approach, set(mixed.approach_probabilities.values())) == ("unclear", {0.1})
    assert spanish(*own).approach == "relevance_first"
    monkeypatch.setenv("VMAUDIO_CLASSES", str(walked.folder / "samples" / "own_classes" / "classes.toml"))
    judged = evaluate_model(ours[0], [walked.folder / "samples" / "own_classes" / "other_reps.jsonl"])
    assert any("reads en, and your classes are for es" in note for note in judged.notes)


def test_they_are_shown(here: Walked, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """By their titles in the terminal, in the report and in the web app; by their names in CSV, filters and JSON."""
    texts = {hashlib.sha256((here.folder / "recordings" / name).read_bytes()).hexdigest(): text for name, text in SAID.items()}
    monkeypatch.setattr("vmaudio.analysis.analyzer.get_transcriber", lambda name, **options: Polyglot(texts))
    monkeypatch.setattr(sys, "argv", ["vmaudio", "check", "recordings/01_relevance_first_maren.wav", "--language", "es"])
    with pytest.raises(SystemExit) as caught:
        main()
    shown = capsys.readouterr().out
    assert not caught.value.code
    assert "approach: invitación a un evento" in shown
    assert "cita propuesta" in shown
    assert "invitación a un evento" in (here.folder / "team.html").read_text("utf-8")
    with (here.folder / "messages.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert sorted(row["approach"] for row in rows) == ["evento", "relevance_first", "unclear"]
    assert any("cita" in row["parts"].split(" > ") for row in rows)
    message = here.analysis("Buenos").message.message_id
    config = Config(db=str(here.folder / "work.sqlite"), folder=here.folder / "web")
    with TestClient(create_app(config, engine=Inline(fakes.analyzer)), base_url="http://127.0.0.1:8000") as client:
        page = client.get(f"/message/{message}", headers={"accept": "text/html"}).text
        assert "approach: invitación a un evento" in page
        assert "cita propuesta" in page
        team = client.get("/team?approach=evento", headers={"accept": "text/html"}).text
        assert '<option value="evento" selected>invitación a un evento</option>' in team
        assert '<td class="soft-col">invitación a un evento</td>' in team
        assert "invitación a un evento" in client.get("/report?by=approach", headers={"accept": "text/html"}).text
        found = client.get("/team.json?approach=evento").json()
        assert [row["approach"] for row in found["rows"]] == ["evento"]
        body = client.get(f"/message/{message}.json").json()["analysis"]["structure"]
        assert body["approach_title"] == "invitación a un evento"
        assert [part["title"] for part in body["parts"] if part["label"] == "cita"] == ["cita propuesta"]
        assert all("title" not in part for part in body["parts"] if part["label"] == "greeting")


@pytest.mark.parametrize(
    "change",
    [
        {"language": "Spanish"},
        {"own_classes": 3},
        {"own_classes": [{"name": "precio"}]},
        {"labels": [*PARTS, "precio"]},
    ],
)
def test_a_damaged_model_is_refused(walked: Walked, change: dict) -> None:
    """What training does not write is not believed."""
    model = walked.model("part")
    broken = dataclasses.replace(model, meta={**model.meta, **change})
    with pytest.raises(ModelRefused, match=r"The classes in the model.json of part/part are damaged"):
        own_of(broken)
