"""A call of two channels that take turns: the names of the manifest say on which the rep speaks."""

from __future__ import annotations

import numpy as np
import pytest

from tests.analysis.test_message_spans import Placed
from tests.lines import analyzer
from vmaudio.analysis.options import Options
from vmaudio.analysis.rep_channel import named_lead
from vmaudio.audio.decode import decode_audio
from vmaudio.audio.encode import write_copy
from vmaudio.records import Analysis, Message, Segment, Transcript, Word
from vmaudio.testing import encode, noise, silence, speech_like

REP = ("Hi Dana, this is Tom Becker with Acme.", "Your lease ends in May. Call me back at 303-555-0126. Thanks, bye.")
OTHER = ("Hello, Dana Whitfield speaking, who is there?", "I see. Send me something in writing, then I will look at it.")
A = [speech_like((9, 8), f0_hz=112.0, seed=seed, level_dbfs=-24.0).samples for seed in (4, 5)]
B = [speech_like((8, 9), f0_hz=200.0, seed=seed, level_dbfs=-24.0).samples for seed in (6, 7)]


def call(tmp_path, *, rep_first, swapped=False):
    """A call in which both take turns twice; the rep is on the left channel unless swapped."""
    rows = [(0, A[0], REP[0]), (1, B[0], OTHER[0]), (0, A[1], REP[1]), (1, B[1], OTHER[1])]
    rows = rows if rep_first else [rows[1], rows[0], rows[3], rows[2]]
    pair, at, pieces = [[], []], 0, []
    for side, sound, text in rows:
        quiet = silence(len(sound) / 16000)[: len(sound)]
        pair[side].append(sound)
        pair[1 - side].append(quiet)
        pieces.append((at / 16000 + 0.5, (at + len(sound)) / 16000 - 0.5, text))
        at += len(sound)
    both = [np.concatenate(one) for one in pair]
    both = [one + noise(len(one) / 16000 + 0.01, -62.0, "pink", seed)[: len(one)] for seed, one in enumerate(both)]
    path = tmp_path / "call.wav"
    path.write_bytes(encode(np.stack(both[::-1] if swapped else both), "wav"))
    return path, analyzer(transcriber=Placed(pieces))


@pytest.mark.parametrize("rep_first", [True, False])
@pytest.mark.parametrize("swapped", [True, False])
def test_names_decide(tmp_path, rep_first, swapped):
    """Without names the channel is in doubt and nothing is judged; with them the rep's words are, and no other."""
    path, line = call(tmp_path, rep_first=rep_first, swapped=swapped)
    unsure = line.analyze(Message(str(path)))
    assert "message_start_unsure" in {flag.kind for flag in unsure.flags}
    assert unsure.score.points is None
    found = line.analyze(Message(str(path), rep="Tom Becker", prospect_name="Dana Whitfield"))
    assert isinstance(found, Analysis), found
    assert found.judged.channel == (2 if swapped else 1)
    assert "message_start_unsure" not in {flag.kind for flag in found.flags}
    assert found.score.points is not None
    assert "303-555-0126" in found.transcript.text
    assert "writing" not in found.transcript.text


def test_the_copy_for_the_player_is_of_that_channel(tmp_path):
    """Of a channel that the signal alone would not have taken."""
    for rep_first in (True, False):
        path, line = call(tmp_path, rep_first=rep_first)
        found = line.analyze(Message(str(path), rep="Tom Becker"))
        wanted = {"recording_id": found.recording_id, "message": found.message, "spans": found.spans}
        write_copy(path, tmp_path / "copy.wav", max_seconds=600.0, **wanted)
        copied = decode_audio((tmp_path / "copy.wav").read_bytes(), name="copy.wav").samples
        left = decode_audio(path.read_bytes(), name="call.wav", channel="left").samples
        judged = slice(round(found.judged.start_s * 16000), round(found.judged.end_s * 16000))
        assert np.corrcoef(copied[judged], left[judged])[0, 1] > 0.95


def said(text):
    words = tuple(Word(word, i / 2, i / 2 + 0.4, 0.95) for i, word in enumerate(text.split()))
    return Transcript("speech", "en", text, (Segment(0, 9, text, words, -0.2, 0.01, 1.2),), "fake", {})


@pytest.mark.parametrize(
    ("one", "two", "names", "sign"),
    [
        ("this is Tom Becker calling", "yes who is it", {"rep": "Tom Becker"}, 1),
        ("yes who is it", "hi this is Tom with Acme", {"rep": "Tom Becker"}, -1),
        ("hello this is Dana Whitfield", "good morning", {"prospect_name": "Dana Whitfield"}, -1),
        ("Hi Dana, I have the prices", "okay go on", {"prospect_name": "Dana Whitfield"}, 1),
        ("good morning how are you", "fine thanks and you", {"rep": "Tom Becker"}, 0),
        ("this is Tom", "this is Tom", {"rep": "Tom"}, 0),
    ],
)
def test_where_a_name_stands(one, two, names, sign):
    """Who introduces himself by the rep's name, or greets the prospect, is the rep; who does the reverse is not."""
    assert np.sign(named_lead(said(one), said(two), Message("x.wav", **names), Options())) == sign
