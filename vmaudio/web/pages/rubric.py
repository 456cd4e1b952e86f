"""The rubric: its form and its text, what a change would do, saving it, and scoring the store again."""

from __future__ import annotations

import logging
import re
import threading
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from vmaudio.analysis import BANDS, freeze_baselines, rescore as score_again
from vmaudio.errors import RubricError, VmaudioError
from vmaudio.rubric import Criterion as Check, default_rubric_text, edit_rubric
from vmaudio.web import rubrics
from vmaudio.web.agreement import agreement_lines
from vmaudio.web.context import Web, WebOf, as_json, page, wants_json
from vmaudio.web.rights import runs_server
from vmaudio.web.rubrics import MOST_BYTES, Active, Conflict
from vmaudio.web.schemas import Criterion, Done, Preview, Rescoring, RubricPage
from vmaudio.web.viewers import ViewerOf

log = logging.getLogger(__name__)

router = APIRouter(tags=["rubric"])

Text = Annotated[str, Form(max_length=MOST_BYTES, description="the whole rubric, TOML")]
AROUND = 3
"""Lines shown before and after a faulty one."""


def _rescoring(web: Web) -> Rescoring:
    now = web.rescore
    return Rescoring(state=now.state, done=now.done, total=now.total, error=now.error)


@router.get("/rubric.json")
def rubric_json(web: WebOf, viewer: ViewerOf) -> RubricPage:
    """The active rubric, where it lies (for those who run the server), and how far scoring again has come."""
    active, shown = web.book.active, runs_server(viewer)
    return RubricPage(
        rubric_id=active.rubric.rubric_id,
        title=active.rubric.title,
        path=str(active.path) if active.path and shown else None,
        saves_to=str(web.book.target) if shown else "",
        text=active.text,
        strong=active.rubric.strong,
        fair=active.rubric.fair,
        checks=[
            Criterion(
                id=c.id, title=c.title, test=c.test, weight=c.weight, tip=c.tip, disputed=c.disputed, na_for=list(c.na_for),
                options={name: list(v) if isinstance(v, tuple) else v for name, v in c.options.items()},
            )
            for c in active.rubric.criteria
        ],
        rescoring=_rescoring(web),
    )  # fmt: skip


@router.get("/rubric", include_in_schema=False)
def rubric_page(request: Request, web: WebOf, start: str = "", saved: str = "") -> Response:
    """The editor. ``start=shipped`` opens it with the text of the rubric that ships."""
    active = web.book.active
    text = default_rubric_text() if start == "shipped" else active.text
    return page(
        request, "rubric.html.j2", active=active, text=text, target=str(web.book.target), saved=bool(saved),
        rescoring=_rescoring(web), stale=_stale(web, active), shipped=start == "shipped", checks=_editable(active),
        agreement=agreement_lines(web),
    )  # fmt: skip


def _editable(active: Active) -> list[tuple[Check, list[tuple[str, float]]]]:
    """The checks, each with the options that the form can change."""

    def options(check: Check) -> list[tuple[str, float]]:
        return [(name, value) for name, value in check.options.items() if isinstance(value, float)]

    return [(check, options(check)) for check in active.rubric.criteria]


def _stale(web: Web, active: Active) -> int:
    """How many messages were scored by another rubric."""
    return rubrics.scored_otherwise(web.store, active.rubric.rubric_id)


def _preview(web: Web, text: str) -> Preview:
    return rubrics.preview(web.store, web.book.active.rubric, web.book.draft(text))


def _show(request: Request, web: Web, text: str, based_on: str) -> Response:
    active = web.book.active
    try:
        found = _preview(web, text)
    except RubricError as error:
        if wants_json(request):
            raise
        return _faulty(request, web, text, str(error))
    if wants_json(request):
        return as_json(found)
    return page(
        request, "rubric_preview.html.j2", found=found, text=text, active=active, based_on=based_on or active.rubric.rubric_id,
        bands=BANDS, target=str(web.book.target), most=max([*found.histogram_before, *found.histogram_after, 1]),
    )  # fmt: skip


