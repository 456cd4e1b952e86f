"""Golden files: what the program printed when somebody last looked. ``make accept`` takes today's output over.

A mismatch is written to tests/actual/ beside the expected file's name, so that the two can be compared.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"
ACTUAL = Path(__file__).parent / "actual"


def check(name: str, text: str) -> None:
    """Compare text with the golden file; with VMAUDIO_ACCEPT=1 take the text over instead."""
    path = GOLDEN / name
    if os.environ.get("VMAUDIO_ACCEPT") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return
    expected = path.read_text("utf-8") if path.exists() else ""
    if text != expected:
        ACTUAL.mkdir(exist_ok=True)
        (ACTUAL / name).write_text(text, "utf-8")
    assert text == expected, f"{name} differs from tests/golden; if that is right: make accept"


def check_measures(name: str, found: dict[str, dict[str, float]], tolerances: dict[str, float]) -> None:
    """Hold measures against the stored ones: every measure of every item within its own tolerance; NaN equals NaN.

    With VMAUDIO_ACCEPT=1 the measures are taken over instead.
    """
    path = GOLDEN / name
    if os.environ.get("VMAUDIO_ACCEPT") == "1":
        rounded = {item: {key: round(value, 4) for key, value in row.items()} for item, row in found.items()}
        path.write_text(json.dumps(rounded, indent=1) + "\n", "utf-8")
        return
    stored = json.loads(path.read_text("utf-8"))
    assert found.keys() == stored.keys()
    moved = [
        f"{item}: {key} is {row[key]:.4g}, was {was:.4g} (tolerance {tolerances[key]:g})"
        for item, row in found.items()
        for key, was in stored[item].items()
        if not (math.isnan(was) and math.isnan(row[key])) and not abs(row[key] - was) <= tolerances[key]
    ]
    assert not moved, "measures moved; if that is right: make accept\n" + "\n".join(moved)
