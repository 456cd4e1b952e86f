"""The whole job beside the afternoon script, and a long recording."""

from __future__ import annotations

from pathlib import Path

from benchmarks import whole_batch
from benchmarks.common import Table


def run(data: Path) -> list[Table]:
    """32 messages and ten minutes in one file, with base."""
    return [whole_batch.speed(data, "base", 32), whole_batch.long_file(data, "base")]
