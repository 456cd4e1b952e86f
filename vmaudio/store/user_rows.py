"""Users of the web app: names, roles, and the hashes of their passwords and invitations."""

from __future__ import annotations

import re
import secrets
import time
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from vmaudio.errors import NotStored, SettingError
from vmaudio.records import Record
from vmaudio.store.database import Database, utc_now
from vmaudio.store.passwords import hash_password, new_token, token_hash
from vmaudio.store.practice_rows import practice_owner
from vmaudio.store.tables import practice_attempts, users as table

USER_ROLES = ("rep", "coach", "data", "admin")
"""Roles of users, from the one who sees least."""

INVITED_S = 7 * 24 * 3600.0
"""An invitation ends after a week."""

_NO_NAME = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True)
class User(Record):
    """One user.

    Attributes:
        user_id: number of the user, never given to another.
        name: under which the user logs in.
        role: "rep", "coach", "data" or "admin".
        rep: the rep whose messages are theirs; empty for none.
        email: address by which a single sign-on finds the user; empty for none.
        has_password: whether an invitation was accepted, or a password set.
        invited_until: until when an open invitation holds, in seconds since the epoch; 0 where there is none.
        epoch: sessions that were begun in an earlier one have ended.
        disabled: whether the user is kept out.
        created_utc: since when there is this user, ISO 8601.
        seen_utc: when the user was seen last, to some minutes; empty for never.
    """

    user_id: int
    name: str
    role: str
    rep: str = ""
    email: str = ""
    has_password: bool = False
    invited_until: float = 0.0
    epoch: int = 0
    disabled: bool = False
    created_utc: str = ""
    seen_utc: str = ""


def _user(row: Any) -> User:
    return User(
        row.user_id, row.name, row.role, row.rep or "", row.email or "", row.password_hash is not None,
        row.invite_until or 0.0, row.epoch, row.disabled, row.created_utc, row.seen_utc or "",
    )  # fmt: skip


