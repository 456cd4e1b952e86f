"""What every way of logging in ends with: a new session, and a cookie by which the browser is known again."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from vmaudio.store import User
from vmaudio.web.context import Web, as_json, wants_json
from vmaudio.web.schemas import Done
from vmaudio.web.security import known_cookie
from vmaudio.web.sessions import KNOWN_S, Session


def begin_session(
    request: Request, web: Web, session: Session, user: User | None = None, answer: Response | None = None
) -> Response:
    """Log a visitor in: the old session ends, a new one begins.

    Args:
        request: The request that showed who it is.
        web: The app.
        session: The session until now.
        user: Who it is; None for the server's own password or token.
        answer: What is answered; None leads to the first page.

    Returns:
        The answer, with the browser's cookie.
    """
    web.sessions.end(session)
    number, epoch = (user.user_id, user.epoch) if user else (0, 0)
    request.state.session = web.sessions.new(logged_in=True, name=user.name if user else session.name, user=number, epoch=epoch)
    if answer is None:
        answer = as_json(Done(done="logged in", url="/")) if wants_json(request) else RedirectResponse("/", 303)
    answer.set_cookie(
        known_cookie(web.config), web.sessions.new_browser(number), max_age=int(KNOWN_S), path="/login", httponly=True,
        samesite="strict", secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer
