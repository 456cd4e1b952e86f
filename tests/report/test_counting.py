"""One number of callbacks everywhere: report, page, feedback sheet, tables, compare, and in each part of the store."""

from __future__ import annotations

import csv
import dataclasses
import html
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.report.makers import frozen, glossary
from vmaudio.cli.root import cli
from vmaudio.experiments import compare
from vmaudio.records import Outcome
from vmaudio.report import collect, page_html, table_text
from vmaudio.report.counting import counted_alone, counting_note
from vmaudio.store.outcome_rows import observations, put_outcomes
from vmaudio.store.store import Store, open_store

PLAN = (  # message, rep, prospect, day it was left, day of the callback
    ("a1", "Ann", "p1", 1, 6), ("b1", "Bob", "p1", 4, None), ("a2", "Ann", "p2", 1, 3), ("b2", "Bob", "p2", 2, None),
    ("a3", "Ann", "p3", 1, None), ("b3", "Bob", "p4", 1, 2), ("b4", "Bob", "p5", 1, 20),
)  # fmt: skip
"""Three of seven are called back within 7 days; the callbacks of p1 and p2 came after messages of both reps."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(str(tmp_path / "vm.sqlite"))
    for one, (message_id, rep, prospect, left, called) in zip(frozen()[0], PLAN, strict=False):
        message = dataclasses.replace(
            one.message, message_id=message_id, rep=rep, prospect=prospect, sent_at=f"2026-05-{left:02d}T09:00:00+00:00",
            script="short" if rep == "Ann" else "long",
        )  # fmt: skip
        made.save(dataclasses.replace(one, message=message, recording_id=f"{int(left):02d}" + message_id * 31))
        at = f"2026-05-{called:02d}T10:00:00+00:00" if called else None
        put_outcomes(made, [Outcome(message_id, callback=called is not None, callback_at=at)])
    yield made
    made.close()


def shares(page: str) -> dict[str, str]:
    """Called back by rep, as the table of the report says it."""
    rows = re.findall(r'<th scope="row">(Ann|Bob)</th>.*?(\d+ of \d+)</span></td>\s*<td>', page, re.S)
    return dict(rows)


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_report_tables_and_compare_agree(store: Store) -> None:
    """The report's rates by rep are those of the table of groups and of compare; 3 of 7 everywhere, as the outcomes say."""
    given = collect(store, glossary())
    page = page_html(given, lambda analysis: None)
    assert shares(page) == {"Ann": "2 of 3", "Bob": "1 of 4"}
    groups = list(csv.DictReader(io.StringIO(table_text(given, "csv", by="rep"))))
    assert {row["rep"]: f"{row['callbacks']} of {row['callbacks_of']}" for row in groups} == shares(page)
    found = compare(observations(store), "rep")
    assert {arm.arm: f"{arm.events} of {arm.n}" for arm in found.arms} == shares(page)
    rows = list(csv.DictReader(io.StringIO(table_text(given, "csv"))))
    in_time = [
        row["message_id"] for row in rows if row["outcome_callback"].lower() in ("true", "1") and row["message_id"] != "b4"
    ]
    assert sorted(in_time) == ["a1", "a2", "b3"]
    assert "3 of 7" in text_of(page)


@pytest.mark.parametrize(
    ("rule", "ann", "bob"),
    [("last", "0 of 3", "3 of 4"), ("first", "2 of 3", "1 of 4"), ("shared", "2 of 3", "3 of 4")],
)
def test_a_part_of_the_store_has_the_same_number(store: Store, rule: str, ann: str, bob: str) -> None:
    """A rep's sheet and a rep's table say what the team's report says of the rep, by every rule."""
    page = page_html(collect(store, glossary(), attribution=rule), lambda analysis: None)
    assert shares(page) == {"Ann": ann, "Bob": bob}
    for rep, expected in shares(page).items():
        own = collect(store, glossary(), rep=rep, attribution=rule)
        assert f"Called back: {expected}" in text_of(page_html(own, lambda analysis: None))
        (row,) = csv.DictReader(io.StringIO(table_text(own, "csv", by="rep")))
        assert f"{row['callbacks']} of {row['callbacks_of']}" == expected
    found = compare(observations(store), "rep", attribution=rule)
    assert {arm.arm: f"{arm.events} of {arm.n}" for arm in found.arms} == {"Ann": ann, "Bob": bob}


def test_the_rule_is_said_where_the_number_stands(store: Store) -> None:
    """The page and compare name the rule, count what it moved between reps and arms, and offer the others."""
    page = text_of(page_html(collect(store, glossary()), lambda analysis: None))
    assert "2 callbacks came after messages of more than one rep. The rule is as-given" in page
    assert "last moves 2 to another rep; first moves 0 to another rep; shared counts 2 for more than one rep" in page
    moved = text_of(page_html(collect(store, glossary(), attribution="last"), lambda analysis: None))
    assert "before it; moves 2 to another rep." in moved
    assert "as-given moves none" in moved
    found = compare(observations(store), "script", attribution="last").to_dict()
    assert [(one["between"], one["moved"]["last"]) for one in found["attribution"]["contested"]] == [("rep", 2), ("arm", 2)]
    said = [one["sentence"] for one in found["warnings"] if one["kind"] == "contested_callbacks"]
    assert "more than one arm" in said[1]
    assert "--attribution: first, as-given, shared" in said[1]


def test_nothing_is_said_where_nobody_shares_a_prospect(store: Store) -> None:
    """Without contested callbacks there is no sentence about them."""
    put_outcomes(store, [Outcome("a1", callback=False), Outcome("a2", callback=False)])
    assert "more than one rep" not in page_html(collect(store, glossary()), lambda analysis: None)


def test_no_card_says_both(store: Store) -> None:
    """A message's own page, in the report and alone, agrees with the row; a late callback says so."""
    for rule in ("as-given", "last", "shared"):
        page = text_of(page_html(collect(store, glossary(), attribution=rule), lambda analysis: None))
        assert not re.search(r"it was called back\.(?:(?! article ).){0,300}not called back", page)
    late = text_of(page_html(collect(store, glossary(), message_id="b4"), lambda analysis: None))
    assert "not called back within 7 days; the call came later" in late
    moved = text_of(page_html(collect(store, glossary(), message_id="a1", attribution="last"), lambda analysis: None))
    assert "· not called back" in moved
    message = next(one.message for one in observations(store) if one.message.message_id == "a1")
    young = Outcome("a1", callback=True, callback_at="2026-05-02T09:00:00+00:00", as_of="2026-05-03T00:00:00+00:00")
    counted = counted_alone(message, young)
    assert counted is not None
    assert counted.callback is None
    assert counting_note(young, counted) == ", which counts once 7 days are over"


def test_the_command_line_chooses_the_rule(store: Store, tmp_path: Path) -> None:
    """``report --attribution`` and ``outcomes status --attribution`` name it too."""
    where = str(tmp_path / "vm.sqlite")
    done = CliRunner().invoke(cli, ["--db", where, "report", "--by", "rep", "--attribution", "last"], catch_exceptions=False)
    assert {row["rep"]: row["callbacks"] for row in csv.DictReader(io.StringIO(done.stdout))} == {"Ann": "0", "Bob": "3"}
    status = CliRunner().invoke(cli, ["--db", where, "outcomes", "status", "--json"], catch_exceptions=False)
    assert json.loads(status.stdout)["attribution"]["contested"][0]["moved"] == {"last": 2, "first": 0, "shared": 2}
