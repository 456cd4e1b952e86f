"""How callers introduce themselves: hand-written introductions, and what must not be taken for one."""

from __future__ import annotations

import pytest

from benchmarks.rows.introductions import SETS, found, introductions
from benchmarks.rows.names import FIELDS
from vmaudio.text import find_entities, transcript_from_text

LEAST_RIGHT = {"caller": 0.94, "callee": 0.96, "company": 0.9}
"""Less than the share of the hand-written introductions of both sets that are read exactly."""


@pytest.mark.parametrize("field", FIELDS)
def test_introductions_are_read(field: str) -> None:
    """The shares that the page of the row states, and hardly another name."""
    rows = [found(one, field) for name in SETS for one in introductions(name)]
    assert sum(right for right, _ in rows) / len(rows) >= LEAST_RIGHT[field]
    assert sum(wrong for _, wrong in rows) <= 3


def names(text: str) -> tuple[str | None, str | None, str | None]:
    entities = find_entities(transcript_from_text(text))
    caller, callee, company = (getattr(entities, field) for field in FIELDS)
    return tuple(one.text if one is not None else None for one in (caller, callee, company))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("text", "caller", "callee", "company"),
    [
        ("Hi Dana, Marcus Feld returning your call.", "Marcus Feld", "Dana", None),
        ("Hi Dana, Marcus Feld your account manager with Brightwater.", "Marcus Feld", "Dana", "Brightwater"),
        ("is Marcus Feld with Brightwater. I saw the lease.", "Marcus Feld", None, "Brightwater"),
        ("s Ingrid Vale from Northgate, about a lane.", "Ingrid Vale", None, "Northgate"),
        ("from Brightwater Systems. I'm trying to reach Dana.", None, "Dana", "Brightwater Systems"),
        ("Hi Dana, this is Marcus. Feld with Brightwater.", "Marcus Feld", "Dana", "Brightwater"),
        ("Hi Dana, this is Will Price with Brightwater.", "Will Price", "Dana", "Brightwater"),
        ("Hi Dana, this is Grace Long from May Street Dental.", "Grace Long", "Dana", "May Street Dental"),
        ("Hi Dana, this is your neighbor Priya from Alder.", "Priya", "Dana", "Alder"),
        ("Hi Dana, this is Marcus Feld with bright water systems.", "Marcus Feld", "Dana", "bright water systems"),
        ("Hi Dana, this is Marcus, I do the bookings at Copperhouse.", "Marcus", "Dana", "Copperhouse"),
        ("Marcus Feld, Brightwater Systems, for Dana Ortiz.", "Marcus Feld", "Dana Ortiz", "Brightwater Systems"),
        ("Priya Nair for Dana Ortiz.", "Priya Nair", "Dana Ortiz", None),
        ("Hi Dana, this is Marcus Feld, F E L D, with Brightwater.", "Marcus Feld", "Dana", "Brightwater"),
    ],
)
def test_an_introduction(text: str, caller: str | None, callee: str | None, company: str | None) -> None:
    """Who, to whom, from where."""
    said = names(text)
    assert (said[0] and said[0].replace(".", ""), *said[1:]) == (caller, callee, company)


@pytest.mark.parametrize(
    "text",
    [
        "Hi Dana, this is Marcus. I met you at Kestrel.",
        "Hi Dana, Marcus here. I saw your talk at Kestrel.",
        "Hi Dana, this is Marcus. I will be in Reno.",
        "Hi Dana, it's Marcus. Thanks for the order.",
    ],
)
def test_what_is_no_company(text: str) -> None:
    """Places where people met, and what was ordered, are not the caller's company."""
    assert names(text)[2] is None
    assert names(text)[0] == "Marcus"
