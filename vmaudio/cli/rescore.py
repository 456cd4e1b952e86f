"""rescore: the cheap pass again over the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from vmaudio.cli.common import App, err, pass_app
from vmaudio.cli.tables import Listed, Tables, load_manifest, messages_of, named_rows, say_left_over, say_read, table_options
from vmaudio.records import counted

if TYPE_CHECKING:
    from vmaudio.records import Message


@click.command("rescore", short_help="Score the stored messages again with a new rubric, manifest or model.")
@click.option("--rubric", metavar="FILE", help="Rubric file (TOML).  [VMAUDIO_RUBRIC]")
@click.option(
    "--manifest", type=click.Path(dir_okay=False), metavar="CSV", help="Manifest with new information about the messages."
)
@click.option(
    "--workers", type=click.IntRange(1), help="Processes that score.  [default: by memory and cores; 1 for few messages]"
)
@click.option(
    "--baselines/--no-baselines", default=True, show_default=True, help="First compute each rep's own baseline again."
)
@table_options
@pass_app
def command(app: App, rubric: str | None, manifest: str | None, workers: int | None, baselines: bool, tables: Tables) -> int:
    """Score the stored messages again with a new rubric, manifest or model. No recording is opened.

    The company that a rep calls for gets one spelling in all of the rep's messages: that of the manifest's column
    rep_company, else the one that most of the rep's messages hold by its sound.

    Rows of the manifest that fit no stored message are named; with --strict they are an error, and nothing is scored.

    \b
    Example:
      vmaudio rescore --rubric my-rubric.toml
    """
    from vmaudio.analysis import rescore_bands, rows_without_message
    from vmaudio.callback import promoted_model
    from vmaudio.rubric import load_rubric
    from vmaudio.settings import get

    store = app.store()
    active = load_rubric(str(get("rubric", rubric)))
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    model = promoted_model(app.models())
    read = load_manifest(manifest, tables)
    listed = messages_of(read)
    say_read(app, read)
    say_left_over(app, _left_over(read, rows_without_message(store, listed)) if read else [], tables.strict)
    scored = rescore_bands(
        store, active, listed, freeze=baselines, forecaster=model, workers=workers, models_dir=app.models_dir
    )
    for old, new in scored:
        before[old] += 1
        after[new] += 1
    if not app.quiet:
        bands = ", ".join(f"{band} {before[band]} → {after[band]}" for band in ("strong", "fair", "weak", "unscored"))
        if model is not None:
            err().print(f"Callback probabilities by {model.model_id}.", markup=False)
        err().print(f"{counted(sum(after.values()), 'message')} scored by {active.rubric_id}: {bands}.")
    return 0


def _left_over(read: Listed, rows: Sequence[Message]) -> list[str]:
    """The rows of a manifest that fit no stored message, in a sentence that names them."""
    if not rows:
        return []
    shown = [f"\n  {name}" for name in named_rows(rows[:10], read)]
    more = f"\n  ... and {len(rows) - 10} more" if len(rows) > 10 else ""
    none = "None" if len(rows) == len(read.sends) else f"{len(read.sends) - len(rows)}"
    return [f"{none} of {len(read.sends)} rows of {read.path.name} fit a stored message. Without one:{''.join(shown)}{more}"]
