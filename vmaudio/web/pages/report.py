"""The team's report: what is known, what to coach this week, and where to hear it. Every number leads to its messages."""

from __future__ import annotations

import datetime
import math
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from vmaudio.duplicates import find_duplicates
from vmaudio.errors import NotStored, SettingError
from vmaudio.plots import Rate, Spread
from vmaudio.report import (
    Coaching,
    FailureRow,
    ReportData,
    Sheet,
    SlowParts,
    Thing,
    build_columns_report,
    build_report,
    coaching_of,
    render_report,
    repeat_items,
    rows_of_groups,
    slow_parts,
    weeks_in,
)
from vmaudio.store import all_coach_notes, overrides_by_message, put_coach_note
from vmaudio.web import keeping
from vmaudio.web.context import SessionOf, Web, WebOf, as_json, page, sign_as, wants_json
from vmaudio.web.pages.team import filter_choices
from vmaudio.web.report_schemas import NoteDone, ReportModel
from vmaudio.web.searching import Asked, AskedOf
from vmaudio.web.sheets import PATIENCE_S

router = APIRouter(tags=["report"])

By = Annotated[str, Query(pattern="^(rep|campaign|approach)$", description="what the report is summed up by")]
MOST_EXPORTED = 5000
"""Most messages of a report file that the page makes; the command line has no limit."""

NOTE = 2000


class Made:
    """A report of the messages that an address asks for, made once for each state of the store.

    Args:
        web: The app.
        asked: The filters.
        by: "rep", "campaign" or "approach".
    """

    def __init__(self, web: Web, asked: Asked, by: str = "rep") -> None:
        self.web, self.asked, self.by = web, asked, by
        self.sheet: Sheet = web.sheets.current()
        self.key = (tuple(sorted(asked.given.items())), by, web.book.active.rubric.rubric_id)
        self.chosen, self.copies = asked.counted(web, self.sheet)

    def data(self) -> ReportData:
        """The report without what takes long."""
        whole = not self.asked.given
        failures = tuple(FailureRow(one.file_name, one.message) for one in self.web.store.failures()) if whole else ()
        return self.web.sheets.remembered(
            ("data", self.key, len(failures)),
            self.sheet,
            lambda: build_columns_report(self.sheet, self.chosen, self.web.glossary(), by=self.by, failures=failures),
        )

    def coaching(self) -> Coaching:
        """What to coach, with the notes as they are now."""
        notes = all_coach_notes(self.web.store)
        newest = max((note.changed_utc for note in notes), default="")
        return self.web.sheets.remembered(
            ("coaching", self.key, len(notes), newest, hash(tuple(notes))),
            self.sheet,
            lambda: coaching_of(
                self.web.store, self.sheet, self.chosen, self.web.glossary(),
                overrides=overrides_by_message(self.web.store.overrides()), notes=notes,
            ),
        )  # fmt: skip

    def slow(self, wait_s: float | None) -> SlowParts | None:
        """What takes long; None where it is not ready after so many seconds.

        Args:
            wait_s: How long to wait; None is until it is ready.

        Returns:
            The sentences and the repeats.
        """
        data = self.data()
        return self.web.sheets.later(
            ("slow", self.key), self.sheet, lambda: slow_parts(self.web.store, self.sheet, self.chosen, data), wait_s
        )  # fmt: skip


@router.get("/report.json")
def report_json(web: WebOf, asked: AskedOf, by: By = "rep") -> ReportModel:
    """The report of the messages that match: what `vmaudio report` says of them."""
    made = Made(web, asked, by)
    data, slow, coaching = made.data(), made.slow(None), made.coaching()
    assert slow is not None  # noqa: S101 - it was waited for
    weeks = weeks_in(made.sheet, made.chosen, made.sheet.points)
    return ReportModel.model_validate(
        {
            "headline": data.headline, "messages": data.n, "reps": data.n_reps, "period": data.period,
            "simulated": data.simulated, "by": by, "callbacks": _rate(data.overall),
            "known": [{"text": one.text, "detail": one.detail} for one in slow.known],
            "unknown": [{"text": one.text, "detail": one.detail} for one in slow.unknown],
            "groups": [
                {
                    "name": row.name, "messages": row.n, **_spread(row.points), "pace_wpm": _finite(row.pace_wpm),
                    "top_missed": row.top_missed.id if row.top_missed else None, "callbacks": _rate(row.callbacks),
                    "apart": list(row.apart),
                }
                for row in data.groups
            ],
            "checks": [
                {"id": row.id, "title": row.title, "missed": _rate(row.missed), "not_judged": row.not_judged,
                 "disputed": row.disputed}
                for row in data.checks
            ],
            "weeks": [{"monday": date.isoformat(), "messages": one.spread.n, **_spread(one.spread)} for date, one in weeks],
            "coaching_week": coaching.week.isoformat() if coaching.week else None,
            "coaching": [_thing(thing) for things in coaching.things.values() for thing in things],
            "flags": {group.kind: group.n for group in data.flags},
            "repeats": None if slow.repeats is None else [
                {"kind": row.kind, "n": row.n, "who": row.who, "when": row.when, "words": row.words} for row in slow.repeats
            ],
            "copies": made.copies,
        }
    )  # fmt: skip


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _rate(rate: Rate) -> dict[str, Any]:
    return {"k": rate.k, "n": rate.n, "low": rate.low if rate.n else None, "high": rate.high if rate.n else None}


