"""``vmaudio intake``: one module for each subcommand, loaded when it is called."""

from __future__ import annotations

import importlib

import click

SUBCOMMANDS = {
    "list": "Show the sources that are understood.",
    "check": "Dry run: how a manifest and an outcome file are read, and how they join.",
    "join": "Join recordings with the calls of a CRM's export.",
    "imap": "Copy mails with recordings from an IMAP server into a folder.",
}
"""Subcommands, each in a module ``intake_NAME``, and their one line of help; a test holds them to the commands' own."""


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUBCOMMANDS:
            return None
        command = importlib.import_module(f"vmaudio.cli.intake_{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - ours; a test loads them all
        return command


@click.group(cls=_Lazy, short_help="Show and read the sources that recordings come from.")
def command() -> None:
    """Show and read the sources that recordings come from."""
