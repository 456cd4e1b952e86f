"""The log of who looked, changed, exported and forgot, for admins."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from vmaudio.settings import get
from vmaudio.store import all_users, audit_entries
from vmaudio.web.context import MOST_NUMBER, Web, WebOf, page

router = APIRouter(tags=["users"])

ROWS = 100

WhoOf = Annotated[str, Query(max_length=200, description="only this user's entries")]
SubjectOf = Annotated[str, Query(max_length=400, description="only entries about this message, rep or user")]
BeforeOf = Annotated[int | None, Query(ge=1, le=MOST_NUMBER, description="only entries with a smaller number")]


class Entry(BaseModel):
    """One thing that somebody did."""

    number: int
    at_utc: str
    who: str
    action: str
    kind: str
    subject: str | None


class AuditPage(BaseModel):
    """Entries, the newest first."""

    entries: list[Entry]
    next_before: int | None
    retention_days: int


def _entries(web: Web, who: str, subject: str, before: int | None, limit: int) -> AuditPage:
    web.audit.flush()
    found = audit_entries(web.store, who=who, subject=subject, before=before, limit=limit + 1)
    entries = [
        Entry(number=number, at_utc=one.at_utc, who=one.who, action=one.action, kind=one.kind, subject=one.subject)
        for number, one in found[:limit]
    ]
    more = len(found) > limit
    return AuditPage(
        entries=entries, next_before=entries[-1].number if more else None, retention_days=int(get("retention_days"))
    )


@router.get("/audit.json")
def audit_json(
    web: WebOf, who: WhoOf = "", subject: SubjectOf = "", before: BeforeOf = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = ROWS,
) -> AuditPage:  # fmt: skip
    """Who did what, the newest first."""
    return _entries(web, who, subject, before, limit)


@router.get("/audit", include_in_schema=False)
def audit_page(request: Request, web: WebOf, who: WhoOf = "", subject: SubjectOf = "", before: BeforeOf = None) -> Response:
    """The page."""
    return page(
        request, "audit.html.j2", found=_entries(web, who, subject, before, ROWS), who=who, subject=subject,
        names=[user.name for user in all_users(web.store)], address=_address,
    )  # fmt: skip


def _address(entry: Entry) -> str | None:
    """Where what an entry is about can be looked at."""
    if entry.subject is None or entry.kind not in ("message", "rep"):
        return None
    return f"/{entry.kind}/{quote(entry.subject, safe='')}"
