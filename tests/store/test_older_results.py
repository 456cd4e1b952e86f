"""A database of the version before opens, keeps what is in it, and its results count as older."""

from __future__ import annotations

import dataclasses
import sqlite3
from pathlib import Path

import pytest

from tests.makers import analysis
from vmaudio.errors import StoreError
from vmaudio.records import MEASURE_VERSIONS, Analysis, versions_text
from vmaudio.store import Store, observations, open_store

WRITTEN_BY_0_1_0 = Path(__file__).parent / "data" / "database_0_1_0.sql"
KEY = "124890aa96c5f949"  # the digest that 0.1.0 made of its key


@pytest.fixture
def path(tmp_path):
    """The database as 0.1.0 left it."""
    where = tmp_path / "old.sqlite"
    with sqlite3.connect(where) as connection:
        connection.executescript(WRITTEN_BY_0_1_0.read_text("utf-8"))
    connection.close()
    return where


def upgraded(path) -> Store:
    return open_store(str(path), migrate_old=True)


def test_it_is_refused_with_the_command_and_opens_after_it(path):
    """`db upgrade` is named; after it everything is there: analyses, scores, outcomes."""
    with pytest.raises(StoreError, match="db upgrade"):
        open_store(str(path))
    store = upgraded(path)
    found = {made.file_name: made for made in store.analyses()}
    assert set(found) == {"14_curiosity_owen.wav", "20_other_wrong_number.ogg"}
    assert all(made.score and made.transcript.words for made in found.values())
    assert store.info()["rows"]["outcomes"] == 2
    store.close()


def test_the_key_of_before_is_still_the_key(path):
    """What a user asks for has the digest that 0.1.0 gave it, so that old results are found again."""
    store = upgraded(path)
    for made in store.analyses():
        assert made.provenance.key.digest == KEY
        assert store.known(made.recording_id, KEY) is not None
    store.close()


def test_its_results_count_as_older(path):
    """A row without versions is older; measured again by today's code it is not."""
    store = upgraded(path)
    assert store.info()["older"] == store.count_older() == 2
    (first, _) = list(store.analyses())
    assert first.provenance.is_older
    today = dataclasses.replace(first, provenance=dataclasses.replace(first.provenance, measure_versions=MEASURE_VERSIONS))
    store.save(today)
    assert store.count_older() == 1
    assert [one.older for one in observations(store)] == [False, True]
    again = store.one(first.message.message_id)
    assert again is not None
    assert not again.provenance.is_older
    store.close()


def test_any_stage_makes_older():
    """One stage of another version, one missing or one too many: older. The digest is that of what was asked for."""
    made = analysis()
    now = dataclasses.replace(made.provenance, measure_versions=MEASURE_VERSIONS)
    assert not now.is_older
    others = [
        {**MEASURE_VERSIONS, "vad": MEASURE_VERSIONS["vad"] + 1},
        {stage: version for stage, version in MEASURE_VERSIONS.items() if stage != "flags"},
        {**MEASURE_VERSIONS, "smell": 1},
        {},
    ]
    for versions in others:
        other = dataclasses.replace(made.provenance, measure_versions=versions)
        assert other.is_older, versions
        assert other.key.digest == now.key.digest
        assert other.key != now.key
    assert versions_text({"vad": 2, "decode": 1}) == "decode=1 vad=2"


def test_the_versions_survive_json():
    """Analysis -> JSON -> Analysis keeps the versions; JSON of before has none."""
    made = analysis()
    made = dataclasses.replace(made, provenance=dataclasses.replace(made.provenance, measure_versions=MEASURE_VERSIONS))
    data = made.to_dict()
    assert Analysis.from_dict(data).provenance.measure_versions == MEASURE_VERSIONS
    del data["provenance"]["measure_versions"]
    assert Analysis.from_dict(data).provenance.is_older
