"""Logging in and out. Only asked for when the server has a password or a token."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from vmaudio.web.context import SessionOf, Web, WebOf, as_json, caller_of, page, wants_json
from vmaudio.web.schemas import Done
from vmaudio.web.security import Refused, known_cookie
from vmaudio.web.sessions import KNOWN_S, Session, same

router = APIRouter(tags=["login"])

SLOW_S = 0.3
"""A wrong password takes this long to be refused."""


@router.get("/login", include_in_schema=False)
async def form(request: Request, web: WebOf, session: SessionOf, token: str = "") -> Response:
    """The page that asks for the password. The link that ``vmaudio serve --token`` prints carries the token and logs in."""
    if not web.config.locked or session.logged_in:
        return RedirectResponse("/", 303)
    if token and await _is_right(request, web, token[:1000], (web.config.token,)):
        return _welcome(request, web, session)
    return page(request, "login.html.j2", status=401 if token else 200, wrong="The token is wrong." if token else "")


@router.post("/login", response_model=Done)
async def login(
    request: Request, web: WebOf, session: SessionOf, password: Annotated[str, Form(max_length=1000)] = ""
) -> Response:
    """Log in with the server's password or token. The session gets a new id, so that one planted before is worth nothing."""
    if not web.config.locked:
        return RedirectResponse("/", 303)
    if not await _is_right(request, web, password, (web.config.password, web.config.token)):
        if wants_json(request):
            raise Refused("The password is wrong.", 401)
        return page(request, "login.html.j2", status=401, wrong="The password is wrong.")
    return _welcome(request, web, session)


async def _is_right(request: Request, web: Web, given: str, secrets: Sequence[str | None]) -> bool:
    """Is it one of the server's secrets? Wrong ones are slow, and counted; too many are refused without a look."""
    who = web.sessions.browser(request.cookies.get(known_cookie(web.config))) or caller_of(request)
    web.login_limit.check(who)
    if any(same(given, secret) for secret in secrets):
        return True
    web.login_limit.count(who)
    await asyncio.sleep(SLOW_S)
    return False


def _welcome(request: Request, web: Web, session: Session) -> Response:
    web.sessions.end(session)
    request.state.session = web.sessions.new(logged_in=True, name=session.name)
    answer = as_json(Done(done="logged in", url="/")) if wants_json(request) else RedirectResponse("/", 303)
    answer.set_cookie(
        known_cookie(web.config), web.sessions.new_browser(), max_age=int(KNOWN_S), path="/login", httponly=True,
        samesite="strict", secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


@router.post("/logout", response_model=Done)
def logout(request: Request, web: WebOf, session: SessionOf) -> Response:
    """Log out: the cookie is worth nothing from now on."""
    web.sessions.end(session)
    request.state.session = web.sessions.new()
    return as_json(Done(done="logged out", url="/login")) if wants_json(request) else RedirectResponse("/login", 303)
