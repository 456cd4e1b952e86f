"""What every engine keeps to: the contract, with a fake engine and with the real ones."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.transcribe.conftest import everywhere, recording
from vmaudio import plugins
from vmaudio.errors import EngineMissing, EngineUnknown, PluginError, SettingError
from vmaudio.records import Activity, Recording, Transcript
from vmaudio.transcribe.engine_list import engines
from vmaudio.transcribe.recognisers import FAMILIES, GROUP, SHIPPED, Transcriber, families, get_transcriber
from vmaudio.transcribe.weights import WHISPER_MODELS
from vmaudio.transcribe.windowed import WindowedTranscriber, WindowJob
from vmaudio.transcribe.words import Decoded, Timed

NOTHING = Activity((), 0.0, -80.0, 0.0)


class Echo(WindowedTranscriber):
    """Says one word per second of every window."""

    def __init__(self) -> None:
        self.name, self.options, self.language, self.batch_size = "echo:one", {"language": "en"}, "en", 3
        self.batches: list[int] = []

    def transcribe_windows(self, jobs: Sequence[WindowJob]) -> list[tuple[Decoded, list[Timed]]]:
        self.batches.append(len(jobs))
        found = []
        for job in jobs:
            assert job.samples.dtype == np.float32
            assert len(job.samples) == round(job.seconds * 16000)
            texts = [f" {job.hint or 'word'}{i}" for i in range(max(1, int(job.seconds)))]
            words = [Timed(text, [1], [float(i), i + 1.0], [-0.1]) for i, text in enumerate(texts)]
            found.append((Decoded((1,), (-0.1,), "en", -0.2, 0.0, 1.0, 0.0), words))
        return found


def sound(seconds: float) -> Recording:
    return recording(np.random.default_rng(0).standard_normal(round(seconds * 16000)) * 0.1)


def test_results_are_in_the_order_given_and_batches_are_bounded():
    """Windows are sorted and batched inside; the caller sees his own order."""
    engine = Echo()
    made = [sound(seconds) for seconds in (3, 9, 1, 5, 7)]
    found = engine.transcribe_many(made, [everywhere(r) for r in made])
    assert [len(transcript.words) for transcript in found] == [3, 9, 1, 5, 7]
    assert engine.batches == [3, 2]
    assert all(transcript.engine == "echo:one" and transcript.options == {"language": "en"} for transcript in found)


def test_batches_are_bounded_in_seconds_too():
    """No batch holds more sound than is set, but for a window that has more by itself; what was said is the same."""
    engine = Echo()
    engine.batch_s = 10.0
    made = [sound(seconds) for seconds in (3, 12, 1, 5, 6)]
    found = engine.transcribe_many(made, [everywhere(r) for r in made])
    assert [len(transcript.words) for transcript in found] == [3, 12, 1, 5, 6]
    assert engine.batches == [1, 1, 3]  # 12; 6, as 5 more would be 11; 5 + 3 + 1


def test_hints_go_to_their_own_message():
    """A hint is given to the message at its place."""
    made = [sound(1), sound(2)]
    found = Echo().transcribe_many(made, [everywhere(r) for r in made], ["Dana", " "])
    assert [transcript.text for transcript in found] == ["Dana0", "word0 word1"]


def test_without_speech_the_engine_is_not_run():
    """An empty activity gives no_speech, whatever the sound."""
    engine = Echo()
    (found,) = engine.transcribe_many([sound(5)], [NOTHING])
    assert (found.status, found.text) == ("no_speech", "")
    assert engine.batches == []
    assert engine.transcribe_many([], []) == []


def test_lengths_must_agree():
    """A missing activity or hint is our caller's bug."""
    with pytest.raises(ValueError, match="one activity per recording"):
        Echo().transcribe_many([sound(1)], [])
    with pytest.raises(ValueError, match="one hint per recording"):
        Echo().transcribe_many([sound(1)], [NOTHING], ["a", "b"])


def test_importing_the_package_is_cheap():
    """Neither torch nor whisper comes with ``import vmaudio.transcribe``, nor with listing engines."""
    code = "import sys; from vmaudio import transcribe; transcribe.engines(); print({'torch', 'whisper'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    "name", ["", "whisper", "openai-whisper", "openai-whisper:", "openai-whisper:huge", "faster:base", ":base"]
)
def test_unknown_names_list_the_valid_ones(name: str):
    """A wrong name is answered with the right ones."""
    with pytest.raises(EngineUnknown, match=r"openai-whisper:MODEL.*tiny\.en, tiny, base\.en, base"):
        get_transcriber(name)


@pytest.mark.parametrize("language", ["de", "auto"])
@pytest.mark.parametrize("family", FAMILIES)
def test_an_english_model_refuses_other_languages(family: str, language: str):
    """tiny.en with German, or asked to find the language, is a setting error that names the model to use."""
    with pytest.raises(SettingError, match=r"English only.*'tiny'"):
        get_transcriber(f"{family}:tiny.en", language=language)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_language_that_does_not_exist_is_refused(family: str):
    """A typing error in the language is found before anything is loaded."""
    with pytest.raises(SettingError, match="no language 'xx'"):
        get_transcriber(f"{family}:base", language="xx")


def test_an_engine_that_is_not_installed_says_how(monkeypatch: pytest.MonkeyPatch):
    """Without the package: the pip command, and `engines` says the same."""
    from vmaudio.transcribe.faster_whisper import installed

    real = __import__("importlib.util").util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name, *a: None if name == "faster_whisper" else real(name, *a))
    assert not installed()
    with pytest.raises(EngineMissing, match=r"pip install 'vmaudio\[faster\]'"):
        get_transcriber("faster-whisper:base")
    info = {info.name: info for info in engines()}["faster-whisper:base"]
    assert not info.available
    assert "vmaudio[faster]" in info.note


