"""Transcription with tiny.en: speed, errors beside the other recognisers. Half an hour on 2 cores."""

from __future__ import annotations

from pathlib import Path

from benchmarks import corpus, transcribe
from benchmarks.common import Table


def run(data: Path) -> list[Table]:
    """Every message."""
    return transcribe.run_models(["tiny.en"], corpus.messages(data), [16], extra=False)
