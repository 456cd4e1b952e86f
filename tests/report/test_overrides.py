"""People's verdicts in pages and tables: beside the machine's, with reason and author, and never in its place."""

import csv
import dataclasses
import datetime
import io
import json

import openpyxl
import pyarrow.parquet
import pytest

from tests.report.makers import frozen, glossary
from vmaudio.records import Analysis
from vmaudio.report.dictionary import overrides_table
from vmaudio.report.files import csv_text, jsonl_text, write_parquet, write_xlsx
from vmaudio.report.html import render_feedback, render_messages, render_report
from vmaudio.report.overrides import LEFT_OUT, override_views, redacted_overrides, verdict_of
from vmaudio.report.pages import message_page
from vmaudio.report.rep_sheet import build_rep_sheet
from vmaudio.report.team import build_report
from vmaudio.store import message_columns, messages_table
from vmaudio.store.override_rows import Override, overrides_by_message

TODAY = datetime.date(2026, 6, 1)
TEAM, OUTCOMES = frozen()
ONE = next(a for a in TEAM if any(c.verdict == "fail" for c in a.score.checks))
ID = ONE.message.message_id
MISSED = next(c.id for c in ONE.score.checks if c.verdict == "fail")
PASSED = next(c.id for c in ONE.score.checks if c.verdict == "pass")
GIVEN = overrides_by_message(
    [
        Override(ID, MISSED, "pass", "she said it before the beep", "Coach Kim", "2026-05-05T10:00:00+00:00"),
        Override(ID, PASSED, "fail", "=cmd|' /C calc'!A0", "+Kim", "2026-05-05T10:01:00+00:00"),
    ]
)


def row_of(table):
    names = [column.name for column in table.columns]
    return next(row for row in (dict(zip(names, cells, strict=True)) for cells in table.rows) if row["message_id"] == ID)


def test_the_page_shows_both_verdicts():
    """The message's page has the person's verdict, reason and author, and what the machine says; points stay."""
    page = message_page([ONE], glossary(), overrides=GIVEN, today=TODAY)
    text = render_messages(page)
    assert "A person says <strong>pass</strong>: she said it before the beep" in text
    assert "(Coach Kim, 5 May 2026; the machine says fail; the points use the machine’s verdict)" in text
    assert page.views[0].points == ONE.score.points
    assert [c.id for c in page.views[0].failed] == [c.id for c in message_page([ONE], glossary()).views[0].failed]
    assert "A person says" not in render_messages(message_page([ONE], glossary(), today=TODAY))


def test_the_team_report_counts_as_before():
    """People's verdicts change no number of the team report; how many there are stands under "how this was computed"."""
    plain = build_report(TEAM, OUTCOMES, glossary=glossary(), today=TODAY)
    judged = build_report(TEAM, OUTCOMES, glossary=glossary(), overrides=GIVEN, today=TODAY)
    for name in ("headline", "known", "unknown", "groups", "checks", "pictures", "messages", "overall"):
        assert getattr(judged, name) == getattr(plain, name), name
    (extra,) = set(judged.computed) - set(plain.computed)
    assert extra.value == "2 checks of 1 message; points and shares use the machine's verdicts"
    assert extra.value.split(";")[0] in render_report(judged)


def test_a_miss_that_a_person_does_not_see_is_no_example():
    """A rep's sheet and the instructive messages show a miss only where the person agrees that it is one."""
    rep = ONE.message.rep
    plain = build_rep_sheet(TEAM, rep, OUTCOMES, glossary=glossary(), today=TODAY)
    shown = next(tried for tried in plain.tries if tried.moment is not None)
    moment, check = shown.moment.message_id, shown.check.id
    given = overrides_by_message([Override(moment, check, "pass", "not so", "Kim", "2026-05-05T10:00:00+00:00")])
    judged = build_rep_sheet(TEAM, rep, OUTCOMES, glossary=glossary(), overrides=given, today=TODAY)
    now = next(tried for tried in judged.tries if tried.check.id == check)
    assert now.check == shown.check
    assert now.moment is None or now.moment.message_id != moment
    assert "1 check of 1 message" in render_feedback(judged)

    costliest = build_report(TEAM, {}, glossary=glossary()).checks[0].id
    all_pass = overrides_by_message(
        [Override(a.message.message_id, costliest, "pass", "no", "Kim", "2026-05-05T10:00:00+00:00") for a in TEAM]
    )
    why = {view.id: view.why for view in build_report(TEAM, {}, glossary=glossary()).instructive}
    without = {view.id: view.why for view in build_report(TEAM, {}, glossary=glossary(), overrides=all_pass).instructive}
    title = glossary().check(costliest).title
    assert any(title in text for text in why.values())
    assert not any(title in text for text in without.values())


