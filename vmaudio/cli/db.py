"""db: where the database is, what is in it, and upgrades."""

from __future__ import annotations

import click

from vmaudio.cli.common import App, err, pass_app, print_json


@click.group("db", short_help="Where the database is, what is in it, and upgrades.")
def command() -> None:
    """Where the database is, what is in it, and upgrades."""


@command.command("path", short_help="Print the path or URL.")
@pass_app
def path(app: App) -> None:
    """Print the path or URL of the database."""
    from vmaudio.store import default_path

    click.echo(app.where or str(default_path()))


@command.command("info", short_help="Rows of each table, and the tables' version.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@pass_app
def info(app: App, as_json: bool) -> None:
    """Print the database's place, the version of its tables, and how many rows each has."""
    found = app.store().info()
    if as_json:
        print_json(found)
        return
    click.echo(f"{found['database']} (tables {found['revision']})")
    for name, count in found["rows"].items():
        click.echo(f"{count:>9,} {name}")
    if found["older"]:
        messages = "message" if found["older"] == 1 else "messages"
        click.echo(f"{found['older']:,} {messages} measured by an older version; to measure again: vmaudio batch --redo stale")


@command.command("upgrade", short_help="Bring the tables of an older version up to date.")
@pass_app
def upgrade(app: App) -> None:
    """Bring the tables of an older version up to date. Nothing is lost; do make a copy of the file first."""
    from vmaudio.store import open_store

    store = open_store(app.where, migrate_old=True)
    err().print(f"{store.shown} has tables {store.info()['revision']}.")
