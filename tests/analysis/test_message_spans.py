"""The whole line on files as dialers keep them, with a recogniser that hears what was put where."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

from tests.lines import analyzer
from vmaudio.analysis import Options, other_messages
from vmaudio.audio import SpanOptions
from vmaudio.plots import message_picture
from vmaudio.privacy import spans_to_cover
from vmaudio.records import MEASURE_VERSIONS, Analysis, Message, Segment, Transcript, Word
from vmaudio.store import open_store
from vmaudio.testing import FakeTranscriber, encode, noise, ring_back, silence, speech_like, tone

SAID = (
    "Hi Dana, your lease on Main Street ends in May and the new rates are out. This is Tom Becker with Acme Copiers. "
    "Please call me back at 303-555-0126. Again, that's 303-555-0126. Thanks, bye."
)
FIRST = (
    "Hello Ann, this is Tom Becker with Acme Copiers, I'm calling about the toner that you asked for. Call me at 720-555-0142."
)
GREETS = (
    "You've reached 614-555-0107. No one can take your call. Please leave a message after the tone, or press one for options."
)
MENU = "To re-record your message, press one. For more options, press two. When you are finished, hang up."
VOICE = speech_like((9, 8, 9, 8, 9), f0_hz=112.0, seed=4, level_dbfs=-24.0).samples
EARLIER = speech_like((8, 9, 8, 7), f0_hz=112.0, seed=12, level_dbfs=-24.0).samples
OTHER = speech_like((9, 9, 8), f0_hz=220.0, seed=3, level_dbfs=-22.0).samples
MACHINE = speech_like((8, 7), f0_hz=225.0, seed=8, level_dbfs=-22.0).samples
BEEP = tone(1000, 0.5, -20)


class Placed(FakeTranscriber):
    """Hears the words of a piece where its sound is, as far as it is given."""

    def __init__(self, pieces):
        super().__init__()
        self.pieces, self.heard = pieces, []

    def _one(self, sound, active):
        words = []
        for start_s, end_s, text in self.pieces:
            tokens = text.split()
            step = (end_s - start_s) / len(tokens)
            for i, token in enumerate(tokens):
                at = start_s + (i + 0.5) * step
                inside = any(span.start_s - 0.6 <= at <= span.end_s + 0.6 for span in active.speech)
                loud = np.abs(sound.samples[round((at - 0.3) * 16000) : round((at + 0.3) * 16000)]).max(initial=0.0) > 0.003
                if inside and loud:
                    words.append(Word(token, start_s + i * step, start_s + (i + 1) * step, 0.95))
        text = " ".join(word.text for word in words)
        self.heard.append(text)
        if not words:
            return Transcript("no_speech", "en", "", (), self.name, self.options)
        segment = Segment(words[0].start_s, words[-1].end_s, text, tuple(words), -0.2, 0.01, 1.2)
        return Transcript("speech", "en", text, (segment,), self.name, self.options)


def made(tmp_path, rows, options=None, **context):
    """Analyse a file of (sound, words) rows; give the analysis, the analyzer and the rows' first seconds."""
    at, pieces, starts = 0, [], []
    for sound, text in rows:
        starts.append(at / 16000)
        if text:
            pieces.append((at / 16000 + 0.5, (at + len(sound)) / 16000 - 0.5, text))
        at += len(sound)
    samples = np.concatenate([sound for sound, _ in rows])
    samples = samples + noise(len(samples) / 16000 + 0.01, -62.0, "pink")[: len(samples)]
    path = tmp_path / "call.wav"
    path.write_bytes(encode(samples, "wav"))
    line = analyzer(transcriber=Placed(pieces), options=options)
    result = line.analyze(Message(str(path), **context))
    assert isinstance(result, Analysis), result
    return result, line, starts


def kinds(result):
    return [span.kind for span in result.spans]


@pytest.fixture
def dialed(tmp_path):
    rows = [(ring_back(2.6), ""), (silence(0.6), ""), (OTHER, GREETS), (silence(0.3), ""), (BEEP, ""), (VOICE, SAID)]
    return made(tmp_path, rows)


def test_only_the_reps_message_is_judged(dialed):
    """Neither words, names, numbers, approach nor flags come from the greeting; times count from the tone."""
    result, _, starts = dialed
    assert kinds(result) == ["ring", "answer", "greeting", "record_tone", "message"]
    assert result.transcript.text == SAID
    assert [phone.digits for phone in result.entities.phones] == ["3035550126"]
    assert result.structure.approach != "robocall"
    assert not {flag.kind for flag in result.flags} & {"sounds_prerecorded", "message_start_unsure"}
    assert abs(result.judged.start_s - (starts[-1] + 0.5)) < 0.1
    assert abs(result.origin_s - starts[-1]) < 0.06
    kept = [result.transcript, result.entities, result.structure, result.features, *result.spans, *result.flags]
    assert "5550107" not in json.dumps([one.to_dict() for one in kept]).replace("-", "")


