"""What is PostgreSQL's own: migrations, JSON, search, writers at once, users with few rights, and secrets.

``make test-postgres`` runs this, and the stores' other tests on the same server.
"""

import dataclasses
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import MetaData, create_engine, inspect, text

from tests.makers import analysis
from tests.store.test_copying import filled, rows
from vmaudio.cli import main
from vmaudio.errors import StoreError
from vmaudio.privacy import forget
from vmaudio.records import Message
from vmaudio.rubric import scoring
from vmaudio.rubric.load import load_rubric
from vmaudio.store import (
    Rescored,
    baseline_rows,
    brief_analyses,
    copy_rows,
    heard_companies,
    open_store,
    put_coach_note,
    put_rescored,
    rescored_values,
    shown_url,
    stored_digests,
)
from vmaudio.store.migrate import known_revisions, revision, upgrade
from vmaudio.store.search import Search, statements
from vmaudio.store.tables import HEAD, metadata

pytestmark = pytest.mark.postgres


def scored(i: int, **context):
    made = analysis(Message(f"/calls/{i}.wav", f"m{i}", rep="Tom", **context), recording_id=f"{i:064d}")
    return dataclasses.replace(made, score=scoring.score(made, load_rubric()))


@pytest.fixture
def store(postgres):
    with open_store(postgres.new_database()) as opened:
        yield opened


OWN_INDEXES = ("ix_analyses_words", "ix_messages_newest", "ix_messages_rep_newest", "ix_scores_most_points")
"""Indexes that no other database has."""


@pytest.fixture
def engine(postgres):
    """An engine on a database without tables."""
    made = create_engine(postgres.new_database(tables=False).replace("postgresql:", "postgresql+psycopg:"))
    yield made
    made.dispose()


def test_every_step_leads_to_the_same_tables(engine, postgres):
    """Going up one revision at a time ends in the tables of the code, foreign keys and unique rules included."""
    for step in known_revisions():
        with engine.begin() as connection:
            upgrade(connection, step)
            assert revision(connection) == step
    fresh = create_engine(postgres.new_database(tables=False).replace("postgresql:", "postgresql+psycopg:"))
    metadata.create_all(fresh)
    found, meant = inspect(engine), inspect(fresh)
    for table in metadata.tables:
        for what in ("get_foreign_keys", "get_pk_constraint", "get_unique_constraints", "get_indexes", "get_columns"):
            one, two = (getattr(each, what)(table) for each in (found, meant))
            one, two = (sorted(map(str, each)) if isinstance(each, list) else each for each in (one, two))
            assert [row for row in one if not any(name in row for name in OWN_INDEXES)] == list(two), (table, what)
    fresh.dispose()


@pytest.mark.parametrize("step", known_revisions()[:-1])
def test_rows_of_each_older_version_come_up(engine, step):
    """A database with a message of an older version is brought up to date, and the message is read as it was."""
    made = scored(1)
    with engine.begin() as connection:
        upgrade(connection, step)
        old = MetaData()
        old.reflect(connection)
        body = made.to_dict()
        for name in ("message", "score", "source", "file_name"):
            del body[name]
        for table, values in (
            ("recordings", {"recording_id": made.recording_id, "duration_s": 9.0, "first_seen_utc": "x"}),
            ("messages", {"message_id": "m1", "recording_id": made.recording_id, "source": "/calls/1.wav", "rep": "Tom",
                          "file_name": made.file_name, "extra": {}}),
            ("analyses", {"recording_id": made.recording_id, "key": "k", "engine": "e", "feature_schema": "vm1", "text": "hi",
                          "status": "speech", "approach": "offer", "created_utc": "x", "body": body}),
            ("scores", {"message_id": "m1", "analysis_id": 1, "rubric_id": "r", "points": 50.0, "band": "fair",
                        "body": made.score.to_dict(), "flags": []}),
        ):  # fmt: skip
            connection.execute(old.tables[table].insert(), values)
        if "verdicts" in old.tables:
            given = [{"message_id": "m1", "check_id": check.id, "verdict": check.verdict} for check in made.score.checks]
            connection.execute(old.tables["verdicts"].insert(), given)
    url = engine.url.render_as_string(hide_password=False)
    with pytest.raises(StoreError, match="older version"):
        open_store(url)
    with open_store(url, migrate_old=True) as store:
        assert store.info()["revision"] == HEAD
        assert store.one("m1").transcript == made.transcript
        assert store.info()["rows"]["verdicts"] == len(made.score.checks)


