"""intake check: the dry run of an import."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vmaudio.cli.common import out, print_json
from vmaudio.cli.tables import Tables, map_value_option, table_options

if TYPE_CHECKING:
    from rich.console import Console

    from vmaudio.intake import IntakeCheck, TableRead

_SHOWN_VALUES = 30
_SHOWN_TIMES = 4
_SHOWN_LINES = 50


@click.command("check", short_help="Dry run: how a manifest and an outcome file are read, and how they join.")
@click.argument("manifest", metavar="MANIFEST")
@click.argument("outcomes", metavar="[OUTCOMES]", required=False)
@click.option("--as-of", metavar="DATE", help="When the outcome file was exported.")
@table_options
@map_value_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(manifest: str, outcomes: str | None, as_of: str | None, tables: Tables, as_json: bool) -> int:
    """Show how a manifest and an outcome file are read: which column was taken for what, each distinct value and what it was
    read as, what joins to what, and what is left over on either side. Nothing is stored.

    Both may be CSV files or Excel workbooks (.xlsx), as a CRM or a dialer exports them. With --strict the exit code is 1 where
    anything is left over or not understood.

    \b
    Example:
      vmaudio intake check manifest.csv crm-export.csv
    """
    from vmaudio.intake import check_tables, parse_as_of

    found = check_tables(
        manifest, outcomes, tables.columns(), timezone=tables.zone, as_of=parse_as_of(as_of, tables.zone)
    )  # fmt: skip
    tables.save({ours: theirs for read in (found.manifest, found.outcomes) if read for ours, theirs in read.columns.items()})
    if as_json:
        print_json(found.to_dict())
    else:
        _show(found, out())
    return 1 if tables.strict and found.left_over() else 0


def _show(found: IntakeCheck, console: Console) -> None:
    for read in (found.manifest, found.outcomes):
        if read is not None:
            _show_table(read, console)
    if found.outcomes is None:
        return
    console.print(
        f"{found.outcomes.lines} lines: {found.matched} matched, {len(found.unmatched)} unmatched, "
        f"{len(found.duplicates)} duplicates. {len(found.without_outcome)} messages have no line."
    )
    for question in found.questions:
        console.print(f"! {question}", markup=False, soft_wrap=True)
    _lines(console, "Lines of the outcome file that join to no message", [f"line {n}: {why}" for n, why in found.unmatched])
    if found.cure:
        console.print(f"  {found.cure}", markup=False, soft_wrap=True)
    _lines(console, "Lines that repeat another", [f"line {n} repeats line {first}" for n, first in found.duplicates])
    _lines(console, "Messages without a line in the outcome file", [f"line {n}: {name}" for n, name in found.without_outcome])


def _show_table(read: TableRead, console: Console) -> None:
    console.print(f"{Path(read.path).name}: {read.lines} rows, columns on line {read.header_line}", markup=False, style="bold")
    for ours, theirs in read.columns.items():
        further = f", and {read.instead[ours][0]!r} in {read.instead[ours][1]} rows" if ours in read.instead else ""
        console.print(f"  {ours:<14} from {theirs!r}{further}", markup=False, soft_wrap=True)
        values = read.values.get(ours, ())
        shown = _SHOWN_TIMES if ours in ("sent_at", "callback_at") else _SHOWN_VALUES
        for value in values[:shown]:
            mark = "" if value.understood else "  <- not understood"
            if value.reading != value.text or not value.understood:
                console.print(f"    {value.text[:60]!r} ({value.count}): {value.reading}{mark}", markup=False, soft_wrap=True)
            else:
                console.print(f"    {value.text[:60]!r} ({value.count})", markup=False, soft_wrap=True)
        if len(values) > shown:
            console.print(f"    ... and {len(values) - shown} more values (--json lists them)")
    if read.other_columns:
        console.print(f"  kept beside: {', '.join(read.other_columns)}", markup=False, soft_wrap=True)
    _lines(console, "  No rows, and set aside", [f"  line {line}: {text[:80]}" for line, text in read.set_aside])
    for doubt in read.doubts:
        console.print(f"  ! kept with a doubt: {doubt}", markup=False, soft_wrap=True)


def _lines(console: Console, head: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    console.print(f"{head}:", markup=False)
    for line in lines[:_SHOWN_LINES]:
        console.print(f"  {line}", markup=False, soft_wrap=True)
    if len(lines) > _SHOWN_LINES:
        console.print(f"  ... and {len(lines) - _SHOWN_LINES} more (--json lists all)")
