"""Classes of a team's own: declared, labelled, learned, evaluated and shown like ours."""

from __future__ import annotations

import dataclasses
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.training.conftest import rows
from vmaudio.classify import ModelStore
from vmaudio.classify.own_classes import classes_of, declared_classes, known_approaches, known_parts
from vmaudio.classify.structure import label_structure
from vmaudio.errors import SettingError, TableError
from vmaudio.records import APPROACH_CLASSES, APPROACHES, PART_CLASSES, PARTS, REASON_CLASSES, Transcript
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
    assert declared_classes().approaches[0].examples[1] == "There is a chair with your name on it."
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
        ("[parts.event]\nmeaning = 'x'\nexamples = 3", "event has examples that are no list"),
        ("[parts.event]\nmeaning = 'x'\nexamples = ['a', 'a']", "event needs 2 examples or more, at most 50, all different"),
        ("[parts.reason]\nmeaning = 'x'\nexamples = ['a', 'b']", "line 1: 'reason' is one of ours"),
        ("[parts.a]\nmeaning = 'x'\nexamples = ['a', 'b']", "no name"),
        ("[parts.ab]\nmeaning = 'x'\nexamples = ['a', 'b']\nrole = 'because'", "role 'because', which is none of ours"),
        ("[parts.ab]\nmeaning = 'x'\nexamples = ['a', 'b']\nrole = 'referral'", "role 'referral', which is none of ours"),
        ("[parts.ab]\nmeaning = 'x'\nexamples = ['a', 'b']\nweight = 3", "key 'weight', which is not understood"),
        ("[parts.ab]\nmeaning = 'x'\nexamples = ['a', 'b']\ntitle = '=1+1'", "title that is no text"),
        ("[parts.ab]\nmeaning = 'x'\nexamples = ['a', 'b']\ntitle = 'next step'", "the title 'next step' is that of another"),
        ("[parts.ab]\nmeaning = 'x'\nexamples = ['a', 'b']\n[parts]\nac = 3", "ac is no table"),
        ('[parts.ab]\nmeaning = "x\\u001b[2J"\nexamples = ["a", "b"]', "ab has no meaning"),
        ("language = 'Spanish'", "line 1: the language 'Spanish' is no code"),
        ("speech = 'es'", "'speech' is not understood"),
        ("approaches = 3", "'approaches' is no table"),
        ("", "declares no class"),
        ("[", "is no TOML"),
    ],
)  # fmt: skip
def test_faults_are_named(declared: Path, text: str, said: str) -> None:
    """What is wrong with the file is said, and nothing is taken over in part."""
    declared.write_text(text, "utf-8")
    with pytest.raises(SettingError, match=said):
        known_approaches()


def test_our_classes_mean_what_the_guide_says() -> None:
    """The table that ships and the label guide have the same classes, in the same order, with the same meanings."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "label-guide.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", page, flags=re.MULTILINE)
    assert rows == [(one.name, one.meaning) for one in (*PART_CLASSES, *APPROACH_CLASSES, *REASON_CLASSES)]


def test_there_may_not_be_too_many(declared: Path) -> None:
    """A file of a thousand classes, or of a megabyte, is a mistake."""
    one = "meaning = 'x'\nexamples = ['a', 'b']\n"
    declared.write_text("".join(f"[parts.c{i}]\n{one}" for i in range(41)), "utf-8")
    with pytest.raises(SettingError, match="41 parts are declared, and 40 are the most"):
        known_parts()
    declared.write_text("#" * 1_000_001, "utf-8")
    with pytest.raises(SettingError, match="larger than 1,000,000 bytes"):
        known_parts()
    declared.write_bytes(b"\xff")
    with pytest.raises(SettingError, match="is not UTF-8 text"):
        known_parts()


def test_a_language_alone_is_enough(declared: Path) -> None:
    """A team that speaks Spanish may label with our classes."""
    declared.write_text("language = 'es'", "utf-8")
    assert declared_classes().language == "es"
    assert known_parts() == PARTS


_TEXTS = st.text("abc é=", min_size=1, max_size=6) | st.text(max_size=12)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=8,
)
_ABOUT = st.fixed_dictionaries(
    {"meaning": _TEXTS | _VALUES, "examples": st.lists(_TEXTS, max_size=3) | _VALUES},
    optional={"title": _TEXTS | _VALUES, "role": st.sampled_from(["reason", "pitch", "", "x"]) | _VALUES, "more": _VALUES},
)
_TABLES = st.dictionaries(st.from_regex(r"[a-z_]{1,5}", fullmatch=True) | _TEXTS, _ABOUT | _VALUES, max_size=3)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["parts", "approaches", "language"]) | _TEXTS, _TABLES | _VALUES, max_size=4))
def test_whatever_is_declared(found: dict) -> None:
    """Any tables give classes that hold to the rules, or faults in words, and never another error."""
    made, faults = classes_of(found)
    assert all(isinstance(fault, str) and fault for _, fault in faults)
    for kind, ours in ((made.parts, PARTS), (made.approaches, APPROACHES)):
        for one in kind:
            assert one.name not in ours
            assert one.role in ("", *ours)
            assert len(set(one.examples)) >= 2
            assert f"{one.title}{one.meaning}".isprintable()
    if not faults:
        again, none = classes_of({"language": made.language, **{
            kind: {one.name: {k: v for k, v in dataclasses.asdict(one).items() if k != "name"} for one in getattr(made, kind)}
            for kind in ("parts", "approaches")
        }})  # fmt: skip
        assert (again, none) == (made, [])


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
    assert '<Choice value="event" hint="event: Invites the listener to an event."/>' in label_studio_config()
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
            "own_classes": [dataclasses.asdict(one) for one in declared_classes().approaches], "threshold": 0.0}  # fmt: skip
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
