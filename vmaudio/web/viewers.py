"""`Viewer`: who looks at a page, and in which role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from fastapi import Depends, Request

Role = Literal["rep", "coach", "data", "admin"]

ROLES: tuple[Role, ...] = get_args(Role)
"""From the one who sees least: a rep's own takes and sheet; a team's messages; labels and models; users and retention."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a page.

    Args:
        name: The user's name; empty on a server without users, where everybody who gets in is one person.
        role: What the user may see and do.
        rep: The rep as whom messages of this user are stored; empty if the user leaves none.
        user_id: The user's number in the store; 0 for somebody who is no user.
    """

    name: str = ""
    role: Role = "admin"
    rep: str = ""
    user_id: int = 0


def viewer_of(request: Request) -> Viewer:
    """Who looks; the gate has found out.

    Args:
        request: Any request that the gate let through.

    Returns:
        The viewer; on a server without users an admin without a name.
    """
    found = getattr(request.state, "viewer", None)
    return found if isinstance(found, Viewer) else Viewer()


def nameless_who(viewer: Viewer, *, bearer: bool, secret: bool) -> str:
    """What the log calls somebody who is no user.

    Args:
        viewer: who did something.
        bearer: a program with a token did.
        secret: the server has a password or a token of its own, which a browser then gave.

    Returns:
        "(token)", "(password)", or "(no login)" where nothing was asked for: the first user is added so. Empty for a user.
    """
    return "" if viewer.name else "(token)" if bearer else "(password)" if secret else "(no login)"


ViewerOf = Annotated[Viewer, Depends(viewer_of)]
