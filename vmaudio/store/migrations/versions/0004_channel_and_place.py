"""In which channel the rep speaks, and which of several messages in a file a message is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns; messages of before have the channel found and the last message."""
    op.add_column("messages", sa.Column("audio_channel", sa.String(length=8), nullable=True))
    op.add_column("messages", sa.Column("audio_message", sa.String(length=8), nullable=True))
