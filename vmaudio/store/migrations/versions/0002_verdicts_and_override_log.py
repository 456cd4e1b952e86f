"""Verdicts in rows of their own, filled from the scores; the log of overrides."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_PORTION = 500


def upgrade() -> None:
    """Add the tables, and copy the checks of every stored score."""
    made = op.create_table(
        "verdicts",
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("check_id", sa.String(length=100), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.message_id"], name=op.f("fk_verdicts_message_id")),
        sa.PrimaryKeyConstraint("message_id", "check_id", name=op.f("pk_verdicts")),
    )
    op.create_table(
        "override_log",
        sa.Column("entry_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("check_id", sa.String(length=100), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_utc", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_override_log")),
    )
    op.create_index("ix_override_log_message_id", "override_log", ["message_id"], unique=False)
    op.create_index("ix_messages_sent_at", "messages", ["sent_at"], unique=False)
    scores = sa.table("scores", sa.column("message_id", sa.String()), sa.column("body", sa.JSON()))
    connection = op.get_bind()
    last = ""
    while True:  # in portions by key: memory stays flat, and no cursor is open while rows are written
        query = sa.select(scores).where(scores.c.message_id > last).order_by(scores.c.message_id).limit(_PORTION)
        found = connection.execute(query).all()
        if not found:
            break
        rows = [
            {"message_id": message_id, "check_id": check["id"], "verdict": check["verdict"]}
            for message_id, body in found
            for check in {check["id"]: check for check in body["checks"]}.values()
        ]
        if rows:
            connection.execute(made.insert(), rows)
        last = found[-1].message_id
    op.create_index("ix_verdicts_check_id_verdict", "verdicts", ["check_id", "verdict"], unique=False)
