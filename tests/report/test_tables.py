"""Tables: every column explained, numbers stay numbers, and nothing runs in a spreadsheet."""

import csv
import dataclasses
import io
import json
import math
import re
import sys

import openpyxl
import pyarrow.parquet
import pytest
from hypothesis import given, strategies as st

from tests.report.makers import glossary, labelled, make, team
from vmaudio.errors import ReportError
from vmaudio.features import CATALOGUE
from vmaudio.intake.spreadsheet import restore_cell
from vmaudio.records import Analysis, Message
from vmaudio.report.dictionary import dictionary_markdown, dictionary_table
from vmaudio.report.files import csv_text, harmless, jsonl_text, whole, write_parquet, write_text, write_xlsx
from vmaudio.report.glossary import Glossary
from vmaudio.report.groups import groups_table
from vmaudio.report.summary import called_back, observations_of
from vmaudio.report.tone_visibility import without_tone
from vmaudio.store import Column, Table, message_columns, messages_table

TEAM, OUTCOMES = team(24)


def table(tone: bool = False) -> Table:
    return messages_table(TEAM, OUTCOMES, glossary(), tone=tone)


def test_one_row_per_message_with_every_feature_and_check():
    """Each message is a row; every feature of the catalogue and every check of the rubric is a column with a meaning."""
    made = table(tone=True)
    names = [column.name for column in made.columns]
    assert len(made.rows) == len(TEAM)
    assert len(set(names)) == len(names)
    assert set(CATALOGUE) <= set(names)
    assert {f"check_{check}" for check in glossary().checks} <= set(names)
    assert all(column.meaning and column.source for column in made.columns)
    row = dict(zip(names, made.rows[0], strict=True))
    assert row["points"] == TEAM[0].score.points
    assert row["speaking_rate_wpm"] == TEAM[0].features.values["speaking_rate_wpm"]
    assert row["transcript"] == TEAM[0].transcript.text
    assert row["outcome_callback"] == OUTCOMES[TEAM[0].message.message_id].callback
    assert row["outcome_simulated"] is True


def test_the_dictionary_has_exactly_the_columns_of_the_table():
    """The dictionary made from data names the table's columns in order; its units are the catalogue's."""
    columns = message_columns(TEAM, glossary(), tone=True)
    assert columns == list(table(tone=True).columns)
    assert {c.name: c.unit for c in columns}["number_digits_per_s"] == CATALOGUE["number_digits_per_s"].unit
    page = dictionary_markdown(columns)
    assert all(f"`{column.name}`" in page for column in columns)
    assert [row[0] for row in dictionary_table(columns).rows] == [column.name for column in columns]


def test_tone_reaches_no_table_unless_asked_for():
    """Without tone there is no axis, no label, and none in JSON Lines either."""
    assert not [column.name for column in table().columns if column.name.startswith("tone")]
    assert [column.name for column in table(tone=True).columns if column.name.startswith("tone")]
    line = json.loads(jsonl_text([without_tone(TEAM[0])]))
    assert line["tone"] is None
    assert not [name for name in line["features"]["values"] if name.startswith("tone")]


def test_json_lines_read_back_as_the_same_analysis():
    """Each line is one Analysis in plain JSON, NaN as null."""
    text = jsonl_text(TEAM)
    lines = text.split("\n")[:-1]
    assert len(lines) == len(TEAM)

    def no_such(name):
        raise AssertionError(name)

    read = [json.loads(line, parse_constant=no_such) for line in lines]
    assert Analysis.from_dict(read[3]).to_dict() == TEAM[3].to_dict()


FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_in_any_text_is_only_text(formula, tmp_path):
    """Text that begins like a formula is led by an apostrophe in CSV and xlsx, and is no formula cell; Parquet keeps it."""
    sent = Message(f"{formula}.wav", rep=formula, prospect=formula, extra={formula: formula})
    made = dataclasses.replace(make(labelled()[0], sent), file_name=formula)
    made = dataclasses.replace(made, transcript=dataclasses.replace(made.transcript, text=formula))
    rows = messages_table([made], {}, glossary())
    head, row = list(csv.reader(io.StringIO(csv_text(rows))))
    cells = dict(zip(head, row, strict=True))
    for name in ("rep", "prospect", "file_name", "transcript"):
        assert cells[name] == "'" + formula.replace("\r", "\n")
    assert not [cell for cell in (*head, *row) if cell[:1] in tuple("=+@\t\r")]
    fall = rows.rows[0][head.index("final_fall_st")]  # a negative number is no text
    assert float(cells["final_fall_st"]) == round(fall, 4) != fall
    book_path = tmp_path / "made.xlsx"
    write_xlsx(book_path, {"messages": rows})
    for cell in next(openpyxl.load_workbook(book_path)["messages"].iter_rows(min_row=2)):
        assert cell.data_type != "f"
    write_parquet(tmp_path / "made.parquet", rows)
    assert pyarrow.parquet.read_table(tmp_path / "made.parquet").to_pylist()[0]["rep"] == formula


