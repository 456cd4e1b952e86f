"""users: who may log in to the web app, and what they did there."""

from __future__ import annotations

import datetime
import getpass
import sys
import time
import warnings
from typing import TYPE_CHECKING

import click

from vmaudio.cli.common import App, err, out, pass_app, plain, print_json
from vmaudio.cli.forget import confirm
from vmaudio.errors import SettingError

if TYPE_CHECKING:
    from vmaudio.store import Store, User

ROLES = click.Choice(["rep", "coach", "data", "admin"])
BY_COMMAND = "(command line)"


@click.group("users", short_help="Add, list and change users of the web app, and show who did what.")
def command() -> None:
    """Add, list and change users of the web app, and show who did what.

    As soon as there is a user, everybody logs in by name. Begin with an admin. Roles: a rep sees their own takes and messages,
    a coach the team, data the messages, labels and rubric, an admin all of it, users and the log too.

    \b
    Example:
      vmaudio users add Ann --role admin
      vmaudio users add "Ben Osei" --role rep --invite
    """


def _noted(store: Store, action: str, name: str) -> None:
    from vmaudio.store import AuditEntry, put_audit, utc_now

    put_audit(store, [AuditEntry(utc_now(), None, BY_COMMAND, action, "user", name)])


def _show_invitation(store: Store, name: str, days: float, url: str) -> None:
    from vmaudio.store import invite_user

    token = invite_user(store, name, lasts_s=days * 24 * 3600)
    click.echo(f"{url.rstrip('/')}/invite/{token}")
    err().print(f"This link works once, for {days:g} days, and is not shown again. Send it to {plain(name)}.", markup=False)


def _ask_password(prompt: str) -> str:
    """Ask for a password, twice.

    Raises:
        SettingError: there is nobody to ask, as in a script.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", getpass.GetPassWarning)  # said below, where it matters
            return str(click.prompt(prompt, hide_input=True, confirmation_prompt=True, err=True))
    except click.Abort:
        if sys.stdin.isatty():
            raise
        cure = (
            "Run this in a terminal, or give the user a link to set it: vmaudio users add ... --invite, vmaudio users invite."
        )
        raise SettingError(f"There is no terminal to ask for the password. {cure}") from None


def _warn_without_admin(store: Store) -> None:
    """Say when nobody who can log in looks after users any more."""
    from vmaudio.store import active_admins, has_users

    if has_users(store) and not active_admins(store):
        err().print("There is no admin who can log in yet. Add one, or set VMAUDIO_PASSWORD for the server.", markup=False)


_days = click.option(
    "--days", type=click.FloatRange(0.01, 90), default=7.0, show_default=True, help="How many days an invitation holds."
)
_url = click.option(
    "--url", default="http://127.0.0.1:8000", show_default=True, metavar="URL", help="Address of the web app, for the link."
)


@command.command("add", short_help="Add a user.")
@click.argument("name")
@click.option("--role", type=ROLES, required=True, help="What the user may see and do.")
@click.option("--rep", metavar="R", help="The rep whose messages are theirs; for the role rep it is NAME unless given.")
@click.option("--email", default="", metavar="E", help="Address by which a single sign-on finds the user.")
@click.option("--invite", is_flag=True, help="Ask for no password: print a link by which the user sets one.")
@_days
@_url
@pass_app
def add(app: App, name: str, role: str, rep: str | None, email: str, invite: bool, days: float, url: str) -> int:
    """Add a user. The password is asked for; with --invite the user sets it.

    A running server asks everybody for a name from then on; the server's own password or token (VMAUDIO_PASSWORD,
    VMAUDIO_TOKEN) goes on working as an admin's.
    """
    from vmaudio.store import add_user

    store = app.store()
    password = None if invite else _ask_password("Password")
    own = rep if rep is not None else name if role == "rep" else ""
    user = add_user(store, name, role, rep=own, email=email, password=password)
    _noted(store, "added", user.name)
    err().print(f"{plain(user.name)} is added ({user.role}).", markup=False)
    if invite:
        _show_invitation(store, user.name, days, url)
    if role != "admin":
        _warn_without_admin(store)
    return 0


@command.command("list", short_help="List the users.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per user.")
@pass_app
def list_users(app: App, as_json: bool) -> int:
    """List the users with role, rep, state and when they were last seen. No password and no hash of one is shown."""
    from vmaudio.store import all_users

    store = app.existing_store()
    users = all_users(store) if store is not None else []
    for user in users:
        if as_json:
            print_json(user.to_dict())
            continue
        rep = f", messages of {user.rep}" if user.rep else ""
        seen = f", last seen {_minute(user.seen_utc)}" if user.seen_utc else ""
        click.echo(plain(f"{user.name}: {user.role}{rep}, {_state(user)}{seen}"))
    if not users and not as_json:
        err().print("There are no users.")
    return 0


def _minute(moment: str) -> str:
    return f"{moment[:16].replace('T', ' ')} UTC"


def _state(user: User) -> str:
    if user.disabled:
        return "disabled"
    if user.invited_until > time.time():
        until = datetime.datetime.fromtimestamp(user.invited_until, datetime.UTC)
        return f"invited until {until:%Y-%m-%d %H:%M} UTC"
    return "active" if user.has_password or user.email else "without a password"


@command.command("role", short_help="Give a user another role.")
@click.argument("name")
@click.argument("role", type=ROLES)
@click.option("--rep", metavar="R", help="The rep whose messages are theirs; for the role rep it is NAME where none was given.")
@pass_app
def role_of(app: App, name: str, role: str, rep: str | None) -> int:
    """Give a user another role. It holds from the user's next click on."""
    from vmaudio.store import change_user, user_named

    store = app.store()
    before = user_named(store, name)
    own = before.name if rep is None and role == "rep" and not before.rep else rep
    user = change_user(store, name, role=role, rep=own)
    _noted(store, "changed a user", user.name)
    err().print(f"{plain(user.name)} is {user.role} now{f', messages of {plain(user.rep)}' if user.rep else ''}.", markup=False)
    _warn_without_admin(store)
    return 0


