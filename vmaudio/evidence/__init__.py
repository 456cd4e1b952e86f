"""Which approach works: rates with intervals, tests, sample sizes, rep effects, anytime-valid monitoring.

Observations go in, in four steps: `prepare` decides which messages count and what came of them, `arms` puts them into arms,
`compare` computes, `verdict` says it in a sentence that claims no more than the numbers.
"""

from __future__ import annotations

from vmaudio.evidence.compare import Arm, Comparison, Pair, compare
from vmaudio.evidence.prepare import ATTRIBUTIONS, OUTCOMES, WINDOW, Prepared, attribute, parse_window, prepare

__all__ = [
    "ATTRIBUTIONS", "OUTCOMES", "WINDOW", "Arm", "Comparison", "Pair", "Prepared", "attribute", "compare", "parse_window",
    "prepare",
]  # fmt: skip
