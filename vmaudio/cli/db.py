"""db: where the database is, what is in it, and upgrades."""

from __future__ import annotations

import click

from vmaudio.cli.common import App, err, pass_app, print_json


@click.group("db", short_help="Show where the database is and what is in it, or upgrade it.")
def command() -> None:
    """Show where the database is and what is in it, or upgrade it."""


@command.command("path", short_help="Print the path or URL.")
@pass_app
def path(app: App) -> None:
    """Print the path or URL of the database, without a password."""
    from vmaudio.store import default_path, shown_url

    click.echo(shown_url(app.where) if "://" in app.where else app.where or str(default_path()))


@command.command("info", short_help="Show the number of rows in each table, and the version of the tables.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@pass_app
def info(app: App, as_json: bool) -> None:
    """Print where the database is, the version of its tables, and how many rows each table has."""
    found = app.store().info()
    if as_json:
        print_json(found)
        return
    click.echo(f"{found['database']} (tables {found['revision']})")
    for name, count in found["rows"].items():
        click.echo(f"{count:>9,} {name}")
    if found["older"]:
        messages = "message" if found["older"] == 1 else "messages"
        click.echo(
            f"{found['older']:,} {messages} measured by an older version; to measure again: vmaudio batch PATH... --redo stale"
        )


@command.command("copy", short_help="Copy everything into another database, as from SQLite to PostgreSQL.")
@click.argument("target", metavar="URL")
@pass_app
def copy(app: App, target: str) -> None:
    """Copy all rows of this database (--db) into another one, which must be empty: a path, or postgresql://user@host/name.

    All rows are copied, or none; this database stays as it is. Kept recordings lie in folders and stay there. Give a password
    by PGPASSWORD or a password file (~/.pgpass) rather than in the URL, which other users of the machine can see.
    """
    from vmaudio.store import copy_rows, open_store

    source = app.existing_store()
    if source is None:
        raise click.UsageError(f"There is no database {app.where or ''} to copy yet.".replace("  ", " "))
    with source, open_store(target) as goal:
        for name, count in copy_rows(source, goal).items():
            click.echo(f"{count:>9,} {name}")
        err().print(f"Copied from {source.shown} into {goal.shown}. To use it: --db or VMAUDIO_DB.")


@command.command("upgrade", short_help="Upgrade the tables of an older version.")
@pass_app
def upgrade(app: App) -> None:
    """Upgrade the tables of an older version. Nothing is lost, but make a copy of the file first."""
    from vmaudio.store import open_store

    store = open_store(app.where, migrate_old=True)
    err().print(f"{store.shown}: the tables have version {store.info()['revision']}.")
