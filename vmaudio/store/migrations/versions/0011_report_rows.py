"""One narrow row per scored message for the team's report, made from what is stored; and a coach's notes."""

import math
import time
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_PORTION = 500
_MARKS = {"pass": "p", "fail": "f"}


def upgrade() -> None:
    """Add the tables, and fill the first one from the scores and measurements that are there."""
    op.create_table(
        "report_rows",
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("changed", sa.Float(), nullable=False),
        sa.Column("rubric_id", sa.Text(), nullable=False),
        sa.Column("points", sa.Float(), nullable=True),
        sa.Column("band", sa.String(16), nullable=False),
        sa.Column("approach", sa.String(32), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("pace_wpm", sa.Float(), nullable=True),
        sa.Column("pitch_hz", sa.Float(), nullable=True),
        sa.Column("forecast", sa.Float(), nullable=True),
        sa.Column("forecast_simulated", sa.Boolean(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.message_id"], name=op.f("fk_report_rows_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_report_rows")),
    )
    op.create_index("ix_report_rows_changed", "report_rows", ["changed"])
    op.create_table(
        "coach_notes",
        sa.Column("rep", sa.String(400), nullable=False),
        sa.Column("check_id", sa.String(100), nullable=False),
        sa.Column("week", sa.String(10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("changed_utc", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("rep", "check_id", "week", name=op.f("pk_coach_notes")),
    )
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    scores = sa.table(
        "scores", *(sa.column(name) for name in ("message_id", "analysis_id", "rubric_id", "points", "band")),
        sa.column("body", sa.JSON), sa.column("flags", sa.JSON),
    )  # fmt: skip
    analyses = sa.table("analyses", sa.column("analysis_id"), sa.column("approach"), sa.column("body", sa.JSON))
    rows = sa.table(
        "report_rows", *(sa.column(name) for name in (
            "message_id", "changed", "rubric_id", "points", "band", "approach", "duration_s", "pace_wpm", "pitch_hz",
            "forecast", "forecast_simulated", "marks", "flags",
        )),
    )  # fmt: skip
    query = (
        sa.select(
            scores.c.message_id, scores.c.rubric_id, scores.c.points, scores.c.band, scores.c.body, scores.c.flags,
            analyses.c.approach, analyses.c.body.label("measured"),
        )
        .select_from(scores.join(analyses, analyses.c.analysis_id == scores.c.analysis_id))
        .order_by(scores.c.message_id)
    )  # fmt: skip
    last = ""
    while portion := connection.execute(query.where(scores.c.message_id > last).limit(_PORTION)).all():
        connection.execute(sa.insert(rows), [_row(one) for one in portion])
        last = portion[-1].message_id


def _row(one: Any) -> dict[str, Any]:
    measured, score = one.measured or {}, one.body or {}
    values = measured.get("features", {}).get("values", {})
    return {
        "message_id": one.message_id, "changed": time.time(), "rubric_id": one.rubric_id, "points": one.points,
        "band": one.band, "approach": one.approach, "duration_s": measured.get("duration_s") or 0.0,
        "pace_wpm": _number(values.get("speaking_rate_wpm")), "pitch_hz": _number(values.get("f0_median_hz")),
        "forecast": score.get("callback_probability"), "forecast_simulated": bool(score.get("callback_simulated")),
        "marks": "".join(
            _MARKS.get(check["verdict"], "u" if check.get("not_judged") else "n") for check in score.get("checks", ())
        ),
        "flags": " ".join(dict.fromkeys(flag["kind"] for flag in one.flags or ())),
    }  # fmt: skip


def _number(value: Any) -> float | None:
    return value if isinstance(value, (int, float)) and math.isfinite(value) else None
