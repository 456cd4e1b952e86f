"""Numbers that were heard badly: their neighbours, and what becomes of them."""

import dataclasses

import pytest
from hypothesis import given, strategies as st

from vmaudio.records import Phone, Span
from vmaudio.text.entities.hypotheses import (
    candidate_numbers,
    expected_length,
    possible,
    settle_number,
    spelled_digits,
    written_number,
)

HEARD = Phone("2165550126", None, "+12165550126", (Span(5.0, 9.0),), 1, 1.0, 0.9, 2.5, True)
numbers = st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True)


@given(numbers, st.data())
def test_every_single_slip_is_undone(digits: str, data: st.DataObject):
    """The number that was said is among the candidates when one digit was dropped, doubled or taken for another."""
    at = data.draw(st.integers(0, 9))
    other = data.draw(st.sampled_from("0123456789"))
    for heard in (
        digits,
        digits[:at] + digits[at + 1 :],
        digits[:at] + digits[at] + digits[at:],
        digits[:at] + other + digits[at + 1 :],
    ):
        found = candidate_numbers([heard], 10)
        assert digits in found
        assert all(len(one) == 10 and possible(one) for one in found)


@given(st.text("0123456789", max_size=16), st.sampled_from([7, 10]))
def test_candidates_are_few_whatever_was_heard(heard: str, length: int):
    """No row of digits gives more candidates than one pass can take in reasonable time."""
    assert len(candidate_numbers([heard], length)) < 200


@pytest.mark.parametrize(
    ("heard", "local", "wanted"),
    [
        ("216555012", False, 10), ("5550126", False, None), ("5550126", True, 7), ("55501266", True, 7),
        ("21655501266", True, 10), ("1234", True, None),
    ],
)  # fmt: skip
def test_how_long_the_number_must_have_been(heard: str, local: bool, wanted: int | None):
    """Ten digits, or seven where local numbers count; nothing for what is far from both."""
    found = expected_length(dataclasses.replace(HEARD, digits=heard), local=local)
    assert found == wanted


def test_numbers_are_written_as_recognisers_write_them():
    """In groups with hyphens."""
    assert [written_number(one) for one in ("2165550126", "5550126")] == [" 216-555-0126", " 555-0126"]
    assert spelled_digits("5550126") == " 5 5 5 0 1 2 6"


def test_a_number_heard_in_full_keeps_its_digits():
    """It stays complete only where its neighbours lie clearly below; otherwise it is in doubt, with the same digits."""
    other = dataclasses.replace(HEARD, digits="2165550120")
    sure = settle_number(HEARD, other, "2165550126", 3.5, 0.8, "US")
    assert (sure.digits, sure.complete, sure.confidence) == ("2165550126", True, 0.8)
    for best, lead in (("2165550126", 2.9), ("2165550120", 1.5), ("2165550128", 4.0)):
        doubt = settle_number(HEARD, other, best, lead, 0.8, "US")
        assert (doubt.digits, doubt.complete, doubt.agreement) == ("2165550126", False, 0.9)


def test_a_number_that_lost_a_digit_is_mended():
    """The likeliest neighbour is taken; it is complete where it is sure, and its pace counts the digit that was missed."""
    short = dataclasses.replace(HEARD, digits="216550126", e164=None, complete=False)
    sure = settle_number(short, None, "2165550126", 6.0, 0.98, "US")
    assert (sure.digits, sure.e164, sure.complete, sure.confidence) == ("2165550126", "+12165550126", True, 0.98)
    assert sure.digits_per_s == pytest.approx(2.5 * 10 / 9)
    doubt = settle_number(short, None, "2165550126", 1.0, 0.6, "US")
    assert (doubt.digits, doubt.complete, doubt.confidence) == ("2165550126", False, 0.3)


def test_a_number_that_neither_pass_heard_in_full_needs_a_larger_lead():
    """As much as suffices for one that the second pass says in full leaves it in doubt, with its digits."""
    short = dataclasses.replace(HEARD, digits="216550126", e164=None, complete=False)
    full = dataclasses.replace(HEARD, digits="12165550126")
    assert settle_number(short, full, "2165550126", 4.0, 0.98, "US").complete
    for other in (None, short, dataclasses.replace(HEARD, digits="2165550120")):
        made = settle_number(short, other, "2165550126", 5.0, 0.98, "US")
        assert (made.digits, made.complete, made.confidence) == ("2165550126", False, 0.49)
        assert settle_number(short, other, "2165550126", 6.0, 0.98, "US").complete


def test_two_numbers_heard_in_full_are_never_vouched_for():
    """Where the second hearing and the sound both speak for another number it is taken, and stays in doubt."""
    other = dataclasses.replace(HEARD, digits="2165550120")
    taken = settle_number(HEARD, other, "2165550120", 9.0, 0.99, "US")
    assert (taken.digits, taken.e164, taken.complete) == ("2165550120", "+12165550120", False)


@pytest.mark.parametrize(
    ("best", "lead", "digits"),
    [
        ("2165550120", 0.5, "2165550120"),  # the second hearing says it too
        ("2165550121", 1.5, "2165550126"),
        ("2165550121", 3.5, "2165550121"),  # the sound speaks for it clearly
    ],
)
def test_a_whole_number_in_doubt_changes_for_a_reason(best: str, lead: float, digits: str):
    """Its own digits stay unless the second hearing or the sound speaks for others."""
    doubt = dataclasses.replace(HEARD, complete=False)
    other = dataclasses.replace(HEARD, digits="2165550120")
    assert settle_number(doubt, other, best, lead, 0.9, "US").digits == digits
