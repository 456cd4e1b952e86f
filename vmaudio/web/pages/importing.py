"""Adding a folder of recordings with its manifest and outcomes: a dry run first, then the work with its progress."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from vmaudio.errors import NotStored
from vmaudio.web import imports, tables
from vmaudio.web.context import Web, WebOf, as_json, page, wants_json
from vmaudio.web.held_imports import Import
from vmaudio.web.limits import caller_of
from vmaudio.web.reading import AskedByForm
from vmaudio.web.schemas import Accepted, LineNote
from vmaudio.web.tables import HowRead

router = APIRouter(tags=["import"])

Several = Annotated[list[UploadFile], File(description="recordings, and what lies beside them")]
One = Annotated[UploadFile | None, File(description="CSV or Excel")]


class ImportCheck(BaseModel):
    """What an import would do. Nothing is stored yet."""

    ok: bool
    recordings: int = Field(description="recordings that would be analysed")
    known: int = Field(description="recordings that were analysed before, and are passed over")
    without_row: list[str] = Field(description="recordings of which the manifest says nothing")
    without_file: list[LineNote] = Field(description="rows of the manifest whose recording is not here")
    left_out: list[str]
    faults: list[str]
    questions: list[str]
    columns: dict[str, str] = Field(description="field of the manifest -> column of the file")
    outcome_columns: dict[str, str]
    matched: int = Field(description="lines of outcomes that found their message")
    unmatched: list[LineNote]
    minutes: float = Field(description="about how long the analysis takes")
    confirm: str | None = Field(description="token for POST /import/confirm")


class ImportState(BaseModel):
    """An import on its way."""

    state: str = Field(description="working, done or stopped")
    total: int
    done: int
    known: int
    failed: list[str]
    outcomes: str
    left_s: float | None


def _checked(web: Web, token: str, plan: imports.Plan) -> ImportCheck:
    read = plan.tables
    manifest, outcomes = (read.manifest, read.outcomes) if read else (None, None)
    ok = not plan.faults
    return ImportCheck(
        ok=ok, recordings=len(plan.recordings), known=plan.known, without_row=list(plan.without_row),
        without_file=[LineNote(line=line, text=name) for line, name in plan.without_file], left_out=list(plan.left_out),
        faults=list(plan.faults), questions=list(plan.questions), columns=dict(manifest.columns) if manifest else {},
        outcome_columns=dict(outcomes.columns) if outcomes else {}, matched=read.matched if read else 0,
        unmatched=[LineNote(line=line, text=why) for line, why in read.unmatched] if read else [],
        minutes=len(plan.recordings) * web.jobs.usual_s() / 60, confirm=token if ok else None,
    )  # fmt: skip


@router.get("/import", include_in_schema=False)
def start(request: Request, web: WebOf) -> Response:
    """The form."""
    return page(request, "import.html.j2", asked=HowRead(), most=imports.MOST_FILES)


@router.post("/import/check", response_model=ImportCheck)
def check(
    request: Request,
    web: WebOf,
    asked: AskedByForm,
    files: Several,
    manifest: One = None,
    outcomes: One = None,
) -> Response:
    """A dry run: which recordings would be analysed, how the tables are read, and what fits to what. Nothing is stored."""
    web.upload_limit.use(caller_of(request))
    given = [(one.file, one.filename or "") for one in files]
    manifest_file, outcomes_file = ((one.file, one.filename or "") if one else None for one in (manifest, outcomes))
    token, place, left_out = imports.receive(given, manifest_file, outcomes_file, web.tables, web.config.max_bytes)
    kept = False
    try:
        plan = imports.plan_of(web, place, asked, left_out)
        kept = not plan.faults
    finally:
        if not kept:
            tables.drop(token, web.tables)
    found = _checked(web, token, plan)
    if wants_json(request):
        return as_json(found, 200 if found.ok else 422)
    return page(
        request, "import_check.html.j2", status=200 if found.ok else 422, found=found, asked=asked, read=plan.tables,
        most=imports.MOST_FILES,
    )  # fmt: skip


def _place(web: Web, token: str) -> Path:
    place = web.tables / token
    if not re.fullmatch(r"[\w-]{16,40}", token) or not (place / "recordings").is_dir():
        raise NotStored("These files are no longer on the server. Choose them again.")
    return place


@router.post("/import/confirm", status_code=202, response_model=Accepted)
def confirm(
    request: Request,
    web: WebOf,
    asked: AskedByForm,
    token: Annotated[str, Form(max_length=60)],
) -> Response:
    """Analyse the recordings that were checked, one after another, and then import the outcomes."""
    if token not in web.imports.all:
        imports.start(web, token, imports.plan_of(web, _place(web, token), asked), asked)
    url = f"/import/{token}"
    return as_json(Accepted(id=token, url=url, position=0), 202) if wants_json(request) else RedirectResponse(url, 303)


@router.post("/import/cancel", include_in_schema=False)
def cancel(web: WebOf, token: Annotated[str, Form(max_length=60)]) -> Response:
    """Delete the files that wait for a yes."""
    if token not in web.imports.all:
        shutil.rmtree(_place(web, token), ignore_errors=True)
    return RedirectResponse("/import", 303)


def _import(web: Web, token: str) -> Import:
    found = web.imports.all.get(token)
    if found is None:
        raise NotStored(
            "There is no such import on this server: it may have been restarted. What was analysed is stored; choose the "
            "folder again, and only the rest is analysed."
        )
    return found


@router.get("/import/{token}.json")
def state_json(web: WebOf, token: str) -> ImportState:
    """How far an import is."""
    made = _import(web, token)
    with made.lock:
        failed = [f"{name}: {why}" for name, why in made.failed]
    return ImportState(
        state=made.state, total=made.total, done=made.done, known=made.known, failed=failed, outcomes=made.outcomes,
        left_s=made.left_s(),
    )  # fmt: skip


@router.get("/import/{token}", include_in_schema=False)
def state(request: Request, web: WebOf, token: str) -> Response:
    """The progress."""
    return page(request, "import_state.html.j2", made=state_json(web, token), token=token)
