"""Assignments by chance, and their reading as assigned."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
from collections import Counter
from pathlib import Path

import pytest

from vmaudio.errors import SettingError, TableError
from vmaudio.experiments.comparison import compare
from vmaudio.experiments.plan_files import COLUMNS, plan_csv, read_plan, read_prospects
from vmaudio.experiments.plans import LARGEST_BLOCK, Assignment, Place, assign_arms, intention_to_treat
from vmaudio.records import Message, Observation, Outcome

START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


def places(n: int = 200, reps: int = 4) -> list[Place]:
    return [Place(f"p{i}", f"rep{i % reps}") for i in range(n)]


def test_balanced_within_each_rep_and_at_every_point() -> None:
    """Arms stay within three of each other for every rep, wherever the calling stops."""
    made = assign_arms(places(), ["a", "b"], by_rep=True, seed=1)
    for rep in range(4):
        own = [one.arm for one in made if one.rep == f"rep{rep}"]
        for end in range(len(own)):
            counts = Counter(own[:end])
            assert abs(counts["a"] - counts["b"]) <= LARGEST_BLOCK


def test_reproducible_and_seeded() -> None:
    """The same seed gives the same plan, another seed another."""
    one = assign_arms(places(), ["a", "b"], seed=1)
    assert assign_arms(places(), ["a", "b"], seed=1) == one
    other = assign_arms(places(), ["a", "b"], seed=2)
    assert other[0].plan_id != one[0].plan_id
    assert [o.arm for o in other] != [o.arm for o in one]


def test_not_guessable() -> None:
    """Neither arms in turn nor all of one arm first."""
    arms = [one.arm for one in assign_arms(places(400), ["a", "b"], seed=3)]
    changes = sum(x != y for x, y in itertools.pairwise(arms)) / 399
    assert 0.4 < changes < 0.8


def test_written_and_read_back(tmp_path: Path) -> None:
    """The CSV file reads back as the same plan."""
    made = assign_arms(places(6), ["a", "b", "c"], by_rep=True)
    path = tmp_path / "plan.csv"
    path.write_text(plan_csv(made), "utf-8")
    assert read_plan(path) == made
    assert next(csv.reader(io.StringIO(plan_csv(made)))) == list(COLUMNS)


@pytest.mark.parametrize("arms", [["a"], ["a", "a"], []])
def test_arms_must_be_two_names(arms: list[str]) -> None:
    """One arm is no comparison."""
    with pytest.raises(SettingError, match="--arms"):
        assign_arms(places(4), arms)


def test_prospects_are_read_once(tmp_path: Path) -> None:
    """A prospect that stands twice in the list, or is missing, is an error with its line."""
    path = tmp_path / "p.csv"
    path.write_text("prospect,rep\np1,ann\np2,ann\np1,bob\n,bob\n", "utf-8")
    with pytest.raises(TableError) as caught:
        read_prospects(path)
    assert "line 4" in str(caught.value)
    assert "line 5" in str(caught.value)


def test_intention_to_treat_counts_as_assigned() -> None:
    """Arms are those assigned, whatever was said; a prospect's outcome is any of its messages'; the unreached are said."""
    made = [Assignment("x", i, f"p{i}", "ann", "ab"[i % 2]) for i in range(4)]

    def message(prospect: str, day: int, script: str, callback: bool) -> Observation:
        sent = (START + datetime.timedelta(days=day)).isoformat()
        m = Message(f"{prospect}-{day}.wav", prospect=prospect, sent_at=sent, script=script)
        return Observation(m, Outcome(m.message_id, callback=callback))

    seen = [
        message("p0", 0, "a", False), message("p0", 3, "a", True), message("p1", 0, "a", False), message("p2", 1, "a", True),
        message("stranger", 1, "b", True),
    ]  # fmt: skip
    rows, warned = intention_to_treat(seen, made)
    assert [(o.message.prospect, o.message.extra["plan"], o.outcome and o.outcome.callback) for o in rows] == [
        ("p0", "a", True), ("p1", "b", False), ("p2", "a", True), ("p3", "b", None),
    ]  # fmt: skip
    assert {w.kind: w.to_dict()["count"] for w in warned} == {"not_reached": 1, "not_as_planned": 1}
    found = compare(seen, plan=made, now=START + datetime.timedelta(days=90))
    assert [(arm.arm, arm.n, arm.events) for arm in found.arms] == [("a", 2, 2), ("b", 1, 0)]
    assert {"not_reached", "unknown_outcome"} <= {w.kind for w in found.warnings}


def test_a_message_without_a_file_name_was_sent_all_the_same() -> None:
    """What a plan reached is counted by messages, whether or not a table names their files."""
    made = [Assignment("x", i, f"p{i}", None, "ab"[i % 2]) for i in range(6)]
    messages = [Message("", f"row {i}", prospect=f"p{i}", sent_at=START.isoformat()) for i in range(5)]
    seen = [Observation(one, Outcome(one.message_id, callback=False)) for one in messages]
    checks = compare(seen, plan=made, now=START + datetime.timedelta(days=90)).planned
    assert checks is not None
    assert [(one.arm, one.assigned, one.reached, one.counted) for one in checks.arms] == [("a", 3, 3, 3), ("b", 3, 2, 2)]


def test_a_prospects_list_is_a_crms_and_one_person_has_one_arm(tmp_path: Path) -> None:
    """Columns of a CRM are known, two writings of a number are one prospect, and "Unknown" is none."""
    path = tmp_path / "p.csv"
    path.write_text("Contact Number;Agent\n(218) 555-0134;Ann\n218-555-0135;Bob\n", "utf-8")
    assert [(place.prospect, place.rep) for place in read_prospects(path)] == [
        ("(218) 555-0134", "Ann"),
        ("218-555-0135", "Bob"),
    ]
    path.write_text("prospect\n(218) 555-0134\n+12185550134\nUnknown\n", "utf-8")
    with pytest.raises(TableError) as caught:
        read_prospects(path)
    assert "line 3: '+12185550134' is already on line 2" in str(caught.value)
    assert "line 4: no prospect" in str(caught.value)
