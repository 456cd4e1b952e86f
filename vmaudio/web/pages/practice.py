"""The rep's practice: say a message again with the script on screen, and drills made from the rep's own misses."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from vmaudio.records import Message
from vmaudio.report import DrillOffer, drills_for, judge_drill, message_view
from vmaudio.rubric import Rubric, load_rubric
from vmaudio.store import PracticeAttempt, Search, delete_practice
from vmaudio.text import script_of
from vmaudio.web.context import Web, WebOf, as_json, owner_of, page, wants_json
from vmaudio.web.drilling import (
    GOAL,
    Owner,
    attempt_owner,
    attempts_by_drill,
    drill_named,
    new_owner,
    note_attempt,
    practice_cookie,
    remember_browser,
)
from vmaudio.web.limits import caller_of
from vmaudio.web.pages.selfcheck import audio_of, job_seen, limits_of, said_of
from vmaudio.web.released import Better, read_instead
from vmaudio.web.schemas import Accepted, Done, Problem

router = APIRouter(tags=["practice"])


class AttemptModel(BaseModel):
    """One attempt at a drill."""

    passed: bool | None = Field(description="null: it could not be judged")
    evidence: str
    created_utc: str


class DrillOfferModel(BaseModel):
    """A drill for this rep."""

    id: str
    title: str
    checks: list[str] = Field(description="checks of the rubric that it trains; only these count")
    target: str
    how: str
    say: str
    own: bool = Field(description="what to say is from the rep's own message")
    missed: int = Field(description="own messages that missed one of the checks for sure")
    judged: int
    attempts: list[AttemptModel] = Field(description="the newest, the oldest of them first")
    read_instead: list[str] = Field(description="passages of better messages that a coach has released")


class PracticePage(BaseModel):
    """What to practise. The attempts are those of this user, or of this browser, alone."""

    rep: str
    drills: list[DrillOfferModel]


def pace_of(rubric: Rubric) -> dict[str, float]:
    """The limits of pace and line that the live meters show: those of the rubric, else of the one that ships.

    Args:
        rubric: the active rubric.

    Returns:
        ``low_wpm``, ``high_wpm``, ``snr_db`` and ``clipped_share``.
    """
    wanted = {
        "low_wpm": ("pace_over", "low_wpm"), "high_wpm": ("pace_under", "high_wpm"), "snr_db": ("clear_line", "low_snr_db"),
        "clipped_share": ("clear_line", "high_clipped_share"),
    }  # fmt: skip
    found: dict[str, float] = {}
    for given in (rubric, load_rubric()):
        for name, (test, option) in wanted.items():
            value = next((c.number(option) for c in given.criteria if c.test == test and c.number(option) is not None), None)
            if value is not None:
                found.setdefault(name, value)
    return found


def _studio(web: Web) -> dict[str, Any]:
    """What the recording part of a page needs."""
    return {**limits_of(web), "pace": pace_of(web.book.active.rubric)}


def _own_script(web: Web, rep: str) -> str:
    """The script of the rep's newest message that has one."""
    for row in web.store.page(Search(rep=rep), limit=5).rows if rep else ():
        analysis = web.store.one(row.message_id)
        script = script_of(analysis.message) if analysis else None
        if script:
            return script
    return ""


def _model(offer: DrillOffer, attempts: list[PracticeAttempt], better: list[Better]) -> DrillOfferModel:
    drill = offer.drill
    return DrillOfferModel(
        id=drill.id, title=drill.title, checks=list(drill.checks), target=offer.target, how=drill.how, say=offer.say,
        own=bool(offer.own_message), missed=offer.missed, judged=offer.judged, attempts=[_attempt(one) for one in attempts],
        read_instead=[one.text for one in better],
    )  # fmt: skip


def _attempt(one: PracticeAttempt) -> AttemptModel:
    return AttemptModel(passed=one.passed, evidence=one.evidence, created_utc=one.created_utc)


@router.get("/practice.json")
def practice_json(request: Request, web: WebOf) -> PracticePage:
    """The drills for this rep, with the own attempts."""
    owner = attempt_owner(request, web)
    own = attempts_by_drill(web, owner)
    offers = drills_for(web.store, owner.rep, web.book.active.rubric)
    drills = [_model(one, own.get(one.drill.id, []), _better(web, one.drill.checks)) for one in offers]
    return PracticePage(rep=owner.rep, drills=drills)


