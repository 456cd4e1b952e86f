"""watch: messages as they arrive."""

from __future__ import annotations

import threading

import click

from vmaudio.cli.batch import say_renamed
from vmaudio.cli.common import (
    App,
    engine_options,
    err,
    pass_app,
    print_json,
    raw_format_option,
    read_options,
    sigterm_stops,
    verbatim_option,
)
from vmaudio.cli.tables import Tables, load_manifest, messages_of
from vmaudio.records import Analysis, Failure


@click.command("watch", short_help="Analyse messages as they arrive in a folder.")
@click.argument("paths", nargs=-1, required=True, metavar="FOLDER...", type=click.Path(exists=True))
@click.option("--source", metavar="NAME", help="Read FOLDERs as this source; vmaudio intake list names them.  [default: look]")
@click.option("--manifest", type=click.Path(dir_okay=False), metavar="CSV", help="Who left which recording; read at each look.")
@engine_options
@verbatim_option
@raw_format_option
@click.option(
    "--every", type=click.FloatRange(0.1), default=10.0, show_default=True, metavar="S", help="Look at least so often."
)
@click.option("--poll", is_flag=True, help="Go by the clock alone, for network drives, on which changes are not announced.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per message and line on stdout.")
@pass_app
def command(
    app: App, paths: tuple[str, ...], source: str | None, manifest: str | None, engine: str | None, language: str | None,
    rubric: str | None, verbatim: bool, raw_format: str | None, every: float, poll: bool, as_json: bool,
) -> int:  # fmt: skip
    """Analyse messages as they arrive in a folder, a spool or a mailbox, until Ctrl-C or SIGTERM.

    What is there already is analysed first. A recording that is still being written waits until it is whole.

    \b
    Example:
      vmaudio watch /var/spool/asterisk/voicemail
    """
    from vmaudio.analysis import get_batch_engine, run_batch, score_with_team
    from vmaudio.callback import promoted_model
    from vmaudio.intake import Watcher, wake_ups
    from vmaudio.rubric import load_rubric
    from vmaudio.settings import get

    store = app.store()
    runner = get_batch_engine(
        "inline", baselines=store.baseline, engine=engine, language=language, rubric=rubric, models_dir=app.models_dir,
        verbatim=verbatim or None, raw_format=raw_format,
    )  # fmt: skip
    scored_by, forecaster = load_rubric(str(get("rubric", rubric))), promoted_model(app.models())
    watcher = Watcher(paths, lambda: messages_of(load_manifest(manifest, Tables())), source=source, options=read_options())

    def tell(result: Analysis | Failure) -> None:
        if as_json:
            print_json(result)
        elif isinstance(result, Failure):
            err().print(f"failed {result.message}", markup=False)
        elif not app.quiet:
            points = result.score.points if result.score else None
            said = "no points" if points is None else f"{points:.0f} points"
            err().print(f"{result.file_name}: {said}", markup=False)

    if not app.quiet:
        err().print(f"Watching {', '.join(paths)}  (stop with Ctrl-C)", markup=False)
    stop = threading.Event()
    with sigterm_stops():
        try:
            for _ in wake_ups(paths, every, stop, poll=poll):
                if new := watcher.look():
                    summary = run_batch(runner, new, store, on_result=tell)
                    if not app.quiet:
                        say_renamed(summary.renamed)
                    score_with_team(store, scored_by, new, forecaster=forecaster)
        finally:
            stop.set()
    return 0
