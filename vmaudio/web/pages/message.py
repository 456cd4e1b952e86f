"""One stored message: hear it, change the verdict of a check, label its clauses, delete it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from vmaudio.classify import declared_classes, known_approaches, known_parts
from vmaudio.errors import NotStored, SettingError
from vmaudio.records import Analysis
from vmaudio.report import OverrideView, counted_alone, message_view, title_of, tone_is_shown
from vmaudio.store import Label, labels_of, outcome_of
from vmaudio.text import adherence_of
from vmaudio.training import LabelledMessage, Sentence, save_labels
from vmaudio.web import calibrating, keeping
from vmaudio.web.context import SessionOf, Web, WebOf, as_json, page, sign_as, signed, wants_json
from vmaudio.web.library import clips_for, prepares, shown
from vmaudio.web.released import read_instead
from vmaudio.web.rights import may_open, may_see
from vmaudio.web.schemas import Done, MessagePage
from vmaudio.web.security import Refused
from vmaudio.web.viewers import Viewer, ViewerOf

router = APIRouter(tags=["team"])

OVERRIDE, LABELS, DELETE = (f"/message/{{message_id:path}}/{what}" for what in ("override", "labels", "delete"))

MOST_CLAUSES = 400
"""Most clauses of one message that are labelled at once."""


def _one(web: Web, message_id: str, viewer: Viewer) -> Analysis:
    """The message; for a rep, another rep's is not there."""
    found = web.store.one(message_id) if len(message_id) <= 200 and "\x00" not in message_id else None
    if found is None or not may_see(viewer, found.message):
        raise NotStored("There is no such message in the store. It may have been deleted.")
    return found


def _url(message_id: str, rest: str = "") -> str:
    return f"/message/{quote(message_id, safe='')}{rest}"


def _sound(web: Web, analysis: Analysis) -> str | None:
    """The player's address, when the recording is still where it was."""
    return _url(analysis.message.message_id, "/audio") if web.copies.may_play(analysis.source) else None


