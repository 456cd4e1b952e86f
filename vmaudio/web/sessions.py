"""Who a browser is: a signed cookie, and the token that every form carries.

The key is made anew at every start, so a restart logs everybody out and no key lies on a disk. The cookie holds a random id,
whether its owner has logged in, and the name they gave; it is signed (HMAC-SHA-256), not encrypted.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

LASTS_S = 12 * 3600.0
"""A session ends after a working day."""

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Session:
    """One browser. ``name`` is how its owner signs overrides and labels; ``began`` in seconds since the epoch."""

    id: str
    began: float
    logged_in: bool = False
    name: str = ""


class Sessions:
    """Makes, signs and reads sessions. Ended ones are remembered until they would have ended anyway."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._key = secrets.token_bytes(32)
        self._clock = clock
        self._ended: dict[str, float] = {}

    def new(self, *, logged_in: bool = False, name: str = "") -> Session:
        """A fresh session."""
        return Session(secrets.token_urlsafe(18), self._clock(), logged_in, name[:LONGEST_NAME])

    def named(self, session: Session, name: str) -> Session:
        """The same session under a name."""
        return dataclasses.replace(session, name=name[:LONGEST_NAME])

    def end(self, session: Session) -> None:
        """Log out: the cookie is worth nothing from now on."""
        now = self._clock()
        self._ended = {key: until for key, until in self._ended.items() if until > now}
        self._ended[session.id] = session.began + LASTS_S

    def write(self, session: Session) -> str:
        """The cookie's value."""
        body = json.dumps([session.id, session.began, session.logged_in, session.name], separators=(",", ":")).encode()
        return f"{_encode(body)}.{self._sign('session', body)}"

    def read(self, value: str | None) -> Session | None:
        """The session of a cookie; None when it was not signed here, is too old or has ended."""
        body_text, _, signature = (value or "").partition(".")
        try:
            body = _decode(body_text)
            if not body or not hmac.compare_digest(signature.encode(), self._sign("session", body).encode()):
                return None
            session = Session(*json.loads(body))
        except (ValueError, TypeError):
            return None
        if session.id in self._ended or not 0 <= self._clock() - session.began <= LASTS_S:
            return None
        return session

    def token(self, session: Session) -> str:
        """The token of this session's forms."""
        return self._sign("form", session.id.encode())

    def is_token(self, session: Session, given: str | None) -> bool:
        """Is this the token of the session's forms?"""
        return hmac.compare_digest((given or "").encode(), self.token(session).encode())

    def _sign(self, purpose: str, body: bytes) -> str:
        return _encode(hmac.new(self._key, purpose.encode() + b"\x00" + body, hashlib.sha256).digest())


def same(given: str | None, secret: str | None) -> bool:
    """Compare a password or token without telling by the time how much of it was right."""
    if not given or not secret:
        return False
    return hmac.compare_digest(hashlib.sha256(given.encode()).digest(), hashlib.sha256(secret.encode()).digest())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
