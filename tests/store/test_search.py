"""The team's table: what is filtered, counted and sorted in the database is what a person would pick by hand."""

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings as effort, strategies as st
from sqlalchemy.dialects import postgresql

from tests.makers import analysis, transcript
from vmaudio.errors import SettingError
from vmaudio.records import Flag, Message, Outcome
from vmaudio.rubric import scoring
from vmaudio.rubric.load import load_rubric
from vmaudio.store.outcome_rows import put_outcomes
from vmaudio.store.search import MOST_ROWS, SORTS, Search, statements
from vmaudio.store.store import open_store

REPS = ("Ann", "Bo", "100%_sure", None)
TEXTS = (
    "Hi Dana, your lease ends in May. Call me.",
    "Good morning, this is Élodie from ÉCOLE Copiers.",
    "We save 100% of your paper_work, call back\\soon.",
    "Hello, your May delivery, please call me.",
)
RUBRIC = load_rubric()


def made(i: int):
    """One of a dozen messages that differ in all that a search asks for."""
    sent = Message(
        f"/calls/{i:02d}.wav", f"m{i:02d}", rep=REPS[i % 4], prospect=f"p{i}", prospect_name=f"Dr. {i}" if i % 2 else None,
        campaign=("spring", "autumn", None)[i % 3], sent_at=f"2026-03-{i + 1:02d}T09:00:00+00:00" if i != 5 else None,
    )  # fmt: skip
    script = transcript(TEXTS[i % 4])
    one = analysis(sent, recording_id=f"{i:064d}", transcript=script, duration_s=10.0 + i)
    structure = dataclasses.replace(one.structure, approach=("offer", "pitch")[i % 2])
    flags = tuple(Flag("noisy", "noise") for _ in range(i % 3))
    one = dataclasses.replace(one, structure=structure, flags=flags)
    score = dataclasses.replace(scoring.score(one, RUBRIC), points=None if i == 7 else float(i * 8), band="fair")
    return dataclasses.replace(one, score=score, provenance=dataclasses.replace(one.provenance, rubric_id=RUBRIC.rubric_id))


ALL = [made(i) for i in range(12)]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = open_store(str(tmp_path_factory.mktemp("search") / "vm.sqlite"))
    for one in ALL:
        opened.save(one)
    put_outcomes(opened, [Outcome("m01", True), Outcome("m02", False, simulated=True)])
    opened.save_override("m03", ALL[3].score.checks[0].id, "pass", "heard it", "coach")
    yield opened
    opened.close()


def ids(page):
    return [row.message_id for row in page.rows]


def test_a_page_has_what_the_table_shows(store):
    """A row holds the message's context, points, length, flags, outcome and the number of a person's verdicts."""
    rows = {row.message_id: row for row in store.page(Search()).rows}
    one = rows["m02"]
    assert (one.file_name, one.rep, one.prospect, one.campaign) == ("02.wav", "100%_sure", "p2", None)
    assert (one.sent_at, one.approach, one.points, one.band) == ("2026-03-03T09:00:00+00:00", "offer", 16.0, "fair")
    assert (one.duration_s, one.n_flags, one.callback, one.simulated) == (12.0, 2, False, True)
    assert rows["m01"].callback is True
    assert rows["m01"].prospect == "Dr. 1"
    assert rows["m04"].callback is None
    assert [row.n_overrides for row in (rows["m03"], rows["m04"])] == [1, 0]


def test_newest_first_and_in_pages(store):
    """Pages follow each other without a gap or a repeat, newest first; what has no date comes last."""
    pages = [store.page(limit=5, offset=at) for at in (0, 5, 10, 15)]
    assert {page.total for page in pages} == {12}
    found = [one for page in pages for one in ids(page)]
    assert found == [f"m{i:02d}" for i in (11, 10, 9, 8, 7, 6, 4, 3, 2, 1, 0, 5)]


@pytest.mark.parametrize("down", ["", "-"])
@pytest.mark.parametrize("name", SORTS)
def test_every_sort_orders_by_its_column(store, name, down):
    """Sorted by any column, known values are in order and unknown ones last, whichever way."""
    rows = store.page(sort=down + name).rows
    values = [getattr(row, name) for row in rows]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=bool(down))
    assert values[: len(known)] == known
    assert len(rows) == 12


def judged(one, check, verdict):
    return any((check in (None, c.id)) and verdict in (None, c.verdict) for c in one.score.checks)


CHECK = next(c.id for c in ALL[0].score.checks if len({d.verdict for one in ALL for d in one.score.checks if d.id == c.id}) > 1)


