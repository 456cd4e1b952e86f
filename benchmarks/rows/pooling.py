"""Partial pooling of rates, and decisions by values, on simulated teams."""

from __future__ import annotations

from pathlib import Path

from benchmarks import evidence_pooling
from benchmarks.common import Table


def run(data: Path) -> list[Table]:
    """All tables of `benchmarks.evidence_pooling`."""
    return [part() for part in evidence_pooling.PARTS]
