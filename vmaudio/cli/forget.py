"""forget: delete what is stored of a file, message, prospect or rep."""

from __future__ import annotations

from collections.abc import Sequence

import click

from vmaudio.cli.common import App, err, pass_app, plain
from vmaudio.privacy import Gone
from vmaudio.records import counted


@click.command("forget", short_help="Delete what is stored of a file, message, prospect or rep.")
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--message", "message_id", metavar="ID", help="One message.")
@click.option("--prospect", metavar="P", help="All messages to this prospect, by name or id, and plans' assignments.")
@click.option(
    "--rep", metavar="R", help="All messages of this rep, the rep's baseline, assignments, labels, practice and account."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_app
def command(app: App, files: tuple[str, ...], message_id: str | None, prospect: str | None, rep: str | None, yes: bool) -> int:
    """Delete everything stored about files, a message, a prospect or a rep: measurements, scores, labels, outcomes.

    A copy of a message, the same recording under another path or in another format, is deleted with it.
    Your own recordings are not deleted; those that the web app kept are. Of a name that recordings in several folders have, you
    are asked which are meant.

    \b
    Example:
      vmaudio forget --prospect "Dana Whitfield"
    """
    from vmaudio.privacy import copies_of, find_messages, forget, has_traces
    from vmaudio.settings import web_folder

    if sum(map(bool, (files, message_id, prospect, rep))) != 1:
        raise click.UsageError("Say what to forget: FILE..., --message, --prospect or --rep (one of them).")
    store = app.store()
    found = find_messages(
        store, files=files, message_id=message_id, prospect=prospect, rep=rep, which=None if yes else _ask_which
    )
    traces = has_traces(store, files=files, prospect=prospect, rep=rep)
    if not found and not traces:
        err().print("Nothing of it is stored.")
        return 1
    if not yes:
        copies = len(copies_of(store, found, person=bool(prospect or rep)))
        what = with_copies(len(found), copies) + (" and other rows" if traces else "")
        confirm(f"Delete {what} from the store? This cannot be undone.")
    show_gone(forget(store, found, files=files, prospect=prospect, rep=rep, folder=web_folder()))
    return 0


def confirm(question: str) -> None:
    """Ask before something is deleted for good.

    Args:
        question: what is asked.

    Raises:
        click.Abort: the answer was no; that nothing was deleted is said.
    """
    if not click.confirm(question, err=True):
        err().print("Nothing was deleted.")
        raise click.exceptions.Exit(1)


def with_copies(messages: int, copies: int) -> str:
    """How many messages, and how many copies go with them.

    Args:
        messages: those that were asked for.
        copies: the others.
    """
    of = "it" if messages == 1 else "them"
    return counted(messages, "message") + (f" and {counted(copies, 'copy', 'copies')} of {of}" if copies else "")


def show_gone(gone: Gone) -> None:
    """Say what was deleted, and what of vmaudio's cannot be.

    Args:
        gone: what was deleted.
    """
    also = [counted(gone.rows, "other row")] if gone.rows else []
    also += [counted(gone.files, "sound file") + " that vmaudio kept"] if gone.files else []
    err().print(
        ", ".join(
            [
                f"Deleted: {with_copies(gone.messages, gone.copies)}",
                f"the measurements of {counted(gone.recordings, 'recording')}",
                *also,
            ]
        )
        + ". Reports, exports and redacted copies that you wrote to files are yours to delete.",
        markup=False,
    )
    if gone.left:
        names = ", ".join(map(plain, gone.left))
        err().print(
            f"These messages also had what still stands at others or in plans: {names}. If that is the same person, run "
            "vmaudio forget --prospect for each.",
            markup=False,
        )


def _ask_which(name: str, sources: Sequence[str]) -> list[str]:
    err().print(f"{len(sources)} stored recordings have the name {name}.", markup=False)
    return [source for source in sources if click.confirm(f"Forget {plain(source)}?", err=True)]
