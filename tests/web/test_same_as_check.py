"""A take in the web app is measured exactly as `vmaudio check` measures it, and stored under the same key."""

from __future__ import annotations

import sys

import pytest

from tests.web import fakes
from vmaudio.analysis.analyzer import Analyzer
from vmaudio.cli.root import main
from vmaudio.records import Message
from vmaudio.store.store import open_store
from vmaudio.web.worker import Inline, Task, Worker, analyze_upload


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """The same recording by `check --save`: its analysis in the store, and the recogniser that heard it."""
    recogniser = fakes.Doubting()
    monkeypatch.setattr("vmaudio.analysis.analyzer.get_transcriber", lambda name, **options: recogniser)
    path, db = tmp_path / "tom.wav", str(tmp_path / "check.sqlite")
    path.write_bytes(fakes.voice(seconds=12.0))
    monkeypatch.setattr(sys, "argv", ["vmaudio", "--db", db, "check", str(path), "--rep", "Tom", "--save", "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    store = open_store(db)
    (analysis,) = store.analyses()
    store.close()
    return analysis, recogniser


def measured(analysis):
    """All of an analysis but whose message it is, when it was made and how long it took."""
    found = analysis.to_dict()
    for name in ("message", "source", "file_name"):
        del found[name]
    del found["provenance"]["created_utc"], found["provenance"]["seconds_by_stage"]
    return found


@pytest.mark.parametrize("engine", [Inline, Worker])
def test_a_kept_take_is_what_check_saves(site_with, checked, engine):
    """The number is put to the recogniser a second time, which leaves it in doubt; key and result are those of check."""
    expected, recogniser = checked
    assert recogniser.second == 1
    assert [phone.complete for phone in expected.entities.phones] == [False]
    site = site_with(engine(fakes.doubting))
    job = site.checked(fakes.voice(seconds=12.0))
    assert job["state"] == "done", job["error"]
    site.post(f"{job['url']}/keep", data={"rep": "Tom"})
    (kept,) = site.store.analyses()
    assert measured(kept) == measured(expected)
    assert "number_unsure" in {flag.kind for flag in kept.flags}


def test_the_analyzer_is_left_as_it_was(tmp_path):
    """Stages are heard by a listener, in their order; no part of the analyzer is exchanged for that."""
    analyzer = fakes.doubting()
    parts = dict(vars(analyzer))
    path = tmp_path / "tom.wav"
    path.write_bytes(fakes.voice(seconds=12.0))
    heard, during = [], []

    def listener(event):
        heard.append((event.stage, event.item))
        during.append(dict(vars(analyzer)))

    analyze_upload(analyzer, Task(Message(str(path)), tmp_path / "copy.wav"), listener)
    assert heard == [("listen", "tom.wav"), ("transcribe", "tom.wav"), ("describe", "tom.wav")]
    assert all(seen == parts for seen in during)
    assert isinstance(analyzer, Analyzer)
    assert (tmp_path / "copy.wav").exists()
