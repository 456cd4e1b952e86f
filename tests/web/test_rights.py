"""Each page with each role, over the whole table of routes; and what a rep does not see of others."""

from __future__ import annotations

import re

import pytest

from tests.web import fakes
from tests.web.conftest import PASSWORD, Person, Site, browser_of, log_in
from vmaudio.records import Message, Outcome
from vmaudio.store import add_user, put_outcomes
from vmaudio.web import rights
from vmaudio.web.rights import TABLE, is_own, may_open, may_see, right_of, table_for_people
from vmaudio.web.routes import routes_in
from vmaudio.web.viewers import ROLES, Viewer

M, J, IMPORT = "/message/{message_id:path}", "/jobs/{job_id}", "/import/{token}"
DRILL, CLIP, PLAYLIST = "/practice/drills/{drill_id}", "/library/{clip_id:int}", "/library/playlists/{playlist_id:int}"
ROUND = "/calibrate/rounds/{round_id:int}"
JSON = {"accept": "application/json"}
LETTERS = dict(zip("rcda", ROLES, strict=True))

GETS = {
    "/": "rcda", f"{J}": "rcda", f"{J}.json": "rcda", f"{J}/audio": "rcda", "/mine": "rcda", "/mine.json": "rcda",
    "/rep/{rep:path}": "rca", "/rep/{rep:path}.json": "rca", M: "rcda", f"{M}.json": "rcda", f"{M}/audio": "rcda",
    "/team": "cda", "/team.json": "cda", "/report": "ca", "/report.json": "ca", "/report/later": "ca", "/report/file": "cda",
    "/outcomes": "cda", "/outcomes.json": "cda", "/rubric": "rcda", "/rubric.json": "rcda", "/import": "ca", IMPORT: "ca",
    f"{IMPORT}.json": "ca", "/users": "a", "/users.json": "a", "/audit": "a", "/audit.json": "a", "/openapi.json": "rcda",
    "/practice": "rcda", "/practice.json": "rcda", DRILL: "rcda", f"{DRILL}.json": "rcda", "/library": "rcda",
    "/library.json": "rcda", CLIP: "rcda", f"{CLIP}.json": "rcda", f"{CLIP}/audio": "rcda", PLAYLIST: "rcda",
    f"{PLAYLIST}.json": "rcda", "/calibrate": "cda", "/calibrate.json": "cda", ROUND: "cda", f"{ROUND}.json": "cda",
    f"{ROUND}/audio": "cda", "/calibrate/agreement": "cda", "/calibrate/agreement.json": "cda",
}  # fmt: skip
POSTS = {
    "/jobs": "rcda", f"{J}/keep": "rcda", f"{J}/delete": "rcda", f"{M}/override": "ca", f"{M}/override/delete": "ca",
    f"{M}/labels": "cda", f"{M}/delete": "rca", "/report/note": "ca", "/outcomes/check": "ca", "/outcomes/confirm": "ca",
    "/outcomes/cancel": "ca", "/rubric/preview": "cda", "/rubric/preview-form": "cda", "/rubric/save": "cda",
    "/rubric/rescore": "cda", "/import/check": "ca", "/import/confirm": "ca", "/import/cancel": "ca", "/intake": "a",
    "/users/add": "a", "/users/invite": "a", "/users/change": "a", "/users/disable": "a", "/users/enable": "a",
    "/users/remove": "a", "/logout": "rcda", DRILL: "rcda", "/practice/delete": "rcda", "/library/clips": "ca",
    f"{CLIP}/change": "ca", f"{CLIP}/release": "ca", f"{CLIP}/delete": "ca", "/library/playlists": "ca",
    f"{PLAYLIST}/change": "ca", f"{PLAYLIST}/place": "ca", f"{PLAYLIST}/remove": "ca", f"{PLAYLIST}/delete": "ca",
    "/calibrate/name": "cda", "/calibrate/rounds": "cda", f"{ROUND}/answers": "cda", f"{ROUND}/delete": "cda",
}  # fmt: skip
OPEN = {
    ("GET", "/login"), ("POST", "/login"), ("GET", "/login/oidc"), ("GET", "/login/oidc/callback"), ("GET", "/health"),
    ("GET", "/invite/{token}"), ("POST", "/invite/{token}"), ("GET", "/static/{name}"), ("GET", "/favicon.ico"),
    ("GET", "/refused"), ("GET", "/refused.json"),
}  # fmt: skip
EXPECTED = {**{("GET", path): who for path, who in GETS.items()}, **{("POST", path): who for path, who in POSTS.items()}}


