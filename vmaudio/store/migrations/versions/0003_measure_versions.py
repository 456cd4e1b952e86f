"""Versions of the measuring stages beside each analysis. Rows of before have none, and so count as older."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; nothing is measured again."""
    op.add_column("analyses", sa.Column("measure_versions", sa.Text(), nullable=True))
