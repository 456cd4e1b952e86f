"""What the tools answer, without the protocol: the same as the commands and pages say, with no name in it, within bounds."""

from __future__ import annotations

import dataclasses
import json
import re

import pytest

from tests.docs.test_json_schemas import SCHEMAS
from tests.mcp.conftest import ODD, made
from tests.report.makers import REPS, team
from vmaudio.cli.root import cli
from vmaudio.errors import NotStored, SettingError, StoreError
from vmaudio.store import Search, open_store, put_outcomes

jsonschema = pytest.importorskip("jsonschema")


def named(db: str) -> set[str]:
    """Names of everybody in the store, and what else must not be seen."""
    with open_store(db) as store:
        found = {name for one in store.messages() for name in (one.rep, one.prospect_name, one.company) if name}
        phones = {phone.digits for one in store.analyses() for phone in one.entities.phones}
    return found | phones | {ODD, "Kim Lee"}


def seen_in(answer: object, names: set[str]) -> set[str]:
    """Which of the names an answer holds."""
    text = json.dumps(answer, ensure_ascii=False)
    return {name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)}


def test_no_name_in_any_answer(db, hidden):
    """Of 24 messages, no answer of any tool holds a rep, a prospect, a company, a number or an id with a name in it."""
    names = named(db)
    assert len(names) > 30
    found = hidden.search(Search(), limit=50)
    answers = [found, *(hidden.message(row["message_id"]) for row in found["rows"][::3])]
    answers += [hidden.report(Search(), by=by) for by in ("rep", "campaign")]
    answers += [hidden.compare(by) for by in ("rep", "campaign", "owner", "approach")]
    answers.append(hidden.reps())
    assert found["total"] == 24
    assert [seen_in(answer, names) for answer in answers] == [set()] * len(answers)


def test_names_are_shown_when_asked_for(db, shown):
    """Unredacted, the table's rows are those of the store, and the transcript is whole."""
    row = shown.search(Search(rep=REPS[1]), limit=1)["rows"][0]
    with open_store(db) as store:
        assert row.items() >= store.page(Search(rep=REPS[1]), limit=1).rows[0].to_dict().items()
        analysis = store.one(row["message_id"])
    answer = shown.message(row["message_id"])
    assert answer["transcript"]["text"] == analysis.transcript.text
    assert answer["message"]["rep"] == REPS[1]


def test_stand_ins_are_the_same_everywhere(hidden, shown):
    """A rep's stand-in in one answer is a filter of the others and means the same person; a name is then no filter."""
    counts = {one["rep"]: one["messages"] for one in hidden.reps()}
    assert sorted(counts.values()) == sorted(one["messages"] for one in shown.reps())
    assert {row["name"]: row["messages"] for row in hidden.report(Search())["groups"]} == counts
    assert {arm["arm"] for arm in hidden.compare("rep")["arms"]} <= set(counts)
    found = hidden.search(Search(rep="Rep 2"), limit=50)
    assert found["total"] == counts["Rep 2"]
    assert {row["rep"] for row in found["rows"]} == {"Rep 2"}
    assert {hidden.message(row["message_id"])["message"]["rep"] for row in found["rows"][:3]} == {"Rep 2"}
    with pytest.raises(NotStored, match="names are left out"):
        hidden.search(Search(rep=REPS[0]))


def test_search_filters_and_pages(db, hidden):
    """Filters add up as in the table; pages do not overlap; callbacks and flags are counted as reports do."""
    with open_store(db) as store:
        check = max(store.facets().checks, key=lambda one: store.page(Search(check=one, verdict="fail")).total)
        want = store.page(Search(check=check, verdict="fail", campaign="new builds")).total
    assert hidden.search(Search(check=check, verdict="fail", campaign="new builds"))["total"] == want > 0
    first, second = (hidden.search(Search(), page=page, limit=9)["rows"] for page in (1, 2))
    assert len({row["message_id"] for row in (*first, *second)}) == 18
    called = hidden.search(Search(), called="yes")["total"]
    assert called + hidden.search(Search(), called="no")["total"] == hidden.search(Search(), called="known")["total"]
    assert called == hidden.report(Search())["callbacks"]["k"] > 0
    for page, limit in ((0, 10), (1, 51)):
        with pytest.raises(SettingError, match="A page has 1 to 50"):
            hidden.search(Search(), page=page, limit=limit)


