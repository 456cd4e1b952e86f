"""On PostgreSQL indexes in the order in which pages show messages; SQLite goes backwards through those that it has.

PostgreSQL puts what is not known at the end of an index, and so at the beginning when it goes backwards: pages have it last
either way. Without these it joins and sorts all messages for one page.
"""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the indexes; no row changes."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("CREATE INDEX ix_messages_newest ON messages (sent_at DESC NULLS LAST, message_id)")
    op.execute("CREATE INDEX ix_messages_rep_newest ON messages (rep, sent_at DESC NULLS LAST, message_id)")
    op.execute("CREATE INDEX ix_scores_most_points ON scores (points DESC NULLS LAST, message_id)")
