"""One rep against the own past, week by week."""

from __future__ import annotations

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from vmaudio.errors import NotStored
from vmaudio.report import Sheet, Trends, distribution_of_rep, sentence_of, trends_of
from vmaudio.web.context import Web, WebOf, page
from vmaudio.web.rights import is_own, may_open
from vmaudio.web.searching import asked_of
from vmaudio.web.viewers import Viewer, ViewerOf

router = APIRouter(tags=["report"])


class AgainstModel(BaseModel):
    """A measure of the newest week against the weeks before."""

    what: str
    now: str
    past: str
    n: int
    n_past: int
    verdict: str = Field(description="higher, lower, no clear change, or too few")


class FigureModel(BaseModel):
    """The numbers of a picture."""

    name: str
    title: str
    heads: list[str]
    rows: list[list[str]]


class RepPage(BaseModel):
    """A rep's weeks."""

    rep: str
    sentence: str
    week: str | None
    messages: int
    against: list[AgainstModel]
    weeks: list[FigureModel]
    changes: dict[str, str] = Field(description="what changed -> Monday of the week from which on")


def _trends(web: Web, viewer: Viewer, rep: str) -> tuple[Sheet, Trends | None]:
    sheet = web.sheets.current()
    if not rep or rep not in sheet.rep.names or (viewer.role == "rep" and not is_own(viewer, rep)):
        raise NotStored("There is no message by this rep in the store.")
    own: np.ndarray = sheet.rep.is_(rep)
    key = ("trends", rep, web.book.active.rubric.rubric_id)
    return sheet, web.sheets.remembered(key, sheet, lambda: trends_of(sheet, own, web.glossary()))


@router.get("/rep/{rep:path}.json")
def rep_json(web: WebOf, viewer: ViewerOf, rep: str) -> RepPage:
    """A rep's newest week against the own past, and the weeks as numbers."""
    sheet, trends = _trends(web, viewer, rep)
    names = ("what", "now", "past", "n", "n_past", "verdict")
    return RepPage(
        rep=rep,
        sentence=sentence_of(trends, rep) if trends else f"{rep}: the manifest gives no dates.",
        week=trends.week.isoformat() if trends else None,
        messages=int(sheet.rep.is_(rep).sum()),
        against=[AgainstModel(**{name: getattr(one, name) for name in names}) for one in (trends.against if trends else ())],
        weeks=[
            FigureModel(name=one.name, title=one.title, heads=list(one.heads), rows=[list(row) for row in one.rows])
            for one in (trends.figures if trends else ())
        ],
        changes={one.text: one.week.isoformat() for one in (trends.changes if trends else ())},
    )


@router.get("/rep/{rep:path}", include_in_schema=False)
def rep_page(request: Request, web: WebOf, viewer: ViewerOf, rep: str) -> Response:
    """The page. A rep does not see how the others' voices are spread."""
    sheet, trends = _trends(web, viewer, rep)
    team = may_open(viewer.role, "/report")
    voices = web.sheets.remembered(("voices", rep), sheet, lambda: distribution_of_rep(sheet, rep)) if team else ()
    return page(
        request, "rep_page.html.j2", rep=rep, trends=trends, voices=voices, sentence=sentence_of(trends, rep) if trends else "",
        link=asked_of(rep=rep).link, total=int(sheet.rep.is_(rep).sum()),
        simulated=bool(sheet.simulated[sheet.rep.is_(rep)].any()), drops=sheet.sounds.drops(sheet.rep.is_(rep)),
    )  # fmt: skip
