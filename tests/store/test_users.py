"""Users and the log in the store: names, hashes, invitations, sessions' epochs."""

import itertools

import pytest
from sqlalchemy import select

from tests.makers import analysis
from vmaudio.errors import NotStored, SettingError
from vmaudio.records import Message
from vmaudio.store import (
    AuditEntry,
    accept_invitation,
    active_admins,
    add_user,
    all_users,
    audit_entries,
    change_user,
    has_users,
    hash_password,
    invite_user,
    invited,
    is_password,
    login_of,
    open_store,
    passwords,
    put_audit,
    remove_user,
    seen_user,
    user_by_email,
    user_by_id,
    user_named,
    user_rows,
)
from vmaudio.store.tables import users

GOOD, OTHER = "four words of mine", "four words of yours"
WHEN = "2026-01-01T00:00:00+00:00"


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """argon2 at its least."""
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", lambda: cheap)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "x.sqlite") as opened:
        yield opened


def test_a_user_comes_and_goes(store):
    """Found in small and large letters, by number and address; nothing of the password but its hash."""
    assert not has_users(store)
    made = add_user(store, "  Ann  Ruiz ", "rep", rep="Ann", email="Ann@X.example", password=GOOD)
    assert (made.name, made.rep, made.email, made.has_password) == ("Ann Ruiz", "Ann", "ann@x.example", True)
    assert user_named(store, "ann ruiz") == user_by_id(store, made.user_id) == user_by_email(store, " ANN@x.example") == made
    assert user_by_email(store, "") is None
    with store.engine.connect() as connection:
        assert GOOD not in str(connection.execute(select(users)).all())
    seen_user(store, made.user_id)
    assert user_named(store, "Ann Ruiz").seen_utc
    remove_user(store, "ANN RUIZ")
    assert not has_users(store)
    with pytest.raises(NotStored):
        remove_user(store, "Ann Ruiz")


def test_what_cannot_be_a_user(store):
    """Names and addresses that are taken, unknown roles, weak passwords: one sentence, and nothing is added."""
    add_user(store, "Ann", "rep", email="ann@x.example")
    for name, role, more in (
        ("ANN", "rep", {}), ("\N{FULLWIDTH LATIN CAPITAL LETTER A}nn", "rep", {}), ("", "rep", {}), ("\x00 ", "rep", {}),
        ("x" * 201, "rep", {}), ("Bo", "owner", {}), ("Bo", "rep", {"email": "ann@X.example"}), ("Bo", "rep", {"email": "bo"}),
        ("Bo", "rep", {"password": "short"}), ("Bo", "rep", {"password": "ababababab"}),
        ("Bo", "rep", {"password": "x1y2z3" * 200}), ("Bartholomew", "rep", {"password": "BARTHOLOMEW"}),
    ):  # fmt: skip
        with pytest.raises(SettingError):
            add_user(store, name, role, **more)
    assert [user.name for user in all_users(store)] == ["Ann"]
    add_user(store, "Bo", "rep")
    with pytest.raises(SettingError, match="Another user has"):
        change_user(store, "Bo", email="ann@x.example")


def test_hashes():
    """argon2id with a salt; only the password fits, and a broken hash fits nothing."""
    stored = hash_password(GOOD)
    assert stored.startswith("$argon2id$")
    assert stored != hash_password(GOOD)
    assert is_password(GOOD, stored)
    for wrong in (OTHER, GOOD + " ", "", GOOD.upper()):
        assert not is_password(wrong, stored)
    assert not is_password(GOOD, "no hash")


def test_the_costs_are_those_of_the_standard(monkeypatch):
    """64 MiB and three rounds, whatever these tests take."""
    monkeypatch.undo()
    found = passwords.hasher()
    assert (found.memory_cost, found.time_cost) == (65536, 3)


def test_changes_that_end_sessions(store):
    """Another password and being disabled; another role does not."""
    epochs = [add_user(store, "Ann", "rep", password=GOOD).epoch]
    for change in ({"role": "coach"}, {"rep": "Ann"}, {"email": "a@x.example"}, {"disabled": True}, {"disabled": False},
                   {"password": OTHER}):  # fmt: skip
        epochs.append(change_user(store, "ann", **change).epoch)
    assert [later - one for one, later in itertools.pairwise(epochs)] == [0, 0, 0, 1, 0, 1]
    user, stored = login_of(store, "ANN")
    assert (user.role, is_password(OTHER, stored)) == ("coach", True)
    assert login_of(store, "nobody") is None