def test_programs_that_start_at_once_make_the_tables_once(engine):
    """The first one makes them, and the others wait for it."""
    url = engine.url.render_as_string(hide_password=False)
    with ThreadPoolExecutor(4) as pool:
        for opened in pool.map(open_store, [url] * 4):
            assert opened.info()["revision"] == HEAD
            opened.close()


def test_json_is_json(store):
    """What has no number is null: PostgreSQL's own reader of JSON takes every stored value. The character 0 is left out."""
    store.save(scored(1, extra={"deal": float("nan"), "other": [float("inf")]}, notes="a\x00b"))
    with store.engine.connect() as connection:
        for table in metadata.sorted_tables:
            for column in table.columns:
                if str(column.type) == "JSON":
                    connection.execute(text(f"SELECT {column.name}::jsonb FROM {table.name}")).all()  # noqa: S608
    (found,) = store.messages()
    assert (dict(found.extra), found.notes) == ({"deal": None, "other": [None]}, "ab")


def test_words_are_found_by_an_index(store):
    """A search for words uses the index of the transcripts, for a part of a word too."""
    for i in range(3):
        store.save(scored(i))
    _, total = statements(Search(text="oul"))
    with store.engine.begin() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        asked = str(total.compile(store.engine, compile_kwargs={"literal_binds": True})).replace("%%", "%")
        plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {asked}".replace("%", "%%")).scalars())
    assert "ix_analyses_words" in plan


@pytest.mark.parametrize(
    ("which", "sort", "index"),
    [
        (Search(), "-sent_at", "ix_messages_newest"),
        (Search(rep="Tom"), "-sent_at", "ix_messages_rep_newest"),
        (Search(), "-points", "ix_scores_most_points"),
    ],
)
def test_a_page_is_read_in_the_order_of_an_index(store, which, sort, index):
    """For the first page messages are not sorted."""
    for i in range(3):
        store.save(scored(i))
    rows, _ = statements(which, sort=sort)
    with store.engine.begin() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        connection.execute(text("SET LOCAL enable_bitmapscan = off"))
        asked = str(rows.compile(store.engine, compile_kwargs={"literal_binds": True}))
        plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {asked}").scalars())
    assert index in plan


def test_a_user_who_may_not_add_extensions_searches_all_the_same(postgres):
    """Without the right to use pg_trgm there is no index, and the tables are made and searched."""
    database = postgres.new_database(tables=False)
    with create_engine(database.replace("postgresql:", "postgresql+psycopg:")).begin() as connection:
        connection.execute(text("CREATE ROLE plain LOGIN PASSWORD 'plain'"))
        connection.execute(text("GRANT ALL ON SCHEMA public TO plain"))
    theirs = f"postgresql://plain:plain@127.0.0.1:{postgres.port}/{database.rpartition('/')[2]}"
    with open_store(theirs) as store:
        store.save(scored(1))
        assert store.page(Search(text=scored(1).transcript.text.split()[0].strip(".,").upper())).total == 1
        assert "ix_analyses_words" not in str(inspect(store.engine).get_indexes("analyses"))


def test_two_writers_at_once(postgres):
    """Programs that save the same messages at the same moment lose none, and none of them fails."""
    url = postgres.new_database()
    barrier = threading.Barrier(6, timeout=60)

    def write(order: int) -> None:
        with open_store(url) as store:
            for i in range(5):
                barrier.wait()
                store.save(scored(i))
                store.save(scored(100 + 10 * order + i))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    with open_store(url) as store:
        assert store.info()["rows"]["scores"] == 5 + 30
        assert len(list(store.analyses())) == 35


def test_copies_there_and_back(store, tmp_path):
    """A file's rows are the same on the server, the next row gets a number of its own, and all of it comes back."""
    fill = filled(tmp_path / "from.sqlite")
    with next(fill) as source, open_store(tmp_path / "back.sqlite") as back:
        copy_rows(source, store)
        assert rows(store) == rows(source)
        assert store.begin_run("batch") == 3
        store.save(scored(50))
        copy_rows(store, back)
        assert rows(back) == rows(store)


