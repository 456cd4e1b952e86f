"""Asterisk's and FreePBX's spools: each message once, with its fields, whatever its number is today."""

from __future__ import annotations

import pytest

from tests.intake.spools import message, put, riff
from vmaudio.intake.sources.asterisk import Asterisk
from vmaudio.intake.sources.registry import read_place, recognise
from vmaudio.intake.sources.source import LeftOut, ReadOptions
from vmaudio.records import Message

OPTIONS = ReadOptions()


@pytest.fixture
def spool(tmp_path):
    """A spool of one box: a message in three formats, its greetings, one of them read and filed."""
    root = tmp_path / "voicemail"
    inbox = root / "default" / "2001" / "INBOX"
    sounds = {"gsm": b"\xd2" * 3300, "WAV": riff(0x31, b"\x11" * 3250), "wav": riff(1, b"\0\x10" * 8000)}
    message(inbox, 0, sounds)
    message(root / "default" / "2001" / "Old", 0, callerid="3035550199", msg_id="1772400000-00000001", origtime="1772400000")
    for name in ("unavail", "busy", "greet", "temp"):
        put(inbox.parent / f"{name}.wav", riff(1, b"\0\x20" * 800))
    return root


def read(path):
    found = list(Asterisk().read(path, OPTIONS))
    return [one for one in found if isinstance(one, Message)], [one for one in found if isinstance(one, LeftOut)]


def test_each_message_once_in_its_best_format(spool):
    """Three formats are one message, from the 16-bit WAV; the four greetings are left out and named with their box."""
    messages, left_out = read(spool)
    names = [one.source.removeprefix(str(spool)) for one in messages]
    assert names == ["/default/2001/INBOX/msg0000.wav", "/default/2001/Old/msg0000.wav"]
    assert [(one.reason, one.why) for one in left_out] == [("greeting", "2001@default")] * 4
    assert sorted(one.what.rpartition("/")[2] for one in left_out) == ["busy.wav", "greet.wav", "temp.wav", "unavail.wav"]


def test_its_text_becomes_fields(spool):
    """origtime, callerid, duration and msg_id; a caller without a name has no rep."""
    first, second = read(spool)[0]
    assert first.message_id == "1772471702-0000002b"
    assert (first.rep, first.caller_id, first.sent_at) == ("Tom Becker", "3035550126", "2026-03-02T17:15:02+00:00")
    assert first.channel == "voicemail"
    assert (first.extra["duration_s"], first.extra["mailbox"], first.extra["folder"]) == ("12", "2001@default", "INBOX")
    assert (second.rep, second.caller_id) == (None, "3035550199")


@pytest.mark.parametrize("part", ["", "default", "default/2001", "default/2001/INBOX"])
def test_any_part_of_the_tree_is_known_by_looking(spool, part):
    """The whole spool, a context, a box and a folder."""
    assert recognise(spool / part).name == "asterisk"
    assert read_place(spool / part).messages[0].message_id == "1772471702-0000002b"


def test_a_message_under_way_is_left_for_the_next_run(spool):
    """Without duration= the caller is still speaking; so is what lies in tmp. Later it is there."""
    inbox = spool / "default" / "2001" / "INBOX"
    message(inbox, 1, msg_id="1772471800-0000002c", duration=None)
    put(spool / "default" / "2001" / "tmp" / "Xy12ab.wav", riff(1, b"\0\x10" * 800))
    messages, left_out = read(spool)
    assert len(messages) == 2
    assert [one.what.rpartition("2001/")[2] for one in left_out if one.reason == "unfinished"] == [
        "INBOX/msg0001.wav",
        "tmp/Xy12ab.wav",
    ]
    message(inbox, 1, msg_id="1772471800-0000002c")
    assert [one.message_id for one in read(spool)[0]][1] == "1772471800-0000002c"


@pytest.mark.parametrize("msg_id", ["1772471702-0000002b", None])
def test_renumbering_does_not_make_a_message_new(tmp_path, msg_id):
    """Filed in another folder under another number it has the same id: its msg_id, or where it has none its bytes."""
    stem = message(tmp_path / "default" / "2001" / "INBOX", 3, msg_id=msg_id)
    (before,) = read(tmp_path)[0]
    old = tmp_path / "default" / "2001" / "Old"
    old.mkdir()
    for ending in (".txt", ".wav"):
        stem.with_suffix(ending).rename(old / f"msg0000{ending}")
    (after,) = read(tmp_path)[0]
    assert after.message_id == before.message_id
    assert after.source != before.source


def test_two_messages_of_one_number_are_two(tmp_path):
    """msg0000 of two boxes, without msg_id, are told apart by their bytes."""
    for box in ("2001", "2002"):
        message(tmp_path / "default" / box / "INBOX", 0, {"wav": riff(1, box.encode() * 2000)}, msg_id=None)
    assert len({one.message_id for one in read_place(tmp_path).messages}) == 2


