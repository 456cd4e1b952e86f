"""On PostgreSQL an index by which words are found in transcripts; SQLite reads them all, which is quick enough there."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_MAY_ADD = """
    SELECT count(*) FROM pg_available_extensions, pg_roles
    WHERE name = 'pg_trgm' AND installed_version IS NULL AND rolname = current_user
    AND (rolsuper OR has_database_privilege(current_database(), 'CREATE')
                     AND current_setting('server_version_num')::int >= 130000)
"""
_USABLE = "SELECT count(*) FROM pg_opclass WHERE opcname = 'gin_trgm_ops' AND pg_opclass_is_visible(oid)"


def upgrade() -> None:
    """Add the index of groups of three letters, where the server has pg_trgm and the user may use it.

    Without it searches find the same, by reading every transcript.
    """
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    if connection.scalar(sa.text(_MAY_ADD)):
        connection.execute(sa.text("CREATE EXTENSION pg_trgm"))
    if connection.scalar(sa.text(_USABLE)):
        connection.execute(sa.text("CREATE INDEX ix_analyses_words ON analyses USING gin (lower(text) gin_trgm_ops)"))
