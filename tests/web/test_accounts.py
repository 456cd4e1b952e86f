"""Users: logins by name, sessions that end at once, invitations, limits, and the server's own password beside them."""

from __future__ import annotations

import time

import pytest

from tests.web.conftest import BASE, PASSWORD, Person, Site, browser_of, log_in
from vmaudio.errors import SettingError
from vmaudio.store import add_user, all_users, change_user, invite_user, remove_user
from vmaudio.web import accounts
from vmaudio.web.config import Config
from vmaudio.web.sessions import Sessions

SERVERS = "correct horse battery"


def app_of(site: Site):
    return site.client.app


def stranger(site: Site, address: str = "127.0.0.1") -> Site:
    return Person(browser_of(app_of(site), address), site.web)


def tries(site: Site, name: str, password: str, status: int, address: str = "127.0.0.1") -> str:
    """Log in as a program would, and give what was answered."""
    other = stranger(site, address)
    return other.post("/login", status, json=True, data={"name": name, "password": password}).text


def test_without_users_nobody_is_asked(team):
    """And with the first one everybody is, at once, without a restart."""
    team.get("/team")
    add_user(team.store, "Ada", "admin", password=PASSWORD)
    team.get("/team.json", 401)
    assert 'name="name"' in team.get("/login").text
    assert "token" not in team.get("/login").text
    assert "Name or password is wrong" in tries(team, "Ada", "wrong wrong", 401)
    Person(log_in(app_of(team), " ADA "), team.web).get("/team")


def test_the_first_user_of_a_page_is_an_admin(team):
    """Otherwise nobody could add another one."""
    assert "must be an admin" in team.post("/users/add", 400, json=True, data={"name": "Ann", "role": "rep"}).json()["error"]
    made = team.post("/users/add", 201, json=True, data={"name": "Ada", "role": "admin"}).json()
    team.get("/users.json", 401)
    token = made["link"].removeprefix(f"{BASE}/invite/")
    team.post(f"/invite/{token}", data={"password": PASSWORD, "again": PASSWORD})
    assert [(user["name"], user["state"]) for user in team.get("/users.json").json()] == [("Ada", "active")]


