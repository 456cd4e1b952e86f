"""How pages are rendered: static files with a hash in their address, and the environment of the templates."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import vmaudio
from vmaudio.plots import FAMILY_NAMES
from vmaudio.report import FILTERS, approach_name, page_css, page_script, part_name, sent_words, unbroken

if TYPE_CHECKING:
    from jinja2 import Environment


def asset(name: str) -> bytes:
    """A static file of ours, or of the report.

    Args:
        name: One of `ASSETS`.

    Returns:
        Its content.
    """
    if name == "style.css":
        return page_css().encode() + resources.files("vmaudio.web").joinpath("static", "web.css").read_bytes()
    if name == "report.js":
        return page_script().encode()
    return resources.files("vmaudio.web").joinpath("static", name).read_bytes()


ASSETS = {
    "style.css": "text/css; charset=utf-8",
    "report.js": "text/javascript; charset=utf-8",
    "web.js": "text/javascript; charset=utf-8",
    "record.js": "text/javascript; charset=utf-8",
    "pace.js": "text/javascript; charset=utf-8",
    "practice.js": "text/javascript; charset=utf-8",
    "level.js": "text/javascript; charset=utf-8",
    "library.js": "text/javascript; charset=utf-8",
    "calibrate.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


@cache
def asset_url(name: str) -> str:
    """The path of a static file, with a hash of its content: after an update no browser uses an old copy.

    Args:
        name: One of `ASSETS`.

    Returns:
        A path on this server.
    """
    return f"/static/{name}?v={hashlib.sha256(asset(name)).hexdigest()[:10]}"


@cache
def environment() -> Environment:
    """The Jinja environment: our templates, then the report's; escapes everything, and an unknown name is an error."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=ChoiceLoader([PackageLoader("vmaudio.web"), PackageLoader("vmaudio.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters.update(FILTERS)
    made.filters.update(both=_both, option=option_words, approach_name=approach_name, part_name=part_name, when=sent_words)
    made.globals.update(families=dict(FAMILY_NAMES), asset=asset_url, version=vmaudio.__version__)
    return made


def _shown(value: Any) -> Any:
    """What a template is about to write, without an option of the command line: nobody can type one here.

    Stored results say "run with --language es" of a message in Spanish, as the commands show it.
    """
    value = unbroken(value)
    if type(value) is not str or "run with --language" not in value:
        return value
    said = r"\brun with --language (?:(and the code of its language)|[\w-]+)"
    return re.sub(
        said, lambda found: f"whoever runs this server can analyse it again in {'its' if found[1] else 'that'} language", value
    )


UNITS = {
    "digits_per_s": "digits/s", "snr_db": "dB above the noise", "clipped_share": "share clipped", "wpm": "words/min", "s": "s",
}  # fmt: skip


def option_words(name: str) -> str:
    """An option of a check for people: high_digits_per_s is "high (digits/s)".

    Args:
        name: An option's name in a rubric.

    Returns:
        Words with the unit.
    """
    for ending, unit in UNITS.items():
        if name.endswith(f"_{ending}"):
            return f"{name.removesuffix(ending).strip('_').replace('_', ' ')} ({unit})"
    return name.replace("_", " ")


def _both(values: Iterable[str], titles: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """Values of a choice with what is shown for them: approaches with the titles of a team's own, others as they are."""
    return [(value, value if titles is None else approach_name(value, titles)) for value in values]
