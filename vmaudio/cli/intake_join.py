"""``vmaudio intake join``: recordings without a manifest and a CRM's export become a manifest."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vmaudio import settings
from vmaudio.cli.common import App, err, out, pass_app, print_json, read_options, say_left_out
from vmaudio.errors import TableError

if TYPE_CHECKING:
    from rich.console import Console

    from vmaudio.intake import CallTable, Joined, Pairing


@click.command("join", short_help="Join recordings with the calls of a CRM's export.")
@click.argument("folder", type=click.Path(exists=True, path_type=Path), metavar="FOLDER")
@click.argument("export", type=click.Path(path_type=Path), metavar="CSV")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="CSV",
              help="Write the manifest there.")  # fmt: skip
@click.option("--unsure", "unsure_path", type=click.Path(dir_okay=False, path_type=Path), metavar="CSV",
              help="Write what a person has to decide there.  [beside the manifest, with -unsure in its name]")  # fmt: skip
@click.option("--decided", type=click.Path(path_type=Path), metavar="CSV",
              help="That table again, with an x in the column take for each right pair.")  # fmt: skip
@click.option(
    "--most-wrong", type=click.FloatRange(0.0, 0.5), metavar="P", help="Share of the joined that may be wrong.  [0.001]"
)
@click.option("--tolerance", metavar="T", default="10m", show_default=True, help="How far apart recording and call may be.")
@click.option("--map", "mapping", metavar="MAP", multiple=True, help="FIELD=COLUMN,... or a .toml file; sent_at is the time.")
@click.option("--dates", type=click.Choice(["auto", "mdy", "dmy"]), default="auto", help="Order in dates such as 3/4/2026.")
@click.option("--no-audio", is_flag=True, help="Do not open the recordings for their length.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@pass_app
def command(
    app: App, folder: Path, export: Path, output: Path, unsure_path: Path | None, decided: Path | None,
    most_wrong: float | None, tolerance: str, mapping: tuple[str, ...], dates: str, no_audio: bool, as_json: bool,
) -> None:  # fmt: skip
    """Join recordings with the calls of a CRM's export.

    By time, telephone numbers, length and ids, all recordings at once; the difference of the clocks is found first. Sure pairs
    make the manifest, which keeps the export's columns. The others go into a table for a person.

    \b
    Example:
      vmaudio intake join spool/ calls.csv -o manifest.csv
      vmaudio batch spool/ --manifest manifest.csv
      vmaudio outcomes import manifest.csv
      vmaudio report -o team.html
    """
    from dataclasses import replace

    from vmaudio.intake import (
        JoinOptions,
        file_facts,
        gather,
        join_calls,
        parse_column_map,
        read_calls,
        read_decisions,
        time_zone,
        write_joined,
    )  # fmt: skip

    zone = str(settings.get("timezone"))
    options = replace(JoinOptions(), tolerance_s=_seconds(tolerance))
    if most_wrong is not None:
        options = replace(options, most_wrong=most_wrong)
    table = read_calls(export, parse_column_map(mapping, dates), timezone=zone)
    messages, left_out = gather([folder], options=read_options(zone))
    say_left_out(app, left_out)
    found = [Path(message.source) for message in messages if "://" not in message.source]
    if not found:
        raise TableError(f"{folder}: there are no recordings in it. Give the folder of the recordings.")
    told = read_decisions(decided, table.calls) if decided else []
    facts = [file_facts(path, time_zone(zone), measure=not no_audio) for path in found]
    joined = join_calls(facts, table.calls, options, decided=told)
    beside = unsure_path or output.with_name(f"{output.stem}-unsure{output.suffix}")
    write_joined(joined, table, output, beside)
    if as_json:
        print_json(_json(joined, table))
    elif not app.quiet:
        _show(joined, table, len(facts), output, beside, out())
    if not joined.sure:
        err().print("! No recording was joined for sure: the manifest has no row yet.")
    if (joined.unsure or joined.alone) and not app.quiet:
        err().print(f"! For a person to decide: {beside}. Put an x into take, then: --decided {beside}", markup=False)


def _seconds(text: str) -> float:
    unit = {"s": 1.0, "m": 60.0, "h": 3600.0}.get(text[-1:].lower())
    try:
        value = float(text[:-1] if unit else text) * (unit or 1.0)
    except ValueError:
        value = 0.0
    if not 1 <= value <= 86400:
        raise click.BadParameter(f"{text!r} is no time from 1 s to 24 h. Write 30s, 10m or 2h.", param_hint="--tolerance")
    return value


def _clock_words(apart_s: float) -> str:
    whole = datetime.timedelta(seconds=round(abs(apart_s)))
    return f"{'ahead of' if apart_s >= 0 else 'behind'} the export's by {whole}"


def _show(joined: Joined, table: CallTable, n: int, output: Path, beside: Path, console: Console) -> None:
    read = ", ".join(f"{what} from {column!r}" for what, column in table.columns.items())
    console.print(f"Columns read: {read}.", markup=False)
    for line, what in table.unread[:20]:
        console.print(f"  line {line}: {what}", markup=False)
    if len(table.unread) > 20:
        console.print(f"  ... and {len(table.unread) - 20} more cells that could not be read")
    for kind, (apart, agree) in joined.clocks.items():
        if agree:
            console.print(f"The clock of the recordings ({kind}) is {_clock_words(apart)}; {agree} recordings agree on it.")
        else:
            console.print(f"The clocks' difference could not be found ({kind}): they are taken to agree.")
    console.print(
        f"{n} recordings, {len(table.calls)} calls: {len(joined.sure)} joined, {len(joined.unsure)} unsure, "
        f"{len(joined.alone)} without a call. Expected to be wrong of those joined: {joined.expected_wrong:.1f}."
    )
    console.print(f"{len(joined.calls_left)} calls have no recording here.")
    console.print(f"Written: {output}", markup=False)


def _json(joined: Joined, table: CallTable) -> dict[str, Any]:
    def pair(one: Pairing) -> dict[str, Any]:
        return {
            "file": str(one.recording.path), "crm_line": one.call.line, "probability": round(one.probability, 6),
            "why": one.why, "decided": one.decided,
        }  # fmt: skip

    return {
        "columns": dict(table.columns),
        "fields": dict(table.fields),
        "unread": [{"line": line, "what": what} for line, what in table.unread],
        "clocks": {kind: {"ahead_s": apart, "recordings": agree} for kind, (apart, agree) in joined.clocks.items()},
        "joined": [pair(one) for one in joined.sure],
        "unsure": [[pair(one) for one in pairs] for pairs in joined.unsure],
        "recordings_without_a_call": [str(one.path) for one in joined.alone],
        "calls_without_a_recording": [call.line for call in joined.calls_left],
        "expected_wrong": round(joined.expected_wrong, 3),
    }
