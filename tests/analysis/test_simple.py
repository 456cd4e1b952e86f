"""`vmaudio.analyze`: paths, bytes and open files; a bad recording is a Failure; the recogniser is loaded once."""

from __future__ import annotations

import dataclasses
import datetime
import io
from importlib import resources
from pathlib import Path

import pytest

import vmaudio
from tests.lines import write_voice
from vmaudio.analysis import simple
from vmaudio.records import Message
from vmaudio.testing import FakeTranscriber


@pytest.fixture
def loaded(monkeypatch):
    """The engines that were loaded, one entry each time; the cache is empty before and after."""
    names: list[str] = []

    def load(name, **options):
        names.append(name)
        return FakeTranscriber(name=name)

    monkeypatch.setattr("vmaudio.analysis.analyzer.get_transcriber", load)
    simple._build.cache_clear()
    yield names
    simple._build.cache_clear()


@pytest.fixture
def voice(tmp_path) -> Path:
    path = tmp_path / "voice.wav"
    write_voice(path, 4.0)
    return path


def test_a_path_bytes_and_an_open_file_give_the_same(loaded, voice):
    """Whatever it comes as, the same bytes have the same recording, transcript and points."""
    with voice.open("rb") as stream:
        results = [vmaudio.analyze(one, rep="Tom") for one in (voice, str(voice), voice.read_bytes(), stream)]
        buffered = vmaudio.analyze(io.BytesIO(voice.read_bytes()), rep="Tom")
    for result in (*results, buffered):
        assert isinstance(result, vmaudio.Analysis)
        assert result.recording_id == results[0].recording_id
        assert result.transcript == results[0].transcript
        assert result.score == results[0].score
        assert result.message.rep == "Tom"
    assert [result.file_name for result in results[:2]] == ["voice.wav"] * 2
    assert results[2].source.startswith("<bytes ")
    assert results[3].source == str(voice)
    assert loaded == ["openai-whisper:base"]


def test_the_id_of_bytes_is_made_of_them(loaded, voice, monkeypatch, tmp_path):
    """Bytes have no path: the same ones have the same id from any folder, others another; a given id stays."""
    data = voice.read_bytes()
    first = vmaudio.analyze(data)
    monkeypatch.chdir(tmp_path)
    write_voice(tmp_path / "other.wav", 4.0, seed=1)
    other = vmaudio.analyze((tmp_path / "other.wav").read_bytes())
    assert vmaudio.analyze(data).message.message_id == first.message.message_id
    ids = {first.message.message_id, other.message.message_id, vmaudio.analyze(data, prospect="p1").message.message_id}
    assert len(ids) == 3
    assert vmaudio.analyze(data, message_id="mine").message.message_id == "mine"
    assert vmaudio.analyze(voice).message == Message(str(voice))


def test_the_recogniser_is_loaded_again_only_for_other_settings(loaded, voice, monkeypatch):
    """A loop loads once; another engine or language, given or in the environment, loads anew."""
    for _ in range(3):
        vmaudio.analyze(voice)
    assert loaded == ["openai-whisper:base"]
    vmaudio.analyze(voice, engine="toy:a")
    vmaudio.analyze(voice, engine="toy:a", rep="Tom")
    monkeypatch.setenv("VMAUDIO_ENGINE", "toy:b")
    vmaudio.analyze(voice)
    vmaudio.analyze(voice, language="de")
    assert loaded == ["openai-whisper:base", "toy:a", "toy:b", "toy:b"]


def test_an_edited_rubric_counts_at_once(loaded, voice, tmp_path):
    """The same path with another text is another rubric."""
    path = tmp_path / "ours.toml"
    text = resources.files("vmaudio.rubric").joinpath("default.toml").read_text("utf-8")
    path.write_text(text, "utf-8")
    first = vmaudio.analyze(voice, rubric=path)
    path.write_text(text + "\n# another\n", "utf-8")
    second = vmaudio.analyze(voice, rubric=path)
    assert first.score.rubric_id != second.score.rubric_id
    assert vmaudio.analyze(voice, rubric="default").score.rubric_id == vmaudio.load_rubric().rubric_id
    assert vmaudio.load_rubric("default") == vmaudio.load_rubric()


