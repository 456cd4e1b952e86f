"""One page for a works council or a data protection officer: what this installation does, from the settings in force."""

from __future__ import annotations

import datetime
import string
from collections.abc import Callable
from importlib import resources

from vmaudio.settings import Value

TONE = {
    "self-check": "The rep's own page shows how a message sounds (energy, hesitation, pace). Team pages leave it out.",
    "all": "The rep's own page, team pages and reports show how a message sounds (energy, hesitation, pace).",
    "off": "How a message sounds is not measured.",
}


def privacy_sheet(setting: Callable[[str], Value], *, version: str, database: str, today: datetime.date) -> str:
    """Write the sheet.

    Args:
        setting: gives a setting's value in force, by its name.
        version: of vmaudio.
        database: where results are stored, without a password.
        today: date of the sheet.

    Returns:
        Markdown: about one printed page.
    """
    days = int(setting("retention_days"))
    kept = (
        f"{days} days after a message was sent. `vmaudio purge --due` deletes what is older; the web app does so daily."
        if days
        else "No period is set (VMAUDIO_RETENTION_DAYS): results stay until somebody deletes them. **To be agreed.**"
    )
    text = resources.files("vmaudio.privacy").joinpath("sheet.md").read_text("utf-8")
    return string.Template(text).substitute(
        version=version, today=today.isoformat(), tone=TONE[str(setting("tone"))], database=database, kept=kept,
        minutes=f"{setting('upload_keep_minutes'):g}",
    )  # fmt: skip
