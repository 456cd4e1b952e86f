"""What the pages share: one `Web` per app, found through the request; and how a page or an error is written."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel

import vmaudio
from vmaudio.analysis import score_in_context
from vmaudio.audio import PlayerCopies
from vmaudio.classify import Model
from vmaudio.plots import FAMILY_NAMES
from vmaudio.records import Analysis, Message
from vmaudio.report import (
    FILTERS,
    Glossary,
    approach_name,
    page_css,
    page_script,
    part_name,
    sent_words,
    tone_is_shown,
    unbroken,
    without_tone,
)
from vmaudio.store import Store
from vmaudio.web.config import Config
from vmaudio.web.folders import Folders
from vmaudio.web.jobs import Jobs
from vmaudio.web.limits import Limit
from vmaudio.web.rubrics import Book
from vmaudio.web.sessions import Session, Sessions
from vmaudio.web.worker import Engine

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(slots=True)
class Rescore:
    """The cheap pass over the store, as it goes. One at a time."""

    state: str = "idle"
    done: int = 0
    total: int = 0
    error: str = ""
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True)
class Web:
    """Everything an app holds; made by `create_app`, never global."""

    config: Config
    folders: Folders
    store: Store
    engine: Engine
    jobs: Jobs
    book: Book
    sessions: Sessions
    copies: PlayerCopies
    login_limit: Limit
    upload_limit: Limit
    forecaster: Model | None = None
    rescore: Rescore = field(default_factory=Rescore)

    @property
    def kept(self) -> Path:
        """The folder of kept recordings: one per database, so that tidying up for one never touches another's."""
        url = self.store.engine.url
        is_file = url.get_backend_name() == "sqlite" and url.database
        where = str(Path(str(url.database)).resolve()) if is_file else url.render_as_string(hide_password=True)
        return self.config.folder / "kept" / hashlib.sha256(where.encode()).hexdigest()[:12]

    @property
    def tables(self) -> Path:
        """The folder of uploaded tables that wait for a yes."""
        return self.folders.tables

    def judge(self, analysis: Analysis, message: Message | None = None) -> Analysis:
        """The cheap pass, by the rubric, baselines and callback model of this moment."""
        sent = message or analysis.message
        return score_in_context(analysis, sent, self.book.active.rubric, self.store.baseline, self.forecaster)

    def glossary(self) -> Glossary:
        """Titles of checks, by the active rubric."""
        return Glossary.of(self.book.active.rubric)

    def for_rep(self, analysis: Analysis) -> Analysis:
        """As the rep's own page may show it: the setting ``tone`` decides."""
        return nameless(analysis if tone_is_shown(self.config.tone, team=False) else without_tone(analysis))

    def for_team(self, analysis: Analysis) -> Analysis:
        """As a team's page may show it."""
        return nameless(analysis if tone_is_shown(self.config.tone, team=True) else without_tone(analysis))


def nameless(analysis: Analysis) -> Analysis:
    """The same analysis without where the server keeps the file: visitors see its name alone.

    A name that is no UTF-8 is shown with question marks: neither a page nor JSON could hold it.
    """
    name = analysis.file_name.encode("utf-8", "replace").decode()
    message = dataclasses.replace(analysis.message, source=name)
    return dataclasses.replace(analysis, source=name, file_name=name, message=message)


def web_of(request: Request) -> Web:
    """The app's `Web`."""
    found = request.app.state.web
    assert isinstance(found, Web)  # noqa: S101 - create_app has put it there
    return found


WebOf = Annotated[Web, Depends(web_of)]


def session_of(request: Request) -> Session:
    """The browser's session; the gate has made sure that there is one."""
    found = request.state.session
    assert isinstance(found, Session)  # noqa: S101
    return found


SessionOf = Annotated[Session, Depends(session_of)]


def asset(name: str) -> bytes:
    """A static file of ours, or of the report."""
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
    "icon.svg": "image/svg+xml",
}


@cache
def asset_url(name: str) -> str:
    """The path of a static file, with a figure of its content: a new version is never met by an old copy."""
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
        finalize=unbroken,
    )
    made.filters.update(FILTERS)
    made.filters.update(both=_both, option=option_words, approach_name=approach_name, part_name=part_name, when=sent_words)
    made.globals.update(families=dict(FAMILY_NAMES), asset=asset_url, version=vmaudio.__version__)
    return made


UNITS = {
    "digits_per_s": "digits/s", "snr_db": "dB above the noise", "clipped_share": "share clipped", "wpm": "words/min", "s": "s",
}  # fmt: skip


def option_words(name: str) -> str:
    """An option of a check for people: high_digits_per_s is "high (digits/s)"."""
    for ending, unit in UNITS.items():
        if name.endswith(f"_{ending}"):
            return f"{name.removesuffix(ending).strip('_').replace('_', ' ')} ({unit})"
    return name.replace("_", " ")


def _both(values: Iterable[str], approaches: bool = False) -> list[tuple[str, str]]:
    """Values of a choice with what is shown for them."""
    return [(value, approach_name(value) if approaches else value) for value in values]


def page(
    request: Request, template: str, *, status: int = 200, headers: dict[str, str] | None = None, **context: Any
) -> Response:
    """An HTML page."""
    web, session = web_of(request), session_of(request)
    text = environment().get_template(template).render(
        path=request.url.path, csrf=web.sessions.token(session), me=session.name, locked=web.config.locked,
        logged_in=session.logged_in, **context,
    )  # fmt: skip
    return HTMLResponse(text, status, headers=headers)


def as_json(model: BaseModel, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A model as JSON."""
    return JSONResponse(model.model_dump(mode="json", by_alias=True), status, headers=headers)


def wants_json(request: Request) -> bool:
    """Does whoever asks want JSON rather than a page?"""
    accepts = request.headers.get("accept", "text/html" if not request.url.path.endswith(".json") else "application/json")
    return request.url.path.endswith(".json") or ("application/json" in accepts and "text/html" not in accepts)


def utc(seconds: float) -> str:
    """Seconds since the epoch in ISO 8601."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat(timespec="seconds")


def caller_of(request: Request) -> str:
    """Whom a limit counts: the address."""
    return request.client.host if request.client else "?"


def sign_as(request: Request, name: str) -> None:
    """Remember under which name this browser signs."""
    session, web = session_of(request), web_of(request)
    if name and name != session.name:
        request.state.session = web.sessions.named(session, name)
