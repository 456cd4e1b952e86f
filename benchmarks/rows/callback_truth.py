"""The callback model on simulated messages with known truth: intervals, and features named without an effect."""

from __future__ import annotations

from pathlib import Path

from benchmarks import callback_truth
from benchmarks.common import Table


def run(data: Path) -> list[Table]:
    """The table of `benchmarks.callback_truth` over 20 training sets for each world."""
    return [callback_truth.coverage(20)]
