"""batch: folders of recordings into the store."""

from __future__ import annotations

import contextlib
import json
import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, Literal

import click

from vmaudio.cli.common import (
    App,
    engine_options,
    err,
    every_message_option,
    pass_app,
    raw_format_option,
    read_options,
    say_left_out,
    sigterm_stops,
    verbatim_option,
)
from vmaudio.cli.progress import show_progress
from vmaudio.cli.tables import Tables, list_left_over, load_manifest, messages_of, say_left_over, say_read, table_options
from vmaudio.records import Analysis, Failure, Message, counted

if TYPE_CHECKING:
    from vmaudio.analysis import BatchEngine
    from vmaudio.duplicates import DuplicateItem, Levels
    from vmaudio.intake import LeftOut
    from vmaudio.store import Store

_FEW = 5
"""Copies that are named; the rest is counted."""


class _Batch(click.Command):
    """``--redo`` may stand alone, and only the word "stale" behind it is its value: a path there is a path."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give a lone --redo its value before click looks for one."""
        given, rest = iter(args), []
        for one in given:
            if one == "--":
                rest += [one, *given]
            elif one == "--redo":
                after = next(given, None)
                rest += ["--redo=stale"] if after == "stale" else ["--redo=all", *([] if after is None else [after])]
            else:
                rest.append(one)
        return super().parse_args(ctx, rest)


@click.command("batch", cls=_Batch, short_help="Analyse folders of recordings; resumes where it stopped.")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--source", metavar="NAME", help="Read PATHs as this source; vmaudio intake list names them.  [default: look]")
@click.option("--manifest", type=click.Path(dir_okay=False), metavar="CSV", help="Who left which recording for whom.")
@engine_options
@verbatim_option
@raw_format_option
@every_message_option
@click.option("--on", default="inline", show_default=True, metavar="ENGINE", help="Where to run: inline, local or ray.")
@click.option("--workers", type=click.IntRange(1), help="Processes of --on local or ray.  [default: by memory and cores]")
@click.option("--ray-address", metavar="HOST:PORT", help="Ray cluster of --on ray.  [default: one on this machine]")
@click.option(
    "--redo",
    type=click.Choice(["all", "stale"]),
    metavar="[stale]",
    help="Measure again what is stored already; with stale only what an older version of vmaudio measured.",
)
@click.option("--jsonl", metavar="OUT", help="Write one JSON object per message and line; - is stdout.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first file that fails.")
@table_options
@pass_app
def command(
    app: App,
    paths: tuple[str, ...],
    source: str | None,
    manifest: str | None,
    engine: str | None,
    language: str | None,
    rubric: str | None,
    verbatim: bool,
    raw_format: str | None,
    every_message: bool,
    on: str,
    workers: int | None,
    ray_address: str | None,
    redo: Literal["all", "stale"] | None,
    jsonl: str | None,
    fail_fast: bool,
    tables: Tables,
) -> int:
    """Analyse folders, files or a manifest's recordings, and keep the results in the store.

    A PATH may also be a switchboard's spool, a mailbox or a provider's export: vmaudio intake list shows what is understood.
    Every result is saved as it arrives. Run it again after a stop: what is done is not done twice. Two runs on one database
    share the work. The manifest may be an export of a CRM or a dialer, CSV or Excel. Rows without a recording and recordings
    without a row are named; they are errors with --strict.

    \b
    Example:
      vmaudio batch recordings/ --manifest recordings/manifest.csv
      vmaudio batch /var/spool/asterisk/voicemail
    """
    from vmaudio.analysis import (
        NothingThere,
        get_batch_engine,
        name_companies,
        not_there,
        other_messages,
        run_batch,
        score_with_team,
    )
    from vmaudio.callback import promoted_model
    from vmaudio.duplicates import item_of
    from vmaudio.intake import fit_messages, gather
    from vmaudio.rubric import load_rubric
    from vmaudio.settings import get

    if not paths and not manifest:
        raise click.UsageError("Name a folder, files, or --manifest CSV.")
    read = load_manifest(manifest, tables, files_needed=not paths)
    messages: list[Message] = messages_of(read)
    left_over: list[str] = []
    left_out: list[LeftOut] = []
    if paths:
        there, left_out = gather(_expanded(paths), source=source, options=read_options(tables.zone))
        found = fit_messages(there, messages)
        messages = list(found.messages)
        left_over = list_left_over(found, read) if read else []
        say_left_out(app, left_out)
    unreadable = any(one.reason == "unreadable" for one in left_out)
    if not messages and not left_out:
        raise click.UsageError(f"There is no recording at {', '.join(paths) or manifest}.")
    summary_of_table = say_read(app, read)
    say_left_over(app, left_over, tables.strict)
    if not messages:
        return 1 if unreadable else 0
    store = app.store()
    nowhere = {}
    for message in messages:
        if (failure := not_there(message)) is None:
            break
        nowhere[message.message_id] = failure
    runner: BatchEngine
    if len(nowhere) == len(messages):
        runner = NothingThere(nowhere)
    else:
        with err().status("Loading the recogniser ...") if app.progress() else contextlib.nullcontext():
            runner = get_batch_engine(
                on,
                workers=workers,
                baselines=store.baseline,
                engine=engine,
                language=language,
                rubric=rubric,
                models_dir=app.models_dir,
                verbatim=verbatim or None,
                raw_format=raw_format,
                ray_address=ray_address,
            )
    forecast: list[Mapping[str, Any]] = []
    heard: list[DuplicateItem] = []
    levels: dict[str, Sequence[float]] = {}
    done: list[Message] = []
    several: list[Message] = []
    with sigterm_stops(), _json_lines(jsonl) as lines, show_progress(app, messages) as tick:

        def on_result(result: Analysis | Failure) -> None:
            if lines is not None:
                lines.write(json.dumps(result.to_dict(), ensure_ascii=False) + "\n")
                lines.flush()
            if isinstance(result, Failure) and not app.quiet:
                err().print(f"[red]failed[/] {_plain(result.message)}")
            if every_message:
                several.extend(other_messages([result]))
            if isinstance(result, Analysis):
                done.append(result.message)
                heard.append(item_of(result))
                levels[result.recording_id] = array("f", result.prosody.contour.level_dbfs)  # a sixth of the memory
                if result.score and result.score.callback_probability is not None:
                    forecast.append(result.features.values)
            tick(result)

        summary = run_batch(
            runner,
            messages,
            store,
            redo=redo or "no",
            fail_fast=fail_fast,
            on_result=on_result,
            tables={"manifest": summary_of_table.kept()} if summary_of_table else None,
        )
        if several and not (fail_fast and summary.failed):
            summary += run_batch(runner, list(several), store, redo=redo or "no", fail_fast=fail_fast, on_result=on_result)
    scored_by = load_rubric(str(get("rubric", rubric)))
    model = promoted_model(app.models())
    named = name_companies(store, scored_by, done, forecaster=model)
    with_team = score_with_team(store, scored_by, [*done, *named], forecaster=model)
    if not app.quiet:
        err().print(
            f"{summary.analysed} analysed, {summary.stored} stored already and scored again, {summary.failed} failed."
            f" They are in {store.shown}."
        )
        if summary.older:
            were = "was" if summary.older == 1 else "were"
            err().print(
                f"{summary.older} of the stored results {were} measured by an older version of vmaudio and used as they are."
                " To measure just those again: vmaudio batch PATH... --redo stale"
            )
        say_renamed(summary.renamed)
        if with_team:
            of = counted(with_team, "message has", "messages have")
            before = "; the lines of --jsonl were written before that" if jsonl else ""
            err().print(f"{of} another verdict now that it is known what the team tells others{before}.", markup=False)
        if named:
            of = counted(len(named), "message names", "messages name")
            before = "; the lines of --jsonl were written before that" if jsonl else ""
            err().print(f"{of} the company as the rep's other messages do{before}.", markup=False)
        _say_copies(store, heard, levels)
        if forecast:
            _warn_of_drift(app, forecast)
        if summary.failed:
            err().print("Failed files are tried again by the next run.")
    return 1 if summary.failed or unreadable else 0


