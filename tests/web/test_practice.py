"""Practice: takes with a script, drills from the own misses, attempts that nobody else sees."""

from __future__ import annotations

import dataclasses

import pytest
from fastapi.testclient import TestClient

from tests.web import fakes, stock
from tests.web.conftest import BASE, PASSWORD, Person, Site, log_in
from vmaudio.store import add_user, save_clip
from vmaudio.web.pages import practice
from vmaudio.web.worker import Inline

SCRIPT = "Hi {name}, your lease on Main Street ends in May. This is [Rep] with {company}. Call me at {number}. Goodbye."


@pytest.fixture
def sounding(site_with):
    """An app whose recogniser knows the words."""
    return site_with(Inline(fakes.analyzer))


def tried(site: Site, drill: str = "number", **more) -> dict:
    """Make an attempt and wait for it."""
    answer = site.post(
        f"/practice/drills/{drill}", 202, json=True, files={"file": ("take.wav", fakes.voice(), "audio/wav")}, **more
    )
    return site.wait(answer.json()["id"])


def other_browser(site: Site) -> Site:
    """Another browser in front of the same app."""
    return Site(TestClient(site.client.app, base_url=BASE, client=("127.0.0.1", 50001)), site.web)


def test_a_take_is_held_against_its_script(sounding):
    """The scorecard says what was said of the script; the next take, and the page with the script on screen, keep it."""
    job = sounding.checked(script=SCRIPT, rep="Tom Becker")
    assert job["script"]["share"] > 0.8
    assert [word["heard"] for word in job["script"]["words"] if word["slot"] == "rep"] == ["Tom Becker"]
    page = sounding.get(job["url"]).text
    assert "The script" in page
    assert 'name="script" value="Hi {name}' in page
    again = sounding.get(f"/practice?previous={job['id']}").text
    assert f'name="previous" value="{job["id"]}"' in again
    assert "Hi {name}, your lease" in again
    assert sounding.checked()["script"] is None


def test_a_kept_take_keeps_its_script(sounding):
    """The message's page shows it too, and its JSON."""
    job = sounding.checked(script=SCRIPT)
    kept = sounding.post(f"/jobs/{job['id']}/keep", 200, json=True, data={"rep": "Tom"}).json()["done"]
    assert "The script" in sounding.get(f"/message/{kept}").text
    assert sounding.get(f"/message/{kept}.json").json()["script"] == job["script"]


def test_a_script_that_cannot_be_compared_is_refused(site):
    """Before anything is analysed, with the reason."""
    assert "no words" in site.upload(status=400, script="[pause]").json()["error"]
    assert "at most" in site.upload(status=400, script="a b " * 500).json()["error"]


def test_drills_are_made_from_the_own_misses(team):
    """Once the browser has signed as Ann, hers come first, and her words are said."""
    assert not any(one["missed"] for one in team.get("/practice.json").json()["drills"])
    team.checked(rep="Ann")
    found = team.get("/practice.json").json()
    assert found["rep"] == "Ann"
    first, *_, last = found["drills"]
    assert first["missed"] > 0 == last["missed"]
    assert any(one["own"] for one in found["drills"])
    page = team.get("/practice").text
    assert "Made from your own last messages" in page
    assert f"missed in {first['missed']} of {first['judged']}" in page


def test_an_attempt_is_judged_by_its_drill_alone(sounding):
    """Its page says whether the target was met, and the whole scorecard is one click away."""
    job = tried(sounding, "names")
    assert job["drill"] == {"id": "names", "passed": True, "evidence": job["drill"]["evidence"]}
    answer = sounding.get(job["url"], 303, follow_redirects=False)
    assert answer.headers["location"] == f"/practice/drills/names?job={job['id']}"
    page = sounding.get(answer.headers["location"]).text
    assert "Target met" in page
    assert "Say your name" in page
    assert "Say the complete number" not in page
    assert "of 100 points" in sounding.get(f"{job['url']}?whole=true").text
    sounding.get("/practice/drills/juggling", 404)
    sounding.post("/practice/drills/juggling", 404, json=True, files={"file": ("a.wav", b"x", "audio/wav")})


