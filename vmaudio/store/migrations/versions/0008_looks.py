"""How often a comparison was looked at, and with which probabilities a plan chose the arms."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table and the columns; no look is known of before, and older plans gave every arm the same share."""
    op.create_table(
        "looks",
        sa.Column("comparison", sa.String(64), nullable=False),
        sa.Column("data", sa.String(64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("first_utc", sa.String(32), nullable=False),
        sa.Column("last_utc", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("comparison", "data", name="pk_looks"),
    )
    op.add_column("assignments", sa.Column("probabilities", sa.JSON(), nullable=True))
    op.add_column("assignments", sa.Column("batch", sa.Integer(), nullable=True))