def test_an_invitation_is_used_once(store):
    """By the newest link, in time; it leaves a password and a new epoch behind."""
    add_user(store, "Ann", "rep")
    first = invite_user(store, "Ann", now=1000.0)
    token = invite_user(store, "Ann", lasts_s=60, now=1000.0)
    assert invited(store, first, now=1001.0) is None
    assert invited(store, token, now=1059.0).name == "Ann"
    assert invited(store, token, now=1061.0) is None
    assert accept_invitation(store, token, GOOD, now=1061.0) is None
    with pytest.raises(SettingError):
        accept_invitation(store, token, "short", now=1001.0)
    user = accept_invitation(store, token, GOOD, now=1001.0)
    assert (user.has_password, user.invited_until) == (True, 0.0)
    assert accept_invitation(store, token, OTHER, now=1001.0) is None
    assert is_password(GOOD, login_of(store, "Ann")[1])
    token = invite_user(store, "Ann")
    change_user(store, "Ann", disabled=True)
    assert invited(store, token) is None
    with pytest.raises(SettingError, match="disabled"):
        invite_user(store, "Ann")


def test_of_two_who_use_a_link_at_once_one_comes_too_late(store, monkeypatch):
    """Also when both were let in before."""
    add_user(store, "Ann", "rep")
    token = invite_user(store, "Ann")
    real, others = user_rows.hash_password, []

    def slow(password, name=""):
        if password == GOOD:  # the other one is quicker
            others.append(accept_invitation(store, token, OTHER))
        return real(password, name)

    monkeypatch.setattr(user_rows, "hash_password", slow)
    assert accept_invitation(store, token, GOOD) is None
    assert [user.name for user in others] == ["Ann"]
    assert is_password(OTHER, login_of(store, "Ann")[1])


def test_who_can_look_after_users(store):
    """An admin who was only invited, or is disabled, cannot."""
    add_user(store, "Ada", "admin")
    add_user(store, "Eve", "admin", password=GOOD)
    add_user(store, "Cora", "coach", password=GOOD)
    assert active_admins(store) == 1
    change_user(store, "Ada", email="ada@x.example")
    assert active_admins(store) == 2
    change_user(store, "Eve", disabled=True)
    assert active_admins(store) == 1


def test_a_number_is_given_once(store):
    """The log and old sessions name users by it."""
    first = add_user(store, "Ann", "rep")
    remove_user(store, "Ann")
    again = add_user(store, "Ann", "rep")
    assert again.user_id != first.user_id
    assert again.epoch != first.epoch


def test_the_log(store):
    """The newest first, filtered; a message that was analysed again under its manifest's id is found under that."""
    store.save(analysis(Message("/calls/1.wav"), recording_id="1" * 64))
    bare = Message("/calls/1.wav").message_id
    entries = [
        AuditEntry(WHEN, 1, "Ann", "looked", "message", bare), AuditEntry(WHEN, 2, "Bo", "looked", "message", "gone"),
        AuditEntry(WHEN, None, "(token)", "added", "user", "x" * 500), AuditEntry(WHEN, 2, "Bo", "logged in"),
    ]  # fmt: skip
    put_audit(store, entries)
    put_audit(store, [])
    found = [entry for _, entry in audit_entries(store)]
    assert [one.action for one in found] == ["logged in", "added", "looked", "looked"]
    assert [one.subject for one in found] == [None, "x" * 400, None, bare]
    assert [entry.who for _, entry in audit_entries(store, who="Bo", action="looked")] == ["Bo"]
    numbers = [number for number, _ in audit_entries(store, limit=2)]
    assert [entry.action for _, entry in audit_entries(store, before=numbers[-1])] == ["looked", "looked"]
    store.save(analysis(Message("/calls/1.wav", "m1"), recording_id="1" * 64))
    assert [entry.who for _, entry in audit_entries(store, subject="m1")] == ["Ann"]
    assert audit_entries(store, subject=bare) == []