@pytest.mark.parametrize(
    ("which", "holds"),
    [
        (Search(rep="Ann"), lambda a: a.message.rep == "Ann"),
        (Search(rep="100%_sure"), lambda a: a.message.rep == "100%_sure"),
        (Search(rep="100%"), lambda a: False),
        (Search(campaign="spring"), lambda a: a.message.campaign == "spring"),
        (Search(approach="pitch"), lambda a: a.structure.approach == "pitch"),
        (Search(band="fair"), lambda a: True),
        (Search(band="weak"), lambda a: False),
        (Search(since="2026-03-05"), lambda a: (a.message.sent_at or "") >= "2026-03-05"),
        (Search(until="2026-03-05"), lambda a: "" < (a.message.sent_at or "") < "2026-03-06"),
        (Search(since="20260304", until="2026-03-04 09:00:00+00:00"), lambda a: a.message.message_id == "m03"),
        (Search(until="9999-12-31"), lambda a: a.message.sent_at is not None),
        (Search(check=CHECK, verdict="fail"), lambda a: judged(a, CHECK, "fail")),
        (Search(check=CHECK, verdict="pass"), lambda a: judged(a, CHECK, "pass")),
        (Search(check=CHECK), lambda a: judged(a, CHECK, None)),
        (Search(verdict="n/a"), lambda a: judged(a, None, "n/a")),
        (Search(check="no_such_check"), lambda a: False),
        (Search(text="MAY call"), lambda a: "May" in a.transcript.text),
        (Search(text='"May delivery"'), lambda a: "May delivery" in a.transcript.text),
        (Search(text='"delivery May"'), lambda a: False),
        (Search(text="école"), lambda a: "ÉCOLE" in a.transcript.text),
        (Search(text="100%"), lambda a: "100%" in a.transcript.text),
        (Search(text="%"), lambda a: "%" in a.transcript.text),
        (Search(text="paper_work"), lambda a: "paper_work" in a.transcript.text),
        (Search(text="a_"), lambda a: "a_" in a.transcript.text),
        (Search(text="back\\soon"), lambda a: "\\" in a.transcript.text),
        (Search(text="/"), lambda a: "/" in a.transcript.text),
        (Search(text="'; DROP TABLE messages; --"), lambda a: False),
        (Search(overridden=True), lambda a: a.message.message_id == "m03"),
        (Search(rep="Ann", approach="offer", text="lease", since="2026-03-02"),
         lambda a: a.message.rep == "Ann" and (a.message.sent_at or "") >= "2026-03-02"),
    ],
)  # fmt: skip
def test_a_search_finds_what_a_person_would_pick(store, which, holds):
    """Each filter keeps exactly the messages of which it is true, and the total is their number."""
    page = store.page(which, sort="file_name")
    assert ids(page) == [one.message.message_id for one in ALL if holds(one)]
    assert page.total == len(page.rows)


@effort(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=30), rep=st.text(max_size=10))
def test_any_text_may_be_searched_for(store, words, rep):
    """No text at all breaks a search, and what is found holds the text."""
    page = store.page(Search(text=words))
    if words.strip() and '"' not in words and "\x00" not in words and words.isprintable():
        by_id = {one.message.message_id: one for one in ALL}
        for found in ids(page):
            assert all(term.lower() in by_id[found].transcript.text.lower() for term in words.split())
    if rep and rep not in REPS:
        assert store.page(Search(rep=rep)).total == 0 or not rep.encode("utf-8", "ignore").strip(b"\x00")


@pytest.mark.parametrize(
    "wrong",
    [
        {"sort": "text; DROP TABLE scores"}, {"sort": "--points"}, {"sort": ""}, {"limit": 0}, {"limit": MOST_ROWS + 1},
        {"limit": -1}, {"offset": -1}, {"which": Search(since="yesterday")}, {"which": Search(until="2026-02-31")},
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_sentence(store, wrong):
    """A sort, size or date that cannot be is refused with a sentence."""
    with pytest.raises(SettingError):
        store.page(**wrong)
    assert store.page().total == 12


def test_beyond_the_end_is_an_empty_page(store):
    """A page after the last has no rows and still says how many there are."""
    page = store.page(offset=1000)
    assert (page.rows, page.total) == ((), 12)


def test_facets_name_what_there_is(store):
    """Reps, campaigns, approaches and checks are listed once each, in order."""
    found = store.facets()
    assert found.reps == ("100%_sure", "Ann", "Bo")
    assert found.campaigns == ("autumn", "spring")
    assert found.approaches == ("offer", "pitch")
    assert found.checks == tuple(sorted({check.id for one in ALL for check in one.score.checks}))


def test_one_message(store):
    """One message is read back whole, and an unknown id is None."""
    assert store.one("m04").to_dict() == ALL[4].to_dict()
    assert store.one("m99") is None


def test_postgresql_understands_the_same_queries():
    """Every query compiles for PostgreSQL, with values as parameters and never in the text of the query."""
    dialect = postgresql.dialect()
    evil = "x'; DROP TABLE scores; --"
    which = Search(rep=evil, campaign=evil, approach=evil, since="2026-01-01", until="2026-02-01", check=evil, verdict=evil,
                   text=evil, band=evil, overridden=True)  # fmt: skip
    for sort in SORTS:
        for query in statements(which, sort=f"-{sort}"):
            text = str(query.compile(dialect=dialect))
            assert "DROP" not in text
            assert "json_array_length(scores.flags)" in text or text.startswith("SELECT count(*)")
            assert "NULLS LAST" in text or "ORDER BY" not in text