def all_routes(app) -> set[tuple[str, str]]:
    return {(method, route.path) for route in routes_in(app.routes) for method in route.methods - {"HEAD"}}


def address(template: str) -> str:
    """An address that the template answers, for a rep with the own message and page; of a report one that is quickly made."""
    filled = template.replace("{message_id:path}", "m0" if "delete" not in template else "nobody")
    filled = filled.replace("{rep:path}", "Ann").replace("/report/file", "/report/file?rep=nobody")
    return re.sub(r"{[^}]*}", "nothing", re.sub(r"{[^}]*:int}", "7", filled))


def test_every_route_is_in_the_table_and_in_this_test(crew):
    """A page that somebody adds is refused until it has a line, and has none until a test says who may open it."""
    routes = all_routes(crew["admin"].client.app)
    assert routes == set(EXPECTED) | OPEN
    for method, path in routes:
        right = right_of(path)
        assert right is not None, f"{path} has no line in vmaudio.web.rights.TABLE"
        assert right.open == ((method, path) in OPEN), path


@pytest.fixture(scope="module")
def tokens(crew) -> dict[str, str]:
    """The token of each role's forms."""
    crew["admin"].web.rescore.state = "running"  # so that scoring again is answered, and not begun
    return {role: site.token for role, site in crew.items()}


@pytest.mark.parametrize(("method", "path"), sorted(set(EXPECTED) - {("POST", "/logout")}))
def test_each_page_with_each_role(crew, tokens, method, path):
    """Those of the table get an answer, the others the refusal, before a form is looked at and with nothing of the page."""
    for letter, role in LETTERS.items():
        site: Site = crew[role]
        place = address(path)
        if method == "GET":
            answer = site.client.get(place, headers=JSON, follow_redirects=False)
        else:
            answer = site.client.post(place, headers={**JSON, "x-csrf-token": tokens[role]}, follow_redirects=False)
        if letter in EXPECTED[method, path]:
            assert answer.status_code not in (401, 403), f"{role} {method} {place}: {answer.status_code} {answer.text[:300]}"
            assert answer.status_code < 500, f"{role} {method} {place}: {answer.text[:300]}"
        else:
            assert answer.status_code == 403, f"{role} {method} {place}: {answer.status_code}"
            assert f"not open to your role ({role})" in answer.text


def test_a_stranger_opens_nothing(crew):
    """Without a login every page leads there, and every other request is answered with 401."""
    client = browser_of(crew["admin"].client.app)
    for method, path in EXPECTED:
        answer = client.request(method, address(path), follow_redirects=False, headers={"accept": "text/html"})
        if answer.status_code == 303:
            assert (method, answer.headers["location"]) == ("GET", "/login")
        else:
            assert answer.status_code == 401, path


def test_a_route_without_a_line_is_refused(crew, monkeypatch):
    """For everybody, the admin too."""
    monkeypatch.setattr(rights, "TABLE", tuple(right for right in TABLE if "/report/file" not in right.paths))
    right_of.cache_clear()
    try:
        crew["admin"].get("/report/file", 403)
        assert not may_open("admin", "/report/file")
        assert not may_open("admin", "/something/new")
    finally:
        right_of.cache_clear()


def test_pages_of_others_who_add_them():
    """Practice is everybody's own; reps read the library that coaches change; coaches, data and admins judge blind."""
    for path in ("/practice", "/practice/{drill}.json", "/library", "/library/clip/{clip_id}", "/calibrate/{token}"):
        assert right_of(path) is not None
    assert all(may_open(role, "/practice/{drill}", changes=True) for role in ROLES)
    assert [role for role in ROLES if may_open(role, "/library")] == list(ROLES)
    assert [role for role in ROLES if may_open(role, "/library/share", changes=True)] == ["coach", "admin"]
    assert [role for role in ROLES if may_open(role, "/calibrate")] == ["coach", "data", "admin"]


