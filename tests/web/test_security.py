"""The gate: names, origins, tokens, headers, logins, limits; and that a stranger's words stay words."""

from __future__ import annotations

import dataclasses
import html
import re

import pytest
from fastapi.routing import APIRoute

from tests.makers import analysis, transcript
from tests.web import fakes
from tests.web.conftest import BASE
from vmaudio.errors import SettingError
from vmaudio.records import Flag, Message
from vmaudio.rubric.load import load_rubric
from vmaudio.rubric.scoring import score
from vmaudio.web.config import Config
from vmaudio.web.limits import Limit, TooOften, counted_as
from vmaudio.web.security import POLICY, Hosts
from vmaudio.web.sessions import LASTS_S, Sessions, same

PASSWORD = "correct horse"
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"


def every_route(app) -> list[APIRoute]:
    """The app's own routes, however they are nested."""
    found: list[APIRoute] = []

    def walk(routes):
        for route in routes:
            if isinstance(route, APIRoute):
                found.append(route)
            inner = getattr(route, "original_router", None) or getattr(route, "router", None)
            walk(getattr(inner, "routes", None) or [])

    walk(app.routes)
    return found


def posts(app) -> list[str]:
    """Paths that change something, with their parameters filled in."""
    paths = {route.path for route in every_route(app) if "POST" in route.methods}
    return sorted(re.sub(r"{[^}]*}", "x", re.sub(r"{[^}]*:int}", "1", path)) for path in paths)


def test_every_post_needs_the_forms_token(calm):
    """Whatever changes something is refused without the session's own token: with none, a wrong or a stranger's."""
    paths = posts(calm.client.app)
    assert len(paths) >= 14
    stranger = Sessions()
    other = stranger.token(stranger.new())
    for path in paths:
        fields = {
            "password": "x", "rep": "x", "check_id": "x", "verdict": "pass", "reason": "x", "author": "x", "annotator": "x",
            "token": "x" * 20, "text": "x", "based_on": "x",
        }  # fmt: skip
        for given in (None, "", "wrong", other):
            headers = {} if given is None else {"x-csrf-token": given}
            files = {"file": ("a.wav", b"x")} if path in ("/jobs", "/outcomes/check") else None
            answer = calm.client.post(path, headers=headers, data=fields, files=files, follow_redirects=False)
            assert answer.status_code == 403, f"{path} with the token {given!r}: {answer.status_code}"


def test_the_token_may_come_in_the_form(site):
    """A form without script carries the token as a field."""
    job = site.checked()
    assert site.client.post(f"{job['url']}/delete", data={"csrf": site.token}, follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1.evil.example:8000", ""]
)
def test_requests_from_other_sites_are_refused(calm, origin):
    """A POST from another origin is refused even with the right token."""
    answer = calm.post("/jobs/x/delete", 403, json=True, headers={"origin": origin})
    assert "another site" in answer.json()["error"]


def test_our_own_origin_is_welcome(calm):
    """The page's own origin passes, and so does a browser that says same-origin."""
    calm.post("/jobs/x/delete", 404, json=True, headers={"origin": BASE})
    calm.post("/jobs/x/delete", 404, json=True, headers={"sec-fetch-site": "same-origin"})
    calm.post("/jobs/x/delete", 403, json=True, headers={"sec-fetch-site": "cross-site"})
    calm.post("/jobs/x/delete", 403, json=True, headers={"sec-fetch-site": "same-site"})


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200), ("localhost:8000", 200), ("[::1]:8000", 200), ("127.0.0.1:7000", 200), ("evil.example", 421),
        ("127.0.0.1.evil.example", 421), ("evil.example:8000", 421), ("10.0.0.5:8000", 421), ("", 421), ("[", 421),
    ],
)  # fmt: skip
def test_a_strangers_name_is_not_answered(calm, host, status):
    """Only names of this machine are answered, so that a domain that points here (DNS rebinding) gets nothing."""
    answer = calm.client.get("/team.json", headers={"host": host})
    assert answer.status_code == status
    if status == 421:
        assert "set-cookie" not in answer.headers
        assert "rows" not in answer.text


