"""The team's report in the app: every number leads to its messages; notes, a rep's page, the file, and what takes long."""

import json
import re
from html import unescape
from urllib.parse import quote

import pytest

from tests.report.makers import team as makers_team
from vmaudio.report.data import RepeatRow
from vmaudio.store import Search, all_coach_notes, put_outcomes
from vmaudio.web.rendering import environment
from vmaudio.web.searching import Asked


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """An app with a team's messages, for tests that look."""
    import dataclasses

    from fastapi.testclient import TestClient

    from tests.web import fakes
    from tests.web.conftest import BASE, Site
    from vmaudio.store import open_store
    from vmaudio.web.app import create_app
    from vmaudio.web.config import Config
    from vmaudio.web.worker import Inline

    folder = tmp_path_factory.mktemp("reported")
    store = open_store(str(folder / "web.sqlite"))
    made, outcomes = makers_team(60, seed=5)
    for i, one in enumerate(made):
        store.save(dataclasses.replace(one, recording_id=f"{i:064d}"))
    put_outcomes(store, outcomes.values())
    store.close()
    app = create_app(Config(db=str(folder / "web.sqlite"), folder=folder / "web"), engine=Inline(fakes.Quick))
    with TestClient(app, base_url=BASE, client=("127.0.0.1", 50000)) as client:
        yield Site(client, app.state.web)


def test_every_number_is_the_number_of_its_messages(reported):
    """Behind each linked number the table finds just so many messages."""
    text = reported.get("/report").text
    links = re.findall(r'<a class="n" href="(/team[^"]*)">([\d,]+)(?: of \d+| ×[^<]*)?</a>', text)
    assert len(links) > 30
    for address, number in links:
        found = reported.get(unescape(address).replace("/team", "/team.json", 1)).json()
        assert found["total"] == int(number.replace(",", "")), address


def test_the_numbers_of_what_is_known_lead_to_their_messages(reported):
    """So do those in the sentences: of all, of a check, of a script and of an approach."""
    text = reported.get("/report/later?by=rep").text
    links = re.findall(r'<a class="n" href="(/team[^"]*)">(?:[^<]*?\s)?([\d,]+)</a>', text)
    names = {name for address, _ in links for name in re.findall(r"(\w+)=", address)}
    assert names >= {"called", "check", "approach", "among"}  # the last are messages that say the same
    for address, number in links:
        found = reported.get(unescape(address).replace("/team", "/team.json", 1)).json()
        assert found["total"] == int(number.replace(",", "")), address
    scripts = {row.script for row in reported.web.sheets.current().rows if row.script}
    for script in scripts:
        here = sum(row.script == script for row in reported.web.sheets.current().rows)
        assert reported.get(f"/team.json?script={quote(script)}").json()["total"] == here
        assert f'value="{script}"' in reported.get("/report").text


def test_a_group_of_messages_is_a_filter(reported):
    """It is named, taken away with one link, kept by the form whatever it makes of line ends, and not made of very many."""
    ids = [row.message_id for row in reported.web.sheets.current().rows[:3]]
    found = reported.get("/team.json", params={"among": "\r\n".join(ids)}).json()
    assert sorted(row["message_id"] for row in found["rows"]) == sorted(ids)
    text = reported.get("/team", params={"among": "\n".join(ids)}).text
    assert "Only 3 chosen messages" in text
    assert "3 chosen messages<span" in reported.get("/report", params={"among": "\n".join(ids)}).text
    assert "\n".join(ids) + "</textarea>" in text
    assert Asked(Search()).group(ids) == "/team?among=" + "%0A".join(ids)
    assert not Asked(Search()).group([f"message {i}" for i in range(500)])


def test_many_repeats_fold_away():
    """Five groups are shown, and the others open with one press."""
    rows = [RepeatRow("the same words", n, "by Ann", "", f"words {n}", "") for n in range(7)]
    made = str(environment().get_template("_team.html.j2").module.repeat_list({"repeats_known": True, "repeats": rows}))
    shown, folded = made.split("<details")
    assert (shown.count("<li>"), folded.count("<li>")) == (5, 2)
    assert "The other 2" in folded


def test_the_twin_says_the_same(reported):
    """The JSON has the groups, checks, weeks, coaching and sentences; counts add up."""
    found = reported.get("/report.json").json()
    assert found["messages"] == 60 == sum(row["messages"] for row in found["groups"])
    assert found["callbacks"]["k"] == sum(row["callbacks"]["k"] for row in found["groups"])
    assert {row["monday"] for row in found["weeks"]}
    assert found["known"]
    assert found["repeats"] is not None
    one = reported.get("/report.json?rep=Finn+O%E2%80%99Leary&by=approach").json()
    assert one["reps"] == 1
    assert one["messages"] < 60
    assert {thing["rep"] for thing in one["coaching"]} <= {"Finn O’Leary"}