def user_key(name: str) -> str:
    """A name as users are found by it: without case and superfluous blanks.

    Args:
        name: what was typed.

    Returns:
        The key.
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:200]


def add_user(store: Database, name: str, role: str, *, rep: str = "", email: str = "", password: str | None = None) -> User:
    """Add a user.

    Args:
        store: the store.
        name: under which the user logs in.
        role: "rep", "coach", "data" or "admin".
        rep: the rep whose messages are theirs; empty is none.
        email: address at the single sign-on; empty is none.
        password: the password; None leaves it to an invitation.

    Returns:
        The user.

    Raises:
        SettingError: the name or the address is taken or cannot be one, the role is not known, or the password is too weak.
    """
    shown = " ".join(_NO_NAME.sub(" ", name).split())
    if not shown or len(shown) > 200 or len(unicodedata.normalize("NFKC", shown).casefold()) > 200:
        raise SettingError("A user needs a name of 1 to 200 characters.")
    values = {
        "name": shown, "name_key": user_key(shown), "role": _role(role), "rep": _rep(rep), "email": _email(email),
        "password_hash": hash_password(password, shown) if password is not None else None,
        "epoch": secrets.randbelow(2**30), "disabled": False, "created_utc": utc_now(),
    }  # fmt: skip
    try:
        with store.begin() as connection:
            connection.execute(insert(table).values(**values))
    except IntegrityError:
        raise SettingError(f"There is a user {shown} already, or another one has this e-mail address.") from None
    return user_named(store, shown)


def _role(role: str) -> str:
    if role not in USER_ROLES:
        raise SettingError(f"{role[:40]!r} is no role. Use one of {', '.join(USER_ROLES)}.")
    return role


def _rep(rep: str) -> str | None:
    return _NO_NAME.sub(" ", rep).strip()[:400] or None


def _email(email: str) -> str | None:
    given = email.strip().lower()
    if given and (len(given) > 320 or not _EMAIL.fullmatch(given)):
        raise SettingError(f"{given[:60]!r} is no e-mail address.")
    return given or None


def _one(store: Database, where: ColumnElement[bool]) -> User | None:
    with store.engine.connect() as connection:
        row = connection.execute(select(table).where(where)).first()
    return _user(row) if row is not None else None


def all_users(store: Database) -> list[User]:
    """All users, by name.

    Args:
        store: the store.

    Returns:
        The users.
    """
    with store.engine.connect() as connection:
        return [_user(row) for row in connection.execute(select(table).order_by(table.c.name_key))]


def has_users(store: Database) -> bool:
    """Is there any user, disabled ones included?

    Args:
        store: the store.

    Returns:
        True when logins are by name.
    """
    with store.engine.connect() as connection:
        return connection.execute(select(table.c.user_id).limit(1)).first() is not None


def user_by_id(store: Database, user_id: int) -> User | None:
    """The user of a number.

    Args:
        store: the store.
        user_id: the number.

    Returns:
        The user; None when there is none any more.
    """
    return _one(store, table.c.user_id == user_id)


def user_named(store: Database, name: str) -> User:
    """The user of a name, in small or large letters.

    Args:
        store: the store.
        name: the name.

    Returns:
        The user.

    Raises:
        NotStored: there is no such user.
    """
    found = _one(store, table.c.name_key == user_key(name))
    if found is None:
        raise NotStored(f"There is no user {name[:200]}.")
    return found


def user_by_email(store: Database, email: str) -> User | None:
    """The user of an e-mail address.

    Args:
        store: the store.
        email: the address, in small or large letters.

    Returns:
        The user; None when no user has it.
    """
    given = email.strip().lower()
    return _one(store, table.c.email == given) if given else None


def login_of(store: Database, name: str) -> tuple[User, str | None] | None:
    """A user with the hash of the password, for a login.

    Args:
        store: the store.
        name: what was typed.

    Returns:
        User and hash; the hash is None where no password was set. None for an unknown name.
    """
    with store.engine.connect() as connection:
        row = connection.execute(select(table).where(table.c.name_key == user_key(name))).first()
    return (_user(row), row.password_hash) if row is not None else None


def change_user(
    store: Database, name: str, *, role: str | None = None, rep: str | None = None, email: str | None = None,
    disabled: bool | None = None, password: str | None = None,
) -> User:  # fmt: skip
    """Change a user. Disabling and a new password end the user's sessions and invitations.

    Args:
        store: the store.
        name: the user's name.
        role: the new role; None leaves it, as in the others.
        rep: the rep whose messages are theirs; empty for none.
        email: address at the single sign-on; empty for none.
        disabled: whether the user is kept out.
        password: the new password.

    Returns:
        The user as changed.

    Raises:
        NotStored: there is no such user.
        SettingError: what is given cannot be so.
    """
    user = user_named(store, name)
    values: dict[str, Any] = {}
    if role is not None:
        values["role"] = _role(role)
    if rep is not None:
        values["rep"] = _rep(rep)
    if email is not None:
        values["email"] = _email(email)
    if disabled is not None:
        values["disabled"] = disabled
    if password is not None:
        values["password_hash"] = hash_password(password, user.name)
    if disabled or password is not None:
        values |= {"epoch": table.c.epoch + 1, "invite_hash": None, "invite_until": None}
    try:
        with store.begin() as connection:
            if values:
                connection.execute(update(table).where(table.c.user_id == user.user_id).values(**values))
    except IntegrityError:
        raise SettingError("Another user has this e-mail address.") from None
    return user_named(store, name)


def remove_user(store: Database, name: str) -> None:
    """Delete a user and the user's attempts at drills, which nobody else may see; the user's sessions end.

    Args:
        store: the store.
        name: the user's name.

    Raises:
        NotStored: there is no such user.
    """
    user = user_named(store, name)
    with store.begin() as connection:
        connection.execute(delete(practice_attempts).where(practice_attempts.c.owner == practice_owner(user.user_id)))
        connection.execute(delete(table).where(table.c.user_id == user.user_id))


def active_admins(store: Database) -> int:
    """How many users can do what an admin does: not disabled, with a password or an address at the single sign-on.

    Args:
        store: the store.

    Returns:
        Their number.
    """
    able = table.c.password_hash.is_not(None) | table.c.email.is_not(None)
    where = and_(table.c.role == "admin", table.c.disabled.is_(False), able)
    with store.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table).where(where)).scalar_one())


def invite_user(store: Database, name: str, *, lasts_s: float = INVITED_S, now: float | None = None) -> str:
    """Make an invitation, by which the user sets a password once. An older one is worth nothing from now on.

    Args:
        store: the store.
        name: the user's name.
        lasts_s: so long it holds, in seconds.
        now: seconds since the epoch; None is this moment.

    Returns:
        The token; only its hash is stored.

    Raises:
        NotStored: there is no such user.
        SettingError: the user is disabled.
    """
    user = user_named(store, name)
    if user.disabled:
        raise SettingError(f"{user.name} is disabled. Enable the user first.")
    token = new_token()
    until = (time.time() if now is None else now) + lasts_s
    with store.begin() as connection:
        where = table.c.user_id == user.user_id
        connection.execute(update(table).where(where).values(invite_hash=token_hash(token), invite_until=until))
    return token


def _open_invitation(token: str, now: float | None) -> ColumnElement[bool]:
    moment = time.time() if now is None else now
    return and_(table.c.invite_hash == token_hash(token), table.c.invite_until > moment, table.c.disabled.is_(False))


def invited(store: Database, token: str, *, now: float | None = None) -> User | None:
    """Whose invitation this is.

    Args:
        store: the store.
        token: the token of the link.
        now: seconds since the epoch; None is this moment.

    Returns:
        The user; None for an invitation that is unknown, used or over.
    """
    return _one(store, _open_invitation(token, now))


def accept_invitation(store: Database, token: str, password: str, *, now: float | None = None) -> User | None:
    """Set the password of an invited user; the invitation is used up, and sessions of before end.

    Args:
        store: the store.
        token: the token of the link.
        password: what the user chose.
        now: seconds since the epoch; None is this moment.

    Returns:
        The user; None for an invitation that is unknown, used or over.

    Raises:
        SettingError: the password is too weak; the invitation still holds.
    """
    user = invited(store, token, now=now)
    if user is None:
        return None
    values = {"password_hash": hash_password(password, user.name), "invite_hash": None, "invite_until": None}
    with store.begin() as connection:
        # the condition once more: of two who use the link at the same moment one comes too late
        where = and_(table.c.user_id == user.user_id, _open_invitation(token, now))
        done = connection.execute(update(table).where(where).values(**values, epoch=table.c.epoch + 1)).rowcount
    return user_by_id(store, user.user_id) if done else None


def seen_user(store: Database, user_id: int) -> None:
    """Note that a user is here now.

    Args:
        store: the store.
        user_id: the number.
    """
    with store.begin() as connection:
        connection.execute(update(table).where(table.c.user_id == user_id).values(seen_utc=utc_now()))
