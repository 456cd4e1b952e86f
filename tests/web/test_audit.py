"""The log: who looked, heard, changed, exported and forgot; and what it no longer says."""

from __future__ import annotations

import threading

import pytest
from click.testing import CliRunner

from tests.web.conftest import PASSWORD, Person, Site, log_in
from tests.web.test_accounts import stranger, tries
from vmaudio.cli.root import cli
from vmaudio.report import sent_words
from vmaudio.store import AuditEntry, audit_entries, put_audit
from vmaudio.web.audit import Audit
from vmaudio.web.viewers import Viewer


def entries(site: Site, **which) -> list[tuple[str, str, str, str | None]]:
    """What the log says, the oldest first."""
    site.web.audit.flush()
    found = [entry for _, entry in audit_entries(site.store, **which)]
    return [(one.who, one.action, one.kind, one.subject) for one in reversed(found)]


def test_who_did_what(staffed):
    """A look is written once, an act each time; a refusal, a static file and an unknown message not at all."""
    cora = Person(log_in(staffed.client.app, "Cora"), staffed.web)
    check = cora.get("/message/m1.json").json()["analysis"]["score"]["checks"][0]["id"]
    for _ in range(3):
        cora.get("/message/m1")
    cora.get("/message/nobody", 404)
    cora.get("/rep/Bo")
    cora.get("/users", 403)
    cora.client.get("/static/web.css")
    for _ in range(2):
        cora.post("/message/m1/override", data={"check_id": check, "verdict": "pass", "reason": "r", "author": "x"})
    cora.get("/team")
    for _ in range(2):
        cora.get("/report/file?rep=Bo&campaign=autumn")
    cora.post("/message/m1/delete")
    cora.post("/message/m1/delete", 404)
    assert entries(staffed) == [
        ("Cora", "logged in", "", None),
        ("Cora", "looked", "message", None),  # its id is gone with it
        ("Cora", "looked", "rep", "Bo"),
        ("Cora", "changed", "message", None),
        ("Cora", "changed", "message", None),
        ("Cora", "looked at the team", "", None),
        ("Cora", "exported", "", None),
        ("Cora", "exported", "", None),
        ("Cora", "forgot", "message", None),
    ]


def test_logins_that_failed(staffed):
    """With the user's name where there is one: what is typed instead may be a password."""
    tries(staffed, "ann", "wrong wrong", 401)
    tries(staffed, "my secret password", "wrong wrong", 401)
    tries(staffed, "Ann", PASSWORD, 200)
    assert entries(staffed) == [
        ("(nobody)", "login failed", "user", "Ann"), ("(nobody)", "login failed", "", None), ("Ann", "logged in", "", None),
    ]  # fmt: skip


def test_the_servers_password_and_token_have_no_name(site_with):
    """They are written as what they are, once there are users; before that nothing is."""
    site = site_with(password="correct horse battery", token="t" * 24)
    program = {"authorization": f"Bearer {'t' * 24}", "accept": "application/json"}
    site.client.get("/team.json", headers=program)
    assert entries(site) == []
    assert site.client.post("/users/add", headers=program, data={"name": "Ann", "role": "rep"}).status_code == 201
    site.client.get("/team.json", headers=program)
    browser = stranger(site)
    browser.post("/login", data={"password": "correct horse battery"})
    browser.get("/team")
    assert entries(site) == [
        ("(token)", "added", "user", "Ann"), ("(token)", "looked at the team", "", None), ("(password)", "logged in", "", None),
        ("(password)", "looked at the team", "", None),
    ]  # fmt: skip


def test_the_page_and_its_data(staffed):
    """Filtered, page by page, with links to what is still there."""
    ada = Person(log_in(staffed.client.app, "Ada"), staffed.web)
    for i in range(3):
        ada.get(f"/message/m{i}")
    found = ada.get("/audit.json?limit=2").json()
    assert [entry["subject"] for entry in found["entries"]] == ["m2", "m1"]
    older = ada.get(f"/audit.json?limit=2&before={found['next_before']}").json()
    assert [entry["action"] for entry in older["entries"]] == ["looked", "logged in"]
    assert older["next_before"] is None
    assert [entry["who"] for entry in ada.get("/audit.json?subject=m1").json()["entries"]] == ["Ada"]
    text = ada.get("/audit").text
    assert 'href="/message/m2"' in text
    newest = found["entries"][0]["at_utc"]
    assert f">{sent_words(newest)}<" in text  # as times are written everywhere
    assert "There is no entry that fits" in ada.get("/audit?who=Cora").text


def test_forgetting_reaches_the_log(staffed, monkeypatch, tmp_path):
    """By command too: of a message its id goes, of a rep every name, and the rep's account. Others' entries stay."""
    monkeypatch.setenv("VMAUDIO_WEB_DIR", str(staffed.web.config.folder))
    ann, cora = (Person(log_in(staffed.client.app, name), staffed.web) for name in ("Ann", "Cora"))
    ann.get("/message/m0")
    cora.get("/message/m0")
    cora.get("/rep/Ann")
    cora.get("/message/m1")
    Person(log_in(staffed.client.app, "Ada"), staffed.web).post(
        "/users/change", data={"name": "Ann", "role": "rep", "rep": "Ann"}
    )
    staffed.web.audit.flush()
    runner = CliRunner()
    base = ["--db", staffed.web.config.db]
    assert runner.invoke(cli, [*base, "forget", "--message", "m0", "--yes"]).exit_code == 0
    assert "m0" not in str(entries(staffed))
    assert runner.invoke(cli, [*base, "forget", "--rep", "Ann", "--yes"]).exit_code == 0
    assert "Ann" not in str(entries(staffed))
    assert ("(forgotten)", "looked", "message", None) in entries(staffed)
    assert ("Cora", "looked", "message", "m1") in entries(staffed)
    ann.get("/mine.json", 401)
    tries(staffed, "Ann", PASSWORD, 401)
    assert "Nothing of it is stored" in runner.invoke(cli, [*base, "forget", "--rep", "Ann", "--yes"]).output


