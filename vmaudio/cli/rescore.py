"""rescore: the cheap pass again over the store."""

from __future__ import annotations

from collections import Counter

import click

from vmaudio.cli.common import App, err, pass_app, read_manifest
from vmaudio.records import counted


@click.command("rescore", short_help="Score the stored messages again with a new rubric, manifest or model.")
@click.option("--rubric", metavar="FILE", help="Rubric file (TOML).  [VMAUDIO_RUBRIC]")
@click.option(
    "--manifest", type=click.Path(dir_okay=False), metavar="CSV", help="Manifest with new information about the messages."
)
@click.option(
    "--baselines/--no-baselines", default=True, show_default=True, help="First compute each rep's own baseline again."
)
@pass_app
def command(app: App, rubric: str | None, manifest: str | None, baselines: bool) -> int:
    """Score the stored messages again with a new rubric, manifest or model. No recording is opened.

    \b
    Example:
      vmaudio rescore --rubric my-rubric.toml
    """
    from vmaudio.analysis import rescore
    from vmaudio.callback import promoted_model
    from vmaudio.rubric import load_rubric
    from vmaudio.settings import get

    store = app.store()
    active = load_rubric(str(get("rubric", rubric)))
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    model = promoted_model(app.models())
    for old, new in rescore(store, active, read_manifest(manifest), freeze=baselines, forecaster=model):
        before[old.score.band if old.score else "unscored"] += 1
        after[new.score.band if new.score else "unscored"] += 1
    if not app.quiet:
        bands = ", ".join(f"{band} {before[band]} → {after[band]}" for band in ("strong", "fair", "weak", "unscored"))
        if model is not None:
            err().print(f"Callback probabilities by {model.model_id}.", markup=False)
        err().print(f"{counted(sum(after.values()), 'message')} scored by {active.rubric_id}: {bands}.")
    return 0
