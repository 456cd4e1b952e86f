"""The team's table, the message page, and what a coach does there."""

from __future__ import annotations

import dataclasses
import hashlib
import json

import pytest

from tests.makers import transcript
from tests.web import fakes, stock
from vmaudio.records import Flag, Message, Outcome, Tone
from vmaudio.store.label_rows import all_labels
from vmaudio.store.outcome_rows import put_outcomes
from vmaudio.training.adjudication import labelled_messages


def ids(answer) -> list[str]:
    return [row["message_id"] for row in answer.json()["rows"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("rep=Ann", {0, 3, 6, 9}),
        ("campaign=autumn", {1, 3, 5, 7, 9, 11}),
        ("since=2026-03-04&until=2026-03-06", {3, 4, 5}),
        ("text=lease+number3", {3}),
        ('text="number3+ends"', {3}),
        ("check=number_complete&verdict=pass", set(range(12))),
        ("check=number_complete", set()),
        ("rep=Nobody", set()),
        ("text=%25", set()),
    ],
)
def test_filters(calm, query, expected):
    """The page and its twin show the messages that match, and no other."""
    found = calm.get(f"/team.json?{query}").json()
    assert {row["message_id"] for row in found["rows"]} == {f"m{i}" for i in expected}
    assert found["total"] == len(expected)
    page = calm.get(f"/team?{query}").text
    assert page.count('<a class="nowrap" href="/message/') == len(expected)
    assert ("No message matches" in page) == (not expected)


def test_a_copy_says_of_which_message(team):
    """On its own page, with a link; the message that counts says nothing."""
    one = team.store.one("m1")
    team.store.save(dataclasses.replace(one, message=Message("/cp2/again.wav", "copy"), source="/cp2/again.wav"))
    assert 'This is a copy of <a href="/message/m1">Bo to Dana 1</a>' in team.get("/message/copy").text
    assert "This is a copy" not in team.get("/message/m1").text


def test_paging_and_sorting(calm):
    """Pages follow each other without gap or repeat; the address keeps filter and order; unknown orders are refused."""
    pages = [calm.get(f"/team.json?limit=5&page={n}&sort=rep").json() for n in (1, 2, 3)]
    rows = [row for page in pages for row in page["rows"]]
    assert [len(page["rows"]) for page in pages] == [5, 5, 2]
    assert [row["rep"] for row in rows] == sorted(row["rep"] for row in rows)
    assert len({row["message_id"] for row in rows}) == 12
    assert (pages[0]["pages"], pages[0]["reps"]) == (3, ["Ann", "Bo", "Cleo"])
    assert ids(calm.get("/team.json?sort=-sent_at"))[0] == "m11"
    assert "sort=points" in calm.get("/team?sort=-points&rep=Ann").text
    assert 'aria-sort="descending"' in calm.get("/team?sort=-points").text
    assert "cannot be sorted" in calm.get("/team.json?sort=secret", 400).json()["error"]
    calm.get("/team.json?page=0", 422)
    calm.get("/team.json?limit=100000", 422)
    assert "no date" in calm.get("/team?since=yesterday", 400).text


def test_many_messages_have_pages(site):
    """Past fifty messages there is a next page, and it names what it shows."""
    stock.fill(site.store, 53)
    first, second = site.get("/team?campaign=").text, site.get("/team?page=2").text
    assert "1 to 50 of 53" in first
    assert 'rel="next"' in first
    assert "51 to 53 of 53" in second


def test_copies_are_no_messages_of_the_team(site):
    """The same bytes under another name count once, and the page says so; with other people they are two sends."""
    whole = stock.fill(site.store, 3)
    message = dataclasses.replace(whole[0].message, message_id="again", source="calls/again.wav")
    site.store.save(dataclasses.replace(whole[0], message=message, file_name="again.wav"))
    found = site.get("/team.json").json()
    assert (found["total"], found["copies"], len(found["rows"])) == (3, 1, 3)
    assert "1 copy is left out" in site.get("/team").text
    site.store.save(dataclasses.replace(whole[0], message=dataclasses.replace(message, rep="Dov")))
    found = site.get("/team.json").json()
    assert (found["total"], found["copies"]) == (4, 0)
    assert "left out" not in site.get("/team").text


