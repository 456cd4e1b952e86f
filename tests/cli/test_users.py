"""vmaudio users: passwords are asked for, links are shown once, and everything is in the log."""

import json

import pytest
from click.testing import CliRunner

from vmaudio.cli.root import cli
from vmaudio.errors import NotStored, SettingError
from vmaudio.store import login_of, open_store, passwords
from vmaudio.store.passwords import is_password

GOOD = "four words of mine"


@pytest.fixture
def run(tmp_path, monkeypatch):
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", lambda: cheap)

    def call(*args: str, **more):
        return CliRunner().invoke(cli, ["--db", str(tmp_path / "x.sqlite"), "users", *args], **more)

    return call


def test_a_users_life(run, tmp_path):
    """Added, listed, another role, another password, invited, disabled, enabled, removed."""
    assert "There are no users." in run("list").output
    assert not (tmp_path / "x.sqlite").exists()
    done = run("add", "Ann Ruiz", "--role", "rep", input=f"{GOOD}\n{GOOD}\n")
    assert done.exit_code == 0, done.output
    assert GOOD not in done.output
    assert "no admin who can log in yet" in done.output
    assert "no admin" not in run("add", "Ada", "--role", "admin", input=f"{GOOD}\n{GOOD}\n").output
    listed = [json.loads(line) for line in run("list", "--json").stdout.splitlines()]
    assert [(one["name"], one["role"], one["rep"]) for one in listed] == [("Ada", "admin", ""), ("Ann Ruiz", "rep", "Ann Ruiz")]
    assert "hash" not in str(listed)
    assert "Ann Ruiz: rep, messages of Ann Ruiz, active" in run("list").output
    assert "is coach now" in run("role", "ann ruiz", "coach", "--rep", "").output
    assert run("password", "Ann Ruiz", input="quite another\nquite another\n").exit_code == 0
    with open_store(tmp_path / "x.sqlite") as store:
        assert is_password("quite another", login_of(store, "Ann Ruiz")[1])
    assert run("disable", "Ada").exit_code == 0
    assert isinstance(run("invite", "Ada").exception, SettingError)
    assert "Ada: admin, disabled" in run("list").output
    assert run("enable", "Ada").exit_code == 0
    assert run("remove", "Ada", input="n\n").exit_code == 1
    assert run("remove", "Ada", "--yes").exit_code == 0
    assert "no longer asks for names" in run("remove", "Ann Ruiz", "--yes").output
    assert isinstance(run("disable", "Ada").exception, NotStored)
    log = [json.loads(line) for line in run("log", "--json").stdout.splitlines()]
    assert {entry["who"] for entry in log} == {"(command line)"}
    assert [entry["action"] for entry in reversed(log)] == [
        "added", "added", "changed a user", "set a password", "disabled", "enabled", "removed", "removed",
    ]  # fmt: skip
    assert "(command line): removed user Ada" in run("log", "--about", "Ada", "--limit", "1").output


def test_an_invitation_is_a_link(run, tmp_path):
    """On standard output alone, for scripts; only its hash is stored."""
    done = run("add", "Bo", "--role", "data", "--invite", "--url", "https://coach.example/", "--days", "2")
    assert done.exit_code == 0, done.output
    link = done.stdout.strip()
    assert link.startswith("https://coach.example/invite/")
    assert "works once, for 2 days" in done.stderr
    assert "invited until" in run("list").output
    assert run("invite", "Bo").stdout.strip() != link
    assert link.rpartition("/")[2].encode() not in (tmp_path / "x.sqlite").read_bytes()


def test_a_password_is_no_argument(run):
    """Others on the machine can read a command's arguments; a weak one is refused with a sentence."""
    assert run("add", "Ann", "--role", "rep", "--password", GOOD).exit_code == 2
    error = run("add", "Ann", "--role", "rep", input="short\nshort\n").exception
    assert isinstance(error, SettingError)
    assert "shorter than 10" in str(error)


def test_what_would_leave_somebody_out_is_said(run):
    """No terminal to ask at, no admin any more, a rep without messages, a log in which nothing fits."""
    error = run("add", "Ann", "--role", "admin", input="").exception
    assert isinstance(error, SettingError)
    assert "--invite" in str(error)
    assert run("add", "Ann", "--role", "admin", input=f"{GOOD}\n{GOOD}\n").exit_code == 0
    done = run("role", "Ann", "rep")
    assert "Ann is rep now, messages of Ann." in done.output
    assert "no admin who can log in" in done.output
    assert "no admin" not in run("role", "Ann", "admin").output
    assert "no admin" in run("disable", "Ann").output
    assert "(command line): changed a user Ann" in run("log").output
    assert "There is no entry that fits." in run("log", "--who", "Zoe").output