def test_tables_have_columns_of_their_own():
    """CSV, Parquet and xlsx have verdict, reason, author and time beside the machine's verdict; formulas are text."""
    plain, table = messages_table(TEAM, OUTCOMES, glossary()), messages_table(TEAM, OUTCOMES, glossary(), overrides=GIVEN)
    row = row_of(table)
    assert (row[f"check_{MISSED}"], row[f"override_{MISSED}"]) == ("fail", "pass")
    assert row[f"override_{MISSED}_reason"] == "she said it before the beep"
    assert row[f"override_{MISSED}_author"] == "Coach Kim"
    assert row[f"override_{MISSED}_utc"] == "2026-05-05T10:00:00+00:00"
    assert {name: value for name, value in row.items() if not name.startswith("override_")} == row_of(plain)
    assert sum(name.startswith("override_") for name in row) == 8
    assert all(cell is None for cells in table.rows if cells[0] != ID
               for cell, column in zip(cells, table.columns, strict=True) if column.name.startswith("override_"))  # fmt: skip
    read = next(one for one in csv.DictReader(io.StringIO(csv_text(table))) if one["message_id"] == ID)
    assert read[f"override_{PASSED}_reason"] == "'=cmd|' /C calc'!A0"
    assert read[f"override_{PASSED}_author"] == "'+Kim"


def test_verdicts_of_messages_that_are_not_there_make_no_column():
    """A table of other messages has no override columns."""
    others = [a for a in TEAM if a is not ONE]
    table = messages_table(others, OUTCOMES, glossary(), overrides=GIVEN)
    assert not [column.name for column in table.columns if column.name.startswith("override_")]


def test_the_workbook_and_parquet(tmp_path):
    """The workbook has a sheet of people's verdicts; Parquet keeps the words as they were written."""
    table = messages_table(TEAM, OUTCOMES, glossary(), overrides=GIVEN)
    people = overrides_table(TEAM, GIVEN, glossary())
    write_xlsx(tmp_path / "a.xlsx", {"messages": table, "overrides": people})
    sheet = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["overrides"].iter_rows(values_only=True))
    assert len(sheet) == 3
    line = dict(zip(sheet[0], next(row for row in sheet[1:] if row[2] == MISSED), strict=True))
    assert (line["machine"], line["person"], line["author"]) == ("fail", "pass", "Coach Kim")
    for cells in openpyxl.load_workbook(tmp_path / "a.xlsx")["overrides"].iter_rows(min_row=2):
        assert not [cell for cell in cells if cell.data_type == "f"]
    write_parquet(tmp_path / "a.parquet", table)
    read = next(one for one in pyarrow.parquet.read_table(tmp_path / "a.parquet").to_pylist() if one["message_id"] == ID)
    assert read[f"override_{PASSED}_reason"] == "=cmd|' /C calc'!A0"


def test_the_dictionary_explains_them():
    """The dictionary has the table's override columns, and for the whole rubric when there is no data."""
    columns = message_columns(TEAM, glossary(), overrides=GIVEN)
    assert columns == list(messages_table(TEAM, OUTCOMES, glossary(), overrides=GIVEN).columns)
    general = {column.name for column in message_columns([], glossary())}
    assert {f"override_{check}{end}" for check in glossary().checks for end in ("", "_reason", "_author", "_utc")} <= general


def test_json_lines_carry_them_beside_the_analysis():
    """A line has the list of people's verdicts, and reads back as the same Analysis."""
    lines = [json.loads(line) for line in jsonl_text(TEAM, GIVEN).splitlines()]
    line = next(one for one in lines if one["message"]["message_id"] == ID)
    assert [Override.from_dict(one) for one in line["overrides"]] == [GIVEN[ID][check] for check in sorted((MISSED, PASSED))]
    assert all(one["overrides"] == [] for one in lines if one is not line)
    assert Analysis.from_dict(line).to_dict() == ONE.to_dict()


def test_redaction_leaves_out_reason_and_author():
    """Under a redacted id the verdict stays; reason and author, free text with names in it, do not."""
    hidden = redacted_overrides(GIVEN, {ID: "m0"})
    assert set(hidden) == {"m0"}
    assert hidden["m0"][MISSED] == Override("m0", MISSED, "pass", LEFT_OUT, LEFT_OUT, "2026-05-05T10:00:00+00:00")
    assert redacted_overrides(GIVEN, {}) == {}


@pytest.mark.parametrize(("check", "verdict"), [(MISSED, "pass"), (PASSED, "fail"), ("no_such", None)])
def test_the_person_has_the_last_word_on_examples(check, verdict):
    """Where a person gave a verdict it is the one; without one it is the machine's."""
    assert verdict_of(ONE, check, GIVEN) == verdict
    assert verdict_of(ONE, MISSED, {}) == "fail"
    assert set(override_views(GIVEN[ID])) == {MISSED, PASSED}
    assert override_views(None) == {}
    assert verdict_of(dataclasses.replace(ONE, score=None), MISSED, {}) is None
