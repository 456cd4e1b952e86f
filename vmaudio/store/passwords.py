"""Passwords of users: what is asked of one, and its argon2 hash; and the tokens of invitations."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache
from typing import TYPE_CHECKING

from vmaudio.errors import SettingError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LEAST_USER_PASSWORD = 10
"""Shortest password of a user; few wrong ones are taken in five minutes (NIST SP 800-63B asks for 8 with such a limit)."""

LONGEST_PASSWORD = 1000
"""Longest password that is looked at."""

LEAST_LETTERS = 5
"""Different letters that a password needs at least: aaaaaaaaaa is none."""


@cache
def hasher() -> PasswordHasher:
    """argon2id with the library's own costs (RFC 9106, second choice: 64 MiB, 3 rounds).

    Raises:
        SettingError: the library is not installed.
    """
    try:
        from argon2 import PasswordHasher
    except ImportError:
        raise SettingError("Users need the package argon2-cffi. Install it with: pip install 'vmaudio[web]'") from None
    return PasswordHasher()


def hash_password(password: str, name: str = "") -> str:
    """The hash of a new password.

    Args:
        password: what the user chose.
        name: the user's name, which must not be the password.

    Returns:
        argon2's text: its costs, a salt and the hash.

    Raises:
        SettingError: the password is too short, too long, or easy to guess.
    """
    if len(password) < LEAST_USER_PASSWORD:
        raise SettingError(f"The password is shorter than {LEAST_USER_PASSWORD} characters. Choose a longer one.")
    if len(password) > LONGEST_PASSWORD:
        raise SettingError(f"The password is longer than {LONGEST_PASSWORD} characters. Choose a shorter one.")
    easy = password.casefold().strip()
    if len(set(easy)) < LEAST_LETTERS or (name and easy in (name.casefold(), name.casefold()[::-1])):
        raise SettingError("The password is easy to guess. Choose another one: a few words that belong to no saying are good.")
    return hasher().hash(password)


def is_password(given: str, password_hash: str) -> bool:
    """Is it the password of this hash? It takes about 50 ms, whether it is or not.

    Args:
        given: what somebody typed.
        password_hash: as `hash_password` made it.

    Returns:
        True only for the password; False for a hash that cannot be read too.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return hasher().verify(password_hash, given[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False


def new_token() -> str:
    """The token of an invitation: 256 random bits for an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Under what a token is stored. A random token needs no slow hash.

    Args:
        token: the token as it was sent.

    Returns:
        SHA-256 in hexadecimal.
    """
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
