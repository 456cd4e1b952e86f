"""The team's messages: filtered, sorted and paged."""

from __future__ import annotations

import math
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from vmaudio.report import Sheet, flag_name
from vmaudio.web.context import Web, WebOf, page
from vmaudio.web.paging import page_of
from vmaudio.web.schemas import Team
from vmaudio.web.searching import CALLED, VERDICTS, Asked, AskedOf

router = APIRouter(tags=["team"])

ROWS = 50
SORTS = {
    "sent_at": "Sent", "rep": "Rep", "prospect": "Prospect", "campaign": "Campaign", "approach": "Approach", "points": "Points",
    "duration_s": "Length", "n_flags": "Flags", "callback": "Callback",
}  # fmt: skip
"""Columns that can be sorted by, with their heads."""

DOWN_FIRST = frozenset({"sent_at", "points", "duration_s", "n_flags", "callback"})


SortOf = Annotated[str, Query(max_length=20, description="column; with a minus the largest first")]
PageOf = Annotated[int, Query(ge=1, le=100_000)]
LimitOf = Annotated[int, Query(ge=1, le=500, description="rows of a page")]


def _team(web: Web, sheet: Sheet, asked: Asked, sort: str, number: int, limit: int) -> Team:
    found = page_of(web, asked, sheet, sort=sort, limit=limit, offset=(number - 1) * limit)
    return Team.model_validate(
        {
            "total": found.total,
            "page": number,
            "pages": max(1, math.ceil(found.total / limit)),
            "limit": limit,
            "sort": sort,
            "copies": len(sheet.counting.copies),
            "rows": [row.to_dict() for row in found.rows],
            **facets_of(sheet),
        }
    )


def facets_of(sheet: Sheet) -> dict[str, list[str]]:
    """What there is to filter by.

    Args:
        sheet: The app's messages.

    Returns:
        Reps, campaigns, approaches and checks, each in the order of names.
    """
    columns = {"reps": sheet.rep, "campaigns": sheet.campaign, "approaches": sheet.approach}
    return {**{name: [one for one in column.names if one] for name, column in columns.items()}, "checks": sorted(sheet.checks)}


def filter_choices(web: Web, sheet: Sheet) -> dict[str, Any]:
    """What the form of filters offers.

    Args:
        web: The app.
        sheet: Its messages.

    Returns:
        Values of the template.
    """
    glossary, facets = web.glossary(), facets_of(sheet)
    return {
        "facets": facets, "checks": [(check, glossary.check(check).title) for check in facets["checks"]], "verdicts": VERDICTS,
        "called_words": CALLED, "bands": ("strong", "fair", "weak", "unscored"), "flag_name": flag_name,
    }  # fmt: skip


@router.get("/team.json")
def team_json(web: WebOf, asked: AskedOf, sort: SortOf = "-sent_at", page: PageOf = 1, limit: LimitOf = ROWS) -> Team:
    """One page of the messages that match, newest first, and what there is to filter by."""
    return _team(web, web.sheets.current(), asked, sort, page, limit)


@router.get("/team", include_in_schema=False)
def team(
    request: Request,
    web: WebOf,
    asked: AskedOf,
    sort: SortOf = "-sent_at",
    page_: Annotated[int, Query(alias="page", ge=1)] = 1,
) -> Response:
    """The table."""
    sheet = web.sheets.current()  # once: each time the store is asked whether anything has changed
    found = _team(web, sheet, asked, sort, page_, ROWS)

    def link(**changes: object) -> str:
        """An address of this table with something changed."""
        shown = {"sort": sort, **changes}
        return asked.link("/team", **{**shown, "sort": None if shown["sort"] == "-sent_at" else shown["sort"]})

    def sort_link(column: str) -> str:
        if sort.removeprefix("-") == column:
            return link(sort=column if sort.startswith("-") else f"-{column}")
        return link(sort=f"-{column}" if column in DOWN_FIRST else column)

    return page(
        request, "team.html.j2", found=found, which=asked.search, given=asked.given, link=link, sort_link=sort_link,
        heads=SORTS, first=(page_ - 1) * ROWS + 1, asked=asked, **filter_choices(web, sheet),
    )  # fmt: skip