def test_a_look_at_what_is_just_forgotten_brings_nothing_back(team):
    """An entry that is written later than the deletion has no id in it."""
    entry = AuditEntry("2026-01-01T00:00:00+00:00", 1, "Ann", "looked", "message", "m0")
    put_audit(team.store, [entry, AuditEntry("2026-01-01T00:00:00+00:00", 1, "Ann", "looked", "message", "gone")])
    assert [one.subject for _, one in audit_entries(team.store)] == [None, "m0"]


def test_old_entries_go_with_old_messages(team, monkeypatch):
    """The retention period is the log's too."""
    monkeypatch.setenv("VMAUDIO_RETENTION_DAYS", "90")
    for moment in ("2020-01-01T00:00:00+00:00", "2999-01-01T00:00:00+00:00"):
        put_audit(team.store, [AuditEntry(moment, 1, "Ann", "looked at the team")])
    done = CliRunner().invoke(cli, ["--db", team.web.config.db, "purge", "--due", "--yes"])
    assert done.exit_code == 0, done.output
    assert [one.at_utc[:4] for _, one in audit_entries(team.store)] == ["2999"]


def test_looks_are_written_in_the_background(team, monkeypatch, caplog):
    """Many in one transaction, in their order; a database that cannot be written stops no page."""
    now = 0.0
    written: list[str] = []
    audit = Audit(team.store, lambda: now)
    monkeypatch.setattr("vmaudio.web.audit.put_audit", lambda _store, found: written.extend(one.action for one in found))
    ann = Viewer("Ann", "rep", "Ann", 1)
    for i in range(50):
        audit.note(ann, f"act {i}")
    for _ in range(3):
        audit.note(ann, "looked", "message", "m0", once=True)
    now = 700.0
    audit.note(ann, "looked", "message", "m0", once=True)
    audit.flush()
    assert written == [f"act {i}" for i in range(50)] + ["looked", "looked"]

    def broken(*_):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("vmaudio.web.audit.put_audit", broken)
    audit.note(ann, "lost")
    audit.flush()
    audit.stop()
    assert "could not be written" in caplog.text
    audit._waiting.maxsize = 1
    audit._thread = threading.main_thread()  # one that writes nothing
    for _ in range(2):
        audit.note(ann, "too many")
    assert "one is lost" in caplog.text


@pytest.mark.parametrize("path", ["/mine", "/message/m0"])
def test_a_page_waits_for_no_log(staffed, monkeypatch, path):
    """However slow the log is."""
    free = threading.Event()
    monkeypatch.setattr("vmaudio.web.audit.put_audit", lambda *_: free.wait(30))
    ann = Person(log_in(staffed.client.app, "Ann"), staffed.web)
    ann.get(path)
    assert not free.is_set()
    free.set()


def test_what_is_done_in_the_library_and_in_blind_scoring(staffed):
    """A clip's message is named; sharing and taking back have words of their own; answers to one message are written once."""
    cora = Person(log_in(staffed.client.app, "Cora"), staffed.web)
    check = cora.get("/message/m1.json").json()["analysis"]["score"]["checks"][0]["id"]
    made = cora.post("/library/clips", 201, json=True, data={"message_id": "m1", "start_s": "0", "end_s": "1"}).json()["id"]
    cora.post(f"/library/{made}/release", 200, json=True, data={"released": "true"})
    cora.post(f"/library/{made}/release", 200, json=True, data={"released": "false"})
    cora.get(f"/library/{made}.json")
    cora.post(f"/library/{made}/delete", 200, json=True)
    begun = cora.post("/calibrate/rounds", 201, json=True, data={"n": "4", "check": check}).json()["url"]
    shown = cora.get(f"{begun}.json").json()["message_id"]
    for verdict in ("pass", "fail"):
        cora.post(f"{begun}/answers", 200, json=True, data={"message_id": shown, f"answer:{check}": verdict})
    found = [one for one in entries(staffed) if one[1] not in ("logged in", "looked")]
    assert found == [
        ("Cora", "changed the library", "message", "m1"),
        ("Cora", "shared", "message", "m1"),
        ("Cora", "took back", "message", "m1"),
        ("Cora", "changed the library", "message", "m1"),
        ("Cora", "changed the calibration", "", None),
        ("Cora", "scored blind", "message", shown),
    ]


@pytest.mark.parametrize(("secret", "who"), [(None, "(no login)"), ("correct horse battery", "(password)")])
def test_who_added_the_first_user(site_with, secret, who):
    """No password is spoken of where none was asked for."""
    site = site_with(password=secret)
    if secret:
        site.post("/login", data={"password": secret})
    assert 'href="/users"' in site.get("/rubric").text
    assert "everybody who gets in sees everything" not in site.get("/users").text, "that page says so itself"
    site.post("/users/add", 201, json=True, data={"name": "Ada", "role": "admin"})
    assert (who, "added", "user", "Ada") in entries(site)
