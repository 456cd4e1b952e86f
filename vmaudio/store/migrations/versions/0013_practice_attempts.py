"""Attempts at drills: a rep's own, shown to nobody else."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "practice_attempts",
        sa.Column("attempt_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("rep", sa.Text(), nullable=True),
        sa.Column("drill", sa.String(64), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("created_utc", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_practice_attempts")),
    )
    op.create_index("ix_practice_attempts_owner", "practice_attempts", ["owner"])
