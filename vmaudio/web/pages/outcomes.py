"""Outcomes: what is known, and bringing in a CRM's file after a dry run."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from vmaudio.web import tables
from vmaudio.web.context import WebOf, as_json, page, wants_json
from vmaudio.web.limits import caller_of
from vmaudio.web.reading import AskedByForm
from vmaudio.web.schemas import OutcomesCheck, OutcomesDone, OutcomesPage
from vmaudio.web.security import TABLE_BYTES
from vmaudio.web.tables import HowRead

router = APIRouter(tags=["outcomes"])


@router.get("/outcomes.json")
def outcomes_json(web: WebOf) -> OutcomesPage:
    """How many outcomes are known, and how they came out."""
    return tables.known(web.store, web.doubles)


@router.get("/outcomes", include_in_schema=False)
def outcomes_page(request: Request, web: WebOf, imported: str = "") -> Response:
    """The form, and what is known."""
    return page(
        request, "outcomes.html.j2", known=tables.known(web.store, web.doubles), imported=_said(imported), asked=HowRead()
    )


def _said(imported: str) -> str:
    """The sentence after an import; the address carries three numbers and nothing else."""
    parts = imported.split("-")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 9 for part in parts):
        return ""
    added, changed, same = parts
    return f"Imported: {added} outcomes added, {changed} changed, {same} unchanged."


@router.post("/outcomes/check", response_model=OutcomesCheck)
def check(
    request: Request,
    web: WebOf,
    asked: AskedByForm,
    file: Annotated[UploadFile, File(description="a CSV of outcomes")],
) -> Response:
    """A dry run: what the file would change, or every fault with its line. Nothing is stored."""
    web.upload_limit.use(caller_of(request))
    token, path = tables.receive(file.file, file.filename or "", web.tables, TABLE_BYTES)
    kept = False
    try:
        found = tables.check(web.store, path, asked, web.config.timezone, token)
        kept = found.ok
    finally:
        if not kept:
            tables.drop(token, web.tables)
    if wants_json(request):
        return as_json(found, 200 if found.ok else 422)
    return page(request, "outcomes_check.html.j2", status=200 if found.ok else 422, found=found, asked=asked)


@router.post("/outcomes/confirm", response_model=OutcomesDone)
def confirm(
    request: Request,
    web: WebOf,
    asked: AskedByForm,
    token: Annotated[str, Form(max_length=60)],
) -> Response:
    """Import the file that was checked: all of it, or nothing."""
    path = tables.waiting(token, web.tables)
    done = tables.confirm(web.store, path, asked, web.config.timezone)
    tables.drop(token, web.tables)
    if wants_json(request):
        return as_json(
            OutcomesDone(
                added=done.added, changed=done.changed, same=done.same, matched=done.matched, unmatched=len(done.unmatched)
            )
        )
    return RedirectResponse(f"/outcomes?imported={done.added}-{done.changed}-{done.same}", 303)


@router.post("/outcomes/cancel", include_in_schema=False)
def cancel(web: WebOf, token: Annotated[str, Form(max_length=60)]) -> Response:
    """Delete the file that waits for a yes."""
    tables.drop(token, web.tables)
    return RedirectResponse("/outcomes", 303)