def test_what_takes_long_comes_after_the_page(reported):
    """The piece that the page's script asks for has the sentences and the repeats."""
    text = reported.get("/report/later?by=rep").text
    known = reported.get("/report.json").json()["known"][0]["text"]
    assert 'data-later="known"' in text
    assert 'data-later="repeats"' in text
    assert known[:30].replace(" %", "\N{NO-BREAK SPACE}%") in unescape(text)


def test_a_note_and_its_mark(reported):
    """A coach's note is stored and shown, then replaced; a rep or check that is not there, and no Monday, are refused."""
    thing = reported.get("/report.json").json()["coaching"][0]
    week = reported.get("/report.json").json()["coaching_week"]
    data = {"rep": thing["rep"], "check_id": thing["check"], "week": week, "note": "say it <slowly>", "author": "Kim"}
    answer = reported.post("/report/note", 303, data={**data, "back": "https://evil.example/report"})
    assert answer.headers["location"] == "/report#coach"
    assert "say it &lt;slowly&gt;" in reported.get("/report").text
    reported.post("/report/note", 200, json=True, data={**data, "note": "", "done": "true"})
    assert [(one.note, one.done, one.author) for one in all_coach_notes(reported.store)] == [("", True, "Kim")]
    assert "✓ Done." in reported.get("/report").text
    reported.post("/report/note", 404, data={**data, "rep": "nobody"})
    reported.post("/report/note", 404, data={**data, "check_id": "nothing"})
    reported.post("/report/note", 400, data={**data, "week": "2026-04-07"})
    assert reported.client.post("/report/note", data=data).status_code == 403


def test_a_reps_page(reported):
    """A rep's weeks against the own past, with the same numbers as JSON; an unknown rep is not found."""
    address = f"/rep/{quote('Finn O’Leary')}"
    found = reported.get(f"{address}.json").json()
    assert found["sentence"] in unescape(reported.get(address).text).replace("\N{NO-BREAK SPACE}%", " %")
    assert {one["what"] for one in found["against"]} >= {"points", "called back (simulated)"}
    assert {one["name"] for one in found["weeks"]} >= {"points-by-week", "pace-by-week"}
    reported.get("/rep/nobody", 404)


def test_weak_messages_are_a_share_of_those_scored(site):
    """What could not be scored is no message that is not weak."""
    import dataclasses

    made, _ = makers_team(40, seed=5)
    for i, one in enumerate(made):
        score = dataclasses.replace(one.score, points=None, band="unscored", checks=()) if i < 20 else one.score
        site.store.save(dataclasses.replace(one, score=score, recording_id=f"{i:064d}"))
    weak = sum(one.score.band == "weak" for one in made[20:])
    assert weak
    text = unescape(site.get("/report").text).replace("\N{NO-BREAK SPACE}", " ")
    assert f"{100 * weak / 20:.0f} % of those scored" in text


def test_a_reps_page_says_that_outcomes_are_simulated(site):
    """At the top, and at what is counted from them."""
    import dataclasses

    made, outcomes = makers_team(40, seed=5)
    for i, one in enumerate(made):
        site.store.save(dataclasses.replace(one, recording_id=f"{i:064d}"))
    put_outcomes(site.store, [dataclasses.replace(one, simulated=True) for one in outcomes.values()])
    text = site.get(f"/rep/{quote('Finn O’Leary')}").text
    assert "The outcomes are simulated.</strong> Nobody was called." in text
    assert "Called back (simulated)</th>" in text
    assert "Called back (simulated), by week" in text


def test_the_report_as_a_file(reported):
    """The export is the report file of the filtered messages."""
    answer = reported.get("/report/file?rep=Celia+Duarte")
    assert "attachment" in answer.headers["content-disposition"]
    n = reported.get("/report.json?rep=Celia+Duarte").json()["messages"]
    assert f"{n} messages by 1 rep" in answer.text
    assert "Content-Security-Policy" in answer.text
    reported.get("/report/file?rep=nobody", 400)


def test_an_empty_store_and_a_filter_that_finds_nothing(site, reported):
    """Neither is an error; each says what to do."""
    assert "Add a folder of recordings" in site.get("/report").text
    assert json.loads(site.get("/report.json").text)["messages"] == 0
    assert "No message matches" in reported.get("/report?text=zzzz").text


def test_a_change_of_the_store_is_seen_at_once(team):
    """The columns are read again when a message is saved or deleted."""
    from tests.web.stock import made

    before = team.get("/report.json").json()["messages"]
    team.store.save(made(40))
    assert team.get("/report.json").json()["messages"] == before + 1
    team.post("/message/m40/delete")
    assert team.get("/report.json").json()["messages"] == before
