#!/bin/sh
# Finding: in PostgreSQL the names of deleted people stay readable in pg_stats, after VACUUM FULL, TRUNCATE and ANALYZE too.
#
# Guess of an expert: after DELETE and VACUUM FULL the values of a table are in none of the database's tables, and after ANALYZE or
#   TRUNCATE its statistics are of what is left; so a request for erasure ends there (but for the log and backups).
# Behaviour: ANALYZE of a table without rows writes no statistics and leaves those of before. The commonest values and the bounds of
#   the histogram (here names and telephone numbers) can be read in pg_stats by whoever may read the table, and are in every physical
#   copy, for as long as the table is empty. One row more and an ANALYZE replace them. A table that empties often, such as a queue of
#   messages or the takes of one rep, keeps the people of its last ANALYZE.
# Seen with: PostgreSQL 16.2 (pgserver 0.1.4), psycopg 3.2.3.
# Output seen:
#   statistics of 400 rows: 40 names
#   after delete: 40
#   after vacuum full analyze: 40
#   after truncate and analyze: 40
#   after one row more and analyze: 0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pgserver==0.1.4 'psycopg[binary]==3.2.3'
cat > "$folder/statistics.py" <<'PYTHON'
import sys

import pgserver
import psycopg

PEOPLE = [(f"Given{i % 40:02d} Surname", f"505-555-01{i % 100:02d}") for i in range(400)]
VALUES = "select most_common_vals::text, histogram_bounds::text from pg_stats where tablename = 'people'"


def names(connection):
    """How many of the names stand in the statistics."""
    return sum(str(row).count("Surname") for row in connection.execute(VALUES))


server = pgserver.get_server(sys.argv[1], cleanup_mode="delete")
with psycopg.connect(server.get_uri(), autocommit=True) as connection:
    connection.execute("create table people (name text, phone text)")
    connection.cursor().executemany("insert into people values (%s, %s)", PEOPLE)
    connection.execute("analyze people")
    print(f"statistics of 400 rows: {names(connection)} names")
    connection.execute("delete from people")
    print(f"after delete: {names(connection)}")
    connection.execute("vacuum full analyze people")
    print(f"after vacuum full analyze: {names(connection)}")
    connection.execute("truncate people")
    connection.execute("analyze people")
    print(f"after truncate and analyze: {names(connection)}")
    connection.execute("insert into people values ('Another', '505-555-0100')")
    connection.execute("analyze people")
    print(f"after one row more and analyze: {names(connection)}")
server.cleanup()
PYTHON
"$folder/venv/bin/python" -W ignore "$folder/statistics.py" "$folder/data" 2> /dev/null | tee "$folder/seen"
cat > "$folder/expected" <<'TEXT'
statistics of 400 rows: 40 names
after delete: 40
after vacuum full analyze: 40
after truncate and analyze: 40
after one row more and analyze: 0
TEXT
diff "$folder/expected" "$folder/seen" || { echo "the finding has changed"; exit 1; }
