"""Rubrics are read with the line and the cause of every fault."""

import contextlib

import pytest
from hypothesis import given, strategies as st

from vmaudio.errors import RubricError
from vmaudio.rubric.load import load_rubric, parse_rubric

GOOD = '[[check]]\nid = "a"\ntest = "caller_named"\nweight = 2\ntip = "Say your name."\n'


def test_the_default_rubric():
    """The rubric that ships has at least 16 checks, each with a tip and a source."""
    default = load_rubric()
    assert len(default.criteria) >= 16
    assert all(criterion.tip and criterion.source and criterion.title for criterion in default.criteria)


def test_an_edit_is_a_new_rubric():
    """A changed weight gives another rubric id."""
    assert parse_rubric(GOOD, "r.toml").rubric_id != parse_rubric(GOOD.replace("2", "3"), "r.toml").rubric_id


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ("x = ", 1, "Invalid value"),
        ('id = "a"\n', 1, r"at least one \[\[check\]\]"),
        (GOOD.replace("caller_named", "caller_namd"), 3, "no test 'caller_namd'"),
        (GOOD.replace("2", '"two"'), 4, "must be a number"),
        (GOOD.replace("2", "-2"), 4, "below 0"),
        (GOOD.replace("2", "0"), 4, "above 0"),
        (GOOD.replace('tip = "Say your name."', 'tipp = "x"'), 1, "has no tip"),
        (GOOD + 'colour = "red"\n', 6, "'colour' is not known"),
        (GOOD + GOOD, 7, "used twice"),
        (GOOD + 'na_for = ["picth"]\n', 6, "'picth' in na_for is not one of"),
        (GOOD + "disputed = 1\n", 6, "true or false"),
        (GOOD.replace("caller_named", "part_by") + 'parts = ["resaon"]\nby_s = 9\n', 6, "'resaon' in parts"),
        (GOOD.replace("caller_named", "part_by") + 'parts = ["reason"]\n', 1, "needs by_s"),
        (GOOD.replace("caller_named", "feature") + 'feature = "charm"\nlow = 1\n', 6, "feature catalogue"),
        (GOOD.replace("caller_named", "feature") + 'feature = "you_share"\n', 3, "needs low, high or both"),
        ("deep = " + "[" * 100_000 + "]" * 100_000, 1, "nested too deeply"),
        ("[bands]\nstrong = 40\nfair = 60\n" + GOOD, 2, "bands must be"),
    ],
)
def test_a_fault_is_named_with_its_line(text, line, cause):
    """Every fault is a sentence with the file, the line and the cause."""
    with pytest.raises(RubricError, match=cause) as caught:
        parse_rubric(text, "mine.toml")
    assert "mine.toml" in str(caught.value)
    assert f"line {line}" in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    """A rubric that is not there, or not text, is refused with its name."""
    with pytest.raises(RubricError, match=r"gone\.toml"):
        load_rubric(tmp_path / "gone.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RubricError, match="UTF-8"):
        load_rubric(tmp_path / "binary.toml")


@given(st.text(max_size=200))
def test_any_text_gives_a_rubric_or_a_sentence(text):
    """No text makes the reader fail in another way than a RubricError."""
    with contextlib.suppress(RubricError):
        parse_rubric(text, "r.toml")
