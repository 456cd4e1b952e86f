"""The library: clips of messages and playlists of them; and the samples that coaches score blind in the web app."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the tables; they are empty until a coach fills them."""
    op.create_table(
        "clips",
        sa.Column("clip_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("recording_id", sa.String(64), nullable=False),
        sa.Column("start_s", sa.Float(), nullable=False),
        sa.Column("end_s", sa.Float(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("check_id", sa.String(100), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("created_utc", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.message_id"], name=op.f("fk_clips_message_id")),
        sa.PrimaryKeyConstraint("clip_id", name=op.f("pk_clips")),
    )
    op.create_index("ix_clips_message_id", "clips", ["message_id"])
    op.create_index("ix_clips_check_id", "clips", ["check_id"])
    op.create_table(
        "playlists",
        sa.Column("playlist_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("created_utc", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("playlist_id", name=op.f("pk_playlists")),
    )
    op.create_table(
        "playlist_clips",
        sa.Column("playlist_id", sa.Integer(), nullable=False),
        sa.Column("clip_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["playlist_id"], ["playlists.playlist_id"], name=op.f("fk_playlist_clips_playlist_id")),
        sa.ForeignKeyConstraint(["clip_id"], ["clips.clip_id"], name=op.f("fk_playlist_clips_clip_id")),
        sa.PrimaryKeyConstraint("playlist_id", "clip_id", name=op.f("pk_playlist_clips")),
    )
    op.create_index("ix_playlist_clips_clip_id", "playlist_clips", ["clip_id"])
    op.create_table(
        "calibration_rounds",
        sa.Column("round_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_utc", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_calibration_rounds")),
    )
    op.create_table(
        "calibration_messages",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["calibration_rounds.round_id"], name=op.f("fk_calibration_messages_round_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.message_id"], name=op.f("fk_calibration_messages_message_id")),
        sa.PrimaryKeyConstraint("round_id", "message_id", name=op.f("pk_calibration_messages")),
    )
    op.create_index("ix_calibration_messages_message_id", "calibration_messages", ["message_id"])
