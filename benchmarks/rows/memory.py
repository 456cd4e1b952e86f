"""Peak memory: by engine, and by number of files."""

from __future__ import annotations

from pathlib import Path

from benchmarks import transcribe, whole_batch
from benchmarks.common import Table


def run(data: Path) -> list[Table]:
    """Every engine over 32 messages, each in a process of its own; then 20 and 500 files, 5 % of them broken."""
    return [*(transcribe.memory(model) for model in ("tiny.en", "base")), whole_batch.memory("tiny.en")]
