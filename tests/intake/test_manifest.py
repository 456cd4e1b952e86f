"""Manifests are read row by row; all faults are listed with their line; folders are searched."""

import contextlib

import pytest
from hypothesis import given, settings, strategies as st

from vmaudio.errors import SettingError, TableError, VmaudioError
from vmaudio.intake.manifest import load_manifest, read_manifest
from vmaudio.intake.recordings import find_recordings
from vmaudio.intake.tables import table_read


@pytest.fixture
def write(tmp_path):
    def write(text, name="manifest.csv"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


def test_a_row_becomes_a_message(write, tmp_path):
    """Known columns become fields, others are kept, files are relative to the manifest, times get a zone."""
    path = write("file,rep,prospect,sent_at,Campaign,territory\na/b.wav,Ann,p1,2026-03-02T10:00,spring,west\n")
    (message,) = read_manifest(path, timezone="America/Denver")
    assert message.source == str(tmp_path / "a/b.wav")
    assert (message.rep, message.prospect, message.campaign) == ("Ann", "p1", "spring")
    assert message.sent_at == "2026-03-02T10:00:00-07:00"
    assert message.extra == {"territory": "west"}


def test_the_reps_channel(write):
    """audio_channel says where the rep speaks, in any case; it is a field of the message."""
    found = read_manifest(write("file,audio_channel\na.wav,Left\nb.wav,2\nc.wav,\n"))
    assert [message.audio_channel for message in found] == ["left", "2", None]
    assert found[0].extra == {}


def test_one_recording_for_many(write):
    """The same file for other prospects is another message; the same send twice is a fault with both lines."""
    assert len(read_manifest(write("file,prospect\nd.wav,p1\nd.wav,p2\n"))) == 2
    with pytest.raises(TableError, match=r"line 4: the same file, prospect and sent_at is already on line 2"):
        read_manifest(write("file,prospect\nd.wav,p1\nd.wav,p2\nd.wav,p1\n"))


@pytest.mark.parametrize("text", ["file;rep\na.wav;Ann\n", "file\trep\na.wav\tAnn\n", "\ufefffile,rep\r\na.wav,Ann\r\n\r\n"])
def test_dialects(write, text):
    """Semicolons, tabs, a byte-order mark and Windows line ends are read alike."""
    (message,) = read_manifest(write(text))
    assert message.rep == "Ann"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("x,rep\na.wav,Ann\n", "no column 'file'"),
        ("file,rep\n,Ann\n", "line 2: no file"),
        ("file,sent_at\na.wav,yesterday\n", r"line 2: sent_at 'yesterday'"),
        ("file,sent_at\na.wav,1026-01-01\n", "between 1990 and 2100"),
        ("file,file\na,b\n", "is there twice"),
        ("file,rep\na.wav,Ann,extra\n", "line 2: more cells"),
        ("file\x00\n", "NUL"),
        ("file,audio_channel\na.wav,middle\n", "line 2: audio_channel 'middle' is none of left, right, 1, 2"),
    ],
)
def test_faults_have_their_line(write, text, why):
    """Every fault is a sentence with file, line and cause."""
    with pytest.raises(TableError, match=why) as caught:
        read_manifest(write(text))
    assert "manifest.csv" in str(caught.value)


def test_all_faults_are_listed(write):
    """All faults of a file are told at once, and nothing is imported."""
    with pytest.raises(TableError) as caught:
        read_manifest(write("file,sent_at\n,\na.wav,x\n,2026-01-01\n"))
    assert "2 faults" in str(caught.value)
    assert "line 3" in str(caught.value)
    assert "line 4" in str(caught.value)


def test_no_such_zone(write):
    """A time zone that does not exist is refused."""
    with pytest.raises(SettingError, match="VMAUDIO_TIMEZONE"):
        read_manifest(write("file\na.wav\n"), timezone="Mars/Base")


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_messages_or_a_sentence(tmp_path_factory, data):
    """No file makes the reader fail in another way than with a sentence."""
    path = tmp_path_factory.mktemp("m") / "m.csv"
    path.write_bytes(data)
    with contextlib.suppress(VmaudioError):
        read_manifest(path)


def test_scan(tmp_path):
    """Folders are searched below without hidden files and documents; a named file is always taken, each once."""
    for name in ("b.wav", "a.WAV", "sub/c.g711", ".hidden.wav", ".cache/d.wav", "notes.txt", "manifest.csv", "noend"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
    found = [path.removeprefix(str(tmp_path) + "/") for path in find_recordings([tmp_path, tmp_path / "b.wav"])]
    assert found == ["a.WAV", "b.wav", "noend", "sub/c.g711"]
    assert list(find_recordings([tmp_path / "notes.txt", "gone.wav"])) == [str(tmp_path / "notes.txt"), "gone.wav"]


def test_a_script_file_that_is_missing_is_named(tmp_path):
    """With its first row, once; the cell is then a script's name. One that is there is read, and no name of a file is asked."""
    (tmp_path / "new.txt").write_text("Hi {name}, this is Tom.", "utf-8")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    cells = ["new.txt", "gone.txt", "gone.txt", "latin.txt", "../gone.txt", "opener two"]
    rows = "".join(f"{i}.wav,{cell}\n" for i, cell in enumerate(cells))
    path = tmp_path / "manifest.csv"
    path.write_text(f"file,script\n{rows}", "utf-8")
    read = load_manifest(path)
    assert [bool(send.message.extra) for send in read.sends] == [True] + [False] * 5
    (said,) = [one for one in table_read(read.rows).sentences() if "script" in one]
    assert said.startswith(
        "Kept with a doubt: script: 'gone.txt' (line 3), 'latin.txt' (line 5), '../gone.txt' (line 6) are no"
    )
    assert "manifest.csv" in said
    assert table_read(read.rows).kept()["doubts"] == []  # a script may be called by somebody's name