def test_engines_name_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """For each model: where it is, or what to do."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    listed = {info.name: info for info in engines(tmp_path)}
    assert set(listed) >= {f"openai-whisper:{model}" for model in WHISPER_MODELS}
    assert "models fetch openai-whisper:small" in listed["openai-whisper:small"].note
    assert not listed["openai-whisper:small"].available


@pytest.fixture(scope="session")
def other() -> Transcriber:
    """faster-whisper's tiny.en, where it is installed."""
    pytest.importorskip("faster_whisper")
    return get_transcriber("faster-whisper:tiny.en", threads=1)


@pytest.fixture(params=["exact", "other"])
def engine(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def check(transcript: Transcript, made: Recording) -> None:
    """What is true of every transcript."""
    assert transcript.status == ("speech" if transcript.text else "no_speech")
    assert transcript.text == " ".join(word.text for word in transcript.words)
    assert Transcript.from_dict(transcript.to_dict()) == transcript
    at = 0.0
    for word in transcript.words:
        assert at <= word.start_s < word.end_s <= made.duration_s + 0.001
        assert 0.0 <= word.probability <= 1.0
        assert word.text == word.text.strip() != ""
        at = word.end_s
    for segment in transcript.segments:
        assert segment.text == " ".join(word.text for word in segment.words)
        assert (segment.start_s, segment.end_s) == (segment.words[0].start_s, segment.words[-1].end_s)
        assert segment.avg_logprob <= 0.0
        assert 0.0 <= segment.no_speech_prob <= 1.0


@pytest.mark.real
def test_contract_on_real_recordings(engine: Any, voices: list[tuple[Recording, Activity]]):
    """Every engine: words in order and inside the recording, text made of words, records that survive JSON."""
    assert isinstance(engine, Transcriber)
    made = [*(r for r, _ in voices[:2]), sound(3.0), recording(np.zeros(100)), recording(np.zeros(0))]
    speech = [*(a for _, a in voices[:2]), NOTHING, NOTHING, NOTHING]
    found = engine.transcribe_many(made, speech)
    assert [transcript.status for transcript in found] == ["speech", "speech", "no_speech", "no_speech", "no_speech"]
    for transcript, r in zip(found, made, strict=True):
        check(transcript, r)
        assert transcript.engine == engine.name
        assert transcript.language == "en"
        assert transcript.options["language"] == "en"


@pytest.mark.real
def test_an_activity_at_the_very_end_or_beyond_does_no_harm(engine: Any):
    """Spans that reach past the recording, or a moment at its end, are met without an error."""
    from vmaudio.records import Span

    made = sound(1.0)
    for span in (Span(0.95, 1.4), Span(0.0, 5.0), Span(0.999, 1.0)):
        check(engine.transcribe_many([made], [Activity((span,), span.duration_s, -60, 10)])[0], made)


TOY = """
from vmaudio.transcribe import Transcriber


class Toy(Transcriber):
    def __init__(self, name, options):
        self.name, self.options = name, options

    def transcribe_many(self, recordings, activities, hints=()):
        return []


def make(model, *, language, threads, listener, **options):
    return Toy(f"toy:{model}", {"language": language, "threads": threads, **options})


def make_nothing(model, **options):
    return object()


def fail(model, **options):
    raise RuntimeError("no such thing")
"""


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A package that brings four families, one of them from a module that is not there."""
    folder = tmp_path / "vm_engines-3.1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: vm-engines\nVersion: 3.1\n")
    (folder / "entry_points.txt").write_text(
        "[vmaudio.transcribers]\ntoy = vm_engines:make\nempty = vm_engines:make_nothing\n"
        "fails = vm_engines:fail\nlost = vm_lost:make\n"
    )
    (tmp_path / "vm_engines.py").write_text(TOY)
    monkeypatch.syspath_prepend(str(tmp_path))
    plugins.installed.cache_clear()
    yield
    plugins.installed.cache_clear()
    sys.modules.pop("vm_engines", None)


@pytest.mark.usefixtures("toy")
def test_another_package_brings_an_engine():
    """Its factory gets the model's name and all options, and its families are listed without being imported."""
    assert "vm_engines" not in sys.modules
    listed = {info.name: info for info in engines()}
    assert listed["toy:MODEL"].available
    assert listed["toy:MODEL"].note == "brought by vm-engines 3.1"
    assert "vm_engines" not in sys.modules
    made = get_transcriber("toy:a/b:c.json", language="de", threads=2, verbatim=True)
    assert made.name == "toy:a/b:c.json"
    assert (made.options["language"], made.options["threads"], made.options["verbatim"]) == ("de", 2, True)


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("empty:x", r"made a object, which is no vmaudio.Transcriber \(it has no name, options"),
        ("fails:x", "RuntimeError: no such thing"),
        ("lost:x", "cannot be loaded"),
    ],
)
def test_a_broken_engine_of_another_package_is_named(name: str, cause: str):
    """Whatever goes wrong in it is a sentence with the package, and other engines are as they were."""
    with pytest.raises(PluginError, match=rf"brought by vm-engines 3\.1 .*{cause}"):
        get_transcriber(name)
    assert "openai-whisper:base" in {info.name for info in engines()}
    with pytest.raises(EngineUnknown, match=r"toy:MODEL \(vm-engines 3\.1\)"):
        get_transcriber("nobody:x")
    with pytest.raises(EngineUnknown):
        get_transcriber("toy")


def test_families_that_ship_are_entry_points():
    """pyproject.toml and the table in the code name the same factories, and each can be imported."""
    text = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text("utf-8")
    assert tomllib.loads(text)["project"]["entry-points"][GROUP] == SHIPPED
    for entry in families().values():
        assert callable(entry.load())
