"""purge: delete what is older than a retention period."""

from __future__ import annotations

import datetime
import re

import click

from vmaudio.cli.common import App, err, pass_app
from vmaudio.cli.forget import confirm, show_gone, with_copies
from vmaudio.errors import SettingError
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
    metavar="PERIOD",
    help="Retention period, such as 90d, 12w or 2y; counted from the day the message was sent.",
)
@click.option("--due", is_flag=True, help="Take the period of the setting.  [VMAUDIO_RETENTION_DAYS]")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_app
def command(app: App, older_than: str | None, due: bool, yes: bool) -> int:
    """Delete everything stored about messages that are older than a retention period.

    For a message without a sending time, the day of its first analysis counts, or of the import of its outcome. Notes of failed
    files, assignments of plans, attempts at drills, a coach's notes and labels without a message go by the day they were made.
    """
    from vmaudio.privacy import copies_of, count_undated, due_before, find_older, forget, has_traces
    from vmaudio.settings import web_folder

    if due == (older_than is not None):
        raise click.UsageError("Give a period with --older-than, or --due for that of the setting.")
    before = due_before() if older_than is None else datetime.datetime.now(datetime.UTC) - datetime.timedelta(days(older_than))
    if before is None:
        raise SettingError("No retention period is set. Set VMAUDIO_RETENTION_DAYS, or give --older-than.")
    store = app.store()
    if undated := count_undated(store):
        err().print(
            f"{counted(undated, 'message has', 'messages have')} no date at all: rows of a manifest. No period reaches them; "
            "vmaudio forget does."
        )
    found = find_older(store, before)
    traces = has_traces(store, before=before)
    if not found and not traces:
        err().print(f"Nothing was sent before {before.date()}.")
        return 0
    if not yes:
        what = with_copies(len(found), len(copies_of(store, found, before=before)))
        what += f" sent before {before.date()}" + (" and other rows as old" if traces else "")
        confirm(f"Delete {what} from the store? This cannot be undone.")
    show_gone(forget(store, found, before=before, folder=web_folder()))
    return 0
