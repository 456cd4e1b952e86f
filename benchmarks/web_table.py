"""How fast is the team's table of the web app? Pages made by the database, held against loading everything in Python.

``python -m benchmarks.web_table [MESSAGES] [pages]`` (10,000 by default; some minutes, 350 MB in a temporary folder for each
10,000). With "pages" it times whole pages of the app instead, the report among them. Both ways
run on the same store in the same process, and must give the same rows; the ratio is what counts, as milliseconds are this
machine's.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, text

from benchmarks.common import Table, environment
from tests.report.makers import team
from vmaudio.records import Analysis
from vmaudio.store.analysis_rows import put_message
from vmaudio.store.contour_rows import packed_levels
from vmaudio.store.narrow_rows import put_report_row
from vmaudio.store.search import Search
from vmaudio.store.store import Store, open_store
from vmaudio.store.tables import contours, messages, outcomes, recordings, report_rows, verdicts

ROUNDS = 7
PORTION = 500


_WIDE = {
    "analyses": "INSERT INTO analyses (analysis_id, recording_id, key, engine, feature_schema, status, approach, text, "
    "created_utc, body) VALUES (:id, :recording, :key, 'fake', 'vm1', 'speech', :approach, :text, '', :body)",
    "scores": "INSERT INTO scores (message_id, analysis_id, rubric_id, points, band, body, flags) VALUES "
    "(:message, :id, :rubric, :points, :band, :body, :flags)",
}


def fill(store: Store, n: int) -> str:
    """Save ``n`` messages made of a team's 400 with ids and recordings of their own; returns the check that is missed most."""
    made, called = team(400, weeks=40)
    columns = [column.name for column in messages.columns if column.name not in ("message_id", "recording_id", "file_name")]
    bodies = []
    for one in made:
        body = {name: value for name, value in one.to_dict().items() if name not in ("message", "score", "source", "file_name")}
        bodies.append((json.dumps(body), json.dumps(one.score.to_dict() if one.score else None)))
    levels = [packed_levels(one.prosody.contour.level_dbfs) for one in made]
    with store.begin() as connection:  # the narrow rows as they are made when an analysis is saved
        for one in made:
            put_message(connection, one.message, one.file_name, None)
            put_report_row(connection, one)
        narrow = [dict(row) for row in connection.execute(select(report_rows)).mappings()]
        for table in (report_rows, messages):
            connection.execute(delete(table))
    by_id = {row["message_id"]: row for row in narrow}
    for first in range(0, n, PORTION):
        rows: dict[Any, list[dict[str, Any]]] = {}
        wide: dict[str, list[dict[str, Any]]] = {"analyses": [], "scores": []}
        for i in range(first, min(first + PORTION, n)):
            one = made[i % len(made)]
            score, sent, (body, scored) = one.score, one.message, bodies[i % len(made)]
            assert score is not None
            ids = {"message_id": f"m{i:06d}", "recording_id": f"{i:064d}"}
            context = {name: getattr(sent, name) for name in columns} | {"extra": {}, "source": f"calls/{i}.wav"}
            context |= {"prospect": f"p{i // 2:06d}"}
            flags = json.dumps([flag.to_dict() for flag in one.flags])
            wide["analyses"].append(
                {"id": i + 1, "recording": ids["recording_id"], "key": one.provenance.key.digest,
                 "approach": one.structure.approach, "text": one.transcript.text, "body": body}
            )  # fmt: skip
            wide["scores"].append(
                {"message": ids["message_id"], "id": i + 1, "rubric": score.rubric_id, "points": score.points,
                 "band": score.band, "body": scored, "flags": flags}
            )  # fmt: skip
            new: list[tuple[Any, list[dict[str, Any]]]] = [
                (recordings, [{"recording_id": ids["recording_id"], "duration_s": one.duration_s, "first_seen_utc": ""}]),
                (contours, [{"recording_id": ids["recording_id"], "levels": levels[i % len(made)]}]),
                (messages, [{**ids, **context, "file_name": f"{i}.wav"}]),
                (verdicts, [{"message_id": ids["message_id"], "check_id": c.id, "verdict": c.verdict} for c in score.checks]),
                (report_rows, [by_id[sent.message_id] | {"message_id": ids["message_id"]}]),
            ]  # fmt: skip
            if sent.message_id in called:
                new.append(
                    (outcomes, [called[sent.message_id].to_dict() | {"message_id": ids["message_id"], "imported_utc": ""}])
                )
            for table, some in new:
                rows.setdefault(table, []).extend(some)
        with store.begin() as connection:
            for table in (recordings, messages):
                connection.execute(insert(table), rows.pop(table))
            for name, statement in _WIDE.items():  # text that is JSON already: made once, not once a message
                connection.execute(text(statement), wide[name])
            for table, some in rows.items():
                connection.execute(insert(table), some)
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


def pages(n: int) -> Table:
    """Time whole pages of the app with ``n`` messages, from the request to the last byte of the answer."""
    from fastapi.testclient import TestClient

    from tests.web import fakes
    from vmaudio.web.app import create_app
    from vmaudio.web.config import Config
    from vmaudio.web.worker import Inline

    with tempfile.TemporaryDirectory() as folder:
        db = str(Path(folder) / "pages.sqlite")
        store = open_store(db)
        check = fill(store, n)
        store.close()
        app = create_app(Config(db=db, folder=Path(folder) / "web"), engine=Inline(fakes.Quick))
        rows = []
        with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as client:

            def get(path: str) -> float:
                began = time.perf_counter()
                answer = client.get(path)
                assert answer.status_code == 200, f"{path}: {answer.status_code}"
                return time.perf_counter() - began

            get("/health")
            first = get("/report")
            rows.append(("report, first time after a change", f"{1000 * first:,.0f} ms", ""))
            asked = (
                ("report", "/report"), ("report of one rep", "/report?rep=Dev+Pillai"), ("report of one campaign",
                 "/report?campaign=new+builds"), ("a rep, week by week", "/rep/Dev%20Pillai"), ("table, newest first", "/team"),
                ("table of one rep", "/team?rep=Dev+Pillai"), (f"table, check {check} missed", f"/team?check={check}"),
                ("table, called back", "/team?called=yes"), ("table, two words", "/team?text=call+lease"),
            )  # fmt: skip
            for name, path in asked:
                rows.append((name, f"{1000 * get(path):,.0f} ms", f"{1000 * timed(lambda path=path: get(path), 5):,.0f} ms"))  # type: ignore[misc]
            web = app.state.web
            web.sheets._made.clear()
            rows.append(("report, made again", f"{1000 * get('/report'):,.0f} ms", ""))
    return Table(
        f"Pages of the web app with {n:,} messages", ("page", "first", "median of 5 more"), rows,
        f"The whole request in one process; the messages as columns are read once after a change of the store. {environment()}",
    )  # fmt: skip


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
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print((pages(count) if sys.argv[2:] == ["pages"] else run(count)).markdown())
