"""Editing a rubric's text: values change in place, and whatever is typed stays a value."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from vmaudio.errors import RubricError
from vmaudio.rubric.edit import default_rubric_text, edit_rubric
from vmaudio.rubric.load import load_rubric, parse_rubric

SHIPPED = default_rubric_text()


def test_edits_keep_comments_and_order():
    """Changed values stand where the old ones stood; every other line is as it was, and the result says what was asked."""
    old = load_rubric()
    text = edit_rubric(
        SHIPPED, old, {("personal", "weight"): "61", ("one_ask", "high"): "3", ("personal", "tip"): 'a "b" \\ # c'}
    )
    new = parse_rubric(text, "x.toml")
    by_id = {c.id: c for c in new.criteria}
    assert by_id["personal"].weight == 61
    assert by_id["personal"].tip == 'a "b" \\ # c'
    assert by_id["one_ask"].options["high"] == 3
    assert "an ask and its echo before the goodbye count as one" in text
    changed = [(a, b) for a, b in zip(SHIPPED.splitlines(), text.splitlines(), strict=True) if a != b]
    assert len(changed) == 3
    for bad in ({("personal", "weight"): "inf"}, {("personal", "weight"): "1e400"}, {("personal", "tip"): "  "}):
        with pytest.raises(RubricError):
            edit_rubric(SHIPPED, old, bad)


@given(tip=st.text(min_size=1).filter(lambda text: text.split() and "\x7f" not in text))
def test_any_tip_survives(tip):
    """Whatever is typed as a tip is read back as that tip, or refused with a sentence: it never becomes TOML of its own."""
    old = load_rubric()
    try:
        new = parse_rubric(edit_rubric(SHIPPED, old, {("personal", "tip"): tip}), "x.toml")
    except RubricError:
        return
    by_id = {c.id: c for c in new.criteria}
    assert by_id["personal"].tip == " ".join(tip.split())
    assert [c.id for c in new.criteria] == [c.id for c in old.criteria]


def test_a_key_over_several_lines_is_refused():
    """A value that is written over several lines is left to the text editor; a key that is missing is added."""
    text = SHIPPED.replace("low_s = 0.2\n", "").replace('tip = "Say all ten digits."', 'tip = """\nSay all ten digits."""')
    old = parse_rubric(SHIPPED, "x.toml")
    with pytest.raises(RubricError, match="several lines"):
        edit_rubric(text, old, {("number_complete", "tip"): "other"})
    added = parse_rubric(edit_rubric(text, old, {("pause_before_number", "low_s"): "0,3"}), "x.toml")
    assert {c.id: c for c in added.criteria}["pause_before_number"].options["low_s"] == 0.3


@pytest.mark.parametrize("blank", ["\n", " ", "\t", "\n ", "# \n"])
@pytest.mark.parametrize("where", ["before", "after", "between"])
def test_a_hundred_thousand_blanks(blank, where):
    """A long text is read once: with a pattern that tries every place again, this took minutes."""
    text = default_rubric_text()
    many = blank * (100_000 // len(blank)) + ("" if blank == "# \n" else "\n")
    at = {"before": 0, "after": len(text), "between": text.index("[[check]]", 2000)}[where]
    long = text[:at] + many + text[at:]
    rubric = parse_rubric(long, "x.toml")
    changes = {
        (criterion.id, key): value for criterion in rubric.criteria for key, value in (("weight", "3"), ("tip", "Say it."))
    }
    found = edit_rubric(long, rubric, changes)
    assert len(found) > 100_000
    assert {(c.weight, c.tip) for c in parse_rubric(found, "x.toml").criteria} == {(3.0, "Say it.")}
    with pytest.raises(RubricError, match="'colour' is not known"):
        parse_rubric(long + "\ncolour = 1\n", "x.toml")
