"""The rubric's editor: faults by line, a preview that saves nothing, saving, conflicts, and scoring again."""

from __future__ import annotations

import time
from importlib import resources

import pytest

from vmaudio.errors import RubricError
from vmaudio.rubric.edit import default_rubric_text
from vmaudio.rubric.load import load_rubric
from vmaudio.store import CoachVerdict, put_coach_verdicts
from vmaudio.web.rubrics import Book

SHIPPED = default_rubric_text()


def heavier(text: str, check: str = "something_for_them", weight: str = "200") -> str:
    """The text with another weight of one check."""
    lines = text.splitlines()
    start = lines.index(f'id = "{check}"')
    at = next(i for i in range(start, len(lines)) if lines[i].startswith("weight"))
    return "\n".join([*lines[:at], f"weight = {weight}", *lines[at + 1 :]]) + "\n"


def test_the_active_rubric_is_shown(calm):
    """The page names the rubric and where a change would be saved; the twin holds every check."""
    page = calm.get("/rubric").text
    found = calm.get("/rubric.json").json()
    assert found["path"] is None
    assert found["saves_to"] == str(calm.web.config.folder / "rubric.toml")
    assert found["rubric_id"] in page
    assert found["saves_to"] in page
    assert len(found["checks"]) == len(load_rubric().criteria)
    assert found["text"] == SHIPPED


def test_the_preview_says_what_changes_and_saves_nothing(calm):
    """The last messages are scored by both rubrics: points, bands and the most changed; the store stays as it was."""
    before = {a.message.message_id: a.score for a in calm.store.analyses()}
    text = heavier(SHIPPED)
    found = calm.post("/rubric/preview", 200, json=True, data={"text": text}).json()
    assert found["messages"] == 12
    assert found["changed_points"] == 12
    assert found["changed_band"] == sum(m["band_before"] != m["band_after"] for m in found["moved"]) > 0
    assert sum(found["bands_before"].values()) == sum(found["bands_after"].values()) == 12
    assert sum(found["histogram_after"]) == 12
    assert found["median_after"] < found["median_before"]
    assert {a.message.message_id: a.score for a in calm.store.analyses()} == before
    assert not calm.web.book.target.exists()
    page = calm.post("/rubric/preview", 200, data={"text": text}).text
    assert f"{found['changed_band']} of 12 messages" in page
    same = calm.post("/rubric/preview", 200, json=True, data={"text": SHIPPED}).json()
    assert (same["changed_points"], same["moved"]) == (0, [])


def test_a_fault_is_shown_with_its_line(calm):
    """A fault is answered with its sentence, the line and those around it, and the text to mend."""
    text = heavier(SHIPPED, weight='"much"')
    line = next(i for i, t in enumerate(text.splitlines(), 1) if t == 'weight = "much"')
    assert (
        f"line {line}: weight must be a number"
        in calm.post("/rubric/preview", 422, json=True, data={"text": text}).json()["error"]
    )
    page = calm.post("/rubric/preview", 422, data={"text": text}).text
    assert f"line {line}" in page
    assert f"<span class=bad-line>{line:4d}  weight = &#34;much&#34;" in page
    assert "</textarea>" in page
    for broken in ("id = ", "[[check]]\n", "x" * 300_000):
        calm.post("/rubric/preview", 422, json=True, data={"text": broken})
    calm.post("/rubric/save", 422, json=True, data={"text": text, "based_on": load_rubric().rubric_id})
    assert not calm.web.book.target.exists()


def test_the_form_changes_values_inside_the_text(calm):
    """Weights, limits and tips typed into the form land in the text; its comments and everything else stay."""
    now = load_rubric().rubric_id
    fields = {"based_on": now, "weight:personal": "60", "by_s:reason_by_9s": "7.5", "tip:personal": 'Say "why them" \\ now'}
    page = calm.post("/rubric/preview-form", 200, data=fields).text
    assert "of 12 messages" in page
    calm.post("/rubric/preview-form", 409, data={**fields, "based_on": "other@1"})
    wrong = calm.post("/rubric/preview-form", 422, data={"based_on": now, "weight:personal": "much"}).text
    assert "must be a number" in wrong
    assert "Nothing was changed" in calm.post("/rubric/preview-form", 200, data={"based_on": now}).text


