"""Golden files: what the program printed when somebody last looked. ``make accept`` takes today's output over.

A mismatch is written to tests/actual/ beside the expected file's name, so that the two can be compared.
"""

from __future__ import annotations

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