def _say_copies(store: Store, heard: Sequence[DuplicateItem], levels: Levels) -> None:
    """Say which of this run's files are copies, of each other or of what was stored before: reports count them once."""
    from vmaudio.duplicates import find_copies, stored_copies

    said = {one.item.message_id: f"{one.item.file_name} is {one.why}" for one in find_copies(heard, levels)}
    here = {item.message_id: item.file_name for item in heard}
    known = stored_copies(store)
    beside = {of: copy for copy, of in known.items() if copy not in here}  # what was stored before may be the copy
    beside.update(known)
    for message_id in [message_id for message_id in here if message_id in beside and message_id not in said]:
        of = store.one(beside[message_id]) if len(said) < _FEW else None
        said[message_id] = f"{here[message_id]} is a copy of {of.source if of else 'a stored message'}"
    if said:
        few = "; ".join(list(said.values())[:_FEW])
        more = f"; and {len(said) - _FEW:,} more" if len(said) > _FEW else ""
        which = "1 of the files is a copy and counts" if len(said) == 1 else f"{len(said):,} of the files are copies and count"
        err().print(f"{which} once in reports: {few}{more}.", markup=False, soft_wrap=True)


def say_renamed(renamed: Sequence[tuple[str, str]]) -> None:
    """Say which files were stored under another path before.

    Args:
        renamed: path, and path before, of each.
    """
    for source, before in renamed[:_FEW]:
        moved = "Verdicts, clips, labels and the outcome moved along."
        err().print(f"{source} was renamed from {before}. {moved}", markup=False, soft_wrap=True)
    if len(renamed) > _FEW:
        more = counted(len(renamed) - _FEW, "more file was", "more files were")
        err().print(f"{more} renamed or moved since the last run.", markup=False)


def _warn_of_drift(app: App, rows: list[Mapping[str, Any]]) -> None:
    """Say when this run's messages are not like those that the callback model learned from."""
    from vmaudio.callback import check_drift, promoted_model

    model = promoted_model(app.models())
    said = check_drift(rows, model).sentence if model else ""
    if said:
        err().print(f"! {said}", markup=False)


def _expanded(paths: tuple[str, ...]) -> Iterator[str]:
    """Paths with patterns (*, ?, [) expanded where the shell did not."""
    import glob
    from pathlib import Path

    for path in paths:
        if not Path(path).exists() and glob.has_magic(path):
            yield from sorted(glob.glob(path, recursive=True))
        else:
            yield path


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)


@contextlib.contextmanager
def _json_lines(target: str | None) -> Iterator[IO[str] | None]:
    if target is None:
        yield None
    elif target == "-":
        yield sys.stdout
    else:
        try:
            # a file name that is no UTF-8 has half surrogates: written as \udce9 they are JSON all the same
            stream = open(target, "w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115 - closed below, opened here for the message
        except OSError as error:
            raise click.UsageError(f"{target} cannot be written: {error.strerror}.") from error
        with stream:
            yield stream
