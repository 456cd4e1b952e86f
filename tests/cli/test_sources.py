"""Sources through the commands: batch reads a spool as it is, intake list shows what is understood."""

from __future__ import annotations

import json

import pytest

from tests.intake.mail_makers import mail
from tests.intake.spools import message, put
from tests.lines import voice
from vmaudio.cli.intake import SUBCOMMANDS, command as intake
from vmaudio.store.store import open_store
from vmaudio.testing import encode

pytestmark = pytest.mark.usefixtures("fake")


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    """Recordings out of mails go here."""
    monkeypatch.setenv("VMAUDIO_INTAKE_DIR", str(tmp_path / "kept"))


@pytest.fixture
def spool(tmp_path):
    """Two messages, one of them in two formats, and a greeting."""
    inbox = tmp_path / "voicemail" / "default" / "2001" / "INBOX"
    first, second = voice(3.0, 1), voice(3.0, 2)
    message(inbox, 0, {"wav": encode(first), "mp3": encode(first, "mp3")}, msg_id="1772471702-0000002b")
    message(inbox, 1, {"wav": encode(second)}, msg_id="1772471800-0000002c", callerid="3035550199")
    put(inbox.parent / "unavail.wav", encode(voice(3.0, 3)))
    return tmp_path / "voicemail"


def test_batch_reads_a_spool(run, spool, tmp_path):
    """Two messages with their fields; the greeting is named on stderr; a second run does nothing twice."""
    result = run("batch", spool, "--jsonl", "-")
    assert result.code == 0
    by_id = {row["message"]["message_id"]: row["message"] for row in result.json}
    assert set(by_id) == {"1772471702-0000002b", "1772471800-0000002c"}
    assert by_id["1772471702-0000002b"]["rep"] == "Tom Becker"
    assert "1 left out, greetings of a mailbox's owner: " in result.err
    assert "0 analysed, 2 stored already" in run("batch", spool).err


def test_renumbered_it_is_the_same_message(run, spool, tmp_path):
    """The first message is deleted and the second moves up: still two in the store, and one analysed in all but one."""
    run("batch", spool)
    inbox = spool / "default" / "2001" / "INBOX"
    for path in inbox.glob("msg0000.*"):
        path.unlink()
    for path in inbox.glob("msg0001.*"):
        path.rename(path.with_name(path.name.replace("0001", "0000")))
    assert "0 analysed, 1 stored already" in run("batch", spool).err
    store = open_store(tmp_path / "cli.sqlite")
    assert {one.message_id for one in store.messages()} == {"1772471702-0000002b", "1772471800-0000002c"}


def test_a_manifest_beside_a_spool(run, spool, tmp_path):
    """Rows by file or by message_id add what the spool does not know, and their word wins."""
    manifest = tmp_path / "m.csv"
    name = "voicemail/default/2001/INBOX/msg0000.wav"
    manifest.write_text(f"file,message_id,rep,prospect\n{name},,Ann,p1\nold.wav,1772471800-0000002c,Bo,p2\n")
    rows = run("batch", spool, "--manifest", manifest, "--jsonl", "-").json
    found = {row["message"]["message_id"]: row["message"] for row in rows}
    assert [(one["rep"], one["prospect"], one["caller_id"]) for _, one in sorted(found.items())] == [
        ("Ann", "p1", "3035550126"),
        ("Bo", "p2", "3035550199"),
    ]


def test_a_named_source(run, spool):
    """--source files reads a spool as plain files: every sound by itself."""
    assert len(run("batch", spool, "--source", "files", "--jsonl", "-").json) == 4
    wrong = run("batch", spool, "--source", "freeswitch")
    assert wrong.code == 1
    assert "nothing in it that the source freeswitch reads" in " ".join(wrong.err.split())


def test_only_messages_under_way(run, tmp_path):
    """Nothing to do yet is no error."""
    message(tmp_path / "voicemail" / "default" / "2001" / "INBOX", 0, duration=None)
    result = run("batch", tmp_path / "voicemail")
    assert (result.code, "1 left out, still being recorded" in result.err) == (0, True)


def test_a_damaged_mail_is_a_failure(run, tmp_path):
    """It is named with the reason, the others are analysed, and the exit code says that something failed."""
    put(tmp_path / "mails" / "good.eml", bytes(mail(sounds={"a.wav": encode(voice(3.0, 1))})))
    put(tmp_path / "mails" / "bad.eml", bytes(mail(sounds={f"{i}.wav": b"x" for i in range(300)})))
    result = run("batch", tmp_path / "mails", "--jsonl", "-")
    assert (result.code, len(result.json)) == (1, 1)
    assert "bad.eml (it has more than 200 parts)" in result.err


def test_verbose_names_all_that_is_left_out(run, tmp_path):
    """Without it a few names of each kind."""
    box = tmp_path / "voicemail" / "default" / "2001"
    (box / "INBOX").mkdir(parents=True)
    for i in range(2002, 2010):
        put(box.parent / str(i) / "unavail.wav", encode(voice(3.0, 3)))
    put(box / "unavail.wav", encode(voice(3.0, 3)))
    assert "and 5 more" in run("batch", box.parent).err
    assert "2009/unavail.wav" in run("-v", "batch", box.parent).err


def test_intake_list(run, spool):
    """Every source with what it reads; with a path, which it would be."""
    shown = run("intake", "list").out
    for words in ("asterisk", "FreePBX", "msg_<uuid>", "files"):
        assert words in shown
    rows = [json.loads(line) for line in run("intake", "list", "--json", spool, spool / "default" / "gone").out.splitlines()]
    assert [row["source"] for row in rows] == ["asterisk", "files"]


