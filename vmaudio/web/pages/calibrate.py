"""Calibration: coaches score the same messages blind, check by check; then it is said how far they and the machine agree."""

from __future__ import annotations

import dataclasses
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from vmaudio.errors import NotStored, SettingError
from vmaudio.store import delete_round, round_of
from vmaudio.training import estimate_words
from vmaudio.web import calibrating, keeping
from vmaudio.web.agreement import calibration_of
from vmaudio.web.calibrating import ANSWERS, KEYS, Progress
from vmaudio.web.calibration_schemas import (
    AgreementModel,
    Answered,
    CalibrateModel,
    DifferentModel,
    MessageToScore,
    QuestionModel,
    RoundModel,
)
from vmaudio.web.context import RowNumber, Web, WebOf, as_json, page, session_of, sign_as, signed, wants_json
from vmaudio.web.schemas import Done
from vmaudio.web.viewers import ViewerOf

router = APIRouter(tags=["calibration"])

PRESET = 8
"""Checks that are chosen to begin with: those that weigh most. Thirty messages with eight questions take about an hour."""

At = Annotated[int, Query(ge=0, le=1000, description="place of the message, from 1; 0 is the first with an open question")]
WAIT = "You are still scoring. The agreement comes when you have answered every question of the rounds that you began."


def _coach(request: Request) -> str:
    return signed(request, session_of(request).name or "")


def _round_model(one: Progress) -> RoundModel:
    held = one.round
    return RoundModel(
        id=held.id, seed=held.seed, by=held.by, created_utc=held.created_utc, messages=len(held.messages),
        checks=list(held.checks), answered=one.done, questions=one.total, state=one.state,
    )  # fmt: skip


@router.get("/calibrate.json")
def calibrate_json(request: Request, web: WebOf) -> CalibrateModel:
    """The rounds, and how far the reader has come in each."""
    coach = _coach(request)
    return CalibrateModel(coach=coach, rounds=[_round_model(one) for one in calibrating.progress_of(web, coach)])


@router.get("/calibrate", include_in_schema=False)
def calibrate_page(request: Request, web: WebOf, viewer: ViewerOf) -> Response:
    """The page: rounds to go on with, and a new one."""
    coach = _coach(request)
    rounds = calibrating.progress_of(web, coach)
    checks = web.book.active.rubric.criteria
    heavy = {one.id for one in sorted(checks, key=lambda one: -one.weight)[:PRESET]}
    return page(
        request, "calibrate.html.j2", rounds=rounds, coach=coach, named=bool(viewer.name), checks=checks, heavy=heavy,
        waiting=_unfinished(rounds), scored=bool(calibration_of(web).checks),
    )  # fmt: skip


def _unfinished(rounds: list[Progress]) -> bool:
    return any(one.state == "begun" for one in rounds)


@router.post("/calibrate/name", include_in_schema=False)
def say_who(request: Request, author: Annotated[str, Form(max_length=200)]) -> Response:
    """Who scores, on a server without users."""
    sign_as(request, keeping.field(author, "Your name", needed=True) or "")
    return RedirectResponse("/calibrate", 303)


