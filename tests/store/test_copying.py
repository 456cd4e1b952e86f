"""All rows of one database in another, and nothing else changed."""

import dataclasses

import pytest
from sqlalchemy import select

from tests.makers import analysis
from vmaudio.errors import StoreError
from vmaudio.records import Failure, Message, Outcome, RepBaseline
from vmaudio.rubric import scoring
from vmaudio.rubric.load import load_rubric
from vmaudio.store import (
    AuditEntry,
    Claims,
    CoachVerdict,
    Label,
    LabelledText,
    add_user,
    copy_rows,
    open_store,
    place_clip,
    put_assignments,
    put_audit,
    put_coach_note,
    put_coach_verdicts,
    put_labels,
    put_outcomes,
    put_practice,
    remember_look,
    save_clip,
    save_playlist,
    save_round,
)
from vmaudio.store.tables import claimed, metadata


def filled(where, n: int = 3):
    """A database with rows in every table."""
    store = open_store(where)
    for i in range(n):
        made = analysis(Message(f"/calls/{i}\udce9.wav", f"m{i}", rep="Tom", extra={"deal": i}), recording_id=f"{i:064d}")
        store.save(dataclasses.replace(made, score=scoring.score(made, load_rubric())))
    check = scoring.score(made, load_rubric()).checks[0].id
    store.save_override("m0", check, "pass", "heard it", "coach")
    store.save_failure(Failure("/calls/x.wav", "x.wav", "decode", "DecodeError", "it is empty"))
    store.save_baseline(RepBaseline("b1", "Tom", 3, {}, {}))
    put_outcomes(store, [Outcome("m1", True, cost=1.5)])
    put_labels(store, [Label("part", "k", "hi", 0, "hello", "ann", "m0")], [LabelledText("m0", "k", "ann", ("hi", "there"))])
    put_assignments(store, "plan", [{"prospect": "p1", "arm": "a", "rep": "Tom", "position": 0}])
    put_coach_note(store, "Tom", check, "2026-11-23", note="say why", done=True, author="Ann")
    put_coach_verdicts(store, [CoachVerdict("m0", check, "Ann", "pass")])
    put_practice(store, "user:ann", "number", passed=None, evidence="no number was heard", rep="Ann")
    place_clip(store, save_playlist(store, "openers", by="Ann").id, save_clip(store, "m0", (0.0, 1.0), by="Ann").id)
    save_round(store, ["m0", "m1"], [check], seed=0, by="Ann")
    add_user(store, "Ann", "coach", email="ann@x.example")
    put_audit(store, [AuditEntry("2026-11-23T09:00:00+00:00", 1, "Ann", "looked", "message", "m0")])
    remember_look(store, "what is compared", "what is seen", 500)
    store.begin_run("batch", {"columns": ["file"]})
    store.begin_run("batch")
    with Claims(store) as claims:
        claims.take(["/calls/0.wav"])
        yield store
    store.close()


def rows(store):
    """Everything but the claims, as Python reads it."""
    with store.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).mappings()))
            for table in metadata.sorted_tables
            if table is not claimed
        }


@pytest.fixture
def source(tmp_path):
    yield from filled(tmp_path / "from.sqlite")


def test_every_row_arrives(source, tmp_path):
    """There and back the rows of every table are the same, and the next row gets a number of its own."""
    before = rows(source)
    assert all(before.values()), "a table of the source is empty: the test would not see it lost"
    with open_store(tmp_path / "to.sqlite") as target:
        counts = copy_rows(source, target)
        assert counts == {name: len(found) for name, found in before.items()}
        assert rows(target) == before == rows(source)
        assert target.begin_run("batch") == 3
        made = analysis(Message("/calls/9.wav", "m9"), recording_id=f"{9:064d}")
        target.save(dataclasses.replace(made, score=scoring.score(made, load_rubric())))
        assert target.one("m9") is not None
        with open_store(tmp_path / "back.sqlite") as back:
            copy_rows(target, back)
            assert rows(back) == rows(target)


def test_no_row_is_mixed_with_others(source, tmp_path):
    """A target with rows is refused and stays as it is, and so is the source itself."""
    with open_store(tmp_path / "to.sqlite") as target:
        target.begin_run("batch")
        with pytest.raises(StoreError, match=r"has runs already\. Copy into an empty database"):
            copy_rows(source, target)
        assert sum(map(len, rows(target).values())) == 1
    with open_store(tmp_path / "from.sqlite") as same, pytest.raises(StoreError, match="into itself"):
        copy_rows(source, same)


def test_half_a_copy_is_none(source, tmp_path):
    """A copy that breaks off leaves the target empty, so that it can be begun again."""

    def full(table, count):
        if table == "scores":
            raise OSError("the disk is full")

    with open_store(tmp_path / "to.sqlite") as target:
        with pytest.raises(OSError, match="full"):
            copy_rows(source, target, full)
        assert not any(rows(target).values())
        copy_rows(source, target)
        assert rows(target) == rows(source)
