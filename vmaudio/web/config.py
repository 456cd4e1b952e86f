"""The configuration of the web app. Plain data: nothing is read or opened here but settings."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from vmaudio.errors import SettingError
from vmaudio.settings import get, web_folder

LEAST_PASSWORD = 8
"""Shortest password or token taken; guesses are limited to a few a minute as well."""


@dataclass(frozen=True, slots=True)
class Config:
    """Where the app listens, what it may take, and where it keeps things.

    ``db`` is a database URL or path ("" is the user's own). ``folder`` holds takes (deleted), kept recordings and the user's
    rubric. ``password`` and ``token`` are asked for when set; they must be when ``host`` is not loopback. ``intake_token`` lets
    programs send recordings, and nothing else. ``names`` are further host names under which browsers reach the app.
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
    names: tuple[str, ...] = ()
    tone: str = "self-check"
    timezone: str = "UTC"
    max_bytes: int = 50_000_000
    max_seconds: float = 600.0
    keep_s: float = 3600.0
    queue: int = 8
    timeout_s: float = 900.0

    def __post_init__(self) -> None:
        if not self.is_local and not self.locked:
            raise SettingError(
                f"With --host {self.host} other machines can open the web app, so a password is needed. "
                "Give --ask-password, --password-file, VMAUDIO_PASSWORD or --token."
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
        }
        return cls(**{**found, **given})  # type: ignore[arg-type]

    @property
    def is_local(self) -> bool:
        """Does the app listen to this machine alone?"""
        return is_loopback(self.host)

    @property
    def locked(self) -> bool:
        """Must a visitor log in?"""
        return bool(self.password or self.token)


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