def test_an_empty_store_says_how_to_begin(site):
    """Without messages the page says what to do."""
    assert "vmaudio batch" in site.get("/team").text


def test_the_message_page(team):
    """A message shows score, words, parts, checks, tips, flags and outcome; its twin holds the same analysis."""
    put_outcomes(team.store, [Outcome("m4", callback=True)])
    page = team.get("/message/m4").text
    for part in ("Bo to Dana 4", "of 100 points", "What was said", "noisy line", "the line hisses", "called back", "<svg"):
        assert part in page
    assert "so it cannot be played" in page
    twin = team.get("/message/m4.json").json()
    assert twin["analysis"]["message"]["message_id"] == "m4"
    assert twin["outcome"]["callback"] is True
    assert twin["audio"] is None
    assert twin["clauses"][0] == "Hi"
    team.get("/message/nobody", 404)
    assert team.get("/message/nobody.json", 404).json()["status"] == 404


def test_a_stored_recording_is_heard(site, tmp_path):
    """When the recording is still where it was, the page has a player, and its sound comes in parts; ids may hold any sign."""
    path = tmp_path / "0.wav"
    path.write_bytes(fakes.voice())
    one = stock.made(0, tmp_path)
    message = dataclasses.replace(one.message, message_id="crm/2026 #7?")
    site.store.save(dataclasses.replace(one, message=message, recording_id=hashlib.sha256(fakes.voice()).hexdigest()))
    url = site.get("/team").text.split('<a class="nowrap" href="')[1].split('"')[0]
    page = site.get(url).text
    audio = page.split("<audio")[1].split('src="')[1].split('"')[0]
    part = site.get(audio, 206, headers={"range": "bytes=0-3"})
    assert part.content == b"RIFF"
    assert site.get(f"{url}.json").json()["audio"] == audio


def test_an_override_stands_beside_the_machines_verdict(team):
    """A coach's verdict is shown with reason and name; points and the machine's verdict stay; it can be taken back."""
    before = team.get("/message/m2.json").json()
    check = next(c for c in before["analysis"]["score"]["checks"] if c["verdict"] == "fail")
    given = {"check_id": check["id"], "verdict": "pass", "reason": "I hear it at the end", "author": "Coach Kim"}
    where = team.post("/message/m2/override", data=given).headers["location"]
    page = team.get(where).text
    assert "A person says" in page
    assert "I hear it at the end" in page
    assert 'value="Coach Kim"' in page, "the name is remembered for the next one"
    after = team.get("/message/m2.json").json()
    assert after["analysis"] == before["analysis"]
    assert after["overrides"][0]["verdict"] == "pass"
    assert ids(team.get("/team.json?overridden=1")) == ["m2"]
    team.post("/message/m2/override/delete", data={"check_id": check["id"]})
    assert team.get("/message/m2.json").json()["overrides"] == []
    assert team.store.override_history("m2")[-1].author == "Coach Kim"
    team.post("/message/m2/override/delete", 404, json=True, data={"check_id": check["id"]})


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"verdict": "maybe"}, 400),
        ({"reason": "  "}, 400),
        ({"author": " "}, 400),
        ({"check_id": "nope"}, 404),
        ({"reason": "x" * 2000}, 422),
    ],
)
def test_overrides_that_are_refused(calm, changes, status):
    """A verdict that is none, no reason, no name or an unknown check is refused with a sentence, and nothing is stored."""
    given = {"check_id": "caller_named", "verdict": "pass", "reason": "because", "author": "Kim", **changes}
    assert calm.post("/message/m2/override", status, json=True, data=given).json()["error"]
    assert calm.store.overrides() == []


