"""The referee's honesty on simulated campaigns; needs no recordings."""

from __future__ import annotations

from pathlib import Path

from benchmarks.common import Table
from benchmarks.evidence import PARTS


def run(data: Path) -> list[Table]:
    """All tables of `benchmarks.evidence`."""
    return [part() for part in PARTS]
