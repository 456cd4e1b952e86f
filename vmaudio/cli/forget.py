"""forget: delete what is stored of a file, message, prospect or rep."""

from __future__ import annotations

from collections.abc import Sequence

import click

from vmaudio.cli.common import App, err, pass_app, plain


@click.command("forget", short_help="Delete what is stored of a file, message, prospect or rep.")
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--message", "message_id", metavar="ID", help="One message.")
@click.option("--prospect", metavar="P", help="All messages to this prospect.")
@click.option("--rep", metavar="R", help="All messages of this rep, and the rep's baseline.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_app
def command(app: App, files: tuple[str, ...], message_id: str | None, prospect: str | None, rep: str | None, yes: bool) -> int:
    """Delete everything stored about files, a message, a prospect or a rep: measurements, scores, labels, outcomes.

    The recordings themselves are not deleted. Of a name that recordings in several folders have, you are asked which are meant.

    \b
    Example:
      vmaudio forget --prospect "Dana Whitfield"
    """
    from vmaudio.privacy import find_messages, forget

    if sum(map(bool, (files, message_id, prospect, rep))) != 1:
        raise click.UsageError("Say what to forget: FILE..., --message, --prospect or --rep (one of them).")
    store = app.store()
    found = find_messages(
        store, files=files, message_id=message_id, prospect=prospect, rep=rep, which=None if yes else _ask_which
    )
    if not found:
        err().print("No such message is stored.")
        return 1
    if not yes:
        click.confirm(
            f"Delete {len(found)} message{'s' if len(found) > 1 else ''} from the store? This cannot be undone.",
            abort=True,
            err=True,
        )
    gone = forget(store, found, rep=rep)
    err().print(f"Deleted: {gone.messages} messages, and the measurements of {gone.recordings} recordings.")
    return 0


def _ask_which(name: str, sources: Sequence[str]) -> list[str]:
    err().print(f"{len(sources)} stored recordings have the name {name}.", markup=False)
    return [source for source in sources if click.confirm(f"Forget {plain(source)}?", err=True)]