def test_a_message_to_two_boxes_is_one_and_a_copy(tmp_path):
    """VoiceMail(2001&2002) files one recording twice, with one msg_id."""
    for box in ("2001", "2002"):
        message(tmp_path / "default" / box / "INBOX", 0)
    found = read_place(tmp_path)
    assert len(found.messages) == 1
    assert [one.reason for one in found.left_out] == ["copy"]


@pytest.mark.parametrize(
    ("sounds", "best"),
    [
        ({"WAV": riff(0x31, b"\x11" * 3250), "ulaw": b"\x7f" * 8000}, "msg0000.ulaw"),
        ({"gsm": b"\xd2" * 3300, "g722": b"\x11" * 8000, "wav": riff(1, b"\0\x10" * 8000)}, "msg0000.g722"),
        ({"sln16": b"\0\x10" * 8000, "wav": riff(1, b"\0\x10" * 8000)}, "msg0000.sln16"),
        ({"wav": riff(1, b""), "gsm": b"\xd2" * 3300}, "msg0000.gsm"),
    ],
)
def test_the_best_format(tmp_path, sounds, best):
    """Wide band before narrow, whole before compressed, and never a header without sound."""
    message(tmp_path / "default" / "2001" / "INBOX", 0, sounds)
    (found,) = read(tmp_path)[0]
    assert found.source.endswith(best)


def test_texts_of_before_2003(tmp_path):
    """No section, no origtime, no duration: the message counts, and its date is read from words in the user's zone."""
    text = "#\n# Message Information file\n#\norigmailbox=2001\ncontext=local\nexten=2001\npriority=1\n"
    text += "callerchan=Zap/1-1\ncallerid=Tom <3035550126>\norigdate=Tue Mar  4 10:15:02 AM MST 2003\n"
    put(tmp_path / "2001" / "INBOX" / "msg0000.txt", text.encode("latin-1"))
    put(tmp_path / "2001" / "INBOX" / "msg0000.gsm", b"\xd2" * 3300)
    (found,) = Asterisk().read(tmp_path, ReadOptions(timezone="America/Denver"))
    assert (found.rep, found.caller_id, found.sent_at) == ("Tom", "3035550126", "2003-03-04T10:15:02-07:00")


def test_what_is_no_message_is_named(tmp_path):
    """A text without sound, a stranger's file, and an introduction by somebody who passed a message on."""
    inbox = tmp_path / "default" / "2001" / "INBOX"
    message(inbox, 0)
    message(inbox, 1, {})
    put(inbox / "msg0000intro.wav", riff(1, b"\0\x10" * 800))
    put(inbox / "music.mp3", b"\xff\xfb" * 800)
    messages, left_out = read(tmp_path)
    assert len(messages) == 1
    assert sorted((one.reason, one.what.rpartition("/")[2]) for one in left_out) == [
        ("greeting", "msg0000intro.wav"),
        ("no recording", "msg0001.txt"),
        ("not a message", "music.mp3"),
    ]


ODD = (
    b"\xff\xfe\x00\x00[message]\n=\n",
    b"[message]\norigtime=99999999999999999999\ncallerid=\nduration=x\n",
    b"[message]\nduration=1\n" + b"a" * 99999,
)


@pytest.mark.parametrize("text", ODD, ids=["binary", "numbers", "long"])
def test_odd_texts_harm_nothing(tmp_path, text):
    """Whatever a text holds, reading ends in messages and things left out."""
    put(tmp_path / "default" / "2001" / "INBOX" / "msg0000.txt", text)
    put(tmp_path / "default" / "2001" / "INBOX" / "msg0000.wav", riff(1, b"\0\x10" * 800))
    messages, left_out = read(tmp_path)
    assert len(messages) + len(left_out) == 1
    assert all(one.sent_at is None for one in messages)


def test_one_message_by_its_file(spool):
    """Any of its files, as a shell's INBOX/* gives them: the same message, in the best format."""
    inbox = spool / "default" / "2001" / "INBOX"
    for ending in ("txt", "gsm", "WAV", "wav"):
        (found,) = read_place(inbox / f"msg0000.{ending}").messages
        assert (found.message_id, found.source) == ("1772471702-0000002b", str(inbox / "msg0000.wav"))


def test_a_box_without_messages_is_a_spool_too(tmp_path):
    """Its greetings are no messages; a named source may find nothing yet."""
    box = tmp_path / "default" / "2001"
    (box / "INBOX").mkdir(parents=True)
    put(box / "unavail.wav", riff(1, b"\0\x20" * 800))
    found = read_place(tmp_path)
    assert (found.source, found.messages, [one.reason for one in found.left_out]) == ("asterisk", (), ["greeting"])
    assert read_place(box / "INBOX", source="asterisk", empty=True).messages == ()
