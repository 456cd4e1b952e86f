"""Options that say which messages and outcomes are compared; shared by ``compare`` and ``compare plan --adaptive``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from vmaudio.cli.common import App, attribution_option
from vmaudio.cli.tables import map_value_option, strict_option, timezone_option
from vmaudio.errors import TableError

if TYPE_CHECKING:
    from vmaudio.intake import Matched
    from vmaudio.records import Observation
    from vmaudio.store import Measures, Store

F = TypeVar("F", bound=Callable[..., Any])


def counting_options(command: F) -> F:
    """The options that say from where messages come, and which of them count.

    Args:
        command: the command that gets the options.

    Returns:
        The command.
    """
    for option in reversed(
        (
            click.option(
                "--outcome",
                default="callback",
                show_default=True,
                help="callback, reply, connect, sale, complaint, wrong_person.",
            ),
            click.option("--manifest", "manifest_path", metavar="CSV", help="Compare from files: the messages."),
            click.option("--outcomes", "outcomes_path", metavar="CSV", help="Compare from files: their outcomes."),
            click.option(
                "--map",
                "mapping",
                metavar="MAP",
                multiple=True,
                help="FIELD=COLUMN,... or a .toml file, for other column names.",
            ),
            map_value_option,
            click.option(
                "--dates", type=click.Choice(["auto", "mdy", "dmy"]), default="auto", help="Order in dates such as 3/4/2026."
            ),
            timezone_option,
            strict_option,
            click.option(
                "--missing-is", type=click.Choice(["unknown", "0"]), default="unknown", help="What a missing outcome means."
            ),
            click.option("--as-of", metavar="DATE", help="When the outcomes were exported."),
            click.option(
                "--window",
                default="7d",
                show_default=True,
                help="How long after sending an outcome counts: 7d, 48h, none.",
            ),
            attribution_option,
        )
    ):
        command = option(command)
    return command


def plan_store(app: App, named: str) -> Store | None:
    """The store in which a plan is looked for; a plan's file needs none, and one that happens to be there is not opened.

    Args:
        app: the app's state.
        named: the plan's file, or its id.
    """
    return None if Path(named).is_file() else app.existing_store()


def counting(given: dict[str, Any], zone: str) -> dict[str, Any]:
    """What of the options `vmaudio.experiments.compare` takes.

    Args:
        given: values of the options.
        zone: time zone of dates without one.

    Returns:
        Its arguments by name.
    """
    from vmaudio.experiments import parse_window
    from vmaudio.intake import parse_as_of

    return {
        "window": parse_window(given["window"]),
        "as_of": parse_as_of(given["as_of"], zone),
        "missing_is": False if given["missing_is"] == "0" else None,
        "attribution": given["attribution"],
    }


def observed(app: App, given: dict[str, Any], zone: str, measures: Measures | None = None) -> tuple[list[Observation], int]:
    """Messages with their outcomes, from files when they are given, else from the store without copies.

    Args:
        app: the app's state.
        given: values of the options.
        zone: time zone of dates without one.
        measures: what is read of the store besides who left messages, for whom and when; None for all.

    Returns:
        The observations, and how many copies were left out.
    """
    from vmaudio.duplicates import stored_copies, without_copies
    from vmaudio.intake import file_observations, parse_column_map, store_observations

    manifest_path, outcomes_path = given["manifest_path"], given["outcomes_path"]
    if bool(manifest_path) != bool(outcomes_path):
        raise click.UsageError("--manifest and --outcomes go together; without both, the store is compared.")
    if not manifest_path:
        store = app.existing_store()
        seen = store_observations(store, measures)
        copies = stored_copies(store) if store else {}
        return without_copies(seen, copies), len(copies)
    found, matched = file_observations(
        manifest_path, outcomes_path, parse_column_map(given["mapping"], given["dates"], given["values"]), timezone=zone
    )
    _show_unused(matched)
    if given["strict"] and matched.unmatched:
        raise TableError(f"--strict: {len(matched.unmatched)} lines of the outcome file join to no message.")
    return found, 0


def _show_unused(matched: Matched) -> None:
    """Lines of the outcome file that were not used, on stderr."""
    for what, lines in (
        ("match no message", [f"line {line}: {reason}" for line, reason in matched.unmatched]),
        ("repeat another line", [f"line {line}: the same as line {first}" for line, first in matched.duplicates]),
    ):
        if lines:
            more = f"\n  ... and {len(lines) - 20} more" if len(lines) > 20 else ""
            click.echo(f"{len(lines)} lines of the outcome file {what}:\n  " + "\n  ".join(lines[:20]) + more, err=True)
    for question in matched.questions:
        click.echo(f"! {question}", err=True)