def test_the_greeting_is_not_kept(dialed):
    """The pictures' contour is silent where the greeting is, and copies cover it."""
    result, _, starts = dialed
    contour = result.prosody.contour
    greeting = [(f0, db) for t, f0, db in zip(contour.times_s, contour.f0_hz, contour.level_dbfs, strict=True)
                if starts[2] < t < starts[3]]  # fmt: skip
    assert greeting
    assert all(np.isnan(f0) and db < -90 for f0, db in greeting)
    covered = spans_to_cover(result)
    span = next(span for span in result.spans if span.kind == "greeting")
    assert any(one.start_s <= span.start_s and one.end_s >= span.end_s for one in covered)


def test_an_option_keeps_the_sound(tmp_path):
    """With keep_greeting its sound is measured for the pictures; its words are still not there."""
    rows = [(OTHER, GREETS), (silence(0.3), ""), (BEEP, ""), (VOICE, SAID)]
    result, _, _ = made(tmp_path, rows, Options(spans=SpanOptions(keep_greeting=True)))
    contour = result.prosody.contour
    assert max(db for t, db in zip(contour.times_s, contour.level_dbfs, strict=True) if t < 3.0) > -40
    assert result.transcript.text == SAID
    assert result.provenance.options["spans.keep_greeting"] is True


def test_the_same_points_as_the_message_alone(dialed, tmp_path):
    """What comes before the message moves no check, no feature of time, and no measure of the sound by more than a little."""
    result, _, _ = dialed
    (tmp_path / "alone").mkdir()
    alone, _, _ = made(tmp_path / "alone", [(VOICE, SAID)])
    assert kinds(alone) == ["message"]
    assert alone.origin_s == 0.0
    assert result.score.points == alone.score.points
    assert {c.id: c.verdict for c in result.score.checks} == {c.id: c.verdict for c in alone.score.checks}
    for name, value in alone.features.values.items():
        if name.endswith("_s") and isinstance(value, float) and np.isfinite(value):
            assert abs(result.features.values[name] - value) < 0.15, name
    assert abs(result.prosody.snr_db - alone.prosody.snr_db) < 2
    assert result.duration_s > alone.duration_s + 5


def test_music_before_a_message_costs_no_points(tmp_path):
    """Five seconds of a held tone before a message: "in the first 9 s" counts from its end."""
    late = SAID.replace("your lease on Main Street", "I hope that you are well, how are you, your lease on Main Street")
    alone, _, _ = made(tmp_path, [(VOICE, late)])
    after, _, _ = made(tmp_path, [(tone((220, 277, 330), 5.0, -22), ""), (VOICE, late)])
    assert after.score.points == alone.score.points
    assert after.origin_s > 4.5
    early = next(check for check in after.score.checks if check.id == "reason_by_9s")
    assert early.verdict == next(check for check in alone.score.checks if check.id == "reason_by_9s").verdict


def test_a_menu_behind_is_left_out(tmp_path):
    """A menu without a tone before it is known by its words, and cut off where the voice changes."""
    result, _, starts = made(tmp_path, [(VOICE, SAID), (silence(1.0), ""), (MACHINE, MENU)])
    assert kinds(result) == ["message", "menu"]
    assert result.transcript.text == SAID
    assert abs(result.judged.end_s - (starts[1] - 0.5)) < 0.2
    assert result.prosody.tail_silence_s < 3.0


def test_a_menu_behind_a_tone_is_not_the_message(tmp_path):
    """After message, tone and menu the menu is the last speech, and not chosen."""
    result, _, _ = made(tmp_path, [(VOICE, SAID), (silence(0.3), ""), (BEEP, ""), (MACHINE, MENU)])
    assert kinds(result) == ["message", "tone", "menu"]
    assert result.transcript.text == SAID


@pytest.mark.parametrize(
    "menu", ["Your message has been recorded. Goodbye.", "To listen to it, press one. To page this person, press 5."]
)
def test_a_menu_in_a_voice_like_the_reps(tmp_path, menu):
    """Where the voices cannot be told apart the words of a mailbox part them, at the pause at which they begin."""
    alike = speech_like((5, 6), f0_hz=113.0, seed=4, level_dbfs=-24.0).samples
    result, _, starts = made(tmp_path, [(VOICE, SAID), (silence(1.0), ""), (alike, menu)])
    assert kinds(result) == ["message", "menu"]
    assert result.transcript.text == SAID
    assert abs(result.judged.end_s - (starts[1] - 0.5)) < 0.2


def test_a_tone_that_was_not_heard_before_another(tmp_path):
    """Greeting and message without a tone between, and a tone behind: the message is still parted from the greeting."""
    rows = [(OTHER, GREETS), (silence(0.4), ""), (VOICE, SAID), (silence(0.3), ""), (BEEP, ""), (MACHINE, MENU)]
    result, _, starts = made(tmp_path, rows)
    assert kinds(result) == ["greeting", "message", "tone", "menu"]
    assert result.transcript.text == SAID
    assert abs(result.judged.start_s - (starts[2] + 0.5)) < 0.1


