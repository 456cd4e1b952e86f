"""A recording that was renamed or moved between two runs is one message afterwards, with what people said of it."""

from __future__ import annotations

import dataclasses

import pytest

from tests.lines import analyzer, write_voice
from vmaudio.analysis.batch import run_batch
from vmaudio.analysis.engines import InlineEngine
from vmaudio.records import Message, Outcome
from vmaudio.store import clips_of, open_store, outcome_of, put_outcomes, save_clip

DAY = "2026-03-02T10:00:00+00:00"


@pytest.fixture(scope="module")
def engine():
    return InlineEngine(analyzer())


@pytest.fixture
def store(tmp_path):
    with open_store(str(tmp_path / "vm.sqlite")) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "calls"
    path.mkdir()
    write_voice(path / "a.wav", 2.0, seed=1)
    (path / "rest.txt").write_text("stays")
    return path


def run(engine, store, *paths, **fields):
    """One run over these files, and what it says was renamed, by file name."""
    summary = run_batch(engine, [Message(str(path), **fields) for path in paths], store)
    return [(path.rpartition("/")[2], before.rpartition("/")[2]) for path, before in summary.renamed]


def names(store) -> list[str]:
    return sorted(made.file_name for made in store.analyses())


def test_its_row_moves_with_what_people_said(engine, store, folder):
    """Verdict, clip and outcome are those of the new row; the old one is gone."""
    run(engine, store, folder / "a.wav", rep="Ann")
    (old,) = store.analyses()
    store.save_override(old.message.message_id, old.score.checks[0].id, "pass", "I hear it", "Kim")
    save_clip(store, old.message.message_id, (0.5, 1.0), by="Kim")
    put_outcomes(store, [Outcome(old.message.message_id, callback=True)])
    (folder / "a.wav").rename(folder / "b.wav")
    assert run(engine, store, folder / "b.wav", rep="Ann") == [("b.wav", "a.wav")]
    (new,) = store.analyses()
    assert new.file_name == "b.wav"
    assert [one.message_id for one in (*store.overrides(), *clips_of(store))] == [new.message.message_id] * 2
    assert outcome_of(store, new.message.message_id).callback
    assert outcome_of(store, old.message.message_id) is None
    assert run(engine, store, folder / "b.wav", rep="Ann") == []


def test_it_may_be_moved_and_measured_again(engine, store, folder, tmp_path):
    """Another folder, and a run that measures anew."""
    run(engine, store, folder / "a.wav")
    (tmp_path / "done").mkdir()
    (folder / "a.wav").rename(tmp_path / "done" / "a.wav")
    summary = run_batch(engine, [Message(str(tmp_path / "done" / "a.wav"))], store, redo="all")
    assert [before for _, before in summary.renamed] == [str(folder / "a.wav")]
    assert store.count() == 1


def test_a_copy_is_no_rename(engine, store, folder):
    """The old file is still there; and one that goes later was a copy of one that was known."""
    run(engine, store, folder / "a.wav")
    (folder / "b.wav").write_bytes((folder / "a.wav").read_bytes())
    assert run(engine, store, folder / "b.wav") == []
    (folder / "a.wav").unlink()
    assert run(engine, store, folder / "b.wav") == []
    assert names(store) == ["a.wav", "b.wav"]


def test_a_folder_that_is_gone_says_nothing(engine, store, folder, tmp_path):
    """A disk that is not mounted loses no message."""
    run(engine, store, folder / "a.wav")
    (tmp_path / "b.wav").write_bytes((folder / "a.wav").read_bytes())
    folder.rename(tmp_path / "elsewhere")
    assert run(engine, store, tmp_path / "b.wav") == []
    assert names(store) == ["a.wav", "b.wav"]


def test_two_that_are_gone_stay(engine, store, folder):
    """Which of them was renamed is not known."""
    (folder / "same.wav").write_bytes((folder / "a.wav").read_bytes())
    run(engine, store, folder / "a.wav", folder / "same.wav")
    (folder / "a.wav").rename(folder / "b.wav")
    (folder / "same.wav").unlink()
    assert run(engine, store, folder / "b.wav") == []
    assert names(store) == ["a.wav", "b.wav", "same.wav"]


def test_another_send_stays(engine, store, folder):
    """Another rep, or an id that a manifest gave, is another message; of several sends each finds its own."""
    path = str(folder / "a.wav")
    sends = [
        Message(path, prospect="p1"),
        Message(path, prospect="p2"),
        Message(path, rep="Ann", sent_at=DAY),
        Message(path, "given"),
    ]
    run_batch(engine, sends, store)
    (folder / "a.wav").rename(folder / "b.wav")
    later = [dataclasses.replace(one, source=str(folder / "b.wav"), message_id="") for one in sends[:2]]
    later.append(Message(str(folder / "b.wav"), "other", rep="Bo", sent_at=DAY))
    assert len(run_batch(engine, later, store).renamed) == 2
    found = {(made.file_name, made.message.prospect or made.message.rep) for made in store.analyses()}
    assert found == {("b.wav", "p1"), ("b.wav", "p2"), ("a.wav", "Ann"), ("a.wav", None), ("b.wav", "Bo")}
