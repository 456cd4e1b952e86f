"""What the words of CRMs and dialers say of a call, and what they do not say."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from vmaudio.errors import SettingError, TableError
from vmaudio.intake.outcomes.files import OutcomeFile, read_outcomes
from vmaudio.intake.outcomes.importing import parse_as_of
from vmaudio.intake.tables.columns import ColumnMap, column_map_toml, parse_column_map
from vmaudio.intake.tables.dispositions import MEANINGS, disposition_table, meaning_of, parse_map_values, word_key

SYSTEMS = ("HubSpot", "Salesforce", "Close", "Pipedrive", "Outreach", "Salesloft", "Aircall", "Dialpad", "JustCall", "VICIdial")


def read(tmp_path: Path, *rows: str, mapping: ColumnMap | None = None, as_of: str | None = None) -> OutcomeFile:
    path = tmp_path / "o.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return read_outcomes(path, mapping, as_of=parse_as_of(as_of))


def test_the_table_is_whole() -> None:
    """Every line has a known meaning and a source, every system is there, and a word means one thing everywhere."""
    by_word = defaultdict(set)
    for line in disposition_table():
        assert line.meaning in MEANINGS, line
        assert line.source, line
        by_word[word_key(line.word)].add(line.meaning)
    assert {system for system in SYSTEMS if not any(line.system == system for line in disposition_table())} == set()
    assert {word: found for word, found in by_word.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("9d9162e7-6cf3-4944-bf63-4dff82258764", "no contact"),
        ("f240bbac-87c9-4f6e-bf70-924b57d47db7", "connect"),
        ("a4c4c377-d246-4b32-a13b-75a56a4cd0ff", "no contact"),
        ("b2cf5968-551e-4856-9783-52b3da59a7d0", "voicemail"),
        ("73a0d17f-1163-4015-bdd5-ec830791da20", "no contact"),
        ("17b47fee-58de-441e-a44c-c6300d46f273", "wrong_person"),
        ("COMPLETED", "no outcome"),
        ("Left live message", "no contact"),
        ("vm-left", "voicemail"),
        ("vm_answer", "voicemail"),
        ("left_voicemail", "voicemail"),
        ("wrong_number", "wrong_person"),
        ("Answered", "no outcome"),
        ("CALLBK", "appointment"),
        ("CBHOLD", "appointment"),
        ("Callback", "appointment"),
        ("Call back later", "appointment"),
        ("Call-Back", "appointment"),
        ("Called back", "callback"),
        ("SALE", "sale"),
        ("DNC", "complaint"),
        ("NI", "connect"),
        ("AL", "voicemail"),
        ("PU", "no outcome"),
        ("Don’t call again", "complaint"),
        ("Interested", None),
    ],
)
def test_words(word: str, meaning: str | None) -> None:
    """The named words of the systems, in their spellings."""
    assert meaning_of(word) == meaning
    assert meaning_of(f" {word.lower()} ") == meaning


def test_a_planned_call_is_no_callback(tmp_path: Path) -> None:
    """ "Callback" as a disposition is the rep's plan: asked about, with its count, and never counted."""
    file = read(tmp_path, "message_id,Call outcome", "a,Callback", "b,Callback", "c,CALLBK", "d,Called back")
    assert [row.outcome.callback for row in file.rows] == [None, None, None, True]
    (asked,) = file.questions()
    assert "'Callback' (2), 'CALLBK' (1)" in asked
    assert "--map-value 'Callback=callback'" in asked
    own = read(
        tmp_path,
        "message_id,Call outcome",
        "a,callback",
        "b,CALLBK",
        mapping=parse_column_map((), values=("Callback=callback",)),
    )
    assert [row.outcome.callback for row in own.rows] == [True, None]
    assert own.words[0].own is True
    assert "'callback'" not in own.questions()[0]


def test_words_unknown_to_the_table_are_listed(tmp_path: Path) -> None:
    """Each with its count; a user's meaning makes an outcome of it, and "none" silences it."""
    file = read(tmp_path, "message_id,Disposition", "a,Interested", "b,interested", "c,Zap", "d,Busy")
    (asked,) = file.questions()
    assert "'Interested' (2), 'Zap' (1)" in asked
    assert "Busy" not in asked
    assert [row.outcome.connect for row in file.rows] == [None] * 4
    own = parse_column_map((), values=("Interested=connect", "Zap=none"))
    file = read(tmp_path, "message_id,Disposition", "a,Interested", "b,interested", "c,Zap", "d,Busy", mapping=own)
    assert file.questions() == []
    assert [row.outcome.connect for row in file.rows] == [True, True, None, None]


def test_meanings_are_saved_with_the_columns(tmp_path: Path) -> None:
    """What --save-map writes is read again, quotation marks and all; the command line wins."""
    made = ColumnMap({"file": "Recording"}, "dmy", parse_map_values(['Said "maybe"=connect', "A=B=reply", "Later=Appointment"]))
    assert made.values == {'Said "maybe"': "connect", "A=B": "reply", "Later": "appointment"}
    (tmp_path / "map.toml").write_text(column_map_toml(made), "utf-8")
    assert parse_column_map([str(tmp_path / "map.toml")]) == made
    changed = parse_column_map([str(tmp_path / "map.toml")], values=["A=B=none"])
    assert changed.values["A=B"] == "no outcome"
    for wrong in ("Interested", "=connect", "Interested=", "Interested=perhaps"):
        with pytest.raises(SettingError, match="--map-value"):
            parse_map_values([wrong])