def test_what_cannot_be_decoded_is_no_attempt(sounding):
    """The drill's page says why, and nothing is noted."""
    answer = sounding.post("/practice/drills/pace", 202, json=True, files={"file": ("a.wav", b"%PDF-1.7", "audio/wav")})
    job = sounding.wait(answer.json()["id"])
    assert job["state"] == "failed"
    assert "PDF" in sounding.get(job["url"]).text
    assert sounding.get("/practice/drills/pace.json").json()["attempts"] == []


def test_attempts_are_the_own_browsers_alone(sounding):
    """Another browser sees none, under the same name too; the own one does, and can delete them."""
    sounding.checked(rep="Ann")
    assert sounding.client.cookies.get("vmaudio_8000_practice") is None
    tried(sounding)
    tried(sounding)
    own = sounding.get("/practice/drills/number.json").json()["attempts"]
    assert len(own) == 2
    assert own[0]["passed"] is False
    other = other_browser(sounding)
    other.checked(rep="Ann")
    assert other.get("/practice/drills/number.json").json()["attempts"] == []
    assert "2 attempts" in sounding.get("/practice").text
    assert "2 attempts" not in other.get("/practice").text
    for path in ("/report.json", "/team.json"):
        assert "pause before the number" not in sounding.get(path).text
    other.post("/practice/delete", 200, json=True)
    assert len(sounding.get("/practice/drills/number.json").json()["attempts"]) == 2
    sounding.post("/practice/delete", 200, json=True)
    assert sounding.get("/practice/drills/number.json").json()["attempts"] == []


def test_a_user_finds_them_in_every_browser(sounding):
    """With users an attempt is the user's: its page opens after the upload, in every browser, and for nobody else."""
    for name in ("Kim", "Lee"):
        add_user(sounding.store, name, "rep", rep=f"{name} Ito", password=PASSWORD)
    kim, also_kim, lee = (Person(log_in(sounding.client.app, name), sounding.web) for name in ("Kim", "Kim", "Lee"))
    made = tried(kim)
    kim.get(made["url"])
    also_kim.get(f"/practice/drills/number?job={made['id']}")
    lee.get(f"/jobs/{made['id']}.json", 404)
    assert [len(one.get("/practice/drills/number.json").json()["attempts"]) for one in (kim, also_kim, lee)] == [1, 1, 0]


def test_only_released_passages_of_better_messages_are_read_instead(team):
    """Nothing without a library; with one, its passage for a check that the message passes, and no other."""
    assert "Read this instead" not in team.get("/practice/drills/names").text
    worse = stock.made(2)
    checks = tuple(dataclasses.replace(one, verdict="fail") if one.id == "callee_named" else one for one in worse.score.checks)
    team.store.save(dataclasses.replace(worse, score=dataclasses.replace(worse.score, checks=checks)))
    for message, comment, released in (("m4", "listen to the pause", True), ("m2", "no", True), ("m1", "kept back", False)):
        save_clip(team.store, message, (0.0, 1.4), by="Ann", comment=comment, check="callee_named", released=released)
    page = team.get("/practice/drills/names").text
    assert "Hi Dana" in page
    assert "listen to the pause" in page
    assert "kept back" not in page
    assert team.get("/practice/drills/names.json").json()["read_instead"] == ["Hi Dana,"]
    assert team.get("/practice/drills/number.json").json()["read_instead"] == []
    assert "Read this instead" not in team.get("/message/m4").text  # which passes it
    assert "Read this instead" in team.get("/message/m2").text  # where it is among the first things to change


def test_the_gauges_show_the_limits_of_the_rubric(site):
    """Pace, noise and clipping come from the rubric in force, else from the one that ships."""
    rubric = site.web.book.active.rubric
    assert practice.pace_of(rubric) == {"low_wpm": 115.0, "high_wpm": 195.0, "snr_db": 12.0, "clipped_share": 0.005}
    mine = tuple(
        dataclasses.replace(one, options={**one.options, "high_wpm": 170.0})
        for one in rubric.criteria
        if one.test == "pace_under"
    )
    assert practice.pace_of(dataclasses.replace(rubric, criteria=mine))["high_wpm"] == 170.0
    assert practice.pace_of(dataclasses.replace(rubric, criteria=mine))["low_wpm"] == 115.0
    assert 'data-low="115" data-high="195"' in site.get("/practice").text