def test_the_group_tells_the_truth():
    """One line of help for each subcommand, as the subcommand has it."""
    for name, text in SUBCOMMANDS.items():
        found = intake.get_command(None, name)
        assert found.get_short_help_str(200) == text


def test_batch_tells_copies_of_what_is_stored(run, tmp_path):
    """A folder of its own with a file that is stored already: of which message it is the copy is said."""
    put(tmp_path / "calls" / "a.wav", encode(voice(9.0, 5)))
    put(tmp_path / "cp2" / "a.wav", encode(voice(9.0, 5)))
    assert "copy" not in run("batch", tmp_path / "calls").err
    said = "".join(run("batch", tmp_path / "cp2").err.split())
    first = tmp_path / "calls" / "a.wav"
    assert f"1ofthefilesisacopyandcountsonceinreports:a.wavisacopyof{first}." in said


def test_batch_and_repeats_tell_copies(run, tmp_path):
    """One message as WAV, as MP3 and under another name is told as copies, by batch and by repeats; nothing is a mass drop."""
    folder = tmp_path / "calls"
    samples = voice(9.0, 5)
    put(folder / "a.wav", encode(samples))
    put(folder / "a.mp3", encode(samples, "mp3"))
    put(folder / "other name.wav", encode(samples))
    put(folder / "b.wav", encode(voice(12.0, 6)))
    result = run("batch", folder, "--jsonl", "-")
    assert len(result.json) == 4
    said = " ".join(result.err.split())
    assert "2 of the files are copies and count once in reports: " in said
    assert "a.mp3 is the same message as a.wav in another format" in said
    assert "other name.wav is the same bytes as a.wav" in said
    (groups,) = (row["groups"] for row in run("repeats", "--json").json)
    assert [(group["kind"], len(group["members"])) for group in groups if group["kind"] in ("copy", "mass_drop")] == [
        ("copy", 3)
    ]
    table = run("report", "--format", "csv")
    assert len(table.out.splitlines()) == 3
    assert "2 left out: copies of these messages" in " ".join(table.err.split())
    (status,) = run("outcomes", "status", "--json").json
    assert (status["messages"], status["copies"]) == (2, 2)
    shown = " ".join(run("outcomes", "status").out.split())
    assert shown.startswith("2 messages, 0 with an outcome. 2 left out: copies of these messages")


def test_compare_counts_a_message_once(run, tmp_path):
    """A copy without an outcome takes no callback from its message, and makes no arm larger."""
    samples = voice(9.0, 5)
    put(tmp_path / "calls" / "a.wav", encode(samples))
    put(tmp_path / "calls" / "a.mp3", encode(samples, "mp3"))
    put(tmp_path / "calls" / "b.wav", encode(voice(12.0, 6)))
    head = "file,rep,prospect,script,sent_at\n"
    sends = (("a.wav", "p1", "x"), ("a.mp3", "p1", "x"), ("b.wav", "p2", "y"))
    rows = [f"calls/{name},Tom,{to},{script},2026-03-02T10:00:00Z\n" for name, to, script in sends]
    (tmp_path / "m.csv").write_text(head + "".join(rows))
    (tmp_path / "o.csv").write_text("file,callback,callback_at\ncalls/a.wav,1,2026-03-03T10:00:00Z\ncalls/b.wav,0,\n")
    assert run("batch", "--manifest", tmp_path / "m.csv").code == 0
    assert run("outcomes", "import", tmp_path / "o.csv", "--as-of", "2026-04-01").code == 0
    asked = ("compare", "--by", "script", "--missing-is", "0")
    (found,) = run(*asked, "--json").json
    assert {arm["arm"]: (arm["n"], arm["events"]) for arm in found["arms"]} == {"x": (1, 1), "y": (1, 0)}
    assert found["copies"] == 1
    assert "1 left out: copies of these messages" in " ".join(run(*asked).out.split())


def test_watch(run, spool, monkeypatch, tmp_path):
    """What is there is analysed, then what comes between two looks; one JSON line each."""

    def two_looks(paths, every_s, stop, *, poll):
        yield
        stem = message(spool / "default" / "2001" / "INBOX", 2, {"wav": encode(voice(3.0, 4))}, msg_id="1772471900-0000002d")
        assert stem.with_suffix(".wav").exists()
        yield

    monkeypatch.setattr("vmaudio.intake.sources.watching.wake_ups", two_looks)
    monkeypatch.setattr("vmaudio.intake.wake_ups", two_looks, raising=False)
    rows = run("watch", spool, "--json").json
    assert sorted(row["message"]["message_id"] for row in rows) == [
        "1772471702-0000002b",
        "1772471800-0000002c",
        "1772471900-0000002d",
    ]
    assert open_store(tmp_path / "cli.sqlite").count() == 3


def test_a_providers_list_as_a_manifest(run, tmp_path):
    """--manifest takes a provider's JSON: alone, and laid over the recordings of a folder."""
    record = {"id": "voicemail1", "caller_name": "Tom Becker", "caller_number": "+13035550126", "callee_number": "1"}
    (tmp_path / "list.json").write_text(json.dumps({"voice_mails": [{**record, "date_time": "2026-03-02T17:15:02Z"}]}))
    put(tmp_path / "calls" / "voicemail1.wav", encode(voice(3.0, 1)))
    put(tmp_path / "calls" / "other.wav", encode(voice(3.0, 2)))
    alone = run("batch", "--manifest", tmp_path / "list.json", "--jsonl", "-").json
    assert [row["message"]["rep"] for row in alone] == ["Tom Becker"]
    both = run("batch", tmp_path / "calls", "--manifest", tmp_path / "list.json", "--jsonl", "-").json
    assert {row["file_name"]: row["message"]["message_id"] == "voicemail1" for row in both} == {
        "voicemail1.wav": True,
        "other.wav": False,
    }
