"""FreeSWITCH's voicemail folders and the table voicemail_msgs."""

from __future__ import annotations

import sqlite3

from tests.intake.places import SOUND, UUIDS, freeswitch, row, voicemail_msgs
from tests.intake.spools import put
from vmaudio.intake.sources.registry import read_place


def test_the_table_gives_the_fields(tmp_path):
    """Caller, time, length and mailbox; the path on the server is another than here."""
    found = read_place(freeswitch(tmp_path))
    first = found.messages[0]
    assert found.source == "freeswitch"
    assert [one.message_id for one in found.messages] == list(UUIDS)
    assert (first.rep, first.caller_id, first.sent_at) == ("Tom Becker", "3035550126", "2026-03-02T17:15:02+00:00")
    assert (first.extra["duration_s"], first.extra["mailbox"]) == ("12", "1001@pbx.example.com")
    assert [one.what.rpartition("/")[2] for one in found.left_out] == ["greeting_1.wav"]


def test_its_own_database_is_read(tmp_path):
    """The SQLite file voicemail_default.db instead of an export; it is opened for reading alone."""
    folder = freeswitch(tmp_path)
    (folder / "voicemail_msgs.csv").unlink()
    columns = list(row(UUIDS[0]))
    with sqlite3.connect(folder / "voicemail_default.db") as database:
        database.execute(f"CREATE TABLE voicemail_msgs ({', '.join(columns)})")
        insert = f"INSERT INTO voicemail_msgs VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - question marks
        database.executemany(insert, [tuple(row(uuid, cid_name="UNKNOWN").values()) for uuid in UUIDS])
    database.close()
    found = read_place(folder)
    assert [(one.caller_id, one.rep) for one in found.messages] == [("3035550126", None)] * 2


def test_without_a_table_the_names_are_enough(tmp_path):
    """The uuid in the name is the id; a file written a moment ago may be a message under way."""
    folder = freeswitch(tmp_path)
    (folder / "voicemail_msgs.csv").unlink()
    new = UUIDS[0].replace("1" * 12, "3" * 12)
    put(folder / f"msg_{new}.wav", SOUND, age_s=1)
    found = read_place(folder)
    assert [(one.message_id, one.sent_at) for one in found.messages] == [(uuid, None) for uuid in UUIDS]
    assert [one.reason for one in found.left_out] == ["unfinished", "greeting"]


def test_a_row_without_its_recording_is_named(tmp_path):
    """What the table lists and the folder lacks was not copied."""
    folder = freeswitch(tmp_path)
    gone = UUIDS[0].replace("1" * 12, "4" * 12)
    (folder / "voicemail_msgs.csv").write_text(voicemail_msgs([row(uuid) for uuid in (*UUIDS, gone)]))
    assert [one.what.rpartition("/")[2] for one in read_place(folder).left_out if one.reason == "no recording"] == [
        f"msg_{gone}.wav"
    ]