def test_names_that_were_allowed():
    """A server for others answers to its addresses, its own name, and the names given."""
    hosts = Hosts(Config(host="0.0.0.0", password=PASSWORD, names=("coach.example",)))  # noqa: S104
    assert hosts.knows("coach.example:443")
    assert hosts.knows("192.168.1.5:8000")
    assert not hosts.knows("other.example")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/team",
        "/team.json",
        "/rubric",
        "/outcomes",
        "/health",
        "/openapi.json",
        "/nowhere",
        "/jobs/x",
        "/jobs/x.json",
        "/login",
    ],
)
def test_every_answer_carries_the_headers(calm, path):
    """Policy, type, referrer and framing headers are on every answer, errors and refusals too; no page is cached."""
    for headers in ({}, {"host": "evil.example"}):
        answer = calm.client.get(path, headers=headers)
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
    for part in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "form-action 'self'"):
        assert part in POLICY
    assert "unsafe" not in POLICY
    assert "http" not in POLICY


def test_our_mistakes_are_not_shown(site, monkeypatch):
    """An unexpected error gives a page without its details, and with all the headers."""

    def fail(*_args, **_more):
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr(type(site.store), "page", fail)
    answer = site.get("/team", 500)
    assert "secret of the inside" not in answer.text
    assert "bug in vmaudio" in answer.text
    assert answer.headers["content-security-policy"] == POLICY


def test_pages_hold_no_inline_script_or_style_and_fetch_nothing_from_elsewhere(site):
    """No page has a script or style of its own, an on... attribute, or an address outside the server."""
    job = site.checked(rep="Tom")
    site.post(f"{job['url']}/keep", data={"rep": "Tom"})
    message = site.web.jobs.get(job["id"]).kept_as
    for path in ("/", job["url"], "/team", f"/message/{message}", "/rubric", "/outcomes"):
        text = site.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=\"/static/)", text), path
        assert "<style" not in text
        assert not re.search(r"\sstyle=|\son\w+=", re.sub(r">[^<]*<", "><", text)), path
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text), path


def test_a_strangers_words_stay_words(site):
    """Markup in transcript, file name, names, campaign, notes, flag, override and label is shown, never run."""
    job = site.checked(name=f"{EVIL}.wav", rep=EVIL[:60], prospect=EVIL[:60], notes=EVIL)
    assert "<script>alert" not in site.get(job["url"]).text
    said = transcript(" ".join([EVIL.replace(" ", "_")] * 3))
    sent = Message("calls/x.wav", message_id="evil", rep=EVIL, prospect=EVIL, prospect_name=EVIL, campaign=EVIL, sent_at=EVIL)
    bad = analysis(sent, transcript=said, flags=(Flag(EVIL[:20], EVIL),))
    bad = dataclasses.replace(bad, score=score(bad, load_rubric()))
    site.store.save(bad)
    site.post(
        "/message/evil/override", data={"check_id": bad.score.checks[0].id, "verdict": "pass", "reason": EVIL, "author": EVIL}
    )
    site.post("/message/evil/labels", data={"annotator": EVIL, "approach": "pitch"})
    for path in ("/team", "/message/evil", "/rubric", f"/team?rep={EVIL}&text={EVIL}", "/outcomes"):
        text = site.get(path).text
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        assert "{{7*7}}" in text or "49" not in re.sub(r"[\d.]{3,}", "", text) or path in ("/rubric", "/outcomes")
    assert html.escape(EVIL, quote=False)[:20] in site.get("/message/evil").text
    assert "<script>alert" not in site.get("/outcomes?imported=<script>alert(1)</script>").text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/web.css/../../app.py",
        "/jobs/..%2f..%2fetc%2fpasswd/audio",
        "/jobs/../../etc/passwd", "/message/..%2f..%2fetc%2fpasswd", "/message/..%2f..%2fetc%2fpasswd/audio",
        "/message/%00.json", "/refused",
    ],
)  # fmt: skip
def test_no_path_leads_out(calm, path):
    """Paths that try to climb find nothing."""
    answer = calm.client.get(path)
    assert answer.status_code == 404
    assert "root:" not in answer.text
    assert "import" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/library/NUMBER", "/library/NUMBER.json", "/library/NUMBER/audio", "/library/playlists/NUMBER.json",
        "/calibrate/rounds/NUMBER.json", "/calibrate/rounds/NUMBER/audio",
    ],
)  # fmt: skip
def test_a_number_that_no_row_can_have_names_nothing(calm, path):
    """Databases keep 32 or 64 bits of it; a longer one had been answered as a bug of ours."""
    for number in (2**31, 2**63, 10**40):
        calm.get(path.replace("NUMBER", str(number)), 404)
    calm.get(f"/audit.json?before={2**63}", 422)
    calm.post("/library/playlists", 422, json=True, data={"name": "x", "clip_id": str(2**63)})


