"""Transcription: speed, word errors and memory beside openai-whisper and faster-whisper. Takes half an hour on 2 cores."""

from __future__ import annotations

from pathlib import Path

from benchmarks import corpus, transcribe
from benchmarks.common import Table


def run(data: Path) -> list[Table]:
    """All 208 messages with tiny.en and base."""
    return transcribe.run_models(["tiny.en", "base"], corpus.messages(data), [16, 32], extra=False)
