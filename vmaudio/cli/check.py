"""check: the rep's self-check."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vmaudio.cli.common import (
    App,
    engine_options,
    err,
    every_message_option,
    out,
    pass_app,
    print_json,
    raw_format_option,
    verbatim_option,
)
from vmaudio.cli.tables import Tables, fitted, table_options
from vmaudio.errors import SettingError
from vmaudio.records import Analysis, Failure, Message, counted

if TYPE_CHECKING:
    from vmaudio.store import Store


@click.command("check", short_help="Check one message or more, and print a scorecard.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of scorecards: one object per file, one line each.")
@click.option(
    "--html", type=click.Path(dir_okay=False, writable=True), metavar="OUT", help="Also write an HTML page of the message."
)
@engine_options
@click.option(
    "--rep", metavar="R", help="Who left the message. The pace is then compared with the rep's own baseline, if there is one."
)
@click.option("--prospect", metavar="P", help="Name of the listener.")
@click.option("--caller-id", metavar="N", help="Telephone number that the listener's phone shows.")
@click.option("--notes", metavar="TEXT", help="What is known about the listener.")
@click.option(
    "--manifest",
    type=click.Path(exists=True, dir_okay=False),
    metavar="CSV",
    help="Take rep, prospect, notes and so on from a manifest.",
)
@click.option(
    "--script",
    "script_file",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="A text file: what the rep was asked to say. {name} and [Name] stand for any few words.",
)
@verbatim_option
@raw_format_option
@every_message_option
@click.option("--save", is_flag=True, help="Save the result in the store.")
@table_options
@pass_app
def command(
    app: App,
    files: tuple[str, ...],
    as_json: bool,
    html: str | None,
    engine: str | None,
    language: str | None,
    rubric: str | None,
    rep: str | None,
    prospect: str | None,
    caller_id: str | None,
    notes: str | None,
    manifest: str | None,
    script_file: str | None,
    verbatim: bool,
    raw_format: str | None,
    every_message: bool,
    save: bool,
    tables: Tables,
) -> int:
    """Check one message or more, and print a scorecard.

    Nothing is stored unless --save is given.

    \b
    Example:
      vmaudio check message.wav --rep Tom --prospect "Dana Whitfield" --notes "moves offices in May"
    """
    from vmaudio.analysis import not_there

    options = {"rep": rep, "prospect": prospect, "prospect_name": prospect, "caller_id": caller_id, "notes": notes}
    given: dict[str, Any] = {name: value for name, value in options.items() if value}
    # one message per path: of several rows for one file the first is taken, a check is of a file
    rows: dict[str, Message] = {}
    for message in fitted(app, list(dict.fromkeys(files)), manifest, tables):
        rows.setdefault(str(Path(message.source).absolute()), message)
    messages = [dataclasses.replace(rows[str(Path(file).absolute())], **given) for file in files]
    if script_file:
        messages = [with_script(message, script_file) for message in messages]
    nowhere = [failure for message in messages if (failure := not_there(message))]
    if len(nowhere) == len(messages):  # nothing is loaded for them
        for failure in nowhere:
            _say_failed(failure, as_json)
        return 1
    from vmaudio.analysis import Analyzer, no_baseline, other_messages
    from vmaudio.cli.scorecard import scorecard
    from vmaudio.text import adherence_of

    analyzer = Analyzer.from_settings(
        engine=engine,
        language=language,
        rubric=rubric,
        models_dir=app.models_dir,
        verbatim=verbatim or None,
        raw_format=raw_format,
        soon=messages,
    )
    # opened last, so that a wrong option or file is told as what it is; without a rep there is no baseline to look up
    wanted = save or any(message.rep for message in messages)
    store = _store(app, save) if wanted and any(Path(file).exists() for file in files) else None
    analyzer.baselines = store.baseline if store else no_baseline
    failed = 0
    with _waiting(app, len(messages)):
        results = {id(message): result for message, result in _in_order(analyzer, messages)}
        if every_message:
            more = other_messages(results[id(message)] for message in messages)
            results |= {id(message): result for message, result in _in_order(analyzer, more)}
            messages = _with(messages, more)
    analyses = []
    for message in messages:
        result = results[id(message)]
        if isinstance(result, Analysis):
            analyses.append(result)
            if save and store:
                store.save(result)
            if as_json:
                kept = adherence_of(result)
                print_json({**result.to_dict(), "script": kept.to_dict() if kept else None})
            else:
                out().print(scorecard(result, analyzer.rubric))
        else:
            failed += 1
            _say_failed(result, as_json)
    if html and analyses:
        from vmaudio.report import sounds, write_messages

        write_messages(analyses, analyzer.rubric, html, sounds=sounds("embed", Path(html).parent))
        err().print(f"Page written to {_escape(html)}.")
    return 1 if failed else 0


def _say_failed(failure: Failure, as_json: bool) -> None:
    if as_json:
        print_json(failure)
    else:
        err().print(f"[bold red]Not analysed:[/] {_escape(failure.message)}")


def with_script(message: Message, path: str) -> Message:
    """A message with the text of its script.

    Args:
        message: The message.
        path: The script's file.

    Returns:
        The message, which now carries the text.

    Raises:
        SettingError: The file is no text, has no words, or too many.
    """
    from vmaudio.text import SCRIPT_TEXT, checked_script

    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingError(f"{path} is no text in UTF-8. Save the script as plain text.") from error
    try:
        checked = checked_script(text)
    except SettingError as error:
        raise SettingError(f"{path}: {error}") from None
    return dataclasses.replace(message, extra={**message.extra, SCRIPT_TEXT: checked})


def _store(app: App, save: bool) -> Store | None:
    """The store; where only a rep's baseline would be read from it, one with other tables is left unread."""
    from vmaudio.store import TablesError

    if save:
        return app.store()
    try:
        return app.existing_store()
    except TablesError as error:
        err().print(f"No rep's own baseline is used: {error}", markup=False, soft_wrap=True)
        return None


def _in_order(analyzer, messages):  # type: ignore[no-untyped-def]
    """Pair each message with its result: results come in order of completion and carry the source."""
    waiting: dict[str, list[Message]] = {}
    for message in messages:
        waiting.setdefault(message.source, []).append(message)
    for result in analyzer.analyze_many(messages):
        same = waiting[result.source]
        mine = next((i for i, m in enumerate(same) if isinstance(result, Analysis) and m == result.message), 0)
        yield same.pop(mine), result


def _with(messages: list[Message], more: list[Message]) -> list[Message]:
    """The messages with the others in their files, in time order: each file's last message comes last."""
    return [one for m in messages for one in (*(o for o in more if o.message_id.startswith(f"{m.message_id}#")), m)]


def _waiting(app: App, n: int):  # type: ignore[no-untyped-def]
    from contextlib import nullcontext

    if not app.progress():
        return nullcontext()
    return err().status(f"Listening to {counted(n, 'message')} ...")


def _escape(text: str) -> str:
    from rich.markup import escape

    return escape(text)