def test_dates_ahead_are_appointments(tmp_path: Path) -> None:
    """A column with dates after the export is the reps' calendar: no date in it is a callback."""
    rows = ("message_id,Callback Date", "a,2026-05-06", "b,2026-06-20", "c,")
    file = read(tmp_path, *rows, as_of="2026-05-31")
    assert [row.outcome.callback for row in file.rows] == [None, None, None]
    assert [row.outcome.callback_at for row in file.rows] == [None, None, None]
    (asked,) = file.questions()
    assert "1 of 2 dates in 'callback date' lie after 2026-05-31" in asked
    chosen = read(tmp_path, *rows, as_of="2026-05-31", mapping=ColumnMap({"callback_at": "Callback Date"}))
    assert [row.outcome.callback for row in chosen.rows] == [True, None, None]
    later = read(tmp_path, *rows, as_of="2026-06-30")
    assert [row.outcome.callback for row in later.rows] == [True, True, None]
    assert later.questions() == []


def test_one_wrong_year_does_not_lose_a_column(tmp_path: Path) -> None:
    """A slip of the pen among many dates is left out and named; the others count."""
    rows = [f"m{i},2026-05-0{i % 9 + 1}" for i in range(40)]
    file = read(tmp_path, "message_id,Callback Date", *rows, "x,2062-05-04", as_of="2026-05-31")
    assert sum(row.outcome.callback is True for row in file.rows) == 40
    assert file.rows[-1].outcome.callback is None
    assert "slips of the pen" in file.questions()[0]


def test_without_the_day_of_the_export_it_is_today(tmp_path: Path) -> None:
    """A date of next century is ahead whatever the day."""
    file = read(tmp_path, "message_id,Callback Date", "a,2099-05-06")
    assert file.rows[0].outcome.callback is None


def test_a_word_that_also_stands_for_nothing(tmp_path: Path) -> None:
    """VICIdial's NA is a call without an answer; N/A and the like say nothing and are not asked about."""
    file = read(tmp_path, "message_id,Disposition", "a,NA", "b,N/A", "c,(No value)", "d,-")
    assert [(one.word, one.meaning, one.count) for one in file.words] == [("NA", "no contact", 1)]
    assert file.questions() == []


def test_faults_of_dates_stay_with_their_line(tmp_path: Path) -> None:
    """The dates are read before the rest of the rows; what is wrong with them is listed once, among the faults of its line."""
    rows = ("a,2026-05-04,maybe", ",2026-05-04,yes", "c,never,yes", "d,2026-05-04,no")
    with pytest.raises(TableError) as caught:
        read(tmp_path, "message_id,callback_at,callback", *rows)
    lines = [line.strip().partition(":")[0] for line in str(caught.value).splitlines()[1:]]
    assert lines == ["line 2", "line 3", "line 4", "line 5"]


def test_answered_is_no_reply(tmp_path: Path) -> None:
    """A machine answers too: the column is left alone, and said to be."""
    file = read(tmp_path, "Call ID,Answered,Connected", "a,Yes,no")
    assert file.rows[0].outcome.reply is None
    assert "--map reply=answered" in file.questions()[0]
    own = read(tmp_path, "Call ID,Answered", "a,Yes", mapping=ColumnMap({"reply": "Answered"}))
    assert own.rows[0].outcome.reply is True
    assert own.questions() == []


def test_a_voicemail_that_picked_up_is_no_connect(tmp_path: Path) -> None:
    """The line was connected, to a machine; a later talk with the prospect, in our own column, stays."""
    file = read(tmp_path, "Call ID,Connected,Disposition", "a,Yes,Left voicemail", "b,Yes,AA", "c,Yes,")
    assert [row.outcome.connect for row in file.rows] == [None, None, True]
    assert file.questions() == ["Connected, but to a machine as the disposition says, so no connect: 2."]
    ours = read(tmp_path, "message_id,connect,Disposition", "a,yes,Left voicemail")
    assert ours.rows[0].outcome.connect is True


def test_every_word_of_the_table_can_be_in_a_file(tmp_path: Path) -> None:
    """No word of any system is unknown when it is read from a cell."""
    path = tmp_path / "o.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["message_id", "Disposition"])
        writer.writerows([f"m{i}", line.word] for i, line in enumerate(disposition_table()))
    assert [one for one in read_outcomes(path).words if one.meaning is None] == []


def test_vicidials_status_is_its_disposition(tmp_path):
    """Without any option, and in its exports only: a column status elsewhere is the task's."""
    export = tmp_path / "v.csv"
    export.write_text(
        "call_date,phone_number_dialed,status,user,full_name,uniqueid\n"
        "2026-03-02 17:15:05,3035550126,AA,1001,Ann Bell,1772471702.1\n"
        "2026-03-02 17:25:05,3035550127,CALLBK,1001,Ann Bell,1772471702.2\n"
        "2026-03-02 17:35:05,3035550128,SALE,1001,Ann Bell,1772471702.3\n",
        "utf-8",
    )
    found = read_outcomes(export)
    assert found.columns["result"] == "status"
    assert [row.outcome.sale for row in found.rows] == [None, None, True]
    assert [row.outcome.callback for row in found.rows] == [None, None, None]
    task = tmp_path / "t.csv"
    task.write_text("message_id,status,call result\nm1,SALE,Left Voicemail\n", "utf-8")
    assert read_outcomes(task).columns["result"] == "call result"
