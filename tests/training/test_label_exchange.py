"""Labels to and from Label Studio and AudioFolder: what goes out comes back, and what others change is read."""

from __future__ import annotations

import copy
import dataclasses
import json
import wave
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from tests.makers import analysis
from vmaudio.cli.root import cli
from vmaudio.errors import TableError
from vmaudio.records import APPROACHES, PARTS, Message
from vmaudio.rubric import load_rubric, score
from vmaudio.store.store import open_store
from vmaudio.training.audiofolder import read_audiofolder, write_audiofolder
from vmaudio.training.label_files import read_label_file, save_labels
from vmaudio.training.label_studio import label_studio_config, label_studio_tasks, label_studio_text
from vmaudio.training.labels import LabelledMessage, Sentence

MADE = analysis(Message("calls/a.wav", "m1", rep="Tom", prospect="p7"))


def labelled(annotator: str | None = "ann@example.com") -> LabelledMessage:
    """Labels of the message's own clauses, the second one left open."""
    parts = MADE.structure.parts
    sentences = tuple(Sentence(part.text, None if i == 1 else part.label) for i, part in enumerate(parts))
    return LabelledMessage("m1", "Tom", "p7", sentences, "pitch", {"lively": 1}, None, "as heard", annotator)


def written(tmp_path: Path, tasks: object) -> Path:
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps(tasks), "utf-8")
    return path


def test_label_studio_and_back(tmp_path: Path) -> None:
    """Labels, annotator, prospect, tone and the recogniser's words come back as they were, unlabelled words among them."""
    (task,) = label_studio_tasks([MADE], {"m1": [labelled()]}, audio_prefix="/data/local-files/?d=")
    assert task["data"]["audio"] == "/data/local-files/?d=calls/a.wav"
    regions = [one for one in task["annotations"][0]["result"] if one["type"] == "labels"]
    assert len(regions) == len(MADE.structure.parts) - 1
    assert all(0 <= one["value"]["start"] < one["value"]["end"] <= MADE.duration_s for one in regions)
    path = tmp_path / "tasks.json"
    path.write_text(label_studio_text([task]), "utf-8")
    assert read_label_file(path) == [labelled()]


def test_two_people_in_label_studio_are_two(tmp_path: Path) -> None:
    """Each annotation is somebody's; cancelled ones and predictions are nobody's."""
    (task,) = label_studio_tasks([MADE], {"m1": [labelled("ann"), labelled("bo")]})
    task["annotations"].append({"was_cancelled": True, "result": task["annotations"][0]["result"]})
    assert [message.annotator for message in read_label_file(written(tmp_path, [task]))] == ["ann", "bo"]
    del task["annotations"]
    assert read_label_file(written(tmp_path, [task])) == []


def test_a_moved_region_labels_other_words(tmp_path: Path) -> None:
    """Words belong to the region in which their middle lies; the whole text stays."""
    (task,) = label_studio_tasks([MADE], {"m1": [labelled()]})
    moved = copy.deepcopy(task)
    words = task["data"]["words"]
    result = moved["annotations"][0]["result"]
    result[:] = [result[0], result[-1]]
    result[0]["value"] |= {"start": words[1][1] - 0.01, "end": words[3][2] + 0.01, "labels": ["ask"]}
    (message,) = read_label_file(written(tmp_path, [moved]))
    assert message.text == task["data"]["text"]
    said = " ".join(word for word, _, _ in words[1:4])
    assert [sentence for sentence in message.sentences if sentence.part] == [Sentence(said, "ask")]


def test_faults_of_label_studio_are_named(tmp_path: Path) -> None:
    """Unknown labels, regions without times and tasks of another project are faults with their task."""
    (task,) = label_studio_tasks([MADE], {"m1": [labelled()]})
    task["annotations"][0]["result"][0]["value"]["labels"] = ["reson"]
    task["annotations"][0]["result"][1]["value"].pop("start")
    with pytest.raises(TableError, match=r"task 1: unknown label 'reson'; valid: greeting") as caught:
        read_label_file(written(tmp_path, [task, {"data": {"audio": "x.wav"}}]))
    assert "has no start and end" in str(caught.value)
    assert "task 2: has no words" in str(caught.value)


