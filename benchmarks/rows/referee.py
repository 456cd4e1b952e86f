"""The referee on whole campaigns: a mix of truths, looked at once and often; adaptive plans; the sample-ratio check."""

from __future__ import annotations

from pathlib import Path

from benchmarks import evidence_referee
from benchmarks.common import Table


def run(data: Path) -> list[Table]:
    """All tables of `benchmarks.evidence_referee`."""
    return [table for part in evidence_referee.PARTS for table in part()]
