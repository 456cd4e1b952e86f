"""Rescored messages are saved many at a time, and names looked up in columns: the database holds what it held before."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.report.makers import team
from vmaudio.analysis import name_companies, rescore, rescoring
from vmaudio.records import Failure, Message
from vmaudio.rubric import load_rubric
from vmaudio.store.store import Store, open_store
from vmaudio.store.tables import metadata

TEAM = team(6, seed=5)[0]
TWICE = next(one for one in TEAM if one.entities.company)
WHEN = {"changed", "created_utc", "first_seen_utc"}


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, without the moments at which they were written."""
    found = {}
    with store.engine.connect() as connection:
        for table in metadata.sorted_tables:
            columns = [column for column in table.columns if column.name not in WHEN]
            found[table.name] = sorted(map(tuple, connection.execute(select(*columns))), key=repr)
    return found


def filled(path: Path) -> Store:
    """Some messages of two sends, one with a spelling of its company that goes, and a failure that is forgotten."""
    store = open_store(str(path))
    for one in TEAM:
        company = one.entities.company
        odd = dataclasses.replace(company, heard="Lark spur") if company else None
        entities = dataclasses.replace(one.entities, company=odd)
        store.save(dataclasses.replace(one, entities=entities))
    again = dataclasses.replace(TWICE.message, message_id="again", prospect="p9")
    store.save(dataclasses.replace(TWICE, entities=store.one(TWICE.message.message_id).entities, message=again))
    store.save_failure(Failure(TEAM[3].source, TEAM[3].file_name, "decode", "NotAudio", "It is no sound."))
    return store


def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if each message took the place of another."""
    monkeypatch.setattr(rescoring, "put_rescored", lambda store, lot: False)


def test_lots_leave_what_single_saves_leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All tables are equal, and the pairs of before and after come in the same order."""
    monkeypatch.setattr(rescoring, "LOT", 3)
    lots = filled(tmp_path / "lots.sqlite")
    pairs = list(rescore(lots, load_rubric()))
    one_by_one(monkeypatch)
    singles = filled(tmp_path / "singles.sqlite")
    assert list(rescore(singles, load_rubric())) == pairs
    assert contents(lots) == contents(singles)
    assert not lots.failures()
    assert any(old.entities != new.entities for old, new in pairs)


def renamed_by_manifest(store: Store) -> None:
    """The manifest's row has an id of its own."""
    listed = [dataclasses.replace(TEAM[2].message, message_id="mine")]
    list(rescore(store, load_rubric(), listed))
    assert store.one("mine") is not None
    assert store.one(TEAM[2].message.message_id) is None


def file_before_its_manifest(store: Store) -> None:
    """A file that was analysed by its path alone gives way to the manifest's row for it."""
    bare = Message(TEAM[4].source)
    store.save(dataclasses.replace(TEAM[4], message=bare))
    check = TEAM[4].score.checks[0].id if TEAM[4].score else ""
    store.save_override(bare.message_id, check, "pass", "I hear it", "Ann")
    list(rescore(store, load_rubric()))
    assert store.one(bare.message_id) is None
    assert [one.message_id for one in store.overrides()] == [TEAM[4].message.message_id]


@pytest.mark.parametrize("story", [renamed_by_manifest, file_before_its_manifest])
def test_what_takes_the_place_of_another_is_saved_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, story: Callable[[Store], None]
) -> None:
    """Verdicts of people move with it, as when each message was saved alone."""
    lots = filled(tmp_path / "lots.sqlite")
    story(lots)
    one_by_one(monkeypatch)
    singles = filled(tmp_path / "singles.sqlite")
    story(singles)
    assert contents(lots) == contents(singles)


def test_names_are_looked_up_without_reading_messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what may get another spelling is read; both sends of a recording are named; then nothing is read at all."""
    store = filled(tmp_path / "names.sqlite")
    read: list[str] = []
    one = store.one
    monkeypatch.setattr(store, "one", lambda message_id: read.append(message_id) or one(message_id))
    sent = list(store.messages())
    changed = [message.message_id for message in name_companies(store, load_rubric(), sent)]
    assert {TWICE.message.message_id, "again"} <= set(changed) <= set(read)
    read.clear()
    assert name_companies(store, load_rubric(), sent) == []
    assert len(read) < len(sent)
