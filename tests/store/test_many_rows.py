"""Very many new rows at once: the indexes go while they are added, and are there again whatever happens."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest

from vmaudio.records import Message, Outcome
from vmaudio.store import Store, many_rows, open_store, put_outcomes, stored_messages

KILLED = """
import os, sys
from vmaudio.records import Message
from vmaudio.store import Store, many_rows, open_store, put_outcomes
from vmaudio.store.tables import messages
many_rows.MANY = 10
real = type(next(iter(messages.indexes))).create
made = []
def create(index, *given, **more):
    made.append(index)
    if len(made) == 3:
        os.kill(os.getpid(), 9)  # rows are in, two of the indexes are made again
    real(index, *given, **more)
type(next(iter(messages.indexes))).create = create
put_outcomes(open_store(sys.argv[1]), [], [(Message(f"{i}.wav", f"new{i:03}"), f"{i}.wav") for i in range(50)])
"""


def sent(n: int, name: str = "m") -> list[tuple[Message, str]]:
    """Messages in no order, with what needs more than text."""
    return [
        (Message(f"/a/\udce9{i}.wav", f"{name}{i * 7 % n:03}", rep="Ann", extra={"list": "é"} if i % 2 else {}), "é.wav")
        for i in range(n)
    ]


def in_file(path) -> Store:
    """The indexes go on SQLite alone: a file also where stores are kept on a server."""
    return open_store(f"sqlite:///{path}")


def indexes(path) -> list[tuple[str, str]]:
    with sqlite3.connect(path) as connection:
        return connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
        ).fetchall()


def test_rows_and_indexes_are_those_of_few_rows(tmp_path, monkeypatch):
    kept = {}
    for most, values in ((10, 500), (1000, 500), (1000, 1)):  # with the indexes behind, and without; row by row
        monkeypatch.setattr(many_rows, "MANY", most)
        monkeypatch.setattr(many_rows, "MOST_VALUES", values)
        path = tmp_path / f"{most}-{values}.sqlite"
        with in_file(path) as store:
            before = indexes(path)
            done = put_outcomes(store, [Outcome(f"m{i:03}", i % 2 == 0, cost=1.5, touches=2) for i in range(40)], sent(50))
            assert (done.added, done.changed) == (40, 0)
            assert before
            assert indexes(path) == before
            with store.begin() as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
                rows = [tuple(row)[:-1] for row in connection.exec_driver_sql("SELECT * FROM outcomes ORDER BY message_id")]
            kept[most, values] = list(stored_messages(store)), rows
    assert kept[10, 500] == kept[1000, 500] == kept[1000, 1]
    found, rows = kept[1000, 1]
    assert found[0].message.source.startswith("/a/\udce9")
    assert rows[0][1] in (0, 1)
    assert rows[0][2] is None


def test_a_fault_leaves_rows_and_indexes(tmp_path, monkeypatch):
    monkeypatch.setattr(many_rows, "MANY", 10)
    path = tmp_path / "s.sqlite"
    with in_file(path) as store:
        put_outcomes(store, [], sent(5, "old"))
        before = indexes(path)
        twice = sent(30)
        with pytest.raises(Exception, match="UNIQUE"):
            put_outcomes(store, [], [*twice, twice[0]])
        assert indexes(path) == before
        assert len(list(stored_messages(store))) == 5


def test_a_killed_import_leaves_the_store_as_it_was(tmp_path):
    path = tmp_path / "s.sqlite"
    with in_file(path) as store:
        put_outcomes(store, [Outcome("old000", True)], sent(5, "old"))
    before = indexes(path)
    assert subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False).returncode == -9
    assert indexes(path) == before
    with in_file(path) as store:
        assert len(list(stored_messages(store))) == 5
        with store.begin() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
