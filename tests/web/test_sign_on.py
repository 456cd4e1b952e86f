"""The single sign-on, against a provider on loopback."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

pytest.importorskip("authlib", reason="authlib is not installed: pip install 'vmaudio[oidc]'")

from tests.web.conftest import BASE, PASSWORD, Site
from tests.web.provider import CLIENT, SECRET, Provider, provider
from tests.web.test_accounts import stranger
from tests.web.test_audit import entries
from vmaudio.errors import SettingError
from vmaudio.store import add_user, all_users, change_user, remove_user
from vmaudio.web.config import Config, SignOnConfig
from vmaudio.web.sign_on import WAITS_S, SignOn


@pytest.fixture(scope="module")
def company():
    with provider() as running:
        yield running


@pytest.fixture
def signed_on(site_with, company):
    """An app with a user whom the provider knows, and how it is started otherwise."""

    def start(role: str = "", **more: str) -> Site:
        company.claims = {"email": "Ann@X.example", "name": "Ann Ruiz"}
        site = site_with(oidc=SignOnConfig(company.issuer, CLIENT, more.get("secret", SECRET), role))
        add_user(site.store, "Ada", "admin", password=PASSWORD)
        add_user(site.store, "Ann", "rep", rep="Ann", email="ann@x.example")
        return site

    return start


def at_provider(address: str) -> str:
    """What a browser does at the provider, where the person is logged in: it is sent back. Gives the address."""
    answer = httpx2.get(address, follow_redirects=False, timeout=10, trust_env=False)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


def begin(site: Site) -> tuple[Site, str]:
    """A browser that has been to the provider, and the address that it is sent back to."""
    browser = stranger(site)
    assert 'href="/login/oidc"' in browser.get("/login").text
    answer = browser.client.get("/login/oidc", follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/login/oidc"))
    return browser, at_provider(answer.headers["location"])


def test_a_person_whom_the_provider_knows_is_logged_in(signed_on, company):
    """As the user with this address, in any case; PKCE, state and nonce are sent, and checked by the provider."""
    site = signed_on()
    done = company.verified
    browser, back = begin(site)
    assert urlsplit(back).path == "/login/oidc/callback"
    answer = browser.get(back.removeprefix(BASE))
    assert 'http-equiv="refresh"' in answer.text  # a redirection would not carry the session's cookie
    assert company.verified == done + 1
    assert browser.get("/mine.json").json()["total"] == 0
    browser.get("/team", 403)
    assert entries(site) == [("Ann", "logged in", "", None)]
    change_user(site.store, "Ann", disabled=True)
    browser.get("/mine.json", 401)


LIES = (
        ({"email": "eve@x.example"}, "no user with your e-mail"), ({"email_verified": False}, "confirms no e-mail"),
        ({"email_verified": "true"}, "confirms no e-mail"),
        ({"aud": "another"}, "did not work"), ({"iss": "https://evil.example"}, "did not work"),
        ({"nonce": "another"}, "did not work"), ({"exp": 1000}, "did not work"),
        ({"aud": ["another", CLIENT, "x"]}, "did not work"),
)  # fmt: skip


def test_what_is_not_taken(signed_on, company):
    """Unknown people, unconfirmed addresses, and tokens that are not for this server or this visit."""
    site = signed_on()
    honest = dict(company.claims)
    for claims, said in LIES:
        company.claims = {**honest, **claims}
        browser, back = begin(site)
        assert said in browser.get(back.removeprefix(BASE), 403).text, claims
        browser.get("/mine.json", 401)
    assert entries(site) == [("(single sign-on)", "login failed", "", None)] * len(LIES)
    assert len(all_users(site.store)) == 2


def test_a_visit_belongs_to_one_browser_and_is_taken_once(signed_on):
    """Neither somebody else's address to come back to, nor an old one, nor another state logs anybody in."""
    site = signed_on()
    browser, back = begin(site)
    path = back.removeprefix(BASE)
    assert "another browser" in stranger(site).get(path, 403).text
    state = parse_qs(urlsplit(back).query)["state"][0]
    other, _ = begin(site)
    assert "did not work" in other.get(path, 403).text
    browser.get(path.replace(state, "x" * 30), 403)
    browser.get(path, 403)
    for query in ("", "?error=access_denied", "?code=x&state=y"):
        stranger(site).get(f"/login/oidc/callback{query}", 403)


