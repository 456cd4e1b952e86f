"""A disk that is full, a database that is locked, damaged or may only be read: a sentence, and nobody's name in it."""

import os
import shutil
import sqlite3
import subprocess
import sys
import traceback
from types import SimpleNamespace

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from vmaudio.errors import StoreError
from vmaudio.records import Message
from vmaudio.store import open_store
from vmaudio.store.faults import explained
from vmaudio.store.tables import messages

NAMED = Message("/calls/a.wav", "m1", rep="Maren Holt", prospect_name="Dana Whitfield")


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "vm.sqlite")
    yield opened
    opened.close()


def shown(caught):
    """What a user could read of an error and of all that led to it."""
    return "".join(traceback.format_exception(caught.value))


def _save_many(store):
    for number in range(200):
        store.save_message(Message(f"/calls/{number}.wav", notes=NAMED.prospect_name * 200), "b.wav")


@pytest.mark.sqlite
def test_a_full_disk(store):
    """The sentence says that the disk is full; what was saved stays, and no name stands in the error."""
    store.save_message(NAMED, "a.wav")

    @event.listens_for(store.engine, "connect")
    def _small(connection, _record):
        connection.execute("PRAGMA max_page_count = 70")

    store.engine.dispose()
    full = r"vm\.sqlite cannot be used: the disk is full\. What was saved before is kept"
    with pytest.raises(StoreError, match=full) as caught:
        _save_many(store)
    assert NAMED.prospect_name not in shown(caught)
    assert NAMED in list(store.messages())


@pytest.mark.sqlite
def test_a_locked_database(store, tmp_path):
    """A program that writes for longer than we wait."""

    @event.listens_for(store.engine, "connect")
    def _impatient(connection, _record):
        connection.execute("PRAGMA busy_timeout = 50")

    store.engine.dispose()
    other = sqlite3.connect(tmp_path / "vm.sqlite")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another program has been writing"):
        store.save_message(NAMED, "a.wav")
    other.rollback()
    other.close()
    store.save_message(NAMED, "a.wav")


@pytest.mark.sqlite
def test_damaged_pages(store, tmp_path):
    """Damage is named while reading too, with a way to save what is left."""
    for number in range(500):
        store.save_message(Message(f"/calls/{number}.wav"), "b.wav")
    store.close()
    path = tmp_path / "vm.sqlite"
    data = bytearray(path.read_bytes())
    data[8192:] = b"\xaa" * (len(data) - 8192)
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"damaged.*recover"):
        list(open_store(path).messages())


def test_a_file_that_is_no_database(tmp_path):
    """Any other file is refused and left as it was."""
    path = tmp_path / "notes.txt"
    path.write_text("call Dana back " * 100)
    with pytest.raises(StoreError, match="is no SQLite database"):
        open_store(path)
    assert path.read_text() == "call Dana back " * 100


def test_a_fault_of_ours_keeps_its_kind_and_hides_the_values(store):
    """A broken constraint is a bug: its traceback stays, without what the statement was given."""
    row = {"message_id": "m1", "source": "/calls/a.wav", "file_name": "a.wav", "rep": NAMED.rep, "extra": "{}"}
    with store.begin() as connection:
        connection.execute(messages.insert(), row)
    with store.begin() as connection, pytest.raises(IntegrityError) as caught:
        connection.execute(messages.insert(), row)
    assert row["rep"] not in shown(caught)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("53100", "disk is full"),
        ("08006", "connection"),
        ("28P01", "password"),
        ("25006", "only reading"),
        ("40001", "at once"),
    ],
)
def test_a_servers_codes(state, words):
    """PostgreSQL's codes are told apart as SQLite's are."""
    assert words in explained(SimpleNamespace(sqlstate=state))


def test_unknown_codes_are_left_alone():
    """A constraint and a wrong statement are no faults of the disk."""
    assert explained(SimpleNamespace(sqlstate="23505")) is None
    assert explained(SimpleNamespace(sqlite_errorname="SQLITE_CONSTRAINT_UNIQUE")) is None
    assert explained(ValueError("x")) is None


@pytest.fixture
def as_common_user():
    """The beginning of a command line that may not write where permissions forbid it, also when root runs the tests."""
    if os.name != "posix":
        pytest.skip("permissions of folders are POSIX's")
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root passes over permissions, and setpriv (util-linux) is not here to lay that power down")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


READS = "import sys; from vmaudio.store import open_store; print(*open_store(sys.argv[1]).messages())"
WRITES = """
import sys
from vmaudio.records import Message
from vmaudio.store import open_store
open_store(sys.argv[1]).save_message(Message("/calls/b.wav", "m2"), "b.wav")
"""


def run(start, path, *args):
    return subprocess.run([*start, sys.executable, *args, str(path)], capture_output=True, text=True, check=False)


@pytest.mark.sqlite
def test_a_folder_that_may_only_be_read(tmp_path, as_common_user):
    """Reading works where nothing may be written, and writing says why it does not."""
    folder = tmp_path / "back up 50% ?#"
    folder.mkdir()
    path = folder / "vm.sqlite"
    with open_store(path) as made:
        made.save_message(NAMED, "a.wav")
    before = path.read_bytes()
    folder.chmod(0o555)
    try:
        reading = run(as_common_user, path, "-c", READS)
        writing = run(as_common_user, path, "-c", WRITES)
    finally:
        folder.chmod(0o755)
    assert (reading.returncode, reading.stderr) == (0, "")
    assert "m1" in reading.stdout
    assert writing.returncode == 1
    assert "StoreError: The database" in writing.stderr
    assert "may only be read here" in writing.stderr
    assert path.read_bytes() == before
    assert [one.name for one in folder.iterdir()] == ["vm.sqlite"]


@pytest.mark.sqlite
def test_rows_that_wait_beside_a_file_are_read_or_missed_aloud(tmp_path, as_common_user):
    """What a killed program left in -wal is never passed over: it is read, or the sentence says why it cannot be."""
    path = tmp_path / "copy" / "vm.sqlite"
    path.parent.mkdir()
    made = open_store(tmp_path / "vm.sqlite")
    made.save_message(NAMED, "a.wav")
    for ending in ("", "-wal"):
        shutil.copy(tmp_path / f"vm.sqlite{ending}", path.parent / f"vm.sqlite{ending}")
    made.close()
    path.parent.chmod(0o555)
    try:
        done = run(as_common_user, path, "-c", READS)
    finally:
        path.parent.chmod(0o755)
    assert "m1" in done.stdout or (done.returncode == 1 and "cannot be used" in done.stderr)
