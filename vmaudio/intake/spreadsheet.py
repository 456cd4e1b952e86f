"""Text that a spreadsheet program does not run.

A transcript is words spoken by a stranger, and a cell that begins like a formula is run when somebody opens the file (OWASP,
CSV injection). `harmless` puts an apostrophe before such text, which says "this is text" to a spreadsheet; `restore` takes it
off.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*\s*[=+\-@\t\r\n＝＋－＠]")
"""How a text begins that a spreadsheet may take for a formula (full-width signs included). Apostrophes before it count too, so
that `restore` gives back exactly what was written."""


def harmless_cell(text: str) -> str:
    """The text as a spreadsheet may have it."""
    return "'" + text if _FORMULA.match(text) else text


def restore_cell(text: str) -> str:
    """The text again, without the apostrophe of `harmless`."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text
