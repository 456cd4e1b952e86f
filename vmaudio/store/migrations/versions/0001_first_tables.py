"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables of vmaudio 0.1."""

    op.create_table(
        "assignments",
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("prospect", sa.String(length=200), nullable=False),
        sa.Column("arm", sa.Text(), nullable=False),
        sa.Column("rep", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_utc", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "prospect", name=op.f("pk_assignments")),
    )
    op.create_table(
        "baselines",
        sa.Column("baseline_id", sa.String(length=32), nullable=False),
        sa.Column("rep", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_utc", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("baseline_id", name=op.f("pk_baselines")),
    )
    op.create_index("ix_baselines_rep", "baselines", ["rep"], unique=False)
    op.create_table(
        "failures",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_utc", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_failures")),
    )
    op.create_table(
        "labels",
        sa.Column("label_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text_key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("annotator", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=True),
        sa.Column("rep", sa.Text(), nullable=True),
        sa.Column("created_utc", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("label_id", name=op.f("pk_labels")),
        sa.UniqueConstraint(
            "kind", "text_key", "position", "annotator", name=op.f("uq_labels_kind_text_key_position_annotator")
        ),
    )
    op.create_table(
        "outcomes",
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("callback", sa.Boolean(), nullable=True),
        sa.Column("callback_at", sa.String(length=40), nullable=True),
        sa.Column("reply", sa.Boolean(), nullable=True),
        sa.Column("connect", sa.Boolean(), nullable=True),
        sa.Column("sale", sa.Boolean(), nullable=True),
        sa.Column("complaint", sa.Boolean(), nullable=True),
        sa.Column("wrong_person", sa.Boolean(), nullable=True),
        sa.Column("cost", sa.Float(), nullable=True),
        sa.Column("touches", sa.Integer(), nullable=True),
        sa.Column("as_of", sa.String(length=40), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("imported_utc", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_outcomes")),
    )
    op.create_table(
        "recordings",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("first_seen_utc", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_recordings")),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("started_utc", sa.String(length=32), nullable=False),
        sa.Column("ended_utc", sa.String(length=32), nullable=True),
        sa.Column("analysed", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_runs")),
    )
    op.create_table(
        "analyses",
        sa.Column("analysis_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("feature_schema", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("approach", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_utc", sa.String(length=32), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.recording_id"], name=op.f("fk_analyses_recording_id")),
        sa.PrimaryKeyConstraint("analysis_id", name=op.f("pk_analyses")),
        sa.UniqueConstraint("recording_id", "key", name=op.f("uq_analyses_recording_id_key")),
    )
    op.create_index("ix_analyses_approach", "analyses", ["approach"], unique=False)
    op.create_table(
        "messages",
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("rep", sa.Text(), nullable=True),
        sa.Column("prospect", sa.Text(), nullable=True),
        sa.Column("prospect_name", sa.Text(), nullable=True),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.String(length=40), nullable=True),
        sa.Column("campaign", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("caller_id", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("script", sa.Text(), nullable=True),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.recording_id"], name=op.f("fk_messages_recording_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_messages")),
    )
    op.create_index("ix_messages_campaign", "messages", ["campaign"], unique=False)
    op.create_index("ix_messages_file_name", "messages", ["file_name"], unique=False)
    op.create_index("ix_messages_prospect", "messages", ["prospect"], unique=False)
    op.create_index("ix_messages_recording_id", "messages", ["recording_id"], unique=False)
    op.create_index("ix_messages_rep_sent_at", "messages", ["rep", "sent_at"], unique=False)
    op.create_index("ix_messages_source", "messages", ["source"], unique=False)
    op.create_table(
        "overrides",
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("check_id", sa.String(length=100), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_utc", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.message_id"], name=op.f("fk_overrides_message_id")),
        sa.PrimaryKeyConstraint("message_id", "check_id", name=op.f("pk_overrides")),
    )
    op.create_table(
        "scores",
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("analysis_id", sa.Integer(), nullable=False),
        sa.Column("rubric_id", sa.Text(), nullable=False),
        sa.Column("points", sa.Float(), nullable=True),
        sa.Column("band", sa.String(length=16), nullable=False),
        sa.Column("baseline_id", sa.String(length=32), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["analysis_id"], ["analyses.analysis_id"], name=op.f("fk_scores_analysis_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.message_id"], name=op.f("fk_scores_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_scores")),
    )
    op.create_index("ix_scores_analysis_id", "scores", ["analysis_id"], unique=False)
    op.create_index("ix_scores_points", "scores", ["points"], unique=False)
