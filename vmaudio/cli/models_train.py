"""``vmaudio models train``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vmaudio.cli.common import App, err, pass_app
from vmaudio.cli.models_text import print_evaluation

if TYPE_CHECKING:
    from vmaudio.classify import ModelFolder

DATA = click.option(
    "--data",
    "data",
    multiple=True,
    metavar="FILE...",
    help="File of labelled messages (labels.jsonl); may be given more than once.",
)
"""The option for label files."""


def label_paths(data: tuple[str, ...], more: tuple[str, ...]) -> list[Path]:
    """Files of ``--data a --data b`` and of ``--data a b`` alike.

    Args:
        data: of the option.
        more: what stands after it.

    Raises:
        UsageError: there is none.
    """
    if not data:
        raise click.UsageError("Give a file of labelled messages: --data FILE.")
    return [Path(path) for path in (*data, *more)]


@click.command("train", short_help="Train part, approach, tone, reason or callback on your own data.")
@click.argument("name", type=click.Choice(["part", "approach", "tone", "reason", "callback"]))
@click.argument("more", nargs=-1, metavar="")
@DATA
@click.option("--out", "target", metavar="DIR", help="Folder to write the model to.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same data and seed give the same model.")
@click.option(
    "--log",
    "log",
    type=click.Choice(["mlflow"]),
    help="Also log figures, card and model to the MLflow store of MLFLOW_TRACKING_URI (needs vmaudio[mlflow]).",
)
@click.option(
    "--features",
    metavar="TABLE",
    help="callback only: exported table of messages, CSV or Parquet, to use instead of the store.",
)
@click.option("--outcomes", metavar="CSV", help="callback only: outcomes of the messages in --features.")
@click.option("--map", "mapping", metavar="MAP", multiple=True, help="callback only: as in vmaudio outcomes import.")
@click.option("--dates", type=click.Choice(["auto", "mdy", "dmy"]), default="auto", help="callback only: order in 3/4/2026.")
@click.option(
    "--missing-is", type=click.Choice(["unknown", "0"]), default="unknown", help="callback only: as in vmaudio compare."
)
@click.option("--as-of", metavar="DATE", help="callback only: when the outcomes were exported.")
@click.option(
    "--family",
    type=click.Choice(["auto", "straight", "bent"]),
    default="auto",
    show_default=True,
    help="callback only: a straight line for each feature, or one that may bend at its median.",
)
@click.option("--window", default="7d", show_default=True, help="callback only: how long after sending a callback counts.")
@pass_app
def train(
    app: App,
    name: str,
    more: tuple[str, ...],
    data: tuple[str, ...],
    target: str | None,
    seed: int,
    log: str | None,
    features: str | None,
    outcomes: str | None,
    mapping: tuple[str, ...],
    dates: str,
    missing_is: str,
    as_of: str | None,
    family: str,
    window: str,
) -> None:
    """Train a model on labelled messages, or the callback model on outcomes. The model is not used until you promote it.

    The printed numbers come from nested cross-validation by rep: no rep is in the training and the test part of the same split.

    \b
    Example:
      vmaudio models train approach --data mine.jsonl --out my-models/approach
    """
    if log:
        from vmaudio.training import check_mlflow

        check_mlflow()
    if name == "callback":
        from vmaudio.cli.callback import train_callback
        from vmaudio.training import OutcomeRules

        rules = OutcomeRules(window, as_of, missing_is)
        folder = train_callback(app, Path(target) if target else None, seed, rules, features, outcomes, mapping, dates, family)
        _log(folder, log)
        return
    if target is None:
        raise click.UsageError("Say where to write the model: --out DIR.")
    from vmaudio.events import Event
    from vmaudio.training import train_model

    def report(event: Event) -> None:
        if app.verbose or app.progress():
            err().print(f"{event.stage} {event.item} {event.done}/{event.total or '?'}", markup=False)

    result = train_model(name, label_paths(data, more), Path(target), seed, report)
    err().print(f"Written to {result.folder.path}. Evaluate it with models evaluate; use it with models promote.", markup=False)
    print_evaluation(result.evaluation)
    _log(result.folder, log)


def _log(folder: ModelFolder, log: str | None) -> None:
    if log:
        from vmaudio.training import log_to_mlflow

        err().print(f"Logged to MLflow as run {log_to_mlflow(folder)}.", markup=False)