def test_the_interface_has_every_label() -> None:
    """The XML to paste into a project: all parts and approaches, under the names that tasks use."""
    view = ElementTree.fromstring(label_studio_config())  # noqa: S314 - ours
    assert [one.get("value") for one in view.iter("Label")] == list(PARTS)
    assert [one.get("value") for one in view.iter("Choice")] == list(APPROACHES)
    assert [(one.tag, one.get("name")) for one in view][:3] == [("Audio", "audio"), ("Labels", "part"), ("Choices", "approach")]


def sound(path: Path) -> Path:
    with wave.open(str(path), "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(b"\0\0" * 800)
    return path


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_audiofolder_and_back(tmp_path: Path, form: str) -> None:
    """Recordings are copied beside the metadata, and every label comes back; without a recording there is no place for it."""
    given = dataclasses.replace(labelled(), id="=m/1", file=sound(tmp_path / "a.wav"))
    folder = tmp_path / "set"
    assert write_audiofolder([given, labelled()], folder, form=form) == (1, 1)
    (back,) = read_label_file(folder / f"metadata.{form}")
    assert back.file is not None
    assert back.file.parent == folder
    assert back.file.read_bytes() == (tmp_path / "a.wav").read_bytes()
    assert dataclasses.replace(back, file=given.file) == given


def test_somebody_elses_audiofolder(tmp_path: Path) -> None:
    """A transcription alone is a message without labels; names that lead out of the folder and unknown labels are faults."""
    path = tmp_path / "metadata.csv"
    path.write_text("file_name,transcription\na.wav,Hi Dana\n", "utf-8")
    (message,) = read_audiofolder(path)
    assert (message.id, message.sentences) == ("a", (Sentence("Hi Dana", None),))
    path.write_text("file_name,text,approach\n../a.wav,Hi,pitch\nb.wav,Hi,pitchy\nc.wav,,pitch\n", "utf-8")
    with pytest.raises(TableError, match=r"line 2: file_name .*a\.wav. leads out") as caught:
        read_audiofolder(path)
    assert "line 3: unknown approach 'pitchy'" in str(caught.value)
    assert "line 4: no text" in str(caught.value)


def test_at_the_command_line(tmp_path: Path) -> None:
    """Out as guesses, in as labels, out as an AudioFolder, in again."""
    store = open_store(str(tmp_path / "vm.sqlite"))
    made = dataclasses.replace(MADE, source=str(sound(tmp_path / "a.wav")))
    made = dataclasses.replace(made, message=dataclasses.replace(made.message, source=made.source))
    store.save(dataclasses.replace(made, score=score(made, load_rubric())))

    def run(*args: object, code: int = 0) -> str:
        done = CliRunner().invoke(cli, ["--db", str(tmp_path / "vm.sqlite"), "labels", *map(str, args)])
        assert done.exit_code == code, (done.output, done.exception)
        return done.stderr

    tasks = tmp_path / "tasks.json"
    run("export", "-o", tasks, "--format", "label-studio")
    assert (tmp_path / "tasks.xml").exists()
    with pytest.raises(TableError, match="not one label is filled in"):
        CliRunner().invoke(cli, ["--db", str(tmp_path / "vm.sqlite"), "labels", "import", str(tasks)], catch_exceptions=False)
    (task,) = json.loads(tasks.read_text("utf-8"))
    task["annotations"] = [{"completed_by": 7, "result": task["predictions"][0]["result"]}]
    tasks.write_text(json.dumps([task]), "utf-8")
    assert "given by 7" in run("import", tasks)
    assert run("export", "-o", tmp_path / "set", "--format", "audiofolder", "--labelled").startswith("1 labelled messages")
    (back,) = read_label_file(tmp_path / "set" / "metadata.csv")
    assert [sentence.part for sentence in back.sentences] == [part.label for part in made.structure.parts]
    run("export", "-o", tmp_path / "again.json", "--format", "label-studio", "--labelled")
    (again,) = read_label_file(tmp_path / "again.json")
    assert again.sentences == back.sentences
    save_labels(store, [back], "x")
    store.close()
