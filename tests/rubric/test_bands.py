"""Bands: points decide, but for the checks that no points make up for; and the labels that they are held against."""

import dataclasses
import json
from collections import Counter
from pathlib import Path

import pytest

from vmaudio.records import Check, Part
from vmaudio.rubric import Bands, load_rubric
from vmaudio.rubric.hollow import pretence

LABELS = Path(__file__).resolve().parents[2] / "labels"
BANDS = Bands(80.0, 60.0, ("why",), ("number",))


def check(name: str, verdict: str, *, not_judged: bool = False) -> Check:
    """A check with its verdict."""
    return Check(name, verdict, 1.0, f"{name} is {verdict}", None, None, "", not_judged=not_judged)


@pytest.mark.parametrize(
    ("points", "why", "number", "band", "note"),
    [
        (90.0, "pass", "pass", "strong", ""),
        (70.0, "pass", "pass", "fair", ""),
        (50.0, "pass", "fail", "weak", ""),
        (90.0, "fail", "pass", "weak", "why is fail; the points alone would be strong"),
        (70.0, "fail", "fail", "weak", "why is fail; the points alone would be fair"),
        (50.0, "fail", "pass", "weak", ""),
        (90.0, "pass", "fail", "fair", "number is fail; the points alone would be strong"),
        (90.0, "pass", "n/a", "fair", "number is n/a; the points alone would be strong"),
        (70.0, "pass", "fail", "fair", ""),
        (90.0, "n/a", "pass", "strong", ""),
        (None, "fail", "fail", "unscored", ""),
    ],
)
def test_the_band_and_why(points, why, number, band, note):
    """Weak and fair by a check, each with a note where the points would say more."""
    checks = [check("why", why), check("number", number)]
    assert (BANDS.band(points, checks), BANDS.why(points, checks)) == (band, note)


def test_what_could_not_be_judged_lowers_no_band():
    """The recogniser's loss is not the rep's fault."""
    checks = [check("why", "n/a", not_judged=True), check("number", "n/a", not_judged=True)]
    assert (BANDS.band(90.0, checks), BANDS.why(90.0, checks)) == ("strong", "")


def test_praise_needs_a_reason_that_was_heard():
    """In doubt about such a check a message is fair, with a note, and never weak."""
    bands = Bands(80.0, 60.0, strong_heard=("why",))
    checks = [check("why", "n/a", not_judged=True)]
    assert (bands.band(90.0, checks), bands.band(70.0, checks)) == ("fair", "fair")
    assert bands.why(90.0, checks) == "why is n/a; the points alone would be strong"
    assert bands.band(90.0, [check("why", "pass")]) == "strong"


def test_the_default_rubric_names_its_own_checks():
    """What makes up for nothing is asked."""
    rubric = load_rubric()
    ids = {criterion.id for criterion in rubric.criteria}
    assert {*rubric.weak_without, *rubric.strong_needs, *rubric.strong_heard} <= ids
    assert rubric.weak_without
    assert rubric.strong_needs


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("did you have time to look at what I sent?", True),
        ("I'm trying to reach whoever handles your insurance", True),
        ("haven't heard back from you", True),
        ("call me when you get a minute", False),
        ("did you get the leak fixed?", False),
        ("I was only checking in, call me", True),
        ("the city is checking in every tea room this month", False),
    ],
)
def test_a_call_that_is_its_own_reason(text, is_one):
    """Whatever the part model makes of it."""
    assert (pretence([Part("ask", 0.0, 1.0, text, 0.9)]) is not None) is is_one


def test_the_fresh_labels_are_whole():
    """Sixty messages by twenty reps, twenty of each label; none of their reps is among the older labels."""
    rows = [json.loads(line) for line in (LABELS / "quality_fresh.jsonl").read_text("utf-8").splitlines()]
    older = {json.loads(line)["rep"] for line in (LABELS / "quality.jsonl").read_text("utf-8").splitlines()}
    assert Counter(row["label"] for row in rows) == dict.fromkeys(("good", "middling", "poor"), 20)
    assert len({row["rep"] for row in rows} - older) == 20
    assert len({row["text"] for row in rows}) == 60


def test_the_labels_follow_their_rule():
    """150 messages; where the readers differ it is middling; the older ones have the words of their files."""
    rows = [json.loads(line) for line in (LABELS / "quality.jsonl").read_text("utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) == 150
    assert all(row["label"] == (row["first"] if row["first"] == row["second"] else "middling") for row in rows)
    assert min(Counter(row["label"] for row in rows).values()) > 30
    files = [*LABELS.glob("messages_*.jsonl"), LABELS.parent / "samples" / "labels.jsonl"]
    known = {
        row["id"]: " ".join(sentence["text"] for sentence in row["sentences"])
        for file in files
        for row in map(json.loads, file.read_text("utf-8").splitlines())
    }
    older = [row for row in rows if row["id"] in known]
    assert len(older) == 90
    assert all(row["text"] == known[row["id"]] for row in older)


def test_what_was_not_heard_is_said_first():
    """A bare call lacks a reason before all else, though it is not blamed; where something may be one, nothing is said."""
    bands = Bands(80.0, 60.0, ("why",), strong_heard=("own",))
    bare = check("own", "n/a", not_judged=True)
    assert bands.unheard([check("why", "n/a", not_judged=True), bare]) is bare
    assert bands.unheard([check("why", "fail"), bare]) is None
    assert bands.unheard([dataclasses.replace(bare, start_s=3.0)]) is None
    assert bands.unheard([check("own", "pass")]) is None
