"""The whole job beside the afternoon script; memory by number of files."""

from __future__ import annotations

from pathlib import Path

from benchmarks import whole_batch
from benchmarks.common import Table


def run(data: Path) -> list[Table]:
    """32 messages and a long recording with base, then 20 and 500 files with tiny.en."""
    return [whole_batch.speed(data, "base", 32), whole_batch.long_file(data, "base"), whole_batch.memory("tiny.en")]
