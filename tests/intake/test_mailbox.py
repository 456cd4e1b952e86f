"""Mailboxes: the recording out of each kind of mail, with who called and when; bounded, and offline."""

from __future__ import annotations

import io
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.intake.mail_makers import SOUND, mail, msg, outlook
from tests.intake.spools import put, riff
from vmaudio.errors import ExtraMissing
from vmaudio.intake.sources import mailbox
from vmaudio.intake.sources.mail_words import caller_in, duration_in, text_of_html
from vmaudio.intake.sources.registry import read_place
from vmaudio.intake.sources.source import ReadOptions
from vmaudio.privacy.forgetting import forget
from vmaudio.records import Message
from vmaudio.store.store import open_store

OTHER = riff(1, b"\0\x20" * 4000)


@pytest.fixture
def read(tmp_path):
    """Reads one mail, or the bytes of one."""

    def read(data, name="mail.eml"):
        put(tmp_path / name, data if isinstance(data, bytes) else bytes(data))
        found = read_place(tmp_path / name, options=ReadOptions(keep=tmp_path / "kept"))
        assert found.source == "mailbox"
        return found

    return read


def test_the_common_mail(read, tmp_path):
    """The recording lies in the folder of kept recordings, for its owner alone; caller, number, time and sender are fields."""
    (found,) = read(mail(body="Duration: 0:34")).messages
    path = Path(found.source)
    assert path.read_bytes() == SOUND
    assert (path.name, path.parent.parent) == ("voicemail.wav", tmp_path / "kept")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert (found.rep, found.caller_id, found.sent_at) == ("Tom Becker", "(303) 555-0126", "2026-03-02T17:15:02+00:00")
    assert (found.message_id, found.extra["sender"], found.extra["to"]) == (
        "abc@example.com", "vm@example.com", "dana@example.org",
    )  # fmt: skip
    assert found.extra["duration_s"] == "34"


def test_vpim(read):
    """multipart/voice-message: the message counts, a spoken name or subject does not; the sender is who spoke."""
    made = mail(
        "Voice message",
        sounds={"message.wav": SOUND, "name.wav": OTHER, "subject.wav": OTHER},
        From="Tom Becker <3035550126@vm.example>",
    )
    made.replace_header("Content-Type", made["Content-Type"].replace("multipart/mixed", "multipart/voice-message"))
    voices = ("Voice-Message", "Originator-Spoken-Name", "Spoken-Subject")
    for part, voice in zip(made.iter_attachments(), voices, strict=True):
        part.set_param("voice", voice, header="Content-Disposition")
        part["Content-Duration"] = "33"
    found = read(made)
    assert [Path(one.source).name for one in found.messages] == ["message.wav"]
    assert [one.reason for one in found.left_out] == ["greeting"] * 2
    (one,) = found.messages
    assert (one.rep, one.caller_id, one.extra["duration_s"]) == ("Tom Becker", "3035550126", "33")


def test_asterisks_mail(read):
    """Its X-Asterisk-VM headers say all; the id is the spool's, so mail and spool are one message."""
    made = mail(
        "[PBX]: New message 1 in mailbox 2001", X_Asterisk_VM_Caller_ID_Num="3035550126",
        X_Asterisk_VM_Caller_ID_Name="Tom Becker",
        X_Asterisk_VM_Duration="12", X_Asterisk_VM_Orig_time="1772471702", X_Asterisk_VM_Message_ID="1772471702-0000002b",
        X_Asterisk_VM_Extension="2001", date="Tue, 03 Mar 2026 09:00:00 +0000",
    )  # fmt: skip
    (found,) = read(made).messages
    assert (found.message_id, found.rep, found.caller_id) == ("1772471702-0000002b", "Tom Becker", "3035550126")
    assert (found.sent_at, found.extra["duration_s"], found.extra["mailbox"]) == ("2026-03-02T17:15:02+00:00", "12", "2001")


def test_exchanges_mail(read):
    """X-CallingTelephoneNumber and X-VoiceMessageDuration; "IPM.Note", which stands there in ordinary mails, is no number."""
    good = mail("Voice Mail (35 seconds)", X_CallingTelephoneNumber="+13035550126", X_VoiceMessageDuration="35")
    (found,) = read(good).messages
    assert (found.caller_id, found.extra["duration_s"]) == ("+13035550126", "35")
    (found,) = read(mail("Recall: minutes", X_CallingTelephoneNumber="IPM.Note")).messages
    assert found.caller_id is None


