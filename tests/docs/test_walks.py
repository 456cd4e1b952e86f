"""The pages with a walk: every command is run as it stands there, every web page is opened and has what the text promises."""

from __future__ import annotations

import csv
import hashlib
import html
import json
import os
import re
import shlex
import shutil
import sys
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.training.test_data_team import fill_in
from tests.web import fakes
from vmaudio.cli.root import main
from vmaudio.testing import FakeTranscriber
from vmaudio.web.app import create_app
from vmaudio.web.config import Config
from vmaudio.web.worker import Inline

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
WALKS = ("first-week.md", "lunch-break.md", "first-model.md")
MOST_PICTURES = 1_000_000
LABELS = 8
SENT = ("s02", "s05")
CHECKED = "09_offer_ray_fast_number.wav"


def steps(page: str) -> list[tuple[str, str, list[str]]]:
    """What the page tells to do, in order: ("run", command, []), or ("open", path, what is seen there)."""
    found = []
    pattern = r"^```\n(?P<fence>.*?)^```|^- Open `(?P<path>/[^`]*)`(?P<text>.*?)(?=^- |^\n|\Z)"
    for match in re.finditer(pattern, page, flags=re.MULTILINE | re.DOTALL):
        if match["fence"]:
            found += [("run", line, []) for line in match["fence"].splitlines()]
        else:
            found.append(("open", match["path"], re.findall(r"\*\*(.+?)\*\*", match["text"])))
    return found


@pytest.fixture(scope="module")
def measured(tmp_path_factory) -> Path:
    """A folder with a few samples, their outcomes and labels, and a store in which a batch has put them."""
    folder = tmp_path_factory.mktemp("walk")
    for name in ("samples", "labels"):
        (folder / name).mkdir()
    with (ROOT / "samples" / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["message_id"] in SENT]
    with (folder / "samples" / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    for name in (*(row["file"] for row in rows), CHECKED):
        shutil.copy(ROOT / "samples" / name, folder / "samples")
    lines = (ROOT / "samples" / "outcomes.csv").read_text("utf-8").splitlines(keepends=True)
    known = [line for line in lines[1:] if line.partition(",")[0] in SENT]
    (folder / "samples" / "outcomes.csv").write_text("".join([lines[0], *known]), "utf-8")
    some = (ROOT / "samples" / "labels.jsonl").read_text("utf-8").splitlines(keepends=True)[:LABELS]
    (folder / "samples" / "labels.jsonl").write_text("".join(some), "utf-8")
    return folder


@pytest.fixture
def samples(measured: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That folder as the one to work in; the recogniser knows the words of the samples in it."""
    texts = {}
    for sound in (measured / "samples").iterdir():
        truth = ROOT / "samples" / f"{sound.stem}.json"
        if truth.exists():
            texts[hashlib.sha256(sound.read_bytes()).hexdigest()] = json.loads(truth.read_text("utf-8"))["text"]
    transcriber = FakeTranscriber(texts)
    monkeypatch.setattr("vmaudio.analysis.analyzer.get_transcriber", lambda name, **options: transcriber)
    monkeypatch.chdir(measured)
    return measured


def looks(what: str, client: TestClient, seen: list[str]) -> list[str]:
    """What of the promised words a page does not have; what it makes in the background is waited for."""
    end = time.monotonic() + 60
    while True:
        answer = client.get(what, headers={"accept": "text/html"})
        assert answer.status_code == 200, f"{what}: {answer.text[:300]}"
        text = " ".join(re.sub(r"<[^>]+>", " ", html.unescape(answer.text)).split())
        missing = [words for words in seen if words not in text]
        if not missing or "data-later" not in answer.text or time.monotonic() > end:
            return missing
        time.sleep(0.2)


@pytest.mark.parametrize("name", WALKS)
def test_walk(name, samples, monkeypatch, capsys):
    """Every command ends well and writes what it says it writes; every page opens and has what is in bold in the text."""
    stored = samples / "stored.sqlite"
    monkeypatch.setenv("VMAUDIO_DB", "walk.sqlite")
    done = steps((DOCS / name).read_text("utf-8"))
    assert sum(kind == "run" for kind, _, _ in done) >= 2
    assert sum(kind == "open" for kind, _, _ in done) >= 1
    for kind, what, seen in done:
        if kind == "open":
            config = Config(db=os.environ["VMAUDIO_DB"], folder=samples / "web")
            assert seen, what
            with TestClient(create_app(config, engine=Inline(fakes.analyzer)), base_url="http://127.0.0.1:8000") as client:
                assert looks(what, client, seen) == [], what
            continue
        words = shlex.split(what)
        if words[0] == "export":
            variable, _, value = words[1].partition("=")
            if stored.exists():  # by an earlier walk: its batch is the same, and finds its results
                shutil.copy(stored, samples / value)
            monkeypatch.setenv(variable, value)
            continue
        if words[:2] == ["vmaudio", "serve"]:
            continue  # what it serves is opened above
        if words[1:3] == ["labels", "import"]:
            assert fill_in(samples / words[3]) == len(SENT)
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as caught:
            main()
        said = capsys.readouterr()
        assert not caught.value.code, f"{what}\n{said.out}{said.err}"
        if words[1] == "batch" and not stored.exists():
            shutil.copy(os.environ["VMAUDIO_DB"], stored)
        for option in ("-o", "--html", "--digest", "--pictures"):
            if option in words:
                assert (samples / words[words.index(option) + 1]).exists(), what


def test_the_pictures_are_small():
    """Every walk shows pictures, which are together smaller than a megabyte a page."""
    for name in WALKS:
        shown = re.findall(r'(?:\]\(|src=")(images/[^")]+)', (DOCS / name).read_text("utf-8"))
        assert shown, name
        assert sum((DOCS / picture).stat().st_size for picture in shown) < MOST_PICTURES, name