def _spread(spread: Spread) -> dict[str, float | None]:
    low, mid, high = _finite(spread.low), _finite(spread.mid), _finite(spread.high)
    return {"points_median": mid, "points_low": low, "points_high": high}


def _thing(thing: Thing) -> dict[str, Any]:
    return {
        "rep": thing.rep, "check": thing.check.id, "title": thing.check.title, "missed": thing.missed, "judged": thing.judged,
        "since": thing.since.isoformat(), "until": thing.until.isoformat(), "points_a_message": thing.cost,
        "right": thing.right[0] if thing.right else None, "right_of": thing.right[1] if thing.right else None,
        "recordings": [
            {"message_id": one.message_id, "title": one.title, "evidence": one.evidence, "start_s": one.start_s}
            for one in thing.recordings
        ],
        "note": thing.note.note if thing.note else "", "done": bool(thing.note and thing.note.done),
    }  # fmt: skip


@router.get("/report", include_in_schema=False)
def report(request: Request, web: WebOf, asked: AskedOf, by: By = "rep") -> Response:
    """The page. What takes long comes after it, where it is not ready."""
    made = Made(web, asked, by)
    data, coaching = made.data(), made.coaching()

    def sound(source: str, message_id: str) -> str | None:
        return f"/message/{quote(message_id, safe='')}/audio" if web.copies.may_play(source) else None

    return page(
        request, "report_page.html.j2", data=data, copies=made.copies, coaching=coaching, slow=made.slow(PATIENCE_S),
        asked=asked, given=asked.given, link=asked.link, sound=sound,
        here=asked.link("/report", by=None if by == "rep" else by), later=asked.link("/report/later", by=by),
        **filter_choices(web, made.sheet),
    )  # fmt: skip


@router.get("/report/later", include_in_schema=False)
def later(request: Request, web: WebOf, asked: AskedOf, by: By = "rep") -> Response:
    """What takes long, as a piece of the page."""
    made = Made(web, asked, by)
    return page(request, "report_later.html.j2", data=made.data(), slow=made.slow(None), link=asked.link)


@router.post("/report/note", response_model=NoteDone)
def note(
    request: Request,
    web: WebOf,
    session: SessionOf,
    rep: Annotated[str, Form(max_length=400)],
    check_id: Annotated[str, Form(max_length=100)],
    week: Annotated[str, Form(max_length=10, description="a Monday, ISO 8601")],
    note: Annotated[str, Form(max_length=NOTE, description="the coach's words")] = "",
    done: Annotated[bool, Form(description="it was talked about")] = False,
    author: Annotated[str, Form(max_length=200)] = "",
    back: Annotated[str, Form(max_length=1000, description="where the browser goes then")] = "/report",
) -> Response:
    """Note what was said about one thing to work on, and whether it was done. An earlier note of the week is replaced."""
    sheet = web.sheets.current()
    if rep not in sheet.rep.names or check_id not in sheet.checks:
        raise NotStored("There is no such rep, or no such check, in the store.")
    try:
        if datetime.date.fromisoformat(week).weekday():
            raise ValueError
    except ValueError:
        raise SettingError(f"{week!r} is no Monday. Write it as 2026-03-02.") from None
    who = keeping.field(author, "Your name") or session.name or ""
    made = put_coach_note(web.store, rep, check_id, week, note=keeping.without_controls(note), done=done, author=who)
    sign_as(request, who)
    if wants_json(request):
        return as_json(NoteDone(rep=rep, check_id=check_id, week=week, note=made.note, done=made.done))
    place = urlsplit(back)
    safe = back if place.path == "/report" and not place.netloc and not place.scheme else "/report"
    return RedirectResponse(f"{safe}#coach", 303)


@router.get("/report/file", include_in_schema=False)
def export(web: WebOf, asked: AskedOf, by: By = "rep") -> Response:
    """The report as a file of its own, without sound: what ``vmaudio report -o team.html --audio none`` writes."""
    made = Made(web, asked, by)
    wanted = {row.message_id for row, keep in zip(made.sheet.rows, made.chosen, strict=True) if keep}
    if not wanted or len(wanted) > MOST_EXPORTED:
        raise SettingError(
            f"A file is made of 1 to {MOST_EXPORTED:,} messages, and {len(wanted):,} match. Filter them, or use the command: "
            "vmaudio report -o team.html"
        )
    analyses = [web.for_team(one) for one in web.store.analyses() if one.message.message_id in wanted]
    counting = made.sheet.counting
    text = render_report(
        build_report(
            analyses, counting.outcomes, overrides=overrides_by_message(web.store.overrides()), glossary=web.glossary(), by=by,
            repeats=rows_of_groups(find_duplicates(repeat_items(analyses, counting.outcomes))), called=counting.called,
            attribution=counting.note, tone=web.config.tone == "all", copies=made.copies,
        )
    )  # fmt: skip
    headers = {"content-disposition": 'attachment; filename="team-report.html"'}
    return Response(text, media_type="text/html; charset=utf-8", headers=headers)
