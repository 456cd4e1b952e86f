"""Logging in and out. Only asked for when the server has a password or a token."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from vmaudio.web.context import SessionOf, WebOf, as_json, caller_of, page, wants_json
from vmaudio.web.schemas import Done
from vmaudio.web.security import Refused
from vmaudio.web.sessions import same

router = APIRouter(tags=["login"])

SLOW_S = 0.3
"""A wrong password takes this long to be refused."""


@router.get("/login", include_in_schema=False)
def form(request: Request, web: WebOf, session: SessionOf) -> Response:
    """The page that asks for the password."""
    if not web.config.locked or session.logged_in:
        return RedirectResponse("/", 303)
    return page(request, "login.html.j2", wrong="")


@router.post("/login", response_model=Done)
async def login(
    request: Request, web: WebOf, session: SessionOf, password: Annotated[str, Form(max_length=1000)] = ""
) -> Response:
    """Log in with the server's password or token. The session gets a new id, so that one planted before is worth nothing."""
    caller = caller_of(request)
    web.login_limit.check(caller)
    if not web.config.locked:
        return RedirectResponse("/", 303)
    if not (same(password, web.config.password) or same(password, web.config.token)):
        web.login_limit.count(caller)
        await asyncio.sleep(SLOW_S)
        if wants_json(request):
            raise Refused("The password is wrong.", 401)
        return page(request, "login.html.j2", status=401, wrong="The password is wrong.")
    web.sessions.end(session)
    request.state.session = web.sessions.new(logged_in=True, name=session.name)
    return as_json(Done(done="logged in", url="/")) if wants_json(request) else RedirectResponse("/", 303)


@router.post("/logout", response_model=Done)
def logout(request: Request, web: WebOf, session: SessionOf) -> Response:
    """Log out: the cookie is worth nothing from now on."""
    web.sessions.end(session)
    request.state.session = web.sessions.new()
    return as_json(Done(done="logged out", url="/login")) if wants_json(request) else RedirectResponse("/login", 303)
