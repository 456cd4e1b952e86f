"""What a team's report counts of each message, in one narrow row: reading it touches no transcript and no contour."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Connection, cast, func, select, update

from vmaudio.records import Analysis, Check, Score
from vmaudio.store.database import Database, put
from vmaudio.store.search_words import among
from vmaudio.store.tables import messages, outcomes, overrides, report_rows, scores

MARKS = {"pass": "p", "fail": "f"}
"""Letters of verdicts in `ReportRow.marks`; n/a is "u" where the check could not be judged, else "n"."""

NOT_JUDGED = "u"
"""Letter of a check that could not be judged."""


class ReportRow(NamedTuple):
    """One scored message as a report counts it: a tuple, as there are very many.

    Attributes:
        message_id: id of the message.
        rep: name of the rep; None where not known, as in the other fields.
        prospect: id of the prospect.
        prospect_name: the prospect's name.
        campaign: name of the campaign.
        script: name of the script.
        sent_at: ISO 8601, with the offset that the manifest gave.
        rubric_id: the rubric that made the score.
        points: 0 to 100.
        band: "strong", "fair", "weak" or "unscored".
        approach: the approach that was predicted.
        duration_s: length of the recording in seconds.
        pace_wpm: speaking rate in words a minute.
        pitch_hz: median pitch.
        forecast: callback probability, 0 to 1.
        forecast_simulated: the model of the forecast learned from invented outcomes.
        marks: a letter for each check of the rubric, in its order: p passed, f missed, u could not be judged, n does not apply.
        flags: kinds of flags, with spaces between.
        recording_id: the recording, which may have been left for several prospects; None where not known.
    """

    message_id: str
    rep: str | None
    prospect: str | None
    prospect_name: str | None
    campaign: str | None
    script: str | None
    sent_at: str | None
    rubric_id: str
    points: float | None
    band: str
    approach: str
    duration_s: float
    pace_wpm: float | None
    pitch_hz: float | None
    forecast: float | None
    forecast_simulated: bool
    marks: str
    flags: str
    recording_id: str | None = None


_SENT = ("rep", "prospect", "prospect_name", "campaign", "script", "sent_at", "recording_id")
REPORT_COLUMNS = [messages.c[name] if name in _SENT else report_rows.c[name] for name in ReportRow._fields]
"""Columns of a `ReportRow`."""

SCORED = report_rows.join(messages, messages.c.message_id == report_rows.c.message_id)
"""Scored messages with what is known of them."""


def put_report_row(connection: Connection, analysis: Analysis) -> None:
    """Insert or replace the row of a scored message.

    Args:
        connection: in a transaction.
        analysis: the analysis with its score; without one nothing is written.
    """
    if analysis.score is not None:
        put(connection, report_rows, {"message_id": analysis.message.message_id}, report_values(analysis, analysis.score))


def report_values(analysis: Analysis, score: Score) -> dict[str, Any]:
    """The columns of a row as it is written now, without its message.

    Args:
        analysis: the analysis.
        score: its score.

    Returns:
        Values by name of the column.
    """
    return {
        "changed": time.time(),
        "rubric_id": score.rubric_id,
        "points": score.points,
        "band": score.band,
        "approach": analysis.structure.approach,
        "duration_s": analysis.duration_s,
        "pace_wpm": _number(analysis.features.values.get("speaking_rate_wpm")),
        "pitch_hz": _number(analysis.features.values.get("f0_median_hz")),
        "forecast": score.callback_probability,
        "forecast_simulated": score.callback_simulated,
        "marks": "".join(map(mark_of, score.checks)),
        "flags": " ".join(dict.fromkeys(flag.kind for flag in analysis.flags)),
    }


def mark_of(check: Check) -> str:
    """The letter of a verdict.

    Args:
        check: one check of a score.

    Returns:
        One of p, f, u and n, as `ReportRow.marks` has them.
    """
    return MARKS.get(check.verdict, NOT_JUDGED if check.not_judged else "n")


def verdict_of_mark(mark: str) -> str:
    """The verdict that a letter stands for.

    Args:
        mark: as `mark_of` gives it.

    Returns:
        "pass", "fail" or "n/a".
    """
    return next((verdict for verdict, letter in MARKS.items() if letter == mark), "n/a")


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def checks_of_rubrics(store: Database) -> dict[str, dict[str, float]]:
    """The checks of the rubrics that made the stored scores, in the order of `ReportRow.marks`.

    Args:
        store: the store.

    Returns:
        For each rubric id the weight of each check id.
    """
    found = {}
    with store.engine.connect() as connection:
        for rubric_id in connection.execute(select(report_rows.c.rubric_id).distinct()).scalars().all():
            query = select(scores.c.body["checks"]).where(scores.c.rubric_id == rubric_id).limit(1)
            checks = connection.execute(query).scalar() or ()
            found[rubric_id] = {check["id"]: float(check["weight"]) for check in checks}
    return found


def stored_checks(
    store: Database, ids: Sequence[str], only: Collection[str] | None = None
) -> dict[str, tuple[str, str, tuple[Check, ...]]]:
    """The source, the recording and the checks of some messages.

    Args:
        store: the store.
        ids: of scored messages.
        only: of these checks alone; None is all.

    Returns:
        By message id the path or URL of the recording, its id ("" without one), and the checks of its score.
    """
    joined = scores.join(messages, messages.c.message_id == scores.c.message_id)
    query = select(
        scores.c.message_id, messages.c.source, messages.c.recording_id, scores.c.body["checks"].label("checks")
    ).select_from(joined)
    with store.engine.connect() as connection:
        rows = connection.execute(query.where(among(scores.c.message_id, ids))).all()
    return {
        row.message_id: (
            row.source,
            row.recording_id or "",
            tuple(Check.from_dict(one) for one in row.checks or () if only is None or one["id"] in only),
        )
        for row in rows
    }


class ReportVersion(NamedTuple):
    """Something that changes whenever what a report counts may have changed.

    Attributes:
        scored: messages with a score.
        newest: when the last of their rows was written, in seconds since the epoch.
        summed: the sum of these moments in whole milliseconds: another one when any row is another.
        messages: messages.
        outcomes: messages with an outcome.
        imported: when the last of them came, ISO 8601.
        as_of: the newest day of an export.
        answered: outcomes that know of a callback.
        timed: callbacks with a time.
        called: messages that were called back.
        overridden: verdicts by people.
        judged: when the last of these was given.
    """

    scored: int
    newest: float | None
    summed: int
    messages: int
    outcomes: int
    imported: str | None
    as_of: str | None
    answered: int
    timed: int
    called: int
    overridden: int
    judged: str | None

    @property
    def of_messages(self) -> tuple[Any, ...]:
        """What changes with messages and scores."""
        return self[:4]

    @property
    def of_outcomes(self) -> tuple[Any, ...]:
        """What changes with outcomes."""
        return self[4:10]


def in_milliseconds(changed: float) -> int:
    """When a row was written, as `ReportVersion.summed` adds it up.

    Args:
        changed: seconds since the epoch.

    Returns:
        Whole milliseconds, the rest cut off.
    """
    return int(changed * 1000)


def report_version(store: Database) -> ReportVersion:
    """The version of what a report counts; quick to ask.

    Args:
        store: the store.

    Returns:
        Counts and newest moments of scores, messages, outcomes and people's verdicts.
    """
    moment = report_rows.c.changed * 1000
    cut = func.trunc(moment) if store.engine.dialect.name == "postgresql" else moment  # a cast of SQLite's cuts off by itself
    asked = (
        select(func.count(), func.max(report_rows.c.changed), func.sum(cast(cut, BigInteger))).select_from(report_rows),
        select(func.count()).select_from(messages),
        select(
            func.count(), func.max(outcomes.c.imported_utc), func.max(outcomes.c.as_of), func.count(outcomes.c.callback),
            func.count(outcomes.c.callback_at), func.count().filter(outcomes.c.callback.is_(True)),
        ).select_from(outcomes),
        select(func.count(), func.max(overrides.c.created_utc)).select_from(overrides),
    )  # fmt: skip
    with store.engine.connect() as connection:
        found = [value for query in asked for value in connection.execute(query).one()]
    found[2] = int(found[2] or 0)
    return ReportVersion._make(found)


def touch_report_rows(connection: Connection, ids: Sequence[str]) -> None:
    """Say that something is known anew of some messages, so that it is read again.

    Args:
        connection: in a transaction.
        ids: of messages; those without a score are passed over.
    """
    connection.execute(update(report_rows).where(among(report_rows.c.message_id, ids)).values(changed=time.time()))
