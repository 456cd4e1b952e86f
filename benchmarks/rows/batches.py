"""What batches and number types buy, and how many words they change."""

from __future__ import annotations

from pathlib import Path

from benchmarks import corpus, transcribe
from benchmarks.common import Table


def run(data: Path) -> list[Table]:
    """Every fourth message, with both models."""
    messages = corpus.messages(data)[::4]
    return [transcribe.by_batch(model, messages) for model in ("tiny.en", "base")]