@router.post("/calibrate/rounds", response_model=Done, status_code=201)
def begin(
    request: Request,
    web: WebOf,
    n: Annotated[int, Form(ge=1, le=1000, description="messages")] = 30,
    seed: Annotated[int, Form(ge=0, le=10**9, description="another one draws others")] = 0,
    check: Annotated[list[str], Form(description="ids of the checks that are asked")] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Draw a sample for all coaches: the messages that ``vmaudio calibrate sheet`` draws."""
    made = calibrating.begin(web, n=n, seed=seed, checks=check, by=_coach(request))
    url = f"/calibrate/rounds/{made.id}"
    return as_json(Done(done="begun", url=url), 201) if wants_json(request) else RedirectResponse(url, 303)


def _one(web: Web, coach: str, round_id: int, at: int) -> tuple[Progress, int, str]:
    """The coach's progress, the place of a message and its id."""
    found = calibrating.progress_of_round(web, coach, round_id)
    held = found.round
    place = min(at or found.next, len(held.messages))
    if not held.messages:
        raise NotStored("Every message of this round was deleted. Begin another one.")
    return found, place, held.messages[place - 1]


def _audio(web: Web, round_id: int, at: int, message_id: str) -> str | None:
    found = web.store.one(message_id)
    playable = found is not None and web.copies.may_play(found.source)
    return f"/calibrate/rounds/{round_id}/audio?at={at}" if playable else None


def _questions(web: Web, found: Progress, message_id: str) -> list[QuestionModel]:
    glossary = web.glossary()
    return [
        QuestionModel(check=check, title=glossary.check(check).title, answer=found.answers.get((message_id, check)))
        for check in found.round.checks
    ]


@router.get("/calibrate/rounds/{round_id:int}.json")
def round_json(request: Request, web: WebOf, round_id: RowNumber, at: At = 0) -> MessageToScore:
    """One message of a round, with the reader's own answers and without any verdict of the machine."""
    found, place, message_id = _one(web, _coach(request), round_id, at)
    return MessageToScore(
        round=_round_model(found), at=place, message_id=message_id, audio=_audio(web, round_id, place, message_id),
        questions=_questions(web, found, message_id),
    )  # fmt: skip


@router.get("/calibrate/rounds/{round_id:int}/audio", response_class=FileResponse)
def round_audio(request: Request, web: WebOf, round_id: RowNumber, at: At = 1) -> Response:
    """The sound of one message of a round."""
    held = round_of(web.store, round_id)
    found = web.store.one(held.messages[at - 1]) if 0 < at <= len(held.messages) else None
    copy = web.copies.get(found.source, found.recording_id, found.message, found.spans) if found else None
    if copy is None:
        raise NotStored("The recording cannot be played: it was moved or replaced after the analysis.")
    request.state.about = ("message", held.messages[at - 1])
    return FileResponse(copy, media_type="audio/wav")


@router.get("/calibrate/rounds/{round_id:int}", include_in_schema=False)
def round_page(request: Request, web: WebOf, round_id: RowNumber, at: At = 0) -> Response:
    """The page: one message, its sound and the questions. Neither rep nor words nor verdicts are on it."""
    coach = _coach(request)
    found, place, message_id = _one(web, coach, round_id, at)
    if not coach:
        return RedirectResponse("/calibrate", 303)
    return page(
        request, "calibrate_round.html.j2", found=found, at=place, message_id=message_id, coach=coach, answers=ANSWERS,
        keys=KEYS, questions=_questions(web, found, message_id), sound=_audio(web, round_id, place, message_id),
    )  # fmt: skip


@router.post("/calibrate/rounds/{round_id:int}/answers", response_model=Answered)
async def answers(request: Request, web: WebOf, round_id: RowNumber) -> Response:
    """Keep answers on one message: fields ``message_id``, and ``answer:CHECK`` with pass, fail, n/a or unsure for each."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    return await run_in_threadpool(_answered, request, web, _coach(request), round_id, form)


def _answered(request: Request, web: Web, coach: str, round_id: int, form: dict[str, str]) -> Response:
    held = round_of(web.store, round_id)
    message_id = form.get("message_id", "")
    given = {name.removeprefix("answer:"): value for name, value in form.items() if name.startswith("answer:")}
    kept = calibrating.answer(web, held, message_id, given, coach)
    request.state.about = ("message", message_id)
    place = held.messages.index(message_id) + 1
    found, _, _ = _one(web, coach, round_id, place)
    more = f"?at={place + 1}" if place < len(held.messages) else ""
    url = "/calibrate/agreement" if found.state == "finished" else f"/calibrate/rounds/{round_id}{more}"
    if wants_json(request):
        return as_json(Answered(kept=kept, answered=found.done, questions=found.total, url=url))
    return RedirectResponse(url, 303)


@router.post("/calibrate/rounds/{round_id:int}/delete", response_model=Done)
def delete(request: Request, web: WebOf, round_id: RowNumber) -> Response:
    """Delete a round; the answers that coaches gave stay."""
    if not delete_round(web.store, round_id):
        raise NotStored("There is no such round of calibration. It may have been deleted.")
    return as_json(Done(done="deleted", url="/calibrate")) if wants_json(request) else RedirectResponse("/calibrate", 303)


@router.get("/calibrate/agreement.json")
def agreement_json(request: Request, web: WebOf) -> AgreementModel:
    """Agreement by check and coach; refused while the reader has begun a round and not finished it."""
    coach = _coach(request)
    if _unfinished(calibrating.progress_of(web, coach)):
        raise SettingError(WAIT)
    return AgreementModel.model_validate(
        {
            **calibration_of(web).to_dict(),
            "differences": [DifferentModel(**dataclasses.asdict(one)) for one in calibrating.differences(web, coach)],
        }
    )


@router.get("/calibrate/agreement", include_in_schema=False)
def agreement_page(request: Request, web: WebOf) -> Response:
    """The page."""
    coach = _coach(request)
    if _unfinished(calibrating.progress_of(web, coach)):
        raise SettingError(WAIT)
    glossary = web.glossary()
    return page(
        request, "calibrate_agreement.html.j2", found=calibration_of(web), coach=coach, estimate=estimate_words,
        title=lambda check: glossary.check(check).title,
        different=calibrating.differences(web, coach),
        words={"pass": "passed", "fail": "missed"},
    )  # fmt: skip
