"""The rep's self-check: upload or record, watch, hear, try again, keep or not."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import FileResponse, RedirectResponse, Response

from vmaudio.analysis import STAGES
from vmaudio.errors import NotStored
from vmaudio.records import Analysis, Message
from vmaudio.report import DRILLS, compare_takes, judge_drill, message_view
from vmaudio.text import SCRIPT_TEXT, adherence_of, checked_script, script_of
from vmaudio.web import keeping
from vmaudio.web.context import (
    SessionOf,
    Web,
    WebOf,
    as_json,
    owner_of,
    page,
    sign_as,
    utc,
    wants_json,
    web_of,
)
from vmaudio.web.jobs import DONE, FAILED, GONE, LOST, Job
from vmaudio.web.limits import caller_of
from vmaudio.web.released import read_instead
from vmaudio.web.rights import may_see
from vmaudio.web.schemas import Accepted, Comparison, Done, JobModel, Problem
from vmaudio.web.uploads import megabytes
from vmaudio.web.viewers import Viewer, ViewerOf, viewer_of

router = APIRouter(tags=["self-check"])

STAGE_WORDS = {
    "load": "loading the recogniser",
    "listen": "listening: level, pitch, pauses",
    "transcribe": "transcribing the words",
    "describe": "finding the parts, applying the rubric",
}
NOTES = 2000
SCRIPT = 4000


def limits_of(web: Web) -> dict[str, Any]:
    """What a form that takes a recording needs to say.

    Args:
        web: The app.

    Returns:
        Names and values for the template.
    """
    return {
        "max_bytes": web.config.max_bytes,
        "max_size": megabytes(web.config.max_bytes),
        "max_minutes": f"{web.config.max_seconds / 60:g}",
        "max_seconds": web.config.max_seconds,
        "keep_minutes": f"{web.config.keep_s / 60:g}",
        "worker": web.engine.state,
        "rate": f"{web.jobs.rate():.3f}",
        "waiting_s": f"{web.jobs.waiting * web.jobs.usual_s():.0f}",
    }


@router.get("/", include_in_schema=False)
def start(request: Request, web: WebOf) -> Response:
    """The first page."""
    return page(request, "selfcheck.html.j2", previous="", said={}, **limits_of(web))


@router.post(
    "/jobs", status_code=202, response_model=Accepted,
    responses={413: {"model": Problem}, 429: {"model": Problem}, 503: {"model": Problem}},
)  # fmt: skip
def upload(
    request: Request,
    web: WebOf,
    session: SessionOf,
    viewer: ViewerOf,
    file: Annotated[UploadFile, File(description="the recording, in any usual format")],
    rep: Annotated[str, Form(max_length=200, description="compares with the rep's own baseline, when there is one")] = "",
    prospect: Annotated[str, Form(max_length=200, description="name of the listener")] = "",
    notes: Annotated[str, Form(max_length=NOTES, description="what is known of the listener")] = "",
    previous: Annotated[str, Form(max_length=100, description="the job of the take before this one")] = "",
    script: Annotated[str, Form(max_length=SCRIPT, description="what was to be said; {name} and [Name] are slots")] = "",
    seconds: Annotated[str, Form(max_length=20, description="how long it is, as the browser found, for the progress")] = "",
) -> Response:
    """Upload a recording. A browser is sent to its page; a program gets the job's id. 503 when the queue is full."""
    web.upload_limit.use(caller_of(request))
    who, whom = keeping.field(_rep(viewer, rep), "The rep's name"), keeping.field(prospect, "The listener's name")
    known: dict[str, Any] = {
        "rep": who,
        "prospect": whom,
        "prospect_name": whom,
        "notes": keeping.without_controls(notes) or None,
    }
    if script.strip():
        known["extra"] = {SCRIPT_TEXT: checked_script(keeping.without_controls(script))}

    def make(path: Path) -> Message:
        return Message(source=str(path), **known)

    earlier = web.jobs.get(previous) if previous else None
    job = web.jobs.add(
        file.file, file.filename or "", make, max_bytes=web.config.max_bytes,
        previous=earlier.id if earlier and _may_see(request, earlier) else None,
        owner="" if request.state.bearer else owner_of(request), told_s=_told_s(seconds, web.config.max_seconds),
    )  # fmt: skip
    sign_as(request, who or "")
    url = f"/jobs/{job.id}"
    if wants_json(request):
        return as_json(Accepted(id=job.id, url=url, position=web.jobs.position(job)), 202, {"location": url})
    return RedirectResponse(url, 303)