def test_no_password_is_shown_or_kept(postgres, store, monkeypatch, capsys, tmp_path):
    """Neither commands nor errors nor the database's own rows have it, wherever in the URL it stands."""
    url = postgres.url(store.engine.url.database)
    hidden = f"postgresql://vm@127.0.0.1:{postgres.port}/{store.engine.url.database}?password={postgres.password}"
    wrong = url.replace(postgres.password, postgres.password + "x")
    commands = (["db", "info"], ["db", "path"], ["doctor"], ["db", "upgrade"], ["db", "copy", url])
    for where, arguments in itertools.product((url, hidden, wrong, url + "/a/b?c", f"{url}:x@:y"), commands):
        monkeypatch.setattr("sys.argv", ["vmaudio", "--db", where, *arguments])
        with pytest.raises(SystemExit):
            main()
        shown = capsys.readouterr()
        assert postgres.password not in shown.out + shown.err, arguments
    assert postgres.password not in shown_url(hidden) + store.shown + repr(store)
    with pytest.raises(StoreError, match="refused the user or the password") as error:
        open_store(wrong)
    assert postgres.password not in str(error.value)
    store.begin_run("batch")
    assert postgres.password not in str(rows(store))


def test_what_does_not_fit_is_one_sentence(store, postgres):
    """Ids that are too long, a database that is not there and a server that does not answer are explained."""
    with pytest.raises(StoreError, match="longer than its column"):
        store.save_message(Message("/calls/1.wav", "m" * 300), "1.wav")
    with pytest.raises(StoreError, match="no database of this name"):
        open_store(postgres.url("elsewhere"))
    with pytest.raises(StoreError, match="connection"):
        open_store("postgresql://vm@127.0.0.1:1/vm")
    with pytest.raises(StoreError, match="'mysql' is no database that vmaudio knows"):
        open_store("mysql://vm@127.0.0.1/vm")


def test_brief_and_many_rows(store):
    """What a page needs is read as in SQLite, the hash of what is stored is taken, and rescored messages are saved together."""
    made = [scored(i) for i in range(3)]
    for one in made:
        store.save(one)
    brief = brief_analyses(store)
    assert [(one.score.points, one.transcript.text, one.entities.company) for one in brief] == [
        (one.score.points, one.transcript.text, one.entities.company) for one in made
    ]
    before = stored_digests(store, ["m0", "m1"])
    assert len(set(before.values())) == 2
    again = [dataclasses.replace(one, flags=()) for one in made]
    assert put_rescored(store, [rescored_values(Rescored(one, one.message.message_id)) for one in again])
    assert put_rescored(store, [rescored_values(Rescored(one, "m9")) for one in again]) is False
    assert [one.message for one in store.analyses()] == [one.message for one in made]
    assert [one.message_id for one in heard_companies(store, "Tom")] == ["m0", "m1", "m2"]
    assert [len(rows) for rows in (baseline_rows(store, "Tom"), baseline_rows(store, "Ann"))] == [3, 0]


def test_the_planner_forgets_values_of_deleted_rows(store):
    """Its statistics quote names and transcripts: of some rows, and of a table that becomes empty."""
    for i in range(6):
        store.save(scored(i, notes=f"note of {i}", company="Acme"))
    for week in ("2026-11-16", "2026-11-23"):
        put_coach_note(store, "Tom", "caller_named", week, note="slower", done=False, author="Kim")

    def quoted():
        names = ("note of 1", "note of 5", "lease", "slower", "Acme", "m5")
        with store.engine.connect() as connection:
            query = "SELECT concat(most_common_vals, histogram_bounds) FROM pg_stats WHERE schemaname = 'public'"
            found = "\n".join(connection.execute(text(query)).scalars())
        return [name for name in names if name in found]

    with store.begin() as connection:
        connection.execute(text("ANALYZE"))
    assert quoted() == ["note of 1", "note of 5", "lease", "slower", "Acme", "m5"]
    forget(store, ["m5"])
    assert quoted() == ["note of 1", "lease", "slower", "Acme"]
    forget(store, [f"m{i}" for i in range(5)], rep="Tom")
    assert quoted() == []
    store.save(scored(7))
    assert [message.message_id for message in store.messages()] == ["m7"]
