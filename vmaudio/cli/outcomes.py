"""``vmaudio outcomes``: import outcomes of messages, and show the funnel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vmaudio import settings
from vmaudio.cli.common import App, attribution_option, copies_words, err, out, pass_app, print_json
from vmaudio.cli.tables import Tables, map_value_option, table_options
from vmaudio.errors import TableError
from vmaudio.records import counted

if TYPE_CHECKING:
    from rich.console import Console

    from vmaudio.experiments import Funnel, Rate
    from vmaudio.intake import Imported
    from vmaudio.store import Store


@click.group()
def command() -> None:
    """Import outcomes of messages, and show the funnel."""


@command.command("import")
@click.argument("path", metavar="CSV")
@click.option("--manifest", "manifest_path", metavar="CSV", help="Add these messages first; they need no recordings.")
@click.option("--new-messages", is_flag=True, help="Lines with an unknown message_id become messages (an e-mail blast, say).")
@click.option("--as-of", metavar="DATE", help="When the file was exported.")
@table_options
@map_value_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@pass_app
def import_command(
    app: App, path: str, manifest_path: str | None, new_messages: bool, as_of: str | None, tables: Tables, as_json: bool
) -> None:
    """Import an outcome file: all of it, or nothing when it has faults. Importing it again changes nothing."""
    from vmaudio.duplicates import stored_copies
    from vmaudio.intake import import_outcomes, parse_as_of

    store = app.store()
    done = import_outcomes(
        store, path, tables.columns(),
        manifest_path=manifest_path, timezone=tables.zone, as_of=parse_as_of(as_of, tables.zone), new_messages=new_messages,
        strict=tables.strict, copies=stored_copies(store),
    )  # fmt: skip
    tables.save(done.columns)
    if as_json:
        print_json(done.to_dict())
        return
    _show_import(done, out())


def _show_import(done: Imported, console: Console) -> None:
    check = done.check
    if check is not None and check.manifest is not None:
        for sentence in check.manifest.sentences():
            console.print(f"{Path(check.manifest.path).name}: {sentence}", markup=False, soft_wrap=True)
    if check is not None and check.outcomes is not None:
        for sentence in check.outcomes.sentences():
            console.print(sentence, markup=False, soft_wrap=True)
    words = ", ".join(f"{one.word!r} as {one.meaning} ({one.count})" for one in done.words if one.meaning)
    if words:
        console.print(f"Words read: {words}.", markup=False)
    if done.new_messages:
        console.print(f"{done.new_messages} new messages without a recording.")
    console.print(
        f"{done.lines} lines: {done.matched} matched, {len(done.unmatched)} unmatched, {len(done.duplicates)} duplicates. "
        f"Outcomes: {done.added} added, {done.changed} changed, {done.same} unchanged."
    )
    for line, reason in done.unmatched[:50]:
        console.print(f"  line {line}: {reason}", markup=False)
    if len(done.unmatched) > 50:
        console.print(f"  ... and {len(done.unmatched) - 50} more unmatched (--json lists all)")
    if check is not None and check.cure:
        console.print(f"  {check.cure}", markup=False, soft_wrap=True)
    if check is not None and check.without_outcome:
        shown = ", ".join(f"{name} (line {line})" for line, name in check.without_outcome[:10])
        more = f" and {len(check.without_outcome) - 10} more" if len(check.without_outcome) > 10 else ""
        console.print(f"Messages of the manifest without an outcome: {shown}{more}.", markup=False, soft_wrap=True)
    for line, first in done.duplicates[:20]:
        console.print(f"  line {line} repeats line {first}")
    if len(done.duplicates) > 20:
        console.print(f"  ... and {len(done.duplicates) - 20} more duplicates (--json lists all)")
    for question in done.questions:
        console.print(f"! {question}", markup=False)


@command.command("status")
@click.option("--window", default="7d", show_default=True, help="How long after sending an outcome counts: 7d, 48h, none.")
@click.option("--as-of", metavar="DATE", help="When the outcomes were exported.")
@click.option("--missing-is", type=click.Choice(["unknown", "0"]), default="unknown", help="What a missing outcome means.")
@attribution_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@pass_app
def status_command(app: App, window: str, as_of: str | None, missing_is: str, attribution: str, as_json: bool) -> None:
    """The funnel with intervals, campaigns and channels, and how long callbacks take."""  # fmt: skip
    from vmaudio.duplicates import stored_copies, without_copies
    from vmaudio.experiments import funnel, parse_window
    from vmaudio.intake import parse_as_of
    from vmaudio.store import observations

    store = app.existing_store()
    if store is None:
        raise TableError("There is no store yet. Run `vmaudio batch`, then `vmaudio outcomes import`.")
    copies = stored_copies(store)
    found = funnel(
        without_copies(observations(store), copies),
        window=parse_window(window),
        as_of=parse_as_of(as_of, str(settings.get("timezone"))),
        missing_is=False if missing_is == "0" else None,
        attribution=attribution,
    )
    drifting = _drift_warning(app, store)
    if as_json:
        print_json({**found.to_dict(), "copies": len(copies), "drift": drifting})
        return
    _show_status(found, len(copies), out())
    if drifting:
        err().print(f"! {drifting}", markup=False)


def _drift_warning(app: App, store: Store) -> str | None:
    """The warning of the promoted callback model's drift check; None without a model or without drift."""
    from vmaudio.callback import check_store_drift, promoted_model

    model = promoted_model(app.models())
    return (check_store_drift(store, model).sentence or None) if model else None


