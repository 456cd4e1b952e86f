"""doctor: what is missing here, and what to do about it."""

from __future__ import annotations

import click

from vmaudio.cli.common import App, out, pass_app, print_json


@click.command("doctor", short_help="What is missing here, and what to do about it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line of findings.")
@click.option("--rubric-tests", is_flag=True, help="List the questions that a rubric may ask, and nothing else.")
@pass_app
def command(app: App, as_json: bool, rubric_tests: bool) -> int:
    """Look at this machine: packages, recognisers and their weights, models, database. Nothing is loaded or fetched."""
    if rubric_tests:
        from vmaudio.rubric import QUESTIONS

        for question in QUESTIONS.values():
            options = ", ".join(f"{name} = {value!r}" for name, value in question.options.items())
            click.echo(f"{question.name:<22}{question.asks}{f'  [{options}]' if options else ''}")
        return 0
    from vmaudio.diagnosis import examine

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
        click.echo("Everything that a check needs is here." if not missing else f"{len(missing)} missing: see ✗ above.")
    return 1 if missing else 0
