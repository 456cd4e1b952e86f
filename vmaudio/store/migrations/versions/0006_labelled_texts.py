"""Labels belong to a message too, not only to its words; the whole text of what was labelled; decisions on conflicts."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table and the column, and let two messages of the same words keep labels of their own."""
    op.create_table(
        "labelled_texts",
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("text_key", sa.String(length=64), nullable=False),
        sa.Column("annotator", sa.Text(), nullable=False),
        sa.Column("pieces", sa.JSON(), nullable=False),
        sa.Column("rep", sa.Text(), nullable=True),
        sa.Column("prospect", sa.Text(), nullable=True),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("recognised", sa.Text(), nullable=True),
        sa.Column("created_utc", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "text_key", "annotator", name=op.f("pk_labelled_texts")),
    )
    with op.batch_alter_table("labels") as batch:
        batch.add_column(sa.Column("adjudicated", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.drop_constraint(op.f("uq_labels_kind_text_key_position_annotator"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_labels_message_id_kind_text_key_position_annotator"),
            ["message_id", "kind", "text_key", "position", "annotator"],
        )
