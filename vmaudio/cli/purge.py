"""purge: delete what is older than a retention period."""

from __future__ import annotations

import datetime
import re

import click

from vmaudio.cli.common import App, err, pass_app
from vmaudio.records import counted


def days(text: str) -> int:
    """Read a period such as 90d, 12w or 2y as days.

    Args:
        text: What the user wrote; a number without a letter means days.

    Returns:
        Days; a year has 365.

    Raises:
        click.BadParameter: it is not a period.
    """
    match = re.fullmatch(r"(\d{1,5})\s*([dwy]?)", text.strip().lower())
    if not match:
        raise click.BadParameter("write a period such as 90d, 12w or 2y")
    return int(match[1]) * {"": 1, "d": 1, "w": 7, "y": 365}[match[2]]


@click.command("purge", short_help="Delete what is older than a retention period.")
@click.option(
    "--older-than",
    required=True,
    metavar="PERIOD",
    help="Retention period, such as 90d, 12w or 2y; counted from the day the message was sent.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_app
def command(app: App, older_than: str, yes: bool) -> int:
    """Delete everything stored about messages that are older than a retention period.

    For a message without a sending time, the day of its first analysis counts.
    """
    from vmaudio.privacy import find_older, forget

    before = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days(older_than))
    store = app.store()
    found = find_older(store, before)
    if not found:
        err().print(f"Nothing is older than {older_than}.")
        return 0
    if not yes:
        click.confirm(
            f"Delete {counted(len(found), 'message')} sent before {before.date()} from the store? This cannot be undone.",
            abort=True,
            err=True,
        )
    gone = forget(store, found)
    err().print(
        f"Deleted: {counted(gone.messages, 'message')}, and the measurements of {counted(gone.recordings, 'recording')}."
    )
    return 0
