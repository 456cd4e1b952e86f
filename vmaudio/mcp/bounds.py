"""How much of a comparison is answered: an assistant reads all of it each time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_COMPARED = 28
"""Most pairs of arms, and most warnings, in one comparison: those of eight arms. Forty arms make 780 pairs of two thousand
characters each."""


def bounded(made: dict[str, Any]) -> dict[str, Any]:
    """A comparison with the pairs that are known best, in their order, and its first warnings.

    Args:
        made: as ``vmaudio compare --json`` prints it.

    Returns:
        That with at most `MOST_COMPARED` pairs and warnings, and under ``not_listed`` how many are not in it.
    """
    left = {name: max(0, len(made[name]) - MOST_COMPARED) for name in ("pairs", "warnings")}
    surest = sorted(range(len(made["pairs"])), key=lambda i: _ranked(made["pairs"][i]))[:MOST_COMPARED]
    pairs = [made["pairs"][i] for i in sorted(surest)]
    return {**made, "pairs": pairs, "warnings": made["warnings"][:MOST_COMPARED], "not_listed": left}


def _ranked(pair: Mapping[str, Any]) -> tuple[float, float]:
    """A pair's place: the one that is known best comes first."""
    adjusted, plain = (1.0 if pair[name] is None else float(pair[name]) for name in ("p_adjusted", "p_value"))
    return adjusted, plain