def test_saving_makes_the_users_own_rubric(team, site_with):
    """A saved rubric is active at once and after a restart; the shipped one is not touched, the last one is kept."""
    first, second = heavier(SHIPPED), heavier(SHIPPED, weight="30")
    based = load_rubric().rubric_id
    new = team.post("/rubric/save", 200, json=True, data={"text": first, "based_on": based}).json()["done"]
    assert team.get("/rubric.json").json()["rubric_id"] == new != based
    assert team.web.book.target.read_text("utf-8") == first
    assert default_rubric_text() == SHIPPED
    assert (
        "Somebody else has saved another"
        in team.post("/rubric/save", 409, json=True, data={"text": second, "based_on": based}).json()["error"]
    )
    team.post("/rubric/save", data={"text": second, "based_on": new})
    assert (team.web.book.target.parent / f"rubric.{new.rpartition('@')[2]}.toml").read_text("utf-8") == first
    job = team.checked()
    assert job["analysis"]["score"]["rubric_id"] == team.web.book.active.rubric.rubric_id
    assert site_with().get("/rubric.json").json()["text"] == second
    assert "Start from the default rubric" in team.get("/rubric").text
    assert "weight = 30" not in team.get("/rubric?start=shipped").text.split('<textarea class="toml"')[1]


def test_scoring_again_is_offered_and_done(team):
    """After a new rubric the page says how many messages were scored by another, and scores them when asked."""
    team.post("/rubric/save", data={"text": heavier(SHIPPED), "based_on": load_rubric().rubric_id})
    assert "12 stored messages were scored by another rubric" in team.get("/rubric?saved=1").text
    started = team.post("/rubric/rescore", 202, json=True).json()
    assert started["total"] == 12
    end = time.monotonic() + 60
    while (now := team.get("/rubric.json").json()["rescoring"])["state"] == "running" and time.monotonic() < end:
        time.sleep(0.02)
    assert (now["state"], now["done"]) == ("done", 12)
    active = team.web.book.active.rubric.rubric_id
    assert {a.score.rubric_id for a in team.store.analyses()} == {active}
    assert "were scored by another" not in team.get("/rubric").text


def test_a_rubric_that_was_given_is_the_one_that_is_edited(tmp_path):
    """With a rubric of the setting, edits go to that file; the one that ships is never the target."""
    own = tmp_path / "own.toml"
    own.write_text(heavier(SHIPPED), "utf-8")
    book = Book(str(own), tmp_path / "web")
    assert book.target == own
    assert book.active.path == own
    shipped = str(resources.files("vmaudio.rubric").joinpath("default.toml"))
    assert Book(shipped, tmp_path / "web").target == tmp_path / "web" / "rubric.toml"


def test_a_rubric_that_cannot_be_written(tmp_path, caplog):
    """A folder that cannot be written is a sentence with the cure, and the rubric stays the active one."""
    (tmp_path / "web").write_text("a file, no folder")
    book = Book("", tmp_path / "web" / "deep")
    before = book.active.rubric.rubric_id
    with pytest.raises(RubricError, match="cannot be saved") as found:
        book.save(heavier(SHIPPED), before)
    assert str(tmp_path) not in str(found.value)  # a coach reads it; whoever runs the server finds the file in the log
    assert str(book.target) in caplog.text
    assert book.active.rubric.rubric_id == before


def test_the_editor_shows_how_far_coaches_agree(team):
    """Where coaches have scored blind, each check has a line with their agreement; simulated coaches are called so."""
    assert "agreement on" not in team.get("/rubric").text
    verdicts = [
        CoachVerdict(a.message.message_id, check.id, coach, "pass" if (i + late) % 3 else "fail", simulated=True)
        for i, a in enumerate(team.store.analyses())
        for check in a.score.checks[:1]
        for late, coach in enumerate(("Ann", "Bob"))
    ]
    put_coach_verdicts(team.store, verdicts)
    page = team.get("/rubric").text
    assert "Simulated coaches: agreement on 12 messages: 2 coaches among themselves" in page
    assert page.count("agreement on 12 messages") == 1
