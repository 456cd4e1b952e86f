"""The library: clips and stars, who sees them, their sound, examples and playlists."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import pytest

from tests.web import fakes, stock
from tests.web.conftest import Site
from vmaudio.records import Message
from vmaudio.store import clips_of
from vmaudio.web import library
from vmaudio.web.viewers import Viewer, viewer_of

CHECK = stock.RUBRIC.criteria[0].id


@pytest.fixture
def heard(team: Site, tmp_path: Path) -> Site:
    """The dozen messages, and one whose recording is there."""
    (tmp_path / "one.wav").write_bytes(fakes.voice(3))
    made = fakes.analyzer().analyze(Message(str(tmp_path / "one.wav"), "m-heard", rep="Ann", prospect_name="Dana"))
    team.store.save(team.web.score_now(made))
    return team


def keep(site: Site, message_id: str = "m-heard", **data: object) -> int:
    found = site.post("/library/clips", 201, json=True, data={"message_id": message_id, "author": "Kim", **data}).json()
    assert found["url"] == f"/library/{found['id']}"
    return int(found["id"])


def test_a_clip_from_the_message_to_the_team(heard: Site) -> None:
    """Cut with a comment and a check, changed, shared, taken back and deleted; each page and twin says so."""
    made = keep(heard, start_s="0:01", end_s="2.5", comment="<b>so</b>", check=CHECK)
    found = heard.get(f"/library/{made}.json").json()
    assert (found["start_s"], found["end_s"], found["check"], found["by"], found["released"]) == (1, 2.5, CHECK, "Kim", False)
    assert (found["title"], found["audio"]) == ("Ann to Dana", f"/library/{made}/audio")
    assert found["words"]
    text = heard.get(f"/library/{made}").text
    assert "&lt;b&gt;so&lt;/b&gt;" in text
    assert "coaches only" in text
    assert f"/library/{made}" in heard.get("/message/m-heard").text
    answer = heard.post(f"/library/{made}/release", data={"released": "true", "back": "https://evil.example/"})
    assert answer.headers["location"] == f"/library/{made}"
    heard.post(f"/library/{made}/change", 200, json=True, data={"comment": "slow", "check": "", "start_s": "2", "end_s": "3"})
    found = heard.get("/library.json").json()["clips"][0]
    assert (found["comment"], found["check"], found["start_s"], found["released"]) == ("slow", None, 2, True)
    assert heard.store.released()[0].id == made
    heard.post(f"/library/{made}/delete")
    heard.get(f"/library/{made}", 404)
    heard.post(f"/library/{made}/delete", 404)


def test_what_cannot_be_kept(heard: Site) -> None:
    """Seconds that are none or lie outside, unknown messages and checks; nothing is kept. No form works without its token."""
    seconds = ({"start_s": "x", "end_s": "2"}, {"start_s": "1", "end_s": "900"}, {"start_s": "1"})
    for wrong in (*seconds, {"whole": "1", "check": "no"}):
        heard.post("/library/clips", 400, json=True, data={"message_id": "m-heard", **wrong})
    heard.post("/library/clips", 404, json=True, data={"message_id": "nobody", "whole": "1"})
    assert heard.client.post("/library/clips", data={"message_id": "m-heard", "whole": "1"}).status_code == 403
    assert clips_of(heard.store) == []


def test_the_sound_is_cut_on_the_server(heard: Site, tmp_path: Path) -> None:
    """Exactly the seconds of the clip, in parts if asked; gone with the recording, and refused when that was replaced."""
    made, star = keep(heard, start_s="1", end_s="2.5"), keep(heard, whole="1")
    sound = heard.get(f"/library/{made}/audio")
    of_all = io.BytesIO(heard.get("/message/m-heard/audio").content)
    with wave.open(io.BytesIO(sound.content)) as file, wave.open(of_all) as whole:
        assert file.getnframes() == 1.5 * file.getframerate()
        whole.setpos(file.getframerate())
        assert file.readframes(24000) == whole.readframes(24000)
    assert heard.get(f"/library/{made}/audio", 206, headers={"range": "bytes=0-99"}).content == sound.content[:100]
    assert heard.get(f"/library/{star}/audio").content == heard.get("/message/m-heard/audio").content
    (tmp_path / "one.wav").write_bytes(fakes.voice(4))
    heard.web.copies.forget(heard.store.one("m-heard").recording_id)
    heard.get(f"/library/{made}/audio", 404)
    (tmp_path / "one.wav").unlink()
    text = heard.get(f"/library/{made}").text
    assert "The recording was moved or deleted, so this cannot be played." in text
    assert "<audio" not in text
    assert heard.get(f"/library/{star}.json").json()["audio"] is None


def test_a_clip_of_another_recording_says_nothing(heard: Site, tmp_path: Path) -> None:
    """A message that is stored again with another recording keeps its clip, which is neither played nor put into words."""
    made = keep(heard, start_s="1", end_s="2.5")
    (tmp_path / "two.wav").write_bytes(fakes.voice(5))
    again = fakes.analyzer().analyze(Message(str(tmp_path / "two.wav"), "m-heard", rep="Ann", prospect_name="Dana"))
    heard.store.save(heard.web.score_now(again))
    found = heard.get(f"/library/{made}.json").json()
    assert (found["audio"], found["words"]) == (None, "")
    heard.get(f"/library/{made}/audio", 404)
    assert "replaced" in heard.get(f"/library/{made}").text


def test_a_rep_sees_only_what_is_shared(heard: Site) -> None:
    """Neither unreleased clips nor private playlists, no forms, no suggestions; of a shared list only the shared clips."""
    shared, private = (keep(heard, start_s=str(i), end_s="3", check=CHECK) for i in (1, 2))
    heard.post(f"/library/{shared}/release", data={"released": "true"})
    for name in ("mine", "all"):
        heard.post("/library/playlists", data={"name": name, "clip_id": str(private)})
    heard.post("/library/playlists/2/place", data={"clip_id": str(shared)})
    heard.post("/library/playlists/2/change", data={"name": "all", "released": "true"})
    heard.get(f"/library/{private}")
    assert len(heard.get("/library.json").json()["playlists"]) == 2
    heard.client.app.dependency_overrides[viewer_of] = lambda: Viewer("ann", "rep", "Ann")
    found = heard.get("/library.json").json()
    assert [one["id"] for one in found["clips"]] == [shared]
    assert [(held["name"], [one["id"] for one in held["clips"]]) for held in found["playlists"]] == [("all", [shared])]
    assert found["suggestions"] == {}
    for address in (f"/library/{private}", f"/library/{private}.json", f"/library/{private}/audio", "/library/playlists/1"):
        heard.get(address, 404)
    for address in ("/library", f"/library/{shared}", "/library/playlists/2"):
        text = heard.get(address).text
        assert 'action="/library' not in text
        assert "coaches only" not in text
    assert 'id="library"' not in heard.get("/message/m-heard").text


def test_suggestions_pass_the_check_and_are_no_copies(team: Site) -> None:
    """The surest of those with the most points; what a person judged otherwise is none, and what was kept is not shown."""
    found = team.get("/library.json").json()["suggestions"]
    assert found
    for check, some in found.items():
        assert 1 <= len(some) <= 2
        for one in some:
            checks = {c["id"]: c for c in team.get(f"/message/{one['message_id']}.json").json()["analysis"]["score"]["checks"]}
            assert checks[check]["verdict"] == "pass"
    check, first = next((check, some[0]["message_id"]) for check, some in found.items())
    team.store.save_override(first, check, "fail", "no", "Kim")
    assert first not in [one["message_id"] for one in team.get("/library.json").json()["suggestions"].get(check, [])]
    assert "Checks without an example" in team.get("/library").text


def test_a_playlist_has_an_order_and_plays_what_is_there(heard: Site) -> None:
    """Made with a clip, filled, sorted, renamed, emptied and deleted."""
    one, two = keep(heard, start_s="1", end_s="2"), keep(heard, "m1", whole="1", comment="second")
    heard.post("/library/playlists", 201, json=True, data={"name": " Openers ", "clip_id": str(one)})
    heard.post("/library/playlists/1/place", data={"clip_id": str(two)})
    heard.post("/library/playlists/1/place", data={"clip_id": str(two), "move": "-1"})
    found = heard.get("/library/playlists/1.json").json()
    assert (found["name"], [clip["id"] for clip in found["clips"]]) == ("Openers", [two, one])
    text = heard.get("/library/playlists/1").text
    assert text.count("<audio") == 1
    assert "moved or deleted" in text
    heard.post("/library/playlists/1/remove", data={"clip_id": str(two)})
    heard.post("/library/playlists/1/change", data={"name": "Best", "released": "1"})
    found = heard.get("/library/playlists/1.json").json()
    assert (found["name"], found["released"], [clip["id"] for clip in found["clips"]]) == ("Best", True, [one])
    heard.post("/library/playlists/1/place", 404, data={"clip_id": "99"})
    heard.post("/library/playlists", 400, json=True, data={"name": " "})
    heard.post("/library/playlists/1/delete")
    heard.get("/library/playlists/1", 404)


def test_a_star_from_what_to_coach(heard: Site) -> None:
    """The list of things to coach leads back to where it was."""
    answer = heard.post("/library/clips", data={"message_id": "m1", "whole": "true", "back": "/report?rep=Ann#coach"})
    assert answer.headers["location"] == "/report?rep=Ann#coach"
    assert stock.REPS[1] in heard.get("/library").text


def test_a_clip_of_a_miss_is_no_example(heard: Site) -> None:
    """What to coach leads to clips of what was missed: the library has them apart, until a person says that it was none."""
    found = heard.store.one("m-heard")
    missed = next(check.id for check in found.score.checks if check.verdict == "fail")
    made = keep(heard, whole="true", check=missed, released="true")
    text = heard.get("/library").text
    assert text.index(f"/library/{made}") > text.index("What was missed")
    heard.store.save_override("m-heard", missed, "pass", "it is there", "Kim")
    text = heard.get("/library").text
    assert "What was missed" not in text
    assert f"/library/{made}" in text


def test_a_star_says_so_and_shows_a_check_of_its_own(heard: Site) -> None:
    """A message that is the best example of two checks is kept for both; starred again for one, it changes that star only."""
    first, second = (keep(heard, "m1", whole="1", check=check) for check in ("caller_named", "company_named"))
    assert first != second
    assert keep(heard, "m1", whole="1", check="caller_named", released="1") == first
    kept = {one["id"]: (one["check"], one["released"]) for one in heard.get("/library.json").json()["clips"]}
    assert kept == {first: ("caller_named", True), second: ("company_named", False)}
    assert library.starred(heard.web, Viewer()) == {("m1", "caller_named"): first, ("m1", "company_named"): second}
    assert library.starred(heard.web, Viewer("Ben", "rep", "Ben")) == {("m1", "caller_named"): first}
