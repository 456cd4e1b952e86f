"""A script beside what was said of it, in the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vmaudio.records import ScriptAdherence, clock
from vmaudio.report import script_runs, script_sentence

MOST_RUNS = 8
STYLES = {"left out": "red", "changed": "yellow", "added": "bright_black", "repeated": "", "unsure": "italic bright_black"}


def script_part(found: ScriptAdherence | None) -> list[RenderableType]:
    """How much of the script was said, its words, and the stretches that differ with their seconds.

    Args:
        found: The comparison, or None.

    Returns:
        What `rich` prints; nothing without a script. Words in [-...-] were left out, those in {+...+} added, as in a word diff,
        so that it can be read without colours too.
    """
    if found is None:
        return []
    words = Text()
    for word in found.words:
        style = STYLES.get(word.status, "")
        text, heard = word.text, word.heard
        shown = {
            "said": heard if word.slot else text,
            "left out": f"[-{text}-]",
            "changed": f"[-{text}-]{{+{heard}+}}",
            "added": f"{{+{heard}+}}",
            "repeated": heard,
            "unsure": f"{text or heard}(?)",
        }[word.status]
        words.append(shown, style=style).append(" ")
    table = Table.grid(padding=(0, 1))
    table.add_column(style="bright_black", min_width=5, justify="right")
    table.add_column()
    runs = script_runs(found)
    for run in runs[:MOST_RUNS]:
        table.add_row(clock(run.start_s), Text(run.sentence, style=STYLES[run.status]))
    if len(runs) > MOST_RUNS:
        table.add_row("", Text(f"and {len(runs) - MOST_RUNS} more", style="bright_black"))
    blocks: list[RenderableType] = [
        Text(" The script", style="bold"), Padding(Text(script_sentence(found)), (0, 2)), Padding(words, (0, 2)),
    ]  # fmt: skip
    return [Group(*blocks, *([Padding(table, (0, 1))] if runs else []))]
