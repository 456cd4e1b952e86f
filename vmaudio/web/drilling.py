"""A rep's attempts at drills: whose they are, and how one is noted. Nobody but the owner is shown them."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from vmaudio.errors import NotStored
from vmaudio.records import Analysis
from vmaudio.report import DRILLS, Drill, judge_drill
from vmaudio.store import PracticeAttempt, practice_of, practice_owner, put_practice
from vmaudio.web.context import Web, session_of
from vmaudio.web.job import WhenOver
from vmaudio.web.security import cookie_name
from vmaudio.web.viewers import viewer_of

GOAL = 5
"""So many attempts make a round of a drill."""

LASTS_S = 180 * 24 * 3600
"""A browser on a server without users is known for half a year."""

_KEY = re.compile(r"[A-Za-z0-9_-]{20,60}")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose attempts.

    Args:
        key: what the store keeps them under; "" for a browser that has made none.
        rep: the rep's name, for choosing drills and for forgetting; "" where not known.
    """

    key: str
    rep: str


def practice_cookie(web: Web) -> str:
    """The name of the cookie by which a browser finds its own attempts again.

    Args:
        web: the app.

    Returns:
        A name with the port in it.
    """
    return f"{cookie_name(web.config)}_practice"


def attempt_owner(request: Request, web: Web) -> Owner:
    """Who practises: the user; on a server without users the browser, so that one rep does not see another's attempts.

    Args:
        request: any request that the gate let through.
        web: the app.

    Returns:
        The owner. Of a browser the store has only a hash: who reads the database cannot make its cookie.
    """
    viewer = viewer_of(request)
    if viewer.user_id:
        return Owner(practice_owner(viewer.user_id), viewer.rep)
    given = request.cookies.get(practice_cookie(web), "")
    key = f"browser:{hashlib.sha256(given.encode()).hexdigest()[:40]}" if _KEY.fullmatch(given) else ""
    return Owner(key, session_of(request).name)


def new_owner(request: Request, web: Web) -> tuple[Owner, str]:
    """The owner of an attempt that is about to be made.

    Args:
        request: the request that makes it.
        web: the app.

    Returns:
        The owner, and the value of the cookie that the answer has to set; "" where none is needed.
    """
    found = attempt_owner(request, web)
    if found.key:
        return found, ""
    value = secrets.token_urlsafe(24)
    return Owner(f"browser:{hashlib.sha256(value.encode()).hexdigest()[:40]}", found.rep), value


def remember_browser(answer: Response, request: Request, web: Web, value: str) -> None:
    """Let a browser find its attempts again.

    Args:
        answer: gets the cookie.
        request: says whether the connection is encrypted.
        web: the app.
        value: of the cookie; "" sets none.
    """
    if value:
        answer.set_cookie(
            practice_cookie(web), value, max_age=LASTS_S, path="/", httponly=True, samesite="strict",
            secure=request.url.scheme == "https",
        )  # fmt: skip


def drill_named(drill_id: str) -> Drill:
    """A drill by its id.

    Args:
        drill_id: as in an address.

    Returns:
        The drill.

    Raises:
        NotStored: there is none of this name.
    """
    found = DRILLS.get(drill_id)
    if found is None:
        raise NotStored("There is no such drill. Choose one on the practice page.")
    return found


def note_attempt(web: Web, owner: Owner, drill: Drill) -> WhenOver:
    """What notes an attempt once it is analysed.

    Args:
        web: the app.
        owner: whose attempt it is.
        drill: which drill.

    Returns:
        Is told how a job ended. A recording that could not be analysed is no attempt.
    """

    def over(analysis: Analysis | None, _why: str) -> None:
        if analysis is not None:
            verdict = judge_drill(analysis, drill, web.book.active.rubric)
            put_practice(web.store, owner.key, drill.id, passed=verdict.passed, evidence=verdict.evidence[:500], rep=owner.rep)

    return over


def attempts_by_drill(web: Web, owner: Owner) -> dict[str, list[PracticeAttempt]]:
    """The owner's newest attempts at each drill.

    Args:
        web: the app.
        owner: whose attempts.

    Returns:
        By drill id at most `GOAL` attempts, the oldest first.
    """
    found: dict[str, list[PracticeAttempt]] = {}
    for one in practice_of(web.store, owner.key):
        own = found.setdefault(one.drill, [])
        if len(own) < GOAL:
            own.insert(0, one)
    return found
