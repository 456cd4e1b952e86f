"""``vmaudio intake imap``: mails with recordings from a server, into a folder."""

from __future__ import annotations

from pathlib import Path

import click

from vmaudio.cli.common import App, err, out, pass_app, print_json


@click.command("imap", short_help="Copy mails with recordings from an IMAP server into a folder.")
@click.argument("host")
@click.option("--user", required=True, metavar="NAME", help="Name of the account.")
@click.option("--to", required=True, type=click.Path(file_okay=False), metavar="FOLDER", help="Where the mails go.")
@click.option("--mailbox", default="INBOX", show_default=True, metavar="NAME", help="The mailbox that is read.")
@click.option("--since", metavar="DATE", help="Only mails of this day and later, such as 2026-03-01.")
@click.option("--starttls", is_flag=True, help="Turn encryption on after connecting, as some servers want on port 143.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port.  [default: 993; with --starttls 143]")
@click.option("--ca", type=click.Path(exists=True, dir_okay=False), metavar="PEM", help="Trust this authority's certificates.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@pass_app
def command(
    app: App, host: str, user: str, to: str, mailbox: str, since: str | None, starttls: bool, port: int | None,
    ca: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Copy mails with recordings from an IMAP server into a folder, for vmaudio batch FOLDER.

    The connection is encrypted, and the mailbox is only read: nothing is marked, moved or deleted. Mails that are in the
    folder already are not fetched again. The password comes from VMAUDIO_IMAP_PASSWORD or from the system's keyring.

    \b
    Example:
      vmaudio intake imap imap.example.com --user dana@example.com --mailbox Voicemail --to mails/
      vmaudio batch mails/
    """
    import dataclasses
    import datetime

    from vmaudio.intake import ImapServer, fetch_mails, imap_password

    try:
        day = datetime.date.fromisoformat(since) if since else None
    except ValueError:
        raise click.BadParameter(f"{since!r} is no day. Write it as 2026-03-01.", param_hint="--since") from None
    server = ImapServer(host, user, imap_password(host, user), port or (143 if starttls else 993), starttls, ca)
    done = fetch_mails(server, Path(to), mailbox=mailbox, since=day)
    if as_json:
        print_json(dataclasses.asdict(done))
        return
    out().print(
        f"{done.copied} mails copied to {to}, {done.known} there already, {done.without} without a recording.",
        markup=False, soft_wrap=True,
    )  # fmt: skip
    if done.too_large and not app.quiet:
        err().print(f"{done.too_large} left out: larger than 100 MB.", markup=False)
