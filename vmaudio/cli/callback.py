"""The callback model on the command line: train it, and look whether new messages are still like its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vmaudio.cli.common import App, out, print_json
from vmaudio.errors import TableError

if TYPE_CHECKING:
    from vmaudio.classify import ModelFolder
    from vmaudio.training import OutcomeRules


def train_callback(
    app: App,
    target: Path | None,
    seed: int,
    rules: OutcomeRules,
    features: str | None = None,
    outcomes: str | None = None,
    mapping: tuple[str, ...] = (),
    dates: str = "auto",
    family: str = "auto",
) -> ModelFolder:
    """Train the callback model from the store, or from an exported table and an outcome file; print how good it is.

    Args:
        app: the options before the command.
        target: folder to write to; None is the next version in the user's folder.
        seed: of the folds and draws.
        rules: which outcomes count, and until when.
        features: path of an exported table; only together with ``outcomes``.
        outcomes: path of an outcome file; only together with ``features``.
        mapping: columns of the outcome file that have other names, as ``--map`` takes them.
        dates: how dates are written; "auto" finds out.
        family: "straight", "bent", or "auto".

    Returns:
        The model's folder.

    Raises:
        UsageError: one of ``features`` and ``outcomes`` is missing.
        TableError: there is no store, or a table cannot be used.
        TrainingError: the examples are too few.
    """
    from vmaudio.callback import MODEL_NAME
    from vmaudio.events import Event
    from vmaudio.training import examples_from_files, examples_from_store, train_callback as train

    if bool(features) != bool(outcomes):
        raise click.UsageError("--features and --outcomes go together; without both, the store is used.")
    models = app.models()
    if features and outcomes:
        examples, notes = examples_from_files(features, outcomes, rules, mapping, dates)
    else:
        store = app.existing_store()
        if store is None:
            raise TableError("There is no store yet. Run `vmaudio batch`, or give --features and --outcomes.")
        examples, notes = examples_from_store(store, rules)

    def tell(event: Event) -> None:
        if app.progress():
            click.echo(f"{event.stage}: {event.item} {event.done}/{event.total}", err=True)

    for note in notes:
        click.echo(f"! {note}", err=True)
    own = target is None
    folder = train(examples, target or models.next_folder(MODEL_NAME), seed=seed, family=family, store=models, listener=tell)
    name = folder.version if own else folder.path
    click.echo(folder.card())
    click.echo(f"Saved: {folder.path}. To use it: vmaudio models promote callback {name}", err=True)
    return folder


def show_drift(app: App, name: str, since: str | None, as_json: bool) -> None:
    """Print the drift check of ``vmaudio models drift``.

    Args:
        app: the options before the command.
        name: name or path of the model.
        since: messages sent from this date on, ISO 8601; None is those sent after the newest that the model learned from.
        as_json: print JSON instead of tables.

    Raises:
        TableError: there is no store.
        ModelRefused: the model is no callback model.
        SettingError: ``since`` is no date.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from vmaudio.callback import DRIFT_OPTIONS, check_store_drift

    store = app.existing_store()
    if store is None:
        raise TableError("There is no store yet, and so no new messages. Run `vmaudio batch` first.")
    model = app.models().resolve(name)
    found = check_store_drift(store, model, since)
    if as_json:
        print_json({**found.to_dict(), "enough": found.enough, "sentence": found.sentence})
        return
    console = out()
    if found.simulated:
        console.print("[bold reverse] SIMULATED: the model was trained on invented outcomes [/]")
    window = model.meta.get("window")
    learned = f", which learned from messages sent {window[0][:10]} to {window[1][:10]}" if window else ""
    console.print(f"{found.n:,} new messages against {found.model_id}{learned}.", markup=False)
    if not found.enough:
        console.print(f"Too few to say anything: {DRIFT_OPTIONS.fewest} are needed.")
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for i, heading in enumerate(("feature", "then", "now", "PSI", "p (Holm)", "")):
        table.add_column(heading, justify="left" if i in (0, 5) else "right")
    for one in found.features[:12]:
        p = "< .001" if one.p_value < 0.001 else f"{one.p_value:.3f}"
        table.add_row(one.feature, _short(one.then), _short(one.now), f"{one.psi:.2f}", p, "drifted" if one.drifted else "")
    console.print(table)
    if found.expected is not None:
        console.print(f"Expected callbacks: {100 * found.expected:.1f} % of the new messages, by the model.")
    if found.known and found.expected_known is not None:
        console.print(
            f"Where the outcome is known and final ({found.known:,}): {found.observed} came "
            f"({100 * found.observed / found.known:.1f} %), {100 * found.expected_known:.1f} % were expected."
        )
    if found.sentence:
        console.print(f"! {found.sentence}", markup=False)
    else:
        console.print(
            f"No feature has drifted (index {DRIFT_OPTIONS.large:g} or more, and Holm's p under {DRIFT_OPTIONS.chance:g})."
        )


def _short(value: float | str | None) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:.3g}"
