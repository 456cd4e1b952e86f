"""How fast is the team's table of the web app? Pages made by the database, held against loading everything in Python.

``python -m benchmarks.web_table [MESSAGES]`` (10,000 by default; some minutes, 350 MB in a temporary folder). Both ways
run on the same store in the same process, and must give the same rows; the ratio is what counts, as milliseconds are this
machine's.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import insert

from benchmarks.common import Table, environment
from tests.report.makers import team
from vmaudio.records import Analysis
from vmaudio.store.search import Search
from vmaudio.store.store import Store, open_store
from vmaudio.store.tables import analyses, messages, outcomes, recordings, scores, verdicts

ROUNDS = 7


def fill(store: Store, n: int) -> str:
    """Save ``n`` messages made of a team's 400 with ids and recordings of their own; returns the check that is missed most."""
    made, called = team(400, weeks=40)
    columns = [column.name for column in messages.columns if column.name not in ("message_id", "recording_id", "file_name")]
    with store.begin() as connection:
        for i in range(n):
            one = made[i % len(made)]
            body, score, sent = one.to_dict(), one.score, one.message
            assert score is not None
            for name in ("message", "score", "source", "file_name"):
                del body[name]
            ids = {"message_id": f"m{i:06d}", "recording_id": f"{i:064d}"}
            connection.execute(
                insert(recordings).values(
                    recording_id=ids["recording_id"], duration_s=one.duration_s, first_seen_utc=one.provenance.created_utc
                )
            )
            context = {name: getattr(sent, name) for name in columns} | {"extra": {}, "source": f"calls/{i}.wav"}
            connection.execute(insert(messages).values(**ids, **context, file_name=f"{i}.wav"))
            connection.execute(
                insert(analyses).values(
                    analysis_id=i + 1, recording_id=ids["recording_id"], key="k", engine="fake", feature_schema="vm1",
                    status="speech", approach=one.structure.approach, text=one.transcript.text, created_utc="", body=body,
                )
            )  # fmt: skip
            connection.execute(
                insert(scores).values(
                    message_id=ids["message_id"], analysis_id=i + 1, rubric_id=score.rubric_id, points=score.points,
                    band=score.band, body=score.to_dict(), flags=[flag.to_dict() for flag in one.flags],
                )
            )  # fmt: skip
            connection.execute(
                insert(verdicts),
                [{"message_id": ids["message_id"], "check_id": c.id, "verdict": c.verdict} for c in score.checks],
            )
            if sent.message_id in called:
                known = called[sent.message_id].to_dict() | {"message_id": ids["message_id"], "imported_utc": ""}
                connection.execute(insert(outcomes).values(**known))
    missed = Counter(check.id for one in made for check in (one.score.checks if one.score else ()) if check.verdict == "fail")
    return missed.most_common(1)[0][0]


def in_python(store: Store, keep: Callable[[Analysis], bool], key: Callable[[Analysis], object]) -> tuple[list[str], int]:
    """The first 50 of what is kept, with everything loaded: the alternative."""
    found = [(one.message.message_id, key(one)) for one in store.analyses() if keep(one)]
    found.sort(key=lambda pair: pair[0])
    found.sort(key=lambda pair: pair[1], reverse=True)  # type: ignore[arg-type,return-value]
    return [message_id for message_id, _ in found[:50]], len(found)


def timed(work: Callable[[], object], rounds: int) -> float:
    """Median seconds of some rounds."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def run(n: int = 10_000) -> Table:
    """Fill a store and time its pages."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.sqlite"
        store = open_store(str(path))
        check = fill(store, n)

        def missed(one: Analysis) -> bool:
            return any(c.id == check and c.verdict == "fail" for c in (one.score.checks if one.score else ()))

        asked: list[tuple[str, Search, str, int, Callable[[Analysis], bool] | None, Callable[[Analysis], object]]] = [
            ("first page, newest first", Search(), "-sent_at", 0, lambda a: True, lambda a: a.message.sent_at or ""),
            ("last page", Search(), "-sent_at", n - 50, None, lambda a: ""),
            ("most points first", Search(), "-points", 0, lambda a: True, lambda a: a.score.points if a.score else 0),
            (f"check {check} missed", Search(check=check, verdict="fail"), "-sent_at", 0, missed,
             lambda a: a.message.sent_at or ""),
            ("two words of the transcript", Search(text="call lease"), "-sent_at", 0,
             lambda a: all(word in a.transcript.text.lower() for word in ("call", "lease")), lambda a: a.message.sent_at or ""),
            ("one rep, sorted by flags", Search(rep="Dev Pillai"), "-n_flags", 0, None, lambda a: ""),
        ]  # fmt: skip
        everything = 0.0
        for name, which, sort, offset, keep, key in asked:
            page = store.page(which, sort=sort, offset=offset)
            if keep is not None:
                began = time.perf_counter()
                wanted = in_python(store, keep, key)
                everything = time.perf_counter() - began
                assert ([row.message_id for row in page.rows], page.total) == wanted, name
            took = timed(lambda which=which, sort=sort, offset=offset: store.page(which, sort=sort, offset=offset), ROUNDS)  # type: ignore[misc]
            rows.append((name, f"{page.total:,}", f"{1000 * took:.0f} ms", f"{everything:.1f} s", f"{everything / took:,.0f}"))
        took = timed(store.facets, ROUNDS)
        rows.append(
            ("what there is to filter by", "", f"{1000 * took:.0f} ms", f"{everything:.1f} s", f"{everything / took:,.0f}")
        )
        size = path.stat().st_size / 1e6
        store.close()
    return Table(
        f"Table of {n:,} messages",
        ("page of 50", "match", "in the database", "everything in Python", "ratio"),
        rows,
        f"SQLite file of {size:.0f} MB, median of {ROUNDS} rounds, warm; both ways gave the same rows. {environment()}",
    )


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000).markdown())
