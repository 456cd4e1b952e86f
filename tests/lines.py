"""The whole line for tests: real decoding, measuring and models, a recogniser that knows the words."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from vmaudio.analysis.analyzer import Analyzer
from vmaudio.classify import ModelStore
from vmaudio.rubric.load import load_rubric
from vmaudio.testing import FakeTranscriber, encode, speech_like


def voice(seconds: float = 4.0, seed: int = 0) -> np.ndarray:
    """Samples that the activity detector takes for speech; another seed is another recording."""
    phrases = max(1, round((seconds - 0.5) / 1.5))
    return speech_like([5] * phrases, seed=seed, level_dbfs=-25.0 + 0.01 * seed).samples


def write_voice(path: Path, seconds: float = 4.0, seed: int = 0, form: str = "wav") -> str:
    """Write a speech-like file and return the SHA-256 of its bytes."""
    data = encode(voice(seconds, seed), form)
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def analyzer(texts=None, **options) -> Analyzer:
    """An Analyzer around a FakeTranscriber, or around the ``transcriber`` given."""
    fake = {name: options.pop(name) for name in ("default", "probability", "name") if name in options}
    transcriber = options.pop("transcriber", None) or FakeTranscriber(texts, **fake)
    return Analyzer(transcriber, ModelStore(), load_rubric(), **options)


def build(threads: int = 1, ahead: int = 1) -> Analyzer:
    """What worker processes build in tests."""
    return analyzer(ahead=ahead)


def build_deadly(threads: int = 1, ahead: int = 1) -> Analyzer:
    """An analyzer whose process dies over a file named "deadly", as one killed for want of memory would."""
    import os
    import signal

    made = analyzer()
    read = made._read

    def deadly(source: str) -> bytes:
        if "deadly" in source:
            os.kill(os.getpid(), signal.SIGKILL)
        return read(source)

    made._read = deadly
    return made
