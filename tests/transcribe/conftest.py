"""Engines are loaded once per session, with one thread each: tests run side by side; weights go to a folder of the session."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vmaudio.audio.decode import load_audio
from vmaudio.audio.vad import detect_speech
from vmaudio.records import Activity, Recording, Span
from vmaudio.transcribe.recognisers import Transcriber, get_transcriber

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def recording(samples: np.ndarray, name: str = "test") -> Recording:
    """Samples at 16 kHz as a Recording."""
    return Recording(name, np.asarray(samples, np.float32), 16000, len(samples) / 16000, 16000, 1, "")


def everywhere(made: Recording) -> Activity:
    """An activity that lets everything through."""
    return Activity((Span(0.0, made.duration_s),), made.duration_s, -60.0, 20.0)


@pytest.fixture(scope="session")
def weights_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder for the session."""
    return tmp_path_factory.mktemp("weights")


@pytest.fixture(scope="session")
def exact(weights_cache: Path) -> Transcriber:
    """tiny.en in float32."""
    return get_transcriber("openai-whisper:tiny.en", cache_dir=weights_cache, dtype="float32", threads=1)


@pytest.fixture(scope="session")
def tiny(weights_cache: Path) -> Transcriber:
    """tiny.en in the number type that is best here."""
    return get_transcriber("openai-whisper:tiny.en", cache_dir=weights_cache, threads=1)


@pytest.fixture(scope="session")
def voices() -> list[tuple[Recording, Activity]]:
    """Six samples of three voices, two of each, with their speech."""
    files = sorted(SAMPLES.glob("0[1-6]_*.*"))
    files = [file for file in files if file.suffix != ".json"]
    if len(files) < 3:
        pytest.skip("samples/ is not there")
    found = [load_audio(file) for file in files[:6]]
    return [(made, detect_speech(made)) for made in found]