def test_the_table_for_people():
    """It has a word for each role in each line."""
    lines = {what: words for what, _, words in table_for_people()}
    assert lines["Messages of the team"] == ("no", "yes", "yes", "yes")
    assert lines["A message: words, checks, flags, outcome"] == ("own", "yes", "yes", "yes")
    assert lines["Library of examples"] == ("reads shared clips", "yes", "reads", "yes")


def test_whose_a_message_is():
    """A rep without a name has none; others' names are compared as they are."""
    ann = Viewer("ann", "rep", "Ann", 1)
    assert may_see(ann, Message("a.wav", rep="Ann"))
    for rep in ("Bo", "ann", "", None):
        assert not may_see(ann, Message("a.wav", rep=rep))
    assert not is_own(Viewer("x", "rep", "", 1), "")
    assert not may_see(Viewer("x", "rep", "", 1), Message("a.wav"))
    assert may_see(Viewer("c", "coach", "", 1), Message("a.wav", rep="Bo"))


# -- what a rep sees ----------------------------------------------------------------------------------------------------------


def test_others_messages_are_not_there_for_a_rep(crew):
    """Page, data, sound and actions answer as for an id that does not exist."""
    rep = crew["rep"]
    for name in ("m1", "nobody"):
        for ending in ("", ".json", "/audio"):
            answer = rep.get(f"/message/{name}{ending}", 404, headers={"accept": "application/json"})
            assert answer.json()["error"].startswith("There is no such message in the store.")
        rep.post(f"/message/{name}/delete", 404)
    for name in ("Bo", "Nobody"):
        assert "no message by this rep" in rep.get(f"/rep/{name}.json", 404).json()["error"]
        rep.get(f"/rep/{name}", 404)


def test_a_rep_sees_the_own_messages_and_no_name_of_others(crew):
    """The own list, page and message; another rep in the address, or in a filter's choice, is not there."""
    rep = crew["rep"]
    mine = rep.get("/mine.json?rep=Bo").json()
    assert {row["message_id"] for row in mine["rows"]} == {"m0", "m3", "m6", "m9"}
    assert mine["reps"] == ["Ann"]
    for path in ("/", "/mine", "/mine?called=known", "/message/m0", "/rep/Ann", "/rubric"):
        text = rep.get(path).text
        assert ">Bo<" not in text, path
        assert ">Cleo<" not in text, path
        for closed in ("/team", "/report", "/outcomes", "/users", "/import"):
            assert f'href="{closed}' not in text, f"{path} leads to {closed}"
    text = rep.get("/message/m0").text
    assert "/override" not in text
    assert "/labels" not in text
    assert "/delete" not in text
    assert "/rubric/save" not in rep.get("/rubric").text
    assert "<textarea" not in rep.get("/rubric").text
    found = rep.get("/rubric.json").json()
    assert (found["path"], found["saves_to"]) == (None, "")


def test_paths_of_the_server_are_shown_to_admins_alone(crew, tmp_path):
    """No page or JSON that another role may open names a folder of the server."""
    text = crew["admin"].get("/rubric.json").json()["text"].replace("weight = 3", "weight = 4", 1)
    where = str(crew["admin"].web.book.target)
    for role, site in crew.items():
        seen = [site.get("/rubric").text, site.get("/rubric.json").text]
        if role != "rep":
            form = {"text": text, "based_on": site.get("/rubric.json").json()["rubric_id"]}
            seen.append(site.post("/rubric/preview", 200, data=form).text)
        pages = "team report report.json message/m0 message/m0.json rep/Ann library import outcomes practice calibrate health"
        for path in ("/", "/mine", *(f"/{one}" for one in pages.split())):
            seen.append(site.client.get(path, follow_redirects=False).text)  # or the refusal
        assert any(where in one for one in seen) == (role == "admin"), role
        assert any(str(where.rpartition("/")[0]) in one for one in seen) == (role == "admin"), role


