"""What is saved comes back; nothing finished is lost; other versions are refused with a sentence."""

import dataclasses
import os
import sqlite3
import stat

import pytest
from sqlalchemy import inspect, text

from tests.makers import analysis
from vmaudio.analysis import rescore
from vmaudio.errors import StoreError
from vmaudio.records import Failure, Message, Outcome, RepBaseline
from vmaudio.rubric import scoring
from vmaudio.rubric.load import load_rubric
from vmaudio.store import Filter, all_outcomes, open_store, put_outcomes
from vmaudio.store.tables import metadata


def scored(made):
    """The analysis with its score by the default rubric."""
    score = scoring.score(made, load_rubric())
    provenance = dataclasses.replace(made.provenance, rubric_id=score.rubric_id)
    return dataclasses.replace(made, score=score, provenance=provenance)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vm.sqlite"


@pytest.fixture
def store(path):
    opened = open_store(str(path))
    yield opened
    opened.close()


def same(one, other):
    """Equal as JSON: NaN is null on both sides."""
    assert one.to_dict() == other.to_dict()


class TestStore:
    """The contract of a store."""

    def test_an_analysis_comes_back(self, store):
        """A saved analysis is read back with every field."""
        made = scored(analysis())
        store.save(made)
        (found,) = store.analyses()
        same(found, made)

    def test_a_recording_measured_by_another_engine_is_one_message(self, store):
        """The earlier measurement is known by its key, and is no message: reading, counting and scoring again leave it."""
        first = scored(analysis())
        second = dataclasses.replace(first, provenance=dataclasses.replace(first.provenance, engine="other"))
        assert second.provenance.key.digest != first.provenance.key.digest
        store.save(first)
        store.save(second)
        (found,) = store.analyses()
        assert found.provenance.engine == "other"
        assert store.known(first.recording_id, first.provenance.key.digest) is not None
        assert len(list(rescore(store, load_rubric()))) == 1
        assert [message.source for message in store.messages()] == [found.source]
        assert store.count() == 1

    def test_scoring_again_leaves_what_was_never_scored(self, store):
        """A measurement without a score is no message's: scoring it would save one without a file."""
        store.save(analysis())
        assert list(rescore(store, load_rubric())) == []
        assert [message.source for message in store.messages()] == [analysis().source]

    def test_a_result_is_known_by_bytes_and_key(self, store):
        """Measurements are found by the bytes' hash and the key, and by nothing else."""
        made = scored(analysis())
        store.save(made)
        key = made.provenance.key.digest
        found = store.known(made.recording_id, key)
        same(found.transcript, made.transcript)
        assert store.known(made.recording_id, "0" * 16) is None
        assert store.known("1" * 64, key) is None

    def test_saving_again_replaces(self, store):
        """The same recording, key and message saved twice is one row, with the later score."""
        made = scored(analysis())
        store.save(made)
        later = dataclasses.replace(made, score=dataclasses.replace(made.score, points=1.0, band="weak"))
        store.save(later)
        (found,) = store.analyses()
        assert found.score.points == 1.0

    def test_one_recording_sent_to_two_prospects(self, store):
        """One recording dropped on two people is one measurement and two messages."""
        for prospect in ("p1", "p2"):
            store.save(scored(analysis(Message("drop.wav", prospect=prospect))))
        assert {found.message.prospect for found in store.analyses()} == {"p1", "p2"}
        assert store.info()["rows"]["analyses"] == 1

    def test_failures_are_forgotten_once_analysed(self, store):
        """A failure is kept until its source is analysed."""
        made = scored(analysis())
        store.save_failure(Failure(made.source, made.file_name, "decode", "NotAudio", "tom.wav: no audio."))
        assert [failure.error for failure in store.failures()] == ["NotAudio"]
        store.save(made)
        assert store.failures() == []

    def test_filters(self, store):
        """Messages are filtered by rep, campaign, date and words, and counted."""
        for i, rep in enumerate(["Ann", "Bo", "Ann"]):
            message = Message(f"{i}.wav", rep=rep, campaign="spring", sent_at=f"2026-03-0{i + 1}T09:00:00+00:00")
            store.save(scored(analysis(message, recording_id=str(i) * 64)))
        assert store.count(Filter(rep="Ann")) == 2
        assert [a.message.rep for a in store.analyses(Filter(since="2026-03-02"))] == ["Bo", "Ann"]
        assert store.count(Filter(text="MAIN STREET")) == 3
        assert store.count(Filter(text="100%_")) == 0
        assert len(list(store.analyses(limit=1, offset=1))) == 1

    def test_only_the_score_changes(self, store):
        """A rescore changes score and context, and leaves the measurements."""
        made = scored(analysis())
        store.save(made)
        message = dataclasses.replace(made.message, campaign="autumn")
        store.save_score(dataclasses.replace(made, message=message, score=dataclasses.replace(made.score, points=7.0)))
        (found,) = store.analyses()
        assert (found.score.points, found.message.campaign) == (7.0, "autumn")
        same(found.prosody, made.prosody)

    def test_baselines(self, store):
        """The newest baseline of a rep is found."""
        store.save_baseline(RepBaseline("b1", "Ann", 12, {"speaking_rate_wpm": 150.0}, {"speaking_rate_wpm": 12.0}))
        assert store.baseline("Ann").medians["speaking_rate_wpm"] == 150.0
        assert store.baseline("Bo") is None

    def test_runs(self, store):
        """A run is counted when it ends."""
        run = store.begin_run("batch")
        store.end_run(run, analysed=3, stored=2, failed=1)
        with store.engine.connect() as connection:
            assert connection.execute(text("SELECT analysed, stored, failed FROM runs")).one() == (3, 2, 1)


