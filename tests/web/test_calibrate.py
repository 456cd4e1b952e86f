"""Calibration in the app: the sample of the command, blind scoring, and what is said afterwards. Every coach is simulated."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.web.conftest import Site
from vmaudio.cli.root import cli
from vmaudio.store import CoachVerdict, coach_verdicts_of, put_coach_verdicts

CHECKS = ["caller_named", "gives_reason"]


def command(site: Site, *args: str) -> str:
    done = CliRunner().invoke(cli, ["--db", site.web.config.db, "-q", "calibrate", *args])
    assert done.exit_code == 0, done.output
    return done.stdout


def scores_everything(site: Site, number: int, verdict: str) -> str:
    """Answer every question of a round alike; the last answer says where to go."""
    url = ""
    for at in range(1, site.get(f"/calibrate/rounds/{number}.json").json()["round"]["messages"] + 1):
        shown = site.get(f"/calibrate/rounds/{number}.json?at={at}").json()
        given = {f"answer:{one['check']}": verdict for one in shown["questions"]}
        sent = {"message_id": shown["message_id"], **given}
        url = site.post(f"/calibrate/rounds/{number}/answers", 200, json=True, data=sent).json()["url"]
    return url


def test_the_round_has_the_messages_of_the_sheet(team: Site) -> None:
    """The same ones in the same order as the command draws with the same number and seed, and they stay when others come."""
    rows = list(csv.DictReader(io.StringIO(command(team, "sheet", "--n", "8", "--seed", "3", "--checks", CHECKS[0]))))
    data = {"n": "8", "seed": "3", "check": CHECKS}
    assert team.post("/calibrate/rounds", 201, json=True, data=data).json()["url"] == "/calibrate/rounds/1"
    drawn = [team.get(f"/calibrate/rounds/1.json?at={at}").json()["message_id"] for at in range(1, 9)]
    assert drawn == [row["message_id"] for row in rows]
    team.post(f"/message/{drawn[0]}/delete")
    assert team.get("/calibrate/rounds/1.json?at=1").json()["message_id"] == drawn[1]
    for wrong in ({"check": []}, {"check": ["lunch"]}):
        team.post("/calibrate/rounds", 400, json=True, data={**data, **wrong})


def test_a_coach_scores_blind_and_sees_the_machine_afterwards(team: Site) -> None:
    """Answers are kept one by one; until the last one neither page nor twin says what the machine says; then both do."""
    team.post("/calibrate/rounds", data={"n": "12", "check": CHECKS})
    assert team.get("/calibrate/rounds/1").url.path == "/calibrate"  # who scores must have a name
    team.post("/calibrate/name", data={"author": "Kim"})
    first = team.get("/calibrate/rounds/1.json").json()
    text = team.get("/calibrate/rounds/1").text
    assert {one["answer"] for one in first["questions"]} == {None}
    found = team.store.one(first["message_id"])
    assert found.message.prospect_name not in text
    for check in found.score.checks:
        assert check.evidence not in text
    sent = {"message_id": first["message_id"], "answer:caller_named": "unsure"}
    assert team.post("/calibrate/rounds/1/answers", 200, json=True, data=sent).json()["answered"] == 1
    assert team.get("/calibrate/rounds/1.json").json()["questions"][0]["answer"] == "unsure"
    team.get("/calibrate/agreement.json", 400)
    assert "still scoring" in team.get("/calibrate/agreement", 400).text
    assert "24 questions" in team.get("/calibrate").text
    for wrong in ({"message_id": "nobody"}, {"answer:caller_named": "maybe"}, {"answer:lunch": "pass"}):
        team.post("/calibrate/rounds/1/answers", 400, json=True, data={**sent, **wrong})
    assert scores_everything(team, 1, "fail") == "/calibrate/agreement"
    assert {(one.coach, one.verdict) for one in coach_verdicts_of(team.store)} == {("Kim", "fail")}
    said = team.get("/calibrate/agreement.json").json()
    differs = said.pop("differences")
    assert said == json.loads(command(team, "--json"))
    assert differs
    assert all((one["coach"], one["machine"]) == ("fail", "pass") for one in differs)
    assert "you say missed, the machine passed" in team.get("/calibrate/agreement").text
    team.post("/calibrate/rounds/1/delete")
    assert team.get("/calibrate.json").json() == {"coach": "Kim", "rounds": []}


def test_what_a_coach_cannot_tell_counts_for_nothing(team: Site) -> None:
    """It is answered, and in no figure; the command says the same as without it."""
    ids = [one.message.message_id for one in team.store.analyses()]
    put_coach_verdicts(team.store, [CoachVerdict(one, CHECKS[0], "Ann", "pass", True) for one in ids])
    before = command(team, "--json")
    put_coach_verdicts(team.store, [CoachVerdict(one, CHECKS[1], "Ann", "unsure", True) for one in ids])
    assert command(team, "--json") == before
    assert [one["check"] for one in team.get("/calibrate/agreement.json").json()["checks"]] == CHECKS[:1]


def test_a_few_messages_tell_nothing(team: Site) -> None:
    """Page, twin and command say so of nine messages; of twelve they give a figure, and no interval without a difference."""
    analyses = [one for one in team.store.analyses() if one.score]
    ids = [one.message.message_id for one in analyses]

    def given(names: list[str], *coaches: str) -> dict[str, object]:
        verdicts = [("pass", "fail", "n/a")[i % 3] for i in range(len(names))]
        put_coach_verdicts(
            team.store, [CoachVerdict(m, CHECKS[0], c, v) for c in coaches for m, v in zip(names, verdicts, strict=True)]
        )
        return team.get("/calibrate/agreement.json").json()

    few = given(ids[:9], "Ann", "Bea")["checks"][0]["alpha"]
    assert few == {"value": None, "low": None, "high": None, "n": 9}
    assert "too few to tell" in team.get("/calibrate/agreement").text
    assert "too few" in command(team)
    enough = given(ids, "Ann", "Bea")
    assert enough["checks"][0]["alpha"] == {"value": 1.0, "low": None, "high": None, "n": 12}
    assert enough["coaches"][0]["lenient"] == {"value": None, "low": None, "high": None, "n": 8}  # n/a is neither
    assert "1.00 (the same in all 12)" in team.get("/calibrate/agreement").text


def test_one_round_is_read_for_its_page(team: Site, monkeypatch) -> None:
    """Neither the other rounds nor all messages of the store are."""
    monkeypatch.setattr("vmaudio.web.calibrating.all_rounds", None)
    monkeypatch.setattr(type(team.store), "messages", None)
    team.post("/calibrate/name", data={"author": "Kim"})
    team.post("/calibrate/rounds", 201, json=True, data={"n": "3", "check": CHECKS})
    assert scores_everything(team, 1, "pass") == "/calibrate/agreement"


def test_known_shares_are_corrected_in_report_and_rubric(team: Site) -> None:
    """Where ten messages or more were scored, also of what a filter chooses; elsewhere nothing is said."""

    def corrected(query: str = "") -> dict[str, object]:
        return {one["id"]: one["missed_corrected"] for one in team.get(f"/report.json{query}").json()["checks"]}

    assert set(corrected().values()) == {None}
    verdicts = [
        CoachVerdict(one.message.message_id, check, "Ann", "fail" if i % 3 else "pass", True)
        for i, one in enumerate(team.store.analyses())
        for check in CHECKS
    ]
    put_coach_verdicts(team.store, verdicts)
    found = {check: one for check, one in corrected().items() if one}
    assert found
    missed = json.loads(command(team, "--json"))["checks"]
    assert found == {one["check"]: one["missed"] for one in missed if one["check"] in found}
    assert all(found[check]["rate"] == pytest.approx(8 / 12, abs=0.01) for check in found)
    assert "as simulated coaches say it" in team.get("/report").text
    assert "as simulated coaches say it" in team.get("/rubric").text
    assert "as simulated coaches say it" in team.get("/report/file").text
    file = Path(team.web.config.db).with_name("team.html")
    done = CliRunner().invoke(cli, ["--db", team.web.config.db, "report", "-o", str(file), "--audio", "none"])
    assert done.exit_code == 0, done.output
    assert "as simulated coaches say it" in file.read_text("utf-8")
    assert set(corrected("?rep=Ann").values()) == {None}


def test_a_page_warns_who_has_yet_to_score_its_message(team: Site) -> None:
    """From the first answer until all questions about this message are answered."""
    warning = "not scored this message yet"
    team.post("/calibrate/name", data={"author": "Kim"})
    team.post("/calibrate/rounds", data={"n": "2", "check": CHECKS})
    first, second = (team.get(f"/calibrate/rounds/1.json?at={at}").json()["message_id"] for at in (1, 2))
    assert warning not in team.get(f"/message/{second}").text
    given = {"message_id": first, **{f"answer:{check}": "pass" for check in CHECKS}}
    team.post("/calibrate/rounds/1/answers", data=given)
    assert warning not in team.get(f"/message/{first}").text
    assert warning in team.get(f"/message/{second}").text
    team.post("/calibrate/rounds/1/answers", data={**given, "message_id": second})
    assert warning not in team.get(f"/message/{second}").text
