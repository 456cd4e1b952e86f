"""The team's page made of brief analyses is the page made of whole ones; the hash of what was read changes with any of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.duplicates.test_copies import stored
from tests.report.makers import glossary, team
from vmaudio.records import Flag
from vmaudio.report import collect, page_html, what_was_read
from vmaudio.report.team import no_sound
from vmaudio.store import brief_analyses, put_outcomes
from vmaudio.store.store import Store, open_store
from vmaudio.store.tables import report_rows

TEAM, OUTCOMES = team(30, seed=3)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(str(tmp_path_factory.mktemp("brief") / "vm.sqlite"))
    for i, one in enumerate(TEAM):
        flags = (Flag("clipped", "at 0:03", 3.0, 3.5),) if i % 7 == 0 else one.flags
        store.save(dataclasses.replace(one, flags=flags))
    put_outcomes(store, OUTCOMES.values())
    check = next(one for one in TEAM[5].score.checks if one.verdict == "fail")
    store.save_override(TEAM[5].message.message_id, check.id, "pass", "I hear it", "Ann")
    yield store
    store.close()


def page(store: Store, *, brief: bool, by: str = "rep", **asked: object) -> str:
    return page_html(collect(store, glossary(), repeats=True, brief=brief, **asked), no_sound, by=by)


@pytest.mark.parametrize(("by", "asked"), [("rep", {}), ("approach", {"tone": True, "since": "2026-03-12"})], ids=str)
def test_the_page_is_the_same(filled: Store, by: str, asked: dict[str, object]) -> None:
    """With callbacks, flags, a person's verdict and the few messages that are shown in full."""
    made = page(filled, brief=True, by=by, **asked)
    assert made == page(filled, brief=False, by=by, **asked)
    assert "clipp" in made.lower()


def test_copies_are_the_same(tmp_path: Path) -> None:
    """Contours are read where names may be those of two formats."""
    store = stored(tmp_path)
    assert page(store, brief=True) == page(store, brief=False)
    assert "2 copies are left out" in page(store, brief=True)


def test_what_no_report_row_tells_is_read_whole(tmp_path: Path) -> None:
    """A row whose verdicts do not fit its rubric; measures that no message is scored by are left out, and are no copy of it."""
    with open_store(str(tmp_path / "old.sqlite")) as store:
        for one in TEAM[:4]:
            store.save(one)
        other = dataclasses.replace(TEAM[0].provenance, engine="another")
        store.save_measures(dataclasses.replace(TEAM[0], provenance=other))
        wanted = report_rows.c.message_id == TEAM[1].message.message_id
        with store.begin() as connection:
            connection.execute(update(report_rows).where(wanted).values(marks=""))
        assert page(store, brief=True) == page(store, brief=False)
        assert "copy is left out" not in page(store, brief=True)
        found = brief_analyses(store)
        assert [bool(one.transcript.words) for one in found].count(True) == 1
        assert [one.message.message_id for one in found] == [one.message.message_id for one in store.analyses()]


def test_with_names_left_out_all_is_read(filled: Store) -> None:
    """Names are found in words, and so is what is left out: nothing of a redacted report is brief."""
    given = collect(filled, glossary(), redact=True, brief=True, since="2026-04-20")
    assert given.whole is None
    assert all(one.transcript.words for one in given.analyses if one.transcript.text)


def test_the_hash_of_what_was_read(tmp_path: Path) -> None:
    """The same for a brief, a whole and a redacted report; another where a measure, a flag or an outcome is another."""
    with open_store(str(tmp_path / "hash.sqlite")) as store:
        for one in TEAM[:5]:
            store.save(one)

        def read(**asked: object) -> str:
            found = what_was_read(store, collect(store, glossary(), **asked))
            assert (found["what"], found["records"]) == ("store", 5)
            return str(found["sha256"])

        first = read()
        assert first == read(brief=True) == read(redact=True)
        prosody = dataclasses.replace(TEAM[2].prosody, hnr_db=1.0)
        store.save_measures(dataclasses.replace(TEAM[2], prosody=prosody))
        second = read()
        store.save_score(dataclasses.replace(TEAM[3], flags=(Flag("clipped", "at 0:03"),)))
        third = read()
        put_outcomes(store, [next(iter(OUTCOMES.values()))])
        assert len({first, second, third, read(brief=True)}) == 4
        with store.engine.connect() as connection:
            assert len(connection.execute(select(report_rows)).all()) == 5
