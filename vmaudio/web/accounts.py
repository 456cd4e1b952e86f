"""Logging in by name: who a session belongs to, and whether a password is right."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TypeVar

from vmaudio.store import (
    Store,
    User,
    accept_invitation,
    has_users,
    hash_password,
    is_password,
    login_of,
    user_by_id,
    user_key,
)
from vmaudio.web.limits import Limit
from vmaudio.web.viewers import ROLES, Viewer

AT_ONCE = 2
"""So many passwords are looked at at once: each takes 64 MiB for a moment."""

USER_TRIES = (24, 300.0)
"""Wrong passwords for one user from browsers that the user has not logged in with, whatever their addresses, in so many
seconds."""


_T = TypeVar("_T")


class Accounts:
    """The users of a store, for logins.

    Wrong passwords are counted by address and by user. A browser with which the user has logged in before has a count of its
    own, so that a stranger who guesses does not lock the user out (OWASP's device cookies).

    Args:
        store: the store.
        limit: counts wrong passwords by address, those of the server's own password too.
    """

    def __init__(self, store: Store, limit: Limit) -> None:
        self._store, self._by_address = store, limit
        self.by_user = Limit("wrong passwords for this user", *USER_TRIES)
        self._pool = ThreadPoolExecutor(AT_ONCE, "vmaudio password")

    def any(self) -> bool:
        """Are there users? Then logins are by name."""
        return has_users(self._store)

    def of_session(self, user_id: int, epoch: int) -> User | None:
        """The user of a session.

        Args:
            user_id: the user's number, as the session has it.
            epoch: the user's at the login.

        Returns:
            The user; None where the session has ended: the user is disabled, removed, or has another password.
        """
        user = user_by_id(self._store, user_id)
        return user if user is not None and not user.disabled and user.epoch == epoch else None

    async def login(self, name: str, password: str, address: str, known: int | None) -> User | None:
        """Look whether name and password fit. An unknown name takes as long as a wrong password.

        Args:
            name: what was typed.
            password: what was typed.
            address: where it comes from.
            known: number of the user who logged in with this browser before, or None.

        Returns:
            The user; None where they do not fit, or the user is disabled.

        Raises:
            TooOften: too many wrong ones.
        """
        found = await self._run(login_of, self._store, name)
        own = found is not None and known == found[0].user_id
        counted = [(self._by_address, f"known {known}")] if own else [
            (self._by_address, address), (self.by_user, user_key(name)),
        ]  # fmt: skip
        for limit, key in counted:
            limit.check(key)
        for limit, key in counted:  # before the look, which takes its time: others must not come in between
            limit.count(key)
        dummy = self._dummy  # made before anybody could see the difference
        password_hash = found[1] if found is not None and not found[0].disabled else None
        right = await self._run(is_password, password, password_hash or dummy)
        if not right or found is None or password_hash is None:
            return None
        for limit, key in counted:
            limit.take_back(key)
        return found[0]

    async def accept(self, token: str, password: str) -> User | None:
        """Set the password of an invited user.

        Args:
            token: of the invitation.
            password: what the user chose.

        Returns:
            The user; None where the invitation is unknown, used or over.

        Raises:
            SettingError: the password is too weak.
        """
        return await self._run(accept_invitation, self._store, token, password)

    async def _run(self, function: Callable[..., _T], *arguments: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)

    @cached_property
    def _dummy(self) -> str:
        """The hash of a password that nobody knows."""
        return hash_password(secrets.token_urlsafe(24))

    def stop(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def viewer_for(user: User) -> Viewer:
    """A user as the pages know them.

    Args:
        user: the user.

    Returns:
        The viewer. A role that this version does not know sees what a rep sees who has left no message.
    """
    role = next((role for role in ROLES if role == user.role), None)
    return Viewer(user.name, role or "rep", user.rep if role else "", user.user_id)
