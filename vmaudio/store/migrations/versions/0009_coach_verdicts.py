"""Coaches' verdicts, given without sight of the machine's, to see how far both can be trusted."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the table; it is empty until a sheet is read."""
    op.create_table(
        "coach_verdicts",
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("check_id", sa.String(100), nullable=False),
        sa.Column("coach", sa.String(200), nullable=False),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_utc", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.message_id"]),
        sa.PrimaryKeyConstraint("message_id", "check_id", "coach"),
    )
