"""The data team's page: its ten commands, each run as it stands there, in order, on a part of samples/ and labels/."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shlex
import shutil
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from vmaudio.cli.root import main
from vmaudio.testing import FakeTranscriber

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "data-team.md"
SENT = 8  # recordings of samples/ that are sent through; the rest of the line does not depend on how many


def page_commands() -> list[str]:
    """The lines of the page's first fence."""
    fence = re.search(r"^```\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert fence
    return fence[1].splitlines()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a few of the samples and of our labels, under their own names; the recogniser knows the words."""
    (tmp_path / "samples").mkdir()
    with (ROOT / "samples" / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with (tmp_path / "samples" / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows[:SENT])
    texts = {}
    for row in rows[:SENT]:
        sound = ROOT / "samples" / row["file"]
        shutil.copy(sound, tmp_path / "samples")
        truth = json.loads(sound.with_suffix(".json").read_text(encoding="utf-8"))
        texts[hashlib.sha256(sound.read_bytes()).hexdigest()] = truth["text"]
    (tmp_path / "labels").mkdir()
    for name, reps, each in (("messages_a", 8, 4), ("messages_b", 4, 5)):
        by_rep = defaultdict(list)
        for line in (ROOT / "labels" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            by_rep[json.loads(line)["rep"]].append(line)
        chosen = [line for lines in list(by_rep.values())[:reps] for line in lines[:each]]
        (tmp_path / "labels" / f"{name}.jsonl").write_text("\n".join(chosen) + "\n", encoding="utf-8")
    transcriber = FakeTranscriber(texts)
    monkeypatch.setattr("vmaudio.analysis.analyzer.get_transcriber", lambda name, **options: transcriber)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fill_in(path: Path) -> int:
    """Do what a person does to the exported file: check the guesses; here they are right, and the approach is the script's."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        assert row["part"] == "", "the export leaves the label to the person"
        row["part"] = row["guess"]
        if row["position"] == "0":
            truth = json.loads((ROOT / "samples" / Path(row["file"]).with_suffix(".json").name).read_text(encoding="utf-8"))
            row["approach"] = truth["approach"]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return len({row["message_id"] for row in rows})


def test_ten_commands(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """From recordings to a promoted model: every command of the page works on what the one before it left."""
    lines = page_commands()
    assert len(lines) == 10
    said = []
    for line in lines:
        words = shlex.split(line)
        assert words[0] == "vmaudio"
        if "import" in words:
            assert fill_in(here / "to-label.csv") == SENT
        if "promote" in words:
            assert not list(here.rglob("CURRENT")), "nothing before promote changes which model is used"
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as caught:
            main()
        found = capsys.readouterr()
        assert not caught.value.code, f"{line}\n{found.out}{found.err}"
        said.append(found)
    batch, export, imported, status, mine, trained, evaluated, compared, promoted, shown = said
    assert f"{SENT}" in batch.err
    assert f"{SENT} messages" in export.err
    assert f"of {SENT} messages stored, given by ann" in imported.err
    assert "approach: " in status.out
    assert "fewer than 25 of approach" in status.out
    assert f"{SENT} labelled messages" in mine.err
    assert {json.loads(line)["approach"] for line in (here / "mine.jsonl").read_text(encoding="utf-8").splitlines()} <= {
        "relevance_first", "identity_first", "pitch", "offer"
    }  # fmt: skip
    assert "macro f1" in trained.out
    assert "20 messages by 4 reps" in evaluated.out
    assert "majority baseline" in evaluated.out
    assert "against approach: 20 items by 4 reps" in compared.out or "20 items by 4 reps" in compared.out
    assert "were in the training data: these numbers are too good" in compared.out, "the shipped model knows these messages"
    assert "will be used from now on" in promoted.err
    assert "mine.jsonl" in shown.out, "the promoted model's card is shown, not the shipped one's"
    assert "messages_b" not in shown.out
