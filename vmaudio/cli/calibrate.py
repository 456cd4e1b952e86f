"""``vmaudio calibrate``: coaches score messages blind; how far they agree with each other and with the machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vmaudio import settings
from vmaudio.cli.common import App, err, out, pass_app, print_json
from vmaudio.errors import SettingError
from vmaudio.records import counted

if TYPE_CHECKING:
    from vmaudio.rubric import Rubric
    from vmaudio.store import Store
    from vmaudio.training import Calibration


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@pass_app
@click.pass_context
def command(ctx: click.Context, app: App, as_json: bool) -> None:
    """Judge the judge: coaches score blind, and are held against each other and the machine.

    \b
    Example:
      vmaudio calibrate sheet -o sheet.csv            the same sheet for every coach
      vmaudio calibrate read ann.csv --coach Ann      read it back when it is filled
      vmaudio calibrate                               agreement, leniency, corrected rates
    """
    if ctx.invoked_subcommand is not None:
        return
    from vmaudio.store import coach_verdicts_of
    from vmaudio.training import calibrate

    store = _store(app)
    verdicts = coach_verdicts_of(store)
    if not verdicts:
        raise SettingError("No coach has scored a message yet. Make a sheet with: vmaudio calibrate sheet -o sheet.csv")
    found = calibrate(verdicts, store.analyses())
    if as_json:
        print_json(found.to_dict())
        return
    _show(found, _titles(_rubric()))


def _store(app: App) -> Store:
    store = app.existing_store()
    if store is None:
        raise SettingError("There is no store yet. Run: vmaudio batch FOLDER")
    return store


def _rubric() -> Rubric:
    from vmaudio.rubric import load_rubric

    return load_rubric(str(settings.get("rubric")) or None)


def _titles(rubric: Rubric) -> dict[str, str]:
    return {check.id: check.title for check in rubric.criteria}


@command.command("sheet")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="CSV", help="Write there; else to stdout."
)
@click.option("--n", type=click.IntRange(1, 1000), default=30, show_default=True, help="How many messages.")
@click.option("--checks", metavar="ID,ID", help="Only these checks; else all of the rubric.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another one draws other messages.")
@pass_app
def sheet_command(app: App, output: Path | None, n: int, checks: str | None, seed: int) -> None:
    """Write a sheet for coaches: messages drawn by chance, a row for each check, without the machine's verdict.

    Only messages with points are drawn, and of those that share a recording one.

    Write pass, fail or n/a into the column verdict after listening, or unsure where you cannot tell. Every coach fills a copy
    of the same sheet, alone.
    """
    from vmaudio.report import write_text
    from vmaudio.training import make_sheet

    wanted = [name.strip() for name in (checks or "").split(",") if name.strip()]
    text, count = make_sheet(list(_store(app).analyses()), _titles(_rubric()), n=n, checks=wanted, seed=seed)
    if output is None:
        click.echo(text.encode("utf-8", "replace"), nl=False)
    else:
        write_text(output, text)
    if not app.quiet:
        few = " Fewer than 20 say little." if count < 20 else ""
        err().print(f"{counted(count, 'message')} on the sheet, {text.count(chr(10)) - 1:,} rows.{few}")


@command.command("read")
@click.argument("path", metavar="CSV")
@click.option("--coach", required=True, metavar="NAME", help="Who filled the sheet.")
@click.option("--simulated", is_flag=True, help="The coach is invented; everything that follows says so.")
@pass_app
def read_command(app: App, path: str, coach: str, simulated: bool) -> None:
    """Read a filled sheet: all of it, or nothing where it has faults. The same coach's earlier verdicts are replaced."""
    from vmaudio.store import put_coach_verdicts
    from vmaudio.training import read_sheet

    store = _store(app)
    known = {a.message.message_id: frozenset(c.id for c in a.score.checks) for a in store.analyses() if a.score is not None}
    done = read_sheet(path, coach, known, simulated=simulated)
    put_coach_verdicts(store, done.verdicts)
    said = f"{counted(len(done.verdicts), 'verdict')} by {coach}"
    left = f"; {done.empty:,} of {counted(done.rows, 'row')} not filled" if done.empty else ""
    out().print(f"{said}{left}.", markup=False)


def _show(found: Calibration, titles: dict[str, str]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    from vmaudio.training import estimate_words as words

    console = out()
    if found.simulated:
        console.print("[bold reverse] SIMULATED COACHES: an exercise, no evidence [/]")
    table = Table(title="checks, those that coaches disagree on first", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for i, name in enumerate(
        ("check", "messages", "between coaches", "with the machine", "missed, of all messages", "the same, corrected")
    ):
        table.add_column(name, justify="left" if i == 0 else "right")
    for one in found.checks:
        fixed = one.missed
        row = [titles.get(one.check, one.check), str(one.messages), words(one.alpha, one.alpha_n)]
        row.append(words(one.kappa, one.kappa_n))
        row += [f"{100 * fixed.machine:.0f} %" if fixed else "–", _share(fixed.rate, fixed.low, fixed.high) if fixed else "–"]
        table.add_row(*(escape(cell) for cell in row))
    console.print(table)
    table = Table(title="coaches, points by which they pass more often", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for i, name in enumerate(("coach", "messages", "verdicts", "than the others", "than the machine")):
        table.add_column(name, justify="left" if i == 0 else "right")
    for coach in found.coaches:
        name = f"{coach.coach} (simulated)" if coach.simulated else coach.coach
        row = [name, str(coach.messages), str(coach.verdicts)]
        row += [words(coach.lenient, coach.lenient_n, "+.0f")]
        row += [words(coach.lenient_to_machine, coach.lenient_to_machine_n, "+.0f")]
        table.add_row(*(escape(cell) for cell in row))
    console.print(table)
    console.print(
        "[dim]Between coaches: Krippendorff's alpha; with the machine: Cohen's kappa with the coaches' majority; 1 is full "
        "agreement, 0 that of chance. Missed: as the machine has it, of all messages, also of those to which the check does "
        "not apply. Corrected: prediction-powered (PPI++), share of all messages. Intervals: 95 %, from ten messages on.[/]"
    )


def _share(rate: float, low: float, high: float) -> str:
    return f"{100 * rate:.0f} % ({100 * low:.0f}-{100 * high:.0f})"
