"""Messages as they arrive: each handed on once, when it is whole."""

from __future__ import annotations

import os
import threading
import time

import pytest

from tests.intake.spools import message, put, riff
from vmaudio.errors import SettingError
from vmaudio.intake.sources import watching
from vmaudio.intake.sources.gathering import gather
from vmaudio.intake.sources.watching import Watcher, wake_ups
from vmaudio.records import Message

SOUND = riff(1, b"\0\x10" * 4000)


def names(messages):
    return [os.path.basename(one.source) for one in messages]


def test_each_message_is_handed_on_once(tmp_path):
    """What is there, then what comes; what was handed on only when its bytes change."""
    put(tmp_path / "a.wav", SOUND)
    watcher = Watcher([tmp_path])
    assert names(watcher.look()) == ["a.wav"]
    assert watcher.look() == []
    put(tmp_path / "b.wav", SOUND)
    assert names(watcher.look()) == ["b.wav"]
    put(tmp_path / "a.wav", SOUND + SOUND, age_s=60)
    assert watcher.look() == []  # it grew since the last look
    assert names(watcher.look()) == ["a.wav"]


def test_a_file_that_is_being_written_waits(tmp_path):
    """Written a moment ago, or grown since the last look: not yet."""
    put(tmp_path / "young.wav", SOUND, age_s=1)
    watcher = Watcher([tmp_path])
    assert watcher.look() == []
    put(tmp_path / "young.wav", SOUND, age_s=60)
    assert names(watcher.look()) == ["young.wav"]


def test_a_spool_as_it_fills(tmp_path):
    """A message counts from the moment that it has a duration; filed under another number it is not handed on again."""
    inbox = tmp_path / "default" / "2001" / "INBOX"
    stem = message(inbox, 0, duration=None)
    watcher = Watcher([tmp_path])
    assert watcher.look() == []
    message(inbox, 0)
    assert names(watcher.look()) == ["msg0000.wav"]
    old = tmp_path / "default" / "2001" / "Old"
    old.mkdir()
    for ending in (".txt", ".wav"):
        stem.with_suffix(ending).rename(old / f"msg0004{ending}")
    assert watcher.look() == []


def test_the_manifest_may_grow(tmp_path):
    """Rows are asked for at each look."""
    put(tmp_path / "a.wav", SOUND)
    rows = []
    watcher = Watcher([tmp_path], lambda: rows)
    rows.append(Message(str(tmp_path / "a.wav"), rep="Ann"))
    assert watcher.look()[0].rep == "Ann"


def test_a_place_that_is_away_is_tried_again(tmp_path, caplog):
    """A drive that cannot be read is a warning; later its messages come."""
    inbox = tmp_path / "away" / "default" / "2001" / "INBOX"
    watcher = Watcher([tmp_path / "away"], source="asterisk")
    assert watcher.look() == []
    assert "does not exist" in caplog.text
    caplog.clear()
    inbox.mkdir(parents=True)
    assert watcher.look() == []  # an empty spool is nothing to speak of
    assert caplog.text == ""
    message(inbox, 0)
    assert len(watcher.look()) == 1


@pytest.mark.parametrize("poll", [True, False])
def test_wake_ups(tmp_path, poll):
    """At once; then by the clock, or as soon as a file comes; stopped by the event."""
    if not poll:
        pytest.importorskip("watchfiles", reason="the package watchfiles is not installed")
    stop = threading.Event()
    begun = time.monotonic()
    woken = wake_ups([tmp_path], 0.2 if poll else 30.0, stop, poll=poll)
    next(woken)
    timer = threading.Timer(0.5, lambda: (tmp_path / "new.wav").write_bytes(SOUND))
    timer.start()
    next(woken)
    timer.join()
    assert time.monotonic() - begun < 20
    stop.set()
    assert next(woken, "over") == "over"


def test_while_nothing_changes_nothing_is_read(tmp_path, monkeypatch):
    """A large mailbox is not taken apart every ten seconds; what waits is looked at again."""
    read = []
    monkeypatch.setattr(watching, "gather", lambda *args, **more: read.append(args) or gather(*args, **more))
    put(tmp_path / "a.wav", SOUND)
    watcher = Watcher([tmp_path])
    watcher.look()
    watcher.look()
    assert len(read) == 1
    put(tmp_path / "b.wav", SOUND, age_s=1)
    watcher.look()
    watcher.look()
    assert len(read) == 3


def test_an_unknown_source_is_told_at_once(tmp_path):
    """Not at every look."""
    with pytest.raises(SettingError, match="no source"):
        Watcher([tmp_path], source="dictaphone")
