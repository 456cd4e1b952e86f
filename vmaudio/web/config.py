"""The configuration of the web app. Plain data: nothing is read or opened here but settings."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from vmaudio.errors import SettingError
from vmaudio.settings import get, web_folder

LEAST_PASSWORD = 8
"""Shortest password or token taken; guesses are limited to a few a minute as well."""


@dataclass(frozen=True, slots=True)
class SignOnConfig:
    """A provider of OpenID Connect, and as whom this server is known there. ``role`` is that of people whom it knows and who
    are no users yet; empty lets none of them in.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    role: str = ""

    def __post_init__(self) -> None:
        place = urlsplit(self.issuer)
        if place.scheme != "https" and not (place.scheme == "http" and is_loopback(place.hostname or "")):
            raise SettingError(f"VMAUDIO_OIDC_ISSUER={self.issuer!r} must begin with https://.")
        if not self.client_id or not self.client_secret:
            raise SettingError("With VMAUDIO_OIDC_ISSUER set VMAUDIO_OIDC_CLIENT_ID and VMAUDIO_OIDC_CLIENT_SECRET too.")


@dataclass(frozen=True, slots=True)
class Config:
    """Where the app listens, what it may take, and where it keeps things.

    ``db`` is a database URL or path ("" is the user's own). ``folder`` holds takes (deleted), kept recordings and the
    user's rubric. ``password`` and ``token`` are asked for when set; they must be when ``host`` is not loopback.
    ``intake_token`` lets programs send recordings, and nothing else. ``by_name`` says that there are users in the database,
    who log in by name. ``oidc`` is the provider of a single sign-on. ``names`` are further host names under which browsers
    reach the app.
    """

    db: str = ""
    models_dir: str | None = None
    engine: str | None = None
    language: str | None = None
    rubric: str = ""
    folder: Path = Path()
    host: str = "127.0.0.1"
    port: int = 8000
    password: str | None = None
    token: str | None = None
    intake_token: str | None = None
    by_name: bool = False
    oidc: SignOnConfig | None = None
    names: tuple[str, ...] = ()
    tone: str = "self-check"
    timezone: str = "UTC"
    max_bytes: int = 50_000_000
    max_seconds: float = 600.0
    keep_s: float = 3600.0
    queue: int = 8
    timeout_s: float = 900.0

    def __post_init__(self) -> None:
        if not self.is_local and not self.locked and not self.by_name:
            raise SettingError(
                f"With --host {self.host} other machines can open the web app, so a password is needed. "
                "Give --ask-password, --password-file, VMAUDIO_PASSWORD or --token, or add users: vmaudio users add NAME."
            )
        for what, secret in (("password", self.password), ("token", self.token), ("intake token", self.intake_token)):
            if secret is not None and len(secret) < LEAST_PASSWORD:
                raise SettingError(f"The {what} is shorter than {LEAST_PASSWORD} characters. Give a longer one.")

    @classmethod
    def from_settings(cls, **given: object) -> Config:
        """The configuration by the settings; what is given here (and is not None) wins.

        Args:
            given: fields of the configuration, by name.

        Returns:
            The configuration.

        Raises:
            SettingError: a setting cannot be read, or the host needs a password.
        """
        given = {name: value for name, value in given.items() if value is not None}
        found: dict[str, object] = {
            "rubric": str(get("rubric", str(given.pop("rubric", "")) or None)),
            "folder": web_folder(),
            "tone": str(get("tone")),
            "timezone": str(get("timezone")),
            "max_bytes": int(float(get("upload_max_mb")) * 1e6),
            "max_seconds": float(get("upload_max_seconds")),
            "keep_s": 60 * float(get("upload_keep_minutes")),
            "queue": int(get("upload_queue")),
            "timeout_s": float(get("upload_timeout_s")),
            "oidc": _sign_on(),
        }
        return cls(**{**found, **given})  # type: ignore[arg-type]

    @property
    def is_local(self) -> bool:
        """Does the app listen to this machine alone?"""
        return is_loopback(self.host)

    @property
    def locked(self) -> bool:
        """Has the server a password or a token of its own?"""
        return bool(self.password or self.token)


def _sign_on() -> SignOnConfig | None:
    issuer = str(get("oidc_issuer")).strip()
    if not issuer:
        return None
    secret = os.environ.get("VMAUDIO_OIDC_CLIENT_SECRET", "")  # no setting: settings are shown
    return SignOnConfig(issuer, str(get("oidc_client_id")), secret, str(get("oidc_role")))


def is_loopback(host: str) -> bool:
    """Is this host name or address this machine alone?

    Args:
        host: A host name or address.

    Returns:
        True for localhost and for every loopback address.
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
