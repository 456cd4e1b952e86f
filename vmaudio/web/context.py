"""What the pages share: one `Web` per app, found through the request; and how they answer."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Path as PathParameter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel

from vmaudio.analysis import score_in_context, team_beside
from vmaudio.audio import PlayerCopies
from vmaudio.classify import Model
from vmaudio.records import Analysis, Message
from vmaudio.report import (
    Glossary,
    tone_is_shown,
    without_tone,
)
from vmaudio.store import Store
from vmaudio.web.accounts import Accounts
from vmaudio.web.arriving_ids import Arriving
from vmaudio.web.audit import Audit
from vmaudio.web.config import Config
from vmaudio.web.folders import Folders
from vmaudio.web.held_imports import Imports
from vmaudio.web.jobs import Jobs
from vmaudio.web.limits import Limit
from vmaudio.web.rendering import environment
from vmaudio.web.rights import may_open, runs_server
from vmaudio.web.rubrics import Book
from vmaudio.web.sessions import Session, Sessions
from vmaudio.web.sheets import Sheets
from vmaudio.web.sign_on import SignOn
from vmaudio.web.viewers import Viewer, viewer_of
from vmaudio.web.worker import Engine


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
    sheets: Sheets
    accounts: Accounts
    audit: Audit
    sign_on: SignOn | None = None
    forecaster: Model | None = None
    rescore: Rescore = field(default_factory=Rescore)
    arriving: Arriving = field(default_factory=Arriving)
    imports: Imports = field(default_factory=Imports)

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

    @property
    def doubles(self) -> Mapping[str, str]:
        """By the id of a copy that of the message that counts."""
        return self.sheets.current().counting.copies

    def score_now(self, analysis: Analysis, message: Message | None = None) -> Analysis:
        """Score an analysis by the rubric, baselines, team and callback model of this moment. Nothing is measured again.

        Args:
            analysis: What was measured.
            message: What is known about the message, if that is more than the analysis says.

        Returns:
            The analysis with a new score.
        """
        sent = message or analysis.message
        team = team_beside(self.store, sent, analysis, self.doubles if sent.notes else None)
        return score_in_context(analysis, sent, self.book.active.rubric, self.store.baseline, self.forecaster, team)

    def glossary(self) -> Glossary:
        """Titles of checks, by the active rubric."""
        return Glossary.of(self.book.active.rubric)

    def for_rep(self, analysis: Analysis) -> Analysis:
        """As the rep's own page may show it: the setting ``tone`` decides.

        Args:
            analysis: One analysed message.

        Returns:
            What the page may show.
        """
        return nameless(analysis if tone_is_shown(self.config.tone, team=False) else without_tone(analysis))

    def for_viewer(self, viewer: Viewer, analysis: Analysis) -> Analysis:
        """As this viewer may see it: a rep sees the own message as on the own page, others as the team's pages show it.

        Args:
            viewer: who looks.
            analysis: One analysed message that the viewer may see.

        Returns:
            What the page may show.
        """
        return self.for_rep(analysis) if viewer.role == "rep" else self.for_team(analysis)

    def for_team(self, analysis: Analysis) -> Analysis:
        """As a team's page may show it: the setting ``tone`` decides.

        Args:
            analysis: One analysed message.

        Returns:
            What the page may show.
        """
        return nameless(analysis if tone_is_shown(self.config.tone, team=True) else without_tone(analysis))


def nameless(analysis: Analysis) -> Analysis:
    """The same analysis without the path at which the server keeps the file: visitors see only the name.

    A name that is not UTF-8 is shown with question marks: neither a page nor JSON could hold it.

    Args:
        analysis: One analysed message.

    Returns:
        A copy; the original is not changed.
    """
    name = analysis.file_name.encode("utf-8", "replace").decode()
    message = dataclasses.replace(analysis.message, source=name)
    return dataclasses.replace(analysis, source=name, file_name=name, message=message)


def web_of(request: Request) -> Web:
    """The app's `Web`.

    Args:
        request: Any request.

    Returns:
        Everything that the app holds.
    """
    found = request.app.state.web
    assert isinstance(found, Web)  # noqa: S101 - create_app has put it there
    return found


WebOf = Annotated[Web, Depends(web_of)]

MOST_NUMBER = 2**31 - 1
"""Largest number of a row that a database keeps: PostgreSQL has 32 bits for it. A larger one in an address names nothing."""

RowNumber = Annotated[int, PathParameter(ge=0, le=MOST_NUMBER)]
"""The number of a row, in a path."""


def session_of(request: Request) -> Session:
    """The browser's session; the gate has made sure that there is one.

    Args:
        request: Any request that the gate let through.

    Returns:
        The session, new or read from the cookie.
    """
    found = request.state.session
    assert isinstance(found, Session)  # noqa: S101
    return found


SessionOf = Annotated[Session, Depends(session_of)]


def page(
    request: Request, template: str, *, status: int = 200, headers: dict[str, str] | None = None, **context: Any
) -> Response:
    """An HTML page.

    Args:
        request: What is answered.
        template: Name of the template.
        status: The HTTP status.
        headers: Further headers.
        context: What the template shows.

    Returns:
        The page.
    """
    web, session, viewer = web_of(request), session_of(request), viewer_of(request)

    def may(path: str, changes: bool = False) -> bool:
        return may_open(viewer.role, path, changes=changes)

    text = environment().get_template(template).render(
        path=request.url.path, csrf=web.sessions.token(session), me=viewer.name or session.name, locked=request.state.locked,
        logged_in=session.logged_in, viewer=viewer, may=may, runs_server=runs_server(viewer), by_name=request.state.by_name,
        **context,
    )  # fmt: skip
    return HTMLResponse(text, status, headers=headers)


def as_json(model: BaseModel, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A model as JSON.

    Args:
        model: What is answered.
        status: The HTTP status.
        headers: Further headers.

    Returns:
        The answer.
    """
    return JSONResponse(model.model_dump(mode="json", by_alias=True), status, headers=headers)


def wants_json(request: Request) -> bool:
    """Does the client want JSON rather than a page? Decided by the ending .json, else by the Accept header.

    Args:
        request: Any request.

    Returns:
        True for JSON.
    """
    accepts = request.headers.get("accept", "text/html" if not request.url.path.endswith(".json") else "application/json")
    return request.url.path.endswith(".json") or ("application/json" in accepts and "text/html" not in accepts)


def utc(seconds: float) -> str:
    """Seconds since the epoch in ISO 8601.

    Args:
        seconds: Seconds since the epoch.

    Returns:
        A moment in UTC, to the second.
    """
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat(timespec="seconds")


def sign_as(request: Request, name: str) -> None:
    """Remember under which name this browser signs.

    Args:
        request: A request with a session.
        name: The name that its owner gave; empty changes nothing.
    """
    session, web = session_of(request), web_of(request)
    if name and name != session.name and not viewer_of(request).name:
        request.state.session = web.sessions.named(session, name)


def signed(request: Request, given: str) -> str:
    """The name under which something is signed: a user's own, whatever the form says.

    Args:
        request: A request with a session.
        given: The name that the form has.

    Returns:
        The user's name; on a server without users what was given.
    """
    return viewer_of(request).name or given


def owner_of(request: Request) -> str:
    """Whose a take is that nobody has kept: the user's, or on a server without users this browser's.

    Args:
        request: A request with a session.

    Returns:
        A name for it that no other user or browser has.
    """
    viewer = viewer_of(request)
    return f"user {viewer.user_id}" if viewer.user_id else session_of(request).id
