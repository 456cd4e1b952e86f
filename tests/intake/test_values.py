"""Cells of other people's exports."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings, strategies as st

from vmaudio.intake.outcomes.values import amount, count, result_field, yes_or_no
from vmaudio.intake.tables.dates import Ambiguous, date_order, parse_date_time

UTC = datetime.UTC


@pytest.mark.parametrize("text", ["1", "yes", "Yes", "TRUE", "y", "x", "1.0", " true "])
def test_yes(text: str) -> None:
    """The usual spellings of yes are yes."""
    assert yes_or_no(text) is True


@pytest.mark.parametrize("text", ["0", "no", "No", "FALSE", "n", "0.0"])
def test_no(text: str) -> None:
    """The usual spellings of no are no."""
    assert yes_or_no(text) is False


@pytest.mark.parametrize("text", ["", "  ", "unknown", "N/A", "null"])
def test_unknown_is_not_no(text: str) -> None:
    """An empty cell is unknown."""
    assert yes_or_no(text) is None


@pytest.mark.parametrize("text", ["maybe", "2", "-1", "yes and no", "0.5"])
def test_neither(text: str) -> None:
    """What is neither is a fault, never a guess."""
    with pytest.raises(ValueError, match="not yes or no"):
        yes_or_no(text)


@pytest.mark.parametrize(
    ("text", "value"), [("12.50", 12.5), ("$1,200.50", 1200.5), ("0", 0.0), ("", None), ("€3", 3.0), ("5 USD", 5.0)]
)
def test_amounts(text: str, value: float | None) -> None:
    """Amounts may carry a currency sign and thousands commas."""
    assert amount(text) == value


@pytest.mark.parametrize("text", ["-3", "1.200,50", "free", "1,2,3"])
def test_no_amounts(text: str) -> None:
    """Negative amounts and those of another notation are faults, not guesses."""
    with pytest.raises(ValueError, match="not an amount"):
        amount(text)


def test_counts() -> None:
    """Touches are whole numbers."""
    assert count("3") == 3
    assert count("") is None
    with pytest.raises(ValueError, match="whole number"):
        count("2.5")


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2026-03-04", None, datetime.datetime(2026, 3, 4, tzinfo=UTC)),
        ("2026-03-04T15:30:00Z", None, datetime.datetime(2026, 3, 4, 15, 30, tzinfo=UTC)),
        ("2026-03-04 15:30", None, datetime.datetime(2026, 3, 4, 15, 30, tzinfo=UTC)),
        ("3/4/2026", "mdy", datetime.datetime(2026, 3, 4, tzinfo=UTC)),
        ("3/4/2026", "dmy", datetime.datetime(2026, 4, 3, tzinfo=UTC)),
        ("14/3/2026", None, datetime.datetime(2026, 3, 14, tzinfo=UTC)),
        ("3/14/2026 2:05 PM", None, datetime.datetime(2026, 3, 14, 14, 5, tzinfo=UTC)),
        ("12/31/2026 12:00 AM", None, datetime.datetime(2026, 12, 31, tzinfo=UTC)),
        ("5/5/2026", None, datetime.datetime(2026, 5, 5, tzinfo=UTC)),
        ("14.03.2026", None, datetime.datetime(2026, 3, 14, tzinfo=UTC)),
        ("Mar 14, 2026 at 9:00 am", None, datetime.datetime(2026, 3, 14, 9, tzinfo=UTC)),
        ("14 March 2026", None, datetime.datetime(2026, 3, 14, tzinfo=UTC)),
        ("1773496800000", None, datetime.datetime(2026, 3, 14, 14, tzinfo=UTC)),
        ("", None, None),
    ],
)
def test_dates(text: str, order: str | None, expected: datetime.datetime | None) -> None:
    """Dates as CRMs write them."""
    assert parse_date_time(text, UTC, order) == expected


def test_a_date_that_may_be_two_is_refused() -> None:
    """3/4/2026 is not guessed."""
    with pytest.raises(Ambiguous):
        parse_date_time("3/4/2026", UTC, None)


@pytest.mark.parametrize("text", ["2026-02-30", "31/31/2026", "yesterday", "2026", "1/1/1850", "3/14/2026 25:00", "Foo 3, 26"])
def test_no_dates(text: str) -> None:
    """Impossible dates are faults."""
    with pytest.raises(ValueError):  # noqa: PT011 - the text differs by the kind of fault
        parse_date_time(text, UTC, "mdy")


def test_one_date_decides_for_its_column() -> None:
    """A day over 12 tells the order of the whole column; contradictions tell nothing."""
    assert date_order(["3/4/2026", "3/14/2026"]) == "mdy"
    assert date_order(["3/4/2026", "14/3/2026"]) == "dmy"
    assert date_order(["3/4/2026"]) is None
    assert date_order(["13/4/2026", "4/13/2026"]) is None


def test_dispositions() -> None:
    """A CRM's words for what happened become outcomes; those that say nothing of it do not."""
    assert result_field("Connected") == "connect"
    assert result_field("Wrong Number") == "wrong_person"
    assert result_field("Left voicemail") is None


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_gives_a_value_or_a_value_error(text: str) -> None:
    """No cell, however wild, raises anything but ValueError."""
    for reader in (yes_or_no, amount, count, lambda cell: parse_date_time(cell, UTC, None)):
        try:
            reader(text)
        except (ValueError, OverflowError):
            continue
