"""The settings: one table with name, default, unit and help, from options and ``VMAUDIO_*`` variables.

An option of the command line wins over the environment, the environment over the default.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vmaudio.errors import SettingError

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a user may set. ``unit`` is empty for words; ``choices`` lists the words allowed, if they are few."""

    name: str
    default: Value
    unit: str
    help: str
    choices: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "VMAUDIO_" + self.name.upper()

    def parse(self, text: str) -> Value:
        """Turn text into a value of the default's type.

        Args:
            text: what the user wrote.

        Returns:
            The value.

        Raises:
            SettingError: the text is no such value, or not among the choices.
        """
        kind = type(self.default)
        try:
            if kind is bool:
                value: Value = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
                    text.strip().lower()
                ]
            else:
                value = kind(text)
        except (ValueError, KeyError):
            wanted = {bool: "yes or no", int: "a whole number", float: "a number"}.get(kind, "text")
            raise SettingError(f"{self.variable}={text!r} is not {wanted}. {self.help}.") from None
        if self.choices and value not in self.choices:
            raise SettingError(f"{self.variable}={text!r} is not one of {', '.join(self.choices)}. {self.help}.")
        if isinstance(self.default, (int, float)) and not isinstance(self.default, bool) and float(value) < 0:
            raise SettingError(f"{self.variable}={text!r} is below 0. {self.help}.")
        return value


SETTINGS: Mapping[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting("db", "", "", "Database URL or path; empty is a SQLite file in the user's data folder"),
        Setting("models_dir", "", "", "Folder of your own promoted models, looked at before the shipped ones"),
        Setting("classes", "", "", "TOML file with parts and approaches of your own, and the language of their texts"),
        Setting("cache_dir", "", "", "Folder for converted Whisper weights; empty is the user's cache folder"),
        Setting("engine", "openai-whisper:base", "", "Speech recogniser and its model"),
        Setting("language", "en", "", "Spoken language as a two-letter code, or auto"),
        Setting("rubric", "", "", "Rubric file (TOML); empty is the one that ships"),
        Setting(
            "raw_format", "", "coding:Hz",
            "How .raw, .pcm and other files without a header are coded, such as ulaw:8000; empty goes by the ending",
        ),
        Setting("max_seconds", 600.0, "s", "Longest stretch of one recording that is analysed; the rest is left and flagged"),
        Setting("max_file_mb", 512.0, "MB", "Largest file that is opened"),
        Setting(
            "storage", "", "",
            "Places of recordings that may be opened by a URL (s3://bucket/folder), blanks between them; empty allows none",
        ),
        Setting("tone", "self-check", "", "Who sees how a message sounds", ("all", "self-check", "off")),
        Setting("local_numbers", False, "", "Count a 7-digit number as complete"),
        Setting("region", "US", "", "Region that telephone numbers belong to when no country code is said"),
        Setting(
            "rep_company", "", "",
            "Company that the reps call for, where the manifest has no column rep_company; else learned from a rep's messages",
        ),
        Setting("timezone", "UTC", "", "Time zone of dates without one in manifests and outcome files"),
        Setting("verbatim", False, "", "Write um and uh down, which the recogniser leaves out; takes longer"),
        Setting(
            "retention_days", 0, "days",
            "Messages are deleted so long after they were sent, by purge --due and daily by serve; 0 keeps them",
        ),
        Setting("batch_size", 16, "messages", "Most messages in one forward pass of the recogniser"),
        Setting("threads", 0, "", "Processor threads for the recogniser; 0 is all cores"),
        Setting(
            "ray_address", "", "", "Ray cluster for batch --on ray: host:port, or auto; empty starts Ray on this machine"
        ),
        Setting("web_dir", "", "", "Folder of the web app: kept recordings, your rubric; empty is in the user's data folder"),
        Setting("oidc_issuer", "", "", "Issuer of a single sign-on (OpenID Connect) for the web app; empty is none"),
        Setting("oidc_client_id", "", "", "As whom the web app is known there; the secret is VMAUDIO_OIDC_CLIENT_SECRET"),
        Setting(
            "oidc_role", "", "", "Role of people whom the single sign-on knows and who are no users yet; empty lets none in",
            ("", "rep", "coach", "data"),
        ),
        Setting("intake_dir", "", "", "Folder of recordings out of mails and webhooks; empty is in the user's data folder"),
        Setting("upload_max_mb", 50.0, "MB", "Largest recording that the web app takes"),
        Setting("upload_max_seconds", 600.0, "s", "Longest stretch of an upload that is analysed; the rest is flagged"),
        Setting("upload_keep_minutes", 60.0, "min", "After this time an upload that nobody kept is deleted"),
        Setting("upload_queue", 8, "messages", "Most uploads that wait; others are refused until there is room"),
        Setting("upload_timeout_s", 900.0, "s", "Longest time one upload may take in the worker before it is stopped"),
    )
}  # fmt: skip


def get(name: str, given: Value | None = None, environ: Mapping[str, str] | None = None) -> Value:
    """Return the value of a setting: ``given`` if not None, else the environment's, else the default.

    Args:
        name: name of the setting.
        given: a value that wins over the environment; text is parsed.
        environ: environment variables; None is those of this process.

    Returns:
        The value, of the type of the setting's default.

    Raises:
        KeyError: no setting has this name.
        SettingError: the value cannot be read.
    """
    setting = SETTINGS[name]
    if given is not None:
        return setting.parse(given) if isinstance(given, str) else given
    text = (os.environ if environ is None else environ).get(setting.variable)
    return setting.default if text is None else setting.parse(text)


def web_folder() -> Path:
    """The web app's folder: kept recordings, the user's rubric, what a running server holds.

    Returns:
        The setting's, else "web" in the user's data folder.
    """
    import platformdirs

    given = str(get("web_dir"))
    return Path(given).expanduser() if given else Path(platformdirs.user_data_dir("vmaudio", appauthor=False)) / "web"