@router.get("/practice", include_in_schema=False)
def practice(request: Request, web: WebOf, previous: Annotated[str, Query(max_length=100)] = "") -> Response:
    """The page."""
    owner = attempt_owner(request, web)
    earlier = job_seen(request, previous) if previous else None
    message = earlier.message if earlier else None
    script = (script_of(message) if message else None) or _own_script(web, owner.rep)
    said = said_of(earlier) if earlier else {}
    offers = drills_for(web.store, owner.rep, web.book.active.rubric)
    return page(
        request, "practice.html.j2", offers=offers, attempts=attempts_by_drill(web, owner), goal=GOAL, owner=owner,
        script=script, previous=earlier.id if earlier else "", said=said, **_studio(web),
    )  # fmt: skip


@router.get("/practice/drills/{drill_id}.json")
def drill_json(request: Request, web: WebOf, drill_id: str) -> DrillOfferModel:
    """One drill for this rep."""
    offer, owner = _offer(request, web, drill_id)
    better = _better(web, offer.drill.checks)
    return _model(offer, attempts_by_drill(web, owner).get(drill_id, []), better)


@router.get("/practice/drills/{drill_id}", include_in_schema=False)
def drill_page(request: Request, web: WebOf, drill_id: str, job: Annotated[str, Query(max_length=100)] = "") -> Response:
    """A drill: what to say, the target, the studio and the own attempts; with a job, what came of that attempt."""
    offer, owner = _offer(request, web, drill_id)
    made = job_seen(request, job) if job else None
    analysis = made.analysis if made is not None and made.drill == drill_id else None
    verdict = judge_drill(analysis, offer.drill, web.book.active.rubric) if analysis else None
    view = None
    if analysis is not None and made is not None:
        view = message_view(web.for_rep(analysis), web.glossary(), sound=audio_of(made), details=False)
    return page(
        request, "drill.html.j2", offer=offer, attempts=attempts_by_drill(web, owner).get(drill_id, []), goal=GOAL,
        better=_better(web, offer.drill.checks), glossary=web.glossary(), job=made, verdict=verdict, view=view,
        **_studio(web),
    )  # fmt: skip


def _offer(request: Request, web: Web, drill_id: str) -> tuple[DrillOffer, Owner]:
    drill, owner = drill_named(drill_id), attempt_owner(request, web)
    found = drills_for(web.store, owner.rep, web.book.active.rubric, drill=drill.id)
    return (found[0] if found else DrillOffer(drill, drill.target_for(web.book.active.rubric), drill.example)), owner


def _better(web: Web, checks: tuple[str, ...]) -> list[Better]:
    return read_instead(web.store, checks)


@router.post(
    "/practice/drills/{drill_id}", status_code=202, response_model=Accepted,
    responses={413: {"model": Problem}, 429: {"model": Problem}, 503: {"model": Problem}},
)  # fmt: skip
def attempt(
    request: Request, web: WebOf, drill_id: str, file: Annotated[UploadFile, File(description="the recording of the attempt")]
) -> Response:
    """Make an attempt at a drill: analysed as any upload, but only the drill's checks count. The recording is not kept."""
    web.upload_limit.use(caller_of(request))
    drill = drill_named(drill_id)
    owner, cookie = new_owner(request, web)
    job = web.jobs.add(
        file.file, file.filename or "", lambda path: Message(source=str(path), rep=owner.rep or None),
        max_bytes=web.config.max_bytes, owner="" if request.state.bearer else owner_of(request),
        when_over=note_attempt(web, owner, drill), drill=drill.id,
    )  # fmt: skip
    url = f"/jobs/{job.id}"
    answer: Response
    if wants_json(request):
        answer = as_json(Accepted(id=job.id, url=url, position=web.jobs.position(job)), 202, {"location": url})
    else:
        answer = RedirectResponse(url, 303)
    remember_browser(answer, request, web, cookie)
    return answer


@router.post("/practice/delete", response_model=Done)
def delete(request: Request, web: WebOf) -> Response:
    """Delete the own attempts."""
    gone = delete_practice(web.store, attempt_owner(request, web).key)
    answer: Response
    answer = (
        as_json(Done(done=f"{gone} attempts", url="/practice")) if wants_json(request) else RedirectResponse("/practice", 303)
    )
    answer.delete_cookie(practice_cookie(web), path="/")
    return answer