def test_message_has_the_names_of_check(db, shown):
    """What a message's answer shares with `vmaudio check --json` fits its published schema, and no curve is in it."""
    row = shown.search(Search(), limit=1)["rows"][0]
    answer = shown.message(row["message_id"])
    schema = json.loads((SCHEMAS / "check.json").read_text("utf-8"))["anyOf"][0]["properties"]
    for name in ("message", "duration_s", "entities", "structure", "tone", "features", "score", "flags"):
        jsonschema.Draft202012Validator(schema[name]).validate(answer[name])
    assert set(answer["transcript"]) < set(schema["transcript"]["properties"])
    assert set(answer["prosody"]) < set(schema["prosody"]["properties"])
    assert set(answer["tips"]) == {check["id"] for check in answer["score"]["checks"] if check["verdict"] == "fail"}
    assert len(json.dumps(answer)) < 20_000
    with pytest.raises(NotStored, match="The tool search gives ids"):
        shown.message("m0")


def test_delivery_is_shown_only_where_the_setting_shows_it_to_a_team(db):
    """How a message sounds stays out of an answer by default, as out of a team's report."""
    row = made(db).search(Search(), limit=1)["rows"][0]["message_id"]
    assert made(db).message(row)["tone"] is None
    assert made(db, tone="all").message(row)["tone"]["axes"]


def test_compare_says_what_the_command_says(db, shown, capsys):
    """Verdict and numbers are those of `vmaudio compare --json`, which the answer names; and the schema fits."""
    for options in ({}, {"monitor": True}):
        answer = shown.compare("approach", **options)
        cli(["--db", db, *answer["command"].split()[1:], "--json"], standalone_mode=False)
        printed = json.loads(capsys.readouterr().out)
        provenance = printed.pop("provenance")
        mine = {name: value for name, value in answer.items() if name not in ("command", "note", "not_listed")}
        assert {**json.loads(json.dumps(mine)), "looks": printed["looks"], "warnings": printed["warnings"]} == printed
        jsonschema.validate(
            {**mine, "provenance": provenance}, json.loads((SCHEMAS / "compare.json").read_text("utf-8"))
        )  # fmt: skip
        assert bool(answer["note"]) is not bool(options)
    with pytest.raises(SettingError, match="No message has 'weather'"):
        shown.compare("weather")


def test_report_is_that_of_the_web_app(shown):
    """The answer fits the shape of `/report.json`, and says what the report says."""
    schemas = pytest.importorskip("vmaudio.web.report_schemas")
    answer = shown.report(Search())
    schemas.ReportModel.model_validate(answer)
    assert answer["messages"] == 24
    assert answer["left_out"] == {"groups": 0, "coaching": 0, "repeats": 0}
    assert shown.report(Search(rep=REPS[2]))["reps"] == 1
    with pytest.raises(SettingError, match="No analysed message matches"):
        shown.report(Search(rep="nobody"))
    with pytest.raises(SettingError, match="by rep, campaign or approach"):
        shown.report(Search(), by="weather")


def test_long_lists_are_cut_and_say_so(shown, monkeypatch):
    """Of a long list the beginning is answered, with how much is left out."""
    monkeypatch.setattr("vmaudio.mcp.library.MOST_LISTED", 2)
    answer = shown.report(Search())
    assert len(answer["groups"]) == 2
    assert answer["left_out"]["groups"] == len(REPS) - 2


def test_no_store_is_a_sentence_and_none_is_made(tmp_path):
    """A store that is not there is not made by asking."""
    with pytest.raises(StoreError, match="There is no database at"):
        made(str(tmp_path / "none.sqlite")).search(Search())
    assert list(tmp_path.iterdir()) == []


