"""Which run is working on which recording, so that two runs on one database do not measure the same one twice."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table; it is empty when no run is going on."""
    op.create_table(
        "claims",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_claims"),
    )
    op.create_index("ix_claims_holder", "claims", ["holder"])
