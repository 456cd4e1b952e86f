"""The team's messages: filtered, sorted and paged by the database."""

from __future__ import annotations

import dataclasses
import math
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from vmaudio.store import Search
from vmaudio.web.context import Web, WebOf, page
from vmaudio.web.schemas import Team

router = APIRouter(tags=["team"])

ROWS = 50
VERDICTS = {"fail": "missed", "pass": "passed", "n/a": "does not apply"}
SORTS = {
    "sent_at": "Sent", "rep": "Rep", "prospect": "Prospect", "campaign": "Campaign", "approach": "Approach", "points": "Points",
    "duration_s": "Length", "n_flags": "Flags", "callback": "Callback",
}  # fmt: skip
"""Columns that can be sorted by, with their heads."""

DOWN_FIRST = frozenset({"sent_at", "points", "duration_s", "n_flags", "callback"})


def search_of(
    rep: Annotated[str, Query(max_length=200)] = "",
    campaign: Annotated[str, Query(max_length=200)] = "",
    approach: Annotated[str, Query(max_length=40)] = "",
    since: Annotated[str, Query(max_length=40, description="day or moment, ISO 8601")] = "",
    until: Annotated[str, Query(max_length=40, description="day (included) or moment, ISO 8601")] = "",
    check: Annotated[str, Query(max_length=100, description="id of a check")] = "",
    verdict: Annotated[str, Query(max_length=8, description="the check's: fail, pass or n/a")] = "",
    text: Annotated[str, Query(max_length=200, description='words in the transcript; "in quotes" side by side')] = "",
    band: Annotated[str, Query(max_length=16)] = "",
    overridden: Annotated[bool, Query(description="only messages with a verdict by a person")] = False,
) -> Search:
    """The filter that an address asks for.

    Args:
        rep: Only this rep's messages; empty for all, as in the other fields.
        campaign: Only this campaign's.
        approach: Only this approach.
        since: Sent on or after this day or moment, ISO 8601.
        until: Sent on or before this day, or before this moment.
        check: Id of a check.
        verdict: The check's verdict, "fail" by default.
        text: Words of the transcript; in double quotes, words side by side.
        band: Only this band.
        overridden: Only messages with a verdict by a person.

    Returns:
        What the store is asked for.
    """
    return Search(
        rep=rep or None, campaign=campaign or None, approach=approach or None, since=since or None, until=until or None,
        check=check or None, verdict=(verdict or "fail") if check else (verdict or None), text=text.strip() or None,
        band=band or None, overridden=overridden,
    )  # fmt: skip


SearchOf = Annotated[Search, Depends(search_of)]
SortOf = Annotated[str, Query(max_length=20, description="column; with a minus the largest first")]
PageOf = Annotated[int, Query(ge=1, le=100_000)]
LimitOf = Annotated[int, Query(ge=1, le=500, description="rows of a page")]


def _team(web: Web, which: Search, sort: str, number: int, limit: int) -> Team:
    copies = web.doubles.now()
    counted = dataclasses.replace(which, without=frozenset(copies))
    found = web.store.page(counted, sort=sort, limit=limit, offset=(number - 1) * limit)
    facets = web.store.facets()
    return Team.model_validate(
        {
            "total": found.total,
            "page": number,
            "pages": max(1, math.ceil(found.total / limit)),
            "limit": limit,
            "sort": sort,
            "copies": len(copies),
            "rows": [row.to_dict() for row in found.rows],
            **{name: list(getattr(facets, name)) for name in ("reps", "campaigns", "approaches", "checks")},
        }
    )


@router.get("/team.json")
def team_json(web: WebOf, which: SearchOf, sort: SortOf = "-sent_at", page: PageOf = 1, limit: LimitOf = ROWS) -> Team:
    """One page of the messages that match, newest first, and what there is to filter by."""
    return _team(web, which, sort, page, limit)


@router.get("/team", include_in_schema=False)
def team(
    request: Request,
    web: WebOf,
    which: SearchOf,
    sort: SortOf = "-sent_at",
    page_: Annotated[int, Query(alias="page", ge=1)] = 1,
) -> Response:
    """The table."""
    found = _team(web, which, sort, page_, ROWS)
    glossary = web.glossary()
    given = {
        name: value for name in Search.__slots__ if (value := getattr(which, name)) and not (name == "overridden" and not value)
    }

    def link(**changes: object) -> str:
        """An address of this table with something changed."""
        asked = {**given, "sort": sort, **changes}
        if asked["sort"] == "-sent_at":
            del asked["sort"]
        if "overridden" in asked:
            asked["overridden"] = "1"
        return "/team?" + urlencode(asked)

    def sort_link(column: str) -> str:
        if sort.removeprefix("-") == column:
            return link(sort=column if sort.startswith("-") else f"-{column}")
        return link(sort=f"-{column}" if column in DOWN_FIRST else column)

    return page(
        request, "team.html.j2", found=found, which=which, given=given, link=link, sort_link=sort_link, heads=SORTS,
        checks=[(check, glossary.check(check).title) for check in found.checks], verdicts=VERDICTS,
        bands=("strong", "fair", "weak", "unscored"), first=(page_ - 1) * ROWS + 1,
    )  # fmt: skip
