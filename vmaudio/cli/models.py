"""models: list, show, train, evaluate, compare, promote and fetch."""

from __future__ import annotations

from pathlib import Path

import click

from vmaudio.cli.common import App, err, out, pass_app, plain, print_json
from vmaudio.cli.models_text import print_evaluation
from vmaudio.cli.models_train import DATA, label_paths, train
from vmaudio.errors import TrainingError


@click.group("models", short_help="List, show, train, evaluate, compare, promote and fetch models.")
def command() -> None:
    """List, show, train, evaluate, compare, promote and fetch models."""


command.add_command(train)


@command.command("list", short_help="List models, their versions, and which one is used.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: one object per model, one line each.")
@pass_app
def list_(app: App, as_json: bool) -> None:
    """List the models and their versions, with score and majority baseline, and the recognisers on this machine."""
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


@command.command("show", short_help="Show a model's card: data, metrics and baseline, limits.")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print model.json instead of the card.")
@pass_app
def show(app: App, name: str, as_json: bool) -> None:
    """Print the card of the model NAME (or NAME/VERSION): its data, its metrics with the baseline, and its limits."""
    models = app.models()
    model, _, version = name.partition("/")
    folder = models.folder(model, version) if version else models.current(model)
    if as_json:
        print_json(folder.meta())
    else:
        click.echo(plain(folder.card()))


@command.command("fetch", short_help="Download the weights of a recogniser from their publisher.")
@click.argument("engine")
@pass_app
def fetch(app: App, engine: str) -> None:
    """Download the weights of ENGINE, such as openai-whisper:small, and check their published SHA-256.

    It asks their publisher's server for them; nothing of yours is sent.
    """
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from vmaudio import settings
    from vmaudio.events import Event
    from vmaudio.transcribe import fetch_weights as download

    cache = str(settings.get("cache_dir"))
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=err(), disable=not app.progress()) as bar:
        task = bar.add_task(engine, total=None)

        def listener(event: Event) -> None:
            bar.update(task, completed=event.done, total=event.total, description=f"{event.stage} {event.item}")

        path = download(engine, cache_dir=Path(cache) if cache else None, listener=listener)
    err().print(f"{engine} is installed: {path}", markup=False)


@command.command("evaluate", short_help="Evaluate a model, promoted or not, on labelled messages.")
@click.argument("name_or_path")
@click.argument("more", nargs=-1, metavar="")
@DATA
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--at-least", "bars", multiple=True, metavar="SCORE=X", help="Exit with 1 if a score is lower, such as macro_f1=0.8."
)
@click.option(
    "--pictures", metavar="DIR", help="Also write the confusion matrix and the calibration curve to this folder, as SVG."
)
@pass_app
def evaluate(
    app: App,
    name_or_path: str,
    more: tuple[str, ...],
    data: tuple[str, ...],
    as_json: bool,
    bars: tuple[str, ...],
    pictures: str | None,
) -> None:
    """Evaluate NAME_OR_PATH (part, approach/2, or a folder) on labelled messages that it was not trained on.

    Parts are evaluated on the clauses of the file; the approach is evaluated from the text alone. If the file also has the
    text of a recogniser ("recognised"), the model is evaluated on both texts.
    """
    from vmaudio.training import evaluate_model as evaluated

    wanted = [_bar(bar) for bar in bars]
    models = app.models()
    model = models.resolve(name_or_path)
    part = models.load("part") if model.name == "approach" else None
    found = evaluated(model, label_paths(data, more), part)
    if pictures is not None:
        from vmaudio.training import draw_evaluation

        folder = Path(pictures)
        folder.mkdir(parents=True, exist_ok=True)
        for name, svg in draw_evaluation(found).items():
            (folder / name).write_text(svg, encoding="utf-8")
        err().print(f"Pictures are in {folder}.", markup=False)
    if as_json:
        print_json(found.to_dict())
    else:
        print_evaluation(found)
    low = [f"{name} is {value:.3f} and not {least:g}" for name, least in wanted if not (value := getattr(found, name)) >= least]
    if low:
        raise TrainingError(f"{found.model_id} is not good enough: {', '.join(low)}.")


_SCORES = ("macro_f1", "balanced_accuracy", "accuracy", "coverage", "precision_at_coverage")


def _bar(text: str) -> tuple[str, float]:
    name, _, least = text.partition("=")
    try:
        if name in _SCORES:
            return name, float(least)
    except ValueError:
        pass
    raise click.UsageError(f"--at-least {text}: write one of {', '.join(_SCORES)}, =, and a number, such as macro_f1=0.8.")


@command.command("compare", short_help="Show whether the difference between two models is real.")
@click.argument("a")
@click.argument("b")
@click.argument("more", nargs=-1, metavar="")
@DATA
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_app
def compare(app: App, a: str, b: str, more: tuple[str, ...], data: tuple[str, ...], as_json: bool) -> None:
    """Evaluate two models on the same messages. The interval of their difference comes from a bootstrap over reps."""
    from vmaudio.training import compare_models as both

    models = app.models()
    first, second = models.resolve(a), models.resolve(b)
    part = models.load("part") if first.name == "approach" else None
    found = both(first, second, label_paths(data, more), part)
    if as_json:
        print_json(found)
        return
    out().print(f"{found['a']} and {found['b']}: {found['n']} items by {found['groups']} reps", markup=False)
    for score, row in found["scores"].items():
        low, high = row["ci"]
        verdict = "a clear difference" if row["real"] else "no clear difference with these reps"
        figures = f"{row['a']:.3f} and {row['b']:.3f}, difference {row['difference']:+.3f} ({low:+.3f} to {high:+.3f})"
        out().print(f"  {score.replace('_', ' '):<20}{figures}: {verdict}", markup=False)
    for note in found["notes"]:
        out().print(f"  {note}", markup=False)


@command.command("promote", short_help="Use a version from now on.")
@click.argument("name")
@click.argument("version_or_path")
@pass_app
def promote(app: App, name: str, version_or_path: str) -> None:
    """Use VERSION_OR_PATH of the model NAME from now on. No other command changes which model is used."""
    folder = app.models().promote(name, version_or_path)
    err().print(f"{folder.model_id} will be used from now on ({folder.path}).", markup=False)


@command.command("drift", short_help="Show whether new messages still resemble those that the callback model was trained on.")
@click.argument("name", default="callback")
@click.option(
    "--since", metavar="DATE", help="Use messages sent on or after this day.  [default: after the model's training window]"
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_app
def drift(app: App, name: str, since: str | None, as_json: bool) -> None:
    """Compare new messages with those that the callback model NAME (callback, callback/2, or a folder) was trained on.

    For each feature: how far its distribution has moved. For all messages together: expected and observed callbacks.
    """
    from vmaudio.cli.callback import show_drift

    show_drift(app, name, since, as_json)