def test_a_failure_is_kept_by_its_own_name(store):
    """`save` of what `analyze_many` yields for a bad file says where failures go, and keeps nothing."""
    with pytest.raises(TypeError, match=r"no Failure\. A failure is kept by save_failure"):
        store.save(Failure(source="a.wav", file_name="a.wav", stage="decode", error="NotAudio", message="..."))
    assert store.count() == 0


def test_the_file_is_for_the_owner_alone(store, path):
    """The database of other people's voices is readable by its owner only."""
    store.save(scored(analysis()))
    for file in path.parent.iterdir():
        assert stat.S_IMODE(os.stat(file).st_mode) == 0o600, file


@pytest.mark.sqlite
def test_the_migrations_make_the_tables_of_the_code(store):
    """The migrations make exactly the tables and columns that the code declares."""
    found = inspect(store.engine)
    assert set(found.get_table_names()) == {*metadata.tables, "alembic_version"}
    for table in metadata.sorted_tables:
        columns = {(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(table.name)}
        assert columns == {(c.name, str(c.type.compile(store.engine.dialect)), c.nullable) for c in table.columns}, table.name
        indexes = {index["name"] for index in found.get_indexes(table.name)}
        assert {index.name for index in table.indexes} <= indexes


def test_a_newer_database_is_refused(store, path):
    """A database of a newer vmaudio is refused with a sentence, not changed."""
    with store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreError, match="newer vmaudio"):
        open_store(str(path))


@pytest.mark.parametrize("content", [b"this is a letter, not a database " * 40])
def test_no_database_is_refused(tmp_path, content):
    """A file that is no database is refused with its name, and left as it was."""
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"letter\.txt cannot be used: the file is no SQLite database"):
        open_store(str(path))
    assert path.read_bytes() == content


def test_a_url_that_is_none(tmp_path):
    """A URL nobody can read is refused with a sentence."""
    with pytest.raises(StoreError, match="database URL"):
        open_store("://")


@pytest.mark.sqlite
def test_what_is_committed_survives_a_reader_and_a_second_connection(store, path):
    """A committed row is seen by another process' connection at once."""
    store.save(scored(analysis()))
    other = sqlite3.connect(path)
    assert other.execute("SELECT count(*) FROM scores").fetchone() == (1,)
    other.close()


def test_what_was_simulated_does_not_become_true(store):
    """A real import takes the place of invented outcomes as a whole; a row that tells nothing changes nothing."""
    put_outcomes(
        store, [Outcome(f"m{i}", callback=True, callback_at="2026-01-02T09:00:00+00:00", simulated=True) for i in range(3)]
    )
    changes = put_outcomes(store, [Outcome("m0"), Outcome("m1", connect=True), Outcome("m2", callback=False, simulated=True)])
    assert (changes.changed, changes.same) == (2, 1)
    found = all_outcomes(store)
    assert (found["m0"].callback, found["m0"].simulated) == (True, True)
    assert (found["m1"].callback, found["m1"].callback_at, found["m1"].connect, found["m1"].simulated) == (
        None,
        None,
        True,
        False,
    )
    assert (found["m2"].callback, found["m2"].simulated) == (False, True)
