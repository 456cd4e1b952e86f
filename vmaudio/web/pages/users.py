"""Users and their roles, for admins."""

from __future__ import annotations

import datetime
import time
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from vmaudio.errors import SettingError
from vmaudio.store import (
    LEAST_USER_PASSWORD,
    User,
    active_admins,
    add_user,
    all_users,
    change_user,
    invite_user,
    remove_user,
    user_named,
)
from vmaudio.web.context import Web, WebOf, as_json, page, utc, wants_json
from vmaudio.web.schemas import Done
from vmaudio.web.viewers import ROLES, ViewerOf, nameless_who

router = APIRouter(tags=["users"])

Name = Annotated[str, Form(max_length=200, description="the user's name")]

ROLE_WORDS = {
    "rep": "their own takes, messages and weeks", "coach": "the team: report, messages, outcomes",
    "data": "messages, labels, rubric, exports", "admin": "everything, users and the log too",
}  # fmt: skip


class UserModel(BaseModel):
    """A user."""

    name: str
    role: str
    rep: str
    email: str
    state: str = Field(description="active, invited, no password, or disabled")
    created_utc: str
    seen_utc: str | None


class Invited(BaseModel):
    """An invitation. The link is shown once."""

    name: str
    link: str
    until_utc: str


def _state(user: User) -> str:
    if user.disabled:
        return "disabled"
    if user.invited_until > time.time():
        return "invited"
    return "active" if user.has_password or user.email else "no password"


@router.get("/users.json")
def users_json(web: WebOf) -> list[UserModel]:
    """All users, by name."""
    return [
        UserModel(
            name=user.name, role=user.role, rep=user.rep, email=user.email, state=_state(user), created_utc=user.created_utc,
            seen_utc=user.seen_utc or None,
        )
        for user in all_users(web.store)
    ]  # fmt: skip


@router.get("/users", include_in_schema=False)
def users_page(request: Request, web: WebOf) -> Response:
    """The page."""
    return _page(request, web)


def _page(request: Request, web: Web, **more: Any) -> Response:
    said: dict[str, Any] = {"invitation": None, "least": LEAST_USER_PASSWORD, **more}
    reps = sorted(name for name in web.sheets.current().rep.names if name)
    return page(
        request, "users.html.j2", users=[(user, _state(user)) for user in all_users(web.store)], roles=ROLES,
        role_words=ROLE_WORDS, reps=reps, **said,
    )  # fmt: skip


def _keep_an_admin(web: Web, viewer: ViewerOf, user: User) -> None:
    """Refuse what would leave nobody who can look after users here."""
    if user.role == "admin" and not user.disabled and not (web.config.password or web.config.token):
        able = active_admins(web.store)
        if able <= 1 and (user.has_password or user.email):
            raise SettingError(f"{user.name} is the only admin. Make somebody else an admin first.")


def _note(request: Request, web: Web, viewer: ViewerOf, action: str, name: str) -> None:
    who = nameless_who(viewer, bearer=request.state.bearer, secret=web.config.locked)
    web.audit.note(viewer, action, "user", name, who=who)


@router.post("/users/add", status_code=201, response_model=Invited)
def add(
    request: Request,
    web: WebOf,
    viewer: ViewerOf,
    name: Name,
    role: Annotated[str, Form(max_length=16)],
    rep: Annotated[str, Form(max_length=400, description="whose messages are theirs")] = "",
    email: Annotated[str, Form(max_length=320, description="for the single sign-on")] = "",
) -> Response:
    """Add a user, and make the invitation. A rep's messages are those under the own name where none is given."""
    if role != "admin" and not request.state.by_name and not (web.config.password or web.config.token):
        raise SettingError("The first user must be an admin: from then on everybody logs in, and nobody else could add more.")
    user = add_user(web.store, name, role, rep=rep.strip() or (name.strip() if role == "rep" else ""), email=email)
    _note(request, web, viewer, "added", user.name)
    return _invitation(request, web, user)


@router.post("/users/invite", status_code=201, response_model=Invited)
def invite(request: Request, web: WebOf, viewer: ViewerOf, name: Name) -> Response:
    """A new invitation: for somebody who lost the password, too. An older one is worth nothing from now on."""
    user = user_named(web.store, name)
    answer = _invitation(request, web, user)
    _note(request, web, viewer, "invited", user.name)
    return answer


def _invitation(request: Request, web: Web, user: User) -> Response:
    token = invite_user(web.store, user.name)
    until = user_named(web.store, user.name).invited_until
    made = Invited(name=user.name, link=f"{request.base_url}invite/{token}", until_utc=utc(until))
    if wants_json(request):
        return as_json(made, 201)
    day = datetime.datetime.fromtimestamp(until, datetime.UTC).date().isoformat()
    return _page(request, web, invitation=made, day=day)


@router.post("/users/change", response_model=Done)
def change(
    request: Request,
    web: WebOf,
    viewer: ViewerOf,
    name: Name,
    role: Annotated[str, Form(max_length=16)],
    rep: Annotated[str, Form(max_length=400)] = "",
    email: Annotated[str, Form(max_length=320)] = "",
) -> Response:
    """Give a user another role, rep or address. It holds from the next click on."""
    user = user_named(web.store, name)
    if role != "admin":
        _keep_an_admin(web, viewer, user)
    changed = change_user(web.store, name, role=role, rep=rep, email=email)
    _note(request, web, viewer, "changed a user", changed.name)
    return _done(request, f"{changed.name}: {changed.role}")


@router.post("/users/disable", response_model=Done)
def disable(request: Request, web: WebOf, viewer: ViewerOf, name: Name) -> Response:
    """Keep a user out: sessions and invitations end at once."""
    _keep_an_admin(web, viewer, user_named(web.store, name))
    user = change_user(web.store, name, disabled=True)
    _note(request, web, viewer, "disabled", user.name)
    return _done(request, f"{user.name} is disabled")


@router.post("/users/enable", response_model=Done)
def enable(request: Request, web: WebOf, viewer: ViewerOf, name: Name) -> Response:
    """Let a disabled user in again."""
    user = change_user(web.store, name, disabled=False)
    _note(request, web, viewer, "enabled", user.name)
    return _done(request, f"{user.name} is enabled")


@router.post("/users/remove", response_model=Done)
def remove(request: Request, web: WebOf, viewer: ViewerOf, name: Name) -> Response:
    """Delete a user. Messages stay; who did what stays in the log."""
    user = user_named(web.store, name)
    _keep_an_admin(web, viewer, user)
    remove_user(web.store, name)
    _note(request, web, viewer, "removed", user.name)
    return _done(request, f"{user.name} is removed")


def _done(request: Request, what: str) -> Response:
    return as_json(Done(done=what, url="/users")) if wants_json(request) else RedirectResponse("/users", 303)
