"""One stored message: hear it, change the verdict of a check, label its clauses, delete it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from vmaudio.classify import known_approaches
from vmaudio.errors import NotStored, SettingError
from vmaudio.records import PARTS, Analysis
from vmaudio.report import OverrideView, counted_alone, message_view, title_of
from vmaudio.store import Label, labels_of, outcome_of
from vmaudio.text import adherence_of
from vmaudio.training import LabelledMessage, Sentence, save_labels
from vmaudio.web import keeping
from vmaudio.web.context import SessionOf, Web, WebOf, as_json, page, sign_as, wants_json
from vmaudio.web.library import clips_for, prepares, shown
from vmaudio.web.schemas import Done, MessagePage
from vmaudio.web.viewers import Viewer, ViewerOf

router = APIRouter(tags=["team"])

MOST_CLAUSES = 400
"""Most clauses of one message that are labelled at once."""


def _one(web: Web, message_id: str) -> Analysis:
    found = web.store.one(message_id) if len(message_id) <= 200 and "\x00" not in message_id else None
    if found is None:
        raise NotStored("There is no such message in the store. It may have been deleted.")
    return found


def _url(message_id: str, rest: str = "") -> str:
    return f"/message/{quote(message_id, safe='')}{rest}"


def _sound(web: Web, analysis: Analysis) -> str | None:
    """The player's address, when the recording is still where it was."""
    return _url(analysis.message.message_id, "/audio") if web.copies.may_play(analysis.source) else None


@router.get("/message/{message_id:path}.json")
def message_json(web: WebOf, message_id: str) -> MessagePage:
    """A stored message: its analysis, people's verdicts and labels, and its outcome."""
    found = _one(web, message_id)
    outcome = outcome_of(web.store, message_id)
    return MessagePage.model_validate(
        {
            "analysis": web.for_team(found).to_dict(),
            "overrides": [given.to_dict() for given in web.store.overrides(message_id)],
            "labels": [
                {name: getattr(label, name) for name in ("kind", "position", "text", "label", "annotator")}
                for label in labels_of(web.store, message_id)
            ],
            "outcome": outcome.to_dict() if outcome else None,
            "audio": _sound(web, found),
            "script": kept.to_dict() if (kept := adherence_of(found)) else None,
            "clauses": [part.text for part in found.structure.parts],
        }
    )


@router.get(
    "/message/{message_id:path}/audio", response_class=FileResponse, responses={206: {"description": "a part, by Range"}}
)
def message_audio(web: WebOf, message_id: str) -> Response:
    """The recording as 16 kHz mono WAV, whole or in parts (Range); only if its bytes are still those that were analysed."""
    found = _one(web, message_id)
    copy = web.copies.get(found.source, found.recording_id, found.message, found.spans)
    if copy is None:
        raise NotStored("The recording cannot be played: it was moved or replaced after the analysis.")
    return FileResponse(copy, media_type="audio/wav")


@router.get("/message/{message_id:path}", include_in_schema=False)
def message(
    request: Request,
    web: WebOf,
    session: SessionOf,
    viewer: ViewerOf,
    message_id: str,
    cut: Annotated[str, Query(max_length=40, description="seconds of a clip to cut, as 1.5-4")] = "",
    check: Annotated[str, Query(max_length=100, description="check that the clip shows")] = "",
) -> Response:
    """The page."""
    found = web.for_team(_one(web, message_id))
    overrides = {
        given.check_id: OverrideView(given.verdict, given.reason, given.author, given.created_utc)
        for given in web.store.overrides(message_id)
    }
    outcome = outcome_of(web.store, message_id)
    view = message_view(
        found, web.glossary(), tone=web.config.tone == "all", sound=_sound(web, _one(web, message_id)),
        outcome=outcome, counted=counted_alone(found.message, outcome), overrides=overrides,
    )  # fmt: skip
    labels = labels_of(web.store, message_id)
    mine = {(label.kind, label.position): label.label for label in labels if label.annotator == session.name}
    original = web.store.one(web.doubles.now().get(message_id, ""))
    return page(
        request, "message_page.html.j2", view=view, url=_url(message_id), clauses=found.structure.parts, parts=PARTS,
        approaches=known_approaches(), guess=found.structure.approach, mine=mine, others=_others(labels, session.name),
        kept=keeping.is_kept_here(web, _one(web, message_id).source),
        keep=_keep(web, viewer, message_id, cut, check) if prepares(viewer) else None,
        original=(title_of(original), _url(original.message.message_id)) if original else None,
    )  # fmt: skip