@pytest.mark.parametrize(
    ("subject", "body", "name", "number"),
    [
        ("You have a new voicemail from Tom Becker (303) 555-0126", "", "Tom Becker", "(303) 555-0126"),
        ("New Voice Message from WIRELESS CALLER (303) 555-0126 on 03/02/2026 10:15 AM", "", None, "(303) 555-0126"),
        ("New voicemail from +1 303-555-0126 to Dana Whitfield", "", None, "+1 303-555-0126"),
        ("Voicemail from 13035550126", "", None, "13035550126"),
        ("Voicemail", "Caller: Tom Becker\nNumber: 303.555.0126\n", "Tom Becker", "303.555.0126"),
        ("[PBX]: New message 3 in mailbox 2001",
         'you were just left a 0:12 long message (number 3)\nin mailbox 2001 from "Tom Becker" <3035550126>, on Monday',
         "Tom Becker", "3035550126"),
        ("Missed call", "You received a voice mail from Tom Becker at +13035550126.", "Tom Becker", "+13035550126"),
        ("Minutes of Monday", "see attached", None, None),
        ("Fwd: voicemail", "From: Voicemail System <vm@example.com>", None, None),
    ],
)  # fmt: skip
def test_the_words_of_such_mails(subject, body, name, number):
    """Name and number where they are said; a system's name is nobody's."""
    assert caller_in(subject, body) == (name, number)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("a 0:12 long message", "12"), ("Duration: 00:01:05", "65"), ("Voice Mail (34 seconds)", "34"), ("Length 1:02", "62"),
     ("left at 10:15 AM", "")],
)  # fmt: skip
def test_lengths_in_words(text, seconds):
    """Minutes and seconds, or seconds; a time of day is no length."""
    assert duration_in(text) == seconds


def test_an_html_mail(read):
    """The words are looked for in its text."""
    page = "<style>from: nobody</style><table><tr><td>Caller:</td><td>Tom Becker 303-555-0126</td></tr></table>"
    (found,) = read(mail("Voicemail", html=page)).messages
    assert (found.rep, found.caller_id) == ("Tom Becker", "303-555-0126")


def test_several_recordings(read):
    """Two names are two messages with ids of their own; one name in two formats is one message and a copy."""
    found = read(mail(sounds={"a.wav": SOUND, "b.wav": OTHER}))
    assert [one.message_id for one in found.messages] == ["abc@example.com", "abc@example.com#2"]
    found = read(mail(sounds={"a.mp3": b"\xff\xfb" * 400, "a.wav": SOUND}))
    assert ([Path(one.source).name for one in found.messages], [one.reason for one in found.left_out]) == (["a.wav"], ["copy"])


def test_without_a_message_id_the_bytes_are_the_key(read):
    """The same recording sent again is the same message; another is another."""
    one, again, other = (read(mail(mail_id=None, sounds={"a.wav": data})).messages[0] for data in (SOUND, SOUND, OTHER))
    assert one.message_id == again.message_id != other.message_id


def test_a_mail_passed_on(read):
    """A voicemail's mail attached to another: its own sender and time count."""
    outer = mail("Fwd: look", sounds={}, mail_id="outer@example.com", date="Wed, 04 Mar 2026 09:00:00 +0000")
    outer.add_attachment(mail(mail_id="inner@example.com"))
    (found,) = read(outer).messages
    assert (found.message_id, found.rep, found.sent_at) == ("inner@example.com", "Tom Becker", "2026-03-02T17:15:02+00:00")


def test_names_that_lead_elsewhere(read, tmp_path):
    """A name with folders in it, or encoded, cannot leave the folder of kept recordings."""
    (found,) = read(mail(sounds={"../../../evil.wav": SOUND})).messages
    assert Path(found.source).parent.parent == tmp_path / "kept"
    (found,) = read(mail(sounds={"Nachricht für Dana.wav": SOUND})).messages
    assert Path(found.source).name == "Nachricht für Dana.wav"


def test_an_attachment_known_by_its_name(read):
    """application/octet-stream with a recording's ending is one; a picture or text is none."""
    made = mail(sounds={})
    made.add_attachment(SOUND, maintype="application", subtype="octet-stream", filename="msg0001.WAV")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    assert [Path(one.source).name for one in read(made).messages] == ["msg0001.WAV"]


def test_an_mbox(read):
    """Each mail of the file; a quoted From inside a text begins none; the same mail twice is a copy."""
    parts = [
        mail(mail_id=f"{i}@example.com", body="hello\n\n>From here on\n", sounds={"a.wav": SOUND + bytes([i])})
        for i in range(3)
    ]
    text = b"".join(b"From vm@example.com Mon Mar  2 17:15:02 2026\n" + bytes(one) + b"\n" for one in [*parts, parts[0]])
    found = read(text, "Inbox.mbox")
    assert [one.message_id for one in found.messages] == ["0@example.com", "1@example.com", "2@example.com"]
    assert found.left_out == ()  # the same bytes: the same kept file, and nothing to name


def test_a_large_mail_in_an_mbox_is_not_held_in_memory(monkeypatch):
    """It is left out, and the next is read."""
    monkeypatch.setattr(mailbox, "MOST_BYTES", 1000)
    text = b"From a\nSubject: x\n\n" + b"y" * 5000 + b"\n\nFrom b\nSubject: z\n\nshort\n"
    assert list(mailbox.mails_of_mbox(io.BytesIO(text))) == [None, b"Subject: z\n\nshort\n"]


@pytest.fixture
def needs_olefile():
    pytest.importorskip("olefile", reason="the package olefile is not installed")


