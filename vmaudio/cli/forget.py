"""forget: delete what is stored of a file, message, prospect or rep."""

from __future__ import annotations

import click

from vmaudio.cli.common import App, err, pass_app
from vmaudio.records import counted


@click.command("forget", short_help="Delete what is stored of a file, message, prospect or rep.")
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--message", "message_id", metavar="ID", help="One message.")
@click.option("--prospect", metavar="P", help="All messages to this prospect.")
@click.option("--rep", metavar="R", help="All messages of this rep, and the rep's baseline.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_app
def command(app: App, files: tuple[str, ...], message_id: str | None, prospect: str | None, rep: str | None, yes: bool) -> int:
    """Delete everything stored about files, a message, a prospect or a rep: measurements, scores, labels, outcomes.

    The recordings themselves are not deleted.

    \b
    Example:
      vmaudio forget --prospect "Dana Whitfield"
    """
    from vmaudio.privacy import find_messages, forget

    if sum(map(bool, (files, message_id, prospect, rep))) != 1:
        raise click.UsageError("Say what to forget: FILE..., --message, --prospect or --rep (one of them).")
    store = app.store()
    found = find_messages(store, files=files, message_id=message_id, prospect=prospect, rep=rep)
    if not found:
        err().print("No such message is stored.")
        return 1
    if not yes:
        click.confirm(
            f"Delete {counted(len(found), 'message')} from the store? This cannot be undone.",
            abort=True,
            err=True,
        )
    gone = forget(store, found, rep=rep)
    err().print(
        f"Deleted: {counted(gone.messages, 'message')}, and the measurements of {counted(gone.recordings, 'recording')}."
    )
    return 0
