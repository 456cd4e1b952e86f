"""The referee's honesty on simulated campaigns; needs no recordings."""

from __future__ import annotations

from pathlib import Path

from benchmarks import evidence, evidence_campaigns, evidence_pooling
from benchmarks.common import Table


def run(data: Path) -> list[Table]:
    """All tables of `benchmarks.evidence`, `benchmarks.evidence_campaigns` and `benchmarks.evidence_pooling`."""
    return [part() for part in (*evidence.PARTS, *evidence_campaigns.PARTS, *evidence_pooling.PARTS)]