@router.get("/message/{message_id:path}.json")
def message_json(web: WebOf, viewer: ViewerOf, message_id: str) -> MessagePage:
    """A stored message: its analysis, people's verdicts and labels, and its outcome. A rep sees no labels."""
    found = _one(web, message_id, viewer)
    outcome = outcome_of(web.store, message_id)
    return MessagePage.model_validate(
        {
            "analysis": web.for_viewer(viewer, found).to_dict(),
            "overrides": [given.to_dict() for given in web.store.overrides(message_id)],
            "labels": [
                {name: getattr(label, name) for name in ("kind", "position", "text", "label", "annotator")}
                for label in (labels_of(web.store, message_id) if may_open(viewer.role, LABELS, changes=True) else ())
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
def message_audio(web: WebOf, viewer: ViewerOf, message_id: str) -> Response:
    """The recording as 16 kHz mono WAV, whole or in parts (Range); only if its bytes are still those that were analysed."""
    found = _one(web, message_id, viewer)
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
    stored = _one(web, message_id, viewer)
    found = web.for_viewer(viewer, stored)
    overrides = {
        given.check_id: OverrideView(given.verdict, given.reason, given.author, given.created_utc)
        for given in web.store.overrides(message_id)
    }
    outcome = outcome_of(web.store, message_id)
    view = message_view(
        found, web.glossary(), tone=tone_is_shown(web.config.tone, team=viewer.role != "rep"), sound=_sound(web, stored),
        outcome=outcome, counted=counted_alone(found.message, outcome), overrides=overrides,
    )  # fmt: skip
    labels = labels_of(web.store, message_id)
    me, own = signed(request, session.name), declared_classes()
    mine = {(label.kind, label.position): label.label for label in labels if label.annotator == me}
    original = web.store.one(web.doubles.get(message_id, ""))
    original = original if original and may_see(viewer, original.message) else None
    return page(
        request, "message_page.html.j2", view=view,
        better=read_instead(web.store, [one.id for one in view.to_change[:3]], most=2), title_of_check=web.glossary().title,
        url=_url(message_id), parts=known_parts(),
        clauses=found.structure.parts if may_open(viewer.role, LABELS, changes=True) else (),
        part_titles={one.name: one.title for one in own.parts},
        approach_titles={**{one.name: one.title for one in own.approaches}, **_title(found)},
        approaches=known_approaches(), guess=found.structure.approach, mine=mine, others=_others(labels, me),
        kept=keeping.is_kept_here(web, stored.source), may_judge=may_open(viewer.role, OVERRIDE, changes=True),
        may_delete=_may_delete(viewer, stored),
        keep=_keep(web, viewer, message_id, cut, check) if prepares(viewer) else None,
        blind=calibrating.still_blind(web, me, message_id) if may_open(viewer.role, "/calibrate") else None,
        original=(title_of(original), _url(original.message.message_id)) if original else None,
    )  # fmt: skip


def _title(analysis: Analysis) -> dict[str, str]:
    """How people read the message's approach, where it is one of a team's own."""
    structure = analysis.structure
    return {structure.approach: structure.approach_title} if structure.approach_title else {}


def _keep(web: Web, viewer: Viewer, message_id: str, cut: str, check: str) -> dict[str, object]:
    """What the form for the library shows."""
    start, _, end = cut.partition("-")
    return {
        "clips": shown(web, clips_for(web, viewer, message_id=message_id)), "start": start, "end": end, "check": check,
        "checks": [(one.id, one.title) for one in web.book.active.rubric.criteria], "open": bool(cut or check),
        "name": viewer.name,
    }  # fmt: skip


def _may_delete(viewer: Viewer, found: Analysis) -> bool:
    """A rep may delete the takes that the rep has kept; what was sent to a prospect is the team's to delete."""
    if not may_open(viewer.role, DELETE, changes=True):
        return False
    return viewer.role != "rep" or found.message.channel == keeping.CHANNEL


def _others(labels: list[Label], me: str) -> list[str]:
    return sorted({label.annotator for label in labels if label.annotator != me})


@router.post("/message/{message_id:path}/override", response_model=Done)
def override(
    request: Request,
    web: WebOf,
    viewer: ViewerOf,
    message_id: str,
    check_id: Annotated[str, Form(max_length=100)],
    verdict: Annotated[str, Form(max_length=8, description="pass, fail or n/a")],
    reason: Annotated[str, Form(max_length=1000)],
    author: Annotated[str, Form(max_length=200)],
) -> Response:
    """Give a verdict on a check, with a reason. The machine's verdict and the points stay as they are."""
    _one(web, message_id, viewer)
    given = web.store.save_override(message_id, check_id, verdict, reason, signed(request, author))
    sign_as(request, given.author)
    return _done(request, message_id, f"{given.check_id}: {given.verdict}", _check(given.check_id))


@router.post("/message/{message_id:path}/override/delete", response_model=Done)
def take_back(
    request: Request,
    web: WebOf,
    session: SessionOf,
    viewer: ViewerOf,
    message_id: str,
    check_id: Annotated[str, Form(max_length=100)],
    author: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Take a person's verdict back. Who did it is logged."""
    _one(web, message_id, viewer)
    who = signed(request, author or session.name or "somebody in the web app")
    if not web.store.delete_override(message_id, check_id, who):
        raise NotStored("There is no verdict by a person on this check.")
    return _done(request, message_id, "taken back", _check(check_id))


@router.post("/message/{message_id:path}/labels", response_model=Done)
def label(
    request: Request,
    web: WebOf,
    viewer: ViewerOf,
    message_id: str,
    annotator: Annotated[str, Form(max_length=200)],
    part: Annotated[list[str], Form(description="the part of every clause, in order; empty where it is not labelled")] = [],  # noqa: B006 - FastAPI copies it
    approach: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Label the clauses and the approach of a message, for training: the same labels as `vmaudio labels import` stores."""
    found = _one(web, message_id, viewer)
    who = keeping.field(signed(request, annotator), "Your name", needed=True)
    clauses = found.structure.parts
    if part and len(part) != len(clauses):
        raise SettingError("The message has been analysed again and its clauses have changed. Load the page again.")
    for value in part:
        if value and value not in known_parts():
            raise SettingError(f"{value[:40]!r} is not a part. Use one of {', '.join(known_parts())}.")
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
def delete(request: Request, web: WebOf, viewer: ViewerOf, message_id: str) -> Response:
    """Delete a message with its score, outcome, labels and overrides; its recording too, when it was kept here."""
    if not _may_delete(viewer, _one(web, message_id, viewer)):
        raise Refused("Only takes that you have kept yourself are yours to delete. Ask your coach.", 403)
    keeping.delete(web, message_id)
    url = "/mine" if viewer.role == "rep" else "/team"
    return as_json(Done(done="deleted", url=url)) if wants_json(request) else RedirectResponse(url, 303)


def _check(check_id: str) -> str:
    """Where on the page a check stands."""
    return f"#check-{quote(check_id, safe='')}"


def _done(request: Request, message_id: str, what: str, where: str = "") -> Response:
    url = _url(message_id)
    return as_json(Done(done=what, url=url)) if wants_json(request) else RedirectResponse(url + where, 303)
