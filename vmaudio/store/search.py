"""The team's table, page by page: filtered, counted and sorted by the database, so that it is quick for 10,000 messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Engine, and_, bindparam, exists, func, literal, select

from vmaudio.errors import SettingError
from vmaudio.records import Record
from vmaudio.store.search_words import among, clean, day_after, moment, search_terms
from vmaudio.store.tables import analyses, messages, outcomes, overrides, recordings, scores, verdicts

MOST_ROWS = 500
"""Most rows of one page."""


@dataclass(frozen=True, slots=True)
class Search:
    """Which messages to show; None and empty mean all.

    Attributes:
        rep: name of the rep.
        campaign: name of the campaign.
        approach: the approach that was predicted.
        script: name of the script, as the manifest has it.
        since: ISO 8601 day or moment of ``sent_at`` from which on.
        until: the last one; a day is included.
        check: a check: alone, messages to which the machine's score has it; with ``verdict``, those where it has that
            verdict.
        verdict: "fail", "pass" or "n/a": alone, messages where any check has it.
        text: words that must be in the transcript, in upper or lower case; words in "double quotes" must stand side by
            side.
        band: "strong", "fair", "weak" or "unscored".
        overridden: only messages on which a person has given a verdict.
        without: ids of messages that are left out: copies.
        ids: only these messages; None is all.
    """

    rep: str | None = None
    campaign: str | None = None
    approach: str | None = None
    script: str | None = None
    since: str | None = None
    until: str | None = None
    check: str | None = None
    verdict: str | None = None
    text: str | None = None
    band: str | None = None
    overridden: bool = False
    without: frozenset[str] = frozenset()
    ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Row(Record):
    """One message in the table; ``prospect`` is the name, else the id, and ``callback`` is None where nothing is known."""

    message_id: str
    file_name: str
    rep: str | None
    prospect: str | None
    campaign: str | None
    sent_at: str | None
    approach: str
    points: float | None
    band: str
    duration_s: float
    n_flags: int
    callback: bool | None
    simulated: bool = False  # the outcome is invented
    n_overrides: int = 0


@dataclass(frozen=True, slots=True)
class Page(Record):
    """Some rows, and how many match in all."""

    rows: tuple[Row, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Facets(Record):
    """What there is to filter by, each in the order of names."""

    reps: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    approaches: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    bands: tuple[str, ...] = field(default=("strong", "fair", "weak", "unscored"))


_PROSPECT = func.coalesce(messages.c.prospect_name, messages.c.prospect)
_FLAGS = func.json_array_length(scores.c.flags)
_OVERRIDES = (
    select(func.count())
    .select_from(overrides)
    .where(overrides.c.message_id == scores.c.message_id)
    .correlate(scores)
    .scalar_subquery()
)  # fmt: skip
_SORTS: Mapping[str, ColumnElement[Any]] = {
    "sent_at": messages.c.sent_at,
    "rep": messages.c.rep,
    "prospect": _PROSPECT,
    "campaign": messages.c.campaign,
    "file_name": messages.c.file_name,
    "approach": analyses.c.approach,
    "points": scores.c.points,
    "band": scores.c.band,
    "duration_s": recordings.c.duration_s,
    "n_flags": _FLAGS,
    "callback": outcomes.c.callback,
}
_SORTED_IN = {
    "messages": ("sent_at", "rep", "prospect", "campaign", "file_name"),
    "analyses": ("approach", "duration_s"),
    "recordings": ("duration_s",),
    "outcomes": ("callback",),
}
SORTS = tuple(_SORTS)
"""What a page can be sorted by; with a minus before it the largest come first. Unknown values come last either way."""

_JOINED = (
    scores.join(messages, messages.c.message_id == scores.c.message_id)
    .join(analyses, analyses.c.analysis_id == scores.c.analysis_id)
    .join(recordings, recordings.c.recording_id == analyses.c.recording_id)
    .outerjoin(outcomes, outcomes.c.message_id == scores.c.message_id)
)


def page(engine: Engine, which: Search, *, sort: str = "-sent_at", limit: int = 50, offset: int = 0) -> Page:
    """One page of the table of messages.

    Args:
        engine: the database.
        which: which messages.
        sort: one of `SORTS`, with a minus before it for the largest first.
        limit: rows, 1 to `MOST_ROWS`.
        offset: rows before the page.

    Returns:
        The rows, and how many messages match in all.

    Raises:
        SettingError: a sort, limit, offset or date that is not possible.
    """
    rows, total = statements(which, sort=sort, limit=limit, offset=offset)
    with engine.connect() as connection:
        found = int(connection.execute(total).scalar_one())
        made = [_row(row) for row in connection.execute(rows).mappings()] if found > offset else []
    return Page(tuple(made), found)


def statements(which: Search, *, sort: str = "-sent_at", limit: int = 50, offset: int = 0) -> tuple[Any, Any]:
    """The SQL of a page, for SQLite and PostgreSQL alike; arguments as in `page`.

    Args:
        which: which messages.
        sort: one of `SORTS`.
        limit: rows.
        offset: rows before the page.

    Returns:
        The query of the rows, and that of their number.

    Raises:
        SettingError: a sort, limit, offset or date that is not possible.
    """
    column = _SORTS.get(sort.removeprefix("-"))
    if column is None:
        raise SettingError(f"The table cannot be sorted by {sort[:80]!r}. Use one of {', '.join(SORTS)}.")
    if not 1 <= limit <= MOST_ROWS or offset < 0:
        raise SettingError(f"A page has 1 to {MOST_ROWS} rows and begins at 0 or later; not {limit} rows from {offset}.")
    order = (column.desc() if sort.startswith("-") else column.asc()).nulls_last(), scores.c.message_id
    where = _where(which)
    # first the ids of the page, with the tables that this needs and no other; then all that is shown of these few
    ids = select(scores.c.message_id).select_from(_needed(which, sort.removeprefix("-"))).where(*where)
    few = ids.order_by(*order).limit(limit).offset(offset).subquery("few")
    rows = (
        select(
            scores.c.message_id,
            messages.c.file_name,
            messages.c.rep,
            _PROSPECT.label("prospect"),
            messages.c.campaign,
            messages.c.sent_at,
            analyses.c.approach,
            scores.c.points,
            scores.c.band,
            recordings.c.duration_s,
            _FLAGS.label("n_flags"),
            outcomes.c.callback,
            func.coalesce(outcomes.c.simulated, False).label("simulated"),
            _OVERRIDES.label("n_overrides"),
        )
        .select_from(_JOINED.join(few, few.c.message_id == scores.c.message_id))
        .order_by(*order)
    )
    return rows, select(func.count()).select_from(_needed(which)).where(*where)


def facets(engine: Engine) -> Facets:
    """Reps, campaigns, approaches and checks of the messages that have a score.

    Args:
        engine: the database.

    Returns:
        The values to filter by.
    """
    sent = scores.join(messages, messages.c.message_id == scores.c.message_id)
    heard = scores.join(analyses, analyses.c.analysis_id == scores.c.analysis_id)
    wanted: dict[str, tuple[Any, Any]] = {
        "reps": (messages.c.rep, sent),
        "campaigns": (messages.c.campaign, sent),
        "approaches": (analyses.c.approach, heard),
        "checks": (verdicts.c.check_id, verdicts),
    }
    with engine.connect() as connection:
        found = {
            name: tuple(value for value in connection.execute(_different(column, among)).scalars() if value)
            for name, (column, among) in wanted.items()
        }
    return Facets(**found)


def _different(column: Any, among: Any) -> Any:
    """The different values of an indexed column, in order: from each to the next larger, where DISTINCT reads every row.

    Args:
        column: the column.
        among: a join with its table, in one row of which a value must be.
    """
    walk = select(func.min(column).label("value")).cte("walk", recursive=True)
    other = column.table.alias("other").c[column.name]
    larger = select(func.min(other)).where(other > walk.c.value).scalar_subquery()
    walk = walk.union_all(select(larger).where(walk.c.value.is_not(None)))
    # with its limit and not as EXISTS, which PostgreSQL takes for a join of all rows
    there = select(literal(1)).select_from(among).where(column == walk.c.value).limit(1).scalar_subquery()
    return select(walk.c.value).where(walk.c.value.is_not(None), there.is_not(None)).order_by(walk.c.value)


def _needed(which: Search, sort: str = "points") -> Any:
    """The tables that filter and sort read: each join less is ten thousand look-ups less."""
    made: Any = scores
    if which.rep or which.campaign or which.script or which.since or which.until or sort in _SORTED_IN["messages"]:
        made = made.join(messages, messages.c.message_id == scores.c.message_id)
    if which.approach or which.text or sort in _SORTED_IN["analyses"]:
        made = made.join(analyses, analyses.c.analysis_id == scores.c.analysis_id)
    if sort in _SORTED_IN["recordings"]:
        made = made.join(recordings, recordings.c.recording_id == analyses.c.recording_id)
    if sort in _SORTED_IN["outcomes"]:
        made = made.outerjoin(outcomes, outcomes.c.message_id == scores.c.message_id)
    return made


def _where(which: Search) -> list[ColumnElement[bool]]:
    equal = {
        messages.c.rep: which.rep,
        messages.c.campaign: which.campaign,
        messages.c.script: which.script,
        analyses.c.approach: which.approach,
        scores.c.band: which.band,
    }
    conditions: list[ColumnElement[bool]] = [column == clean(value) for column, value in equal.items() if value]
    since, before, until = sent_limits(which)
    conditions += [messages.c.sent_at >= since] if since else []
    conditions += [messages.c.sent_at < before] if before else []
    conditions += [messages.c.sent_at <= until] if until else []
    if which.ids is not None:  # one JSON list: a statement may have fewer parameters than there are messages
        conditions.append(among(scores.c.message_id, which.ids))
    wanted = [verdicts.c.check_id == clean(which.check)] if which.check else []
    wanted += [verdicts.c.verdict == clean(which.verdict)] if which.verdict else []
    if wanted:
        conditions.append(exists().where(and_(verdicts.c.message_id == scores.c.message_id, *wanted)).correlate(scores))
    if which.overridden:
        conditions.append(exists().where(overrides.c.message_id == scores.c.message_id).correlate(scores))
    if which.without:  # in the statement's text: a database takes only so many parameters
        copies: BindParameter[Any] = bindparam("copies", sorted(which.without), expanding=True, literal_execute=True)
        conditions.append(scores.c.message_id.not_in(copies))
    for term in search_terms(which.text or ""):
        # autoescape: % and _ are what was typed, not wildcards
        conditions.append(func.lower(analyses.c.text).contains(term.lower(), autoescape=True))
    return conditions


def sent_limits(which: Search) -> tuple[str, str, str]:
    """The limits of ``sent_at`` that a search asks for, as texts that sort like the store's.

    Args:
        which: the search.

    Returns:
        From which moment on; before which moment; up to which moment. "" is no limit.

    Raises:
        SettingError: a date that is not possible.
    """
    since, end = moment(which.since) if which.since else "", moment(which.until) if which.until else ""
    return (since, day_after(end), "") if len(end) == 10 else (since, "", end)


def matching_ids(engine: Engine, which: Search) -> list[str]:
    """Ids of all messages that match.

    Args:
        engine: the database.
        which: which messages.

    Returns:
        The ids, in no order.
    """
    query = select(scores.c.message_id).select_from(_needed(which)).where(*_where(which))
    with engine.connect() as connection:
        return list(connection.execute(query).scalars())


def _row(row: Mapping[Any, Any]) -> Row:
    values = dict(row)
    values["file_name"] = values["file_name"].encode("utf-8", "replace").decode()  # for showing; `Store.one` has the true one
    values["callback"] = None if values["callback"] is None else bool(values["callback"])
    return Row(**{**values, "simulated": bool(values["simulated"])})