def _told_s(seconds: str, longest_s: float) -> float:
    """How long the browser says that a recording is, as far as it is analysed; 0 where it says nothing that can be so."""
    try:
        told = float(seconds)
    except ValueError:
        return 0.0
    return min(told, longest_s) if told > 0 else 0.0


def _rep(viewer: Viewer, given: str) -> str:
    """Under whose name a take goes: a rep's always under the own one."""
    return viewer.rep if viewer.role == "rep" else given


def job_seen(request: Request, job_id: str) -> Job:
    """An upload that the visitor may see.

    Args:
        request: The visitor's.
        job_id: Id of the upload.

    Returns:
        The upload.

    Raises:
        NotStored: there is none, or it is another's.
    """
    job = web_of(request).jobs.get(job_id)
    if job is None or not _may_see(request, job):
        raise NotStored("There is no such upload. Upload the recording again.")
    return job


def said_of(job: Job) -> dict[str, str | None]:
    """What was typed beside a recording.

    Args:
        job: The upload.

    Returns:
        The fields of its form; empty where the upload is gone.
    """
    sent = job.message
    if sent is None:
        return {}
    return {"rep": sent.rep, "prospect": sent.prospect_name, "notes": sent.notes, "script": script_of(sent)}


def _may_see(request: Request, job: Job) -> bool:
    """A take that nobody has kept is its uploader's alone; one that is over has nothing left to see. A kept one is for whom its
    message is for."""
    if request.state.bearer or job.state == LOST or job.owner == owner_of(request):
        return True
    if not job.kept_as:
        return False
    kept = web_of(request).store.one(job.kept_as) if viewer_of(request).role == "rep" else None
    return viewer_of(request).role != "rep" or (kept is not None and may_see(viewer_of(request), kept.message))


def _comparison(web: Web, job: Job) -> Comparison | None:
    earlier = web.jobs.get(job.previous) if job.previous else None
    if earlier is None or earlier.analysis is None or job.analysis is None:
        return None
    found = compare_takes(earlier.analysis, job.analysis, web.glossary())
    return Comparison.model_validate({**dataclasses.asdict(found), "previous": earlier.id})


def _script(analysis: Analysis | None) -> dict[str, Any] | None:
    kept = adherence_of(analysis) if analysis else None
    return kept.to_dict() if kept else None


def _drill(web: Web, job: Job) -> dict[str, Any] | None:
    """What came of an attempt at a drill; None where it is none, or not over."""
    if not job.drill or job.analysis is None:
        return None
    verdict = judge_drill(job.analysis, DRILLS[job.drill], web.book.active.rubric)
    return {"id": job.drill, "passed": verdict.passed, "evidence": verdict.evidence}


def audio_of(job: Job) -> str | None:
    """Where an upload can be heard.

    Args:
        job: The upload.

    Returns:
        The address of its copy for the player; None where there is none.
    """
    return f"/jobs/{job.id}/audio" if job.copy is not None and job.copy.exists() else None


def _model(web: Web, job: Job) -> JobModel:
    state, analysis = web.jobs.result_of(job)
    length_s, left_s = web.jobs.left(job)
    took = web.jobs.clock() - job.started
    return JobModel.model_validate(
        {
            "length_s": length_s,
            "left_s": left_s,
            "percent": round(100 * took / (took + left_s)) if left_s is not None else None,
            "id": job.id,
            "state": state,
            "stage": job.stage if not job.is_over else "",
            "stages": list(STAGES),
            "position": web.jobs.position(job),
            "error": job.error,
            "file_name": job.file_name,
            "created_utc": utc(job.created),
            "expires_utc": utc(web.jobs.expires(job)) if job.folder is not None else None,
            "kept_as": job.kept_as,
            "url": f"/jobs/{job.id}",
            "audio": audio_of(job),
            "analysis": web.for_rep(analysis).to_dict() if analysis else None,
            "comparison": _comparison(web, job),
            "script": _script(analysis),
            "drill": _drill(web, job),
        }
    )


