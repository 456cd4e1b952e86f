"""Tables of older versions come up to date with everything that is in them."""

import dataclasses

import pytest
from sqlalchemy import create_engine, insert, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from tests.makers import analysis
from vmaudio.errors import StoreError
from vmaudio.records import Message
from vmaudio.rubric import scoring
from vmaudio.rubric.load import load_rubric
from vmaudio.store.contour_rows import packed_contours
from vmaudio.store.migrate import known_revisions, revision, upgrade
from vmaudio.store.narrow_rows import checks_of_rubrics
from vmaudio.store.report_changes import ReportFacts
from vmaudio.store.search import Search
from vmaudio.store.store import open_store
from vmaudio.store.tables import HEAD, analyses, messages, metadata, recordings, scores


def scored(i: int):
    made = analysis(Message(f"calls/{i}.wav", f"m{i}", rep="Tom"), recording_id=f"{i:064d}")
    return dataclasses.replace(made, score=scoring.score(made, load_rubric()))


@pytest.fixture
def old(tmp_path):
    """A database of revision 0001 with more messages than the migration reads at a time, and one score without checks."""
    path, engine = tmp_path / "old.sqlite", create_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
    made = scored(0)
    with engine.begin() as connection:
        upgrade(connection, "0001")
        body = made.to_dict()
        for i in range(1101):
            connection.execute(
                insert(recordings).values(recording_id=f"{i:064d}", duration_s=9.0, first_seen_utc="2026-01-01T00:00:00+00:00")
            )
            connection.execute(
                insert(messages).values(message_id=f"m{i}", recording_id=f"{i:064d}", source=f"{i}.wav", file_name=f"{i}.wav",
                                        extra={})
            )  # fmt: skip
            if i == 0:
                connection.execute(
                    insert(analyses).values(analysis_id=1, recording_id=f"{i:064d}", key="k", engine="e", feature_schema="vm1",
                                            status="speech", approach="offer", text="hi", created_utc="x", body=body)
                )  # fmt: skip
            score = made.score.to_dict() | ({"checks": []} if i == 5 else {})
            connection.execute(
                insert(scores).values(message_id=f"m{i}", analysis_id=1, rubric_id="r", points=50.0, band="fair", body=score,
                                      flags=[])
            )  # fmt: skip
    engine.dispose()
    return path


def test_an_older_database_is_not_changed_unasked(old):
    """A database of an older version is refused with the command that upgrades it."""
    with pytest.raises(StoreError, match=r"older version \(0001\).*db upgrade"):
        open_store(str(old))


def test_verdicts_are_filled_from_the_scores(old):
    """After the upgrade every check of every stored score is found by a search; a second upgrade changes nothing."""
    checks = {check.id: check.verdict for check in scored(0).score.checks}
    for _ in range(2):
        store = open_store(str(old), migrate_old=True)
        assert store.info()["revision"] == HEAD == known_revisions()[-1]
        assert store.info()["rows"]["verdicts"] == 1100 * len(checks)
        for check, verdict in checks.items():
            assert store.page(Search(check=check, verdict=verdict)).total == 1100
        assert store.page().total == 1101
        store.close()


def test_report_rows_are_filled_as_saving_fills_them(old, tmp_path):
    """A row made from an older database says what saving the same analysis says."""
    store = open_store(str(old), migrate_old=True)
    rows = ReportFacts(store).rows
    assert len(rows) == 1101
    fresh = open_store(str(tmp_path / "fresh.sqlite"))
    fresh.save(scored(0))
    saved = next(iter(ReportFacts(fresh).rows.values()))
    for name in ("approach", "duration_s", "pace_wpm", "pitch_hz", "marks", "flags", "forecast", "forecast_simulated"):
        if name == "approach":  # the old table's own column
            continue
        assert getattr(rows["m0"], name) == getattr(saved, name), name
    assert rows["m5"].marks == ""
    assert set(saved.marks) <= set("pfun")
    assert list(checks_of_rubrics(fresh)[saved.rubric_id]) == [check.id for check in scored(0).score.checks]


def test_contours_are_filled_as_saving_fills_them(old, tmp_path):
    """The level contour made from an older database is the one that saving the same analysis stores."""
    store, fresh = open_store(str(old), migrate_old=True), open_store(str(tmp_path / "fresh.sqlite"))
    fresh.save(scored(0))
    assert packed_contours(store) == packed_contours(fresh)
    assert len(packed_contours(store)["0" * 64]) == len(scored(0).prosody.contour.level_dbfs) > 0


def test_every_step_leads_to_the_same_tables(tmp_path):
    """Going up one revision at a time ends in the tables of the code, foreign keys and unique rules included."""
    engine = create_engine(f"sqlite:///{tmp_path / 'steps.sqlite'}")
    for step in known_revisions():
        with engine.begin() as connection:
            upgrade(connection, step)
            assert revision(connection) == step
    fresh = create_engine("sqlite://")
    metadata.create_all(fresh)
    found, meant = inspect(engine), inspect(fresh)
    for table in metadata.tables:
        for what in ("get_foreign_keys", "get_pk_constraint", "get_unique_constraints", "get_indexes"):
            by_name = sorted(map(str, one)) if isinstance(one := getattr(found, what)(table), list) else one
            wanted = sorted(map(str, two)) if isinstance(two := getattr(meant, what)(table), list) else two
            assert by_name == wanted, (table, what)
    engine.dispose()
    fresh.dispose()


def test_postgresql_has_a_word_for_every_table():
    """Tables and indexes compile for PostgreSQL, and no name is longer than it keeps (63 bytes)."""
    for table in metadata.sorted_tables:
        assert f"CREATE TABLE {table.name}" in str(CreateTable(table).compile(dialect=postgresql.dialect()))
        for index in table.indexes:
            assert str(index.name) in str(CreateIndex(index).compile(dialect=postgresql.dialect()))
            assert len(str(index.name)) <= 63


def test_a_broken_upgrade_leaves_the_old_database(old, monkeypatch):
    """An upgrade that fails half way leaves the tables as they were, so that the older version still opens them."""
    engine = create_engine(f"sqlite:///{old}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE scores SET body = '{\"checks\": [{}]}' WHERE message_id = 'm700'"))
    with pytest.raises(KeyError):
        open_store(str(old), migrate_old=True)
    with engine.connect() as connection:
        assert revision(connection) == "0001"
        assert "verdicts" not in inspect(connection).get_table_names()
    engine.dispose()