def test_labels_feed_training(team):
    """Labels given in the page are those that `vmaudio labels` stores; empty ones are left out; others' are not shown."""
    clauses = team.get("/message/m2.json").json()["clauses"]
    part = ["greeting", "", *["other"] * (len(clauses) - 2)]
    team.post("/message/m2/labels", data={"annotator": "Kim", "approach": "pitch", "part": part})
    row = next(labelled_messages(team.store, "Kim"))
    assert row["approach"] == "pitch"
    assert [sentence["part"] for sentence in row["sentences"]] == [p or None for p in part], "and the whole text stays"
    page = team.get("/message/m2").text
    assert '<option value="pitch" selected>' in page
    team.post("/message/m2/labels", data={"annotator": "Lee", "approach": "offer"})
    page = team.get("/message/m2").text
    assert "Already labelled by Kim" in page
    assert '<option value="pitch" selected>' not in page
    found = team.get("/message/m2.json").json()["labels"]
    assert {(label["annotator"], label["kind"]) for label in found} >= {("Kim", "part"), ("Lee", "approach")}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"part": ["greeting"]}, "its clauses have changed"),
        ({"approach": "magic"}, "not an approach"),
        ({"part": ["magic"] * 9}, "not a part"),
        ({"annotator": " "}, "name is empty"),
    ],
)
def test_labels_that_are_refused(calm, fields, says):
    """Unknown labels, another number of clauses and no name are refused; nothing is stored."""
    answer = calm.post("/message/m2/labels", 400, json=True, data={"annotator": "Kim", **fields})
    assert says in answer.json()["error"]
    assert list(all_labels(calm.store)) == []


def test_deleting_a_message(team):
    """A deleted message is gone with all that is known of it; a file that lies elsewhere stays."""
    team.post("/message/m2/delete")
    team.get("/message/m2", 404)
    assert team.get("/team.json").json()["total"] == 11
    team.post("/message/m2/delete", 404)


@pytest.mark.parametrize(("tone", "shown"), [("all", True), ("self-check", False), ("off", False)])
def test_tone_reaches_team_pages_only_when_it_may(site_with, tone, shown):
    """Page and twin of a stored message hold no trace of tone unless the setting says all."""
    site = site_with(tone=tone)
    site.store.save(stock.made(2, tone=Tone({"lively": 0.5}, "warm", "tone/1")))
    assert ("How it sounds" in site.get("/message/m2").text) == shown
    twin = site.get("/message/m2.json").json()["analysis"]
    assert (twin["tone"] is not None) == shown
    assert ("tone_lively" in json.dumps(twin["features"])) == shown


@pytest.mark.parametrize("address", ["/team", "/team.json", "/report", "/report.json"])
def test_a_filter_that_is_not_there_is_named(calm, address):
    """A filter that was misspelt is no filter: nothing is shown, and the right name is offered. Pages and sorting are known."""
    assert "unknown filter: &#39;campain&#39;" in calm.get(f"{address}?campain=spring", 400).text.replace("'", "&#39;")
    assert "Did you mean campaign?" in calm.get(f"{address}?campain=spring&rep=Ann", 400).text
    calm.get(f"{address}?rep=Ann&{'sort=points&page=1' if 'team' in address else 'by=rep'}")


def test_an_empty_store_shows_no_filters(site_with):
    """There is nothing to filter; with a filter in the address there is a way to take it away. An admin finds the users."""
    site = site_with()
    for path in ("/team", "/report"):
        empty, asked = site.get(path).text, site.get(f"{path}?rep=Ann").text
        assert 'role="search"' not in empty
        assert "There are no messages yet" in empty
        assert 'role="search"' in asked
        assert "No message matches" in asked
        assert "There are no users: everybody who gets in sees everything." in empty


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("es", "not in English (es); whoever runs this server can analyse it again in that language; it gets no points"),
        ("und", "not in English; whoever runs this server can analyse it again in its language; it gets no points"),
    ],
)
def test_another_language_asks_for_no_option(site_with, language, says):
    """What a coach cannot type is not shown; for programs the stored words stay."""
    site = site_with()
    made = stock.made(2, transcript=dataclasses.replace(transcript("Hola"), language=language))
    why = f"{made.transcript.why_not_english}; it gets no points"
    site.store.save(dataclasses.replace(made, flags=(Flag("not_english", why),)))
    page = site.get("/message/m2").text
    assert says in page
    assert "--language" not in page
    assert "--language" in site.get("/message/m2.json").text
