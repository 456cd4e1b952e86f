"""Transcription with base: speed and errors beside openai-whisper and faster-whisper. Most of an hour on 2 cores."""

from __future__ import annotations

from pathlib import Path

from benchmarks import corpus, transcribe
from benchmarks.common import Table


def run(data: Path) -> list[Table]:
    """All 208 messages."""
    return transcribe.run_models(["base"], corpus.messages(data), [16], extra=False)
