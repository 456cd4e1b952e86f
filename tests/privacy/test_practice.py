"""Attempts at drills belong to one owner, and go with the rep and with time."""

import datetime

import pytest
from sqlalchemy import update

from vmaudio.privacy import forget, has_traces
from vmaudio.store import (
    add_user,
    delete_practice,
    open_store,
    practice_attempts,
    practice_of,
    practice_owner,
    put_practice,
    remove_user,
)


@pytest.fixture
def store(tmp_path):
    """Two owners with attempts, one of them long ago."""
    with open_store(tmp_path / "vm.sqlite") as opened:
        put_practice(opened, "user:ann", "number", passed=True, evidence="slow", rep="Ann Ruiz")
        put_practice(opened, "browser:1", "ends", passed=None, evidence="no ends", rep="Ben")
        put_practice(opened, "browser:1", "ends", passed=False, evidence="rises", rep=None)
        with opened.begin() as connection:
            old = update(practice_attempts).where(practice_attempts.c.owner == "user:ann")
            connection.execute(old.values(created_utc="2024-01-01T00:00:00+00:00"))
        yield opened


def test_an_owner_sees_the_own_attempts_alone(store):
    """The newest first; nobody without a key sees any."""
    assert [(one.drill, one.passed) for one in practice_of(store, "browser:1")] == [("ends", False), ("ends", None)]
    assert [one.evidence for one in practice_of(store, "user:ann")] == ["slow"]
    assert practice_of(store, "") == []


def test_an_owner_deletes_them(store):
    """And another's stay."""
    assert delete_practice(store, "browser:1") == 2
    assert practice_of(store, "browser:1") == []
    assert len(practice_of(store, "user:ann")) == 1


def test_forgetting_a_rep_deletes_them(store):
    """However the name is written, with no message by the rep in the store."""
    assert has_traces(store, rep="ann ruiz")
    assert forget(store, [], rep="ann ruiz").rows == 1
    assert not has_traces(store, rep="Ann Ruiz")
    assert practice_of(store, "user:ann") == []
    assert len(practice_of(store, "browser:1")) == 2


def test_retention_deletes_old_ones(store):
    """Of those before the day; newer ones stay."""
    before = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    assert has_traces(store, before=before)
    assert forget(store, [], before=before).rows == 1
    assert not has_traces(store, before=before)
    assert practice_of(store, "user:ann") == []
    assert len(practice_of(store, "browser:1")) == 2


def test_attempts_go_with_the_account(store):
    """Also those of before the account had a rep's name; a new user of the same name finds nothing."""
    first = add_user(store, "Kim", "rep", rep="Kim Ito")
    put_practice(store, practice_owner(first.user_id), "ends", passed=True, evidence="falls")
    remove_user(store, "Kim")
    again = add_user(store, "Kim", "rep", rep="Kim Ito")
    assert practice_of(store, practice_owner(first.user_id)) == practice_of(store, practice_owner(again.user_id)) == []
    put_practice(store, practice_owner(again.user_id), "ends", passed=True, evidence="falls")
    forget(store, [], rep="Kim Ito")
    assert practice_of(store, practice_owner(again.user_id)) == []
    assert len(practice_of(store, "user:ann")) == 1
