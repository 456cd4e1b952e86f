"""models: list, show, train, evaluate, compare, promote and fetch."""

from __future__ import annotations

import click

from vmaudio.cli.common import App, err, out, pass_app, print_json


@click.group("models", short_help="List, show, train, evaluate, compare, promote and fetch models.")
def command() -> None:
    """List, show, train, evaluate, compare, promote and fetch models."""


@command.command("list", short_help="Models, their versions, and which one is used.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per model and line.")
@pass_app
def list_(app: App, as_json: bool) -> None:
    """List models and versions with their score beside the majority baseline, and the recognisers on this machine."""
    from rich.table import Table

    from vmaudio.transcribe import engines

    models = app.models()
    table = Table(box=None, pad_edge=False)
    for heading in ("model", "used", "macro F1", "majority", "groups", "n"):
        table.add_column(heading)
    for name in models.names():
        current = models.current(name).version
        for version in models.versions(name):
            meta = models.folder(name, version).meta()
            metrics = meta.get("metrics", {})
            row = {"name": name, "version": version, "used": version == current, "metrics": metrics}
            if as_json:
                print_json(row)
            cells = [_figure(metrics.get(key)) for key in ("macro_f1", "majority_baseline", "groups", "n")]
            table.add_row(f"{name}/{version}", "yes" if version == current else "", *cells)
    if as_json:
        return
    out().print(table)
    out().print("\nRecognisers on this machine:")
    for engine in engines():
        if engine.available:
            out().print(f"  {engine.name}", markup=False)


def _figure(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "" if value is None else str(value)


@command.command("show", short_help="A model's card: data, metrics beside the baseline, limits.")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="model.json instead of the card.")
@pass_app
def show(app: App, name: str, as_json: bool) -> None:
    """Print the card of the model NAME (or NAME/VERSION): its data, its metrics beside the baseline, and its limits."""
    models = app.models()
    model, _, version = name.partition("/")
    folder = models.folder(model, version) if version else models.current(model)
    if as_json:
        print_json(folder.meta())
    else:
        click.echo(folder.card())


@command.command("fetch", short_help="Download a recogniser's weights from their publisher.")
@click.argument("engine")
@pass_app
def fetch(app: App, engine: str) -> None:
    """Download the weights of ENGINE, such as openai-whisper:small, and check their published SHA-256.

    This is the only command that opens a connection.
    """
    from pathlib import Path

    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from vmaudio import settings
    from vmaudio.events import Event
    from vmaudio.transcribe.fetch import fetch as download

    cache = str(settings.get("cache_dir"))
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=err(), disable=not app.progress()) as bar:
        task = bar.add_task(engine, total=None)

        def listener(event: Event) -> None:
            bar.update(task, completed=event.done, total=event.total, description=f"{event.stage} {event.item}")

        path = download(engine, cache_dir=Path(cache) if cache else None, listener=listener)
    err().print(f"{engine} is here: {path}", markup=False)
