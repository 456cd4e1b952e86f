"""What batches and number types buy, and how many words they change."""

from __future__ import annotations

from pathlib import Path

from benchmarks import corpus, transcribe
from benchmarks.common import Table


def run(data: Path) -> list[Table]:
    """Every twelfth message; more sizes of base are in the row `transcription`."""
    messages = corpus.messages(data)[::12]
    return [transcribe.by_batch("tiny.en", messages), transcribe.by_batch("base", messages, (1, 16))]
