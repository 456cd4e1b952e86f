"""Who a browser is: a signed cookie, and the token that every form carries.

The key is made anew at every start, so a restart logs everybody out and no key lies on a disk. The cookie holds a random id,
whether its owner has logged in and as which user, and the name they gave; it is signed (itsdangerous, HMAC-SHA-256), not
encrypted.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from itsdangerous import BadData, Signer, URLSafeSerializer, URLSafeTimedSerializer

LASTS_S = 12 * 3600.0
"""A session ends after a working day."""

KNOWN_S = 30 * 24 * 3600.0
"""A browser that has logged in is known for a month, as long as the server runs."""

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Session:
    """One browser. ``name`` is how its owner signs overrides and labels; ``began`` in seconds since the epoch; ``user`` is the
    number of the user who has logged in (0: with the server's own password), and ``epoch`` the user's at that moment."""

    id: str
    began: float
    logged_in: bool = False
    name: str = ""
    user: int = 0
    epoch: int = 0


class Sessions:
    """Makes, signs and reads sessions. Ended ones are remembered until they would have ended anyway.

    A session's age is counted from ``began``, inside the signed value: itsdangerous' timed serializer counts from the last
    signing, and the cookie is signed again whenever its owner gives another name.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """Make a new key.

        Args:
            clock: Gives the time in seconds since the epoch.
        """
        key = secrets.token_bytes(32)
        how = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        self._cookies = URLSafeSerializer(key, salt=b"session", signer_kwargs=how)
        self._forms = Signer(key, salt=b"form", key_derivation="hmac", digest_method=hashlib.sha256)
        self._browsers = URLSafeTimedSerializer(key, salt=b"browser", signer_kwargs=how)
        self._clock = clock
        self._ended: dict[str, float] = {}

    def new(self, *, logged_in: bool = False, name: str = "", user: int = 0, epoch: int = 0) -> Session:
        """A fresh session with a random id, that begins now.

        Args:
            logged_in: Has its owner given the password?
            name: How its owner signs; cut to `LONGEST_NAME` characters.
            user: Number of the user who has logged in; 0 for none.
            epoch: The user's epoch; the session ends when the user gets another one.

        Returns:
            The session; it is nowhere but in the cookie that `write` makes of it.
        """
        return Session(secrets.token_urlsafe(18), self._clock(), logged_in, name[:LONGEST_NAME], user, epoch)

    def named(self, session: Session, name: str) -> Session:
        """The same session under a name.

        Args:
            session: The session as it was.
            name: How its owner signs from now on; cut to `LONGEST_NAME` characters.

        Returns:
            A session with the same id and the same age.
        """
        return dataclasses.replace(session, name=name[:LONGEST_NAME])

    def end(self, session: Session) -> None:
        """Log out: the cookie is worth nothing from now on.

        Args:
            session: The session that ends.
        """
        now = self._clock()
        self._ended = {key: until for key, until in self._ended.items() if until > now}
        self._ended[session.id] = session.began + LASTS_S

    def write(self, session: Session) -> str:
        """The cookie's value.

        Args:
            session: What the cookie says.

        Returns:
            The session as text, signed, with letters that a cookie may hold.
        """
        return self._cookies.dumps([session.id, session.began, session.logged_in, session.name, session.user, session.epoch])

    def read(self, value: str | None) -> Session | None:
        """The session of a cookie.

        Args:
            value: The cookie as it came from a browser, or None.

        Returns:
            The session; None when it was not signed here, is older than `LASTS_S` or has ended.
        """
        try:
            session = Session(*self._cookies.loads(value or ""))
        except (BadData, TypeError, ValueError):
            return None
        if session.id in self._ended or not 0 <= self._clock() - session.began <= LASTS_S:
            return None
        return session

    def new_browser(self, user: int = 0) -> str:
        """A cookie for a browser that has logged in: it is known again after its session, and has guesses of its own.

        After OWASP's device cookies: others behind the same address, who guess, cannot lock it out.

        Args:
            user: Number of the user who has logged in; 0 where that was done with the server's own password.

        Returns:
            A signed random id with the number.
        """
        return self._browsers.dumps([secrets.token_urlsafe(12), user])

    def browser(self, value: str | None) -> tuple[str, int] | None:
        """The browser of such a cookie.

        Args:
            value: The cookie as it came, or None.

        Returns:
            Its id, and the number of its user; None when it was not signed here, or `KNOWN_S` ago.
        """
        try:
            browser, user = self._browsers.loads(value or "", max_age=int(KNOWN_S))
            return str(browser), int(user)
        except (BadData, TypeError, ValueError):
            return None

    def token(self, session: Session) -> str:
        """The token of this session's forms.

        Args:
            session: Whose forms.

        Returns:
            A signature of the session's id, which a page of ours knows and a stranger's page does not.
        """
        return self._forms.get_signature(session.id).decode()

    def is_token(self, session: Session, given: str | None) -> bool:
        """Is this the token of the session's forms? The time it takes says nothing about how much of it was right.

        Args:
            session: Whose forms.
            given: What came with the request, or None.

        Returns:
            True only for the session's own token.
        """
        return self._forms.verify_signature(session.id, given or "")


def same(given: str | None, secret: str | None) -> bool:
    """Compare a password or token. The time it takes says nothing about how much of it was right.

    Args:
        given: What a visitor typed, or None.
        secret: What the server was started with, or None where it has none.

    Returns:
        True only when both are there and equal.
    """
    if not given or not secret:
        return False
    return hmac.compare_digest(hashlib.sha256(given.encode()).digest(), hashlib.sha256(secret.encode()).digest())
