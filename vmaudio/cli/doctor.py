"""doctor: what is missing here, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from vmaudio.cli.common import App, out, pass_app, print_json

if TYPE_CHECKING:
    from vmaudio.transcribe import Figure


@click.command("doctor", short_help="Show what is missing on this machine, and how to install it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: one object per finding, one line each.")
@click.option("--rubric-tests", is_flag=True, help="List the tests that a rubric can use, and nothing else.")
@click.option("--privacy-sheet", is_flag=True, help="Print one page for a works council, from the settings in force.")
@click.option("--race", metavar="FILE", help="Transcribe FILE with every recogniser on this machine, and show their speed.")
@click.option(
    "--tune",
    metavar="FILE",
    help="Time the recognisers on FILE in their number types, and use the quickest type on this machine from now on.",
)
@pass_app
def command(app: App, as_json: bool, rubric_tests: bool, privacy_sheet: bool, race: str | None, tune: str | None) -> int:
    """Examine this machine: packages, recognisers and their weights, models, database. Nothing is loaded or downloaded."""
    if tune is not None:
        return _tune(tune, as_json)
    if race is not None:
        return _race(race, as_json)
    if privacy_sheet:
        _privacy_sheet(app)
        return 0
    if rubric_tests:
        from vmaudio.rubric import all_questions

        questions, errors = all_questions()
        for error in errors:
            click.echo(f"! {error}", err=True)
        for question in questions.values():
            options = ", ".join(f"{name} = {value!r}" for name, value in question.options.items())
            click.echo(f"{question.name:<22}{question.asks}{f'  [{options}]' if options else ''}")
        return 0
    from vmaudio.analysis import examine

    findings = examine(app.models(), app.where)
    if as_json:
        for finding in findings:
            print_json({"what": finding.what, "state": finding.state, "detail": finding.detail, "cure": finding.cure})
    else:
        console = out()
        marks = {"ok": "[green]✓[/]", "missing": "[red]✗[/]", "optional": "[yellow]–[/]"}
        for finding in findings:
            console.print(f"{marks[finding.state]} [bold]{finding.what}[/] ", end="")
            console.print(finding.detail, markup=False)
            if finding.cure and finding.state != "ok":
                console.print(f"    {finding.cure}", markup=False)
    missing = [finding for finding in findings if finding.state == "missing"]
    if not as_json:
        click.echo("Everything that a check needs is installed." if not missing else f"{len(missing)} missing: see ✗ above.")
    return 1 if missing else 0


def _privacy_sheet(app: App) -> None:
    import datetime

    import vmaudio
    from vmaudio.privacy import privacy_sheet
    from vmaudio.settings import get
    from vmaudio.store import shown_url

    today = datetime.datetime.now().astimezone().date()
    click.echo(privacy_sheet(get, version=vmaudio.__version__, database=shown_url(app.where), today=today), nl=False)


def _race(path: str, as_json: bool) -> int:
    from vmaudio.analysis import comparable_engines, time_engines

    figures = _shown(time_engines(path, comparable_engines()), as_json)
    if len(figures) > 1 and not as_json:
        best = max(figures, key=lambda one: one.audio_s_per_s)
        click.echo(f"Fastest on this machine: {best.engine}. With other messages, or on a busy machine, it may differ.")
    return 0


def _tune(path: str, as_json: bool) -> int:
    from vmaudio.analysis import tune

    figures = _shown(tune(path), as_json)
    if not as_json:
        best = max(figures, key=lambda one: one.audio_s_per_s)
        click.echo(f"Fastest on this machine: {best.engine} in {best.dtype}. vmaudio doctor shows these figures again.")
        click.echo(
            "openai-whisper now runs in the number type that is quickest on this machine. If it ran in another one until now,"
            " the next vmaudio batch transcribes the stored messages again, so that all of them are heard in the same way."
        )
    return 0


def _shown(figures: Iterable[Figure], as_json: bool) -> list[Figure]:
    """Print figures as they come."""
    found = []
    for one in figures:
        found.append(one)
        if as_json:
            print_json({"engine": one.engine, "dtype": one.dtype, "start_s": one.start_s, "audio_s_per_s": one.audio_s_per_s})
        else:
            name = one.engine if one.dtype == "auto" else f"{one.engine} {one.dtype}"
            click.echo(f"{name:<32}{one.speed}, {one.start_s:.1f} s to start")
    return found
