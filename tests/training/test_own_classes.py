"""Approaches of a team's own: declared, labelled, learned, evaluated and shown like ours."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import numpy as np
import pytest

from tests.training.conftest import rows
from vmaudio.classify import ModelStore
from vmaudio.classify.own_classes import known_approaches, own_approaches
from vmaudio.classify.structure import label_structure
from vmaudio.errors import SettingError, TableError
from vmaudio.records import APPROACHES, Transcript
from vmaudio.training.card import model_card
from vmaudio.training.evaluation import evaluate_model
from vmaudio.training.fit_model import TrainingResult
from vmaudio.training.label_files import read_label_file
from vmaudio.training.label_studio import label_studio_config
from vmaudio.training.labels import read_labelled_messages
from vmaudio.training.recognised import cut
from vmaudio.training.tasks import ApproachTask

EVENT = """
[approaches.event]
meaning = "Invites the listener to an event."
examples = ["We have a breakfast for roofers on the ninth.", "There is a chair with your name on it."]
"""


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of own classes, named by the setting."""
    path = tmp_path / "classes.toml"
    path.write_text(EVENT, "utf-8")
    monkeypatch.setenv("VMAUDIO_CLASSES", str(path))
    return path


def test_our_classes_stay_and_own_ones_follow(declared: Path) -> None:
    """The file adds to ours, is read again when it changes, and tells what each class means."""
    assert known_approaches() == (*APPROACHES, "event")
    assert own_approaches()["event"].examples[1] == "There is a chair with your name on it."
    declared.write_text(EVENT.replace("approaches.event", "approaches.survey"), "utf-8")
    os.utime(declared, (1, 1))
    assert known_approaches()[-1] == "survey"
    assert known_approaches("") == APPROACHES


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[approaches.pitch]\nmeaning = 'x'\nexamples = ['a', 'b']", "'pitch' is one of ours"),
        ("[approaches.unclear]\nmeaning = 'x'\nexamples = ['a', 'b']", "'unclear' is one of ours"),
        ("[approaches.Event]\nmeaning = 'x'\nexamples = ['a', 'b']", "no name"),
        ("[approaches.event]\nexamples = ['a', 'b']", "event has no meaning"),
        ("[approaches.event]\nmeaning = 'x'\nexamples = ['a']", "event needs 2 examples"),
        ("[parts.event]\nmeaning = 'x'", "'parts' is not understood"),
        ("approaches = 3", "declares no class"),
        ("", "declares no class"),
        ("[", "is no TOML"),
    ],
)  # fmt: skip
def test_faults_are_named(declared: Path, text: str, said: str) -> None:
    """What is wrong with the file is said, and nothing is taken over in part."""
    declared.write_text(text, "utf-8")
    with pytest.raises(SettingError, match=said):
        known_approaches()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A setting that leads nowhere is an error, not an empty list."""
    with pytest.raises(SettingError, match=r"none.toml: the file of own classes cannot be read"):
        known_approaches(str(tmp_path / "none.toml"))


def test_labels_are_valid_where_they_are_declared(declared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON Lines, CSV and Label Studio's choices know the class; without the file its label is refused."""
    row = {**rows()[0], "approach": "event"}
    lines = tmp_path / "l.jsonl"
    lines.write_text(json.dumps(row) + "\n", "utf-8")
    table = tmp_path / "l.csv"
    table.write_text("message_id,position,text,part,approach\nm1,0,Come to breakfast.,ask,Event\n", "utf-8")
    assert [read_labelled_messages([lines])[0].approach, read_label_file(table)[0].approach] == ["event", "event"]
    assert '<Choice value="event"/>' in label_studio_config()
    monkeypatch.delenv("VMAUDIO_CLASSES")
    for path in (lines, table):
        with pytest.raises(TableError, match=r"unknown approach .[eE]vent"):
            read_label_file(path)


def test_training_knows_the_class(declared: Path, small: Path, tmp_path: Path) -> None:
    """The problem that is learned has the class among its labels, with the messages that carry it."""
    changed = [json.loads(line) for line in small.read_text("utf-8").splitlines()]
    for row in changed[::3]:
        row["approach"] = "event"
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in changed), "utf-8")
    task = ApproachTask(read_labelled_messages([path]))
    assert task.labels[-1] == "event"
    assert int((task.y == "event").sum()) == len(changed[::3])


def test_a_model_remembers_its_classes(
    declared: Path, part: TrainingResult, approach: TrainingResult, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model with a class more gives it a probability and may answer with it, without the file; its card explains it."""
    store = ModelStore(tmp_path)
    known = store.open(approach.folder.path)
    usual = str(np.array(known.meta["classes"])[0])
    classes = [name if name != usual else "event" for name in known.meta["classes"]]
    meta = {**known.meta, "labels": list(known_approaches()), "classes": classes,
            "own_classes": [dataclasses.asdict(one) for one in own_approaches().values()], "threshold": 0.0}  # fmt: skip
    monkeypatch.delenv("VMAUDIO_CLASSES")
    model = dataclasses.replace(known, meta=meta)
    parts = store.open(part.folder.path)
    clauses = cut("Hi Dana, we have a breakfast for roofers on the ninth. Call me at 303-555-0126.")
    text = Transcript("speech", "en", " ".join(clause.text for clause in clauses), (), "made-up", {})
    found = label_structure(clauses, text, parts, model)
    assert set(found.approach_probabilities) == {*APPROACHES, "event"}
    assert sum(found.approach_probabilities.values()) == pytest.approx(1)
    assert found.approach_probabilities["event"] > 0
    assert found.approach == max(found.approach_probabilities, key=lambda name: found.approach_probabilities[name])
    judged = evaluate_model(model, [small], parts)
    assert judged.confusion["labels"].count("event") == 1
    card = model_card({**meta, "metrics": approach.meta["metrics"], "data": []}, [])
    assert "### Your own class `event`" in card
    assert "a chair with your name on it" in card
