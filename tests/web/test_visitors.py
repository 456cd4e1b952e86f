"""Who is who: guesses are counted, takes are their uploader's, a full queue says so first, links with a token."""

import os
from types import SimpleNamespace

from tests.web import fakes
from vmaudio.cli.serve import others_use_this_machine

PASSWORD = "correct horse battery"
TOKEN = "t" * 24


def test_wrong_tokens_are_counted_as_wrong_passwords_are(site_with):
    """After a few wrong ones even the right one waits, whatever a header says of where one comes from."""
    site = site_with(token=TOKEN)
    site.web.login_limit.most = 3
    for i in range(3):
        site.get("/team.json", 401, headers={"authorization": f"Bearer wrong{i}", "x-forwarded-for": f"10.0.0.{i}"})
    answer = site.get("/team.json", 429, headers={"authorization": f"Bearer {TOKEN}", "x-forwarded-for": "10.9.9.9"})
    assert int(answer.headers["retry-after"]) > 0
    assert site.client.post("/login", data={"password": TOKEN}, headers={"x-csrf-token": "x"}).status_code in (403, 429)


def test_a_browser_that_has_logged_in_is_not_locked_out_by_others(site_with):
    """Behind one tunnel everybody has one address: a guesser uses it up for strangers, not for those who are known."""
    site = site_with(password=PASSWORD)
    site.web.login_limit.most = 2
    answer = site.post("/login", data={"password": PASSWORD})
    known = [value for value in answer.headers.get_list("set-cookie") if value.startswith("vmaudio_8000_known=")]
    assert len(known) == 1
    assert all(part in known[0] for part in ("HttpOnly", "SameSite=strict", "Path=/login"))
    site.post("/logout")
    mine = dict(site.client.cookies)
    site.client.cookies.clear()
    for _ in range(2):
        site.post("/login", 401, data={"password": "guess guess"})
    site.post("/login", 429, data={"password": PASSWORD})
    site.client.cookies.clear()
    site.client.cookies.set("vmaudio_8000_known", mine["vmaudio_8000_known"], domain="127.0.0.1", path="/login")
    site.post("/login", 401, data={"password": "a slip"})
    site.post("/login", data={"password": PASSWORD})
    forged = mine["vmaudio_8000_known"][:-3] + "xxx"
    site.client.cookies.clear()
    site.client.cookies.set("vmaudio_8000_known", forged, domain="127.0.0.1", path="/login")
    site.post("/login", 429, data={"password": PASSWORD})


def test_a_link_with_the_token_logs_in(site_with):
    """What `serve --token` prints can be opened as it is; a wrong one asks, and counts."""
    site = site_with(token=TOKEN)
    site.web.login_limit.most = 1
    site.get("/team.json", 401)
    answer = site.client.get("/login", params={"token": TOKEN}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    site.get("/team.json")
    site.client.cookies.clear()
    assert "The token is wrong." in site.get("/login", 401, params={"token": "wrong"}).text
    site.get("/login", 429, params={"token": TOKEN})


def test_the_password_does_not_go_into_a_link(site_with):
    """Only the token of a run is taken from an address, which histories keep."""
    site = site_with(password=PASSWORD, token=TOKEN)
    site.get("/login", 401, params={"token": PASSWORD})


def test_a_take_is_its_uploaders_until_it_is_kept(site_with):
    """Another browser does not see it, play it, delete it or compare with it, though it knows the address."""
    site = site_with(token=TOKEN)
    site.client.get("/login", params={"token": TOKEN})
    job = site.checked()
    addresses = [f"/jobs/{job['id']}", f"/jobs/{job['id']}.json", f"/jobs/{job['id']}/audio"]
    for address in addresses:
        site.get(address)
    mine = dict(site.client.cookies)
    site.client.cookies.clear()
    site.client.get("/login", params={"token": TOKEN})
    for address in addresses:
        site.get(address, 404)
    for action in ("delete", "keep"):
        site.post(f"/jobs/{job['id']}/{action}", 404, data={"rep": "Tom"})
    later = site.checked(fakes.voice(seed=3), previous=job["id"])
    assert later["comparison"] is None
    program = {"authorization": f"Bearer {TOKEN}"}
    site.get(addresses[1], headers=program)
    site.client.cookies.clear()
    for name, value in mine.items():
        site.client.cookies.set(name, value, domain="127.0.0.1")
    site.post(f"/jobs/{job['id']}/keep", data={"rep": "Tom"})
    site.client.cookies.clear()
    site.client.get("/login", params={"token": TOKEN})
    site.get(addresses[1])


def test_a_full_queue_says_so_before_the_recording_is_sent(site):
    """Not one byte of the body is asked for."""
    site.web.jobs.limit = 0
    read = []

    def body():
        read.append(1)
        yield b"x" * 1000

    headers = {"x-csrf-token": site.token, "accept": "application/json", "content-type": "multipart/form-data; boundary=b"}
    answer = site.client.post("/jobs", content=body(), headers=headers)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert "Nothing was uploaded" in answer.json()["error"]


def test_other_people_on_this_machine(tmp_path):
    """A process of another person's account counts; the system's own accounts do not."""

    class Processes:
        def __init__(self, *owners):
            self.owners = owners

        def glob(self, _pattern):
            return [SimpleNamespace(stat=lambda owner=owner: SimpleNamespace(st_uid=owner)) for owner in self.owners]

    me = os.getuid()
    assert not others_use_this_machine(Processes(0, 33, 65534, me))
    assert others_use_this_machine(Processes(0, 1000 if me != 1000 else 1001))
    assert not others_use_this_machine(tmp_path)