def test_a_new_message_is_seen(tmp_path):
    """The store is read again when something has changed."""
    from tests.report.makers import team

    path = str(tmp_path / "store.sqlite")
    first, second = team(2)[0]
    with open_store(path) as store:
        store.save(first)
        library = made(path)
        assert library.search(Search())["total"] == 1
        store.save(second)
        assert library.search(Search())["total"] == 2
        assert sum(one["messages"] for one in library.reps()) == 2


def test_no_name_in_odd_columns(tmp_path):
    """Names written together, a script as a path or a text, a channel, a heading, and a number written as a decimal."""
    path = str(tmp_path / "odd.sqlite")
    analyses, outcomes = team(12)
    with open_store(path) as store:
        for i, one in enumerate(analyses):
            message = dataclasses.replace(
                one.message, prospect_name="Dana Whitfield", campaign=("DanaWhitfieldSpring", "spring")[i % 2],
                script=("/home/zoltan/opening.txt", "Hello this is Zoltan and I call you today")[i % 2],
                channel=("Dana line", "live")[i % 2],
                extra={"whitfield list": str(i % 2), "phone": ("218.5550134", "555012.0134")[i % 2]},
            )  # fmt: skip
            store.save(dataclasses.replace(one, recording_id=f"{i:064d}", message=message))
        put_outcomes(store, outcomes.values())
    library = made(path)
    rows = library.search(Search())["rows"]
    answers = [rows, library.report(Search(), by="campaign"), *(library.message(row["message_id"]) for row in rows[:2])]
    answers += [library.compare(by) for by in ("campaign", "script", "channel", "phone", "Column 1")]
    with pytest.raises(SettingError) as error:
        library.compare("nothing")
    text = json.dumps(answers) + str(error.value)
    assert [word for word in ("hitfield", "oltan", "/home", "Dana", "5550134", "555012") if word in text] == []
    assert {row["campaign"] for row in rows} == {"Campaign 1", "spring"}


def test_a_name_that_nobody_listed(tmp_path):
    """A campaign, script or channel with a first name or an unknown word has a stand-in, by which it is found again."""
    path = str(tmp_path / "unlisted.sqlite")
    names = ("spring-okafor", "Melissa's list", "OkaforLeads", "SMB spring", "inbound Q3", "grace period")
    with open_store(path) as store:
        for i, one in enumerate(team(12)[0]):
            own = names[i % 6]
            message = dataclasses.replace(one.message, campaign=own, script=own, channel=own)
            store.save(dataclasses.replace(one, recording_id=f"{i:064d}", message=message))
    library = made(path)
    rows = library.search(Search(), limit=50)["rows"]
    shown = {row["campaign"] for row in rows}
    assert shown == {"SMB spring", "inbound Q3", *(f"Campaign {i}" for i in range(1, 5))}
    answers = [rows, *(library.compare(by) for by in ("campaign", "script", "channel"))]
    answers += [library.report(Search(), by="campaign"), *(library.message(row["message_id"]) for row in rows)]
    text = json.dumps(answers).casefold()
    assert [word for word in ("okafor", "melissa", "grace") if word in text] == []
    assert {library.search(Search(campaign=one))["total"] for one in shown} == {2}


def test_many_pairs_are_bounded(shown, monkeypatch):
    """The pairs that are known best are answered, in their order, with how many are not; the verdict is about all."""
    whole = shown.compare("rep")
    assert whole["not_listed"] == {"pairs": 0, "warnings": 0}
    monkeypatch.setattr("vmaudio.mcp.bounds.MOST_COMPARED", 3)
    few = shown.compare("rep")
    assert few["not_listed"] == {"pairs": len(whole["pairs"]) - 3, "warnings": max(0, len(whole["warnings"]) - 3)}
    assert [pair for pair in whole["pairs"] if pair in few["pairs"]] == few["pairs"]
    assert max(pair["p_adjusted"] for pair in few["pairs"]) == sorted(pair["p_adjusted"] for pair in whole["pairs"])[2]
    assert few["verdict"] == whole["verdict"]
