"""The team's table out of the app's columns: of 100,000 messages the database is asked for a page's own rows alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from vmaudio.report import Sheet
from vmaudio.store import Page, ReportRow, Search
from vmaudio.web.context import Web
from vmaudio.web.searching import Asked

_VALUES: Mapping[str, Callable[[ReportRow], Any]] = {
    "sent_at": lambda row: row.sent_at,
    "rep": lambda row: row.rep,
    "prospect": lambda row: row.prospect if row.prospect_name is None else row.prospect_name,
    "campaign": lambda row: row.campaign,
    "approach": lambda row: row.approach,
    "points": lambda row: row.points,
    "band": lambda row: row.band,
}
"""What the columns know of a message; by the rest only the database can sort."""


def order_of(sheet: Sheet, sort: str) -> np.ndarray:
    """All messages in the order that the database would give them: unknown values last, equal ones by id.

    Args:
        sheet: the messages.
        sort: a column of the table; with a minus the largest first.

    Returns:
        Places of the messages in the sheet (n_messages,).
    """
    value = _VALUES[sort.removeprefix("-")]
    by_id = sorted(range(sheet.n), key=lambda i: sheet.rows[i].message_id)
    known = [i for i in by_id if value(sheet.rows[i]) is not None]
    unknown = [i for i in by_id if value(sheet.rows[i]) is None]
    known.sort(key=lambda i: value(sheet.rows[i]), reverse=sort.startswith("-"))
    return np.array(known + unknown, dtype=np.int64)


def page_of(
    web: Web, asked: Asked, sheet: Sheet, *, sort: str, limit: int, offset: int, copies: Mapping[str, str] | None = None
) -> Page:
    """One page of the table, without copies.

    Args:
        web: the app.
        asked: the filters.
        sheet: the app's messages.
        sort: one of `vmaudio.store.Store.page`'s.
        limit: rows.
        offset: rows before the page.
        copies: what is left out, as in `Asked.counted`.

    Returns:
        The page, with the number of all messages that match.

    Raises:
        SettingError: a sort, limit, offset or date that is not possible.
    """
    keep, _ = asked.counted(web, sheet, copies)
    total = int(np.count_nonzero(keep))
    if sort.removeprefix("-") in _VALUES:
        order = web.sheets.remembered(("order", sort), sheet, lambda: order_of(sheet, sort))
        few = order[keep[order]][offset : offset + limit]
        offset = 0
    else:
        few = np.flatnonzero(keep)
    ids = tuple(sheet.rows[i].message_id for i in few.tolist())
    return Page(web.store.page(Search(ids=ids), sort=sort, limit=limit, offset=offset).rows, total)