def test_sessions_end_at_once(staffed):
    """On the next click, whoever ends them, also with another program on the same database."""
    people = {name: Person(log_in(app_of(staffed), name), staffed.web) for name in ("Ann", "Cora", "Dan")}
    for person in people.values():
        person.get("/rubric.json")
    change_user(staffed.store, "Ann", disabled=True)
    change_user(staffed.store, "Cora", password="another four words")
    remove_user(staffed.store, "Dan")
    for name, person in people.items():
        answer = person.client.get("/rubric", follow_redirects=False, headers={"accept": "text/html"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        person.get("/rubric.json", 401)
        tries(staffed, name, PASSWORD, 401)
    change_user(staffed.store, "Ann", disabled=False)
    people["Ann"].get("/rubric.json", 401)  # the session does not come back
    tries(staffed, "Ann", PASSWORD, 200)


def test_a_new_user_does_not_get_an_old_session(staffed):
    """Not under the same name and not under the same number."""
    ann = Person(log_in(app_of(staffed), "Ann"), staffed.web)
    for user in all_users(staffed.store):
        remove_user(staffed.store, user.name)
    for _ in range(5):
        add_user(staffed.store, f"Ann{_ or ''}", "rep", rep="Ann", password=PASSWORD)
    ann.get("/mine.json", 401)


def test_a_role_holds_from_the_next_click(staffed):
    """Up and down."""
    ann = Person(log_in(app_of(staffed), "Ann"), staffed.web)
    ann.get("/team", 403)
    change_user(staffed.store, "Ann", role="coach")
    ann.get("/team")
    change_user(staffed.store, "Ann", role="rep")
    ann.get("/team", 403)


def test_logging_out_ends_the_session(staffed):
    """A copy of the cookie is worth nothing."""
    ann = Person(log_in(app_of(staffed), "Ann"), staffed.web)
    value = ann.client.cookies["vmaudio_8000"]
    ann.post("/logout")
    ann.client.cookies.set("vmaudio_8000", value, domain="127.0.0.1")
    ann.get("/mine.json", 401)


def test_an_unknown_name_is_as_a_wrong_password(staffed, monkeypatch):
    """The same answer, and by construction the same work: one hash is verified and one pause made, whoever is meant."""
    looked: list[str] = []
    slept: list[float] = []
    real = accounts.is_password
    monkeypatch.setattr(accounts, "is_password", lambda given, stored: looked.append(stored) or real(given, stored))

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("vmaudio.web.pages.login.asyncio.sleep", sleep)
    add_user(staffed.store, "Invited", "rep")
    change_user(staffed.store, "Cora", disabled=True)
    said = {tries(staffed, name, "wrong wrong", 401) for name in ("Ann", "Nobody", "Invited", "Cora")}
    assert len(said) == 1
    assert len(looked) == len(slept) == 4
    assert looked[1] == looked[2] == looked[3] != looked[0]  # the dummy, made with the same costs
    assert looked[0].split("$")[:4] == looked[1].split("$")[:4]


def test_a_stranger_does_not_lock_a_user_out(staffed):
    """Guesses for a user are counted over all addresses; a browser that the user has used before has its own count."""
    staffed.web.accounts.by_user.most = 3
    ann = Person(log_in(app_of(staffed), "Ann"), staffed.web)
    ann.post("/logout")
    for i in range(3):
        tries(staffed, "Ann", f"guess guess {i}", 401, f"10.0.0.{i}")
    assert "this user" in tries(staffed, "Ann", PASSWORD, 429, "10.0.0.9")
    tries(staffed, "Cora", PASSWORD, 200, "10.0.0.9")
    ann.post("/login", 401, json=True, data={"name": "Ann", "password": "a slip of mine"})
    ann.post("/login", 200, json=True, data={"name": "Ann", "password": PASSWORD})
    tries(staffed, "Ann", PASSWORD, 429, "10.0.0.9")


def test_a_known_browser_has_no_more_guesses_at_others(staffed):
    """One that a rep has logged in with counts as any other for another user and for the server's password."""
    staffed.web.accounts.by_user.most = 2
    ann = Person(log_in(app_of(staffed), "Ann"), staffed.web)
    ann.post("/logout")
    for i in range(2):
        ann.post("/login", 401, json=True, data={"name": "Ada", "password": f"guess guess {i}"})
    ann.post("/login", 429, json=True, data={"name": "Ada", "password": PASSWORD})


def test_many_names_from_one_address_are_limited(staffed):
    """By address as before; right passwords count for nothing."""
    staffed.web.login_limit.most = 2
    for _ in range(4):
        tries(staffed, "Cora", PASSWORD, 200, "10.1.1.1")
    for name in ("Ann", "Bo"):
        tries(staffed, name, "guess guess", 401, "10.1.1.1")
    tries(staffed, "Cora", PASSWORD, 429, "10.1.1.1")
    tries(staffed, "Cora", PASSWORD, 200, "10.1.1.2")


def test_the_servers_password_and_token_are_an_admins(site_with, dozen, tmp_path):
    """With and without users; nobody else's name is needed."""
    import shutil

    shutil.copyfile(dozen, tmp_path / "web.sqlite")
    site = site_with(password=SERVERS, token="t" * 24)
    program = {"authorization": f"Bearer {'t' * 24}"}
    for _ in range(2):
        browser = stranger(site)
        browser.post("/login", data={"password": SERVERS})
        browser.get("/users")
        browser.get("/team")
        assert stranger(site).client.get("/users.json", headers=program).status_code == 200
        if not all_users(site.store):
            add_user(site.store, "Ann", "rep", rep="Ann", password=PASSWORD)
    ann = Person(log_in(app_of(site), "Ann"), site.web)
    ann.get("/users.json", 403)
    ann.get("/users.json", headers=program)
    tries(site, "Ann", SERVERS, 401)
    assert "Leave it empty" in stranger(site).get("/login").text


def test_forms_of_users_need_their_token(staffed):
    """A user's session does not weaken what holds for all: origin and token."""
    ada = Person(log_in(app_of(staffed), "Ada"), staffed.web)
    for headers in ({}, {"x-csrf-token": "wrong"}, {"x-csrf-token": ada.token, "origin": "http://evil.example"}):
        assert ada.client.post("/users/disable", data={"name": "Ann"}, headers=headers).status_code == 403
    cora = Person(log_in(app_of(staffed), "Cora"), staffed.web)
    assert ada.client.post("/users/disable", data={"name": "Ann"}, headers={"x-csrf-token": cora.token}).status_code == 403
    assert not any(user.disabled for user in all_users(staffed.store))


def test_an_invitation_works_once(staffed):
    """Looking at it uses nothing up; a bad password neither; then it logs in, and is worth nothing."""
    ada = Person(log_in(app_of(staffed), "Ada"), staffed.web)
    made = ada.post("/users/add", 201, json=True, data={"name": "Bo Lee", "role": "rep"}).json()
    path = made["link"].removeprefix(BASE)
    bo = stranger(staffed)
    for _ in range(2):
        assert "Welcome, Bo Lee" in bo.get(path).text
    new = {"password": PASSWORD, "again": PASSWORD}
    for wrong in ({"password": "short", "again": "short"}, {"password": "aaaaaaaaaaaa", "again": "aaaaaaaaaaaa"},
                  {"password": PASSWORD, "again": PASSWORD + "x"}):  # fmt: skip
        assert "notice" in bo.post(path, 422, data=wrong).text
    bo.post(path, data=new)
    assert bo.get("/mine.json", 200).json()["reps"] in ([], ["Bo Lee"])
    for site in (bo, stranger(staffed)):
        assert "Ask an admin for a new one" in site.get(path, 404).text
        site.post(path, 404, data=new)
    tries(staffed, "Bo Lee", PASSWORD, 200)
    stored = staffed.store.engine.connect().exec_driver_sql("SELECT * FROM users").all()
    assert path.rpartition("/")[2] not in str(stored)
    assert PASSWORD not in str(stored)


def test_an_invitation_ends(staffed):
    """By time, by a newer one, and when the user is disabled. A used one, a reset of the password, ends older sessions."""
    ann = Person(log_in(app_of(staffed), "Ann"), staffed.web)
    new = {"password": "quite another one", "again": "quite another one"}
    old = invite_user(staffed.store, "Ann", lasts_s=-1)
    first = invite_user(staffed.store, "Ann")
    second = invite_user(staffed.store, "ann")
    for token in (old, first, "x", "x" * 200):
        stranger(staffed).get(f"/invite/{token}", 404)
    ann.get("/mine")
    stranger(staffed).post(f"/invite/{second}", data=new)
    ann.get("/mine.json", 401)
    tries(staffed, "Ann", PASSWORD, 401)
    third = invite_user(staffed.store, "Ann")
    change_user(staffed.store, "Ann", disabled=True)
    stranger(staffed).post(f"/invite/{third}", 404, data=new)


def test_the_last_admin_stays(staffed):
    """Nobody shuts everybody out of this page; with a second admin each may go."""
    ada = Person(log_in(app_of(staffed), "Ada"), staffed.web)
    for path, more in (("disable", {}), ("remove", {}), ("change", {"role": "rep"})):
        assert "only admin" in ada.post(f"/users/{path}", 400, json=True, data={"name": "Ada", **more}).json()["error"]
    ada.post("/users/change", data={"name": "Cora", "role": "admin"})
    ada.post("/users/remove", data={"name": "Ada"})
    ada.get("/users.json", 401)


def test_the_page_of_users(staffed):
    """Adds, changes, disables, enables, invites; what a stranger named himself stays words."""
    ada = Person(log_in(app_of(staffed), "Ada"), staffed.web)
    evil = "<script>alert(1)</script>"
    page = ada.post("/users/add", 200, data={"name": evil, "role": "rep", "rep": evil, "email": "E@x.example"}).text
    assert "<script>alert" not in page
    assert "/invite/" in page
    ada.post("/users/change", data={"name": evil, "role": "coach", "rep": "", "email": ""})
    ada.post("/users/disable", data={"name": evil})
    assert ada.get("/users.json").json()[0]["state"] == "disabled"
    ada.post("/users/enable", data={"name": evil})
    assert "/invite/" in ada.post("/users/invite", 200, data={"name": evil}).text
    found = {user["name"]: user for user in ada.get("/users.json").json()}[evil]
    assert (found["role"], found["rep"], found["email"], found["state"]) == ("coach", "", "", "invited")
    ada.post("/users/add", 400, data={"name": "ADA", "role": "rep"})
    ada.post("/users/add", 400, data={"name": "x", "role": "owner"})
    ada.post("/users/disable", 404, data={"name": "nobody"})


def test_other_machines_need_users_or_a_password():
    """A server for others does not start without either, and does not open when the last user goes."""
    with pytest.raises(SettingError, match="vmaudio users add"):
        Config(host="0.0.0.0")  # noqa: S104
    Config(host="0.0.0.0", by_name=True)  # noqa: S104


def test_a_server_for_others_stays_shut_without_users(site_with):
    """The last user is removed on the command line: nobody gets in, rather than everybody."""
    site = site_with(host="0.0.0.0", by_name=True)  # noqa: S104
    site.get("/team.json", 401)
    site.post("/login", 401, json=True, data={"password": ""})


def test_known_browsers_are_signed():
    """With the number of their user; others, and those of an older form, are nobody's."""
    sessions = Sessions()
    browser, user = sessions.browser(sessions.new_browser(7))
    assert (bool(browser), user) == (True, 7)
    for wrong in (None, "", "x.y.z", Sessions().new_browser(7), sessions.write(sessions.new(user=7))):
        assert sessions.browser(wrong) is None


def test_last_seen(staffed):
    """Noted in the background, once in a while."""
    ann = Person(log_in(app_of(staffed), "Ann"), staffed.web)
    ann.get("/mine")
    staffed.web.audit.flush()
    seen = {user.name: user.seen_utc for user in all_users(staffed.store)}
    assert seen["Ann"][:4] == time.strftime("%Y")
    assert seen["Cora"] == ""
