"""A message and the same message with a word that means nothing changed get the same points, or nearly so."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from benchmarks import stability
from tests.training.conftest import LABELS
from vmaudio.classify import Model, ModelStore
from vmaudio.rubric.load import load_rubric
from vmaudio.training.labels import LabelledMessage, Sentence, read_labelled_messages

ROOT = LABELS.parent

MOST_POINTS = 4.5
"""No single small change may move a score by more than this. Measured 3.6 (a synonym)."""

A_MOVE = 1.0
"""Points; less is no move that a person would see. A verdict near its limit counts in part, so that points move by little where
they would jump."""

UNMOVED = {"marks and capitals lost": 0.75, "thanks at the end": 0.8, "a synonym": 0.8}
"""Least share of messages whose points do not move; 0.9 for every other change. An ask at the very end may be told
apart only once something follows (2 of 21); of the ten messages with a synonym one moves."""

MOST_WITHOUT_MARKS = 4.5
"""Without any full stop or capital clauses are cut elsewhere. Measured 3.5."""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Model, Model, Model]:
    store = ModelStore(tmp_path_factory.mktemp("user"), ROOT / "models")
    return store.load("part"), store.load("approach"), store.load("reason")


@pytest.fixture(scope="module")
def shifts(models: tuple[Model, Model, Model]) -> dict[str, list[stability.Shift]]:
    """Every change on the thirty samples, whose reps trained nothing; by change."""
    found = defaultdict(list)
    for shift in stability.shifts(read_labelled_messages([ROOT / "samples" / "labels.jsonl"]), *models, load_rubric()):
        found[shift.change].append(shift)
    return found


@pytest.mark.parametrize("change", stability.CHANGES)
def test_points_hardly_move(shifts: dict[str, list[stability.Shift]], change: str) -> None:
    """No score moves by more than the most that is allowed, and most do not move at all."""
    jumps = np.array([shift.jump for shift in shifts[change]])
    scored = jumps[~np.isnan(jumps)]
    assert len(jumps) >= 8, "the change applies to too few samples to say anything"
    most = MOST_WITHOUT_MARKS if change == "marks and capitals lost" else MOST_POINTS
    assert scored.max() <= most, [shift for shift in shifts[change] if shift.jump > most]
    assert np.mean(scored < A_MOVE) >= UNMOVED.get(change, 0.9)
    flips = 2 if change == "marks and capitals lost" else 1
    assert np.isnan(jumps).sum() <= flips, "whether a message is scored at all hangs on a word"


def test_all_single_changes_together(shifts: dict[str, list[stability.Shift]]) -> None:
    """Over all changes of one word the mean move is under one point."""
    single = [shift.jump for change, found in shifts.items() if change != "marks and capitals lost" for shift in found]
    assert np.nanmean(single) < 1.0
    assert np.mean(np.array(single) <= 5) >= 0.9


PIECES = {
    "greeting": "Good morning",
    "callee": "Walter,",
    "identity": "this is Hannah Reyes",
    "company": "from Ridgeway Doors.",
    "reason": "The loading dock door that you reported on Monday is still stuck half open,",
    "value": "and you will lose heat all weekend if nobody looks at it.",
    "ask": "Please call me back before noon",
    "number": "at 303-555-0126.",
    "number_repeat": "That's 303-555-0126.",
    "closing": "Goodbye.",
}


def message(callee: str, caller: str, company: str) -> LabelledMessage:
    new = {"callee": f"{callee},", "identity": f"this is {caller}", "company": f"from {company}."}
    pieces = tuple(Sentence(new.get(part, text), part) for part, text in PIECES.items())
    return LabelledMessage("m", "rep", "prospect", pieces)


@settings(max_examples=25, deadline=None)
@given(
    callee=st.sampled_from(("Walter", "Mei", "Ngozi", "Mr. Alvarez", "Siobhan", "Dr. Patel", "Jo")),
    caller=st.sampled_from(("Hannah Reyes", "Tom", "Oluwaseun Adeyemi", "Kit Larsen", "Ann-Marie Dubois")),
    company=st.sampled_from(("Ridgeway Doors", "Acme", "Blue Heron Dental Supply", "Kowalski and Sons", "Northwind")),
)
def test_who_calls_whom_is_no_matter(models: tuple[Model, Model, Model], callee: str, caller: str, company: str) -> None:
    """A good message has the same points whoever leaves it, for whomever, from wherever."""
    texts = [message("Walter", "Hannah Reyes", "Ridgeway Doors").text, message(callee, caller, company).text]
    plain, other = stability.score_texts(texts, *models, load_rubric())
    assert plain.points is not None
    assert other.points == pytest.approx(plain.points, abs=MOST_POINTS)


def test_changes_change_what_they_say() -> None:
    """Each change touches its own word, leaves the number alone, and does not apply where there is nothing to change."""
    rng = np.random.default_rng(0)
    whole = message("Walter", "Hannah Reyes", "Ridgeway Doors")
    for name, change in stability.CHANGES.items():
        changed = change(whole, rng)
        if name == "a synonym":
            assert changed is None
            continue
        assert changed is not None, name
        assert changed.text != whole.text, name
        assert changed.text.count("303-555-0126") == 2
        if name not in ("marks and capitals lost", "thanks at the end"):
            same = [a.text == b.text for a, b in zip(whole.sentences, changed.sentences, strict=True)]
            assert same.count(False) == 1, name
    nothing = LabelledMessage("n", "rep", "prospect", (Sentence("thanks", "closing"),))
    rest = set(stability.CHANGES) - {"an um"}
    assert all(stability.CHANGES[name](nothing, rng) in (None, nothing) for name in rest)


def test_jumps_to_unscored_are_told_apart() -> None:
    """A message that is scored only before or only after has no jump in points, and both unscored is no jump."""
    assert math.isnan(stability.Shift("a", "c", None, 50.0, ()).jump)
    assert stability.Shift("a", "c", None, None, ()).jump == 0
    assert stability.Shift("a", "c", 40.0, 52.0, ()).jump == 12
