"""The single sign-on: OpenID Connect by authlib, with PKCE, state and nonce. People are found by a confirmed e-mail address."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse

from vmaudio.errors import SettingError
from vmaudio.store import Store, User, add_user, has_users, user_by_email
from vmaudio.web.config import SignOnConfig

log = logging.getLogger(__name__)

WAITS_S = 600.0
"""So long a visitor may take at the provider."""

MOST_WAITING = 1000
TIMEOUT_S = 10.0
"""Longest wait for the provider."""

FAILED = "The single sign-on did not work. Try again, or ask whoever runs this server: its log has the reason."


class SignOnFailed(SettingError):
    """The provider's answer cannot be used, or its person is no user here."""


class SignOn:
    """Sends visitors to the provider, and understands what they bring back.

    What belongs to one visit (state, nonce, PKCE's verifier) stays on this server; the browser has a random key to it, in a
    cookie of its own: the session's cookie is not sent when another site leads here.

    Args:
        config: the provider, and as whom this server is known there.
        clock: gives a time in seconds that never goes back.

    Raises:
        SettingError: authlib is not installed.
    """

    def __init__(self, config: SignOnConfig, clock: Callable[[], float] = time.monotonic) -> None:
        try:
            from authlib.integrations.starlette_client import OAuth
        except ImportError as error:
            cure = "Install it with: pip install 'vmaudio[oidc]'"
            raise SettingError(f"The single sign-on needs a package that is not installed ({error.name}). {cure}") from None
        self._config, self._clock = config, clock
        self._issuer = config.issuer.rstrip("/")
        self._client: Any = OAuth().register(
            "vmaudio", client_id=config.client_id, client_secret=config.client_secret,
            server_metadata_url=f"{self._issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "timeout": TIMEOUT_S},
        )  # fmt: skip
        self._waiting: dict[str, tuple[float, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    async def begin(self, request: Request, callback: str) -> tuple[RedirectResponse, str]:
        """Send a visitor to the provider.

        Args:
            request: the visitor's.
            callback: the address to come back to.

        Returns:
            The redirection, and the key that the visitor's browser must bring back.

        Raises:
            SignOnFailed: the provider does not answer as one.
        """
        held: dict[str, Any] = {}
        request.scope["session"] = held
        try:
            answer = await self._client.authorize_redirect(request, callback)
        except Exception as error:  # noqa: BLE001 - of the network, of JSON, of authlib: there is no common kind
            log.error("The provider %s could not be asked: %s", self._issuer, error)
            raise SignOnFailed(FAILED) from None
        key, now = secrets.token_urlsafe(24), self._clock()
        with self._lock:
            self._waiting = {name: one for name, one in self._waiting.items() if one[0] > now}
            while len(self._waiting) >= MOST_WAITING:
                del self._waiting[next(iter(self._waiting))]
            self._waiting[key] = (now + WAITS_S, held)
        return answer, key

    async def finish(self, request: Request, key: str) -> tuple[str, str]:
        """Understand what a visitor brings back. It is taken once.

        Args:
            request: with the provider's code and state.
            key: that of `begin`, from the browser.

        Returns:
            The confirmed e-mail address, and the name that the provider knows.

        Raises:
            SignOnFailed: it was too long ago, of another browser, or not signed by the provider for this server.
        """
        with self._lock:
            until, held = self._waiting.pop(key, (0.0, {}))
        if until <= self._clock():
            raise SignOnFailed("This login took too long, or was begun in another browser. Begin again.")
        request.scope["session"] = held
        wanted = {
            "iss": {"essential": True, "values": [self._issuer, f"{self._issuer}/"]},
            "aud": {"essential": True, "values": [self._config.client_id]},
        }
        try:
            token = await self._client.authorize_access_token(request, claims_options=wanted)
            claims = token["userinfo"]
        except Exception as error:  # noqa: BLE001 - as above
            log.error("The answer of the provider %s was refused: %s: %s", self._issuer, type(error).__name__, error)
            raise SignOnFailed(FAILED) from None
        email = claims.get("email")
        if not isinstance(email, str) or not email or claims.get("email_verified") is not True:
            raise SignOnFailed("The provider confirms no e-mail address of yours, so nobody can be found by it.")
        name = claims.get("name")
        return email, name if isinstance(name, str) else ""

    def user_of(self, store: Store, email: str, name: str) -> User:
        """The user of an e-mail address.

        Args:
            store: the store.
            email: the confirmed address.
            name: the name at the provider, for a user who is added.

        Returns:
            The user. One who is not there is added only where the setting ``oidc_role`` names a role; whose messages are theirs
            an admin then says, as people can change their names at a provider.

        Raises:
            SignOnFailed: there is no such user, or the user is disabled.
        """
        user = user_by_email(store, email)
        if user is None and self._config.role and has_users(store):  # the first one is an admin
            user = add_user(store, email, self._config.role, email=email)
            log.warning("User %s was added by the single sign-on (%s).", user.name, name or "no name")
        if user is None or user.disabled:
            raise SignOnFailed("There is no user with your e-mail address here. Ask an admin to add you.")
        return user
