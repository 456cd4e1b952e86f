"""Outcome files and manifests: columns, faults, joining."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from vmaudio.errors import SettingError, TableError
from vmaudio.experiments.comparison import compare
from vmaudio.intake import manifest
from vmaudio.intake.manifest import read_crm_manifest
from vmaudio.intake.outcomes.files import read_outcomes
from vmaudio.intake.outcomes.joining import join_outcomes, joined_observations
from vmaudio.intake.tables.columns import ColumnMap, column_map_toml, parse_column_map

MANIFEST = """file,rep,prospect,sent_at,script
a.wav,ann,p1,2026-05-04T09:00:00,new
b.wav,bob,p2,2026-05-04T10:00:00,old
sub/c.wav,bob,p3,2026-05-05T10:00:00,old
"""


def write(folder: Path, text: str, name: str = "o.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def joined(folder: Path, outcomes: str, listed: str = MANIFEST) -> dict[str, bool | None]:
    sends = read_crm_manifest(write(folder, listed, "m.csv"))
    matched = join_outcomes(read_outcomes(write(folder, outcomes)), sends)
    return {
        Path(o.message.source).name: o.outcome.callback if o.outcome else None for o in joined_observations(sends, matched)
    }  # fmt: skip


@pytest.mark.parametrize("name", ["a.wav", "./a.wav", "C:\\calls\\a.wav", "/elsewhere/a.wav"])
def test_joined_by_file_name(tmp_path: Path, name: str) -> None:
    """A file is known by its name, however its path is written."""
    assert joined(tmp_path, f"file,callback\n{name},yes\n") == {"a.wav": True, "b.wav": None, "c.wav": None}


def test_joined_by_path_message_id_and_hash(tmp_path: Path) -> None:
    """Paths, message ids and hashes name a message too, each in its own line."""
    listed = "file,message_id,recording_id,rep\na.wav,m1,AB12,ann\nb.wav,m2,cd34,bob\nc.wav,m3,ef56,bob\n"
    text = f"message_id,file,recording_id,callback\nm1,,,1\n,{tmp_path / 'b.wav'},,0\n,,EF56,1\n"
    assert joined(tmp_path, text, listed) == {"a.wav": True, "b.wav": False, "c.wav": True}


def test_one_name_in_two_folders_names_none(tmp_path: Path) -> None:
    """When two folders hold the name, a bare name fits no message, and a path with its folder does."""
    listed = "file,prospect\nx/a.wav,p1\ny/a.wav,p2\n"
    sends = read_crm_manifest(write(tmp_path, listed, "m.csv"))
    matched = join_outcomes(read_outcomes(write(tmp_path, "file,callback\na.wav,1\ny/a.wav,1\n")), sends)
    assert [line for line, _ in matched.unmatched] == [2]
    assert list(matched.outcomes) == [sends[1].message.message_id]


def test_one_recording_for_many_needs_the_prospect(tmp_path: Path) -> None:
    """One recording dropped on three people has three outcomes: file and prospect together name one."""
    listed = "file,prospect\na.wav,p1\na.wav,p2\na.wav,p3\n"
    sends = read_crm_manifest(write(tmp_path, listed, "m.csv"))
    matched = join_outcomes(read_outcomes(write(tmp_path, "file,prospect,callback\na.wav,p2,1\na.wav,,0\n")), sends)
    assert list(matched.outcomes) == [sends[1].message.message_id]
    assert matched.unmatched[0][0] == 3
    assert "3 messages" in matched.unmatched[0][1]


def test_ids_are_those_of_the_batch(tmp_path: Path) -> None:
    """A manifest gives the same message ids here as when recordings are analysed."""
    path = write(tmp_path, MANIFEST, "m.csv")
    assert [s.message for s in read_crm_manifest(path)] == manifest.read_manifest(path)


def test_unmatched_and_duplicates_are_listed_with_their_lines(tmp_path: Path) -> None:
    """Lines that fit nothing and lines that repeat another are counted, not dropped in silence."""
    sends = read_crm_manifest(write(tmp_path, MANIFEST, "m.csv"))
    matched = join_outcomes(read_outcomes(write(tmp_path, "file,callback\na.wav,1\nzz.wav,1\na.wav,1\n\nb.wav,0\n")), sends)
    assert matched.lines == 4
    assert matched.matched == 3
    assert [line for line, _ in matched.unmatched] == [3]
    assert matched.duplicates == ((4, 2),)


def test_lines_that_contradict_each_other_stop_everything(tmp_path: Path) -> None:
    """Two lines that say yes and no of one message are an error that names both lines."""
    with pytest.raises(TableError, match=r"line 3: contradicts line 2 about a\.wav"):
        joined(tmp_path, "file,callback\na.wav,1\na.wav,0\n")


def test_all_faults_are_listed_with_their_lines(tmp_path: Path) -> None:
    """Every fault of a file is in the one error, each with its line."""
    text = (
        "file,callback,callback_at,cost,touches\n"
        "a.wav,maybe,,,\n"
        "b.wav,1,2026-13-45,,\n"
        "c.wav,1,,minus,\n"
        ",1,,,\n"
        "d.wav,1,,,1.5\n"
        "e.wav,0,2026-05-05,,\n"
    )
    with pytest.raises(TableError) as caught:
        read_outcomes(write(tmp_path, text))
    said = str(caught.value)
    assert "6 faults" in said
    for line in range(2, 8):
        assert f"line {line}:" in said


def test_a_callback_before_its_message_is_impossible(tmp_path: Path) -> None:
    """A callback that came before the message was left is an error with its line."""
    with pytest.raises(TableError, match=r"line 3: callback_at .* is before"):
        joined(tmp_path, "file,callback,callback_at\nb.wav,0,\na.wav,1,2026-05-01\n")


def test_a_bare_date_is_some_time_of_that_day(tmp_path: Path) -> None:
    """A callback dated like its message, without a time of day, is no callback before it; the day before is."""
    sends = read_crm_manifest(write(tmp_path, MANIFEST, "m.csv"))
    matched = join_outcomes(
        read_outcomes(write(tmp_path, "file,callback_at,sent_at\na.wav,2026-05-04,2026-05-04T09:00\n")), sends
    )
    (outcome,) = matched.outcomes.values()
    assert outcome.callback_at == "2026-05-04T23:59:59+00:00"
    listed = "file,prospect,sent_at\na.wav,p1,2026-05-01\nb.wav,p1,2026-05-05T09:00\n"
    assert joined(tmp_path, "prospect,callback_at\np1,2026-05-05\n", listed) == {"a.wav": False, "b.wav": True}
    with pytest.raises(TableError, match="is before"):
        joined(tmp_path, "file,callback_at\na.wav,2026-05-03\n")


def test_a_callback_after_the_export_is_impossible(tmp_path: Path) -> None:
    """A callback later than --as-of is an error."""
    path = write(tmp_path, "file,callback,callback_at\na.wav,1,2026-06-01\n")
    with pytest.raises(TableError, match="after the export"):
        read_outcomes(path, as_of=datetime.datetime(2026, 5, 20, tzinfo=datetime.UTC))


def test_a_callback_time_is_a_callback(tmp_path: Path) -> None:
    """A time of the callback says that there was one."""
    assert joined(tmp_path, "file,callback_at\na.wav,2026-05-05\nb.wav,\n") == {"a.wav": True, "b.wav": None, "c.wav": None}


def test_ambiguous_dates_ask_for_a_setting(tmp_path: Path) -> None:
    """Dates that may be read two ways are refused with the cure, and read once the order is said or shown."""
    path = write(tmp_path, "file,callback,callback_at\na.wav,1,6/5/2026\n")
    with pytest.raises(TableError, match=r"line 2: .*--dates mdy or --dates dmy"):
        read_outcomes(path)
    assert read_outcomes(path, ColumnMap(dates="dmy")).rows[0].outcome.callback_at == "2026-05-06T00:00:00+00:00"
    shown = write(tmp_path, "file,callback,callback_at\na.wav,1,6/5/2026\nb.wav,1,5/25/2026\n")
    assert read_outcomes(shown).rows[0].outcome.callback_at == "2026-06-05T00:00:00+00:00"


def test_salesforce_columns_are_recognised(tmp_path: Path) -> None:
    """A Salesforce export of tasks needs no mapping."""
    text = (
        '"Activity ID","Contact ID","Assigned To","Date","Voicemail_File__c","Called_Back__c","Callback_Date__c","Result"\n'
        '"00T1","003A","Ann Lee","5/14/2026","a.wav","TRUE","5/15/2026","Left Voicemail"\n'
        '"00T2","003B","Bob Ray","5/14/2026","b.wav","FALSE","","Wrong Number"\n'
    )
    first, second = read_outcomes(write(tmp_path, text)).rows
    assert (first.outcome.message_id, first.file, first.prospect, first.rep) == ("00T1", "a.wav", "003A", "Ann Lee")
    assert first.outcome.callback is True
    assert first.outcome.callback_at == "2026-05-15T00:00:00+00:00"
    assert second.outcome.callback is False
    assert second.outcome.wrong_person is True


def test_hubspot_columns_are_recognised(tmp_path: Path) -> None:
    """A HubSpot export of calls needs no mapping."""
    text = (
        "Record ID,Associated Contact IDs,Activity assigned to,Activity date,Call recording URL,Call outcome,Called back\n"
        "991,55,Ann Lee,2026-05-14 09:12,https://x/a.wav,Connected,Yes\n"
    )
    (row,) = read_outcomes(write(tmp_path, text)).rows
    assert (row.outcome.message_id, row.prospect, row.rep, row.file) == ("991", "55", "Ann Lee", "https://x/a.wav")
    assert row.outcome.connect is True
    assert row.outcome.callback is True


def test_reports_with_the_object_before_the_field(tmp_path: Path) -> None:
    """A report's "Contact: Contact ID" is the contact's id, and a date of the callback is known by several names."""
    text = (
        '"Task: Activity ID","Contact: Contact ID","Assigned","Date","Called Back?","Called Back Date"\n'
        '"00T1","003A","Ann Lee","5/14/2026","Yes","5/15/2026 2:05 PM"\n'
    )
    (row,) = read_outcomes(write(tmp_path, text)).rows
    assert (row.outcome.message_id, row.prospect, row.rep) == ("00T1", "003A", "Ann Lee")
    assert row.outcome.callback_at == "2026-05-15T14:05:00+00:00"


def test_a_mapping_names_any_column(tmp_path: Path) -> None:
    """--map reads any column names, and the file that it saves reads them again."""
    path = write(tmp_path, "Recording;Returned\na.wav;ja\nb.wav;nein\n")
    mapping = parse_column_map(["callback=Returned,file=Recording"])
    assert [row.outcome.callback for row in read_outcomes(path, mapping).rows] == [True, False]
    toml = write(tmp_path, column_map_toml(mapping), "crm.toml")
    assert parse_column_map([str(toml)]) == mapping


@pytest.mark.parametrize("text", ["callback", "nonsense=Column", "callback="])
def test_a_faulty_mapping_is_refused(text: str) -> None:
    """A mapping that is none, or names no field of ours, says so."""
    with pytest.raises(SettingError, match="--map"):
        parse_column_map([text])


def test_a_mapping_to_a_column_that_is_not_there(tmp_path: Path) -> None:
    """A mapped column that the file does not have is named, with those it has."""
    with pytest.raises(TableError, match=r"'Returned'.*file, callback"):
        read_outcomes(write(tmp_path, "file,callback\na.wav,1\n"), parse_column_map(["callback=Returned"]))


@pytest.mark.parametrize(("text", "said"), [("x,callback\n1,1\n", "names the message"), ("file,x\na.wav,1\n", "what came of")])
def test_files_without_the_needed_columns(tmp_path: Path, text: str, said: str) -> None:
    """A file that names no message, or nothing that came of it, says what is missing and how to map it."""
    with pytest.raises(TableError, match=said):
        read_outcomes(write(tmp_path, text))


def test_a_prospects_callback_belongs_to_the_last_message_before(tmp_path: Path) -> None:
    """A line that knows only the prospect gives its callback to the last message before it, and "no" to the earlier one."""
    listed = "file,prospect,sent_at\na.wav,p1,2026-05-01\nb.wav,p1,2026-05-05\nc.wav,p1,2026-05-20\n"
    found = joined(tmp_path, "prospect,callback,callback_at\np1,1,2026-05-07\n", listed)
    assert found == {"a.wav": False, "b.wav": True, "c.wav": None}


def test_a_prospects_undated_callback_is_not_guessed(tmp_path: Path) -> None:
    """Without a time, a callback of a prospect with two messages fits neither; "no" fits both."""
    listed = "file,prospect,sent_at\na.wav,p1,2026-05-01\nb.wav,p1,2026-05-05\nc.wav,p2,2026-05-20\n"
    sends = read_crm_manifest(write(tmp_path, listed, "m.csv"))
    matched = join_outcomes(read_outcomes(write(tmp_path, "prospect,callback\np1,1\np2,1\n")), sends)
    assert [line for line, _ in matched.unmatched] == [2]
    assert joined(tmp_path, "prospect,callback\np1,0\np2,1\n", listed) == {"a.wav": False, "b.wav": False, "c.wav": True}


def test_a_renamed_column_keeps_its_own_name_too(tmp_path: Path) -> None:
    """A column "Talk track" is the script, and can still be compared by its own name, in any case; people's names cannot."""
    text = "File,Talk track,Contact name\na.wav,new,Dana\nb.wav,old,Lee\n"
    sends = read_crm_manifest(write(tmp_path, text, "m.csv"))
    assert [send.message.script for send in sends] == ["new", "old"]
    assert [dict(send.message.extra) for send in sends] == [{"talk track": "new"}, {"talk track": "old"}]
    seen = joined_observations(sends, join_outcomes(read_outcomes(write(tmp_path, "file,callback\na.wav,1\nb.wav,0\n")), sends))
    for by in ("script", "Script", "talk track", "Talk Track"):
        assert [arm.arm for arm in compare(seen, by).arms] == ["new", "old"]


def test_a_manifest_needs_no_files(tmp_path: Path) -> None:
    """Message ids are enough for a comparison."""
    (send,) = read_crm_manifest(write(tmp_path, "message_id,script\nm1,new\n", "m.csv"))
    assert send.message.message_id == "m1"
    assert send.message.script == "new"
    with pytest.raises(TableError, match="'file' or 'message_id'"):
        read_crm_manifest(write(tmp_path, "script\nnew\n", "m.csv"))


def test_manifest_faults_are_listed(tmp_path: Path) -> None:
    """Doubled messages and impossible dates of a manifest are listed with their lines."""
    with pytest.raises(TableError) as caught:
        read_crm_manifest(write(tmp_path, "file,sent_at\na.wav,2026-05-04\na.wav,2026-05-04\nb.wav,soon\n,\n", "m.csv"))
    assert "line 3: the same file, prospect and sent_at is already on line 2" in str(caught.value)
    assert "line 4: sent_at" in str(caught.value)
