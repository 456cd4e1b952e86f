"""The whole line with a recogniser that knows the words."""

import dataclasses
import json
import threading
from pathlib import Path

import pytest

from tests.lines import analyzer, voice, write_voice
from vmaudio.analysis import not_there
from vmaudio.analysis.analyzer import Analyzer, Options
from vmaudio.errors import SourceMissing, WeightsMissing
from vmaudio.features import CATALOGUE
from vmaudio.records import Analysis, Failure, Message
from vmaudio.testing import FakeTranscriber, encode, noise, silence

SAID = (
    "Hi Dana, your lease on Main Street ends in May and the new rates are out. This is Tom Becker with Acme Copiers. "
    "Please call me back at 303-555-0126. Again, that's 303-555-0126. Thanks, bye."
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tom.wav"
    write_voice(path, 15.0)
    return str(path)


def test_one_message_from_file_to_score(file):
    """A file becomes an Analysis with every field of the contract filled, and its JSON is strict."""
    made = analyzer(default=SAID).analyze(Message(file, rep="Tom", prospect_name="Dana Whitfield"))
    assert isinstance(made, Analysis)
    assert made.transcript.text == SAID
    assert made.entities.caller.text == "Tom Becker"
    assert made.entities.phones[0].digits == "3035550126"
    assert made.entities.phones[0].times_said == 2
    assert {"callee", "identity", "number"} <= set(made.structure.order)
    assert list(made.features.values) == list(CATALOGUE)
    assert 0 <= made.score.points <= 100
    assert set(made.tone.axes) == {"lively", "confident", "urgent", "formal", "friendly"}
    assert set(made.provenance.seconds_by_stage) == {"decode", "activity", "prosody", "transcribe", "describe", "judge"}
    assert made.provenance.model_ids[0].startswith("part/")
    text = json.dumps(made.to_dict(), allow_nan=False)
    assert Analysis.from_dict(json.loads(text)).to_dict() == made.to_dict()


def test_silence_is_no_speech(tmp_path):
    """A silent recording is analysed: no words, no points, a flag."""
    path = tmp_path / "silent.wav"
    path.write_bytes(encode(silence(3.0), "wav"))
    made = analyzer().analyze(Message(str(path)))
    assert (made.transcript.status, made.transcript.text, made.score.band) == ("no_speech", "", "unscored")
    assert [flag.kind for flag in made.flags] == ["no_speech"]


def test_a_bad_file_is_a_result(file, tmp_path):
    """Broken files become Failures with their sentence, and the others are analysed."""
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("this is a letter")
    sources = [file, str(tmp_path / "empty.wav"), str(tmp_path / "text.wav"), str(tmp_path / "gone.wav"), str(tmp_path)]
    results = {result.source: result for result in analyzer().analyze_many(Message(source) for source in sources)}
    assert set(results) == set(sources)
    assert isinstance(results[file], Analysis)
    failures = [results[source] for source in sources[1:]]
    assert {failure.error for failure in failures} == {"SourceEmpty", "NotAudio", "SourceMissing", "SourceNotAFile"}
    for failure in failures:
        assert failure.file_name in failure.message


def test_an_engine_that_fails_costs_only_its_message(tmp_path):
    """When a batch fails each message is tried alone: one Failure, the others analysed."""
    shas = [write_voice(tmp_path / f"{i}.wav", 4.0, seed=i) for i in range(4)]
    made = analyzer({shas[2]: RuntimeError("out of memory")})
    results = list(made.analyze_many(Message(str(tmp_path / f"{i}.wav")) for i in range(4)))
    failed = [result for result in results if isinstance(result, Failure)]
    assert [(failure.file_name, failure.stage, failure.error) for failure in failed] == [
        ("2.wav", "transcribe", "RuntimeError")
    ]
    assert "bug of vmaudio" in failed[0].message
    assert len(results) == 4


@pytest.mark.parametrize("given", [lambda made: made[:-1], lambda made: None, lambda made: ["words"] * len(made)])
def test_a_recogniser_that_gives_something_else_makes_failures(tmp_path, given):
    """Too few transcripts, none, or no transcripts: every message gets a sentence with the recogniser, and the run ends."""

    class Odd(FakeTranscriber):
        def transcribe_many(self, recordings, activities, hints=()):
            return given(super().transcribe_many(recordings, activities, hints))

    for i in range(2):
        write_voice(tmp_path / f"{i}.wav", 4.0, seed=i)
    made = analyzer(transcriber=Odd(name="odd:x"))
    results = list(made.analyze_many(Message(str(tmp_path / f"{i}.wav")) for i in range(2)))
    assert sorted((one.file_name, one.stage, one.error) for one in results) == [
        (f"{i}.wav", "transcribe", "TranscribeError") for i in range(2)
    ]
    assert all("odd:x gave" in one.message and "bug of vmaudio" not in one.message for one in results)


@pytest.mark.parametrize("value", [{"beams"}, float("nan"), None, ["a"]])
def test_a_transcriber_with_an_option_that_cannot_be_stored_is_refused_at_once(value):
    """Not when the first result is saved: the error names the recogniser and the option."""
    odd = FakeTranscriber(name="odd:x")
    odd.options = {"language": "en", "beams": value}
    with pytest.raises(TypeError, match=r"odd:x: the option .beams. is .*to be stored"):
        analyzer(transcriber=odd)


def test_a_transcriber_without_a_member_is_refused():
    """An object that only transcribes is no Transcriber, and the error names what it lacks and the short way."""

    class Half:
        name, options = "half:x", {}

        def transcribe_many(self, recordings, activities, hints=()):
            return []

    with pytest.raises(TypeError, match=r"supports_second_pass, supports_scoring, score_texts.*inherits"):
        analyzer(transcriber=Half())


def test_equal_bytes_are_transcribed_once(file, tmp_path):
    """Two names for the same bytes, and two prospects for one file, cost one transcription and give one result each."""
    copy = tmp_path / "copy.wav"
    copy.write_bytes((tmp_path / "tom.wav").read_bytes())
    made = analyzer(default=SAID)
    messages = [Message(file, prospect="p1"), Message(file, prospect="p2"), Message(str(copy))]
    results = list(made.analyze_many(messages))
    assert sum(made.transcriber.calls) == 1
    assert sorted(result.file_name for result in results) == ["copy.wav", "tom.wav", "tom.wav"]
    assert {result.message.prospect for result in results} == {"p1", "p2", None}


def test_what_is_known_is_only_judged(file):
    """A result known by its bytes is not decoded or transcribed again, only scored under the new context."""
    made = analyzer(default=SAID)
    earlier = made.analyze(Message(file))
    made.transcriber.calls.clear()
    message = Message(file, rep="Tom", notes="lease ends soon, new rates")
    (again,) = made.analyze_many([message], known={earlier.recording_id: earlier}.get)
    assert made.transcriber.calls == []
    assert again.message == message
    assert "uses_notes" in {flag.kind for flag in again.flags}
    assert again.prosody == earlier.prosody or again.prosody.to_dict() == earlier.prosody.to_dict()


def test_batches_are_bounded(tmp_path):
    """No forward pass is larger than the batch size, and every message comes out once."""
    for i in range(7):
        write_voice(tmp_path / f"{i}.wav", 2.0 + i, seed=i)
    made = analyzer(batch_size=3)
    results = list(made.analyze_many(Message(str(tmp_path / f"{i}.wav")) for i in range(7)))
    assert sorted(result.file_name for result in results) == [f"{i}.wav" for i in range(7)]
    assert max(made.transcriber.calls) <= 3


def test_long_audio_is_cut_and_flagged(tmp_path):
    """Audio over the limit is analysed up to the limit, and flagged."""
    path = tmp_path / "long.wav"
    path.write_bytes(encode(voice(12.0), "wav"))
    made = analyzer(options=Options(max_seconds=5.0)).analyze(Message(str(path)))
    assert made.duration_s == pytest.approx(5.0, abs=0.1)
    assert "truncated" in {flag.kind for flag in made.flags}


def test_tone_can_be_switched_off(file):
    """With tone off nothing says how it sounds, and the key of the result is another."""
    quiet, loud = analyzer(options=Options(tone=False)), analyzer()
    made = quiet.analyze(Message(file))
    assert made.tone is None
    assert not any(model_id.startswith("tone") for model_id in made.provenance.model_ids)
    assert quiet.key.digest != loud.key.digest


def test_open_may_be_any_reader(file):
    """`open` turns a source into bytes, so a URL works when the caller can read it; its errors are Failures."""
    data = Path(file).read_bytes()

    def reader(source):
        if source != "s3://calls/tom.wav":
            raise SourceMissing(f"{source}: no such object.")
        return data

    made = analyzer(default=SAID)
    assert made.analyze(Message("s3://calls/tom.wav"), open=reader).file_name == "tom.wav"
    assert made.analyze(Message("s3://calls/ann.wav"), open=reader).error == "SourceMissing"


def test_the_score_does_not_depend_on_the_order(tmp_path):
    """Each message's score is the same whatever the order of the batch."""
    for i in range(5):
        write_voice(tmp_path / f"{i}.wav", 4.0, seed=i)
    messages = [Message(str(tmp_path / f"{i}.wav"), rep="Tom") for i in range(5)]
    points = [
        {result.source: result.score.to_dict() for result in analyzer(default=SAID, batch_size=size).analyze_many(order)}
        for size, order in ((2, messages), (4, messages[::-1]))
    ]
    assert points[0] == points[1]


def test_the_key_names_what_changes_a_result():
    """Engine, options and models are in the key; batch size and threads are not."""
    base = analyzer().key
    assert analyzer(batch_size=2, ahead=1).key == base
    assert analyzer(name="fake:other").key.digest != base.digest
    assert analyzer(options=Options(local_numbers=True)).key.digest != base.digest
    assert dataclasses.replace(base, model_ids=("part/9",)).digest != base.digest


def test_noise_over_the_same_message_turns_fails_into_unknowns(tmp_path):
    """Under rising noise verdicts get less sure, and no check that passed or was unknown on the clear line fails for it.

    The recogniser is told the words, so that only the noise changes; the checks of the line itself are left out.
    """
    found = []
    for index, noise_dbfs in enumerate((-70.0, -28.0)):
        path = tmp_path / f"{index}.wav"
        clean = voice(15.0)
        path.write_bytes(encode(clean + noise(len(clean) / 16000, noise_dbfs, "pink"), "wav"))
        made = analyzer(default=SAID.replace("at 303-555-0126. Again, that's 303-555-0126", "soon")).analyze(Message(str(path)))
        found.append({check.id: check for check in made.score.checks})
    clear, bad = found
    failed = {name for name, check in clear.items() if check.verdict == "fail"}
    assert "number_complete" in failed
    assert bad["number_complete"].verdict == "n/a"
    assert "noise" in bad["number_complete"].evidence
    assert {name for name, check in bad.items() if check.verdict == "fail"} - failed <= {
        "clear_line",
        "level_varied",
        "final_falls",
    }
    assert all(bad[n].confidence <= clear[n].confidence for n in clear if bad[n].verdict == "pass" and n not in ("under_30s",))


def test_messages_are_measured_while_the_recogniser_loads(file, tmp_path, monkeypatch):
    """They are the same results, in a process that waited for nothing; other messages than those named are measured anew."""
    begun = threading.Event()

    def load(*_name, **_options):
        assert begun.wait(30)  # what loads it is behind what measures
        return FakeTranscriber(default=SAID)

    monkeypatch.setattr("vmaudio.analysis.analyzer.get_transcriber", load)
    messages = [Message(file, rep="Tom"), Message(str(tmp_path / "gone.wav"))]
    other = Message(file, rep="Ann")
    line = Analyzer.from_settings(engine="fake:one", soon=messages, listener=lambda event: begun.set())
    found = {result.source: result for result in line.analyze_many(messages)}
    again = {result.source: result for result in line.analyze_many(messages)}
    assert [type(result) for result in found.values()].count(Failure) == 1
    assert found[file].to_dict() | {"provenance": None} == again[file].to_dict() | {"provenance": None}
    line = Analyzer.from_settings(engine="fake:one", soon=messages)
    assert [result.message for result in line.analyze_many([other])] == [other]


def test_what_is_measured_ahead_ends_with_a_recogniser_that_cannot_be_loaded(file, monkeypatch):
    """No thread is left."""

    def refuse(*_name, **_options):
        raise WeightsMissing("no weights")

    monkeypatch.setattr("vmaudio.analysis.analyzer.get_transcriber", refuse)
    with pytest.raises(WeightsMissing):
        Analyzer.from_settings(engine="fake:one", soon=[Message(file)] * 5)
    assert not [thread for thread in threading.enumerate() if thread.name == "vmaudio-ahead"]


def test_a_path_that_leads_nowhere(file, tmp_path):
    """Told beforehand in the words of the analysis; what may be a recording is left to it."""
    for source in (str(tmp_path / "gone.wav"), str(tmp_path), ""):
        assert not_there(Message(source)) == analyzer().analyze(Message(source))
    (tmp_path / "empty.wav").touch()
    assert [not_there(Message(source)) for source in (file, str(tmp_path / "empty.wav"), "https://host/a.wav")] == [None] * 3
