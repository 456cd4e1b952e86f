"""Telephone numbers in the forms that recognisers write: hand-written forms, and properties that hold of all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from benchmarks.rows.number_forms import SETS, Form, answered, forms
from vmaudio.text import find_entities, transcript_from_text

ALL = [form for name in SETS for form in forms(name)]


@pytest.mark.parametrize("form", [form for form in ALL if not form.missed], ids=lambda form: form.text)
def test_forms_are_read_as_their_writer_reads_them(form: Form) -> None:
    """All numbers that are said are complete, and nothing else is."""
    assert answered(form) == (True, False)


@pytest.mark.parametrize("form", [form for form in ALL if form.missed], ids=lambda form: form.text)
def test_what_is_missed_is_at_least_not_vouched_for(form: Form) -> None:
    """A form that is not read right yields no complete number with wrong digits."""
    assert answered(form) == (False, False)


@given(
    st.from_regex(r"[2-9]1[02-8]-555-01[0-9][0-9]", fullmatch=True),
    st.sampled_from(
        ("x", " x", " ext. ", "-ext-", ", extension ", ", and I'm at extension ", ", then dial ", ", my extension is ")
    ),
    st.integers(10, 99_999),
)
@settings(max_examples=200, deadline=None)
def test_an_extension_after_a_number_is_its_extension(number: str, between: str, extension: int) -> None:
    """However it is stuck or said, and the number stays complete."""
    (phone,) = find_entities(transcript_from_text(f"Call {number}{between}{extension}.")).phones
    assert (phone.digits, phone.extension, phone.complete) == (number.replace("-", ""), str(extension), True)


@given(
    st.from_regex(r"[2-9]1[02-8]-555-01[0-9][0-9]", fullmatch=True),
    st.from_regex(r"[2-9]3[02-8]-555-01[0-9][0-9]", fullmatch=True),
    st.sampled_from((" or ", ", or ", " and ", "/", " / ", "; ", ", or my cell, ", ". My other number is ")),
)
@settings(max_examples=200, deadline=None)
def test_two_numbers_stay_two(one: str, other: str, between: str) -> None:
    """Numbers with other area codes and other ends are two, although all share their 555-01."""
    if one[-2] == other[-2] or one[-1] == other[-1] or one[0] == other[0]:
        return
    found = find_entities(transcript_from_text(f"Call me at {one}{between}{other}.")).phones
    assert [(phone.digits, phone.complete) for phone in found] == [(text.replace("-", ""), True) for text in (one, other)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("You've reached ", ". Please leave a message."),
        ("I tried you at ", " this morning."),
        ("Your number on the form is ", "."),
        ("Our fax is ", "."),
        ("My old cell was ", "."),
        ("Is ", " still your number?"),
        ("The person at ", " is not available."),
    ],
)
@pytest.mark.parametrize("complete", [True, False])
def test_the_number_to_call_is_the_callers(before: str, after: str, complete: bool) -> None:
    """Whatever was said first, and also where the caller's own number is in doubt."""
    own = "218-555-0134" if complete else "218-555-013"
    found = find_entities(transcript_from_text(f"{before}612-555-0110{after} I'm at {own}, thanks."))
    assert [phone.to_call for phone in found.phones] == [False, True]
    assert found.number_to_call is not None
    assert found.number_to_call.digits == own.replace("-", "")


def test_a_lone_number_is_the_number_to_call() -> None:
    """Where only the listener's number was heard it is shown, as before, and says of itself that it is not the one to call."""
    found = find_entities(transcript_from_text("I tried you at 612-555-0110 this morning."))
    assert found.number_to_call is not None
    assert not found.number_to_call.to_call