def _show_status(found: Funnel, copies: int, console: Console) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    from vmaudio.experiments import ATTRIBUTIONS, window_words

    if found.prepared.simulated:
        console.print("[bold reverse] SIMULATED OUTCOMES: an exercise, no evidence [/]")
    console.print(f"{counted(found.messages, 'message')}, {found.with_outcome:,} with an outcome.")
    if copies:
        console.print(f"{copies_words(copies)}.")
    table = Table(title="funnel", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for i, name in enumerate(("outcome", "known", "yes", "rate", "95 % interval")):
        table.add_column(name, justify="left" if i == 0 else "right", no_wrap=True)
    for name, rate in found.rates.items():
        table.add_row(name, *_cells(rate))
    console.print(table)
    for kind, groups in found.groups.items():
        if not groups:
            continue
        table = Table(title=f"callback by {kind}", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
        priced = any(group.cost is not None for group in groups)
        for i, name in enumerate((kind, "known", "yes", "rate", "95 % interval", *(("cost/callback",) if priced else ()))):
            table.add_column(name, justify="left" if i == 0 else "right")
        for group in groups:
            cost = ["" if group.cost_per_event is None else f"{group.cost_per_event:,.2f}"] if priced else []
            table.add_row(escape(group.name), *_cells(group.rate), *cost)
        console.print(table)
    if found.curve:
        console.print(
            f"Called back within this many days (Kaplan-Meier, {counted(found.curve_n, 'message')}; "
            "young ones for their days so far)"
        )
        for point in found.curve:
            bar = "█" * round(40 * point.share / max(p.high or 1 for p in found.curve))
            console.print(
                f"  {point.days:>5g}  {100 * point.share:5.1f} %  ({100 * point.low:.1f}-{100 * point.high:.1f})  {bar}"
            )
    if found.without_time:
        console.print(f"{found.without_time} callbacks have no time (callback_at) and are not in the curve, which is too low.")
    for warned in found.warnings:
        console.print(f"[yellow]![/] {escape(warned.sentence)}")
    window = f"within {window_words(found.prepared)} of sending" if found.prepared.window else "at any time"
    rule = ATTRIBUTIONS[found.prepared.attribution]
    console.print(f"[dim]Counted: callback {window}; {rule}. Intervals: 95 %.[/]")


def _cells(rate: Rate) -> list[str]:
    if rate.rate is None or rate.low is None or rate.high is None:
        return ["0", "", "", ""]
    between = f"{100 * rate.low:.1f}-{100 * rate.high:.1f} %"
    return [f"{rate.n:,}", f"{rate.events:,}", f"{100 * rate.rate:.1f} %", between]