@given(st.text())
def test_harmless_text_begins_with_nothing_that_runs(text):
    """No text at all begins like a formula afterwards, and harmless text is unchanged."""
    cell = str(harmless(text))
    assert not cell.strip()[:1] or cell.strip()[0] not in "=+-@" or re.fullmatch(r"\+[0-9]{6,15}", cell)
    assert cell in (text, "'" + text)
    assert restore_cell(cell) == text


def test_a_telephone_number_is_as_it_was_given():
    """A caller id in full has no apostrophe, and a file of before with one is still read; a sum has one."""
    assert harmless("+12185550134") == "+12185550134"
    assert restore_cell("'+12185550134") == "+12185550134"
    assert harmless("+1218-555") == "'+1218-555"


def test_numbers_stay_numbers_in_a_workbook(tmp_path):
    """In xlsx a feature is a number, an unknown value an empty cell, and the dictionary is the second sheet."""
    made = table()
    write_xlsx(tmp_path / "made.xlsx", {"messages": made, "dictionary": dictionary_table(made.columns)})
    book = openpyxl.load_workbook(tmp_path / "made.xlsx")
    assert book.sheetnames == ["messages", "dictionary"]
    rows = list(book["messages"].iter_rows(values_only=True))
    at = rows[0].index("speaking_rate_wpm")
    assert rows[1][at] == pytest.approx(made.rows[0][at])
    unknown = [(i, j) for i, row in enumerate(made.rows) for j, cell in enumerate(row) if cell is None]
    assert unknown
    assert all(rows[i + 1][j] is None for i, j in unknown)
    assert book["messages"].freeze_panes == "B2"


def test_a_workbook_takes_any_text(tmp_path):
    """Control characters and texts beyond Excel's limit do not break the workbook."""
    wild = Table((Column("words", "text", "", "words", "test"),), (("a\x00b\x0b\ud800",), ("x" * 40_000,)))
    write_xlsx(tmp_path / "wild.xlsx", {"wild": wild})
    rows = list(openpyxl.load_workbook(tmp_path / "wild.xlsx")["wild"].iter_rows(values_only=True))
    assert rows[1][0].startswith("a")
    assert len(rows[2][0]) == 32_767


def test_parquet_has_types_and_meanings(tmp_path):
    """In Parquet numbers are doubles, truth is boolean, and each field carries unit and meaning."""
    write_parquet(tmp_path / "made.parquet", table())
    read = pyarrow.parquet.read_table(tmp_path / "made.parquet")
    assert str(read.schema.field("speaking_rate_wpm").type) == "double"
    assert str(read.schema.field("outcome_callback").type) == "bool"
    assert read.schema.field("duration_s").metadata[b"unit"] == b"s"
    assert read.num_rows == len(TEAM)


def test_a_missing_package_is_one_sentence(monkeypatch, tmp_path):
    """Without the optional package the error says what to install."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ReportError, match=r"pip install 'vmaudio\[report\]'"):
        write_parquet(tmp_path / "x", table())


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    """A folder that is not there is a sentence; a failed write leaves the old file and no litter."""
    with pytest.raises(ReportError, match="cannot be written"):
        write_text(tmp_path / "no" / "x.html", "new")
    target = tmp_path / "x.xlsx"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError):
        whole(target, lambda stream: 1 / (stream.write(b"half") - 4))
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["x.xlsx"]


def test_groups_are_in_the_order_of_names_and_add_up():
    """A table by rep has a row per rep in the order of names; counts and callbacks add up to those of all messages."""
    made = groups_table(TEAM, OUTCOMES, glossary(), "rep")
    names = [column.name for column in made.columns]
    rows = [dict(zip(names, row, strict=True)) for row in made.rows]
    assert [row["rep"] for row in rows] == sorted({a.message.rep for a in TEAM})
    assert sum(row["messages"] for row in rows) == len(TEAM)
    called, _ = called_back(observations_of(TEAM, OUTCOMES))
    assert sum(row["callbacks_of"] for row in rows) == len(called)
    assert sum(row["callbacks"] or 0 for row in rows) == sum(called.values())
    assert all(row["outcomes_simulated"] for row in rows)
    for row in rows:
        if row["callbacks_of"]:
            assert row["callback_low"] <= row["callback_rate"] <= row["callback_high"]


def test_without_a_glossary_columns_still_come():
    """Checks and features that no glossary knows are columns under their own names."""
    made = messages_table(TEAM[:2], {}, Glossary())
    names = [column.name for column in made.columns]
    assert "check_caller_named" in names
    assert "speaking_rate_wpm" in names
    assert not [cell for row in made.rows for cell in row if isinstance(cell, float) and not math.isfinite(cell)]