def test_a_message_that_names_a_file_of_the_server_is_not_read_out(site, tmp_path):
    """A stored source that is no recording, or another one than was analysed, is never served."""
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of the server" * 100)
    replaced = tmp_path / "other.wav"
    replaced.write_bytes(fakes.voice(seed=2))
    for name, path in (("m1", secret), ("m2", replaced), ("m3", "http://127.0.0.1:1/x.wav")):
        made = analysis(Message(str(path), message_id=name))
        site.store.save(dataclasses.replace(made, score=score(made, load_rubric())))
        answer = site.get(f"/message/{name}/audio", 404)
        assert "secret" not in answer.text


# -- logging in ----------------------------------------------------------------------------------------------------------


def test_a_server_for_others_needs_a_password():
    """Without a password or token no server listens beyond this machine, and short ones are refused."""
    for host in ("0.0.0.0", "192.168.1.5", "coach.example", "::"):  # noqa: S104
        with pytest.raises(SettingError, match="password"):
            Config(host=host)
    with pytest.raises(SettingError, match="shorter"):
        Config(host="0.0.0.0", password="short")  # noqa: S104
    for host in ("127.0.0.1", "localhost", "::1", "127.8.8.8"):
        Config(host=host)


def test_nothing_is_seen_before_the_login(site_with):
    """With a password, every page leads to the login and every JSON says 401, except health and the login's own files."""
    site = site_with(password=PASSWORD)
    for path in ("/", "/team", "/rubric", "/jobs/x", "/message/x/audio"):
        answer = site.client.get(path, headers={"accept": "text/html"}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    for path in ("/team.json", "/openapi.json", "/outcomes.json", "/jobs/x.json"):
        site.get(path, 401)
    site.get("/health")
    assert 'type="password"' in site.get("/login").text
    assert 'href="/team"' not in site.get("/login").text
    site.post("/jobs", 401, json=True, files={"file": ("a.wav", b"x")})


def test_login_and_logout(site_with):
    """The password opens the pages under a new session; after logging out the old cookie is worth nothing."""
    site = site_with(password=PASSWORD)
    before = site.token
    assert "password is wrong" in site.post("/login", 401, data={"password": "wrong wrong"}).text
    answer = site.post("/login", data={"password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie
    site.get("/team")
    assert site.token != before
    value = site.client.cookies["vmaudio_8000"]
    site.post("/logout")
    site.client.cookies.set("vmaudio_8000", value, domain="127.0.0.1")
    assert site.client.get("/team.json").status_code == 401


def test_the_cookie_is_secure_behind_https(site_with):
    """Over https the cookie is marked so that it never travels in the clear."""
    site = site_with()
    site.client.cookies.clear()
    assert "Secure" in site.client.get("https://127.0.0.1:8000/").headers["set-cookie"]
    site.client.cookies.clear()
    assert "Secure" not in site.client.get("/").headers["set-cookie"]


def test_passwords_cannot_be_tried_at_will(site_with):
    """After a few wrong passwords even the right one is refused for a while, with the time to wait."""
    site = site_with(password=PASSWORD)
    site.web.login_limit.most = 2
    for _ in range(2):
        site.post("/login", 401, data={"password": "wrong wrong"})
    answer = site.post("/login", 429, json=True, data={"password": PASSWORD})
    assert int(answer.headers["retry-after"]) > 0


def test_uploads_are_limited_by_address(site):
    """More uploads from one address than the limit are told to wait."""
    site.web.upload_limit.most = 1
    site.upload()
    assert "Too many uploads" in site.upload(fakes.voice(seed=2), status=429).json()["error"]


def test_a_program_sends_the_token(site_with):
    """With the server's token as Bearer a program may read and write without a session; a wrong one may nothing."""
    site = site_with(token="t" * 24)
    good, bad = {"authorization": f"Bearer {'t' * 24}"}, {"authorization": "Bearer wrong"}
    site.get("/team.json", 401)
    site.get("/team.json", 401, headers=bad)
    answer = site.get("/team.json", headers=good)
    assert "set-cookie" not in answer.headers
    made = site.client.post("/jobs", headers={**good, "accept": "application/json"}, files={"file": ("a.wav", fakes.voice())})
    assert made.status_code == 202
    assert (
        site.client.post("/jobs", headers={**bad, "accept": "application/json"}, files={"file": ("a.wav", b"x")}).status_code
        == 401
    )


def test_sessions_are_signed_and_end():
    """A changed, foreign, old or ended cookie is no session."""
    now = 1000.0
    sessions = Sessions(lambda: now)
    one = sessions.new(logged_in=True, name="Ann")
    value = sessions.write(one)
    assert sessions.read(value) == one
    body, _, signature = value.partition(".")
    for wrong in (None, "", ".", "x.y", value[:-2] + "xx", f"{body}A.{signature}", Sessions().write(one), "é.ü", body):
        assert sessions.read(wrong) is None
    now += LASTS_S + 1
    assert sessions.read(value) is None
    now -= LASTS_S
    sessions.end(one)
    assert sessions.read(value) is None
    assert not sessions.is_token(one, None)
    assert sessions.is_token(one, sessions.token(one))


def test_secrets_are_compared_whole():
    """Only the very password opens; nothing opens when there is none."""
    assert same("abc", "abc")
    assert not same("ab", "abc")
    assert not same("", "")
    assert not same(None, None)
    assert not same("abc", None)
    assert same("pässwörd", "pässwörd")


@pytest.mark.parametrize(
    ("given", "counted"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::6", "2001:db8:1:3::/64"),
        ("::ffff:8.8.8.8", "8.8.8.8"),
        ("8.8.8.8", "8.8.8.8"),
        ("::1", "::1"),
        ("fe80::7", "fe80::7"),
        ("unknown", "unknown"),
    ],
)
def test_who_has_one_address_of_a_site_has_all(given, counted):
    """A visitor with a network of IPv6 addresses has no more guesses than one with a single address."""
    assert counted_as(given) == counted


def test_limits_forget():
    """A limit counts each caller in its window, and forgets the oldest callers when there are too many."""
    now = 0.0
    limit = Limit("tries", 2, 10.0, lambda: now)
    limit.use("a")
    limit.use("a")
    limit.use("b")
    with pytest.raises(TooOften, match="10 seconds"):
        limit.use("a")
    now = 10.0
    limit.use("a")
    limit.use("a")
    with pytest.raises(TooOften):
        limit.use("a")
    for n in range(10_050):
        limit.use(str(n))
    assert len(limit._seen) <= 10_000
