"""The team's report: what is known, what to coach this week, and where to hear it. Every number leads to its messages."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Annotated
from urllib.parse import quote, urlsplit

import numpy as np
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from vmaudio.duplicates import repeats_among
from vmaudio.errors import NotStored, SettingError
from vmaudio.experiments import Corrected
from vmaudio.report import (
    MOST_REPEATED,
    Coaching,
    FailureRow,
    ReportData,
    Sheet,
    SlowParts,
    build_columns_report,
    build_report,
    coaches_say,
    coaching_of,
    render_report,
    repeat_items,
    report_dict,
    rows_of_groups,
    slow_parts,
)
from vmaudio.store import all_coach_notes, coach_verdicts_of, overrides_by_message, put_coach_note
from vmaudio.web import keeping
from vmaudio.web.agreement import corrected_shares
from vmaudio.web.context import SessionOf, Web, WebOf, as_json, page, sign_as, signed, wants_json
from vmaudio.web.library import prepares, starred
from vmaudio.web.pages.team import filter_choices
from vmaudio.web.report_schemas import NoteDone, ReportModel
from vmaudio.web.searching import Asked, AskedOf
from vmaudio.web.sheets import PATIENCE_S
from vmaudio.web.viewers import ViewerOf

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
        self.verdicts = coach_verdicts_of(web.store)

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

    def corrected(self) -> dict[str, Corrected]:
        """By check the share that misses it, as coaches who scored blind would say it."""
        return self.web.sheets.remembered(
            ("corrected", self.key, hash(tuple(self.verdicts))),
            self.sheet,
            lambda: corrected_shares(self.web, self.sheet, self.verdicts, self.chosen),
        )

    def with_coaches(self, data: ReportData) -> ReportData:
        """The report with these shares in words.

        Args:
            data: the report without them.
        """
        words = {check: coaches_say(one, simulated=self.simulated) for check, one in self.corrected().items()}
        return dataclasses.replace(data, corrected=words)

    @property
    def simulated(self) -> bool:
        """Some of the coaches who scored blind are invented."""
        return any(one.simulated for one in self.verdicts)

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

    def slow_at_once(self) -> SlowParts | None:
        """What takes long, where it is made, or may be while the page waits. Of very many messages it is begun when the page
        asks for it: beside the page it would only take the processor from it."""
        few = int(np.count_nonzero(self.chosen)) <= MOST_REPEATED
        return self.slow(PATIENCE_S) if few or self.web.sheets.is_made(("slow", self.key), self.sheet) else None


@router.get("/report.json")
def report_json(web: WebOf, asked: AskedOf, by: By = "rep") -> ReportModel:
    """The report of the messages that match: what `vmaudio report` says of them."""
    made = Made(web, asked, by)
    data, slow, coaching = made.data(), made.slow(None), made.coaching()
    assert slow is not None  # noqa: S101 - it was waited for
    made_dict = report_dict(
        data, slow, coaching, made.sheet, made.chosen, copies=made.copies, corrected=made.corrected(),
        coaches_simulated=made.simulated,
    )  # fmt: skip
    return ReportModel.model_validate(made_dict)


@router.get("/report", include_in_schema=False)
def report(request: Request, web: WebOf, viewer: ViewerOf, asked: AskedOf, by: By = "rep") -> Response:
    """The page. What takes long comes after it, where it is not ready."""
    made = Made(web, asked, by)
    data, coaching = made.with_coaches(made.data()), made.coaching()

    def sound(source: str, message_id: str) -> str | None:
        return f"/message/{quote(message_id, safe='')}/audio" if web.copies.may_play(source) else None

    return page(
        request, "report_page.html.j2", data=data, copies=made.copies, coaching=coaching, slow=made.slow_at_once(),
        asked=asked, given=asked.given, link=asked.link, sound=sound, prepares=prepares(viewer),
        starred=starred(web, viewer),
        here=asked.link("/report", by=None if by == "rep" else by), later=asked.link("/report/later", by=by),
        **filter_choices(web, made.sheet),
    )  # fmt: skip


@router.get("/report/later", include_in_schema=False)
def later(request: Request, web: WebOf, asked: AskedOf, by: By = "rep") -> Response:
    """What takes long, as a piece of the page."""
    made = Made(web, asked, by)
    return page(request, "report_later.html.j2", data=made.data(), slow=made.slow(None), link=asked.link, group=asked.group)


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
    who = signed(request, keeping.field(author, "Your name") or session.name or "")
    made = put_coach_note(web.store, rep, check_id, week, note=keeping.without_controls(note), done=done, author=who)
    sign_as(request, who)
    request.state.about = ("rep", rep)
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
    data = build_report(
        analyses, counting.outcomes, overrides=overrides_by_message(web.store.overrides()), glossary=web.glossary(), by=by,
        repeats=rows_of_groups(repeats_among(web.store, repeat_items(analyses, counting.outcomes))), called=counting.called,
        attribution=counting.note, tone=web.config.tone == "all", copies=made.copies,
    )  # fmt: skip
    text = render_report(made.with_coaches(data))
    headers = {"content-disposition": 'attachment; filename="team-report.html"'}
    return Response(text, media_type="text/html; charset=utf-8", headers=headers)
