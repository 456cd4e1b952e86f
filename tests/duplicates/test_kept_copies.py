"""Copies of a large store are kept: after each change they are those of a new look at everything; only neighbours are read."""

from __future__ import annotations

import dataclasses
import random

import pytest

from tests.duplicates.test_copies import item
from tests.makers import analysis
from tests.report.test_takes import scored
from vmaudio.duplicates.copies import find_copies
from vmaudio.duplicates.kept import KeptCopies
from vmaudio.duplicates.sends import KnownSends, one_send
from vmaudio.duplicates.stored import stored_copies
from vmaudio.privacy import forget
from vmaudio.records import Message, Outcome
from vmaudio.store import copy_facts, open_store, put_outcomes

KNOWN: dict[str, tuple[str | None, ...]] = {
    "prospect": (None, "p1", "p2"), "rep": (None, "Ann"), "sent_at": (None, "2026-03-02", "2026-03-02T00:00:00Z", "2026-03-03"),
    "caller_id": (None, "1 303 555 0126", "(303) 555-0126"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def large(monkeypatch):
    """Every store is a large one."""
    monkeypatch.setattr("vmaudio.duplicates.stored.MOST_WITH_OTHER_NAMES", 0)


def save(store, name, recording, **known):
    message = Message(f"calls/{name}", **known)
    store.save(scored(analysis(message, recording_id=recording * 64)))
    return message.message_id


@pytest.mark.parametrize("seed", range(6))
def test_sends_are_told_apart_as_each_with_each(seed):
    """The first alike is found by a look-up where comparing with all before it finds it."""
    draw, copies = random.Random(seed), 0
    for _ in range(120):
        names = [draw.choice(("a.wav", "./a.wav", "b.wav", "c.mp3")) for _ in range(12)]
        some = [
            item(name, message_id=Message(name).message_id if draw.random() < 0.2 and name not in names[:i] else f"m{i}",
                 **{field: draw.choice(values) for field, values in KNOWN.items()})
            for i, name in enumerate(names)
        ]  # fmt: skip
        wanted = frozenset(one.message_id for one in some if draw.random() < 0.3)
        some.sort(key=lambda one: one.message_id not in wanted)
        quick, slow = KnownSends(wanted), list[object]()
        for one in some:
            first = next((known for known in slow if one_send(known, one, wanted)), None)
            assert quick.first_alike(one) is first
            if first is None:
                quick.add(one)
                slow.append(one)
            copies += first is not None
    assert copies > 100


def test_a_large_drop_is_looked_up(monkeypatch):
    """Of 3,000 sends of one file no two are compared, with a row of a manifest for each; copies among them are found."""
    monkeypatch.setattr("vmaudio.duplicates.copies.one_send", lambda *given: pytest.fail("compared"))
    rows = [item("drop.wav", message_id=f"m{i}", prospect=f"p{i}", sent_at="2026-03-02T09:00:00Z") for i in range(3000)]
    again = dataclasses.replace(rows[7], message_id="again", source="other.wav", file_name="other.wav")
    assert [(one.item.message_id, one.of.message_id) for one in find_copies([*rows, again])] == [("again", "m7")]


@pytest.mark.parametrize("seed", range(4))
def test_after_any_changes_they_are_those_of_a_new_look(tmp_path, seed):
    draw = random.Random(seed)
    with open_store(str(tmp_path / "team.sqlite")) as store:
        ids = [save(store, f"{i}.wav", "abcd"[i % 4], prospect=draw.choice((None, "p1", f"q{i}"))) for i in range(12)]
        known, seen = KeptCopies(store), set()
        for step in range(30):
            written, told = list[str](), list[str]()
            for _ in range(draw.randint(1, 2)):
                change = draw.choice(("new", "again", "outcome", "gone"))
                if change == "outcome":
                    told.append(draw.choice(ids))
                    put_outcomes(store, [Outcome(told[-1], callback=draw.random() < 0.5)])
                elif change == "gone" and len(ids) > 6:
                    written.append(ids.pop(draw.randrange(len(ids))))
                    forget(store, [written[-1]])
                else:
                    name = f"new{step}" if change == "new" else str(draw.randrange(12))
                    ending = draw.choice(("wav", "mp3"))
                    who = draw.choice((None, "p1", "p2"))
                    written.append(save(store, f"{name}.{ending}", draw.choice("abcdef"), prospect=who))
                    ids = list(dict.fromkeys([*ids, written[-1]]))
            known.change(written, told)
            assert known.found == stored_copies(store)
            seen |= set(known.found)
        assert len(seen) > 3


def test_a_change_in_a_drop_reads_that_drop_alone(tmp_path, monkeypatch):
    """One send of ten gets an outcome: the ten are looked at, and what lies beside them is not."""
    with open_store(str(tmp_path / "team.sqlite")) as store:
        ids = [save(store, f"{i}.wav", "ab"[i % 2], prospect=f"p{i}") for i in range(20)]
        known = KeptCopies(store)
        assert known.found == {}
        read = []

        def look(store, names=None):
            read.append(None if names is None else set(names))
            return copy_facts(store, names)

        monkeypatch.setattr("vmaudio.duplicates.kept.copy_facts", look)
        put_outcomes(store, [Outcome(ids[0], callback=True)])
        known.change([], [ids[0]])
        assert read == [set(), set(ids[::2])]
        assert known.found == {}