@router.get("/jobs/{job_id}.json", responses={410: {"model": JobModel}})
def job_json(request: Request, web: WebOf, job_id: str) -> JobModel:
    """How far an upload is; its analysis once it is done. 410 when it is lost or deleted."""
    job = job_seen(request, job_id)
    return as_json(_model(web, job), 410 if job.state in (LOST, GONE) else 200)  # type: ignore[return-value]


@router.get("/jobs/{job_id}", include_in_schema=False)
def job_page(request: Request, web: WebOf, job_id: str, whole: bool = False, deleted: bool = False) -> Response:
    """Progress, then the scorecard; an attempt at a drill has a page of its own, unless the whole scorecard is asked for.
    Who has just deleted it is told so, and that is no error."""
    job = job_seen(request, job_id)
    if job.drill and job.is_over and not whole:
        return RedirectResponse(f"/practice/drills/{job.drill}?job={job.id}", 303)
    state, analysis = web.jobs.result_of(job)
    said = said_of(job)
    if state in (FAILED, LOST, GONE):
        status = 422 if state == FAILED else 200 if state == GONE and deleted else 410
        return page(
            request, "selfcheck_over.html.j2", status=status, job=job, previous=job.previous or "", said=said, **limits_of(web)
        )
    if state != DONE or analysis is None:
        position = web.jobs.position(job)
        return page(
            request, "selfcheck_wait.html.j2", job=job, position=position, words=STAGE_WORDS, stages=STAGES,
            wait_s=position * web.jobs.usual_s(),
        )  # fmt: skip
    tone = web.config.tone in ("all", "self-check")
    view = message_view(web.for_rep(analysis), web.glossary(), tone=tone, sound=audio_of(job))
    comparison = _comparison(web, job)
    earlier = web.jobs.get(job.previous) if comparison and job.previous else None
    before = None
    if earlier is not None and earlier.analysis is not None:
        before = message_view(web.for_rep(earlier.analysis), web.glossary(), tone=tone, sound=audio_of(earlier), details=False)
    takes = [take for take in web.jobs.chain(job) if take.state == DONE and take.analysis is not None]
    return page(
        request, "selfcheck_done.html.j2", job=job, view=view,
        better=read_instead(web.store, [one.id for one in view.to_change[:3]], most=2), title_of_check=web.glossary().title,
        before=before, comparison=comparison, takes=takes,
        previous=job.id, said=said, expires=utc(web.jobs.expires(job)), **limits_of(web),
    )  # fmt: skip


@router.get("/jobs/{job_id}/audio", response_class=FileResponse, responses={206: {"description": "a part, by Range"}})
def job_audio(request: Request, job_id: str) -> Response:
    """The upload as 16 kHz mono WAV, whole or in parts (Range)."""
    copy = job_seen(request, job_id).copy
    if copy is None or not copy.exists():
        raise NotStored("There is no recording to play: it was deleted, or it is not decoded yet.")
    return FileResponse(copy, media_type="audio/wav")


@router.post("/jobs/{job_id}/keep", response_model=Done)
def keep(
    request: Request,
    web: WebOf,
    viewer: ViewerOf,
    job_id: str,
    rep: Annotated[str, Form(max_length=200)],
    prospect: Annotated[str, Form(max_length=200)] = "",
    campaign: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Keep an upload in the store, under the rep's name."""
    message_id = keeping.keep(web, job_seen(request, job_id), _rep(viewer, rep), prospect, campaign)
    request.state.about = ("message", message_id)
    sign_as(request, rep.strip())
    url = f"/jobs/{job_id}"
    return as_json(Done(done=message_id, url=f"/message/{message_id}")) if wants_json(request) else RedirectResponse(url, 303)


@router.post("/jobs/{job_id}/delete", response_model=Done)
def delete(request: Request, web: WebOf, job_id: str) -> Response:
    """Delete an upload now; when it was kept, from the store as well."""
    job = job_seen(request, job_id)
    if job.kept_as and web.store.one(job.kept_as) is not None:
        keeping.delete(web, job.kept_as)
    web.jobs.delete(job)
    return (
        as_json(Done(done="deleted", url="/")) if wants_json(request) else RedirectResponse(f"/jobs/{job_id}?deleted=true", 303)
    )
