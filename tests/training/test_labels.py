"""Label files: every fault is named with its line, and the valid labels are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.training.conftest import LABELS
from vmaudio.errors import TableError
from vmaudio.training.labels import read_labelled_messages

GOOD = {
    "id": "m1", "rep": "Tom", "prospect": "Dana", "approach": "curiosity",
    "sentences": [{"text": "Hi", "part": "greeting"}, {"text": "call me", "part": "ask"}],
    "tone": {"lively": 1, "formal": None}, "file": "a.wav", "notes": "kept out",
}  # fmt: skip


def written(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "labels.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_reads_a_message(tmp_path: Path) -> None:
    """All fields arrive; the sound lies beside the label file; unlabelled axes are left out; empty lines are nothing."""
    (message,) = read_labelled_messages([written(tmp_path, GOOD, "")])
    assert (message.id, message.rep, message.prospect, message.approach) == ("m1", "Tom", "Dana", "curiosity")
    assert [(s.text, s.part) for s in message.sentences] == [("Hi", "greeting"), ("call me", "ask")]
    assert message.tone == {"lively": 1}
    assert message.file == tmp_path / "a.wav"
    assert message.text == "Hi call me"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 2: not JSON"),
        ("[1]", "line 2: not a JSON object"),
        ({**GOOD, "id": "m2", "rep": None}, "line 2: 'rep' is missing"),
        ({**GOOD, "id": ""}, "line 2: 'id' is missing"),
        ({**GOOD, "id": "m2", "sentences": None}, "line 2: 'sentences' is missing"),
        ({**GOOD, "id": "m2", "sentences": [{"part": "ask"}]}, "line 2: sentence 1 has no 'text'"),
        ({**GOOD, "id": "m2", "sentences": [{"text": "x", "part": "pitch"}]}, "unknown part 'pitch'; valid: greeting, callee"),
        ({**GOOD, "id": "m2", "approach": "sales"}, "unknown approach 'sales'; valid: robocall, inquiry"),
        ({**GOOD, "id": "m2", "tone": {"angry": 1}}, "unknown tone axis 'angry'; valid: lively"),
        ({**GOOD, "id": "m2", "tone": {"lively": 0.5}}, "tone lively is 0.5; valid: 0, 1"),
        (GOOD, "line 2: id 'm1' was used in line 1 already"),
    ],
)
def test_faults_are_named(tmp_path: Path, line: object, words: str) -> None:
    """A fault is a sentence with file, line and what would be right."""
    with pytest.raises(TableError) as caught:
        read_labelled_messages([written(tmp_path, GOOD, line)])
    assert words in str(caught.value)
    assert "labels.jsonl" in str(caught.value)


def test_all_faults_at_once(tmp_path: Path) -> None:
    """A file with many faults names twenty of them and counts the rest."""
    with pytest.raises(TableError) as caught:
        read_labelled_messages([written(tmp_path, *["{"] * 25)])
    assert str(caught.value).count("not JSON") == 20
    assert "and 5 more" in str(caught.value)


def test_no_file_and_no_message(tmp_path: Path) -> None:
    """A missing, a binary and an empty file each have their sentence."""
    with pytest.raises(TableError, match="cannot be read"):
        read_labelled_messages([tmp_path / "none.jsonl"])
    with pytest.raises(TableError, match="holds no message"):
        read_labelled_messages([written(tmp_path, "")])
    (tmp_path / "bin.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TableError, match="UTF-8"):
        read_labelled_messages([tmp_path / "bin.jsonl"])


@pytest.mark.parametrize("path", [*sorted(LABELS.glob("*messages*.jsonl")), LABELS / "robocalls.jsonl"], ids=lambda p: p.name)
def test_our_own_labels_are_valid(path: Path) -> None:
    """The labels that the shipped models are trained on pass the checks, every sentence labelled, numbers fictional."""
    messages = read_labelled_messages([path])
    assert len(messages) > 20
    assert all(sentence.part for message in messages for sentence in message.sentences)
    assert all(message.approach for message in messages)
