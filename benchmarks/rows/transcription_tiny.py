"""Transcription with tiny.en: speed, errors, memory beside the other recognisers. A quarter of an hour on 2 cores."""

from __future__ import annotations

from pathlib import Path

from benchmarks import corpus, transcribe
from benchmarks.common import Table


def run(data: Path) -> list[Table]:
    """Every other message."""
    return transcribe.run_models(["tiny.en"], corpus.messages(data)[::2], [16], extra=False)
