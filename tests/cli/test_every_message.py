"""--every-message: each message of a file that holds several, with stable ids, in check and in batch."""

from __future__ import annotations

import numpy as np
import pytest

from vmaudio.store import open_store
from vmaudio.testing import encode, noise, silence, speech_like, tone


@pytest.fixture
def two(tmp_path):
    """A file with two messages of one voice and a record tone between."""
    first = speech_like((8, 9, 8, 7), f0_hz=112.0, seed=12, level_dbfs=-24.0).samples
    last = speech_like((9, 8, 9, 8), f0_hz=112.0, seed=4, level_dbfs=-24.0).samples
    sound = np.concatenate([first, silence(1.0), tone(1000, 0.5, -20), last])
    sound = sound + noise(len(sound) / 16000 + 0.01, -62.0, "pink")[: len(sound)]
    path = tmp_path / "two.wav"
    path.write_bytes(encode(sound, "wav"))
    return path


def test_check_judges_the_last_or_each(run, fake, two):
    """Without the option one result, of the last; with it one more, and the last one is the same."""
    (last,) = run("check", "--json", two).json
    assert [span["kind"] for span in last["spans"]] == ["other_message", "record_tone", "message"]
    first, again = run("check", "--json", "--every-message", two).json
    assert [span["kind"] for span in first["spans"]] == ["message", "record_tone", "other_message"]
    assert (again["recording_id"], again["message"]["message_id"]) == (last["recording_id"], last["message"]["message_id"])
    assert first["message"]["message_id"] == f"{last['message']['message_id']}#1"
    assert first["recording_id"] != last["recording_id"]


def test_batch_keeps_each(run, fake, two, tmp_path):
    """The store has both, a second run measures neither again, and forgetting the file forgets both."""
    assert "2 analysed" in run("batch", "--every-message", two).err
    assert "2 stored already" in run("batch", "--every-message", two).err
    kept = {one.message.message_id: one for one in open_store(str(tmp_path / "cli.sqlite")).analyses()}
    assert len(kept) == 2
    assert len({one.recording_id for one in kept.values()}) == 2
    assert sorted(one.message.audio_message or "" for one in kept.values()) == ["", "1"]
    assert run("rescore").code == 0
    assert run("forget", two, "--yes").code == 0
    assert list(open_store(str(tmp_path / "cli.sqlite")).analyses()) == []