def _faulty(request: Request, web: Web, text: str, sentence: str) -> Response:
    """The editor with the fault and the lines around it."""
    lines = text.replace("\r\n", "\n").split("\n")
    named = re.search(r"\bline (\d+)", sentence)
    at = int(named.group(1)) if named else 0
    around = [(n, lines[n - 1]) for n in range(max(1, at - AROUND), min(len(lines), at + AROUND) + 1)] if at else []
    active = web.book.active
    return page(
        request, "rubric_fault.html.j2", status=422, sentence=sentence, at=at, around=around, text=text, active=active,
        target=str(web.book.target),
    )  # fmt: skip


@router.post("/rubric/preview", response_model=Preview)
def preview(request: Request, web: WebOf, text: Text, based_on: Annotated[str, Form(max_length=300)] = "") -> Response:
    """What a rubric would do to the last 200 messages. Nothing is saved; a fault is answered with its line."""
    return _show(request, web, text, based_on)


@router.post("/rubric/preview-form", include_in_schema=False)
async def preview_form(request: Request, web: WebOf) -> Response:
    """The same from the form: the values that were changed are put into the active rubric's text."""
    form = await request.form()
    values = {name: value for name, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_from_form, request, web, values)


def _from_form(request: Request, web: Web, values: dict[str, str]) -> Response:
    active = web.book.active
    based_on = values.get("based_on", "")
    if based_on != active.rubric.rubric_id:
        raise Conflict("Somebody else has saved another rubric. Open the editor again and make your change there.")
    changes = {}
    for check in active.rubric.criteria:
        now = {"weight": f"{check.weight:g}", "tip": check.tip}
        now |= {n: f"{v:g}" for n, v in check.options.items() if isinstance(v, float)}
        for key, value in now.items():
            typed = values.get(f"{key}:{check.id}")
            if typed is not None and typed.strip() != value:
                changes[check.id, key] = typed
    try:
        text = edit_rubric(active.text, active.rubric, changes)
    except RubricError as error:
        return _faulty(request, web, active.text, str(error))
    return _show(request, web, text if changes else active.text, based_on)


@router.post("/rubric/save", response_model=Done)
def save(request: Request, web: WebOf, text: Text, based_on: Annotated[str, Form(max_length=300)]) -> Response:
    """Save a rubric as the user's own; never over the one that ships. ``based_on`` is the id of the rubric that was edited:
    409 when another was saved meanwhile. Scores stay as they are until the store is scored again."""
    try:
        active = web.book.save(text, based_on)
    except Conflict:
        raise
    except RubricError as error:
        if wants_json(request):
            raise
        return _faulty(request, web, text, str(error))
    done = Done(done=active.rubric.rubric_id, url="/rubric")
    return as_json(done) if wants_json(request) else RedirectResponse("/rubric?saved=1", 303)


@router.post("/rubric/rescore", status_code=202, response_model=Rescoring)
def rescore(request: Request, web: WebOf) -> Response:
    """Score every stored message again by the active rubric, in the background. 409 while it is under way."""
    with web.rescore.lock:
        if web.rescore.state == "running":
            raise Conflict("The messages are already being scored again.")
        web.rescore.state, web.rescore.done, web.rescore.error = "running", 0, ""
        web.rescore.total = web.store.count()
        web.rescore.stop.clear()
        web.rescore.thread = threading.Thread(target=_run, args=(web,), name="vmaudio rescore", daemon=True)
        web.rescore.thread.start()
    return as_json(_rescoring(web), 202) if wants_json(request) else RedirectResponse("/rubric", 303)


def _run(web: Web) -> None:
    now = web.rescore
    try:
        freeze_baselines(web.store)
        for _ in score_again(web.store, web.book.active.rubric, freeze=False, forecaster=web.forecaster):
            now.done += 1
            if now.stop.is_set():
                raise RubricError("The server stopped before all messages were scored. Score them again.")
        now.state = "done"
    except VmaudioError as error:
        now.state, now.error = "failed", str(error)
    except Exception as error:
        log.exception("scoring again failed")
        now.state, now.error = "failed", f"Unexpected {type(error).__name__}; the server's log has the details."
