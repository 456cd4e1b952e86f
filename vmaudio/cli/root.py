"""The root group: shared options, lazy commands, and expected errors turned into a sentence and exit code 1."""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import logging
import os
import signal
import sys
from typing import Any, NoReturn

import click

import vmaudio
from vmaudio.cli.common import App, Terminated, plain
from vmaudio.cli.streams import drop_output, hold_standard_streams, write_fault
from vmaudio.errors import VmaudioError

COMMANDS = {
    "check": "Check one message or more, and print a scorecard.",
    "batch": "Analyse folders of recordings; resumes where it stopped.",
    "watch": "Analyse messages as they arrive in a folder.",
    "intake": "Show and read the sources that recordings come from.",
    "rescore": "Score the stored messages again with a new rubric, manifest or model.",
    "report": "Write a report from the store: CSV, JSON Lines, HTML and more.",
    "outcomes": "Import outcomes of messages, and show the funnel.",
    "compare": "Which approach works: rates, intervals, tests, n still needed.",
    "calibrate": "Judge the judge: coaches score blind, and are held against each other and the machine.",
    "repeats": "Find messages that were left again for one prospect, or for many.",
    "labels": "Export, import and count labels for the classifiers.",
    "models": "List, show, train, evaluate, compare, promote and fetch models.",
    "redact": "Copy transcripts and audio without names and numbers.",
    "forget": "Delete what is stored of a file, message, prospect or rep.",
    "purge": "Delete what is older than a retention period.",
    "serve": "Start the web app: self-check, team pages, rubric editor.",
    "users": "Add, list and change users of the web app, and show who did what.",
    "mcp": "Answer questions of an MCP client from the store: read-only, names left out.",
    "db": "Show where the database is and what is in it, or upgrade it.",
    "doctor": "Show what is missing on this machine, and how to install it.",
}
"""Commands and their one line of help; a test holds them to the commands' own."""


OTHER_NAMES = {"duplicates": "repeats"}
"""Names under which a command may be looked for that are not near to its own."""

OTHER_OPTIONS = {"--model": "--engine"}
"""The same for options; the other is suggested where the command has it."""


class LazyGroup(click.Group):
    """Imports a command's module only when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order of the help text.

        Args:
            ctx: Click's context.

        Returns:
            The names.
        """
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command.

        Args:
            ctx: Click's context.
            cmd_name: Its name.

        Returns:
            The command; None when there is none of this name.
        """
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"vmaudio.cli.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - ours; a test loads them all
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any of them.

        Args:
            ctx: Click's context.
            formatter: Takes the text.
        """
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a command line; for a wrong name, suggest the closest.

        Args:
            ctx: Click's context.
            args: The rest of the command line.

        Returns:
            As click has it: name, command and the arguments that are left.
        """
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            other = OTHER_NAMES.get(args[0])
            close = [other] if other else difflib.get_close_matches(args[0], COMMANDS, n=1)
            ctx.fail(f"There is no command {args[0]!r}." + (f" Did you mean {close[0]!r}?" if close else ""))
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--db", metavar="URL", help="Database URL or SQLite path.  [VMAUDIO_DB]")
@click.option("--models-dir", metavar="PATH", help="Folder of the models that you promoted.  [VMAUDIO_MODELS_DIR]")
@click.option("-v", "--verbose", count=True, help="Show more messages; -vv shows all.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary.")
@click.version_option(vmaudio.__version__, prog_name="vmaudio")
@click.pass_context
def cli(ctx: click.Context, db: str | None, models_dir: str | None, verbose: int, quiet: bool) -> None:
    """Which voicemails work? Transcribe, measure, classify and score recorded voicemails, on this machine alone.

    \b
    A first session:
      vmaudio doctor                         is everything installed?
      vmaudio check message.wav              one message: a scorecard
      vmaudio batch recordings/              a folder; each result is saved at once
      vmaudio report -o team.csv             a table of the stored results
    """
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(
        level=logging.ERROR if quiet else level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    logging.getLogger("vmaudio").setLevel(logging.DEBUG if verbose else logging.ERROR if quiet else logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # its steps are of interest to nobody
    ctx.obj = App(db=db, models_dir=models_dir, quiet=quiet, verbose=verbose)


def _with_other_option(error: click.ClickException) -> click.ClickException:
    """For an option that goes by another name here, the error with that name."""
    if isinstance(error, click.NoSuchOption) and error.ctx is not None:
        other = OTHER_OPTIONS.get(error.option_name)
        if other is not None and any(other in parameter.opts for parameter in error.ctx.command.params):
            said = f"No such option {error.option_name!r}. Did you mean {other!r}?"
            return click.NoSuchOption(error.option_name, said, possibilities=(), ctx=error.ctx)
    return error


def main() -> NoReturn:
    """Run the command line: expected trouble is a sentence on stderr and exit code 1; a bug keeps its traceback."""
    atexit.register(gc.freeze)  # at the very end Python would look through all that torch made for garbage: 0.4 s for nothing
    hold_standard_streams()
    os.umask(0o077)  # what is written holds names and what people said: for who runs it alone, as the database
    if isinstance(sys.stdout, io.TextIOWrapper):
        # a file name that is no UTF-8 has half surrogates in it: written as \udce9 they are valid in JSON too
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        result: Any = cli.main(standalone_mode=False)
    except VmaudioError as error:
        click.echo(f"Error: {plain(str(error))}", err=True)
        sys.exit(1)
    except click.ClickException as error:
        _with_other_option(error).show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt) as error:
        goes_on = {"batch", "watch", "rescore"} & set(sys.argv[1:])
        click.echo(
            "Stopped." + (" Finished results are saved; run the command again to continue." if goes_on else ""), err=True
        )
        terminated = isinstance(error.__cause__ or error.__context__, Terminated)  # click makes an Abort of it
        sys.exit(128 + signal.SIGTERM if terminated else 130)
    except BrokenPipeError:  # the reader (head, less) has gone
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        sentence = write_fault(error)
        if sentence is None:
            raise
        drop_output()
        click.echo(f"Error: {plain(sentence)}", err=True)
        sys.exit(1)
    sys.exit(result if isinstance(result, int) else 0)
