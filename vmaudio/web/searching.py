"""Which messages a page is asked for: the filters of its address, the same for the table and for the report."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

import numpy as np
from fastapi import Depends, Query, Request

from vmaudio.errors import SettingError
from vmaudio.report import Sheet, chosen_by, narrowed
from vmaudio.store import Search
from vmaudio.web.context import Web

VERDICTS = {
    "fail": "missed", "pass": "passed", "judged": "missed or passed", "n/a": "does not apply", "unsure": "could not be judged",
}  # fmt: skip
"""Results of a check with their words; "unsure" is the part of "n/a" in which the machine was not sure."""

CALLED = {"yes": "called back", "no": "not called back", "known": "known", "unknown": "not known, or not yet"}
"""Outcomes as reports count them."""


MOST_AMONG = 2000
"""Longest list of ids in an address; servers and browsers take some 8,000 characters."""

SCRIPT_NAME = 200
"""Longest name of a script that is filtered by: a longer one is the script itself."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of an address.

    Attributes:
        search: what the database filters by.
        called: "yes", "no", "known" or "unknown", as reports count callbacks; "" for all.
        flag: a kind of flag; "" for all.
        judged: "unsure" for messages in which the check of the search could not be judged, "judged" for those in which it was
            missed or passed; "" for all.
        among: ids of messages, one a line, as a link to a group of messages has them; "" for all.
    """

    search: Search
    called: str = ""
    flag: str = ""
    judged: str = ""
    among: str = ""

    @property
    def given(self) -> dict[str, str]:
        """The filters as an address has them, without empty ones."""
        names = [name for name in Search.__slots__ if name not in ("ids", "overridden")]
        found = {name: str(value) for name in names if (value := getattr(self.search, name))}
        found |= {"overridden": "1"} if self.search.overridden else {}
        found |= {"verdict": self.judged} if self.judged else {}
        return found | {name: value for name in ("called", "flag", "among") if (value := getattr(self, name))}

    def link(self, path: str = "/team", **changes: object) -> str:
        """The address of a page with these filters and some others.

        Args:
            path: of the page.
            changes: filters that are added or replaced; None takes one away.

        Returns:
            A path with a query.
        """
        asked = {name: value for name, value in {**self.given, **changes}.items() if value is not None}
        return path + ("?" + urlencode(asked) if asked else "")

    def group(self, ids: Sequence[str]) -> str:
        """The address of the table of a few messages.

        Args:
            ids: of the messages.

        Returns:
            A path with a query; empty for more ids than an address holds.
        """
        lines = "\n".join(ids)
        return f"/team?{urlencode({'among': lines})}" if 0 < len(lines) <= MOST_AMONG else ""

    def chosen(self, web: Web, sheet: Sheet) -> np.ndarray:
        """Which messages of the sheet are asked for, copies among them.

        Args:
            web: the app.
            sheet: its messages.

        Returns:
            bool (n_messages,).

        Raises:
            SettingError: a date that is not possible.
        """
        words = web.sheets.words(sheet) if self.search.text else None
        keep = chosen_by(sheet, self.search, web.store, words)
        check = self.search.check or ""
        return narrowed(
            sheet, keep, called=self.called, flag=self.flag, unsure_of=check if self.judged == "unsure" else "",
            judged_of=check if self.judged == "judged" else "",
        )  # fmt: skip

    def counted(self, web: Web, sheet: Sheet, copies: Mapping[str, str] | None = None) -> tuple[np.ndarray, int]:
        """Which messages of the sheet count: those asked for, each once.

        Args:
            web: the app.
            sheet: its messages.
            copies: by the id of a copy that of its message; all that the sheet knows by default.

        Returns:
            bool (n_messages,), and how many copies were left out.

        Raises:
            SettingError: a date that is not possible.
        """
        keep, copied = self.chosen(web, sheet), sheet.copied
        if copies is not None:
            copied = np.zeros(sheet.n, dtype=bool)
            places = np.flatnonzero(sheet.copied).tolist()
            copied[[i for i in places if sheet.rows[i].message_id in copies]] = True
        return keep & ~copied, int(np.count_nonzero(keep & copied))


def _parameters(dependant: Any) -> list[str]:
    """The names of the parameters that a route and what it depends on take from an address."""
    return [str(one.alias) for one in dependant.query_params] + [
        name for under in dependant.dependencies for name in _parameters(under)
    ]


def asked_of(
    rep: Annotated[str, Query(max_length=200)] = "",
    campaign: Annotated[str, Query(max_length=200)] = "",
    approach: Annotated[str, Query(max_length=40)] = "",
    script: Annotated[str, Query(max_length=SCRIPT_NAME, description="name of the script in the manifest")] = "",
    since: Annotated[str, Query(max_length=40, description="day or moment, ISO 8601")] = "",
    until: Annotated[str, Query(max_length=40, description="day (included) or moment, ISO 8601")] = "",
    check: Annotated[str, Query(max_length=100, description="id of a check")] = "",
    verdict: Annotated[str, Query(max_length=8, description="the check's: fail, pass, judged, n/a or unsure")] = "",
    text: Annotated[str, Query(max_length=200, description='words in the transcript; "in quotes" side by side')] = "",
    band: Annotated[str, Query(max_length=16)] = "",
    overridden: Annotated[bool, Query(description="only messages with a verdict by a person")] = False,
    called: Annotated[str, Query(pattern="^(yes|no|known|unknown|)$", description="called back, as reports count it")] = "",
    flag: Annotated[str, Query(max_length=40, description="kind of a flag")] = "",
    among: Annotated[str, Query(max_length=MOST_AMONG, description="ids of messages, one a line: only these")] = "",
) -> Asked:
    """The filters that an address asks for.

    Args:
        rep: Only this rep's messages; empty for all, as in the other fields.
        campaign: Only this campaign's.
        approach: Only this approach.
        script: Only messages with this script.
        since: Sent on or after this day or moment, ISO 8601.
        until: Sent on or before this day, or before this moment.
        check: Id of a check.
        verdict: The check's verdict, "fail" by default.
        text: Words of the transcript; in double quotes, words side by side.
        band: Only this band.
        overridden: Only messages with a verdict by a person.
        called: "yes", "no", "known" or "unknown".
        flag: Only messages with this flag.
        among: Only the messages with these ids, one a line.

    Returns:
        The filters.
    """
    judged = verdict if check and verdict in ("unsure", "judged") else ""
    result = {"unsure": "n/a", "judged": ""}.get(verdict, verdict)
    among = "\n".join(among.splitlines())  # a form sends two characters for the end of a line
    search = Search(
        rep=rep or None, campaign=campaign or None, approach=approach or None, script=script or None,
        since=since or None, until=until or None, check=check or None,
        verdict=(result or None) if judged or not check else (result or "fail"), text=text.strip() or None,
        band=band or None, overridden=overridden, ids=tuple(among.split("\n")) if among else None,
    )  # fmt: skip
    return Asked(search, called, flag, judged, among)


def asked_in(request: Request, asked: Annotated[Asked, Depends(asked_of)]) -> Asked:
    """The filters that an address asks for, if it has no others. A filter that is ignored would show too much.

    Args:
        request: Any request for a page with filters.
        asked: The filters that are known.

    Returns:
        The filters.

    Raises:
        SettingError: a parameter is unknown; it is named.
    """
    known = _parameters(request.scope["route"].dependant)
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        near = difflib.get_close_matches(unknown[0], known, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise SettingError(f"The address has an unknown filter: {unknown[0][:40]!r}.{meant} Known: {', '.join(known)}.")
    return asked


AskedOf = Annotated[Asked, Depends(asked_in)]