def _keep(web: Web, viewer: Viewer, message_id: str, cut: str, check: str) -> dict[str, object]:
    """What the form for the library shows."""
    start, _, end = cut.partition("-")
    return {
        "clips": shown(web, clips_for(web, viewer, message_id=message_id)), "start": start, "end": end, "check": check,
        "checks": [(one.id, one.title) for one in web.book.active.rubric.criteria], "open": bool(cut or check),
        "name": viewer.name,
    }  # fmt: skip


def _others(labels: list[Label], me: str) -> list[str]:
    return sorted({label.annotator for label in labels if label.annotator != me})


@router.post("/message/{message_id:path}/override", response_model=Done)
def override(
    request: Request,
    web: WebOf,
    message_id: str,
    check_id: Annotated[str, Form(max_length=100)],
    verdict: Annotated[str, Form(max_length=8, description="pass, fail or n/a")],
    reason: Annotated[str, Form(max_length=1000)],
    author: Annotated[str, Form(max_length=200)],
) -> Response:
    """Give a verdict on a check, with a reason. The machine's verdict and the points stay as they are."""
    _one(web, message_id)
    given = web.store.save_override(message_id, check_id, verdict, reason, author)
    sign_as(request, given.author)
    return _done(request, message_id, f"{given.check_id}: {given.verdict}", _check(given.check_id))


@router.post("/message/{message_id:path}/override/delete", response_model=Done)
def take_back(
    request: Request,
    web: WebOf,
    session: SessionOf,
    message_id: str,
    check_id: Annotated[str, Form(max_length=100)],
    author: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Take a person's verdict back. Who did it is logged."""
    _one(web, message_id)
    if not web.store.delete_override(message_id, check_id, author or session.name or "somebody in the web app"):
        raise NotStored("There is no verdict by a person on this check.")
    return _done(request, message_id, "taken back", _check(check_id))


@router.post("/message/{message_id:path}/labels", response_model=Done)
def label(
    request: Request,
    web: WebOf,
    message_id: str,
    annotator: Annotated[str, Form(max_length=200)],
    part: Annotated[list[str], Form(description="the part of every clause, in order; empty where it is not labelled")] = [],  # noqa: B006 - FastAPI copies it
    approach: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Label the clauses and the approach of a message, for training: the same labels as `vmaudio labels import` stores."""
    found = _one(web, message_id)
    who = keeping.field(annotator, "Your name", needed=True)
    clauses = found.structure.parts
    if part and len(part) != len(clauses):
        raise SettingError("The message has been analysed again and its clauses have changed. Load the page again.")
    for value in part:
        if value and value not in PARTS:
            raise SettingError(f"{value[:40]!r} is not a part. Use one of {', '.join(PARTS)}.")
    if approach and approach not in known_approaches():
        raise SettingError(f"{approach[:40]!r} is not an approach. Use one of {', '.join(known_approaches())}.")
    given = part[:MOST_CLAUSES] or [""] * len(clauses)
    made = LabelledMessage(
        id=message_id,
        rep=found.message.rep or "",
        prospect=found.message.prospect or "",
        sentences=tuple(Sentence(clause.text, value or None) for clause, value in zip(clauses, given, strict=False)),
        approach=approach or None,
        tone={},
        file=None,
    )
    count = save_labels(web.store, [made], str(who))
    sign_as(request, str(who))
    return _done(request, message_id, f"{count} labels", "#labels")


@router.post("/message/{message_id:path}/delete", response_model=Done)
def delete(request: Request, web: WebOf, message_id: str) -> Response:
    """Delete a message with its score, outcome, labels and overrides; its recording too, when it was kept here."""
    keeping.delete(web, message_id)
    return as_json(Done(done="deleted", url="/team")) if wants_json(request) else RedirectResponse("/team", 303)


def _check(check_id: str) -> str:
    """Where on the page a check stands."""
    return f"#check-{quote(check_id, safe='')}"


def _done(request: Request, message_id: str, what: str, where: str = "") -> Response:
    url = _url(message_id)
    return as_json(Done(done=what, url=url)) if wants_json(request) else RedirectResponse(url + where, 303)
