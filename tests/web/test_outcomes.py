"""Outcome files in the browser: the same validation as the command, a dry run first."""

from __future__ import annotations

import dataclasses
import re

import pytest

from tests.web.conftest import Person, log_in
from vmaudio.records import Message, Outcome
from vmaudio.store.outcome_rows import all_outcomes, outcome_of, put_outcomes

GOOD = "message_id,callback,callback_at\nm1,yes,2026-03-03T09:00:00+00:00\nm2,no,\nm99,yes,\nm2,no,\n"
BAD = "message_id,callback,callback_at\nm1,perhaps,\nm2,yes,2026-02-31\n,yes,\n"


def send(site, text: str, status: int, *, json: bool = True, name: str = "crm.csv", **fields: str):
    return site.post("/outcomes/check", status, json=json, files={"file": (name, text.encode(), "text/csv")}, data=fields)


def test_a_file_is_checked_then_imported(team):
    """The dry run counts lines and stores nothing; after the yes the outcomes are there, and again they change nothing."""
    found = send(team, GOOD, 200).json()
    assert (found["lines"], found["matched"], found["added"], found["changed"], found["same"]) == (4, 3, 2, 0, 0)
    assert [note["line"] for note in found["unmatched"]] == [4]
    assert [note["line"] for note in found["duplicates"]] == [5]
    assert all_outcomes(team.store) == {}
    done = team.post("/outcomes/confirm", 200, json=True, data={"token": found["confirm"]}).json()
    assert (done["added"], done["unmatched"]) == (2, 1)
    assert outcome_of(team.store, "m1").callback is True
    assert outcome_of(team.store, "m2").callback is False
    again = send(team, GOOD, 200).json()
    assert (again["added"], again["changed"], again["same"]) == (0, 0, 2)
    changed = send(team, "message_id,callback\nm2,yes\n", 200).json()
    assert (changed["added"], changed["changed"]) == (0, 1)
    known = team.get("/outcomes.json").json()
    assert (known["messages"], known["with_outcome"]) == (12, 2)
    callback = next(count for count in known["counts"] if count["name"] == "callback")
    assert (callback["yes"], callback["known"]) == (1, 2)
    assert callback["low"] < 0.5 < callback["high"]
    assert "1 of 2 known" in team.get("/outcomes").text


def test_the_pages_work_without_script(team):
    """Upload, dry run and yes as plain forms; the last page says what was done."""
    page = send(team, GOOD, 200, json=False).text
    assert "Import crm.csv?" in page
    assert "Line 4" in page
    token = re.search(r'name="token" value="([^"]+)"', page).group(1)
    where = team.post("/outcomes/confirm", data={"token": token}).headers["location"]
    assert "2 outcomes added" in team.get(where).text
    team.post("/outcomes/confirm", 404, data={"token": token})


def test_every_fault_is_listed_with_its_line(team, tmp_path):
    """A file with faults is refused as a whole: each fault with its line, no path, nothing left over."""
    found = send(team, BAD, 422).json()
    assert found["ok"] is False
    assert found["confirm"] is None
    assert [re.match(r"line (\d+)", fault).group(1) for fault in found["faults"]] == ["2", "3", "4"]
    page = send(team, BAD, 422, json=False).text
    assert "line 3" in page
    assert str(tmp_path) not in page
    assert all_outcomes(team.store) == {}
    assert list(team.web.tables.iterdir()) == []


def test_a_copy_is_no_message_more(team):
    """The same count as the report has: the same recording under another path counts once."""
    one = team.store.one("m1")
    team.store.save(dataclasses.replace(one, message=Message("/cp2/again.wav", "copy"), source="/cp2/again.wav"))
    assert team.get("/outcomes.json").json()["messages"] == 12 == team.get("/report.json").json()["messages"]


@pytest.mark.parametrize(
    ("text", "fields", "says"),
    [
        ("name,age\nx,1\n", {}, "no column names the message"),
        ("message_id,callback\nzz,yes\n", {}, "None of the lines (1) matches"),
        ("", {}, "empty"),
        ("\x00\x01\x02", {}, ""),
        ("message_id,callback\n", {}, "no line"),
        ("message_id,callback,callback_at\nm1,yes,3/4/2026\n", {}, "Choose the order of day and month"),
    ],
)
def test_files_that_are_none(calm, text, fields, says):
    """Files that are no outcome file are refused in words of the page."""
    answer = calm.post(
        "/outcomes/check",
        400 if not text else 422,
        json=True,
        files={"file": ("x.csv", text.encode(), "text/csv")},
        data=fields,
    ).json()
    shown = " ".join(answer.get("faults", [])) or answer["error"]
    assert says in shown
    assert "--" not in shown