def test_each_role_sees_links_to_what_it_may_open(crew):
    """No page of the menu leads to a refusal."""
    for role, site in crew.items():
        pages = [site.client.get(path) for path in ("/team", "/outcomes", "/rubric", "/message/m0", "/rep/Ann", "/mine")]
        texts = [answer.text for answer in pages if answer.status_code == 200]
        assert len(texts) > 3
        links = set(re.findall(r'href="(/[^"#?]*)', "".join(texts)))
        for link in {link for link in links if not link.startswith(("/static", "/message", "/report/file"))}:
            assert site.client.get(link, follow_redirects=False).status_code != 403, f"{role} is led to {link}"


def test_labels_and_the_coachs_name(staffed):
    """Labels are for those who label; what is signed is signed with the user's name, whatever a form says."""
    app = staffed.client.app
    coach, data, rep = (Person(log_in(app, name), staffed.web) for name in ("Cora", "Dan", "Ann"))
    check = coach.get("/message/m0.json").json()["analysis"]["score"]["checks"][0]["id"]
    coach.post("/message/m0/override", data={"check_id": check, "verdict": "pass", "reason": "heard it", "author": "Ada"})
    data.post("/message/m0/labels", data={"annotator": "Ada", "approach": "pitch"})
    found = data.get("/message/m0.json").json()
    assert [one["author"] for one in found["overrides"]] == ["Cora"]
    assert {one["annotator"] for one in found["labels"]} == {"Dan"}
    seen = rep.get("/message/m0.json").json()
    assert (len(seen["overrides"]), seen["labels"]) == (1, [])
    assert 'value="Cora" autocomplete="name" readonly' in coach.get("/message/m0").text


def test_a_take_is_its_users_and_goes_under_the_own_name(staffed):
    """Also from another browser; a kept one is its rep's and the team's, not another rep's."""
    app = staffed.client.app
    add_user(staffed.store, "Bo", "rep", rep="Bo", password=PASSWORD)
    ann, again, bo, cora = (Person(log_in(app, name), staffed.web) for name in ("Ann", "Ann", "Bo", "Cora"))
    job = ann.checked(rep="Bo", prospect="Dana")
    assert job["analysis"]["message"]["rep"] == "Ann"
    for other in (bo, cora):
        for ending in ("", ".json", "/audio"):
            other.get(f"/jobs/{job['id']}{ending}", 404)
        other.post(f"/jobs/{job['id']}/keep", 404, data={"rep": "Bo"})
    again.get(f"/jobs/{job['id']}.json")
    again.post(f"/jobs/{job['id']}/keep", data={"rep": "Bo"})
    kept = ann.get(f"/jobs/{job['id']}.json").json()["kept_as"]
    assert staffed.store.one(kept).message.rep == "Ann"
    for path in (f"/jobs/{job['id']}.json", f"/message/{kept}", f"/message/{kept}/audio"):
        ann.get(path)
        cora.get(path)
        bo.get(path, 404)
    bo.post(f"/message/{kept}/delete", 404)
    assert kept in {row["message_id"] for row in ann.get("/mine.json").json()["rows"]}
    assert "/delete" in ann.get(f"/message/{kept}").text
    ann.post(f"/message/{kept}/delete")
    assert staffed.store.one(kept) is None


def test_a_rep_deletes_only_kept_takes(staffed):
    """What was sent to a prospect is the team's."""
    ann = Person(log_in(staffed.client.app, "Ann"), staffed.web)
    assert "kept yourself" in ann.post("/message/m0/delete", 403, json=True).json()["error"]
    assert staffed.store.one("m0") is not None
    cora = Person(log_in(staffed.client.app, "Cora"), staffed.web)
    cora.post("/message/m0/delete")
    assert staffed.store.one("m0") is None


def test_a_rep_without_messages_is_told_why(staffed):
    """A user whose rep is not set sees no message at all, and everybody's filters stay closed."""
    add_user(staffed.store, "New", "rep", password=PASSWORD)
    put_outcomes(staffed.store, [Outcome("m1", callback=True)])
    new = Person(log_in(staffed.client.app, "New"), staffed.web)
    assert "under which name" in new.get("/mine.json", 404).json()["error"]
    new.get("/rep/", 404)
    new.get("/message/m1", 404)
    assert new.checked(fakes.voice(seed=4), rep="Bo")["analysis"]["message"]["rep"] is None
