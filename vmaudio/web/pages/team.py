"""The team's messages: filtered, sorted and paged."""

from __future__ import annotations

import dataclasses
import math
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from vmaudio.errors import NotStored
from vmaudio.report import Sheet, flag_name
from vmaudio.web.context import Web, WebOf, page
from vmaudio.web.paging import page_of
from vmaudio.web.schemas import Team
from vmaudio.web.searching import CALLED, SCRIPT_NAME, VERDICTS, Asked, AskedOf
from vmaudio.web.viewers import Viewer, ViewerOf

router = APIRouter(tags=["team"])

ROWS = 50
SORTS = {
    "sent_at": "Sent", "rep": "Rep", "prospect": "Prospect", "campaign": "Campaign", "approach": "Approach", "points": "Points",
    "duration_s": "Length", "n_flags": "Flags", "callback": "Callback",
}  # fmt: skip
"""Columns that can be sorted by, with their heads."""

SHOWN = 60
"""Most characters of a script's name in the choice of scripts."""

DOWN_FIRST = frozenset({"sent_at", "points", "duration_s", "n_flags", "callback"})


SortOf = Annotated[str, Query(max_length=20, description="column; with a minus the largest first")]
PageOf = Annotated[int, Query(ge=1, le=100_000)]
NumberOf = Annotated[int, Query(alias="page", ge=1, le=100_000)]
LimitOf = Annotated[int, Query(ge=1, le=500, description="rows of a page")]


def _team(web: Web, sheet: Sheet, asked: Asked, sort: str, number: int, limit: int, rep: str | None = None) -> Team:
    """One page of the table; with a rep, of this rep's messages alone."""
    copies = sheet.counting.copies
    if rep is not None:
        asked = dataclasses.replace(asked, search=dataclasses.replace(asked.search, rep=rep))
        own = {sheet.rows[i].message_id for i in np.flatnonzero(sheet.rep.is_(rep)).tolist()} if copies else set()
        copies = {one: of for one, of in copies.items() if one in own and of in own}
    found = page_of(web, asked, sheet, sort=sort, limit=limit, offset=(number - 1) * limit, copies=copies)
    return Team.model_validate(
        {
            "total": found.total,
            "page": number,
            "pages": max(1, math.ceil(found.total / limit)),
            "limit": limit,
            "sort": sort,
            "copies": len(copies),
            "rows": [row.to_dict() for row in found.rows],
            **facets_of(sheet, rep),
        }
    )


def facets_of(sheet: Sheet, rep: str | None = None) -> dict[str, list[str]]:
    """What there is to filter by.

    Args:
        sheet: The app's messages.
        rep: Only of this rep's messages.

    Returns:
        Reps, campaigns, approaches, scripts and checks, each in the order of names.
    """
    columns = {"reps": sheet.rep, "campaigns": sheet.campaign, "approaches": sheet.approach, "scripts": sheet.script}
    if rep is None:
        found = {name: [one for one in column.names if one] for name, column in columns.items()}
    else:
        own = sheet.rep.is_(rep)
        found = {
            name: [column.names[i] for i in np.unique(column.codes[own]).tolist() if column.names[i]]
            for name, column in columns.items()
        }
    found["scripts"] = [name for name in found["scripts"] if len(name) <= SCRIPT_NAME]
    return {**found, "checks": sorted(sheet.checks)}


def filter_choices(web: Web, sheet: Sheet, rep: str | None = None) -> dict[str, Any]:
    """What the form of filters offers.

    Args:
        web: The app.
        sheet: Its messages.
        rep: Only what this rep's messages have.

    Returns:
        Values of the template.
    """
    glossary, facets = web.glossary(), facets_of(sheet, rep)
    return {
        "facets": facets, "checks": [(check, glossary.check(check).title) for check in facets["checks"]], "verdicts": VERDICTS,
        "called_words": CALLED, "bands": ("strong", "fair", "weak", "unscored"), "flag_name": flag_name,
        "approach_titles": sheet.titles,
        "scripts": [(name, name if len(name) <= SHOWN else f"{name[: SHOWN - 1]}…") for name in facets["scripts"]],
    }  # fmt: skip


@router.get("/team.json")
def team_json(web: WebOf, asked: AskedOf, sort: SortOf = "-sent_at", page: PageOf = 1, limit: LimitOf = ROWS) -> Team:
    """One page of the messages that match, newest first, and what there is to filter by."""
    return _team(web, web.sheets.current(), asked, sort, page, limit)


@router.get("/mine.json")
def mine_json(
    web: WebOf, viewer: ViewerOf, asked: AskedOf, sort: SortOf = "-sent_at", page: PageOf = 1, limit: LimitOf = ROWS
) -> Team:
    """The viewer's own messages, by the same filters; another rep in the address changes nothing."""
    return _team(web, web.sheets.current(), asked, sort, page, limit, _own_name(viewer))


@router.get("/team", include_in_schema=False)
def team(request: Request, web: WebOf, asked: AskedOf, sort: SortOf = "-sent_at", page_: NumberOf = 1) -> Response:
    """The table."""
    return _table(request, web, asked, sort, page_, "/team")


@router.get("/mine", include_in_schema=False)
def mine(
    request: Request, web: WebOf, viewer: ViewerOf, asked: AskedOf, sort: SortOf = "-sent_at", page_: NumberOf = 1
) -> Response:
    """The table of the viewer's own messages."""
    return _table(request, web, asked, sort, page_, "/mine", _own_name(viewer))


def _own_name(viewer: Viewer) -> str:
    if not viewer.rep:
        raise NotStored("No rep's messages are yours: an admin can say at /users under which name you leave them.")
    return viewer.rep


def _table(request: Request, web: Web, asked: Asked, sort: str, number: int, path: str, rep: str | None = None) -> Response:
    sheet = web.sheets.current()  # once: each time the store is asked whether anything has changed
    found = _team(web, sheet, asked, sort, number, ROWS, rep)

    def link(**changes: object) -> str:
        """An address of this table with something changed."""
        shown = {"sort": sort, **changes}
        return asked.link(path, **{**shown, "sort": None if shown["sort"] == "-sent_at" else shown["sort"]})

    def sort_link(column: str) -> str:
        if sort.removeprefix("-") == column:
            return link(sort=column if sort.startswith("-") else f"-{column}")
        return link(sort=f"-{column}" if column in DOWN_FIRST else column)

    return page(
        request, "team.html.j2", found=found, which=asked.search, given=asked.given, link=link, sort_link=sort_link,
        heads=SORTS, first=(number - 1) * ROWS + 1, asked=asked, here=path, own=rep, **filter_choices(web, sheet, rep),
    )  # fmt: skip