def test_options_of_the_file(team):
    """Names of columns, the order of dates and the day of the export are read as the command reads them."""
    text = "Ref,Returned,When\nm1,yes,3/4/2026\n"
    fields = {"mapping": "message_id=Ref, callback=Returned, callback_at=When", "dates": "mdy", "as_of": "2026-05-01"}
    found = send(team, text, 200, **fields).json()
    team.post("/outcomes/confirm", 200, json=True, data={"token": found["confirm"], **fields})
    assert outcome_of(team.store, "m1").callback_at.startswith("2026-03-04")
    assert "is not a date" in send(team, text, 400, as_of="soon").json()["error"]
    assert "write FIELD=COLUMN" in send(team, text, 400, mapping="/etc/passwd.toml").json()["error"]
    assert "no field" in send(team, text, 400, mapping="magic=Ref").json()["error"]
    send(team, text, 422, dates="ymd")


@pytest.mark.parametrize("token", ["../../etc", "..", "x" * 30, "a/b/c/d/e/f/g/h/i/j", ""])
def test_made_up_tokens_find_nothing(calm, token):
    """A token that was not given out names no file."""
    calm.post("/outcomes/confirm", 404 if token else 422, json=True, data={"token": token})


def test_a_file_may_be_thrown_away(team):
    """Saying no deletes the uploaded file."""
    found = send(team, GOOD, 200).json()
    assert len(list(team.web.tables.iterdir())) == 1
    team.post("/outcomes/cancel", data={"token": found["confirm"]})
    assert list(team.web.tables.iterdir()) == []


def test_formulas_and_markup_in_cells_stay_text(team):
    """Cells that look like formulas or markup are shown as they are, and run nothing."""
    text = "message_id,callback\n\"=cmd|' /C calc'!A0\",yes\n<script>alert(1)</script>,yes\nm1,yes\n"
    page = send(team, text, 200, json=False, name="<b>x</b>.csv").text
    assert "<script>alert" not in page
    assert "<b>x" not in page
    assert "=cmd|" in page


def test_simulated_outcomes_say_so(team):
    """Where outcomes are invented, as those of the samples, the page says it beside the numbers."""
    put_outcomes(team.store, [Outcome("m1", callback=True, simulated=True), Outcome("m2", callback=False)])
    assert team.get("/outcomes.json").json()["simulated"] == 1
    assert "1 of these outcomes are simulated" in team.get("/outcomes").text


def test_words_are_asked_about(team):
    """The page asks what "Callback" and "Zap" mean, in its own words; the answer is used by the import too."""
    text = "message_id,Disposition\nm1,Callback\nm2,Zap\n"
    found = send(team, text, 200).json()
    assert [one.split(":")[0][:15] for one in found["questions"]] == ["Read as an appo", "Not understood,"]
    page = send(team, text, 200, json=False).text
    assert "enter Callback=callback in the field for words" in page
    assert "--map" not in page
    asked = {"words": "Callback=callback, Zap=reply"}
    again = send(team, text, 200, **asked).json()
    assert again["questions"] == []
    team.post("/outcomes/confirm", 200, json=True, data={"token": again["confirm"], **asked})
    assert outcome_of(team.store, "m1").callback is True
    assert outcome_of(team.store, "m2").reply is True


def test_a_wrong_meaning_is_a_sentence(team):
    """A meaning that does not exist is refused with those that do."""
    assert "Meanings: callback" in send(team, GOOD, 400, json=False, words="Zap=perhaps").text


def test_contested_callbacks_are_named(staffed):
    """Where two reps left messages for one prospect, the page names the rule and what others would move. Who cannot
    type commands is shown none."""
    team = Person(log_in(staffed.client.app, "Ada"), staffed.web)
    cora = Person(log_in(staffed.client.app, "Cora"), staffed.web)
    assert "attribution" in team.get("/outcomes.json").json()
    for message_id, rep, day in (("m1", "Ann", 1), ("m2", "Bob", 2)):
        one = team.store.one(message_id)
        sent = dataclasses.replace(one.message, rep=rep, prospect="shared", sent_at=f"2026-03-0{day}T09:00:00+00:00")
        team.store.save(dataclasses.replace(one, message=sent))
    put_outcomes(team.store, [Outcome("m1", callback=True, callback_at="2026-03-03T09:00:00+00:00")])
    page = team.get("/outcomes").text
    assert "1 callback came after messages of more than one rep. The rule is as-given" in page
    assert "last moves 1 to another rep" in page
    assert "<code>vmaudio compare --attribution</code>" in page
    assert "<code>vmaudio report --attribution</code>" in team.get("/report").text
    for path in ("/outcomes", "/report"):
        said = cora.get(path).text
        assert "last moves 1 to another rep" in said
        assert "<code>vmaudio" not in said
    assert 'is in <a href="/report#known">the report</a>' in cora.get("/outcomes").text
