"""What a run read from tables, beside the run: columns, counts, words of outcomes. Runs of before have none."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column."""
    op.add_column("runs", sa.Column("summary", sa.JSON(), nullable=True))
