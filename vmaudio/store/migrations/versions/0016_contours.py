"""The level contours of recordings apart from their other measures, filled from what is stored."""

import math
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_PORTION = 200


def upgrade() -> None:
    """Add the table, and fill it from the newest measurements of each recording."""
    op.create_table(
        "contours",
        sa.Column("recording_id", sa.String(64), nullable=False),
        sa.Column("levels", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.recording_id"], name=op.f("fk_contours_recording_id")),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_contours")),
    )
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    analyses = sa.table(
        "analyses", sa.column("analysis_id", sa.Integer), sa.column("recording_id", sa.String), sa.column("body", sa.JSON)
    )
    made = sa.table("contours", sa.column("recording_id"), sa.column("levels", sa.LargeBinary))
    newest = sa.select(sa.func.max(analyses.c.analysis_id)).group_by(analyses.c.recording_id)
    query = (
        sa.select(analyses.c.analysis_id, analyses.c.recording_id, analyses.c.body["prosody"]["contour"]["level_dbfs"])
        .where(analyses.c.analysis_id.in_(newest))
        .order_by(analyses.c.analysis_id)
    )
    last = 0
    while portion := connection.execute(query.where(analyses.c.analysis_id > last).limit(_PORTION)).all():
        rows = [{"recording_id": recording_id, "levels": _packed(levels)} for _, recording_id, levels in portion if levels]
        if rows:
            connection.execute(sa.insert(made), rows)
        last = portion[-1].analysis_id


def _packed(levels: list[Any]) -> bytes:
    """A byte for each 50 ms: half decibels below 0 dBFS, 255 for anything softer and for what is not known."""
    return bytes(
        min(255, max(0, round(-2 * level))) if isinstance(level, (int, float)) and math.isfinite(level) else 255
        for level in levels
    )
