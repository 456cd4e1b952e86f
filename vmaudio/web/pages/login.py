"""Logging in and out. Only asked for when the server has a password or a token, or there are users."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from vmaudio.store import known_user_name
from vmaudio.web.accounts import viewer_for
from vmaudio.web.context import SessionOf, Web, WebOf, as_json, page, wants_json
from vmaudio.web.limits import caller_of
from vmaudio.web.logins import begin_session
from vmaudio.web.schemas import Done
from vmaudio.web.security import Refused, known_cookie
from vmaudio.web.sessions import Session, same
from vmaudio.web.viewers import Viewer

router = APIRouter(tags=["login"])

SLOW_S = 0.3
"""A wrong password takes this long to be refused."""


@router.get("/login", include_in_schema=False)
async def form(request: Request, web: WebOf, session: SessionOf, token: str = "") -> Response:
    """The page that asks who it is. The link that ``vmaudio serve --token`` prints carries the token and logs in."""
    if not request.state.locked or session.logged_in:
        return RedirectResponse("/", 303)
    if token and await _is_right(request, web, token[:1000], (web.config.token,)):
        return _welcome(request, web, session)
    return _page(request, web, "The token is wrong." if token else "")


def _page(request: Request, web: Web, wrong: str = "", name: str = "") -> Response:
    return page(
        request, "login.html.j2", status=401 if wrong else 200, wrong=wrong, name=name,
        secret=bool(web.config.password or web.config.token), sign_on=web.sign_on is not None,
    )  # fmt: skip


@router.post("/login", response_model=Done)
async def login(
    request: Request,
    web: WebOf,
    session: SessionOf,
    password: Annotated[str, Form(max_length=1000)] = "",
    name: Annotated[str, Form(max_length=200, description="the user's; empty for the server's own password or token")] = "",
) -> Response:
    """Log in with a user's name and password, or with the server's password or token. The session gets a new id, so that one
    planted before is worth nothing."""
    if not request.state.locked:
        return RedirectResponse("/", 303)
    if name.strip() and request.state.by_name:
        known = web.sessions.browser(request.cookies.get(known_cookie(web.config)))
        user = await web.accounts.login(name, password, caller_of(request), known[1] if known else None)
        if user is not None:
            web.audit.note(viewer_for(user), "logged in")
            return begin_session(request, web, session, user)
        meant = await run_in_threadpool(known_user_name, web.store, name)
        web.audit.note(Viewer(), "login failed", "user" if meant else "", meant)
        await asyncio.sleep(SLOW_S)
        said = "Name or password is wrong."
    elif await _is_right(request, web, password, (web.config.password, web.config.token)):
        return _welcome(request, web, session)
    else:
        if request.state.by_name:
            web.audit.note(Viewer(), "login failed", who="(password)")
        said = "The password is wrong."
    if wants_json(request):
        raise Refused(said, 401)
    return _page(request, web, said, name)


async def _is_right(request: Request, web: Web, given: str, secrets: Sequence[str | None]) -> bool:
    """Is it one of the server's secrets? Wrong ones are slow, and counted; too many are refused without a look."""
    known = web.sessions.browser(request.cookies.get(known_cookie(web.config)))
    # a browser that knows a user's password only has no guesses of its own at the server's
    who = known[0] if known and not known[1] else caller_of(request)
    web.login_limit.check(who)
    if any(same(given, secret) for secret in secrets):
        return True
    web.login_limit.count(who)
    await asyncio.sleep(SLOW_S)
    return False


def _welcome(request: Request, web: Web, session: Session) -> Response:
    if request.state.by_name:
        web.audit.note(Viewer(), "logged in", who="(password)")
    return begin_session(request, web, session)


@router.post("/logout", response_model=Done)
def logout(request: Request, web: WebOf, session: SessionOf) -> Response:
    """Log out: the cookie is worth nothing from now on."""
    web.sessions.end(session)
    request.state.session = web.sessions.new()
    return as_json(Done(done="logged out", url="/login")) if wants_json(request) else RedirectResponse("/login", 303)