def test_a_wrong_key(signed_on, company: Provider):
    """A token that somebody else has signed."""
    from joserfc.jwk import RSAKey

    site = signed_on()
    honest, company.signing = company.signing, RSAKey.generate_key(2048)
    browser, back = begin(site)
    browser.get(back.removeprefix(BASE), 403)
    company.signing = honest
    browser.get("/mine.json", 401)


def test_a_wrong_secret(signed_on):
    """A server that the provider does not know gets no token."""
    browser, back = begin(signed_on(secret="wrong"))
    browser.get(back.removeprefix(BASE), 403)
    browser.get("/mine.json", 401)


def test_nobody_is_added_unless_a_setting_says_so(signed_on, company):
    """Then with that role, and with nobody's messages: a name at a provider is easily changed."""
    site = signed_on(role="rep")
    company.claims = {"email": "new@x.example", "name": "Ann"}
    browser, back = begin(site)
    browser.get(back.removeprefix(BASE))
    made = {user.name: user for user in all_users(site.store)}["new@x.example"]
    assert (made.role, made.rep, made.has_password) == ("rep", "", False)
    browser.get("/mine.json", 404)
    for user in all_users(site.store):
        remove_user(site.store, user.name)
    company.claims = {"email": "other@x.example"}
    answer = site.client.get("/login/oidc", follow_redirects=False)
    site.get(at_provider(answer.headers["location"]).removeprefix(BASE), 403)  # the first user is an admin, made by an admin
    assert all_users(site.store) == []


def test_a_provider_that_is_not_there(site_with):
    """One sentence, and passwords go on working."""
    site = site_with(oidc=SignOnConfig("http://127.0.0.1:9", CLIENT, SECRET))
    add_user(site.store, "Ada", "admin", password=PASSWORD)
    assert "did not work" in stranger(site).get("/login/oidc", 502).text


def test_without_a_provider_there_is_no_page(staffed):
    """And no button."""
    assert "/login/oidc" not in stranger(staffed).get("/login").text
    stranger(staffed).get("/login/oidc", 404)
    stranger(staffed).get("/login/oidc/callback", 404)


def test_settings(monkeypatch):
    """Issuer, id and secret; one alone is a sentence, and an issuer is https."""
    assert Config.from_settings().oidc is None
    monkeypatch.setenv("VMAUDIO_OIDC_ISSUER", "https://id.example")
    with pytest.raises(SettingError, match="CLIENT_SECRET"):
        Config.from_settings()
    monkeypatch.setenv("VMAUDIO_OIDC_CLIENT_ID", "us")
    monkeypatch.setenv("VMAUDIO_OIDC_CLIENT_SECRET", "hush hush")
    found = Config.from_settings().oidc
    assert (found.client_id, found.role) == ("us", "")
    assert "hush" not in repr(found)
    for wrong in ("http://id.example", "id.example"):
        with pytest.raises(SettingError, match="https"):
            SignOnConfig(wrong, "us", "hush")


def test_a_visit_ends(company):
    """After ten minutes it has to be begun again; not more than a thousand wait."""
    import asyncio

    from starlette.requests import Request

    now = 0.0
    sign_on = SignOn(SignOnConfig(company.issuer, CLIENT, SECRET), lambda: now)

    def request(query: str = "") -> Request:
        return Request({"type": "http", "method": "GET", "headers": [], "query_string": query.encode(), "path": "/"})

    answer, key = asyncio.run(sign_on.begin(request(), f"{BASE}/login/oidc/callback"))
    back = urlsplit(at_provider(answer.headers["location"]))
    now = WAITS_S + 1
    with pytest.raises(SettingError, match="too long"):
        asyncio.run(sign_on.finish(request(back.query), key))
