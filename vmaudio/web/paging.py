"""The team's table out of the app's columns: of 100,000 messages the database is asked for a page's own rows alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from vmaudio.report import Sheet
from vmaudio.store import Page, ReportRow, Search
from vmaudio.web.context import Web
from vmaudio.web.searching import Asked

_NAMES = ("rep", "campaign", "approach", "band")
_KNOWN = (*_NAMES, "sent_at", "points", "prospect")
"""What the columns know of a message; by the rest only the database can sort."""


def _value(row: ReportRow, sort: str) -> Any:
    if sort == "prospect":
        return row.prospect if row.prospect_name is None else row.prospect_name
    return getattr(row, sort)


def order_of(sheet: Sheet, sort: str) -> np.ndarray:
    """All messages in the order that the database would give them: unknown values last, equal ones by id.

    Args:
        sheet: the messages.
        sort: a column of the table; with a minus the largest first.

    Returns:
        Places of the messages in the sheet (n_messages,).
    """
    name = sort.removeprefix("-")
    if name in _NAMES:
        column = getattr(sheet, name)
        value, names = column.codes.astype(float), column.names
        doubtful = column.codes == 0 if names and not names[0] else np.zeros(sheet.n, dtype=bool)
    elif name == "points":
        value, doubtful = sheet.points.copy(), np.isnan(sheet.points)
    elif name == "sent_at":  # the rows stand in this order
        value, doubtful = (
            np.cumsum(np.append(True, sheet.sent[1:] != sheet.sent[:-1])[: sheet.n]).astype(float),
            sheet.sent == "",
        )
    else:
        known = sorted({text for row in sheet.rows if (text := _value(row, name)) is not None})
        place = {text: i for i, text in enumerate(known)}
        value = np.array([place.get(_value(row, name), np.nan) for row in sheet.rows], dtype=float)
        doubtful = np.isnan(value)
    # an empty text is a value, and none is not
    value[[i for i in np.flatnonzero(doubtful).tolist() if _value(sheet.rows[i], name) is None]] = np.nan
    return np.lexsort((sheet.id_rank, -value if sort.startswith("-") else value))


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
    if sort.removeprefix("-") in _KNOWN:
        order = web.sheets.remembered(("order", sort), sheet, lambda: order_of(sheet, sort))
        few = order[keep[order]][offset : offset + limit]
        offset = 0
    else:
        few = np.flatnonzero(keep)
    ids = tuple(sheet.rows[i].message_id for i in few.tolist())
    return Page(web.store.page(Search(ids=ids), sort=sort, limit=limit, offset=offset).rows, total)
