"""A sheet that is brought up to date by the rows that changed: equal to one that is read anew."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sqlalchemy import update

from tests.report.makers import glossary, team
from vmaudio.privacy import forget
from vmaudio.records import Message, Outcome
from vmaudio.report import KeptSheet, build_columns_report, read_sheet
from vmaudio.store import ReportFacts, Search, copy_rows, matching_ids, open_store, put_outcomes
from vmaudio.store.tables import report_rows
from vmaudio.web.paging import order_of

MADE, OUTCOMES = team(60, seed=5)


def own(i, **changes):
    """A message of the team with a recording of its own."""
    message = dataclasses.replace(MADE[i].message, source=f"calls/{i}.wav", prospect=f"p{i // 2}", **changes)
    return dataclasses.replace(MADE[i], recording_id=f"{i:064d}", file_name=f"{i}.wav", message=message)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Most of the team's messages with their outcomes."""
    path = tmp_path_factory.mktemp("kept") / "team.sqlite"
    with open_store(str(path)) as store:
        for i in range(50):
            store.save(own(i))
        stored = {own(i).message.message_id for i in range(50)}
        put_outcomes(store, [one for one in OUTCOMES.values() if one.message_id in stored])
        yield store


@pytest.fixture
def store(tmp_path, made):
    """A copy of that store."""
    with open_store(str(tmp_path / "team.sqlite")) as store:
        copy_rows(made, store)
        yield store


def assert_same(kept, new):
    """All columns, and what is counted of them. Numbers of recordings may be others as long as the same are equal."""
    assert list(kept.rows) == list(new.rows)
    for field in dataclasses.fields(new):
        one, two = getattr(kept, field.name), getattr(new, field.name)
        if isinstance(two, np.ndarray):
            np.testing.assert_array_equal(one, two, err_msg=field.name)
        elif field.name == "came":
            assert {name: column.tolist() for name, column in one.items()} == {n: c.tolist() for n, c in two.items()}
        elif hasattr(two, "names"):
            assert (one.names, one.codes.tolist()) == (two.names, two.codes.tolist()), field.name
    assert kept.counting == new.counting
    for part in (kept, new):
        assert part.sounds.rank.tolist() == new.sounds.rank.tolist()
    everything = np.ones(new.n, dtype=bool)
    assert kept.sounds.once(everything).tolist() == new.sounds.once(everything).tolist()
    assert build_columns_report(kept, everything, glossary()) == build_columns_report(new, everything, glossary())
    for sort in ("sent_at", "-points", "rep", "-prospect"):
        assert order_of(kept, sort).tolist() == order_of(new, sort).tolist()


def changed_points(store, i):
    """Score a stored message otherwise."""
    one = own(i)
    store.save(dataclasses.replace(one, score=dataclasses.replace(one.score, points=1.0, band="weak")))


def no_word_without_date(store):
    """A message whose date is not known, by a rep of whom nothing was known."""
    store.save(own(55, sent_at=None, rep="Zoe", campaign="spring"))


CHANGES = {
    "nothing": lambda store: None,
    "a new message": lambda store: store.save(own(50)),
    "some new ones": lambda store: [store.save(own(i)) for i in range(50, 54)],
    "a new rep, no date": no_word_without_date,
    "other points": lambda store: changed_points(store, 7),
    "another date": lambda store: store.save_score(own(9, sent_at="2026-01-02T09:00:00+00:00")),
    "another id": lambda store: store.save_score(own(9, message_id="other"), instead_of=own(9).message.message_id),
    "a recording for another prospect": lambda store: store.save(
        dataclasses.replace(own(51), recording_id=own(3).recording_id, file_name="3.wav")
    ),
    "a copy": lambda store: store.save(
        dataclasses.replace(own(4), file_name="4.mp3", message=Message("calls/4.mp3"))
    ),
    "a message without a recording": lambda store: store.save_message(Message("x.wav", "x", rep="Ann", prospect="p3"), "x.wav"),
    "a context alone": lambda store: store.save_message(dataclasses.replace(own(6).message, campaign="autumn"), "6.wav"),
    "new outcomes": lambda store: put_outcomes(
        store, [Outcome(own(i).message.message_id, callback=True, callback_at="2026-03-20T10:00:00+00:00") for i in (2, 3)]
    ),
    "a new export": lambda store: put_outcomes(
        store, [Outcome(own(8).message.message_id, callback=False, as_of="2027-01-01T00:00:00+00:00")]
    ),
    "a message forgotten": lambda store: forget(store, [own(5).message.message_id]),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_after_a_change_the_sheet_is_that_of_a_new_reading(store, name):
    kept = KeptSheet(store)
    before = kept.sheet
    CHANGES[name](store)
    now = kept.now()
    assert (now is before) == (name == "nothing")
    assert_same(now, read_sheet(store))
    store.save(own(58))  # and once more, on what was brought up to date
    assert_same(kept.now(), read_sheet(store))


def test_words_are_found_as_the_database_finds_them(store):
    """In upper and lower case, with accents, side by side in quotes; also after messages were changed, added and forgotten."""
    kept = KeptSheet(store)
    words = kept.keep_words()

    def say(i, text):
        store.save(dataclasses.replace(own(i), transcript=dataclasses.replace(own(i).transcript, text=text)))

    for change in (
        lambda: None,
        lambda: say(7, "Call the École, ÉCOLE. 100% of it"),
        lambda: say(50, "Nothing but Ärzte and a call to lease"),
        lambda: say(7, "École is gone"),
        lambda: forget(store, [own(5).message.message_id]),
    ):
        change()
        kept.now()
        for text in (
            "call",
            "CALL lease",
            '"call the"',
            "école",
            "ÉCOLE gone",
            "ärzte",
            "100%",
            "%",
            "_",
            "a.c",
            "zyzzyva",
            '""',
        ):
            assert words.find(text) == set(matching_ids(store.engine, Search(text=text))), text


def test_a_store_that_nobody_wrote_to_is_not_asked_what_it_holds(store, tmp_path, monkeypatch):
    """What another program writes is seen, though this one's own connection wrote nothing."""
    kept = KeptSheet(store)
    with monkeypatch.context() as patched:
        patched.setattr("vmaudio.report.kept_sheet.report_version", lambda _: pytest.fail("it was asked"))
        assert kept.now() is kept.sheet
    other = open_store(str(tmp_path / "team.sqlite"))
    other.save(own(50))
    other.close()
    assert kept.now().n == 51
    kept.close()


def test_only_what_changed_is_read(store, monkeypatch):
    """One new message does not read all of them."""
    kept = KeptSheet(store)
    monkeypatch.setattr(ReportFacts, "__init__", lambda *_: pytest.fail("everything was read"))
    for change in ("a new message", "other points", "another date", "new outcomes", "a message forgotten"):
        CHANGES[change](store)
        assert kept.now().n in (50, 51)


def test_what_was_written_long_ago_and_comes_late_is_found(store):
    """Rows that another program wrote earlier than the newest, and that only now can be seen."""
    kept = KeptSheet(store)
    row = report_rows.c
    with store.begin() as connection:
        late = update(report_rows).where(row.message_id == own(7).message.message_id)
        connection.execute(late.values(points=3, changed=row.changed - 5000))
    assert_same(kept.now(), read_sheet(store))