def test_a_bad_recording_is_a_failure(loaded, tmp_path, monkeypatch):
    """Text, nothing, too much, a path that is not there, a file that cannot be read: each says why."""

    class Torn:
        name = "torn.wav"

        def read(self, size):
            raise OSError(5, "Input/output error")

    monkeypatch.setenv("VMAUDIO_MAX_FILE_MB", "0.001")
    wanted = {
        b"these bytes are no sound": "NotAudio",
        b"": "SourceEmpty",
        b"x" * 1001: "SourceTooLarge",
        tmp_path / "none.wav": "SourceMissing",
        tmp_path: "SourceNotAFile",
    }
    for source, error in wanted.items():
        failure = vmaudio.analyze(source)
        assert isinstance(failure, vmaudio.Failure)
        assert failure.error == error
    assert vmaudio.analyze(io.BytesIO(b"x" * 5000)).error == "SourceTooLarge"
    torn = vmaudio.analyze(Torn())
    assert (torn.stage, torn.error, torn.file_name) == ("read", "SourceRefused", "torn.wav")


def test_wrong_settings_and_wrong_calls_are_errors(loaded, voice, tmp_path):
    """What is no fault of the recording is raised: settings as a sentence, a wrong call as a TypeError."""
    with pytest.raises(vmaudio.RubricError, match="cannot be read"):
        vmaudio.analyze(voice, rubric=tmp_path / "none.toml")
    with pytest.raises(TypeError, match=r"no field 'rpe'.*prospect_name"):
        vmaudio.analyze(voice, rpe="Tom")
    with pytest.raises(TypeError, match="int is no recording"):
        vmaudio.analyze(3)
    with pytest.raises(TypeError, match=r"sent_at of a message is text or None, and no datetime.*isoformat"):
        vmaudio.analyze(voice, sent_at=datetime.datetime(2026, 3, 1))
    with pytest.raises(ValueError, match="sent_at 'gestern' is not an ISO 8601 time"):
        vmaudio.analyze(voice, sent_at="gestern")
    with pytest.raises(vmaudio.SettingError, match=r"models_dir: there is no folder .*nowhere"):
        vmaudio.analyze(voice, models_dir=tmp_path / "nowhere")
    assert "No recording was named" in vmaudio.analyze("").message
    with pytest.raises(vmaudio.SettingError, match="no region 'Texas'"):
        vmaudio.find_entities("call 914-555-0148", region="Texas")
    with pytest.raises(TypeError, match="NoneType is no transcript"):
        vmaudio.find_entities(None)
    with voice.open("rb") as stream, io.TextIOWrapper(stream, "latin-1") as text, pytest.raises(TypeError, match="mode 'rb'"):
        vmaudio.analyze(text)


def test_the_context_has_every_field_of_a_message():
    """A field that a Message gets is one that `analyze` takes."""
    fields = {field.name for field in dataclasses.fields(Message)} - {"source"}
    assert set(simple.Context.__annotations__) == fields


def test_entities_of_a_text_and_of_a_transcript(loaded, voice):
    """Somebody else's text and our own transcript are searched alike; nothing to find is no error."""
    text = "Hi Nell, this is Omar Haddad from Tidewater Glass. Call me at 914-555-0148."
    found = vmaudio.find_entities(text)
    assert (found.caller.text, found.company.text, found.phones[0].digits) == ("Omar Haddad", "Tidewater Glass", "9145550148")
    result = vmaudio.analyze(voice)
    assert vmaudio.find_entities(result.transcript).caller == result.entities.caller
    assert vmaudio.find_entities("") == vmaudio.Entities()
    local = "call me at 555-0148"
    assert not vmaudio.find_entities(local).phones[0].complete
    assert vmaudio.find_entities(local, local_numbers=True).phones[0].complete


def test_a_region_in_small_letters_is_that_region(monkeypatch):
    """ "us" means US: without this every number would count as incomplete in silence. Options hold the capital letters."""
    text = "call me at 914-555-0148"
    assert vmaudio.find_entities(text, region="us") == vmaudio.find_entities(text)
    assert vmaudio.find_entities(text, region="us").phones[0].complete
    assert vmaudio.Options(region="gb").for_key()["region"] == "GB"
    with pytest.raises(vmaudio.SettingError, match="no region 'ZZ'"):
        vmaudio.Options(region="ZZ")