def test_a_greeting_without_a_tone(tmp_path):
    """Words and voice tell where the message begins; nothing of the greeting stays."""
    result, line, starts = made(tmp_path, [(OTHER, GREETS), (silence(0.4), ""), (VOICE, SAID)])
    assert kinds(result) == ["greeting", "message"]
    assert result.transcript.text == SAID
    assert abs(result.judged.start_s - (starts[2] + 0.5)) < 0.1
    assert len(line.transcriber.heard) == 2  # all of it, to find the border; then the message alone


def test_where_it_cannot_be_told_nothing_is_judged(tmp_path):
    """A greeting in a voice like the rep's, without a tone: flagged, no points, no approach, no legal flag."""
    alike = speech_like((9, 9, 8), f0_hz=113.0, seed=4, level_dbfs=-24.0).samples
    result, _, _ = made(tmp_path, [(alike, GREETS)])
    flag = next(flag for flag in result.flags if flag.kind == "message_start_unsure")
    assert flag.evidence
    assert result.score.points is None
    assert {check.verdict for check in result.score.checks} == {"n/a"}
    assert result.structure.approach == "unclear"
    assert result.judged.confidence <= 0.5


def test_a_rep_may_speak_of_messages(tmp_path):
    """Phrases of greetings in a rep's own voice cut nothing off."""
    said = f"{SAID} If I'm not available, leave me a message and I'll get back to you."
    result, _, _ = made(tmp_path, [(VOICE, said)])
    assert kinds(result) == ["message"]
    assert result.transcript.text == said
    assert result.score.points is not None


def test_the_last_of_several_messages(tmp_path):
    """Two messages with a tone between: two spans, the last is judged, a flag says so, and the other has an id of its own."""
    result, line, starts = made(tmp_path, [(EARLIER, FIRST), (silence(0.5), ""), (BEEP, ""), (VOICE, SAID)], message_id="m1")
    assert kinds(result) == ["other_message", "record_tone", "message"]
    assert result.transcript.text == SAID
    assert "2 messages" in next(flag for flag in result.flags if flag.kind == "several_messages").evidence
    (other,) = other_messages([result])
    assert (other.message_id, other.audio_message) == ("m1#1", "1")
    first = line.analyze(other)
    assert first.transcript.text == FIRST
    assert kinds(first) == ["message", "record_tone", "other_message"]
    assert first.judged.end_s < starts[2]
    assert first.recording_id != result.recording_id
    assert first.recording_id == line.analyze(other).recording_id
    assert other_messages([first]) == []
    store = open_store(str(tmp_path / "two.sqlite"))
    for one in (result, first):
        store.save(one)
    assert {one.message.message_id for one in store.analyses()} == {"m1", "m1#1"}
    assert store.known(first.recording_id, line.key.digest).transcript.text == FIRST
    back = store.one("m1#1")
    assert (back.message.audio_message, back.spans) == ("1", first.spans)


def test_a_tone_in_the_middle_of_a_sentence_parts_nothing(tmp_path):
    """A call-waiting tone: one voice goes on where it stopped, and the message stays whole."""
    cut = len(VOICE) * 2 // 5
    start = next(i for i in range(cut, len(VOICE)) if not VOICE[i : i + 1600].any())
    words = SAID.split()
    rows = [(VOICE[:start], " ".join(words[:12])), (tone(440, 0.4, -20), ""), (VOICE[start:], " ".join(words[12:]))]
    result, _, _ = made(tmp_path, rows)
    assert kinds(result).count("message") == 1
    assert "other_message" not in kinds(result)
    assert result.judged.start_s < 1.0
    assert result.judged.end_s > start / 16000 + 3


def test_the_picture_names_what_is_beside_the_message(dialed):
    """Every span has its field and its name; the 9 s line stands 9 s after the tone."""
    result, _, _ = dialed
    drawn = str(message_picture(result))
    for name in ("ring", "greeting", "record tone"):
        assert f">{name}<" in drawn or f"{name}, " in drawn
    assert "p-span-greeting" in drawn
    assert "In the file beside it" in drawn


def test_a_channel_that_is_named(tmp_path):
    """The manifest's audio_channel decides, and has an id of its own."""
    n = len(VOICE)
    pair = [np.concatenate([silence(len(OTHER) / 16000), VOICE]), np.concatenate([OTHER, silence(n / 16000)])]
    pair = [one + noise(len(one) / 16000 + 0.01, -62.0, "pink", seed)[: len(one)] for seed, one in enumerate(pair)]
    data = encode(np.stack(pair), "wav")
    path = tmp_path / "two.wav"
    path.write_bytes(data)
    line = analyzer(default=SAID)
    found = line.analyze(Message(str(path)))
    asked = line.analyze(Message(str(path), audio_channel="right"))
    assert kinds(found) == ["greeting", "message"]
    assert found.recording_id == hashlib.sha256(data).hexdigest()
    assert asked.recording_id not in (found.recording_id, line.analyze(Message(str(path), audio_channel="left")).recording_id)
    assert asked.judged.start_s < 1.0 < found.judged.start_s


def test_results_of_before_are_older():
    """The stage has a version, so that results without spans are measured again by --redo stale."""
    assert MEASURE_VERSIONS["spans"] >= 1
