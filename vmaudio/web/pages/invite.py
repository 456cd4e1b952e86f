"""An invitation: the link works once, and asks for a password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from vmaudio.errors import NotStored, SettingError
from vmaudio.store import LEAST_USER_PASSWORD, User, invited
from vmaudio.web.accounts import viewer_for
from vmaudio.web.context import SessionOf, Web, WebOf, page, wants_json
from vmaudio.web.limits import caller_of
from vmaudio.web.logins import begin_session
from vmaudio.web.schemas import Done

router = APIRouter(tags=["login"])

OVER = "This invitation is not valid: it was used, replaced or is over. Ask an admin for a new one."


async def _invited(request: Request, web: Web, token: str) -> User:
    """Whose invitation it is. Looking does not use it up: chats and mail programs open links by themselves."""
    web.login_limit.check(caller_of(request))
    user = await run_in_threadpool(invited, web.store, token) if len(token) <= 100 else None
    if user is None:
        web.login_limit.count(caller_of(request))
        raise NotStored(OVER)
    return user


@router.get("/invite/{token}", include_in_schema=False)
async def form(request: Request, web: WebOf, token: str) -> Response:
    """The page that asks for the new password."""
    return _page(request, await _invited(request, web, token))


def _page(request: Request, user: User, wrong: str = "") -> Response:
    return page(
        request, "invite.html.j2", status=422 if wrong else 200, user=user, least=LEAST_USER_PASSWORD, wrong=wrong,
        here=request.url.path,
    )  # fmt: skip


@router.post("/invite/{token}", response_model=Done)
async def accept(
    request: Request,
    web: WebOf,
    session: SessionOf,
    token: str,
    password: Annotated[str, Form(max_length=2000)],
    again: Annotated[str, Form(max_length=2000, description="the password once more")],
) -> Response:
    """Set the password, and log in. The link is worth nothing from then on."""
    user = await _invited(request, web, token)
    try:
        if password != again:
            raise SettingError("The two passwords differ. Type the same one twice.")
        accepted = await web.accounts.accept(token, password)
    except SettingError as error:
        if wants_json(request):
            raise
        return _page(request, user, str(error))
    if accepted is None:
        raise NotStored(OVER)
    web.audit.note(viewer_for(accepted), "set a password")
    return begin_session(request, web, session, accepted)
