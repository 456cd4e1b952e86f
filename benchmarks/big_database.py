"""How fast is a database of many messages, on SQLite and on PostgreSQL, and how long does a copy from one to the other take?

``python -m benchmarks.big_database [MESSAGES]`` (100,000 by default: some minutes, and about 35 kB of disk a message and
database in a temporary folder). It needs Debian's postgresql and ``vmaudio[postgres]``. The messages are a team's 400,
repeated under other ids within the database; the server writes without waiting for the disk, as the file does between its
checkpoints.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, literal, select, text, update

from benchmarks.common import Table, environment
from benchmarks.web_table import fill
from tests.postgres import PostgresServer
from vmaudio.store import Search, Store, copy_rows, open_store
from vmaudio.store.tables import analyses, contours, messages, outcomes, recordings, report_rows, scores, verdicts

OWN = 400
ROUNDS = 5
COPIED = 10_000


def grow(store: Store, n: int) -> str:
    """Fill an empty store with ``n`` messages; returns the check that is missed most."""
    check = fill(store, OWN)
    for order in range(1, n // OWN):
        with store.begin() as connection:
            for table in (recordings, contours, messages, analyses, scores, verdicts, outcomes, report_rows):
                names = [column.name for column in table.columns]
                made = select(*(_renamed(table.c[name], order) for name in names)).where(_own(table))
                connection.execute(insert(table).from_select(names, made))
    if store.engine.dialect.name == "postgresql":
        # some of the copied ids were given by hand, and the planner counts anew as the server's own upkeep would have it do
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return check


def _renamed(column: Any, order: int) -> Any:
    """A column as the ``order``-th copy of the 400 messages has it."""
    if column.name == "recording_id":
        return literal(f"{order:08d}").concat(func.substr(column, 9))
    if column.name in ("file_name", "prospect"):  # else each would be a copy of the others
        return literal(f"{order}-").concat(column)
    if column.name in ("message_id", "source"):
        return column.concat(f"-{order}")
    return column + order * OWN if column.name == "analysis_id" else column


def _own(table: Any) -> Any:
    if "message_id" in table.c:
        return func.length(table.c.message_id) == 7
    return func.substr(table.c.recording_id, 1, 8) == "00000000"


def median_ms(work: Callable[[], object]) -> str:
    """Median time of some rounds after one that warms up."""
    took = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return f"{1000 * statistics.median(took[1:]):,.0f} ms"


def measure(store: Store, n: int, check: str) -> dict[str, tuple[str, str]]:
    """What a page asks for: how many messages match, and the time."""
    asked = {
        "first page, newest first": (Search(), "-sent_at", 0),
        "last page": (Search(), "-sent_at", n - 50),
        "most points first": (Search(), "-points", 0),
        f"check {check} missed": (Search(check=check, verdict="fail"), "-sent_at", 0),
        "two words of the transcript": (Search(text="call lease"), "-sent_at", 0),
        "a word that two messages have": (Search(text="zyzzyva"), "-sent_at", 0),
        "one rep, sorted by flags": (Search(rep="Dev Pillai"), "-n_flags", 0),
    }
    found = {}
    for name, (which, sort, offset) in asked.items():
        total = store.page(which, sort=sort, offset=offset).total
        found[name] = (f"{total:,}", median_ms(lambda w=which, s=sort, o=offset: store.page(w, sort=s, offset=o)))  # type: ignore[misc]
    found["what there is to filter by"] = ("", median_ms(store.facets))
    one = store.page(Search()).rows[0].message_id
    found["one message"] = ("1", median_ms(lambda: store.one(one)))
    found["how many are older"] = ("", median_ms(store.count_older))
    return found


def run(n: int = 100_000) -> Table:
    """Fill both, time both, copy a part."""
    server = PostgresServer(on_disk=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            measured, took = {}, {}
            path = Path(folder) / "big.sqlite"
            for kind, where in (("SQLite", str(path)), ("PostgreSQL", server.new_database())):
                began = time.perf_counter()
                with open_store(where) as store:
                    check = grow(store, n)
                    with store.begin() as connection:  # a word that is rare
                        few = analyses.c.analysis_id.in_((7, n - 7))
                        connection.execute(update(analyses).where(few).values(text="Zyzzyva"))
                    took[kind] = time.perf_counter() - began
                    measured[kind] = measure(store, n, check)
                    print(f"{kind}: filled in {took[kind]:.0f} s", flush=True)
            small, there, back = Path(folder) / "small.sqlite", server.new_database(), Path(folder) / "back.sqlite"
            with open_store(small) as source, open_store(there) as target, open_store(back) as again:
                grow(source, min(n, COPIED))
                began = time.perf_counter()
                copy_rows(source, target)
                middle = time.perf_counter()
                copy_rows(target, again)
                end = time.perf_counter()
                assert source.info()["rows"] == target.info()["rows"] == again.info()["rows"]
            size = path.stat().st_size / 1e9
    finally:
        server.stop()
    rows = [
        (name, total, measured["SQLite"][name][1], measured["PostgreSQL"][name][1])
        for name, (total, _) in measured["SQLite"].items()
    ]
    same = all(measured["SQLite"][name][0] == measured["PostgreSQL"][name][0] for name in measured["SQLite"])
    return Table(
        f"Database of {n:,} messages",
        ("asked", "match", "SQLite", "PostgreSQL"),
        rows,
        f"Median of {ROUNDS} rounds, warm; SQLite's file has {size:.1f} GB. Both found {'the same' if same else 'DIFFERENT'} "
        f"numbers of messages. `vmaudio db copy` of {min(n, COPIED):,} messages took {middle - began:.0f} s to PostgreSQL and "
        f"{end - middle:.0f} s back. {environment()}",
    )


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000).markdown())
