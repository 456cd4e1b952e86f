"""Logging in with a company's account."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from vmaudio.web.accounts import viewer_for
from vmaudio.web.context import SessionOf, Web, WebOf, page
from vmaudio.web.logins import begin_session
from vmaudio.web.security import Refused, cookie_name
from vmaudio.web.sign_on import WAITS_S, SignOn, SignOnFailed
from vmaudio.web.viewers import Viewer

router = APIRouter(include_in_schema=False)

CALLBACK = "/login/oidc/callback"


def _sign_on(web: Web) -> SignOn:
    if web.sign_on is None:
        raise HTTPException(404)
    return web.sign_on


def _cookie(web: Web) -> str:
    return f"{cookie_name(web.config)}_oidc"


@router.get("/login/oidc")
async def begin(request: Request, web: WebOf) -> Response:
    """Go to the provider."""
    try:
        answer, key = await _sign_on(web).begin(request, f"{str(request.base_url).rstrip('/')}{CALLBACK}")
    except SignOnFailed as error:
        raise Refused(str(error), 502) from None
    # Lax, as the provider's page leads back here; it opens nothing by itself
    answer.set_cookie(
        _cookie(web), key, max_age=int(WAITS_S), path="/login/oidc", httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


@router.get(CALLBACK)
async def finish(request: Request, web: WebOf, session: SessionOf) -> Response:
    """Come back from the provider."""
    sign_on = _sign_on(web)
    try:
        email, name = await sign_on.finish(request, request.cookies.get(_cookie(web), ""))
        user = await run_in_threadpool(sign_on.user_of, web.store, email, name)
    except SignOnFailed as error:
        web.audit.note(Viewer(), "login failed", who="(single sign-on)")
        raise Refused(str(error), 403) from None
    web.audit.note(viewer_for(user), "logged in")
    # a page and not a redirection: a browser that another site has led here sends the session's cookie only from a page of ours
    return begin_session(request, web, session, user, page(request, "signed_on.html.j2", name=user.name))