@command.command("password", short_help="Set a user's password.")
@click.argument("name")
@pass_app
def password_of(app: App, name: str) -> int:
    """Set a user's password, which is asked for. The user's sessions end."""
    from vmaudio.store import change_user, user_named

    store = app.store()
    user = user_named(store, name)
    given = _ask_password(f"Password for {plain(user.name)}")
    change_user(store, name, password=given)
    _noted(store, "set a password", user.name)
    err().print("The password is set.")
    return 0


@command.command("invite", short_help="Print a link by which a user sets the password.")
@click.argument("name")
@_days
@_url
@pass_app
def invite_again(app: App, name: str, days: float, url: str) -> int:
    """Print a link by which a user sets the password, once: a new user, or one who lost it. An older link is worth nothing."""
    from vmaudio.store import user_named

    store = app.store()
    user = user_named(store, name)
    _show_invitation(store, user.name, days, url)
    _noted(store, "invited", user.name)
    return 0


@command.command("disable", short_help="Keep a user out; sessions end at once.")
@click.argument("name")
@pass_app
def disable(app: App, name: str) -> int:
    """Keep a user out. Sessions and invitations end at once, on a running server too."""
    return _set_disabled(app, name, disabled=True)


@command.command("enable", short_help="Let a disabled user in again.")
@click.argument("name")
@pass_app
def enable(app: App, name: str) -> int:
    """Let a disabled user in again, with the old password."""
    return _set_disabled(app, name, disabled=False)


def _set_disabled(app: App, name: str, *, disabled: bool) -> int:
    from vmaudio.store import change_user

    store, word = app.store(), "disabled" if disabled else "enabled"
    user = change_user(store, name, disabled=disabled)
    _noted(store, word, user.name)
    err().print(f"{plain(user.name)} is {word}.", markup=False)
    _warn_without_admin(store)
    return 0


@command.command("remove", short_help="Delete a user.")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_app
def remove(app: App, name: str, yes: bool) -> int:
    """Delete a user; sessions end at once. Messages stay (`vmaudio forget --rep`), and what the user did stays in the log."""
    from vmaudio.store import has_users, remove_user, user_named

    store = app.store()
    user = user_named(store, name)
    if not yes:
        confirm(f"Remove {plain(user.name)}?")
    remove_user(store, user.name)
    _noted(store, "removed", user.name)
    err().print(f"{plain(user.name)} is removed.", markup=False)
    if not has_users(store):
        err().print("There are no users any more: a running server no longer asks for names.")
    _warn_without_admin(store)
    return 0


@command.command("log", short_help="Show who looked, changed, exported and forgot.")
@click.option("--who", default="", metavar="NAME", help="Only what this user did.")
@click.option("--about", default="", metavar="ID", help="Only what was done with this message, rep or user.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True, help="Most entries.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per entry.")
@pass_app
def show_log(app: App, who: str, about: str, limit: int, as_json: bool) -> int:
    """Show who looked, changed, exported and forgot in the web app, the newest first. It no longer names what was forgotten."""
    from vmaudio.store import audit_entries

    store = app.existing_store()
    found = audit_entries(store, who=who, subject=about, limit=limit) if store is not None else []
    for _, entry in found:
        if as_json:
            print_json(entry.to_dict())
            continue
        kind = "" if entry.action.endswith(entry.kind) else f" {entry.kind}"  # "changed a user"
        what = f"{kind} {entry.subject or '(gone)'}" if entry.kind else ""
        out().print(f"{_minute(entry.at_utc)}  {entry.who}: {entry.action}{what}", markup=False, soft_wrap=True)
    if not found and not as_json:
        err().print("There is no entry" + (" that fits." if who or about else "."))
    return 0