@pytest.mark.usefixtures("needs_olefile")
def test_outlooks_file(read):
    """A .msg with a small and a large recording: subject, sender and time from its properties."""
    large = riff(1, b"\0\x30" * 4000)
    small = riff(1, b"\0\x30" * 400)
    streams = outlook("New voicemail from Tom Becker (303) 555-0126", "Duration: 0:12", {"a.wav": small, "b.wav": large})
    found = read(msg(streams), "mail.msg")
    assert [Path(one.source).read_bytes() for one in found.messages] == [small, large]
    one = found.messages[0]
    assert (one.rep, one.caller_id, one.sent_at) == ("Tom Becker", "(303) 555-0126", "2026-03-02T17:15:02+00:00")
    assert (one.extra["sender"], one.extra["duration_s"]) == ("vm@example.com", "12")


@pytest.mark.usefixtures("needs_olefile")
def test_outlooks_file_with_headers_and_a_mail_in_it(read):
    """Transport headers win over the properties; a mail that is attached is read as well."""
    headers = (
        "Message-ID: <o1@example.com>\r\nX-CallingTelephoneNumber: +13035550126\r\nDate: Tue, 03 Mar 2026 09:00:00 +0000\r\n"
    )
    inner = "__attach_version1.0_#00000001/__substg1.0_3701000D/"
    streams = outlook("Voice Mail (35 seconds)", "", {"a.wav": SOUND}, headers)
    streams |= outlook("Voicemail from 3035550199", "", {"b.wav": OTHER}, inner=inner)
    found = read(msg(streams), "mail.msg").messages
    by_name = {Path(one.source).name: one for one in found}
    assert (by_name["a.wav"].message_id, by_name["a.wav"].caller_id) == ("o1@example.com", "+13035550126")
    assert by_name["b.wav"].caller_id == "3035550199"


def test_outlooks_file_without_olefile(read, monkeypatch):
    """A sentence that says what to install."""
    monkeypatch.setitem(sys.modules, "olefile", None)
    with pytest.raises(ExtraMissing, match=r"vmaudio\[mail\]"):
        read(msg(outlook("x", "", {})), "mail.msg")


def nested(depth: int) -> EmailMessage:
    made = mail()
    for _ in range(depth):
        outer = mail(sounds={})
        outer.add_attachment(made)
        made = outer
    return made


HOSTILE = {
    "deep": lambda: bytes(nested(30)),
    "deep multiparts": lambda: b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(3000)
    ),
    "many parts": lambda: b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: audio/wav\n\nx\n" * 9000,
    "parts": lambda: bytes(mail(sounds={f"{i}.wav": b"x" for i in range(300)})),
    "long parameters": lambda: b'Content-Type: audio/wav; name="' + b";" * 400_000 + b"\n\nx",
    "no header": lambda: b"\xff\xfe\x00" * 500,
    "bad words": lambda: (
        b"Subject: =?nonsense?q?=ff?=\nDate: x\nContent-Type: audio/wav; name*=bad''%ff\nMessage-ID: \x00\x01\n\nabc"
    ),
    "a character set with a zero": lambda: (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf\x009\n\nYou have a mess\xff\n"
        b"--b\nContent-Type: audio/wav\n\nx\n--b--\n"
    ),
    "bad base64": lambda: b"Content-Type: audio/wav\nContent-Transfer-Encoding: base64\n\n!!!!",
    "msg": lambda: msg(outlook("x", "y", {"a.wav": SOUND}))[:3000],
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_mails(read, kind):
    """Too deep, too many, damaged: left out with a reason, or what is left of it; quickly, and without a traceback."""
    if kind == "msg":
        pytest.importorskip("olefile", reason="the package olefile is not installed")
    found = read(HOSTILE[kind](), "mail.msg" if kind == "msg" else "mail.eml")
    assert len(found.messages) + len(found.left_out) >= 1
    if kind in ("deep", "deep multiparts", "many parts", "parts", "long parameters", "msg"):
        assert [one.reason for one in found.left_out] == ["unreadable"]


def test_forgetting_deletes_what_was_copied_out_of_a_mail(read, tmp_path, monkeypatch):
    """The kept recording goes with its message, unless another names it; the user's own files stay."""
    monkeypatch.setenv("VMAUDIO_INTAKE_DIR", str(tmp_path / "kept"))
    (found,) = read(mail()).messages
    own = put(tmp_path / "own.wav", SOUND)
    store = open_store(str(tmp_path / "db.sqlite"))
    again = Message(found.source, message_id="again")
    for one in (found, again, Message(str(own))):
        store.save_message(one, "x.wav")
    forget(store, [found.message_id])
    assert Path(found.source).exists()
    forget(store, ["again", Message(str(own)).message_id])
    assert not Path(found.source).parent.exists()
    assert own.exists()


@pytest.mark.parametrize("text", ["<script>", "<", "<br", "from", "message from ", "</p ", "\t", "duration:", "<style "])
def test_words_of_hostile_mails_are_read_quickly(text):
    """What repeats without an end takes a moment, not minutes."""
    begun = time.process_time()
    words = text_of_html(text * 60_000)
    caller_in(words, words)
    duration_in(words)
    assert time.process_time() - begun < 5
